"""What a bank's statement says was in the special account (账户余额), before its movements and after them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from domain.city import City
from domain.field import Amount, Field, Kind
from domain.identity import fold
from domain.money import MAX_FEN, format_yuan, parse_yuan
from domain.problem import Problem, ProblemCode

Rows = Mapping[int, Mapping[str, object]]
Signed = tuple[int, int, int]
"""Of a row its number, what it moved (in is positive), and what the account held after it."""


@dataclass(frozen=True, slots=True)
class HeldAmount(Kind[int]):
    """What an account holds; unlike an amount that moves it may be nothing."""

    def parse(self, text: str, city: City, today: date, /) -> int:
        """Give the fen."""
        bare = fold(text).replace(",", "")
        try:
            if bare == "-" or parse_yuan(bare) == 0:
                return 0
        except ValueError:
            pass
        return Amount(MAX_FEN).parse(text, city, today)

    def show(self, value: int, city: City, /) -> str:
        """Write two decimals."""
        return Amount(MAX_FEN).show(value, city)


@dataclass(frozen=True, slots=True)
class Held:
    """What the account held before a day's movements and after them, in fen."""

    opening: int
    closing: int


@dataclass(frozen=True, slots=True)
class Said:
    """What who hands a statement in says of the balances; None where nothing is said."""

    opening: int | None = None
    closing: int | None = None


OPENING = Field("opening", "期初余额", HeldAmount())
CLOSING = Field("closing", "期末余额", HeldAmount())
"""What a row of its own may tell of a statement."""


def check_chain(rows: Rows) -> Iterator[Problem]:
    """Find rows whose balance is not the one before with what the row moved.

    Banks write the oldest movement first or the newest; the order with fewer breaks is meant.
    """
    told = [number for number, row in rows.items() if row.get("balance") is not None]
    if not told:
        return
    if len(told) < len(rows):
        for number in rows.keys() - set(told):
            params = {"label": "账户余额"}
            yield Problem(ProblemCode.FIELD_REQUIRED, "balance", row=number, params=params)
        return
    signed = _signed(rows)
    forward = list(_breaks(signed))
    backward = list(_breaks(signed[::-1]))
    for number, expected in min(forward, backward, key=len):
        params = {"expected": format_yuan(expected)}
        yield Problem(ProblemCode.STATEMENT_BALANCE, "balance", row=number, params=params)


def _signed(rows: Rows) -> list[Signed]:
    return [
        (number, _fen(row, "money_in") - _fen(row, "money_out"), _fen(row, "balance"))
        for number, row in rows.items()
    ]


def _fen(row: Mapping[str, object], name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0


def _breaks(signed: Sequence[Signed]) -> Iterator[tuple[int, int]]:
    """Tell rows that break the chain, each with the balance that it should say."""
    for (_, _, before), (number, moved, after) in pairwise(signed):
        if before + moved != after:
            yield number, before + moved


def read_chain(rows: Rows) -> Sequence[Held]:
    """Give the balances of rows that were found right; none where the file shows none.

    Money that came in and went out again reads well from both ends, with other balances.
    """
    signed = _signed(rows)
    if not signed or any(row.get("balance") is None for row in rows.values()):
        return ()
    ways = [way for way in (signed, signed[::-1]) if not any(_breaks(way))]
    return tuple(dict.fromkeys(Held(way[0][2] - way[0][1], way[-1][2]) for way in ways))


def bring_in(said: Said, told: Mapping[str, object]) -> Said | Problem:
    """Bring what rows of the file tell of the balances to what is typed; both must be the same."""
    typed = {"opening": said.opening, "closing": said.closing}
    for name, value in told.items():
        if not isinstance(value, int):
            continue
        if typed[name] not in {None, value}:
            return _differs(f"{name}Balance", value)
        typed[name] = value
    return Said(**typed)


def settle_balances(
    said: Said, read: Sequence[Held], total: int, before: int | None = None
) -> Held | Problem | None:
    """Bring together what is said, what the file shows and what moved; None where nobody tells a balance.

    One of the two is enough, for the other follows from what moved. Where the file reads in two ways, what
    is said or what the day before left decides.
    """
    fitting = [one for one in read if _fits(one, said)]
    shown = next((one for one in fitting if one.opening == before), None)
    held = _bring_together(said, shown or next(iter(fitting or read), None), total)
    if not isinstance(held, Held):
        return held
    if held.opening + total != held.closing:
        return _differs("closingBalance", held.opening + total)
    for name, fen in zip(_LABELS, (held.opening, held.closing), strict=True):
        if fen < 0:
            return Problem(ProblemCode.STATEMENT_OVERDRAWN, name, params={"label": _LABELS[name]})
    return held


def _fits(held: Held, said: Said) -> bool:
    return said.opening in {None, held.opening} and said.closing in {None, held.closing}


def _bring_together(said: Said, read: Held | None, total: int) -> Held | Problem | None:
    opening, closing = said.opening, said.closing
    if read is not None:
        if opening not in {None, read.opening}:
            return _differs("openingBalance", read.opening)
        return read if closing in {None, read.closing} else _differs("closingBalance", read.closing)
    if opening is not None:
        return Held(opening, opening + total if closing is None else closing)
    return None if closing is None else Held(closing - total, closing)


def _differs(name: str, expected: int) -> Problem:
    params = {"label": _LABELS[name], "expected": format_yuan(expected)}
    return Problem(ProblemCode.STATEMENT_BALANCE, name, params=params)


_LABELS = {"openingBalance": "期初余额", "closingBalance": "期末余额"}


def check_opening(held: Held, before: int | None, day: date) -> Problem | None:
    """Tell whether a day begins with what the day before it left, if that is known."""
    if before is None or before == held.opening:
        return None
    params = {"day": day.isoformat(), "expected": format_yuan(before)}
    return Problem(ProblemCode.STATEMENT_OPENING, "openingBalance", params=params)
