"""Tokens of a top-up's workbook: they bind each row to its unit, its estate and one export."""

from uuid import UUID

from db.sealing import Keys, Sealer
from domain.problem import ProblemCode
from resolvers.money.top_up_tokens import TopUpTokens

_KEYS = Keys(ciphers={"k1": b"k" * 32}, current="k1", blind=b"b" * 32)
_OTHER_KEYS = Keys(ciphers={"k1": b"k" * 32}, current="k1", blind=b"c" * 32)
_ONE, _TWO = UUID(int=1), UUID(int=2)
_TOKENS = TopUpTokens(Sealer(_KEYS), 440700, _ONE)


def rows(*tokens: str) -> dict[int, dict[str, object]]:
    """Write rows of the units U4, U5 and so on, with these tokens."""
    return {
        number: {"code": f"U{number}", "token": token, "building": "1栋", "section": None, "room_no": "301"}
        for number, token in enumerate(tokens, start=4)
    }


def test_rows_of_one_export_tell_which_it_was() -> None:
    assert _TOKENS.export_of(rows(_TOKENS.write(_ONE, "U4"), _TOKENS.write(_ONE, "U5").upper())) == _ONE


def test_a_row_of_another_unit_export_estate_or_installation_is_told() -> None:
    good = _TOKENS.write(_ONE, "U4")
    strange = (
        _TOKENS.write(_ONE, "U4"),
        _TOKENS.write(_TWO, "U6"),
        TopUpTokens(Sealer(_KEYS), 440700, _TWO).write(_ONE, "U7"),
        TopUpTokens(Sealer(_KEYS), 510500, _ONE).write(_ONE, "U8"),
        TopUpTokens(Sealer(_OTHER_KEYS), 440700, _ONE).write(_ONE, "U9"),
        "",
        "x" * 32 + "-" + "0" * 32,
        "-".join([good] * 2),
    )
    found = _TOKENS.export_of(rows(good, *strange))
    assert isinstance(found, tuple)
    assert [problem.row for problem in found] == [5, 6, 7, 8, 9, 10, 11, 12]
    assert {problem.code for problem in found} == {ProblemCode.TOP_UP_NOT_EXPORTED}
    assert found[0].params == {"room": "1栋 301"}


def test_a_workbook_without_one_good_token_has_only_strange_rows() -> None:
    found = _TOKENS.export_of(rows("", _TOKENS.write(_ONE, "U4")))
    assert isinstance(found, tuple)
    assert [problem.row for problem in found] == [4, 5]
