"""Custom notices on paper: what was frozen when each was issued, with all its lines."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.files import File
from db.tables.money import Notice, NoticeLine
from domain.clock import business_day
from domain.deposits import DepositType
from domain.switch import NoticeKind
from reports.forms import Imprint
from reports.forms.custom_notice import CustomNoticeData, CustomUnit
from resolvers.act import Work

_TOP_UP = ("首期已交", "账户余额")
_DUE = ("首期应交", "首期已交")
_DIGEST = 16


async def lay_out_customs(work: Work, notices: Sequence[Notice]) -> Mapping[UUID, CustomNoticeData]:
    """Print the custom notices among these as they were frozen, whatever changed since."""
    wanted = [notice for notice in notices if notice.kind == NoticeKind.CUSTOM.value]
    if not wanted:
        return {}
    lines, digests = await _load_lines(work, wanted), await _load_resolutions(work, wanted)
    return {
        notice.id: _lay_out(work, notice, lines[notice.id], digests.get(notice.resolution_file_id, ""))
        for notice in wanted
    }


async def _load_lines(work: Work, notices: Sequence[Notice]) -> Mapping[UUID, Sequence[CustomUnit]]:
    """Read the lines of the notices in their order, each with the two sums that explain its amount."""
    sums = {notice.id: ("paid", "balance") if _is_top_up(notice) else ("due", "paid") for notice in notices}
    rows = await work.session.execute(
        select(
            NoticeLine.notice_id,
            NoticeLine.place,
            NoticeLine.owners,
            NoticeLine.gross_area,
            NoticeLine.amount,
        )
        .where(NoticeLine.city == work.actor.city, among(NoticeLine.notice_id, list(sums)))
        .order_by(NoticeLine.notice_id, NoticeLine.no)
    )
    found: dict[UUID, list[CustomUnit]] = {one: [] for one in sums}
    for notice, stored, owners, area, amount in rows:
        place = stored or {}
        first, second = sums[notice]
        unit = CustomUnit(
            building=place["building"],
            section=place["section"],
            floor=str(place["floor"]),
            room_no=place["room_no"],
            payees="、".join(owner["name"] for owner in owners),
            area=area,
            sums=(place[first], place[second]),
            amount=amount,
        )
        found[notice].append(unit)
    return found


async def _load_resolutions(work: Work, notices: Sequence[Notice]) -> Mapping[UUID | None, str]:
    ids = [notice.resolution_file_id for notice in notices if notice.resolution_file_id is not None]
    """Name each resolution by its digest: what it is called may be anything, also what no face can print."""
    found = await work.session.execute(
        select(File.id, File.sha256).where(File.city == work.actor.city, among(File.id, ids))
    )
    return {file: f"已附（图片，SHA-256：{digest[:_DIGEST]}…）" for file, digest in found}


def _is_top_up(notice: Notice) -> bool:
    return notice.deposit_type == DepositType.TOPUP.value


def _lay_out(work: Work, notice: Notice, units: Sequence[CustomUnit], resolution: str) -> CustomNoticeData:
    frozen, forms = notice.snapshot, work.city.forms
    bank, expires = frozen["bank"], business_day(notice.expires_at)
    deposit = work.city.code_label("deposit_type", notice.deposit_type)
    title = f"{forms.notice_title.of(NoticeKind.CUSTOM)}（{deposit}）"
    return CustomNoticeData(
        imprint=Imprint(work.city.authority.name, title, notice.notice_no, notice.print_count, work.now),
        payer=frozen["developer"],
        uscc=frozen["uscc"],
        deposit_type=deposit,
        estate=frozen["estate"],
        address=frozen["address"],
        buildings=frozen["building"],
        headers=_TOP_UP if _is_top_up(notice) else _DUE,
        units=units,
        bank=bank["name"],
        account_name=bank["account_name"],
        account_no=bank["account_no"],
        issued_on=business_day(notice.issued_at),
        expires_on=expires,
        handler=frozen["handler"],
        handler_mobile=frozen["handler_mobile"],
        notes=(
            forms.how_to_pay.of(NoticeKind.CUSTOM),
            forms.validity.replace("{expires}", f"{expires:%Y年%m月%d日}"),
        ),
        top_up=_is_top_up(notice),
        resolution=resolution,
    )
