"""注册申请表: a developer's application to be registered, taken to the fund office with its papers."""

from dataclasses import dataclass
from datetime import date

from reports.forms.imprint import UNDECIDED, Imprint, Opinion
from reports.page import Document, Fact, SignBox, draw_boxes, draw_facts, draw_notes, print_date

NUMBER = "WX-01"


@dataclass(frozen=True, slots=True)
class RegistrationFormData:
    """An organization's application as it was submitted; ID numbers come masked, what is unknown is empty."""

    imprint: Imprint
    submitted_on: date
    organization: str
    uscc: str
    organization_code: str
    legal_representative: str
    legal_representative_id_type: str
    legal_representative_id_number: str
    contact_name: str
    contact_mobile: str
    phone: str
    registered_address: str
    office_address: str
    qualification_no: str
    bank: str
    bank_account_name: str
    bank_account_no: str
    login_name: str
    agreement: str
    papers: tuple[str, ...]
    accepted: Opinion = UNDECIDED
    reviewed: Opinion = UNDECIDED
    notes: tuple[str, ...] = ()


def render(data: RegistrationFormData) -> bytes:
    """Print the application.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    section = document.add(data.imprint.heading(NUMBER))
    draw_facts(section, _facts(data))
    statement = "本单位承诺以上内容和所提交的资料真实、准确、完整，并遵守住宅专项维修资金管理的有关规定。"
    stamp = ("法定代表人（签字）：　　　　　　", print_date(None))
    draw_boxes(section, [SignBox("申请单位（盖章）", statement, stamp)], 105)
    opinions = [
        SignBox("受理意见", data.accepted.text, data.accepted.lines("受理人")),
        SignBox("审核意见", data.reviewed.text, data.reviewed.lines("审核人")),
    ]
    draw_boxes(section, opinions, 105)
    draw_notes(section, "说明：", data.notes)
    return document.finish()


def _facts(data: RegistrationFormData) -> list[Fact]:
    papers = "\n".join(f"{place}．{paper}" for place, paper in enumerate(data.papers, start=1))
    return [
        Fact("申请日期", print_date(data.submitted_on)),
        Fact("登录名", data.login_name),
        Fact("单位名称", data.organization, wide=True),
        Fact("统一社会信用代码", data.uscc),
        Fact("机构代码", data.organization_code),
        Fact("法定代表人", data.legal_representative),
        Fact("资质证书编号", data.qualification_no),
        Fact("证件类型", data.legal_representative_id_type),
        Fact("证件号码", data.legal_representative_id_number),
        Fact("经办人", data.contact_name),
        Fact("经办人手机", data.contact_mobile),
        Fact("单位电话", data.phone, wide=True),
        Fact("注册地址", data.registered_address, wide=True),
        Fact("办公地址", data.office_address, wide=True),
        Fact("开户银行", data.bank, wide=True),
        Fact("户名", data.bank_account_name),
        Fact("账号", data.bank_account_no),
        Fact("注册协议", data.agreement, wide=True),
        Fact("提交资料", papers, wide=True),
    ]
