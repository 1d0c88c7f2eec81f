"""What the city's IT people are told at the console about the audit's chain and the keys."""

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from api.house import KEYS_FILE, House, MisconfiguredError
from api.keeping import KeyRing, check_chains
from api.worker import Worker
from db.base import Pool
from db.engine import Addresses
from db.sealing import Keys, Sealer
from resolvers.chain import link_audit
from resolvers.desk import Desk
from tests.db.roles import database_of, owner
from tests.scenes import JIANGMEN, LUZHOU, Town


@pytest.fixture
async def house(desk: Desk, server: Addresses, keys: Keys, tmp_path: Path) -> House:
    """Give an installation with one developer, its keys in a file."""
    path = tmp_path / KEYS_FILE
    keys.save(path)
    own = replace(desk, sealer=Sealer(keys, path))
    async with Town(own) as town:
        await town.developer(JIANGMEN)
    database = own.databases.engine(Pool.GATE).url.database
    assert database is not None
    return House(own, server.of_database(database), tmp_path)


async def test_the_chains_are_told_a_city_each_and_the_head_with_them(
    house: House, capsys: pytest.CaptureFixture[str]
):
    await link_audit(house.desk, JIANGMEN)
    capsys.readouterr()
    assert await check_chains(house, None, None) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 * len(house.desk.cities)
    jiangmen = [line.removeprefix("440700: ") for line in lines if line.startswith("440700: ")]
    assert jiangmen[2] == "the audit is as it was written."
    head = jiangmen[1].removeprefix("head ")
    assert await check_chains(house, JIANGMEN, head) == 0
    assert await check_chains(house, JIANGMEN, f"{head}0") == 1
    assert "the chain was cut off" in capsys.readouterr().out


async def test_a_bent_chain_ends_in_an_exit_code_and_names_the_row(
    house: House, server: Addresses, capsys: pytest.CaptureFixture[str]
):
    await link_audit(house.desk, JIANGMEN)
    async with Town(house.desk) as town, owner(database_of(town, server)) as connection:
        await connection.exec_driver_sql("set local session_replication_role = replica")
        await connection.exec_driver_sql("update audit set act = 'nothing' where city = 440700")
        await connection.commit()
        found = await connection.exec_driver_sql(
            "select audit_id from audit_link where city = 440700 and no = 1"
        )
        row = found.scalar_one()
    assert await check_chains(house, None, None) == 1
    told = capsys.readouterr().out
    assert f"440700: the row was changed, or its link was: link 1 row {row} of 2026-11-22T12:00:00" in told


async def test_a_city_that_is_not_served_or_a_head_without_a_city_is_told(house: House):
    with pytest.raises(MisconfiguredError, match="There is no city 1"):
        await check_chains(house, 1, None)
    with pytest.raises(MisconfiguredError, match="--city"):
        await check_chains(house, None, "1:00")
    assert LUZHOU in house.desk.cities


async def test_a_key_of_the_file_is_changed_in_three_commands(
    house: House, capsys: pytest.CaptureFixture[str]
):
    ring = KeyRing(house, None)
    await ring.show()
    assert capsys.readouterr().out.startswith("k1  current  ")
    await ring.add()
    await ring.close()
    ring = KeyRing(house, None)
    assert ring.keys.current == "k2"
    assert await ring.retire("k1") == 1
    assert "changed within the last minute" in capsys.readouterr().out
    minute_ago = house.desk.clock().timestamp() - 60
    os.utime(house.folder / KEYS_FILE, (minute_ago, minute_ago))
    assert await ring.retire("k1") == 1
    assert "k1 is still needed: " in capsys.readouterr().out
    assert await ring.retire("k2") == 1
    assert await ring.rewrite() == 0
    assert "rows are now locked with k2" in capsys.readouterr().out
    assert await ring.retire("k1") == 0
    assert "Backups made before today still need it" in capsys.readouterr().out
    await ring.close()
    ring = KeyRing(house, None)
    await ring.show()
    assert "k1" not in capsys.readouterr().out
    assert house.desk.sealer.refresh()
    assert (house.folder / KEYS_FILE).stat().st_mode & 0o777 == 0o600
    await ring.close()


async def test_keys_of_the_environment_are_printed_for_the_operator(
    house: House, keys: Keys, capsys: pytest.CaptureFixture[str]
):
    ring = KeyRing(house, keys.text())
    await ring.add()
    lines = capsys.readouterr().out.splitlines()
    first, second = (Keys.parse(line) for line in lines if line.startswith("{"))
    assert (first.current, second.current) == ("k1", "k2")
    assert first.ciphers == second.ciphers
    await ring.close()
    # The file is another installation's matter, and stays as it is.
    assert json.loads((house.folder / KEYS_FILE).read_text())["current"] == "k1"
    ring = KeyRing(house, second.text())
    assert await ring.rewrite() == 0
    assert await ring.retire("k1") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert list(Keys.parse(last).ciphers) == ["k2"]
    await ring.close()


async def test_something_locked_with_a_key_that_is_gone_is_told(
    house: House, keys: Keys, capsys: pytest.CaptureFixture[str]
):
    ring = KeyRing(house, keys.with_new().without("k1").text())
    assert await ring.rewrite() == 1
    assert "No key 'k1'" in capsys.readouterr().out
    await ring.close()


async def test_the_worker_links_what_is_recorded_and_takes_new_keys(
    house: House, server: Addresses, keys: Keys
):
    worker = Worker(house.desk)
    worker.start()
    async with Town(house.desk) as town, owner(database_of(town, server)) as connection:
        left = -1
        async with asyncio.timeout(20):
            while left:
                found = await connection.exec_driver_sql(
                    "select (select count(*) from audit) - (select count(*) from audit_link)"
                )
                left = found.scalar_one()
                await connection.rollback()
                await asyncio.sleep(0.02)
        await worker.stop()
        keys.with_new().save(house.folder / KEYS_FILE)
        worker.start()
        async with asyncio.timeout(20):
            while house.desk.sealer.current != "k2":  # noqa: ASYNC110 - the product tells nobody of it
                await asyncio.sleep(0.02)
        await worker.stop()
    assert await check_chains(house, None, None) == 0
