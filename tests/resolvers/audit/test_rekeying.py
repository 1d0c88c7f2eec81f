"""Keys are changed while the product runs, and everything still opens when the old one is gone."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql import JSONB

from db.base import Base
from db.policies import declared_tables
from db.sealing import KeyInUseError, KeyMissingError, Keys, Sealer
from domain.people import NumberKind
from resolvers.desk import Desk
from resolvers.rekeying import CONTEXTS, UNTOUCHED, count_locked, places, rewrite
from tests.deposits import OWNER, SPOUSE, Block, build
from tests.scenes import JIANGMEN, PNG, Town, unit
from tests.shelf import Shelf


@dataclass
class Kept:
    """A world whose keys stand in a file, as a running installation's do."""

    town: Town
    block: Block
    path: Path
    file: str
    shelf: Shelf

    @property
    def sealer(self) -> Sealer:
        """The sealer of the running product."""
        return self.town.desk.sealer

    def save(self, keys: Keys) -> Keys:
        """Put keys in the file, and let the running product find them."""
        keys.save(self.path)
        self.sealer.refresh()
        return keys

    async def reveal(self, room: str) -> tuple[str, str]:
        """Read the first owner's clear numbers over HTTP."""
        owner = (await self.block.unit(room))["owners"][0]["id"]
        told = await self.block.developer.act(
            "ownerReveal",
            {"ownerId": owner, "reason": "核对业主证件原件"},
            "... on OwnerRevealed { idNumber mobile }",
            "OwnerRevealInput",
        )
        return told["idNumber"], told["mobile"]

    async def download(self) -> bytes:
        """Fetch the uploaded file over HTTP."""
        query = "query($id: ID!) { node(id: $id) { ... on File { url } } }"
        url = (await self.block.developer.ask(query, id=self.file))["node"]["url"]
        return (await self.block.developer.fetch(url)).content


_SPOUSE_ID = SPOUSE["idNumber"].upper()
_TOTP = "JBSWY3DPEHPK3PXP"


@pytest.fixture
async def kept(desk: Desk, keys: Keys, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Kept]:
    path = tmp_path / "keys.json"
    keys.save(path)
    async with Town(replace(desk, sealer=Sealer(keys, path))) as town:
        block = await build(town, lines=[unit("301"), unit("302")])
        await block.notice("301", owners=[OWNER, SPOUSE])
        found = Kept(town, block, path, await town.upload(block.developer), shelf)
        await _enrol(found)
        yield found


async def _enrol(kept: Kept) -> None:
    """Give somebody a one-time-code secret."""
    principal = await kept.shelf.one("select id from principal where kind = 'DEVELOPER'")
    await kept.shelf.change(
        "insert into authenticator (city, id, principal_id, kind, secret_cipher, created_at)"
        " values (:city, uuidv7(), :principal, 'TOTP', :secret, now())",
        city=JIANGMEN,
        principal=principal,
        secret=kept.sealer.lock(_TOTP.encode(), b"totp:" + principal.bytes),
    )


async def _totp(kept: Kept) -> bytes:
    ((principal, cipher),) = await kept.shelf.rows("select principal_id, secret_cipher from authenticator")
    return kept.sealer.unlock(cipher, b"totp:" + principal.bytes)


async def _history(kept: Kept) -> list[str]:
    """Open every number of the owners' history."""
    rows = await kept.shelf.rows(
        "select row->>'id_number_cipher' from row_history where table_name = 'owner' order by seq"
    )
    return [kept.sealer.reveal(NumberKind.ID_NUMBER, cipher) for (cipher,) in rows]


async def _beside(shelf: Shelf) -> dict[str, Any]:
    """Read all rows without what is locked in them, and how many there are of each kind."""
    found: dict[str, Any] = {}
    for declared, table in declared_tables():
        if declared.view:
            continue
        locked = '\'"[a-z_]*cipher": "[^"]*"\''
        text = f"select regexp_replace(to_jsonb(t)::text, {locked}, '', 'g') from {table.name} t"
        found[table.name] = sorted(row for (row,) in await shelf.rows(text))
    return found


async def test_a_new_key_takes_over_and_everything_opens_without_the_old_one(kept: Kept, keys: Keys):
    fresh = kept.save(keys.with_new())
    assert (fresh.current, kept.sealer.current) == ("k2", "k2")
    await kept.block.notice("302", owners=[SPOUSE])
    assert await kept.reveal("301") == (OWNER["idNumber"], OWNER["mobile"])
    assert await kept.reveal("302") == (_SPOUSE_ID, SPOUSE["mobile"])
    before = await _beside(kept.shelf)
    done = await rewrite(kept.shelf.engine, Sealer(fresh), batch=2)
    assert done["owner.id_number_cipher"] == done["owner.mobile_cipher"] == 2
    assert done["row_history.row"] >= 2
    assert {
        "authenticator.secret_cipher",
        "business_order.content",
        "file.content_cipher",
        "organization.legal_rep_id_cipher",
        "principal.person_cipher",
    } <= done.keys()
    assert await _beside(kept.shelf) == before
    assert await count_locked(kept.shelf.engine, "k1") == {}
    kept.save(fresh.without("k1"))
    assert await kept.reveal("301") == (OWNER["idNumber"], OWNER["mobile"])
    assert await kept.reveal("302") == (_SPOUSE_ID, SPOUSE["mobile"])
    assert await kept.download() == PNG
    assert await _totp(kept) == _TOTP.encode()
    assert set(await _history(kept)) == {OWNER["idNumber"], _SPOUSE_ID}
    assert await rewrite(kept.shelf.engine, Sealer(fresh.without("k1"))) == {}


async def test_numbers_in_the_lines_of_orders_are_locked_anew(kept: Kept, keys: Keys):
    order = await kept.town.draft(kept.block.developer, "江湾花园")
    owner = {
        "ownerName": "李喆",
        "ownerIdType": "1",
        "ownerIdNumber": OWNER["idNumber"],
        "ownerMobile": OWNER["mobile"],
    }
    put = await kept.town.put(kept.block.developer, order, [unit("501", **owner)])
    assert put["__typename"] == "OrderDone", put
    fresh = kept.save(keys.with_new())
    done = await rewrite(kept.shelf.engine, Sealer(fresh))
    assert done["order_line.after"] == 1
    kept.save(fresh.without("k1"))
    after = await kept.shelf.one("select after::text from order_line where after::text like '%cipher%'")
    assert re.findall('"cipher": "([^:]*):', after) == ["k2", "k2"]
    owner_after = json.loads(after)["owner"]
    assert kept.sealer.reveal(NumberKind.ID_NUMBER, owner_after["id_number"]["cipher"]) == OWNER["idNumber"]
    assert kept.sealer.reveal(NumberKind.MOBILE, owner_after["mobile"]["cipher"]) == OWNER["mobile"]


async def test_a_rewriting_that_was_interrupted_goes_on_where_it_stopped(kept: Kept, keys: Keys):
    fresh = keys.with_new()
    whole = sum((await count_locked(kept.shelf.engine, "k1")).values())
    batches: list[str] = []

    def stop(place: str, _rows: int) -> None:
        batches.append(place)
        if len(batches) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rewrite(kept.shelf.engine, Sealer(fresh), batch=1, told=stop)
    assert sum((await count_locked(kept.shelf.engine, "k2")).values()) == 5
    done = await rewrite(kept.shelf.engine, Sealer(fresh), batch=1)
    assert sum(done.values()) == whole - 5
    assert await count_locked(kept.shelf.engine, "k1") == {}


async def test_a_running_product_reads_what_another_process_locked_with_a_key_it_did_not_know(
    kept: Kept, keys: Keys
):
    fresh = keys.with_new()
    fresh.save(kept.path)
    assert kept.sealer.current == "k1"
    await rewrite(kept.shelf.engine, Sealer(fresh))
    assert await kept.reveal("301") == (OWNER["idNumber"], OWNER["mobile"])
    assert kept.sealer.current == "k2"


async def test_without_the_old_key_nothing_is_rewritten(kept: Kept, keys: Keys):
    before = await kept.shelf.standing()
    with pytest.raises(KeyMissingError, match="k1"):
        await rewrite(kept.shelf.engine, Sealer(keys.with_new().without("k1")))
    assert await kept.shelf.standing() == before


async def test_the_search_for_names_and_equal_numbers_stays_as_it_was(kept: Kept, keys: Keys):
    query = "query($s: String) { units(filter: { search: $s }) { totalCount } }"
    before = await kept.shelf.rows(
        "select id_number_blind, mobile_blind, id_number_masked from owner order by id"
    )
    fresh = kept.save(keys.with_new())
    await rewrite(kept.shelf.engine, Sealer(fresh))
    kept.save(fresh.without("k1"))
    after = await kept.shelf.rows(
        "select id_number_blind, mobile_blind, id_number_masked from owner order by id"
    )
    assert after == before
    found = await kept.block.developer.ask(query, s=OWNER["name"])
    assert found == {"units": {"totalCount": 1}}


def test_a_column_that_holds_something_locked_cannot_be_forgotten():
    locked, stored = set[str](), set[str]()
    for name, table in Base.metadata.tables.items():
        if name in {table.name for declared, table in declared_tables() if declared.view}:
            continue
        locked |= {f"{name}.{column.name}" for column in table.columns if column.name.endswith("_cipher")}
        stored |= {f"{name}.{column.name}" for column in table.columns if isinstance(column.type, JSONB)}
    assert locked == set(CONTEXTS)
    assert {place.name for place in places()} == (locked | stored) - UNTOUCHED


def test_the_key_to_write_with_and_an_unknown_one_cannot_be_taken_away(keys: Keys):
    fresh = keys.with_new()
    for name in ("k2", "k9"):
        with pytest.raises(KeyInUseError):
            fresh.without(name)
    assert fresh.with_new().current == "k3"
    assert Keys.parse(fresh.text()) == fresh
