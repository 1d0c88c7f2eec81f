"""Writes the page about rights for people: docs/permissions.md."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, Final

from authz.actions import ACTIONS
from authz.public import PUBLIC
from authz.roles import CUSTOM_ACTIONS, ROLES
from authz.tables import SIDES, city_matrix, role_list, role_matrix, same_switches
from domain.city import load_cities

_WORDS: Final = resources.files("authz").joinpath("permissions.template.md").read_text(encoding="utf-8")

GUARDS: Final = Path(__file__).parents[1] / "tests" / "house" / "guards.toml"
"""The one list of the graph's fields that are open to strangers or show no more than their row."""


def matrix_markdown() -> str:
    """Write the whole page."""
    cities = sorted(load_cities().values(), key=lambda city: city.code)
    guards: dict[str, Any] = tomllib.loads(GUARDS.read_text(encoding="utf-8"))
    same = ", ".join(f"`{switch}`" for switch in same_switches(cities))
    return _WORDS.format(
        roles=role_list(),
        sides="\n".join(f"## {title}\n\n{role_matrix(side)}" for side, title in SIDES.items()),
        entrusting=_entrusting(),
        kept=_kept_from_custom_roles(),
        same=f" (the switches {same} among them)" if same else "",
        cities=city_matrix(cities),
        public="\n".join(f"- {said.zh} {said.en} `{name}`" for name, said in PUBLIC.items()),
        open_fields=len(guards["public"]),
        inheriting_fields=sum(guards["inherit"].values()),
        types=len(guards["inherit"]),
        open_list="\n".join(f"- `{one}`" for one in guards["public"]),
    )


def _entrusting() -> str:
    lines: list[str] = []
    for role in ROLES.values():
        if role.entrusts:
            others = [ROLES[name] for name in ROLES if name in role.entrusts]
            english = ", ".join(other.english for other in others)
            chinese = "、".join(other.text for other in others)
            lines.append(
                f"The one exception: the {role.english} appoints {english} and does none of their business."
                f" 唯一例外：{role.text}可分配{chinese}，但本人不办理其业务。"
            )
    return " ".join(lines)


def _kept_from_custom_roles() -> str:
    admin = ROLES["org_admin"].actions
    kept = [action for name, action in ACTIONS.items() if name in admin - CUSTOM_ACTIONS]
    return ", ".join(f"{action.text} {action.english} `{action.name}`" for action in kept)


if __name__ == "__main__":
    Path("docs/permissions.md").write_text(matrix_markdown(), encoding="utf-8")
