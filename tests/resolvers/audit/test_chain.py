"""Whoever bends the record of what was done is found out, even as the owner of the database."""

import asyncio
import re

import pytest
from sqlalchemy import text

from resolvers.auditing import write_note
from resolvers.chain import link_audit, verify_audit
from resolvers.desk import Desk
from resolvers.note import AuditOutcome, Note
from tests.conftest import MovableClock
from tests.scenes import JIANGMEN, LUZHOU, Town
from tests.shelf import Shelf

_ROWS = 12


async def _record(desk: Desk, clock: MovableClock, rows: int = _ROWS) -> None:
    """Record some acts, a minute each."""
    for number in range(rows):
        note = Note(LUZHOU, "orderSubmit", AuditOutcome.DONE, clock.now, detail={"orderNo": str(number)})
        await write_note(desk, note)
        clock.move(minutes=1)


async def _linked(desk: Desk, clock: MovableClock) -> str:
    """Record and link some acts, and give the head."""
    await _record(desk, clock)
    assert await link_audit(desk, LUZHOU) == _ROWS
    verdict = await verify_audit(desk, LUZHOU)
    assert verdict.finding is None
    assert (verdict.rows, verdict.links, verdict.waiting) == (_ROWS, _ROWS, 0)
    return verdict.head


async def _found(desk: Desk, expect: str | None = None) -> tuple[str, int | None] | None:
    # Bent or not, it is the same wherever the batches end.
    found = {
        finding and (finding.what, finding.number)
        for finding in [
            (await verify_audit(desk, LUZHOU, expect, batch=batch)).finding for batch in (1_000, 12)
        ]
    }
    (one,) = found
    return one


_NTH = "(select audit_id from audit_link where city = 510500 and no = {})"


@pytest.mark.parametrize(
    ("bend", "what", "number"),
    [
        ("update audit set actor_name = '别人' where id = {4}", "the row was changed, or its link was", 4),
        ("update audit set at = at + interval '1 second' where id = {1}", "the row was changed", 1),
        ("""update audit set detail = '{{"orderNo": "x"}}' where id = {12}""", "the row was changed", 12),
        ("update audit set outcome = 'DENIED' where id = {7}", "the row was changed", 7),
        ("delete from audit where id = {5}", "the row is missing", 5),
        ("delete from audit_link where city = 510500 and no = 5", "a link is missing", 5),
        ("delete from audit_link where city = 510500 and no = 1", "a link is missing", 1),
        (
            "update audit_link set audit_id = case no when 3 then {8} else {3} end where no in (3, 8)",
            "rows were put in another order",
            3,
        ),
        ("update audit_link set hash = sha256('x') where no = 9", "the row was changed, or its link was", 9),
    ],
)
async def test_a_bent_row_is_found(
    desk: Desk, clock: MovableClock, shelf: Shelf, bend: str, what: str, number: int
):
    await _linked(desk, clock)
    statement = re.sub(r"(?<!\{)\{(\d+)\}", lambda found: _NTH.format(found[1]), bend)
    statement = statement.replace("{{", "{").replace("}}", "}")
    if "case no" in statement:
        await shelf.change("alter table audit_link drop constraint audit_link_city_audit_id_key")
    await shelf.change(statement)
    found = await _found(desk)
    assert found is not None
    assert found[0].startswith(what)
    assert found[1] == number


async def test_a_row_and_its_link_taken_away_and_the_rest_numbered_anew_are_found(
    desk: Desk, clock: MovableClock, shelf: Shelf
):
    await _linked(desk, clock)
    await shelf.change(f"delete from audit where id = {_NTH.format(5)}")
    await shelf.change("delete from audit_link where city = 510500 and no = 5")
    await shelf.change("update audit_link set no = -no where city = 510500 and no > 5")
    await shelf.change("update audit_link set no = -no - 1 where city = 510500 and no < 0")
    found = await _found(desk)
    assert found == ("the row was changed, or its link was", 5)


async def test_an_end_that_was_cut_off_is_found_by_the_head_that_was_logged(
    desk: Desk, clock: MovableClock, shelf: Shelf
):
    head = await _linked(desk, clock)
    assert await _found(desk, head) is None
    await _record(desk, clock, 1)
    await link_audit(desk, LUZHOU)
    # An older head is still a link of the chain.
    assert await _found(desk, head) is None
    await shelf.change(f"delete from audit where id in ({_NTH.format(12)}, {_NTH.format(13)})")
    await shelf.change("delete from audit_link where city = 510500 and no > 11")
    assert await _found(desk) is None
    found = await _found(desk, head)
    assert found == (f"the chain was cut off: it has no link {head}", None)


_PUT_IN = """
insert into audit (city, id, org_id, at, principal_id, act, outcome, detail)
select city, uuidv7(interval '-2 hours'), org_id, at - interval '2 hours', principal_id, act, outcome, detail
from audit where city = 510500 order by id desc limit 1
"""


async def test_a_row_put_in_afterwards_is_found_linked_or_not(desk: Desk, clock: MovableClock, shelf: Shelf):
    await _linked(desk, clock)
    await shelf.change(_PUT_IN)
    found = await _found(desk)
    assert found == ("the row was put in afterwards, or its link taken away", None)
    assert await link_audit(desk, LUZHOU, everything=True) == 1
    assert await _found(desk) == ("the row was put in afterwards", _ROWS + 1)


async def test_new_rows_wait_for_their_links_and_are_no_fault(desk: Desk, clock: MovableClock):
    await _linked(desk, clock)
    await _record(desk, clock, 3)
    verdict = await verify_audit(desk, LUZHOU)
    assert (verdict.rows, verdict.links, verdict.waiting, verdict.finding) == (_ROWS + 3, _ROWS, 3, None)


async def test_a_row_that_is_committed_late_is_linked_all_the_same(
    desk: Desk, clock: MovableClock, shelf: Shelf
):
    await _record(desk, clock, 2)
    insert = text(
        "insert into audit (city, id, at, act, detail) values (510500, uuidv7(), :at, 'orderSave', '{}')"
    )
    async with shelf.engine.connect() as slow:
        await slow.execute(insert, {"at": clock.now})
        await _record(desk, clock, 2)
        assert await link_audit(desk, LUZHOU) == 4
        await slow.commit()
    assert await link_audit(desk, LUZHOU) == 1
    assert await link_audit(desk, LUZHOU) == 0
    order = await shelf.rows(
        "select l.no, a.act from audit_link l join audit a on a.city = l.city and a.id = l.audit_id"
        " order by l.no"
    )
    assert order[-1] == (5, "orderSave")
    assert await _found(desk) is None


async def test_many_workers_link_each_row_once(desk: Desk, clock: MovableClock, shelf: Shelf):
    await _record(desk, clock, 40)
    busy = 0
    for _ in range(12):
        linked = await asyncio.gather(*(link_audit(desk, LUZHOU, batch=5) for _ in range(3)))
        busy += sum(1 for count in linked if count == 0)
    assert await shelf.one("select count(*) from audit_link") == 40
    assert busy > 0
    assert await _found(desk) is None


async def test_each_city_has_a_chain_of_its_own(town: Town, shelf: Shelf):
    await town.developer(JIANGMEN)
    await town.developer(LUZHOU, login="other")
    for city in (LUZHOU, JIANGMEN):
        await link_audit(town.desk, city)
        verdict = await verify_audit(town.desk, city)
        assert verdict.finding is None
        assert verdict.rows == verdict.links > 0
    assert await shelf.one("select count(*) from audit") == await shelf.one("select count(*) from audit_link")


@pytest.mark.parametrize(
    "verb", ["update audit_link set no = no + 1", "delete from audit_link", "truncate audit_link"]
)
async def test_links_cannot_be_changed_by_anybody_with_triggers_awake(
    desk: Desk, clock: MovableClock, shelf: Shelf, verb: str
):
    await _linked(desk, clock)
    async with shelf.engine.connect() as connection:
        with pytest.raises(Exception, match="append-only"):
            await connection.execute(text(verb))


async def test_a_chain_of_many_batches_is_followed_to_its_end(desk: Desk, shelf: Shelf):
    await shelf.change("""
        insert into audit (city, id, at, act, outcome, actor_name, rule, request_id, detail)
        select 510500, uuidv7(), '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 second', 'orderSubmit',
          'DONE', '王小明', 'order.submit: role:estate_editor * order.submit order allow',
          'c0ffee00c0ffee00c0ffee00', jsonb_build_object('orderNo', n::text, 'from', 'DRAFT')
        from generate_series(1, 10000) n""")
    while await link_audit(desk, LUZHOU):
        pass
    verdict = await verify_audit(desk, LUZHOU)
    assert (verdict.links, verdict.finding) == (10_000, None)
