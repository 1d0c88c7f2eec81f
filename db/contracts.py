"""Binds sale contracts to units, all of an order's in one statement's many rows."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, Text, bindparam, case, exists, func, null, update

from db.site import Site
from db.tables.estates import Unit
from domain.change import BindContract

_UNIT = cast("Table", Unit.__table__)


async def bind_contracts(site: Site, changes: Sequence[BindContract]) -> None:
    """Write contract numbers; what was to be filed by hand is linked now.

    What the transaction system calls a unit is kept where no unit bears it, for one that was split or
    cancelled still does (R-EST-5).
    """
    given, other = bindparam("external", type_=Text()), _UNIT.alias()
    free = ~exists().where(other.c.city == site.city, other.c.external_id == given)
    statement = (
        update(_UNIT)
        .where(_UNIT.c.city == site.city, _UNIT.c.id == bindparam("row"))
        .values(
            contract_no=bindparam("contract"),
            external_id=func.coalesce(_UNIT.c.external_id, case((free, given), else_=null())),
            manual_filing=False,
            version=_UNIT.c.version + 1,
        )
    )
    rows = [
        {"row": change.unit, "contract": change.contract_no, "external": change.external_id}
        for change in changes
    ]
    await (await site.session.connection()).execute(statement, rows)
