"""交款证明: says that the bank confirmed a payment into the fund."""

from dataclasses import dataclass
from datetime import datetime

from domain.area import format_area
from domain.money import format_yuan, in_words
from reports.forms.imprint import Imprint
from reports.page import (
    Document,
    Fact,
    SignBox,
    draw_boxes,
    draw_facts,
    draw_notes,
    draw_passage,
    print_date,
    print_moment,
)

NUMBER = "WX-05"


@dataclass(frozen=True, slots=True)
class PaymentProofData:
    """A confirmed payment of one unit.

    Attributes:
        imprint: The copy; its number is the proof number. From the second print on it says 补打.
        payers: Names of the owners, in the order of the notice.
        id_numbers: Their ID numbers, masked, in the same order.
        area: Gross area in 0.0001 m².
        amount: In fen.
    """

    imprint: Imprint
    notice_no: str
    transaction_no: str
    channel: str
    paid_at: datetime
    confirmed_at: datetime
    payers: tuple[str, ...]
    id_numbers: tuple[str, ...]
    estate: str
    unit: str
    address: str
    area: int
    deposit_type: str
    amount: int
    bank: str
    account_name: str
    account_no: str
    notes: tuple[str, ...] = ()


def render(data: PaymentProofData) -> bytes:
    """Print the proof.

    Raises:
        GlyphMissing: A character has no glyph.
    """
    document = Document(f"{data.imprint.title} {data.imprint.number}")
    section = document.add(data.imprint.heading(NUMBER))
    copy = "（补打）" if data.imprint.printed > 1 else ""
    draw_passage(
        section, f"兹证明下列房屋的住宅专项维修资金已经专户银行确认收讫，计入相应房屋的分户账。{copy}"
    )
    section.y -= 6
    draw_facts(section, _facts(data))
    boxes = [
        SignBox("收款银行（业务章）", lines=(print_date(None),)),
        SignBox("维修资金管理机构（盖章）", lines=(print_date(None),)),
    ]
    draw_boxes(section, boxes, 105)
    draw_notes(section, "说明：", data.notes)
    return document.finish()


def _facts(data: PaymentProofData) -> list[Fact]:
    return [
        Fact("交款人（业主）", "、".join(data.payers), wide=True),
        Fact("证件号码", "、".join(data.id_numbers), wide=True),
        Fact("物业区域", data.estate, wide=True),
        Fact("房屋坐落", data.address, wide=True),
        Fact("房屋", data.unit),
        Fact("建筑面积（㎡）", format_area(data.area)),
        Fact("交款类型", data.deposit_type),
        Fact("交款渠道", data.channel),
        Fact("交款金额（小写）", f"¥{format_yuan(data.amount)}", wide=True, strong=True),
        Fact("交款金额（大写）", in_words(data.amount), wide=True, strong=True),
        Fact("通知单编号", data.notice_no, wide=True),
        Fact("银行流水号", data.transaction_no, wide=True),
        Fact("交款时间", print_moment(data.paid_at)),
        Fact("确认时间", print_moment(data.confirmed_at)),
        Fact("专户银行", data.bank, wide=True),
        Fact("收款户名", data.account_name),
        Fact("收款账号", data.account_no),
    ]
