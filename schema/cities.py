"""The cities that are served, and the rules that anybody may read."""

from enum import StrEnum
from typing import Annotated, Any

import strawberry

from domain.city import City as CityRules
from domain.switch import InterfacePick, InterfaceQuery, RegistrationMode, Route
from schema.types import closed, resolved, tells, value

closed(
    RegistrationMode,
    "How an enterprise becomes usable (注册方式).",
    {
        "WINDOW": "When the fund office has accepted and reviewed it (窗口办理).",
        "INSTANT": "At once; the papers come with the first order (即时注册).",
    },
)
closed(
    InterfaceQuery,
    "How projects are looked for in the transaction system (项目查询方式).",
    {
        "KEYWORD_FUZZY": "By a part of their name or address (按项目名称或地址).",
        "OWN_PROJECTS": "All of the caller's own are listed (本单位全部项目).",
    },
)
closed(
    InterfacePick,
    "What of the transaction system's answer is ticked (接口获取的勾选单位).",
    {"PROJECT_BUILDING": "Buildings of projects (项目栋).", "PROJECT": "Whole projects (项目)."},
)


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
