"""The part of the play about every other flow of money, on an estate of its own."""

from api.demo.play_batch import deposit_by_batches
from api.demo.play_books import keep_books, prove_entry, sum_up
from api.demo.play_custom import deposit_by_hand
from api.demo.play_jobs import work_long
from api.demo.play_orders import Crew
from api.demo.play_receipts import give_receipts
from api.demo.play_reconciliation import reconcile, reconcile_next_day
from api.demo.play_refunds import RETURNED, come_back, come_back_unseen, pay_anew
from api.demo.play_reports import report
from api.demo.play_street import build_street, report_amiss
from api.demo.play_suspense import decide_on_waiting
from api.demo.play_years import tell_year


async def play_deposits(crew: Crew) -> None:
    """Play deposits from the notice to the proof; when it is over, a day has gone by."""
    street = await build_street(crew)
    await report_amiss(street)
    # It stands on a notice of its own while the batches are made, and is left out of them.
    (again,) = await street.issue("2栋 104")
    notices, paid = await deposit_by_batches(street)
    await decide_on_waiting(street, again)
    await give_receipts(street, paid)
    await keep_books(street)
    await deposit_by_hand(street)
    await sum_up(street)
    await tell_year(street)
    await report(street)
    statement, missing = await reconcile(street)
    await work_long(crew, notices)
    await prove_entry(street)
    refund = await come_back(crew)
    await reconcile_next_day(street, statement, missing, (RETURNED, refund["amount"]))
    await pay_anew(crew, refund)
    await come_back_unseen(crew, refund)
