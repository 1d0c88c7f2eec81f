"""An explanation says what casbin decided, and its chain breaks exactly where casbin refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.actions import UnknownAction
from authz.domains import Side
from authz.enforcer import Engine
from authz.explanation import Given, Holder, Link, explain
from authz.rights import CustomRole, Deny, Grant, Rights
from tests.authz.battery import HERE, OWN, PERSON, THERE
from tests.authz.test_snapshot import ELSEWHERE, actions, rights_of_anyone

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ORGANIZATION = OWN[Side.ORGANIZATION]
ends = st.sampled_from([None, NOW - timedelta(days=1), NOW, NOW + timedelta(seconds=1)])


@st.composite
def holders(draw: st.DrawFn) -> Holder:
    """Draw somebody whose roles, grants and denials partly have ended."""
    rights: Rights = draw(rights_of_anyone())
    held = [*rights.roles, *rights.custom, *rights.grants, *rights.denies]
    status = draw(st.sampled_from(["ACTIVE", "ACTIVE", "PENDING", "DEACTIVATED", "REFUSED"]))
    return Holder(
        PERSON,
        rights.domain,
        status,
        tuple(Given(one, until=draw(ends)) for one in held),
        rights.closed,
    )


@given(holders(), actions, st.sampled_from([HERE, THERE, ELSEWHERE, None]))
def test_the_chain_breaks_exactly_where_casbin_refuses(
    holder: Holder, action: str, estate: str | None
) -> None:
    told = explain(holder, action, estate=estate, now=NOW)
    decision = Engine(holder.rights(NOW)).decide(action, domain=holder.domain, estate=estate)
    assert told.rule == decision.rule
    assert told.allowed is (decision.allowed and holder.status == "ACTIVE")
    assert (told.missing is None) is told.allowed
    assert all(one.holds for one in told.findings) is told.allowed
    links = [one.link for one in told.findings]
    assert links == sorted(links, key=[*Link].index)
    assert set(links) == set(Link)


def _ask(action: str, *given: Given, status: str = "ACTIVE", estate: str | None = HERE) -> tuple[str, str]:
    told = explain(Holder(PERSON, ORGANIZATION, status, given), action, estate=estate, now=NOW)
    missing = told.missing
    return (missing.link, missing.reason) if missing else ("", told.rule)


CLERK = Given("payment_clerk")
EVERYWHERE = Given(Grant(None, frozenset({"payment"})))
YESTERDAY = NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ((CLERK, EVERYWHERE), ("", "role:payment_clerk * payment.submit payment allow")),
        ((), ("ROLE", "none")),
        ((EVERYWHERE,), ("ROLE", "none")),
        ((Given("payment_clerk", until=YESTERDAY), EVERYWHERE), ("ROLE", "ended")),
        ((Given("payment_clerk", until=NOW), EVERYWHERE), ("ROLE", "ended")),
        ((CLERK,), ("GRANT", "none")),
        ((CLERK, Given(Grant(THERE, frozenset({"payment"})))), ("GRANT", "none")),
        ((CLERK, Given(Grant(HERE, frozenset({"unit"})))), ("GRANT", "other_kind")),
        ((CLERK, Given(Grant(HERE, frozenset({"payment"})), until=YESTERDAY)), ("GRANT", "ended")),
        ((CLERK, EVERYWHERE, Given(Deny(HERE, "payment.submit"))), ("DENIAL", "denied")),
        ((CLERK, EVERYWHERE, Given(Deny(None, "payment.submit"))), ("DENIAL", "denied")),
        (
            (CLERK, EVERYWHERE, Given(Deny(THERE, "payment.submit")), Given(Deny(HERE, "payment.cancel"))),
            ("", "role:payment_clerk * payment.submit payment allow"),
        ),
        (
            (CLERK, EVERYWHERE, Given(Deny(HERE, "payment.submit"), until=YESTERDAY)),
            ("", "role:payment_clerk * payment.submit payment allow"),
        ),
    ],
)
def test_the_first_missing_link_is_named(given: tuple[Given, ...], answer: tuple[str, str]) -> None:
    assert _ask("payment.submit", *given) == answer


def test_what_lies_on_no_estate_wants_a_grant_on_every_one() -> None:
    one = Given(Grant(HERE, frozenset({"estate"})))
    assert _ask("estate.collect", Given("estate_editor"), one, estate=None) == ("GRANT", "no_estate")


@pytest.mark.parametrize("status", ["PENDING", "DEACTIVATED", "REFUSED"])
def test_an_account_that_is_not_active_comes_before_everything_else(status: str) -> None:
    assert _ask("payment.submit", status=status) == ("ACCOUNT", status.lower())


def test_every_role_and_grant_that_counts_is_named_and_no_other() -> None:
    custom = Given(CustomRole("e" * 32, frozenset({"payment.submit"})), title="财务")
    here = Given(Grant(HERE, frozenset({"payment", "unit"})), by="王经理", at=YESTERDAY)
    given = (CLERK, Given("viewer"), custom, EVERYWHERE, here, Given(Grant(THERE, frozenset({"payment"}))))
    told = explain(Holder(PERSON, ORGANIZATION, "ACTIVE", given), "payment.submit", estate=HERE, now=NOW)
    assert [(one.link, one.reason, one.given) for one in told.findings] == [
        (Link.ACCOUNT, "active", None),
        (Link.CITY, "open", None),
        (Link.ROLE, "given", CLERK),
        (Link.ROLE, "given", custom),
        (Link.GRANT, "given", EVERYWHERE),
        (Link.GRANT, "given", here),
        (Link.DENIAL, "none", None),
    ]


def test_an_action_that_nobody_declared_is_not_explained() -> None:
    with pytest.raises(UnknownAction):
        _ask("payment.steal", CLERK)
