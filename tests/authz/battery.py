"""Turns policy.toml into questions with expected answers: every city, role, action and situation."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authz.actions import ESTATE_KINDS
from authz.cities import closed_in
from authz.domains import NOWHERE, Side
from authz.enforcer import Engine
from authz.rights import CustomRole, Deny, Grant, Rights
from authz.roles import ROLES
from domain.city import load_cities

POLICY: dict[str, Any] = tomllib.loads((Path(__file__).parent / "policy.toml").read_text(encoding="utf-8"))

PERSON = "0" * 31 + "1"
HERE = "0" * 31 + "a"
THERE = "0" * 31 + "b"
_ESTATES = {"here": HERE, "there": THERE, "every": None, "none": None}
CITIES = load_cities(Path(__file__).parents[1] / "cities")
LUZHOU, JIANGMEN, YUNMENG = 510500, 440700, 990100
CUSTOM = "custom"
"""Stands for a role of an organization's own making that gives the asked action and nothing else."""


def domains(city: int, organization: str, bank: str) -> dict[Side, str]:
    """Name the domain of each side."""
    return {
        Side.ORGANIZATION: f"o:{organization}",
        Side.CITY: f"c:{city}",
        Side.BANK: f"b:{city}:{bank}",
        Side.SYSTEM: f"s:{city}",
    }


OWN = domains(LUZHOU, "1" * 32, "ICBC")
FOREIGN = domains(JIANGMEN, "2" * 32, "CCB")


@dataclass(frozen=True, slots=True)
class Case:
    """One question and the answer that the policy expects."""

    title: str
    rights: Rights
    action: str
    domain: str
    estate: str | None
    allowed: bool


def cases(city: int) -> Iterator[Case]:
    """Give every role × action × situation of a city."""
    for situation in POLICY["situations"]:
        for name, entry in POLICY["actions"].items():
            for role in (*ROLES, CUSTOM):
                if role != CUSTOM or name in _given_by_custom_roles():
                    yield _case(city, situation, name, entry, role)


def _given_by_custom_roles() -> frozenset[str]:
    given = {name for name, entry in POLICY["actions"].items() if "org_admin" in entry["roles"]}
    return frozenset(given) - frozenset(POLICY["custom"]["never"])


def disagreements(model: str, city: int = LUZHOU) -> Iterator[Case]:
    """Give the cases that casbin answers otherwise under this text of the model."""
    engines: dict[Rights, Engine] = {}
    for case in cases(city):
        if case.rights not in engines:
            engines[case.rights] = Engine(case.rights, model)
        answer = engines[case.rights].decide(case.action, domain=case.domain, estate=case.estate)
        if answer.allowed is not case.allowed:
            yield case


def _case(city: int, situation: dict[str, Any], action: str, entry: dict[str, Any], role: str) -> Case:
    side = Side.ORGANIZATION if role == CUSTOM else ROLES[role].side
    office = side is not Side.ORGANIZATION
    needs = "office" if office else "estate" if entry["kind"] in ESTATE_KINDS else "other"
    own = domains(city, "1" * 32, "ICBC")[side]
    foreign = domains(JIANGMEN if city == LUZHOU else LUZHOU, "2" * 32, "CCB")[side]
    held = () if role == CUSTOM else (role,)
    custom = (CustomRole("0" * 31 + "9", frozenset({action})),) if role == CUSTOM else ()
    rights = Rights(
        PERSON,
        own,
        held,
        () if office else tuple(_grants(situation, entry["kind"])),
        tuple(_denies(situation, action)),
        custom,
        closed_in(CITIES[city], side),
    )
    gone = POLICY["cities"][str(city)]["others" if office else "enterprises"]
    return Case(
        title=f"{role}, {action}: {situation['name']}",
        rights=rights,
        action=action,
        domain={"own": own, "foreign": foreign, "nowhere": NOWHERE}[situation["ask"]["domain"]],
        estate=_ESTATES[situation["ask"]["estate"]],
        allowed=(role == CUSTOM or role in entry["roles"])
        and action not in gone
        and situation["expect"][needs],
    )


def _grants(situation: dict[str, Any], kind: str) -> Iterator[Grant]:
    for grant in situation.get("grants", []):
        own = frozenset({kind}) & ESTATE_KINDS
        kinds = own if grant["kinds"] == "own" else ESTATE_KINDS - own
        if kinds:
            yield Grant(_ESTATES[grant["estate"]], frozenset(str(each) for each in kinds))


def _denies(situation: dict[str, Any], action: str) -> Iterator[Deny]:
    for deny in situation.get("denies", []):
        other = "me.view" if action != "me.view" else "org.view"
        yield Deny(_ESTATES[deny["estate"]], other if deny.get("another") else action)
