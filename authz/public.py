"""What anybody may do without signing in: this list is short on purpose, and it is the only one."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Said(NamedTuple):
    """What a clerk calls something, in both languages."""

    zh: str
    en: str


PUBLIC: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "agreement.view": Said("阅读机构注册协议", "read the registration agreement"),
        "city.view": Said("查看城市、专户银行和交款渠道", "see the cities, their banks and channels"),
        "invitation.accept": Said("凭邀请设定密码", "choose a password by an invitation"),
        "org.register": Said("注册机构", "register an organization"),
        "registration.attach": Said(
            "凭注册凭证上传要件", "upload registration papers by the registration's token"
        ),
        "registration.view": Said("凭注册凭证查看办理进度", "see how far one's registration is"),
        "session.begin": Said("登录", "sign in"),
        "template.view": Said("下载模板和资料", "download templates and material"),
    }
)
"""Name of each public action, and what a clerk calls it; none of these names is in `actions.ACTIONS`."""
