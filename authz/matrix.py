"""Writes the table of roles and actions for people: docs/permissions.md."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from authz.actions import ACTIONS, ESTATE_KINDS, Action, Kind
from authz.domains import Side
from authz.public import PUBLIC
from authz.roles import ROLES, Role

_HEAD: Final = """# Who may do what (权限表)

Written by `python -m authz.matrix` from `authz/actions.py`, `authz/roles.py` and `authz/public.py`;
a test keeps it true.

- ● = the role gives the action. 角色拥有该操作。
- ◐ = the role gives the action, and the person also needs a grant of the business named in the row
  on the estate in question, or on every estate. 还须取得该小区(或全部小区)相应业务的授权。
- Empty = never. Nothing else gives a right, and one denial (禁止) on a person beats every role and grant.
- What has no estate yet, such as the draft of an estate collection, is reached only with a grant on
  every estate. 尚无小区的业务单只有取得全部小区授权的人可以办理。
- People of the fund office, banks and the system reach every estate of their own city or bank,
  and nothing elsewhere.
- Preparing an order takes two actions: the step (fill in, submit, withdraw) and the business of the order,
  marked ※. Looking at, accepting, returning and reviewing an order takes the step alone.
- That nobody accepts or reviews an order of their own is kept elsewhere, for every role.
"""

_SIDES: Final = {
    Side.ORGANIZATION: "Developers (开发企业)",
    Side.CITY: "Fund office (维修资金管理部门)",
    Side.BANK: "Banks (专户银行)",
    Side.SYSTEM: "The system itself (系统)",
}

_BUSINESS: Final = {
    Kind.ESTATE: "物业区域",
    Kind.BUILDING: "楼幢",
    Kind.UNIT: "房屋",
    Kind.OWNER: "业主",
    Kind.CONTRACT: "合同",
    Kind.PAYMENT: "交款",
    Kind.ORDER: "业务单",
}


def matrix_markdown() -> str:
    """Write the whole matrix as Markdown, one table for each side."""
    parts = [_HEAD]
    for side, title in _SIDES.items():
        roles = [role for role in ROLES.values() if role.side is side]
        parts += [f"## {title}\n", _table(roles)]
    parts += [
        "## Without signing in (无须登录)\n",
        *(f"- {text} `{name}`" for name, text in PUBLIC.items()),
        "",
    ]
    return "\n".join(parts)


def _table(roles: list[Role]) -> str:
    given = frozenset[str]().union(*(role.actions for role in roles))
    rows = [
        ["Action (操作)", "Business (业务)", *(f"{role.text}<br>`{role.name}`" for role in roles)],
        ["---", "---", *(":-:" for _ in roles)],
        *(_row(action, roles) for action in ACTIONS.values() if action.name in given),
    ]
    return "\n".join(_lines(rows)) + "\n"


def _row(action: Action, roles: list[Role]) -> list[str]:
    mark = " ※" if action.by_order else ""
    cells = [_sign(action, role) for role in roles]
    return [f"{action.text}{mark} `{action.name}`", _BUSINESS.get(action.kind, "—"), *cells]


def _sign(action: Action, role: Role) -> str:
    if action.name not in role.actions:
        return ""
    return "◐" if action.kind in ESTATE_KINDS and not role.every_estate else "●"


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    Path("docs/permissions.md").write_text(matrix_markdown(), encoding="utf-8")
