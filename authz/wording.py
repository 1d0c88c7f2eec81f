"""Puts the links of an explanation into words that say what to do, in Chinese or English."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from authz.actions import Action, find_action
from authz.domains import Side, side_of
from authz.explanation import Finding, Holder, Link
from authz.rights import CustomRole, Deny, Grant
from authz.roles import CUSTOM_ACTIONS, MACHINE_ROLES, ROLES, find_role
from domain.clock import SHANGHAI

_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_PLACE: Final = re.compile(r"\{(\w+)\}")
_MACHINES: Final = (Side.BANK, Side.SYSTEM)
"""Sides for which machines act alone."""


@cache
def _texts() -> Mapping[str, Any]:
    file = resources.files("authz").joinpath("explanation.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


class Wording:
    """Words the findings about one question in one language.

    Args:
        holder: Who is asked about.
        action: The action's name.
        language: `zh` or `en`; another reads Chinese.
    """

    def __init__(self, holder: Holder, action: str, language: str) -> None:
        self._side = side_of(holder.domain)
        self._action: Action = find_action(action)
        self._language = language if language in ("zh", "en") else "zh"

    def word(self, finding: Finding) -> str:
        """Say how a link stands, and if it is missing what to do."""
        reason = finding.reason
        if (finding.link, reason) == (Link.ROLE, "none") and not self._fitting():
            reason = "elsewhere"
        text: str = _texts()[finding.link][reason][self._language]
        values = self._values(finding)
        return _OPTIONAL.sub(lambda part: _kept(part[1], values), text).format_map(values)

    def _values(self, finding: Finding) -> dict[str, str]:
        given = finding.given
        values = {
            "action": self._label(self._action),
            "admin": self._name("admin", self._side),
            "side": self._names("side", dict.fromkeys(role.side for role in self._givers())),
            "kind": self._name("kind", self._action.kind) if self._action.needs_estate else "",
        }
        fitting = self._fitting()
        if fitting:
            values["roles"] = self._join(fitting)
        if given is not None:
            values |= {"by": given.by} if given.by else {}
            values |= {"at": _moment(given.at)} if given.at else {}
            values |= {"until": _moment(given.until)} if given.until else {}
            values |= self._subject(given.what, given.title)
        return values

    def _subject(self, what: str | CustomRole | Grant | Deny, title: str | None) -> dict[str, str]:
        match what:
            case str(name):
                return {"role": self._label(find_role(name))}
            case CustomRole(id=role):
                return {"role": title or role}
            case Grant(estate=estate, kinds=kinds):
                where = self._name("where", "every" if estate is None else "this")
                return {"where": title or where, "kinds": self._names("kind", sorted(kinds))}
            case Deny(estate=estate):
                every = "every" if self._action.needs_estate else "always"
                return {"where": title or self._name("where", every if estate is None else "this")}

    def _givers(self) -> Iterator[Any]:
        return (role for role in ROLES.values() if self._action.name in role.actions)

    def _fitting(self) -> list[str]:
        """Name the roles of the user's own side that would give the action."""
        found = [
            self._label(role)
            for role in self._givers()
            if role.side is self._side and (role.name not in MACHINE_ROLES or self._side in _MACHINES)
        ]
        if found and self._side is Side.ORGANIZATION and self._action.name in CUSTOM_ACTIONS:
            found.append("含该操作的自定义角色" if self._language == "zh" else "a custom role with it")
        return found

    def _label(self, named: Any) -> str:  # noqa: ANN401 - an action or a role, which both have two labels
        return named.text if self._language == "zh" else named.english

    def _name(self, group: str, member: str) -> str:
        return _texts()["words"][group][member][self._language]

    def _names(self, group: str, members: Any) -> str:  # noqa: ANN401 - any iterable of keys
        return self._join([self._name(group, member) for member in members])

    def _join(self, names: list[str]) -> str:
        return ("、" if self._language == "zh" else ", ").join(names)


def _kept(part: str, values: Mapping[str, str]) -> str:
    return part if all(name in values for name in _PLACE.findall(part)) else ""


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
