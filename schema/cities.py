"""The cities that are served, and the rules that anybody may read."""

from enum import StrEnum
from typing import Annotated, Any

import strawberry

from domain.city import City as CityRules
from domain.switch import (
    BatchNoticeIssue,
    BatchSelection,
    CancellationGranularity,
    Demand,
    InterfacePick,
    InterfaceQuery,
    NoticeKind,
    RegistrationMode,
    Route,
    SplitMergeSource,
    UnitBatchField,
)
from resolvers.visit import Visit
from schema.switches import PaymentChannels
from schema.types import closed, resolved, tells, value


class CodeList(StrEnum):
    """The code lists of a city; the value is the list's name in the city's file."""

    DISTRICT = "district"
    ID_TYPE = "id_type"
    STRUCTURE = "structure"
    USAGE = "usage"
    SALE_STATUS = "sale_status"
    DEPOSIT_TYPE = "deposit_type"


closed(
    CodeList,
    "The code lists of a city (代码表).",
    {
        "DISTRICT": "Counties and districts (行政区划).",
        "ID_TYPE": "Kinds of identity documents (证件类型).",
        "STRUCTURE": "Building structures (建筑结构).",
        "USAGE": "What units are used for (房屋用途).",
        "SALE_STATUS": "Sale statuses (销售状态).",
        "DEPOSIT_TYPE": "What deposits are for (交款类型).",
    },
)


@tells
class CodeEntry:
    """A choice of a code list (代码)."""

    code: str = value("The code that is kept (代码).")
    label: str = value("What it stands for, in Chinese (名称).")


@tells
class AttachmentKind:
    """A document that may be handed in with a kind of order (要件)."""

    order_kind: str = value("The kind of order (业务种类).")
    code: str = value("Code of the document (附件种类).")
    label: str = value("Name of the document, in Chinese (要件名称).")
    required: bool = value("Whether the order needs it when its units come by workbook (是否必须).")
    required_by_interface: bool = value(
        "Whether the order needs it when its units come from the transaction system (接口获取是否必须)."
    )


@tells
class Bank:
    """A bank that keeps the fund's special account (专户银行)."""

    code: str = value("Its code (银行代码).")
    name: str = value("Its name (银行名称).")


def bank_name(visit: Visit, code: str) -> str:
    """Give the name of one of the city's banks; a code that the city no longer has stands for itself."""
    return next((bank.name for bank in visit.city.banks if bank.code == code), code)


@tells
class City:
    """A city and the rules by which its fund works (城市)."""

    rules: strawberry.Private[CityRules]

    @resolved()
    def code(self) -> int:
        """Division code, GB/T 2260 (行政区划代码)."""
        return self.rules.code

    @resolved()
    def name(self) -> str:
        """Name of the city (城市名称)."""
        return self.rules.name

    @resolved()
    def authority(self) -> str:
        """Name of the fund office (维修资金管理部门)."""
        return self.rules.authority.name

    @resolved()
    def registration_mode(self) -> RegistrationMode:
        """How enterprises register (注册方式)."""
        return self.rules.registration_mode

    @resolved()
    def contract_prompt(self) -> bool:
        """Whether a notice asks about missing contract numbers (合同号提示)."""
        return self.rules.contract_prompt

    @resolved()
    def interface_query(self) -> InterfaceQuery:
        """How projects are looked for in the transaction system (项目查询方式)."""
        return self.rules.interface_query

    @resolved()
    def interface_pick(self) -> InterfacePick:
        """What of its answer is ticked (接口获取的勾选单位)."""
        return self.rules.interface_pick

    @resolved()
    def deposit_point_asked(self) -> list[Route]:
        """Ways of its units to come in that ask a supplement for its deposit point (须填交存时点)."""
        return list(self.rules.deposit_point_on_supplement)

    @resolved()
    def cancellation_granularity(self) -> CancellationGranularity:
        """What a cancellation takes (房屋注销的单位)."""
        return self.rules.cancellation_granularity

    @resolved()
    def unit_batch_fields(self) -> list[UnitBatchField]:
        """What a unit change may set for many units at once (批量修改项)."""
        return list(self.rules.unit_batch_fields)

    @resolved()
    def split_merge_source(self) -> SplitMergeSource:
        """Where the sheet of a split or merge comes from (拆分合并表的来源)."""
        return self.rules.split_merge_source

    @resolved()
    def owner_batch_edit(self) -> bool:
        """Whether an ownership change may set owners for many units at once (批量修改权属)."""
        return self.rules.owner_batch_edit

    @resolved()
    def contract_binding(self) -> bool:
        """Whether contract numbers are matched with the transaction system (房屋合同号设置)."""
        return self.rules.contract_binding

    @resolved()
    def refund_prompt(self) -> bool:
        """Whether a unit change asks for the account of a refund at its submission (退款确认)."""
        return self.rules.refund_prompt

    @resolved()
    def batch_selection(self) -> list[BatchSelection]:
        """What may be ticked for a batch deposit (批量交款的勾选单位)."""
        return list(self.rules.batch_deposit_selection)

    @resolved()
    def batch_needs_owners(self) -> bool:
        """Whether a batch deposit needs its owners typed into the exported workbook (批量交款须填业主)."""
        return self.rules.batch_deposit_needs_owners is Demand.REQUIRED

    @resolved()
    def batch_notice_issue(self) -> BatchNoticeIssue:
        """What makes a batch notice (批量交存通知单的生成方式)."""
        return self.rules.batch_notice_issue

    @resolved()
    def receipt_mode_asked(self) -> bool:
        """Whether a batch deposit asks for one receipt or one a unit (开票方式)."""
        return self.rules.receipt_mode is Demand.REQUIRED

    @resolved()
    def receipt_mobile_asked(self) -> bool:
        """Whether a batch deposit asks for the mobile number that gets the receipts (领取票据的手机号)."""
        return self.rules.receipt_mobile is Demand.REQUIRED

    @resolved()
    def custom_deposit(self) -> bool:
        """Whether there are custom deposits, top-ups among them (自定义交款)."""
        return self.rules.custom_deposit

    @resolved()
    def notice_qr(self) -> bool:
        """Whether an owner's notice carries a QR code to pay by (扫码交款)."""
        return self.rules.notice_qr

    @resolved()
    def notice_validity_days(self) -> int:
        """For how many days a notice can be paid (通知单有效天数)."""
        return self.rules.notice_validity_days

    @resolved()
    def payment_channels(self) -> list[PaymentChannels]:
        """Where each kind of notice can be paid (交款渠道)."""
        return [
            PaymentChannels(kind=kind, channels=list(self.rules.channels_of(kind))) for kind in NoticeKind
        ]

    @resolved()
    def agreement_version(self) -> str:
        """Version of the registration agreement (机构注册协议)."""
        return self.rules.agreement.version

    @resolved()
    def agreement_text(self) -> str:
        """Text of the registration agreement (机构注册协议)."""
        return self.rules.agreement.text

    @resolved()
    def banks(self) -> list[Bank]:
        """Banks that keep the special account (专户银行)."""
        return [Bank(code=bank.code, name=bank.name) for bank in self.rules.banks]

    @resolved()
    def attachment_kinds(self) -> list[AttachmentKind]:
        """Documents that orders may carry or need (要件)."""
        found: list[AttachmentKind] = []
        for papers in self.rules.order_kinds:
            typed = self.rules.required_attachments(papers.code, Route.TEMPLATE)
            fetched = self.rules.required_attachments(papers.code, Route.INTERFACE)
            found += [
                AttachmentKind(
                    order_kind=papers.code,
                    code=code,
                    label=label,
                    required=code in typed,
                    required_by_interface=code in fetched,
                )
                for code, label in self.rules.attachment_kinds(papers.code).items()
            ]
        return found

    @resolved()
    def codes(
        self, list_name: Annotated[CodeList, strawberry.argument(description="Which code list (代码表名称).")]
    ) -> list[CodeEntry]:
        """Choices of one of the city's code lists (代码表)."""
        entries: Any = getattr(self.rules.codes, list_name.value)
        return [CodeEntry(code=entry.code, label=entry.label) for entry in entries]
