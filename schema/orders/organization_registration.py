"""Registration of a developer enterprise (开发建设单位注册) in the graph."""

from collections.abc import Mapping
from typing import Any

import strawberry

from domain.identity import mask_mobile
from schema.fields import masked, stored
from schema.mutation import ActInput
from schema.orders.stored_content import is_content
from schema.types import asks, given, maybe, tells


@tells
class OrganizationRegistration:
    """What a registration form says (注册申请)."""

    is_type_of = is_content("ORGANIZATION_REGISTRATION")
    name: str = stored("name", "Name of the enterprise (单位名称).")
    uscc: str = stored("uscc", "Unified social credit code (统一社会信用代码).")
    org_code: str | None = stored("org_code", "Institution code (机构代码).")
    legal_representative: str = stored("legal_representative", "Legal representative (法定代表人).")
    legal_rep_id_type: str = stored("legal_rep_id_type", "Code of the kind of identity document (证件类型).")
    legal_rep_id_number: str = masked(
        "legal_rep_id_number", "The representative's ID number, masked (证件号)."
    )
    contact_name: str = stored("contact_name", "Contact (联系人).")
    contact_mobile: str = stored(
        "contact_mobile", "The contact's mobile number, masked (联系人手机).", mask_mobile
    )
    phone: str | None = stored("phone", "Telephone (单位电话).")
    registered_address: str = stored("registered_address", "Registered address (注册地址).")
    office_address: str | None = stored("office_address", "Office address (办公地址).")
    qualification_no: str | None = stored("qualification_no", "Qualification certificate (资质证书号).")
    login_name: str = stored("login_name", "Sign-in name (登录名).")
    agreement_version: str = stored(
        "agreement_version", "Version of the agreement that was accepted (协议版本)."
    )


@asks
class PaperInput:
    """A document of the registration (要件)."""

    kind: str = given("Code of the document (附件种类).")
    file_id: strawberry.ID = given("The uploaded file (文件).")


@asks
class OrganizationRegisterInput(ActInput):
    """The registration form of a developer enterprise (注册申请) [L 2.1][J 1.1]."""

    name: str = given("Name of the enterprise (单位名称).")
    uscc: str = given("Unified social credit code, 18 characters (统一社会信用代码).")
    org_code: str | None = maybe("Institution code (机构代码).")
    legal_representative: str = given("Legal representative (法定代表人).")
    legal_rep_id_type: str = maybe("Kind of identity document by code or name (证件类型).", "1")
    legal_rep_id_number: str = given("The representative's ID number (证件号).")
    contact_name: str = given("Contact, the first user (联系人).")
    contact_mobile: str = given("The contact's mobile number (联系人手机).")
    phone: str | None = maybe("Telephone (单位电话).")
    registered_address: str = given("Registered address (注册地址).")
    office_address: str | None = maybe("Office address (办公地址).")
    qualification_no: str | None = maybe("Qualification certificate (资质证书号).")
    login_name: str = given("Sign-in name of the first user (登录名).")
    password: str = given("Password, at least 10 characters (密码).")
    agreement_accepted: bool = given("The agreement was read and accepted (已阅读并同意协议).")
    papers: list[PaperInput] = given("Uploaded documents (要件).")

    def values(self) -> Mapping[str, Any]:
        """Give the form by the field names of the kind; password and ID number go their own way."""
        apart = {
            "password",
            "agreement_accepted",
            "papers",
            "idempotency_key",
            "dry_run",
            "legal_rep_id_number",
        }
        return {name: value for name, value in vars(self).items() if name not in apart}
