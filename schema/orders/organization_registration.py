"""Registration of a developer enterprise (开发建设单位注册) in the graph."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.fields import stored
from schema.orders.stored_content import is_content


@strawberry.type(description="What a registration form says (注册申请).")
class OrganizationRegistration:
    """The content of a registration."""

    is_type_of = is_content("ORGANIZATION_REGISTRATION")
    name: str = stored("name", "Name of the enterprise (单位名称).")
    uscc: str = stored("uscc", "Unified social credit code (统一社会信用代码).")
    org_code: str | None = stored("org_code", "Institution code (机构代码).")
    legal_representative: str = stored("legal_representative", "Legal representative (法定代表人).")
    legal_rep_id_number: str = stored(
        "legal_rep_id_number", "The representative's ID number, masked (证件号).", lambda sealed: sealed["masked"]
    )
    contact_name: str = stored("contact_name", "Contact (联系人).")
    contact_mobile: str = stored("contact_mobile", "The contact's mobile number (联系人手机).")
    registered_address: str = stored("registered_address", "Registered address (注册地址).")
    login_name: str = stored("login_name", "Sign-in name (登录名).")
    agreement_version: str = stored("agreement_version", "Version of the agreement that was accepted (协议版本).")


@strawberry.input(description="A document of the registration (要件).")
class PaperInput:
    """An uploaded document."""

    kind: str = strawberry.field(description="Code of the document (附件种类).")
    file_id: strawberry.ID = strawberry.field(description="The uploaded file (文件).")


@strawberry.input(description="The registration form of a developer enterprise (注册申请).")
class OrganizationRegisterInput:
    """A registration."""

    name: str = strawberry.field(description="Name of the enterprise (单位名称).")
    uscc: str = strawberry.field(description="Unified social credit code, 18 characters (统一社会信用代码).")
    org_code: str | None = strawberry.field(default=None, description="Institution code (机构代码).")
    legal_representative: str = strawberry.field(description="Legal representative (法定代表人).")
    legal_rep_id_type: str = strawberry.field(default="1", description="Kind of identity document (证件类型).")
    legal_rep_id_number: str = strawberry.field(description="The representative's ID number (证件号).")
    contact_name: str = strawberry.field(description="Contact, the first user (联系人).")
    contact_mobile: str = strawberry.field(description="The contact's mobile number (联系人手机).")
    phone: str | None = strawberry.field(default=None, description="Telephone (单位电话).")
    registered_address: str = strawberry.field(description="Registered address (注册地址).")
    office_address: str | None = strawberry.field(default=None, description="Office address (办公地址).")
    qualification_no: str | None = strawberry.field(default=None, description="Qualification certificate (资质证书号).")
    login_name: str = strawberry.field(description="Sign-in name of the first user (登录名).")
    password: str = strawberry.field(description="Password, at least 10 characters (密码).")
    agreement_accepted: bool = strawberry.field(description="The agreement was read and accepted (已阅读并同意协议).")
    papers: list[PaperInput] = strawberry.field(description="Uploaded documents (要件).")
    idempotency_key: str | None = strawberry.field(default=None, description="Idempotency key, up to 64 characters.")

    def values(self) -> Mapping[str, Any]:
        """Give the form by the field names of the kind; password and ID number go their own way."""
        apart = {"password", "agreement_accepted", "papers", "idempotency_key", "legal_rep_id_number"}
        return {name: value for name, value in vars(self).items() if name not in apart}
