"""What the system does by itself: unused files go, notices run out, old repetitions are forgotten."""

from resolvers.system import system_actor
from resolvers.upkeep import expire_notices, forget_repetitions, purge_files
from tests.conftest import MovableClock
from tests.deposits import Books, build
from tests.scenes import JIANGMEN, LUZHOU, Town, units


async def test_a_file_that_no_order_holds_goes_after_a_day(town: Town, books: Books, clock: MovableClock):
    visitor, _ = await town.register(LUZHOU)
    kept = await books.one("select count(*) from file")
    loose = await town.upload(visitor)
    clock.move(hours=24)
    assert await purge_files(town.desk, LUZHOU) == 0
    assert (await visitor.fetch(f"/files/{loose}")).status_code == 200
    clock.move(seconds=1)
    assert await purge_files(town.desk, JIANGMEN) == 0
    assert await purge_files(town.desk, LUZHOU) == 1
    assert (await visitor.fetch(f"/files/{loose}")).status_code == 404
    assert await books.one("select count(*) from file") == kept
    assert await purge_files(town.desk, LUZHOU) == 0


async def test_the_systems_acts_are_audited_under_its_own_name_and_idle_rounds_are_not(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town, lines=units())
    await block.issue("301", "302")
    paid = await block.notice("101")
    await block.pay(paid)
    for upkeep in (purge_files, expire_notices, forget_repetitions):
        assert await upkeep(town.desk, JIANGMEN) == 0
    system = await system_actor(town.desk, JIANGMEN)
    assert await system_actor(town.desk, JIANGMEN) == system
    assert await books.rows("select 1 from audit where principal_id = :p", p=system.principal) == []
    clock.move(days=30)
    assert await expire_notices(town.desk, JIANGMEN) == 2
    assert await expire_notices(town.desk, JIANGMEN) == 0
    assert await books.rows("select status, count(*) from notice group by 1 order by 1") == [
        ("EXPIRED", 2),
        ("PAID", 1),
    ]
    assert await books.rows("select status, count(*) from notice_line group by 1 order by 1") == [
        ("EXPIRED", 2),
        ("PAID", 1),
    ]
    (row,) = await books.rows(
        "select act, subject_type, rule, detail from audit where principal_id = :p", p=system.principal
    )
    assert (row.act, row.subject_type, row.detail) == ("noticeExpire", "Notice", {"rows": 2})
    assert row.rule.startswith("notice.expire")


async def test_a_repetition_is_remembered_for_ninety_days_and_a_payment_for_ever(
    town: Town, books: Books, clock: MovableClock
):
    block = await build(town)
    notice = await block.notice(idempotencyKey="old")
    paid = await block.pay(notice, "T1")
    clock.move(days=90)
    assert await forget_repetitions(town.desk, JIANGMEN) == 0
    clock.move(seconds=1)
    before = await books.one("select count(*) from repetition where city = 440700")
    assert await forget_repetitions(town.desk, JIANGMEN) == before
    assert await books.one("select count(*) from repetition where city = 440700") == 0
    assert await block.pay(notice, "T1") == paid
    assert await books.counts("payment", "suspense_item") == {"payment": 1, "suspense_item": 0}
