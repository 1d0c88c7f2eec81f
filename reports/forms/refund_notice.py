"""退款通知单: tells the owner what of the fund goes back, for which unit, and to which account."""

from dataclasses import dataclass
from datetime import date

from domain.money import format_yuan, in_words
from reports.forms.imprint import Imprint
from reports.page import Document, Fact, SignBox, draw_boxes, draw_facts, draw_notes, print_date

NUMBER = "WX-07"


@dataclass(frozen=True, slots=True)
class RefundNoticeData:
    """One refund; amounts in fen.

    Attributes:
        imprint: The copy; its number is the refund's.
        reason: Kind of the order by which it was promised, such as `房屋信息变更`.
        order_no: That order's number.
        payees: The unit's owners; none of a unit that has none.
        due: What is due of the first deposit now.
        paid: What was paid of it.
        status: Where the refund stands.
        holder: Holder of the account that it goes to; empty until somebody has named it.
        paid_on: When the bank had paid it.
    """

    imprint: Imprint
    reason: str
    order_no: str
    estate: str
    unit: str
    address: str
    developer: str
    payees: tuple[str, ...]
    due: int
    paid: int
    amount: int
    status: str
    holder: str
    account_no: str
    bank: str
    approved_on: date
    paid_on: date | None
    notes: tuple[str, ...] = ()


def render(data: RefundNoticeData) -> bytes:
    """Print the notice.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    section = document.add(data.imprint.heading(NUMBER))
    draw_facts(section, _facts(data))
    boxes = [
        SignBox("领款人（签字）", lines=(print_date(None),)),
        SignBox("专户银行（业务章）", lines=(print_date(None),)),
        SignBox("维修资金管理机构（盖章）", lines=(print_date(None),)),
    ]
    draw_boxes(section, boxes, 95)
    draw_notes(section, "说明：", data.notes)
    return document.finish()


def _facts(data: RefundNoticeData) -> list[Fact]:
    return [
        Fact("退款事由", data.reason),
        Fact("业务单号", data.order_no),
        Fact("物业区域", data.estate, wide=True),
        Fact("房屋坐落", data.address, wide=True),
        Fact("房屋", data.unit),
        Fact("业主", "、".join(data.payees)),
        Fact("首期应交（元）", format_yuan(data.due)),
        Fact("首期已交（元）", format_yuan(data.paid)),
        Fact("退款金额（小写）", f"¥{format_yuan(data.amount)}", wide=True, strong=True),
        Fact("退款金额（大写）", in_words(data.amount), wide=True, strong=True),
        Fact("退款户名", data.holder, wide=True),
        Fact("退款账号", data.account_no, wide=True),
        Fact("开户银行", data.bank, wide=True),
        Fact("核准日期", print_date(data.approved_on)),
        Fact("退款状态", data.status),
        Fact("退款日期", print_date(data.paid_on)),
        Fact("开发建设单位", data.developer, wide=True),
    ]
