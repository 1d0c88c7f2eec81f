"""No mutation finds a thing of somebody else; the answer is that of a thing that never was."""

import base64
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Addresses
from tests.db.roles import database_of, owner
from tests.neighbours import Neighbours
from tests.resolvers.walk import (
    NAMED,
    mutations,
    send_act,
    write_id,
)
from tests.scenes import JIANGMEN, LUZHOU


@pytest.fixture(scope="module")
def rate_ids() -> dict[str, str]:
    # Of these an enterprise of Luzhou has none to name.
    return {kind: write_id(kind, LUZHOU, "0" * 32) for kind in ("DepositRate", "Push")}


@pytest.mark.parametrize(("name", "key", "member"), list(mutations()))
async def test_a_mutation_finds_nothing_of_somebody_else(
    neighbours: Neighbours, rate_ids: dict[str, str], server: Addresses, name: str, key: str, member: str
):
    mine = {**rate_ids, **neighbours.mine.ids}
    kind = NAMED[key]
    before = await _everything(neighbours, server)
    never = await send_act(
        neighbours.mine.developer, name, {**mine, kind: write_id(kind, LUZHOU, "0" * 32)}, member
    )
    for one in (
        *(holding.ids.get(kind, rate_ids["DepositRate"]) for holding in neighbours.foreign),
        write_id("Session", LUZHOU, "0" * 32),
        write_id(kind, JIANGMEN, base64.urlsafe_b64decode(mine[kind] + "==").decode()[-32:]),
    ):
        answer = await send_act(neighbours.mine.developer, name, {**mine, kind: one}, member)
        if "errors" not in never and "errors" not in answer:
            # The act has a reason to refuse before it looks for the thing, and says the same of each.
            assert answer == never, answer
            continue
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"], answer
        assert "errors" not in never or _without_id(answer) == _without_id(never)
    torn = await send_act(neighbours.mine.developer, name, {**mine, kind: "torn"}, member)
    assert [error["extensions"]["code"] for error in torn["errors"]] == ["BAD_USER_INPUT"]
    assert await _everything(neighbours, server) == before


def _without_id(answer: Any) -> Any:
    return [(error["message"], error["extensions"]["code"], error["path"]) for error in answer["errors"]]


async def _everything(neighbours: Neighbours, server: Addresses) -> dict[str, str]:
    """Sum up every row of the database; sessions are seen and tries are counted by reading alone."""
    async with owner(database_of(neighbours.town, server)) as connection:
        tables = (
            await connection.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
        ).all()
        query = (
            "select count(*) || '/' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') from {} t"
        )
        return {
            table: (await connection.execute(text(query.format(table)))).scalar_one()
            for table in tables
            if table not in ("session", "attempt")
        }


async def test_a_visitor_cannot_hand_in_somebody_elses_file(neighbours: Neighbours, server: Addresses):
    kinds = neighbours.town.desk.cities[LUZHOU].attachment_kinds("ORGANIZATION_REGISTRATION")
    kind = next(iter(kinds))
    for holding in (neighbours.mine, neighbours.elsewhere):
        papers = [{"kind": kind, "fileId": holding.ids["File"]}]
        with pytest.raises(AssertionError, match="NOT_FOUND"):
            await neighbours.town.at("10.9.0.3").register(
                LUZHOU, "91350100M000100Y43", "thief", papers=papers
            )
    async with owner(database_of(neighbours.town, server)) as connection:
        names = (await connection.scalars(text("select name from login"))).all()
    assert "thief" not in names
