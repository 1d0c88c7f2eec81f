"""Batch notices on paper: what was frozen when each was issued, with all its lines."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.money import Notice, NoticeLine
from domain.batch import PAY_MODE_LABELS, RECEIPT_MODE_LABELS, PayMode
from domain.clock import business_day
from domain.receipts import ReceiptMode
from domain.switch import NoticeKind
from reports.forms import Imprint
from reports.forms.batch_notice import BatchNoticeData, BatchUnit
from resolvers.act import Work

Lines = Mapping[UUID, Sequence[BatchUnit]]


async def load_lines(work: Work, notices: Sequence[Notice]) -> Lines:
    """Read the lines of the batch notices among these, in their order."""
    ids = [notice.id for notice in notices if notice.kind == NoticeKind.BATCH.value]
    if not ids:
        return {}
    rows = await work.session.execute(
        select(
            NoticeLine.notice_id,
            NoticeLine.place,
            NoticeLine.owners,
            NoticeLine.gross_area,
            NoticeLine.rate,
            NoticeLine.amount,
        )
        .where(NoticeLine.city == work.actor.city, among(NoticeLine.notice_id, ids))
        .order_by(NoticeLine.notice_id, NoticeLine.no)
    )
    found: dict[UUID, list[BatchUnit]] = {one: [] for one in ids}
    for notice, stored, owners, area, rate, amount in rows:
        place = stored or {}
        unit = BatchUnit(
            building=place["building"],
            section=place["section"],
            floor=str(place["floor"]),
            room_no=place["room_no"],
            payees="、".join(owner["name"] for owner in owners),
            area=area,
            rate=rate,
            amount=amount,
        )
        found[notice].append(unit)
    return found


def lay_out_batch(work: Work, notice: Notice, units: Sequence[BatchUnit]) -> BatchNoticeData:
    """Print what was frozen at issue, whatever changed since."""
    frozen, forms = notice.snapshot, work.city.forms
    bank, mobile = frozen["bank"], frozen["receipt_mobile"]
    expires = business_day(notice.expires_at)
    return BatchNoticeData(
        imprint=Imprint(
            work.city.authority.name,
            forms.notice_title.of(NoticeKind.BATCH),
            notice.notice_no,
            notice.print_count,
            work.now,
        ),
        payer=frozen["developer"],
        uscc=frozen["uscc"],
        org_code=frozen["org_code"] or "",
        pay_mode=PAY_MODE_LABELS[PayMode(notice.pay_mode)] if notice.pay_mode else "",
        estate=frozen["estate"],
        address=frozen["address"],
        buildings=frozen["building"],
        deposit_type=work.city.code_label("deposit_type", notice.deposit_type),
        receipt_mode=RECEIPT_MODE_LABELS[ReceiptMode(notice.receipt_mode)],
        receipt_mobile=mobile["masked"] if mobile else "",
        units=units,
        bank=bank["name"],
        account_name=bank["account_name"],
        account_no=bank["account_no"],
        issued_on=business_day(notice.issued_at),
        expires_on=expires,
        handler=frozen["handler"],
        handler_mobile=frozen["handler_mobile"],
        notes=(
            forms.how_to_pay.of(NoticeKind.BATCH),
            forms.validity.replace("{expires}", f"{expires:%Y年%m月%d日}"),
        ),
    )
