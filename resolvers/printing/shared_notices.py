"""Notices over many units on paper: what was frozen when each was issued, with all its lines."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.files import File
from db.tables.money import Notice, NoticeLine
from domain.batch import PAY_MODE_LABELS, RECEIPT_MODE_LABELS, PayMode
from domain.clock import business_day
from domain.deposits import DepositType
from domain.receipts import ReceiptMode
from domain.switch import NoticeKind
from reports.forms import Imprint
from reports.forms.batch_notice import BatchNoticeData
from reports.forms.custom_notice import CustomNoticeData
from reports.forms.shared_notice import ListedUnit
from resolvers.act import Work

_TOP_UP = {"paid": "首期已交", "balance": "账户余额"}
_DUE = {"due": "首期应交", "paid": "首期已交"}
"""The sums beside a custom notice's amounts, by their names among what was frozen of each unit's place."""

_DIGEST = 16
Paper = BatchNoticeData | CustomNoticeData
Units = Sequence[ListedUnit]


async def lay_out_shared(work: Work, notices: Sequence[Notice]) -> Mapping[UUID, Paper]:
    """Print those among the notices that are over many units, whatever changed since each was issued."""
    wanted = [notice for notice in notices if notice.kind != NoticeKind.SINGLE.value]
    if not wanted:
        return {}
    units, resolutions = await _load_units(work, wanted), await _load_resolutions(work, wanted)
    return {
        notice.id: _lay_out_custom(work, notice, units[notice.id], resolutions)
        if notice.kind == NoticeKind.CUSTOM.value
        else _lay_out_batch(work, notice, units[notice.id])
        for notice in wanted
    }


async def _load_units(work: Work, notices: Sequence[Notice]) -> Mapping[UUID, Units]:
    """Read the lines of the notices in their order."""
    by_id = {notice.id: notice for notice in notices}
    rows = await work.session.execute(
        select(
            NoticeLine.notice_id,
            NoticeLine.place,
            NoticeLine.owners,
            NoticeLine.gross_area,
            NoticeLine.rate,
            NoticeLine.amount,
        )
        .where(NoticeLine.city == work.actor.city, among(NoticeLine.notice_id, list(by_id)))
        .order_by(NoticeLine.notice_id, NoticeLine.no)
    )
    found: dict[UUID, list[ListedUnit]] = {one: [] for one in by_id}
    for notice, stored, owners, area, rate, amount in rows:
        place = stored or {}
        unit = ListedUnit(
            building=place["building"],
            section=place["section"],
            floor=str(place["floor"]),
            room_no=place["room_no"],
            payees="、".join(owner["name"] for owner in owners),
            area=area,
            figures=_figures(by_id[notice], place, rate),
            amount=amount,
        )
        found[notice].append(unit)
    return found


def _figures(notice: Notice, place: Mapping[str, Any], rate: int) -> tuple[int, ...]:
    """Tell what explains a unit's amount: the rate, or the two sums that a custom notice shows."""
    if notice.kind == NoticeKind.BATCH.value:
        return (rate,)
    return tuple(place[name] for name in _sums(notice))


def _sums(notice: Notice) -> Mapping[str, str]:
    return _TOP_UP if _is_top_up(notice) else _DUE


def _is_top_up(notice: Notice) -> bool:
    return notice.deposit_type == DepositType.TOPUP.value


async def _load_resolutions(work: Work, notices: Sequence[Notice]) -> Mapping[UUID | None, str]:
    """Name each resolution by its digest: what it is called may be anything, also what no face can print."""
    ids = [notice.resolution_file_id for notice in notices if notice.resolution_file_id is not None]
    if not ids:
        return {}
    found = await work.session.execute(
        select(File.id, File.sha256).where(File.city == work.actor.city, among(File.id, ids))
    )
    return {file: f"已附（图片，SHA-256：{digest[:_DIGEST]}…）" for file, digest in found}


def _lay_out_batch(work: Work, notice: Notice, units: Units) -> BatchNoticeData:
    frozen, mobile = notice.snapshot, notice.snapshot["receipt_mobile"]
    return BatchNoticeData(
        **_frozen(work, notice, work.city.forms.notice_title.of(NoticeKind.BATCH), units),
        org_code=frozen["org_code"] or "",
        pay_mode=PAY_MODE_LABELS[PayMode(notice.pay_mode)] if notice.pay_mode else "",
        receipt_mode=RECEIPT_MODE_LABELS[ReceiptMode(notice.receipt_mode)],
        receipt_mobile=mobile["masked"] if mobile else "",
    )


def _lay_out_custom(
    work: Work, notice: Notice, units: Units, resolutions: Mapping[UUID | None, str]
) -> CustomNoticeData:
    deposit = work.city.code_label("deposit_type", notice.deposit_type)
    title = f"{work.city.forms.notice_title.of(NoticeKind.CUSTOM)}（{deposit}）"
    first, second = _sums(notice).values()
    return CustomNoticeData(
        **_frozen(work, notice, title, units),
        headers=(first, second),
        top_up=_is_top_up(notice),
        resolution=resolutions.get(notice.resolution_file_id, ""),
    )


def _frozen(work: Work, notice: Notice, title: str, units: Units) -> dict[str, Any]:
    """Give what every notice over many units says."""
    frozen, bank = notice.snapshot, notice.snapshot["bank"]
    return {
        "imprint": Imprint(work.city.authority.name, title, notice.notice_no, notice.print_count, work.now),
        "payer": frozen["developer"],
        "uscc": frozen["uscc"],
        "deposit_type": work.city.code_label("deposit_type", notice.deposit_type),
        "estate": frozen["estate"],
        "address": frozen["address"],
        "buildings": frozen["building"],
        "units": units,
        "bank": bank["name"],
        "account_name": bank["account_name"],
        "account_no": bank["account_no"],
        "issued_on": business_day(notice.issued_at),
        "expires_on": business_day(notice.expires_at),
        "handler": frozen["handler"],
        "handler_mobile": frozen["handler_mobile"],
        "notes": notes_of(work, notice),
    }


def notes_of(work: Work, notice: Notice) -> tuple[str, str]:
    """Say how a notice is paid and until when, as the city words it."""
    forms, expires = work.city.forms, business_day(notice.expires_at)
    return (
        forms.how_to_pay.of(NoticeKind(notice.kind)),
        forms.validity.replace("{expires}", f"{expires:%Y年%m月%d日}"),
    )
