"""变更申请表&退款申请表: a change or cancellation by which money goes back, and to whom [J 1.3.6 s6-7]."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from domain.money import format_yuan, in_words
from reports.forms.order_application import OrderApplicationData, draw_application
from reports.page import (
    Align,
    Column,
    Document,
    Fact,
    Row,
    SignBox,
    draw_boxes,
    draw_caption,
    draw_facts,
    draw_table,
    print_date,
)

NUMBER = "WX-06"
_NUMBER, _UNIT = Column("序号", 2), Column("房屋", 9, Align.LEFT)
_CHANGED = ("变更前应交（元）", "变更后应交（元）", "首期已交（元）", "退款金额（元）")
_ENDED = ("首期应交（元）", "首期已交（元）", "账户余额（元）", "退款金额（元）")
_ACCOUNT_COLUMNS = (
    Column("序号", 2),
    Column("户名", 7, Align.LEFT),
    Column("账号", 8),
    Column("开户银行", 8, Align.LEFT),
    Column("房屋（序号）", 5, Align.LEFT),
    Column("退款金额（元）", 5),
)


@dataclass(frozen=True, slots=True)
class RefundPayee:
    """To whom money of a unit goes back, in fen; what nobody has named is left to be filled in."""

    amount: int
    holder: str = ""
    number: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True)
class RefundLine:
    """One unit whose money goes back; amounts in fen.

    Attributes:
        unit: Building, section and room, as it was when it was paid for.
        payees: To whom it goes, together all of it.
        balance: What the account holds, of a unit that is cancelled.
    """

    unit: str
    due_before: int
    due: int
    paid: int
    amount: int
    payees: Sequence[RefundPayee]
    balance: int | None = None

    @property
    def figures(self) -> tuple[int, int, int, int]:
        """What stands in its row: of a change what is due before and after, of a cancellation the account."""
        if self.balance is None:
            return self.due_before, self.due, self.paid, self.amount
        return self.due_before, self.paid, self.balance, self.amount


@dataclass(frozen=True, slots=True)
class ChangeRefundData(OrderApplicationData):
    """An application for a change, and the refunds that follow from it."""

    refunds: Sequence[RefundLine] = ()


def with_refunds(application: OrderApplicationData, refunds: Sequence[RefundLine]) -> ChangeRefundData:
    """Add the refunds to an application."""
    said = {field.name: getattr(application, field.name) for field in fields(OrderApplicationData)}
    return ChangeRefundData(**said, refunds=refunds)


def render(data: ChangeRefundData) -> bytes:
    """Print the application with its annexes, then the application for the refunds.

    Raises:
        GlyphMissing: A character has no glyph.
        ValueError: A line has other than the table's columns.
    """
    imprint = data.imprint
    document = Document(f"{imprint.title} {imprint.number}")
    section = draw_application(document, data, NUMBER)
    section.turn(landscape=False)
    total = sum(line.amount for line in data.refunds)
    draw_caption(section, f"退款申请：因{data.kind}应退维修资金，共 {len(data.refunds)} 户")
    ended = any(line.balance is not None for line in data.refunds)
    columns = (_NUMBER, _UNIT, *(Column(head, 5) for head in (_ENDED if ended else _CHANGED)))
    draw_table(section, columns, _rows(data.refunds))
    section.y -= 8
    sums = [
        Fact("退款金额合计", f"¥{format_yuan(total)}", strong=True),
        Fact("业务单号", imprint.number),
        Fact("合计（大写）", in_words(total), wide=True, strong=True),
    ]
    draw_facts(section, sums)
    section.y -= 8
    draw_caption(section, "退款账户")
    draw_table(section, _ACCOUNT_COLUMNS, _accounts(data.refunds, data.developer))
    section.y -= 8
    boxes = [
        SignBox("业主（签字）", "本人确认上列退款金额和退款账户无误。", (print_date(None),)),
        SignBox("申请单位（盖章）", "", ("经办人（签字）：　　　　　　", print_date(None))),
        SignBox("维修资金管理机构意见", "", ("经办人（签字）：　　　　　　", print_date(None))),
    ]
    draw_boxes(section, boxes, 105)
    return document.finish()


def _rows(refunds: Sequence[RefundLine]) -> Iterator[Row]:
    for number, line in enumerate(refunds, start=1):
        yield Row((str(number), line.unit, *map(format_yuan, line.figures)), marked=frozenset({5}))
    sums = (format_yuan(sum(column)) for column in zip(*(line.figures for line in refunds), strict=True))
    yield Row(("合计", *sums), spans=(2, 1, 1, 1, 1), strong=True, tied=True)


def _accounts(refunds: Sequence[RefundLine], developer: str) -> Iterator[Row]:
    """Give each account once, with the units whose money goes there; one not named stays to be filled in.

    Owners of the same name may be two people, so only the developer is asked for one account for many units.
    """
    found: dict[tuple[object, ...], list[tuple[int, RefundPayee]]] = {}
    for number, line in enumerate(refunds, start=1):
        for place, payee in enumerate(line.payees):
            one = payee.number or payee.holder == developer
            own = () if one else (number, place)
            found.setdefault((payee.holder, payee.number, payee.bank, *own), []).append((number, payee))
    for place, parts in enumerate(found.values(), start=1):
        payee = parts[0][1]
        amount = sum(part.amount for _, part in parts)
        units = _spans([number for number, _ in parts])
        yield Row((str(place), payee.holder, payee.number, payee.bank, units, format_yuan(amount)))


def _spans(numbers: Sequence[int]) -> str:
    """Write numbers that follow each other as `1-3、5`."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = spans[-1][0], number
        else:
            spans.append((number, number))
    return "、".join(f"{first}" if first == last else f"{first}-{last}" for first, last in spans)
