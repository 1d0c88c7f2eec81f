"""The policy, asked as data: every role for every action in every situation, and the model's every part."""

import re
from collections.abc import Iterator

import pytest

from authz.actions import ACTIONS
from authz.domains import Side
from authz.enforcer import MODEL
from authz.public import PUBLIC
from authz.roles import ROLES
from authz.snapshot import compile_snapshot
from tests.authz.battery import POLICY, cases, disagreements


def test_the_policy_names_every_action_with_its_kind_and_no_other() -> None:
    assert {name: entry["kind"] for name, entry in POLICY["actions"].items()} == {
        name: str(action.kind) for name, action in ACTIONS.items()
    }


def test_casbin_answers_every_role_action_and_situation_as_the_policy_expects() -> None:
    assert [case.title for case in disagreements(MODEL)] == []


def test_the_snapshot_answers_every_role_action_and_situation_as_the_policy_expects() -> None:
    snapshots = {case.rights: compile_snapshot(case.rights) for case in cases()}
    wrong = [
        case.title
        for case in cases()
        if snapshots[case.rights].may(case.action, domain=case.domain, estate=case.estate) is not case.allowed
    ]
    assert wrong == []


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


def test_a_reporting_key_only_reads() -> None:
    verbs = {name.split(".")[1] for name in ROLES["reporter"].actions - {"export.create"}}
    assert verbs == {"view"}


def test_only_developers_need_grants_on_estates() -> None:
    assert {role.every_estate for role in ROLES.values() if role.side is Side.ORGANIZATION} == {False}
    assert {role.every_estate for role in ROLES.values() if role.side is not Side.ORGANIZATION} == {True}
