"""The snapshot and casbin are one opinion in two forms."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.actions import ACTIONS, ESTATE_KINDS
from authz.domains import NOWHERE, Side
from authz.enforcer import Engine
from authz.rights import CustomRole, Deny, Grant, Rights
from authz.roles import CUSTOM_ACTIONS, OWN, ROLES
from authz.snapshot import EstateScope, compile_snapshot
from tests.authz.battery import FOREIGN, HERE, PERSON, THERE
from tests.authz.battery import OWN as OWN_DOMAINS

ELSEWHERE = "0" * 31 + "c"
KINDS = sorted(ESTATE_KINDS)
ORGANIZATION = OWN_DOMAINS[Side.ORGANIZATION]

estates = st.sampled_from([HERE, THERE, ELSEWHERE, None])
actions = st.sampled_from(sorted(ACTIONS))
grants = st.builds(Grant, estates, st.frozensets(st.sampled_from(KINDS), min_size=1))
denies = st.builds(Deny, estates, actions)
custom_roles = st.builds(
    CustomRole,
    st.sampled_from(["e" * 32, "d" * 32]),
    st.frozensets(st.sampled_from(sorted(CUSTOM_ACTIONS)), max_size=6),
)


@st.composite
def rights_of_anyone(draw: st.DrawFn) -> Rights:
    """Draw somebody of any side in any city, with any of its roles, custom ones, grants and denials."""
    side = draw(st.sampled_from(Side))
    roles = draw(
        st.lists(st.sampled_from([role.name for role in ROLES.values() if role.side is side]), max_size=4)
    )
    return Rights(
        PERSON,
        OWN_DOMAINS[side],
        tuple(roles),
        tuple(draw(st.lists(grants, max_size=4))),
        tuple(draw(st.lists(denies, max_size=4))),
        tuple(draw(st.lists(custom_roles, max_size=2))) if side is Side.ORGANIZATION else (),
        draw(st.one_of(st.just(frozenset[str]()), st.frozensets(actions, max_size=4))),
    )


def _read_plainly(rights: Rights, action: str, domain: str, estate: str | None) -> bool:
    """Decide as the rule is told to people, with neither casbin nor snapshot."""
    held = [name for name in rights.roles if action in ROLES[name].actions]
    held += [role.id for role in rights.custom if action in role.actions | OWN]
    if not held or domain != rights.domain or action in rights.closed:
        return False
    if any(
        deny.action == action and (deny.estate is None or deny.estate == estate) for deny in rights.denies
    ):
        return False
    kind = ACTIONS[action].kind
    if kind not in ESTATE_KINDS or not domain.startswith("o:"):
        return True
    return any(
        kind in grant.kinds and (grant.estate is None or grant.estate == estate) for grant in rights.grants
    )


questions = st.lists(
    st.tuples(
        st.one_of(actions, st.sampled_from(["unit.view", "order.submit", "owner.view_pii"])),
        st.sampled_from(["own", "own", "own", "foreign", NOWHERE]),
        st.sampled_from([HERE, THERE, ELSEWHERE, "f" * 32, None]),
    ),
    min_size=12,
    max_size=12,
)


@given(rights_of_anyone(), questions)
def test_casbin_the_snapshot_and_the_rule_as_told_to_people_always_agree(
    rights: Rights, asked: list[tuple[str, str, str | None]]
) -> None:
    engine, snapshot = Engine(rights), compile_snapshot(rights)
    side = Side(rights.domain[0])
    for action, where, estate in asked:
        domain = {"own": rights.domain, "foreign": FOREIGN[side]}.get(where, where)
        answer = _read_plainly(rights, action, domain, estate)
        assert engine.decide(action, domain=domain, estate=estate).allowed is answer
        assert snapshot.may(action, domain=domain, estate=estate) is answer


@given(rights_of_anyone())
def test_the_list_of_estates_is_what_casbin_allows_one_by_one(rights: Rights) -> None:
    engine, snapshot = Engine(rights), compile_snapshot(rights)
    for action in ("unit.view", "payment.view", "org.view"):
        scope = snapshot.estates(action)
        for estate in (HERE, THERE, ELSEWHERE, None):
            one = engine.decide(action, domain=rights.domain, estate=estate).allowed
            assert scope.covers(estate) is one
            assert (estate in scope.allowed or (scope.all and estate not in scope.denied)) is one


@given(rights_of_anyone())
def test_an_action_is_listed_exactly_if_it_is_allowed_somewhere(rights: Rights) -> None:
    snapshot = compile_snapshot(rights)
    for action in ACTIONS:
        scope = snapshot.estates(action)
        assert (action in snapshot.actions) is (scope.all or bool(scope.allowed))


def test_scopes_name_all_some_or_none_of_the_estates() -> None:
    rights = Rights(
        PERSON,
        ORGANIZATION,
        ("viewer",),
        (
            Grant(None, frozenset({"unit", "order"})),
            Grant(HERE, frozenset({"estate", "building"})),
            Grant(THERE, frozenset({"estate", "building"})),
        ),
        (Deny(HERE, "unit.view"), Deny(HERE, "estate.view"), Deny(None, "order.view")),
    )
    snapshot = compile_snapshot(rights)
    assert snapshot.estates("unit.view") == EstateScope(all=True, denied=frozenset({HERE}))
    assert snapshot.estates("estate.view") == EstateScope(all=False, allowed=frozenset({THERE}))
    assert snapshot.estates("building.view") == EstateScope(all=False, allowed=frozenset({HERE, THERE}))
    assert snapshot.estates("owner.view") == EstateScope(all=False)
    assert snapshot.estates("order.view") == EstateScope(all=False)
    assert snapshot.estates("org.view") == EstateScope(all=True)
    assert {"order.view", "owner.view", "estate.collect"}.isdisjoint(snapshot.actions)


def test_a_snapshot_cannot_be_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(compile_snapshot(Rights(PERSON, ORGANIZATION, ("viewer",))))
