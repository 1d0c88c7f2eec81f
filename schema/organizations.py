"""Who takes part: the city's office and rules, organizations, and the person who asks."""

from typing import Any

import strawberry

from db.tables.organizations import Organization as OrganizationRow
from domain.city import City as CityRules
from resolvers.read import load_rows
from resolvers.visit import Visit
from schema.fields import INHERIT, RIGHT, column, is_row, node_id, visit_of
from schema.node import Node
from schema.scalars import Day

_FIELD: Any = {RIGHT: INHERIT}


@strawberry.type(description="A developer enterprise (开发建设单位).")
class Organization(Node):
    """An organization."""

    is_type_of = is_row(OrganizationRow)
    id: strawberry.ID = node_id("Organization")
    name: str = column("name", "Name (单位名称).")
    uscc: str = column("uscc", "Unified social credit code (统一社会信用代码).")
    org_code: str | None = column("org_code", "Institution code (机构代码).")
    legal_representative: str = column("legal_representative", "Legal representative (法定代表人).")
    legal_rep_id_number: str = column("legal_rep_id_masked", "The representative's ID number, masked (证件号).")
    contact_name: str = column("contact_name", "Contact (联系人).")
    contact_mobile: str = column("contact_mobile", "The contact's mobile number (联系人手机).")
    phone: str | None = column("phone", "Telephone (单位电话).")
    registered_address: str = column("registered_address", "Registered address (注册地址).")
    office_address: str | None = column("office_address", "Office address (办公地址).")
    qualification_no: str | None = column("qualification_no", "Qualification certificate (资质证书号).")
    status: str = column("status", "PENDING_REVIEW, PROVISIONAL, ACTIVE or REJECTED (状态).")
    papers_status: str = column("papers_status", "Whether the registration papers came: PENDING or RECEIVED.")
    papers_received_on: Day | None = column("papers_received_on", "Day on which the papers came (收件日期).")
    version: int = column("version", "Rises with every change (版本).")


@strawberry.type(description="A choice of a code list (代码).")
class CodeEntry:
    """One code with its words."""

    code: str = strawberry.field(description="The code that is kept.", metadata=_FIELD)
    label: str = strawberry.field(description="What it stands for, in Chinese.", metadata=_FIELD)


@strawberry.type(description="A document that may be handed in with a kind of order (要件).")
class AttachmentKind:
    """One kind of attachment."""

    order_kind: str = strawberry.field(description="The kind of order.", metadata=_FIELD)
    code: str = strawberry.field(description="Code of the document.", metadata=_FIELD)
    label: str = strawberry.field(description="Name of the document, in Chinese.", metadata=_FIELD)
    required: bool = strawberry.field(description="Whether the order needs it (template route).", metadata=_FIELD)


@strawberry.type(description="A bank that keeps the fund's special account (专户银行).")
class Bank:
    """A custodian bank."""

    code: str = strawberry.field(description="Its code.", metadata=_FIELD)
    name: str = strawberry.field(description="Its name.", metadata=_FIELD)


@strawberry.type(description="A city and the rules by which its fund works.")
class City:
    """A city as anybody may read it."""

    rules: strawberry.Private[CityRules]

    @strawberry.field(description="Division code (GB/T 2260).", metadata=_FIELD)
    def code(self) -> int:
        """Give the city's code."""
        return self.rules.code

    @strawberry.field(description="Name of the city.", metadata=_FIELD)
    def name(self) -> str:
        """Give the city's name."""
        return self.rules.name

    @strawberry.field(description="Name of the fund office (维修资金管理部门).", metadata=_FIELD)
    def authority(self) -> str:
        """Name the office."""
        return self.rules.authority.name

    @strawberry.field(description="WINDOW: the office decides; INSTANT: usable at once (注册方式).", metadata=_FIELD)
    def registration_mode(self) -> str:
        """Tell how enterprises register."""
        return self.rules.registration_mode.value

    @strawberry.field(description="Whether a missing contract number is asked about (合同号提示).", metadata=_FIELD)
    def contract_prompt(self) -> bool:
        """Tell whether notices ask for contract numbers."""
        return self.rules.contract_prompt

    @strawberry.field(description="Version of the registration agreement (机构注册协议).", metadata=_FIELD)
    def agreement_version(self) -> str:
        """Give the agreement's version."""
        return self.rules.agreement.version

    @strawberry.field(description="Text of the registration agreement (机构注册协议).", metadata=_FIELD)
    def agreement_text(self) -> str:
        """Give the agreement's text."""
        return self.rules.agreement.text

    @strawberry.field(description="Banks that keep the special account (专户银行).", metadata=_FIELD)
    def banks(self) -> list[Bank]:
        """List the banks."""
        return [Bank(code=bank.code, name=bank.name) for bank in self.rules.banks]

    @strawberry.field(description="Documents that orders may carry or need (要件).", metadata=_FIELD)
    def attachment_kinds(self) -> list[AttachmentKind]:
        """List the kinds of attachments of every order kind."""
        found: list[AttachmentKind] = []
        for papers in self.rules.order_kinds:
            needed = set(self.rules.required_attachments(papers.code))
            for code, label in self.rules.attachment_kinds(papers.code).items():
                found.append(AttachmentKind(order_kind=papers.code, code=code, label=label, required=code in needed))
        return found

    @strawberry.field(
        description="Entries of a code list: district, id_type, structure, usage, sale_status or deposit_type (代码表).",
        metadata=_FIELD,
    )
    def codes(self, list_name: str) -> list[CodeEntry]:
        """List the choices of one code list; an unknown list is empty."""
        entries: Any = getattr(self.rules.codes, list_name, ())
        return [CodeEntry(code=entry.code, label=entry.label) for entry in entries]


@strawberry.type(description="The person, machine or visitor that asks (当前用户).")
class Me:
    """The caller."""

    visit: strawberry.Private[Visit]

    @strawberry.field(description="Name.", metadata=_FIELD)
    def name(self) -> str:
        """Give the caller's name."""
        return self.visit.signed_in().name

    @strawberry.field(description="VISITOR, DEVELOPER, OFFICE or BANK.", metadata=_FIELD)
    def kind(self) -> str:
        """Tell what sort of principal it is."""
        return self.visit.signed_in().kind.value

    @strawberry.field(description="The city in which the caller acts.", metadata=_FIELD)
    def city(self) -> City:
        """Give the city."""
        return City(rules=self.visit.city)

    @strawberry.field(description="Roles that the caller holds (角色).", metadata=_FIELD)
    async def roles(self) -> list[str]:
        """List the caller's roles."""
        return sorted((await self.visit.load_rights()).roles)

    @strawberry.field(description="Actions that the caller may take somewhere (权限).", metadata=_FIELD)
    async def actions(self) -> list[str]:
        """List what the caller may do."""
        return sorted((await self.visit.snapshot()).actions)

    @strawberry.field(description="The caller's own organization (本单位).", metadata=_FIELD)
    async def organization(self, info: strawberry.Info) -> Organization | None:
        """Give the caller's organization, if it belongs to one that exists."""
        actor = self.visit.signed_in()
        if actor.organization is None:
            return None
        rows = await load_rows(visit_of(info), OrganizationRow, "id", [actor.organization])
        return rows.get(actor.organization)
