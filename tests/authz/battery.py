"""Turns policy.toml into questions with expected answers: every role, every action, every situation."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from authz.actions import ESTATE_KINDS
from authz.domains import NOWHERE, Side
from authz.enforcer import Engine
from authz.rights import Deny, Grant, Rights
from authz.roles import ROLES

POLICY: dict[str, Any] = tomllib.loads((Path(__file__).parent / "policy.toml").read_text(encoding="utf-8"))

PERSON = "0" * 31 + "1"
HERE = "0" * 31 + "a"
THERE = "0" * 31 + "b"
_ESTATES = {"here": HERE, "there": THERE, "every": None, "none": None}
OWN = {
    Side.ORGANIZATION: "o:" + "1" * 32,
    Side.CITY: "c:510500",
    Side.BANK: "b:510500:ICBC",
    Side.SYSTEM: "s:510500",
}
FOREIGN = {
    Side.ORGANIZATION: "o:" + "2" * 32,
    Side.CITY: "c:440700",
    Side.BANK: "b:510500:CCB",
    Side.SYSTEM: "s:440700",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One question and the answer that the policy expects."""

    title: str
    rights: Rights
    action: str
    domain: str
    estate: str | None
    allowed: bool


def cases() -> Iterator[Case]:
    """Give every role × action × situation."""
    for situation in POLICY["situations"]:
        for name, entry in POLICY["actions"].items():
            for role in ROLES:
                yield _case(situation, name, entry, role)


def disagreements(model: str) -> Iterator[Case]:
    """Give the cases that casbin answers otherwise under this text of the model."""
    engines: dict[Rights, Engine] = {}
    for case in cases():
        if case.rights not in engines:
            engines[case.rights] = Engine(case.rights, model)
        answer = engines[case.rights].decide(case.action, domain=case.domain, estate=case.estate)
        if answer.allowed is not case.allowed:
            yield case


def _case(situation: dict[str, Any], action: str, entry: dict[str, Any], role: str) -> Case:
    side = ROLES[role].side
    office = side is not Side.ORGANIZATION
    needs = "office" if office else "estate" if entry["kind"] in ESTATE_KINDS else "other"
    rights = Rights(
        PERSON,
        OWN[side],
        (role,),
        () if office else tuple(_grants(situation, entry["kind"])),
        tuple(_denies(situation, action)),
    )
    return Case(
        title=f"{role}, {action}: {situation['name']}",
        rights=rights,
        action=action,
        domain={"own": OWN[side], "foreign": FOREIGN[side], "nowhere": NOWHERE}[situation["ask"]["domain"]],
        estate=_ESTATES[situation["ask"]["estate"]],
        allowed=role in entry["roles"] and situation["expect"][needs],
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
