"""What ends a request at once: not signed in, not allowed, not there, asked wrongly or asking too much."""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - it names what happens to the caller, not a fault of ours
    """A request is refused as a whole or at one field; the caller gets a code and a sentence.

    Attributes:
        code: Stable value of `extensions.code`.
        texts: The sentence in `zh` and `en`; `{names}` in it are filled from the arguments.
    """

    code: ClassVar[str]
    texts: ClassVar[Mapping[str, str]]

    def __init__(self, **params: str) -> None:
        super().__init__(type(self).code)
        self.params = params

    def message_for(self, language: str) -> str:
        """Tell the caller what to do next, in `zh` or `en`; another language reads Chinese."""
        return self.texts.get(language, self.texts["zh"]).format_map(self.params)


class NotFound(Refusal):
    """There is no such thing, or the caller may not see it; the two must not be told apart."""

    code = "NOT_FOUND"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "未找到该内容，请检查编号后重试。",
        "en": "Not found: check the number and try again.",
    }


class Unauthenticated(Refusal):
    """Nobody is signed in, or the sign-in has ended."""

    code = "UNAUTHENTICATED"
    texts: ClassVar[Mapping[str, str]] = {"zh": "请先登录。", "en": "Sign in first."}


class NotSigned(Unauthenticated):
    """A request that must be signed is not, or is signed wrongly or too long ago."""

    texts: ClassVar[Mapping[str, str]] = {
        "zh": "请求的密钥、签名或时间无效：请按 docs/bank.md 重新签名，时间与服务器相差不得超过 300 秒。",
        "en": "The key, the signature or the time cannot be used: sign as docs/bank.md says, within"
        " 300 seconds of the server's time.",
    }


class Forbidden(Refusal):
    """The caller may see the thing but may not do this to it."""

    code = "FORBIDDEN"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "您没有进行此操作的权限。",
        "en": "You are not allowed to do this.",
    }


class BadUserInput(Refusal):
    """An argument has a form that can be read but a value that cannot be meant, such as a torn cursor.

    Args:
        name: The argument, as the caller wrote it.
        near: Names that could have been meant, where it should be one of a list.
    """

    code = "BAD_USER_INPUT"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "参数 {name} 的值无效，请检查后重试。",
        "en": "The value of {name} cannot be used: check it and try again.",
    }

    def __init__(self, name: str, near: Sequence[str] = ()) -> None:
        super().__init__(name=name)
        self._near = tuple(near)

    def message_for(self, language: str) -> str:
        """Tell which names could have been meant, as well."""
        told = super().message_for(language)
        if not self._near:
            return told
        names = ", ".join(self._near)
        return f"{told} Did you mean {names}?" if language == "en" else f"{told}是否为：{names}？"


class NoHistory(Refusal):
    """Something was asked for as it was, of which no history is kept.

    Args:
        name: The field, filter or type, as the caller knows it.
    """

    code = "NO_HISTORY"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "{name} 没有历史记录，不能与 asOf 一起查询；请去掉该项，或去掉 asOf 查询现状。",
        "en": "No history is kept of {name}: leave it out, or ask without asOf for what is there now.",
    }

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class TooBusy(Refusal):
    """The product, or the row that was asked for, is busy; the same request may pass in a moment."""

    code = "TRY_AGAIN"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "系统繁忙，请稍后重试。",
        "en": "Busy right now: try again in a moment.",
    }


class Unavailable(TooBusy):
    """The database is away for the moment; whether an act was done is found by asking it again."""

    texts: ClassVar[Mapping[str, str]] = {
        "zh": "数据库暂时无法访问，请稍后以同一幂等键或银行流水号重试。",
        "en": "The database is away: try again in a moment, with the same idempotency key or bank number.",
    }


class TooManyStreams(Refusal):
    """One account keeps more connections and subscriptions open than one may.

    Args:
        allowed: The most that one may keep.
    """

    code = "TOO_COSTLY"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "同时打开的连接和订阅最多为 {allowed} 个，请先关闭不用的。",
        "en": "At most {allowed} connections and subscriptions at a time: close those that you do not need.",
    }

    def __init__(self, allowed: int) -> None:
        super().__init__(allowed=str(allowed))


class FellBehind(Refusal):
    """A subscription's events came faster than they were taken."""

    code = "TRY_AGAIN"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "更新未及时接收，订阅已结束，请重新订阅。",
        "en": "Updates were not taken in time, so the subscription ended: subscribe again.",
    }


class TooCostly(Refusal):
    """One request asks for more than one request may.

    Args:
        limit: What was counted, a key of `COUNTED`.
        allowed: The most that is answered.
    """

    code = "TOO_COSTLY"
    texts: ClassVar[Mapping[str, str]] = {
        "zh": "请求过大：{counted}最多为 {allowed}。请分成几次请求。",
        "en": "The request is too large: at most {allowed} {counted}. Ask in several requests.",
    }

    def __init__(self, limit: str, allowed: int) -> None:
        super().__init__(limit=limit, allowed=str(allowed))

    @property
    def ends_all(self) -> bool:
        """Whether nothing of the operation is answered, rather than all but the field to blame."""
        return self.params["limit"] in {"seconds", "list_rows"}

    def message_for(self, language: str) -> str:
        """Name the limit in the caller's own words."""
        known = language if language in self.texts else "zh"
        counted = COUNTED[self.params["limit"]][known]
        return self.texts[known].format(counted=counted, allowed=self.params["allowed"])


COUNTED: Mapping[str, Mapping[str, str]] = {
    "depth": {"zh": "嵌套层数", "en": "levels of nesting"},
    "introspection": {"zh": "结构查询的嵌套层数", "en": "levels of nesting in introspection"},
    "tokens": {"zh": "语法单元数", "en": "tokens"},
    "characters": {"zh": "查询文本字符数", "en": "characters in the document"},
    "comments": {"zh": "注释数", "en": "comments"},
    "aliases": {"zh": "别名数", "en": "aliases"},
    "directives": {"zh": "指令数", "en": "directives"},
    "fields": {"zh": "字段数", "en": "fields"},
    "rows": {"zh": "行数", "en": "rows"},
    "list_rows": {"zh": "同一处列表的合计行数", "en": "rows in the lists of one place of the answer"},
    "questions": {"zh": "向房地产交易系统的查询次数", "en": "questions to the transaction system"},
    "seconds": {"zh": "处理秒数", "en": "seconds of work"},
}
