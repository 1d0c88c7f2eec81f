"""Nobody hands on more than they hold, and some roles never meet in one person's hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.actions import ACTIONS, ESTATE_KINDS
from authz.cities import closed_in
from authz.delegation import Beyond, beyond, find_clash
from authz.domains import Side
from authz.rights import CustomRole, Deny, Grant, Rights
from authz.roles import ROLES
from authz.snapshot import Snapshot, compile_snapshot
from tests.authz.battery import CITIES, FOREIGN, HERE, LUZHOU, OWN, PERSON, POLICY, THERE
from tests.authz.test_snapshot import ELSEWHERE, rights_of_anyone

ORGANIZATION, OFFICE = OWN[Side.ORGANIZATION], OWN[Side.CITY]
EVERY_KIND = frozenset(map(str, ESTATE_KINDS))
LATER = "f" * 32
"""An estate that nobody has named: one that comes later."""


def _person(*roles: str, grants: tuple[Grant, ...] = (), denies: tuple[Deny, ...] = ()) -> Snapshot:
    return compile_snapshot(Rights(PERSON, ORGANIZATION, roles, grants, denies))


def _everywhere(*roles: str, denies: tuple[Deny, ...] = ()) -> Snapshot:
    return _person(*roles, grants=(Grant(None, EVERY_KIND),), denies=denies)


def _on(estate: str, *roles: str) -> Snapshot:
    return _person(*roles, grants=(Grant(estate, EVERY_KIND),))


def test_an_admin_of_every_estate_manages_everybody_of_the_organization() -> None:
    admin = _everywhere("org_admin")
    for name, role in ROLES.items():
        if role.side is Side.ORGANIZATION:
            assert beyond(admin, _everywhere(name)) == ()
            assert beyond(admin, _on(HERE, name)) == ()


def test_an_admin_of_one_estate_neither_gives_another_nor_every_one() -> None:
    admin = _on(HERE, "org_admin")
    assert beyond(admin, _on(HERE, "payment_clerk")) == ()
    there = beyond(admin, _on(THERE, "payment_clerk"))
    assert Beyond("payment.submit", THERE) in there
    assert {one.estate for one in there} == {THERE}
    every = beyond(admin, _everywhere("payment_clerk"))
    assert Beyond("payment.submit", None) in every
    assert {one.estate for one in every} == {None}


def test_what_an_admin_is_denied_somewhere_nobody_gets_there_from_them() -> None:
    admin = _everywhere("org_admin", denies=(Deny(HERE, "owner.view_pii"), Deny(None, "unit.split")))
    assert beyond(admin, _everywhere("contract_clerk")) == (Beyond("owner.view_pii", HERE),)
    assert beyond(admin, _on(THERE, "contract_clerk")) == ()
    assert beyond(admin, _everywhere("contract_clerk", denies=(Deny(HERE, "owner.view_pii"),))) == ()
    assert beyond(admin, _on(THERE, "estate_editor")) == (Beyond("unit.split", THERE),)


def test_who_holds_all_but_one_estate_does_not_give_every_one_of_another_kind() -> None:
    clerk = _person("org_admin", grants=(Grant(None, frozenset({"unit"})),))
    assert {one.action for one in beyond(clerk, _everywhere("viewer"))} == {
        name
        for name in ROLES["viewer"].actions
        if ACTIONS[name].needs_estate and not name.startswith("unit.")
    }


def test_a_clerk_manages_no_admin_even_without_any_estate() -> None:
    assert Beyond("user.create", None) in beyond(_everywhere("payment_clerk"), _person("org_admin"))


def test_who_holds_nothing_is_managed_by_anybody() -> None:
    assert beyond(_person(), _person()) == ()
    assert beyond(_person("viewer"), _person()) == ()


def test_nobody_manages_anybody_of_another_domain() -> None:
    foreign = Rights(PERSON, FOREIGN[Side.ORGANIZATION], ("viewer",))
    found = beyond(_everywhere("org_admin"), compile_snapshot(foreign))
    assert {one.action for one in found} == {
        name for name in ROLES["viewer"].actions if not ACTIONS[name].needs_estate
    }


def _office(*roles: str, denies: tuple[Deny, ...] = ()) -> Snapshot:
    return compile_snapshot(Rights(PERSON, OFFICE, roles, (), denies))


@pytest.mark.parametrize(
    "role", ["window_clerk", "reviewer", "authority_admin", "city_reporter", "system_admin"]
)
def test_a_system_admin_appoints_the_office_without_doing_its_business(role: str) -> None:
    admin = _office("system_admin")
    assert beyond(admin, _office(role)) == ()
    assert "order.review" not in admin.actions


def test_what_a_system_admin_is_denied_they_do_not_entrust() -> None:
    admin = _office("system_admin", denies=(Deny(HERE, "order.review"),))
    assert beyond(admin, _office("reviewer")) == (Beyond("order.review", None),)


def test_nobody_else_of_the_office_appoints_anybody_to_more_than_they_do() -> None:
    assert Beyond("order.review", None) in beyond(_office("authority_admin"), _office("reviewer"))
    assert Beyond("user.create", None) in beyond(_office("authority_admin"), _office("system_admin"))


def test_what_a_city_does_not_do_stands_in_nobodys_way() -> None:
    closed = closed_in(CITIES[LUZHOU], Side.ORGANIZATION)
    grants = (Grant(None, EVERY_KIND),)
    admin = compile_snapshot(Rights(PERSON, ORGANIZATION, ("org_admin",), grants, closed=closed))
    assert "contract.bind" not in admin.actions
    assert beyond(admin, _everywhere("contract_clerk")) == ()


def test_a_custom_role_is_compared_like_any_other() -> None:
    role = CustomRole("e" * 32, frozenset({"unit.split", "user.view"}))
    holder = compile_snapshot(Rights(PERSON, ORGANIZATION, (), (Grant(HERE, EVERY_KIND),), custom=(role,)))
    assert beyond(_on(HERE, "org_admin"), holder) == ()
    assert beyond(_on(HERE, "estate_editor"), holder) == (Beyond("user.view", None),)


@given(rights_of_anyone(), rights_of_anyone(), st.sampled_from(sorted(ACTIONS)))
def test_a_giver_may_hand_on_exactly_what_they_could_do_themselves(
    giving: Rights, receiving: Rights, action: str
) -> None:
    giver, receiver = compile_snapshot(giving), compile_snapshot(receiving)
    found = beyond(giver, receiver)
    for name in {action, *(one.action for one in found)}:
        exceeds = any(
            receiver.may(name, domain=receiving.domain, estate=estate)
            and not giver.may(name, domain=receiving.domain, estate=estate)
            for estate in (HERE, THERE, ELSEWHERE, LATER, None)
        )
        spared = giving.domain == receiving.domain and (name in giver.entrusts or name in giver.closed)
        assert any(one.action == name for one in found) is (exceeds and not spared)
    for one in found:
        assert not giver.may(one.action, domain=receiving.domain, estate=one.estate)


@pytest.mark.parametrize("city", CITIES)
def test_roles_clash_in_a_city_as_the_policy_says(city: int) -> None:
    pairs = {
        (one, other)
        for one in ROLES
        for other in ROLES
        if find_clash([one, other], CITIES[city]) == (one, other)
    }
    assert pairs == {tuple(pair) for pair in POLICY["cities"][str(city)]["clash"]}


def test_a_clash_is_found_among_many_roles_in_any_order() -> None:
    roles = ["reviewer", "authority_admin", "window_clerk"]
    assert find_clash(roles, CITIES[LUZHOU]) == ("window_clerk", "reviewer")
    assert find_clash(roles[:2], CITIES[LUZHOU]) is None
    assert find_clash([], CITIES[LUZHOU]) is None
