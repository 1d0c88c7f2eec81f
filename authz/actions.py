"""Every action that a person or a machine may be allowed, each named once: a noun, a verb and its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What an action is about; the estate kinds are also what a grant on an estate is given for."""

    SELF = "self"
    ORG = "org"
    CITY = "city"
    BANK = "bank"
    SYSTEM = "system"
    ESTATE = "estate"
    BUILDING = "building"
    UNIT = "unit"
    OWNER = "owner"
    CONTRACT = "contract"
    PAYMENT = "payment"
    ORDER = "order"


ESTATE_KINDS: Final = frozenset(
    {Kind.ESTATE, Kind.BUILDING, Kind.UNIT, Kind.OWNER, Kind.CONTRACT, Kind.PAYMENT, Kind.ORDER}
)
"""The kinds that a grant on an estate can be given for; an action of such a kind needs that grant."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be allowed.

    Attributes:
        name: `noun.verb`, stable: it stands in grants, denies and audit rows.
        text: What a clerk calls it.
        english: The same in English.
        kind: What it is about.
        by_order: Whether an order kind may stand on it, as estate collection stands on `estate.collect`.
    """

    name: str
    text: str
    english: str
    kind: Kind
    by_order: bool = False

    @property
    def needs_estate(self) -> bool:
        """Whether a grant of the action's kind on the row's estate is needed beside the role."""
        return self.kind in ESTATE_KINDS


_ALL: Final = (
    Action("me.view", "查看本人信息", "see one's own account", Kind.SELF),
    Action("session.end", "退出登录", "sign out", Kind.SELF),
    Action("password.change", "修改本人密码", "change one's own password", Kind.SELF),
    Action("profile.update", "修改本人资料", "change one's own details", Kind.SELF),
    Action("session.view", "查看本人会话", "see one's own sessions", Kind.SELF),
    Action("session.revoke", "结束本人会话", "end one's own sessions", Kind.SELF),
    Action("totp.manage", "管理本人动态口令", "manage one's own one-time codes", Kind.SELF),
    Action("job.view", "查看本人的后台任务", "see one's own long work", Kind.SELF),
    Action("job.cancel", "取消本人的后台任务", "cancel one's own long work", Kind.SELF),
    Action("org.view", "查看机构信息", "see organizations", Kind.ORG),
    Action("org.update", "修改机构信息", "change the organization's details", Kind.ORG, by_order=True),
    Action("user.view", "查看机构用户", "see users", Kind.ORG),
    Action("user.create", "添加机构用户", "add users", Kind.ORG),
    Action("user.update", "修改机构用户", "change users' details", Kind.ORG),
    Action("user.deactivate", "注销机构用户", "deactivate users", Kind.ORG),
    Action("user.activate", "激活机构用户", "activate users again", Kind.ORG),
    Action("user.grant", "授予机构用户小区权限", "grant and deny users rights on estates", Kind.ORG),
    Action("user.invite", "邀请机构用户", "invite users", Kind.ORG),
    Action("user.reset", "重置机构用户密码和动态口令", "reset users' passwords and one-time codes", Kind.ORG),
    Action("user.sign_out", "结束机构用户会话", "end users' sessions", Kind.ORG),
    Action("role.view", "查看角色", "see roles", Kind.ORG),
    Action("role.assign", "分配角色", "give and take roles", Kind.ORG),
    Action("role.edit", "维护自定义角色", "write custom roles", Kind.ORG),
    Action("access.explain", "查询权限依据", "ask why somebody may or may not", Kind.ORG),
    Action("key.view", "查看接口密钥", "see machine keys", Kind.ORG),
    Action("key.issue", "签发接口密钥", "issue machine keys", Kind.ORG),
    Action("key.revoke", "撤销接口密钥", "revoke machine keys", Kind.ORG),
    Action("security.set", "设定机构安全要求", "set how users must sign in", Kind.ORG),
    Action("file.upload", "上传文件", "upload files", Kind.ORG),
    Action("export.create", "导出报表和批量数据", "export reports and bulk data", Kind.ORG),
    Action("audit.view", "查看操作日志", "read the audit", Kind.ORG),
    Action("estate.view", "查看物业区域", "see estates", Kind.ESTATE),
    Action("estate.collect", "采集物业区域", "collect estates", Kind.ESTATE, by_order=True),
    Action("estate.change", "变更物业区域", "change estates", Kind.ESTATE, by_order=True),
    Action("building.view", "查看楼幢", "see buildings", Kind.BUILDING),
    Action("building.collect", "补充楼幢", "add buildings", Kind.BUILDING, by_order=True),
    Action("building.change", "变更楼幢", "change buildings", Kind.BUILDING, by_order=True),
    Action("unit.view", "查看房屋和楼盘表", "see units and building tables", Kind.UNIT),
    Action("unit.supplement", "补充房屋", "add units", Kind.UNIT, by_order=True),
    Action("unit.change", "变更房屋信息", "change units", Kind.UNIT, by_order=True),
    Action("unit.split", "拆分合并房屋", "split and merge units", Kind.UNIT, by_order=True),
    Action("unit.cancel", "注销房屋", "cancel units", Kind.UNIT, by_order=True),
    Action("owner.view", "查看业主(证件号、手机号掩码)", "see owners, their numbers masked", Kind.OWNER),
    Action("owner.find", "凭证件号查找业主的房屋", "find an owner's units by the ID number", Kind.OWNER),
    Action("owner.view_pii", "查看业主完整证件号和手机号", "see owners' numbers in clear", Kind.OWNER),
    Action("ownership.change", "变更房屋权属", "change ownership", Kind.OWNER, by_order=True),
    Action("contract.view", "查看房屋合同号", "see contract numbers", Kind.CONTRACT),
    Action("contract.bind", "绑定房屋合同号", "bind contract numbers", Kind.CONTRACT, by_order=True),
    Action("contract.unbind", "解除房屋合同号", "unbind contract numbers", Kind.CONTRACT, by_order=True),
    Action("account.view", "查看分户账", "see unit accounts", Kind.PAYMENT),
    Action("notice.view", "查看交款通知单", "see deposit notices", Kind.PAYMENT),
    Action("notice.print", "开具和补打交款通知单", "issue and reprint deposit notices", Kind.PAYMENT),
    Action("notice.void", "作废交款通知单", "void deposit notices", Kind.PAYMENT),
    Action("notice.look_up", "凭单号查询应交款", "look up what a notice asks for", Kind.PAYMENT),
    Action("payment.view", "查看交款", "see payments", Kind.PAYMENT),
    Action("payment.print", "打印交款证明和专用票据", "print proofs of payment and receipts", Kind.PAYMENT),
    Action("payment.batch_create", "新建批量交款", "prepare batch deposits", Kind.PAYMENT, by_order=True),
    Action("payment.submit", "提交批量交款", "submit batch deposits", Kind.PAYMENT),
    Action("payment.cancel", "取消批量交款", "cancel batch deposits", Kind.PAYMENT),
    Action("payment.confirm", "确认交款到账", "confirm that money came", Kind.PAYMENT),
    Action("custom_payment.create", "新建自定义交款", "prepare custom deposits", Kind.PAYMENT, by_order=True),
    Action("refund.view", "查看退款", "see refunds", Kind.PAYMENT),
    Action("refund.settle", "办结退款", "settle refunds", Kind.PAYMENT),
    Action("push.view", "查看交存信息推送记录", "see what the transaction system was told", Kind.PAYMENT),
    Action("push.retry", "重新推送交存信息", "tell the transaction system again", Kind.PAYMENT),
    Action("receipt.issue", "开具专用票据", "issue receipts", Kind.PAYMENT),
    Action("receipt.void", "作废专用票据", "void receipts", Kind.PAYMENT),
    Action("order.view", "查看业务单和办理进度", "see orders and how far they are", Kind.ORDER),
    Action(
        "order.draft", "填写、保存、导入和放弃业务单", "fill in, save, import and discard orders", Kind.ORDER
    ),
    Action("order.submit", "提交业务单", "submit orders", Kind.ORDER),
    Action("order.withdraw", "撤回业务单", "withdraw orders", Kind.ORDER),
    Action("order.queue", "查看和领取待办业务单", "see who works on which order, and claim one", Kind.ORDER),
    Action("order.release", "收回他人领取的业务单", "take a claim of another away", Kind.ORDER),
    Action("order.accept", "受理业务单", "accept orders at the window", Kind.ORDER),
    Action("order.return", "退回补正业务单", "return orders for correction", Kind.ORDER),
    Action("order.review", "审核业务单(通过或不予通过)", "review orders (approve or refuse)", Kind.ORDER),
    Action("file.view", "查看业务单附件", "see orders' attachments", Kind.ORDER),
    Action("rate.view", "查看交存标准", "see deposit rates", Kind.CITY),
    Action("rate.set", "设定交存标准", "set deposit rates", Kind.CITY),
    Action("suspense.view", "查看待查款项", "see suspense items", Kind.CITY),
    Action("suspense.resolve", "处理待查款项", "resolve suspense items", Kind.CITY),
    Action("ledger.view", "查看总账和分录", "see the ledger", Kind.CITY),
    Action("ledger.post", "登记利息、使用和冲正", "post interest, use and reversals", Kind.CITY),
    Action("statement.view", "查看银行对账单", "see bank statements", Kind.BANK),
    Action("statement.import", "导入银行对账单", "import bank statements", Kind.BANK),
    Action("notice.expire", "使逾期通知单失效", "let overdue notices expire", Kind.SYSTEM),
    Action("outbox.send", "推送对外消息", "send messages to the outside", Kind.SYSTEM),
    Action("file.purge", "清理未使用的上传文件", "purge unused uploads", Kind.SYSTEM),
    Action("repetition.forget", "清理过期的幂等记录", "forget old idempotency keys", Kind.SYSTEM),
    Action("search.complete", "补建查询索引", "complete the search index", Kind.SYSTEM),
)

ACTIONS: Final[Mapping[str, Action]] = MappingProxyType({action.name: action for action in _ALL})
"""Every action by its name. What nobody has to sign in for is in `public.py`, not here."""

_OF_THE_BUSINESS: Final = frozenset({"order.draft", "order.submit", "order.withdraw"})
_OF_THE_OFFICE: Final = frozenset({"order.view", "order.accept", "order.return", "order.review"})


class UnknownAction(LookupError):  # noqa: N818 — it names the fault, as LookupError does
    """Code asked for an action that is not declared; nobody is ever allowed it."""


def find_action(name: str) -> Action:
    """Give the declared action of that name.

    Raises:
        UnknownAction: No such action is declared.
    """
    try:
        return ACTIONS[name]
    except KeyError:
        raise UnknownAction(name) from None


def order_needs(step: str, business: str) -> tuple[str, ...]:
    """Name the actions that one step of an order needs, all of them, in the order's domain and estate.

    Whoever prepares an order must hold the step and the business of its kind: to submit an estate
    collection takes `order.submit` and `estate.collect`. Whoever looks at an order, accepts, returns or
    reviews it needs the step alone.

    Args:
        step: The step's action, such as `order.submit`.
        business: The action that the order's kind stands on, such as `estate.collect`.

    Raises:
        UnknownAction: The step is none of an order's, or no order kind may stand on the business.
    """
    if not find_action(business).by_order:
        raise UnknownAction(f"{business} is no business of an order")
    if step in _OF_THE_BUSINESS:
        return (step, business)
    if step in _OF_THE_OFFICE:
        return (step,)
    raise UnknownAction(f"{step} is no step of an order")
