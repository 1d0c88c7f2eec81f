"""The tables of the page about rights: roles, actions and cities, as Markdown in both languages."""

from collections.abc import Iterable, Iterator
from typing import Final

from authz.actions import ACTIONS, ESTATE_KINDS, Action, Kind
from authz.cities import CLOSED_BY, closed_in
from authz.delegation import find_clash
from authz.domains import Side
from authz.roles import CUSTOM_ACTIONS, MACHINE_ROLES, ROLES, Role
from domain.city import City

SIDES: Final = {
    Side.ORGANIZATION: "Developers (开发企业)",
    Side.CITY: "Fund office (维修资金管理部门)",
    Side.BANK: "Banks (专户银行)",
    Side.SYSTEM: "The system itself (系统)",
}

_BUSINESS: Final = {
    Kind.ESTATE: "物业区域 estate",
    Kind.BUILDING: "楼幢 building",
    Kind.UNIT: "房屋 unit",
    Kind.OWNER: "业主 owner",
    Kind.CONTRACT: "合同 contract",
    Kind.PAYMENT: "交款 payment",
    Kind.ORDER: "业务单 order",
}


def role_list() -> str:
    """List every role: whose it is, person or machine, and what it may give to others."""
    rows = [["Role (角色)", "Name", "Whose (所属)", "For (对象)", "Actions (操作数)"], ["---"] * 4 + ["--:"]]
    for role in ROLES.values():
        holder = "machines (接口)" if role.name in MACHINE_ROLES else "people (人员)"
        title = f"{role.text} {role.english}"
        rows.append([title, f"`{role.name}`", SIDES[role.side], holder, str(len(role.actions))])
    return write_table(rows)


def role_matrix(side: Side) -> str:
    """Write what each role of a side gives, action by action."""
    roles = [role for role in ROLES.values() if role.side is side]
    given = frozenset[str]().union(*(role.actions for role in roles))
    own = side is Side.ORGANIZATION
    heads = [f"{role.text}<br>{role.english}<br>`{role.name}`" for role in roles]
    heads += ["自定义角色<br>a custom role may give it"] if own else []
    rows = [
        ["Action (操作)", "Business (业务)", *heads],
        ["---", "---", *(":-:" for _ in heads)],
        *(_row(action, roles, own=own) for action in ACTIONS.values() if action.name in given),
    ]
    return write_table(rows)


def _row(action: Action, roles: list[Role], *, own: bool) -> list[str]:
    mark = " ※" if action.by_order else ""
    cells = [_sign(action, role) for role in roles]
    cells += ["○" if action.name in CUSTOM_ACTIONS else ""] if own else []
    return [
        f"{action.text}{mark}<br>{action.english} `{action.name}`",
        _BUSINESS.get(action.kind, "—"),
        *cells,
    ]


def _sign(action: Action, role: Role) -> str:
    if action.name not in role.actions:
        return ""
    return "◐" if action.kind in ESTATE_KINDS and not role.every_estate else "●"


def city_matrix(cities: Iterable[City]) -> str:
    """Write the actions that not every city has, and by which switch."""
    known = list(cities)
    rows = [["Action (操作)", *(city.name for city in known), "Switch (开关)"]]
    rows.append(["---", *(":-:" for _ in known), "---"])
    for text, switch, has in _switched(known):
        if len(set(has)) > 1:
            rows.append([text, *("●" if one else "" for one in has), f"`{switch}`"])
    return write_table(rows)


def same_switches(cities: Iterable[City]) -> list[str]:
    """Name the switches about rights at which all cities stand alike."""
    differ: dict[str, bool] = {}
    for _, switch, has in _switched(list(cities)):
        differ[switch] = differ.get(switch, False) or len(set(has)) > 1
    return [switch for switch, differs in differ.items() if not differs]


def _switched(cities: list[City]) -> Iterator[tuple[str, str, list[bool]]]:
    """Give what a switch decides, the switch, and which of the cities have it."""
    for switch, actions in CLOSED_BY.items():
        for name in (name for name in ACTIONS if name in actions):
            text = f"{ACTIONS[name].text}<br>{ACTIONS[name].english} `{name}`"
            yield text, switch, [name not in closed_in(city, Side.ORGANIZATION) for city in cities]
    both = [find_clash(["window_clerk", "reviewer"], city) is None for city in cities]
    yield "一人兼任受理人员和审核人员<br>one person is window clerk and reviewer", "clerk_may_review", both


def write_table(rows: Iterable[list[str]]) -> str:
    """Write rows of cells as a Markdown table; the second row says how the columns stand."""
    return "\n".join(_lines(rows)) + "\n"


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(row)} |"
