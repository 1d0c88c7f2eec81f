"""Deposit notices and proofs of payment on paper."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from db.tables.money import Notice, Payment
from domain.clock import business_day
from domain.deposits import CHANNEL_LABELS, DepositType, NoticeStatus, standing
from domain.problem import Problem, ProblemCode
from domain.quantity import check_quantity
from domain.switch import Channel, NoticeKind
from reports.forms import FORMS, Imprint
from reports.forms.deposit_notice import (
    DepositNoticeData,
    NoticeOwner,
    NoticePaper,
    Supplemented,
    render_many,
)
from reports.forms.payment_proof import PaymentProofData
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.door import fetch, fetch_all
from resolvers.printing.press import press
from resolvers.printing.shared_notices import lay_out_shared, notes_of

MAX_NOTICES = 1_000
MAX_LINES = 5_000
"""So many units may stand on the notices of one PDF."""


async def print_notices(work: Work, ids: Sequence[UUID]) -> Outcome:
    """Print notices into one PDF, each on pages of its own; a reprint keeps the number and counts (F58)."""
    found = await find_printable(work, ids, MAX_NOTICES, lock=True)
    if isinstance(found, Refused):
        return found
    for notice in found.values():
        notice.print_count += 1
    await work.session.flush()
    notices = await lay_out_all(work, [found[one] for one in dict.fromkeys(ids)])
    file = await press(work, name_of(found, ids), render_many, notices, found[ids[0]].org_id)
    if isinstance(file, Problem):
        return Refused.because(file)
    return Done("File", (file,), {"notices": [notice.notice_no for notice in found.values()]})


def name_of(found: Mapping[UUID, Notice], ids: Sequence[UUID]) -> str:
    """Name the file of printed notices after the first."""
    first = found[ids[0]].notice_no
    return f"{first}.pdf" if len(found) == 1 else f"{first}等{len(found)}份.pdf"


async def find_printable(
    work: Work, ids: Sequence[UUID], most: int, *, lock: bool = False
) -> Mapping[UUID, Notice] | Refused:
    """Find notices that may be printed now, in the order of their ids.

    Raises:
        NotFound: One of them is not there, or may not be seen.
        Forbidden: One of them may not be printed.
    """
    wrong = check_quantity(ids, most, "noticeIds", "通知单")
    if wrong is not None:
        return Refused.because(wrong)
    rows = await fetch_all(work, Notice, ids, "notice.print", lock=lock)
    found = {notice.id: notice for notice in rows}
    if sum(notice.snapshot.get("units", 1) for notice in found.values()) > MAX_LINES:
        params = {"label": "通知单明细", "max": str(MAX_LINES)}
        return Refused.because(Problem(ProblemCode.LIMIT_EXCEEDED, "noticeIds", params=params))
    for notice in found.values():
        now_is = standing(notice.status, notice.expires_at, work.now)
        if now_is in {NoticeStatus.VOIDED, NoticeStatus.EXPIRED}:
            params = {"status": now_is.value, "notice_no": notice.notice_no}
            return Refused.because(Problem(ProblemCode.NOTICE_NOT_OPEN, params=params))
    return found


def _unit(snapshot: Any) -> str:  # noqa: ANN401 - the notice's frozen JSON
    # A batch has no floor: it names its buildings, and how many units they are.
    floor = None if snapshot["floor"] is None else f"{snapshot['floor']}层"
    parts = (snapshot["building"], snapshot["section"], floor, snapshot["room_no"])
    return " ".join(part for part in parts if part)


def _owners(work: Work, snapshot: Any) -> tuple[NoticeOwner, ...]:  # noqa: ANN401 - the notice's frozen JSON
    return tuple(
        NoticeOwner(
            owner["name"],
            work.city.code_label("id_type", owner["id_type"]),
            owner["id_number"]["masked"],
            owner["mobile"]["masked"],
        )
        for owner in snapshot["owners"]
    )


def _paid(notice: Notice) -> Supplemented | None:
    """Say on a notice over a difference what it is the difference of (差额补交) [J 1.3.6]."""
    if notice.deposit_type != DepositType.SUPPLEMENT.value:
        return None
    return Supplemented(notice.snapshot["due"], notice.snapshot["paid_first"])


async def lay_out_all(work: Work, notices: Sequence[Notice]) -> list[NoticePaper]:
    """Print what was frozen of each, in this order."""
    shared = await lay_out_shared(work, notices)
    return [shared.get(notice.id) or lay_out(work, notice) for notice in notices]


def lay_out(work: Work, notice: Notice) -> DepositNoticeData:
    """Print what was frozen at issue, whatever changed since."""
    frozen, bank = notice.snapshot, notice.snapshot["bank"]
    title = work.city.forms.notice_title.of(NoticeKind(notice.kind))
    imprint = Imprint(work.city.authority.name, title, notice.notice_no, notice.print_count, work.now)
    return DepositNoticeData(
        imprint=imprint,
        owners=_owners(work, frozen),
        estate=frozen["estate"],
        unit=_unit(frozen),
        address=frozen["address"],
        contract_no=frozen["contract_no"] or "",
        usage=frozen["usage"],
        has_lift=frozen["has_lift"],
        area=frozen["gross_area"],
        rate=frozen["rate"],
        amount=notice.total,
        paid=_paid(notice),
        deposit_type=work.city.code_label("deposit_type", notice.deposit_type),
        deposit_point=date.fromisoformat(frozen["deposit_point"]),
        bank=bank["name"],
        account_name=bank["account_name"],
        account_no=bank["account_no"],
        issued_on=business_day(notice.issued_at),
        expires_on=business_day(notice.expires_at),
        developer=frozen["developer"],
        handler=frozen["handler"],
        handler_mobile=frozen["handler_mobile"],
        notes=notes_of(work, notice),
        qr=notice.qr_payload or "",
    )


async def print_proof(work: Work, payment_id: UUID) -> Outcome:
    """Print, or print again, the proof of a payment (交款证明, 补打) [J 1.4.2 s9]."""
    payment = await fetch(work, Payment, payment_id, "payment.print", lock=True)
    notice = await work.session.get_one(Notice, (payment.city, payment.notice_id))
    payment.print_count += 1
    await work.session.flush()
    frozen = notice.snapshot
    bank = frozen["bank"]
    data = PaymentProofData(
        imprint=Imprint(
            work.city.authority.name,
            work.city.forms.proof_title,
            payment.proof_no,
            payment.print_count,
            work.now,
        ),
        notice_no=notice.notice_no,
        transaction_no=payment.bank_txn_no,
        channel=CHANNEL_LABELS[Channel(payment.channel)],
        paid_at=payment.paid_at,
        confirmed_at=payment.confirmed_at,
        payers=tuple(owner["name"] for owner in frozen["owners"]),
        id_numbers=tuple(owner["id_number"]["masked"] for owner in frozen["owners"]),
        estate=frozen["estate"],
        unit=_unit(frozen),
        address=frozen["address"],
        area=frozen["gross_area"],
        deposit_type=work.city.code_label("deposit_type", notice.deposit_type),
        amount=payment.amount,
        bank=bank["name"],
        account_name=bank["account_name"],
        account_no=bank["account_no"],
    )
    file = await press(work, f"{payment.proof_no}.pdf", FORMS["payment_proof"].render, data, payment.org_id)
    if isinstance(file, Problem):
        return Refused.because(file)
    return Done("File", (file,), {"proofNo": payment.proof_no, "print": payment.print_count})
