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
        kind: What it is about.
        by_order: Whether an order kind may stand on it, as estate collection stands on `estate.collect`.
    """

    name: str
    text: str
    kind: Kind
    by_order: bool = False

    @property
    def needs_estate(self) -> bool:
        """Whether a grant of the action's kind on the row's estate is needed beside the role."""
        return self.kind in ESTATE_KINDS


_ALL: Final = (
    Action("me.view", "查看本人信息", Kind.SELF),
    Action("session.end", "退出登录", Kind.SELF),
    Action("password.change", "修改本人密码", Kind.SELF),
    Action("org.view", "查看机构信息", Kind.ORG),
    Action("org.update", "修改机构信息", Kind.ORG, by_order=True),
    Action("user.view", "查看机构用户", Kind.ORG),
    Action("user.create", "添加机构用户", Kind.ORG),
    Action("user.update", "修改机构用户", Kind.ORG),
    Action("user.deactivate", "注销机构用户", Kind.ORG),
    Action("user.activate", "激活机构用户", Kind.ORG),
    Action("user.grant", "授予机构用户小区权限", Kind.ORG),
    Action("role.view", "查看角色", Kind.ORG),
    Action("role.assign", "分配角色", Kind.ORG),
    Action("file.upload", "上传文件", Kind.ORG),
    Action("export.create", "导出报表和批量数据", Kind.ORG),
    Action("audit.view", "查看操作日志", Kind.ORG),
    Action("estate.view", "查看物业区域", Kind.ESTATE),
    Action("estate.collect", "采集物业区域", Kind.ESTATE, by_order=True),
    Action("estate.change", "变更物业区域", Kind.ESTATE, by_order=True),
    Action("building.view", "查看楼幢", Kind.BUILDING),
    Action("building.collect", "补充楼幢", Kind.BUILDING, by_order=True),
    Action("building.change", "变更楼幢", Kind.BUILDING, by_order=True),
    Action("unit.view", "查看房屋和楼盘表", Kind.UNIT),
    Action("unit.supplement", "补充房屋", Kind.UNIT, by_order=True),
    Action("unit.change", "变更房屋信息", Kind.UNIT, by_order=True),
    Action("unit.split", "拆分合并房屋", Kind.UNIT, by_order=True),
    Action("unit.cancel", "注销房屋", Kind.UNIT, by_order=True),
    Action("owner.view", "查看业主(证件号、手机号掩码)", Kind.OWNER),
    Action("owner.view_pii", "查看业主完整证件号和手机号", Kind.OWNER),
    Action("ownership.change", "变更房屋权属", Kind.OWNER, by_order=True),
    Action("contract.view", "查看房屋合同号", Kind.CONTRACT),
    Action("contract.bind", "绑定房屋合同号", Kind.CONTRACT, by_order=True),
    Action("contract.unbind", "解除房屋合同号", Kind.CONTRACT, by_order=True),
    Action("account.view", "查看分户账", Kind.PAYMENT),
    Action("notice.view", "查看交款通知单", Kind.PAYMENT),
    Action("notice.print", "开具和补打交款通知单", Kind.PAYMENT),
    Action("notice.void", "作废交款通知单", Kind.PAYMENT),
    Action("notice.look_up", "凭单号查询应交款", Kind.PAYMENT),
    Action("payment.view", "查看交款", Kind.PAYMENT),
    Action("payment.print", "补打交款证明", Kind.PAYMENT),
    Action("payment.batch_create", "新建批量交款", Kind.PAYMENT, by_order=True),
    Action("payment.submit", "提交批量交款", Kind.PAYMENT),
    Action("payment.cancel", "取消批量交款", Kind.PAYMENT),
    Action("payment.confirm", "确认交款到账", Kind.PAYMENT),
    Action("custom_payment.create", "新建自定义交款", Kind.PAYMENT, by_order=True),
    Action("refund.view", "查看退款", Kind.PAYMENT),
    Action("refund.settle", "办结退款", Kind.PAYMENT),
    Action("receipt.issue", "开具专用票据", Kind.PAYMENT),
    Action("order.view", "查看业务单和办理进度", Kind.ORDER),
    Action("order.draft", "填写、保存、导入和放弃业务单", Kind.ORDER),
    Action("order.submit", "提交业务单", Kind.ORDER),
    Action("order.withdraw", "撤回业务单", Kind.ORDER),
    Action("order.accept", "受理业务单", Kind.ORDER),
    Action("order.return", "退回补正业务单", Kind.ORDER),
    Action("order.review", "审核业务单(通过或不予通过)", Kind.ORDER),
    Action("file.view", "查看业务单附件", Kind.ORDER),
    Action("rate.view", "查看交存标准", Kind.CITY),
    Action("rate.set", "设定交存标准", Kind.CITY),
    Action("suspense.view", "查看待查款项", Kind.CITY),
    Action("suspense.resolve", "处理待查款项", Kind.CITY),
    Action("ledger.view", "查看总账和分录", Kind.CITY),
    Action("ledger.post", "登记利息、使用和冲正", Kind.CITY),
    Action("statement.import", "导入银行对账单", Kind.BANK),
    Action("notice.expire", "使逾期通知单失效", Kind.SYSTEM),
    Action("outbox.send", "推送对外消息", Kind.SYSTEM),
    Action("file.purge", "清理未使用的上传文件", Kind.SYSTEM),
    Action("repetition.forget", "清理过期的幂等记录", Kind.SYSTEM),
    Action("search.complete", "补建查询索引", Kind.SYSTEM),
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
