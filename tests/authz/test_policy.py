"""The policy, asked as data: every role for every action in every situation, and the model's every part."""

import re
from collections.abc import Iterator
from typing import get_type_hints

import pytest

from authz.actions import ACTIONS
from authz.cities import CLOSED_BY, closed_in
from authz.domains import Side
from authz.enforcer import MODEL
from authz.public import PUBLIC
from authz.rights import Rights
from authz.roles import CUSTOM_ACTIONS, MACHINE_ROLES, ROLES
from authz.roles import OWN as OWN_ACTIONS
from authz.snapshot import Snapshot, compile_snapshot
from domain.switch import Switches
from tests.authz.battery import CITIES, JIANGMEN, LUZHOU, POLICY, YUNMENG, cases, disagreements


def test_the_policy_names_every_action_with_its_kind_and_no_other() -> None:
    assert {name: entry["kind"] for name, entry in POLICY["actions"].items()} == {
        name: str(action.kind) for name, action in ACTIONS.items()
    }


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN, YUNMENG])
def test_casbin_answers_every_role_action_and_situation_as_the_policy_expects(city: int) -> None:
    assert [case.title for case in disagreements(MODEL, city)] == []


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN, YUNMENG])
def test_the_snapshot_answers_every_role_action_and_situation_as_the_policy_expects(city: int) -> None:
    snapshots: dict[Rights, Snapshot] = {}
    wrong: list[str] = []
    for case in cases(city):
        if case.rights not in snapshots:
            snapshots[case.rights] = compile_snapshot(case.rights)
        answer = snapshots[case.rights].may(case.action, domain=case.domain, estate=case.estate)
        if answer is not case.allowed:
            wrong.append(case.title)
    assert wrong == []


def test_the_policy_knows_every_city_and_what_its_file_takes_away() -> None:
    assert {int(code) for code in POLICY["cities"]} == CITIES.keys()
    for code, kept in POLICY["cities"].items():
        city = CITIES[int(code)]
        assert set(kept["enterprises"]) == closed_in(city, Side.ORGANIZATION), city.name
        for side in (Side.CITY, Side.BANK, Side.SYSTEM):
            assert set(kept["others"]) == closed_in(city, side), city.name


def test_every_switch_that_takes_rights_away_is_a_switch_and_names_declared_actions() -> None:
    assert CLOSED_BY.keys() <= get_type_hints(Switches).keys()
    assert frozenset[str]().union(*CLOSED_BY.values()) <= ACTIONS.keys()


def test_custom_roles_give_what_the_policy_lets_them_and_each_persons_own_actions_always() -> None:
    admin = {name for name, entry in POLICY["actions"].items() if "org_admin" in entry["roles"]}
    assert admin - set(POLICY["custom"]["never"]) == CUSTOM_ACTIONS
    assert set(POLICY["custom"]["always"]) == OWN_ACTIONS


def _without_one_part() -> Iterator[tuple[str, str]]:
    matcher = re.search(r"^m = (.*)$", MODEL, re.MULTILINE)
    assert matcher is not None
    conjuncts = matcher[1].split(" && ")
    for i, conjunct in enumerate(conjuncts):
        rest = conjuncts[:i] + conjuncts[i + 1 :]
        yield conjunct, MODEL.replace(matcher[1], " && ".join(rest))
        if " || " in conjunct:
            choices = conjunct[1:-1].split(" || ")
            for j, choice in enumerate(choices):
                shorter = f"({' || '.join(choices[:j] + choices[j + 1 :])})"
                yield choice, MODEL.replace(conjunct, shorter)
    effect = "some(where (p.eft == allow)) && !some(where (p.eft == deny))"
    yield "deny", MODEL.replace(effect, "some(where (p.eft == allow))")
    yield "allow", MODEL.replace(effect, "!some(where (p.eft == deny))")


MUTANTS = dict(_without_one_part())


def test_the_matcher_is_taken_apart_into_all_its_parts() -> None:
    assert list(MUTANTS) == [
        "r.act == p.act",
        '(p.est == "*" || p.est == r.est)',
        'p.est == "*"',
        "p.est == r.est",
        "g(r.sub, p.sub, r.dom)",
        '(p.grant == "none" || g2(r.sub, r.est, p.grant) || g2(r.sub, "*", p.grant))',
        'p.grant == "none"',
        "g2(r.sub, r.est, p.grant)",
        'g2(r.sub, "*", p.grant)',
        "deny",
        "allow",
    ]


@pytest.mark.parametrize("part", MUTANTS)
def test_no_part_of_the_model_can_go_unnoticed(part: str) -> None:
    assert MUTANTS[part] != MODEL
    assert next(disagreements(MUTANTS[part]), None) is not None


@pytest.mark.parametrize("role", ROLES)
def test_every_role_gives_declared_actions_only(role: str) -> None:
    assert ROLES[role].actions <= ACTIONS.keys()


def test_every_action_is_given_by_some_role() -> None:
    assert frozenset[str]().union(*(role.actions for role in ROLES.values())) == ACTIONS.keys()


def test_what_is_public_is_this_short_list_and_needs_no_role() -> None:
    assert sorted(PUBLIC) == [
        "agreement.view",
        "city.view",
        "invitation.accept",
        "org.register",
        "registration.attach",
        "registration.view",
        "session.begin",
        "template.view",
    ]
    assert not PUBLIC.keys() & ACTIONS.keys()


def test_no_role_both_accepts_and_reviews_or_both_submits_and_decides() -> None:
    for role in ROLES.values():
        held = role.actions & {"order.submit", "order.accept", "order.review", "payment.confirm"}
        assert len(held) <= 1, role.name


def test_nobody_of_the_fund_office_or_a_bank_sees_clear_personal_numbers() -> None:
    assert [name for name, role in ROLES.items() if "owner.view_pii" in role.actions] == [
        "contract_clerk",
        "org_admin",
    ]


@pytest.mark.parametrize("role", ["reporter", "city_reporter"])
def test_a_reporting_key_only_reads_and_sees_no_users_and_no_clear_numbers(role: str) -> None:
    given = ROLES[role].actions - {"export.create"}
    assert {name.split(".")[1] for name in given} == {"view"}
    assert not {name.split(".")[0] for name in given} & {"user", "role", "key", "audit", "session"}


def test_the_system_admin_does_no_business_and_sees_none() -> None:
    kinds = {ACTIONS[name].kind for name in ROLES["system_admin"].actions}
    assert kinds == {"self", "org"}
    assert ROLES["system_admin"].actions.isdisjoint(
        {"org.view", "org.update", "file.upload", "export.create"}
    )


def test_every_person_does_the_same_for_themselves_and_no_machine_more_than_see_itself() -> None:
    for name, role in ROLES.items():
        own = {action for action in role.actions if ACTIONS[action].kind == "self"}
        if name in MACHINE_ROLES:
            assert own <= {"me.view"}, name
        else:
            assert own == OWN_ACTIONS, name


def test_no_role_gives_another_one_away_but_the_system_admins_to_the_office() -> None:
    assert {name: role.entrusts for name, role in ROLES.items() if role.entrusts} == {
        "system_admin": {"window_clerk", "reviewer", "authority_admin", "city_reporter"}
    }
    assert all(ROLES[name].side is Side.CITY for name in ROLES["system_admin"].entrusts)


def test_both_languages_say_every_action_role_and_public_right_once() -> None:
    for said in (
        [action.text for action in ACTIONS.values()],
        [action.english for action in ACTIONS.values()],
        [role.text for role in ROLES.values()],
        [role.english for role in ROLES.values()],
        [text.zh for text in PUBLIC.values()],
        [text.en for text in PUBLIC.values()],
    ):
        assert len(set(said)) == len(said)
        assert all(said)


def test_only_developers_need_grants_on_estates() -> None:
    assert {role.every_estate for role in ROLES.values() if role.side is Side.ORGANIZATION} == {False}
    assert {role.every_estate for role in ROLES.values() if role.side is not Side.ORGANIZATION} == {True}
