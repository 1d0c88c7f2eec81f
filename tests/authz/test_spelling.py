"""Rights are spelled out as they are decided."""

from hypothesis import given

from authz.actions import ACTIONS
from authz.domains import Side
from authz.rights import Deny, Grant, Rights
from authz.snapshot import compile_snapshot
from authz.spelling import Right, spell_out
from tests.authz.battery import HERE, OWN, PERSON, THERE
from tests.authz.test_snapshot import ELSEWHERE, rights_of_anyone


@given(rights_of_anyone())
def test_what_is_spelled_out_is_what_may_be_done_and_nothing_else(rights: Rights) -> None:
    snapshot = compile_snapshot(rights)
    told = {right.action: right for right in spell_out(snapshot)}
    assert told.keys() == snapshot.actions
    for action in ACTIONS:
        for estate in (HERE, THERE, ELSEWHERE, "f" * 32):
            right = told.get(action)
            said = right is not None and (
                estate not in right.denied if right.all else estate in right.estates
            )
            assert said is snapshot.may(action, domain=rights.domain, estate=estate)


def test_a_right_is_told_in_both_languages_with_its_estates_in_order() -> None:
    rights = Rights(
        PERSON,
        OWN[Side.ORGANIZATION],
        ("payment_clerk",),
        (Grant(THERE, frozenset({"payment"})), Grant(HERE, frozenset({"payment"}))),
        (Deny(HERE, "notice.void"), Deny(HERE, "org.view")),
    )
    told = {right.action: right for right in spell_out(compile_snapshot(rights))}
    assert told["notice.print"] == Right(
        action="notice.print",
        kind="payment",
        text="开具和补打交款通知单",
        english="issue and reprint deposit notices",
        needs_estate=True,
        all=False,
        estates=(HERE, THERE),
        denied=(),
    )
    assert told["notice.void"].estates == (THERE,)
    assert (told["org.view"].all, told["org.view"].denied) == (True, (HERE,))
    assert "unit.view" not in told
    assert [*told] == [name for name in ACTIONS if name in told]
