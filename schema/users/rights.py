"""What a user may do, spelled out: each action, and on which estates."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from authz.spelling import Right
from db.tables.estates import Estate as EstateRow
from resolvers.read import load_rows
from resolvers.visit import Visit
from schema.estates import Estate
from schema.types import Shown, resolved, tells, value


@tells
class UserRight:
    """One action that a user may take, and where (用户权限)."""

    visit: strawberry.Private[Visit]
    right: strawberry.Private[Right]
    action: str = value("Name of the action (权限代码).")
    label: str = value("The action in words (权限名称).")
    needs_estate: bool = value("Whether it is done on estates at all (是否按小区).")
    every_estate: bool = value("On every estate, later ones included, but for those left out (全部小区).")

    @resolved()
    async def estates(self) -> list[Estate]:
        """The estates, where it is not every one; those that the caller sees (物业区域)."""
        return await _load(self.visit, self.right.estates)

    @resolved()
    async def left_out(self) -> list[Estate]:
        """The estates left out of every one; those that the caller sees (除外的物业区域)."""
        return await _load(self.visit, self.right.denied)


async def _load(visit: Visit, estates: Sequence[str]) -> Shown:
    if not estates:
        return []
    rows = await load_rows(visit, EstateRow, "id", [UUID(estate) for estate in estates])
    return [rows[key] for key in sorted(rows)]


def describe_right(visit: Visit, right: Right) -> UserRight:
    """Say a right in the caller's language."""
    return UserRight(
        visit=visit,
        right=right,
        action=right.action,
        label=right.text if visit.language == "zh" else right.english,
        needs_estate=right.needs_estate,
        every_estate=right.needs_estate and right.all,
    )
