"""Where a refund goes (退款账户): filled in or corrected by the office, checked against whose money it is."""

from uuid import UUID

from db.tables.money import Account, Refund
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.field import parse_field
from domain.orders.paper import Payee
from domain.problem import Invalid, Problem, ProblemCode
from domain.refunds import PAYEE_FIELDS, hide_account, names_payee
from domain.status import AccountHolder, RefundStatus
from resolvers.act import Done, Outcome, Refused, Work
from resolvers.money.owners import load_owners
from resolvers.money.refunds import lock_refund


async def correct(work: Work, refund_id: UUID, payee: Payee, *, payee_confirmed: bool) -> Outcome:
    """Fill in or correct the account of a refund that is not paid; one that failed can then be tried again.

    A name that is nobody's whose money it is asks to be confirmed, for a slip would pay a stranger.
    """
    refund = await lock_refund(work, refund_id)
    if refund.status == RefundStatus.PAID.value:
        params = {"refund_no": refund.refund_no, "txn": refund.bank_txn_no or ""}
        return Refused.because(Problem(ProblemCode.REFUND_PAID, "refundId", params=params))
    read, problems = _read(work, payee)
    if problems:
        return Refused(problems)
    known = await _known_names(work, refund)
    if not payee_confirmed and not names_payee(read["holder"], known):
        params = {"holder": read["holder"], "expected": "、".join(known)}
        return Refused.because(Problem(ProblemCode.REFUND_PAYEE_UNKNOWN, "holder", params=params))
    before = _told(refund)
    refund.payee_name, refund.payee_account, refund.payee_bank = read["holder"], read["number"], read["bank"]
    refund.status, refund.failed_at, refund.failure = RefundStatus.APPROVED.value, None, None
    await work.session.flush()
    detail = {
        "refundNo": refund.refund_no,
        "payeeConfirmed": payee_confirmed,
        "before": before,
        "after": _told(refund),
    }
    return Done("Refund", (refund.id,), detail)


def _read(work: Work, payee: Payee) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Read what was typed, the number without the blanks that only help the eye."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for field in PAYEE_FIELDS:
        try:
            values[field.name] = str(
                parse_field(field, getattr(payee, field.name), work.city, business_day(work.now))
            )
        except Invalid as invalid:
            problems.append(invalid.problem)
    if "number" in values:
        values["number"] = values["number"].replace(" ", "").replace("-", "")
    return values, tuple(problems)


async def _known_names(work: Work, refund: Refund) -> list[str]:
    """Name those to whom the money may belong: whom it was promised to, the owners, or the developer."""
    promised = [refund.payee_name] if refund.payee_name else []
    account = await work.session.get_one(Account, (refund.city, refund.account_id))
    if account.holder == AccountHolder.DEVELOPER.value:
        developer = await work.session.get_one(Organization, (refund.city, refund.org_id))
        return list(dict.fromkeys((*promised, developer.name)))
    owners = await load_owners(work, [refund.unit_id])
    return list(dict.fromkeys((*promised, *(owner.name for owner in owners.get(refund.unit_id, ())))))


def _told(refund: Refund) -> dict[str, str | None]:
    """Tell the audit where the money goes, the number hidden but for its end."""
    number = refund.payee_account
    return {
        "status": refund.status,
        "holder": refund.payee_name,
        "number": hide_account(number) if number else None,
        "bank": refund.payee_bank,
    }
