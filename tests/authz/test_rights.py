"""Nothing empty, foreign or made up gets as far as a decision."""

from collections.abc import Callable

import pytest

from authz.actions import ACTIONS, ESTATE_KINDS, UnknownAction, order_needs
from authz.domains import (
    NOWHERE,
    IllFormed,
    Side,
    bank_domain,
    city_domain,
    domain_of_row,
    organization_domain,
    side_of,
    system_domain,
)
from authz.enforcer import Decider, Engine
from authz.rights import CustomRole, Deny, Grant, Rights
from authz.roles import CUSTOM_ACTIONS
from authz.snapshot import compile_snapshot
from tests.authz.battery import HERE, OWN, PERSON, THERE

ORGANIZATION = OWN[Side.ORGANIZATION]
ADMIN = Rights(PERSON, ORGANIZATION, ("org_admin",), (Grant(None, frozenset(ESTATE_KINDS)),))

# Empty, wildcards, casbin's own words, separators and brackets of its text form, and near misses.
BAD_TEXTS = (
    "",
    " ",
    "*",
    "-",
    "none",
    "viewer, o2",
    "a]b",
    "x(y",
    "p, a, b",
    "eval(1)",
    "True",
    f"{HERE}\n",
    f" {HERE}",
    HERE.upper(),
    f"estate:{HERE}",
    f"{HERE},{THERE}",
)


RIGHTS_WITH: dict[str, Callable[[str], object]] = {
    "principal": lambda bad: Rights(bad, ORGANIZATION, ("viewer",)),
    "domain": lambda bad: Rights(PERSON, bad, ("viewer",)),
    "organization": lambda bad: Rights(PERSON, f"o:{bad}", ("viewer",)),
    "role": lambda bad: Rights(PERSON, ORGANIZATION, (bad,)),
    "granted estate": lambda bad: Grant(bad, frozenset({"unit"})),
    "granted kind": lambda bad: Grant(HERE, frozenset({bad})),
    "denied estate": lambda bad: Deny(bad, "unit.view"),
    "denied action": lambda bad: Deny(HERE, bad),
    "custom role": lambda bad: CustomRole(bad, frozenset({"unit.view"})),
    "custom action": lambda bad: CustomRole(HERE, frozenset({"unit.view", bad})),
    "domain of a row": organization_domain,
}


@pytest.mark.parametrize("bad", BAD_TEXTS)
@pytest.mark.parametrize("place", RIGHTS_WITH)
def test_a_value_that_is_empty_or_ill_formed_never_becomes_a_right(place: str, bad: str) -> None:
    with pytest.raises((IllFormed, UnknownAction)):
        RIGHTS_WITH[place](bad)


@pytest.mark.parametrize("bank", ["", "a b", "ICBC:1", "ICBC, CCB", "工商银行", "*", "ICBC\n", "A" * 33])
def test_a_bank_has_a_short_code_of_letters_and_digits(bank: str) -> None:
    with pytest.raises(IllFormed):
        bank_domain(510500, bank)


@pytest.mark.parametrize("bad", BAD_TEXTS)
def test_a_question_with_an_empty_or_ill_formed_value_is_refused_by_casbin_and_snapshot_alike(
    bad: str,
) -> None:
    engine, snapshot = Engine(ADMIN), compile_snapshot(ADMIN)
    for ask in (engine.decide, snapshot.may):
        with pytest.raises(UnknownAction):
            ask(bad, domain=ORGANIZATION, estate=HERE)
        with pytest.raises(IllFormed):
            ask("unit.view", domain=bad, estate=HERE)
        with pytest.raises(IllFormed):
            ask("unit.view", domain=ORGANIZATION, estate=bad)


def test_a_grant_without_a_kind_is_refused() -> None:
    with pytest.raises(IllFormed):
        Grant(HERE, frozenset())


@pytest.mark.parametrize("kind", ["self", "org", "city", "bank", "system"])
def test_what_needs_no_estate_cannot_be_granted_on_one(kind: str) -> None:
    with pytest.raises(IllFormed):
        Grant(HERE, frozenset({kind}))


@pytest.mark.parametrize(
    ("domain", "role"),
    [
        (ORGANIZATION, "reviewer"),
        (ORGANIZATION, "bank_operator"),
        (ORGANIZATION, "worker"),
        (OWN[Side.CITY], "org_admin"),
        (OWN[Side.BANK], "authority_admin"),
        (OWN[Side.SYSTEM], "bank_operator"),
    ],
)
def test_a_role_of_another_side_is_refused(domain: str, role: str) -> None:
    with pytest.raises(IllFormed):
        Rights(PERSON, domain, (role,))


@pytest.mark.parametrize("action", sorted(ACTIONS.keys() - CUSTOM_ACTIONS))
def test_a_custom_role_gives_nothing_that_only_built_in_roles_may_give(action: str) -> None:
    with pytest.raises(IllFormed):
        CustomRole(HERE, frozenset({"unit.view", action}))


@pytest.mark.parametrize("side", [Side.CITY, Side.BANK, Side.SYSTEM])
def test_only_organizations_have_custom_roles(side: Side) -> None:
    with pytest.raises(IllFormed):
        Rights(PERSON, OWN[side], (), custom=(CustomRole(HERE, frozenset({"unit.view"})),))


def test_nobody_acts_in_the_domain_of_nowhere() -> None:
    with pytest.raises(IllFormed):
        Rights(PERSON, NOWHERE, ())
    with pytest.raises(IllFormed):
        side_of(NOWHERE)


def test_who_has_no_role_is_allowed_nothing_though_casbin_has_no_rule_to_read() -> None:
    nobody = Rights(PERSON, ORGANIZATION, (), (Grant(None, frozenset(ESTATE_KINDS)),))
    engine, snapshot = Engine(nobody), compile_snapshot(nobody)
    assert not engine.rules
    assert snapshot.actions == frozenset()
    assert not engine.decide("me.view", domain=ORGANIZATION, estate=None).allowed
    assert not engine.decide("unit.view", domain=ORGANIZATION, estate=HERE).allowed


def test_an_estate_with_the_same_id_as_the_person_is_not_thereby_theirs() -> None:
    rights = Rights(HERE, ORGANIZATION, ("viewer",))
    assert not Engine(rights).decide("unit.view", domain=ORGANIZATION, estate=HERE).allowed


@pytest.mark.parametrize(
    ("rights", "action", "domain", "rule"),
    [
        (ADMIN, "unit.view", ORGANIZATION, "role:org_admin * unit.view unit allow"),
        (ADMIN, "org.update", ORGANIZATION, "role:org_admin * org.update none allow"),
        (ADMIN, "unit.view", "o:" + "2" * 32, "foreign-domain"),
        (ADMIN, "order.review", ORGANIZATION, "no-role"),
        (Rights(PERSON, ORGANIZATION, ("viewer",)), "unit.view", ORGANIZATION, "no-grant"),
        (
            Rights(PERSON, ORGANIZATION, ("org_admin",), closed=frozenset({"org.update"})),
            "org.update",
            ORGANIZATION,
            "not-in-city",
        ),
        (
            Rights(PERSON, ORGANIZATION, (), custom=(CustomRole(HERE, frozenset({"user.view"})),)),
            "user.view",
            ORGANIZATION,
            f"role:{HERE} * user.view none allow",
        ),
        (
            Rights(PERSON, ORGANIZATION, ("org_admin",), ADMIN.grants, (Deny(HERE, "unit.view"),)),
            "unit.view",
            ORGANIZATION,
            f"user:{PERSON} estate:{HERE} unit.view none deny",
        ),
    ],
)
def test_every_decision_says_which_rule_settled_it(
    rights: Rights, action: str, domain: str, rule: str
) -> None:
    decision = Decider().decide(rights, action, domain=domain, estate=HERE)
    assert decision.rule == rule
    assert decision.allowed is rule.endswith("allow")


def test_a_row_lies_in_the_domain_of_the_side_that_asks() -> None:
    organization = "1" * 32
    seen = {side: domain_of_row(side, city=510500, organization=organization, bank="ICBC") for side in Side}
    assert seen == OWN
    assert seen == {
        Side.ORGANIZATION: organization_domain(organization),
        Side.CITY: city_domain(510500),
        Side.BANK: bank_domain(510500, "ICBC"),
        Side.SYSTEM: system_domain(510500),
    }
    assert {domain: side_of(domain) for domain in OWN.values()} == {
        domain: side for side, domain in OWN.items()
    }


@pytest.mark.parametrize("side", [Side.ORGANIZATION, Side.BANK])
def test_a_row_without_organization_or_bank_lies_nowhere_for_them(side: Side) -> None:
    assert domain_of_row(side, city=510500) == NOWHERE


@pytest.mark.parametrize("city", [0, 51050, 5105000, -51050])
def test_a_city_has_a_code_of_six_digits(city: int) -> None:
    with pytest.raises(IllFormed):
        city_domain(city)


@pytest.mark.parametrize("step", ["order.draft", "order.submit", "order.withdraw"])
def test_preparing_an_order_takes_the_step_and_its_business(step: str) -> None:
    assert order_needs(step, "estate.collect") == (step, "estate.collect")


@pytest.mark.parametrize("step", ["order.view", "order.accept", "order.return", "order.review"])
def test_looking_at_or_deciding_an_order_takes_the_step_alone(step: str) -> None:
    assert order_needs(step, "estate.collect") == (step,)


@pytest.mark.parametrize(
    ("step", "business"),
    [("order.submit", "estate.view"), ("order.submit", "no.such"), ("estate.collect", "estate.collect")],
)
def test_an_order_stands_on_a_business_and_moves_by_its_steps_only(step: str, business: str) -> None:
    with pytest.raises(UnknownAction):
        order_needs(step, business)
