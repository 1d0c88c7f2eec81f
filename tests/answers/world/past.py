"""What was there before: versions of rows that are others now, and of rows that are gone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from db.tables.records import RowHistory
from tests.answers.world.hard import CONTROL, FAR, QUOTES, Rows
from tests.answers.world.names import JIANGMEN, row
from tests.answers.world.places import ORGANIZATION, building, estate, owner, unit

SPRING = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
SUMMER = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)

_PLACES = {"section_key": "", "room_key": ""}


def past_rows() -> Rows:
    """Give the versions in the order in which they were written; the present rows' own come after them."""
    yield RowHistory, [*_spring(), *_summer(), *_autumn()]


def _version(at: datetime, kind: str, given: dict[str, Any], operation: str = "INSERT") -> dict[str, Any]:
    return {
        "city": given["city"],
        "org_id": given.get("org_id", given["id"]),
        "table_name": kind,
        "row_id": given["id"],
        "operation": operation,
        "at": at,
        "principal_id": row("Principal", 1),
        "row": given,
    }


def _unit(number: int, **more: Any) -> dict[str, Any]:
    return {**unit(number), **_PLACES, **more}


def _organization(**more: Any) -> dict[str, Any]:
    """Give an organization from before there was the column `totp_required`."""
    return {**ORGANIZATION, **more}


def _spring() -> Iterator[dict[str, Any]]:
    mine = row("Organization", 1)
    yield _version(
        SPRING, "organization", _organization(id=mine, name="旧名置业", contact_mobile="13900139000")
    )
    yield _version(SPRING, "estate", estate(1, name="江畔一期", project_name=QUOTES, total_land_area=5))
    yield _version(SPRING, "estate", estate(3, org=2, name="邻居的旧名"))
    yield _version(SPRING, "estate", estate(9, name="已撤销的项目", started_on=date(1, 1, 1)))
    yield _version(SPRING, "estate", estate(1, city=JIANGMEN, name="江门旧名"))
    yield _version(SPRING, "building", building(1, name="老1栋", position=2))
    # This building stood in another estate.
    yield _version(SPRING, "building", building(2, estate=9, name=CONTROL))
    for number in (1, 2, 3):
        yield _version(SPRING, "unit", _unit(number, floor=number, room_no=f"旧{number}0{number}"))
    yield _version(SPRING, "unit", _unit(4, building_id=row("Building", 2), estate_id=row("Estate", 9)))
    yield _version(SPRING, "unit", _unit(15, floor=2, room_no=FAR, contract_no="HT-2020-1", remark=CONTROL))
    yield _version(SPRING, "unit", _unit(70, floor=-3, room_no="已拆", has_lift=False, net_area=1))
    # Two versions of one moment: what was written last counts.
    yield _version(SPRING, "unit", _unit(70, floor=-3, room_no="已拆除", deposit_point=date(9999, 12, 31)))
    yield _version(SPRING, "unit", _unit(30, building_id=row("Building", 6), org_id=row("Organization", 2)))
    yield _version(SPRING, "owner", owner(1, 2, name="前业主"))
    yield _version(SPRING, "owner", owner(20, 1, name="张三丰", share="50%", mobile_masked=QUOTES))
    yield _version(SPRING, "owner", owner(21, 1, position=0, name=FAR))


def _summer() -> Iterator[dict[str, Any]]:
    yield _version(SUMMER, "unit", _unit(1, floor=7, room_no="701"), "UPDATE")
    # This act began before the one above, had to wait for it, and was written after it.
    yield _version(datetime(2026, 5, 1, tzinfo=UTC), "unit", _unit(1, floor=8, room_no="801"), "UPDATE")
    yield _version(SUMMER, "building", building(2, estate=9, status="CANCELLED"), "UPDATE")
    yield _version(SUMMER, "owner", owner(20, 1, name="张三丰", share="50%", mobile_masked=QUOTES), "DELETE")
    yield _version(SUMMER, "owner", owner(22, 1, position=3, name="新业主", share=None))


def _autumn() -> Iterator[dict[str, Any]]:
    yield _version(AUTUMN, "unit", _unit(70, floor=-3, room_no="已拆除"), "DELETE")
    yield _version(AUTUMN, "owner", owner(21, 1, position=0, name=FAR), "DELETE")
    yield _version(AUTUMN, "owner", owner(22, 1, position=3, name="新业主"), "DELETE")
    yield _version(AUTUMN, "building", building(2, estate=9, status="CANCELLED"), "DELETE")
    yield _version(AUTUMN, "estate", estate(9, name="已撤销的项目"), "DELETE")
