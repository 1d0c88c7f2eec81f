"""A unit's sale contract as a row says it (房屋合同号), held against the transaction system."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.estate import UNIT_FIELDS
from domain.field import Field, IdNumber, Text
from domain.identity import fold
from domain.orders.facts import Line, checked
from domain.people import NumberKind, Seal, Sealed
from domain.problem import Problem, ProblemCode
from domain.trading import Buyer, Match, SaleContract
from domain.unit import Reveal
from domain.unit_rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractContent:
    """The sale contract of a unit, as an order says it; where the unit is stands beside it to be read.

    Attributes:
        external_id: What the transaction system calls the unit, where that is known.
        owner_name: One of the buyers; of several owners one suffices.
        match: What came of comparing what the row says with the transaction system; an edit takes it away.
        sells: The unit that the matched contract sells, as the transaction system calls it.
    """

    building: str
    section: str = ""
    floor: int
    room_no: str
    gross_area: int
    external_id: str | None = None
    owner_name: str | None = None
    id_number: Sealed | None = None
    contract_no: str | None = None
    match: Match | None = None
    sells: str | None = None

    @property
    def is_filled(self) -> bool:
        """Whether everything is there that is compared."""
        return bool(self.owner_name and self.id_number and self.contract_no)


_PLACE = ("building", "section", "floor", "room_no")
ROW_FIELDS = (
    *(one for one in UNIT_FIELDS if one.name in _PLACE),
    Field(
        "owner_name",
        "业主姓名",
        Text(100),
        required=True,
        note="合同上的购房人；有多个业主的，填写其一即可。",
        example="张三",
    ),
    Field(
        "id_number",
        "证件号码",
        IdNumber(),
        required=True,
        note="单元格须为文本格式，以免末尾数字丢失。",
        example="440705200402290126",
    ),
    Field(
        "contract_no",
        "房屋合同号",
        Text(50),
        required=True,
        note="商品房买卖合同编号；一个合同号只能对应一套房屋。",
        example="HT20260001",
    ),
)
"""The columns of the sheet CONTRACT_NO (domain analysis §6.2), in order; the place is there to be read."""


def read_row(content: Mapping[str, Any] | None) -> ContractContent:
    """Read what a line says of a unit's contract."""
    return msgspec.convert(checked(content), ContractContent)


def spread_row(content: Mapping[str, Any], reveal: Reveal | None) -> dict[str, Any]:
    """Give a stored row as the sheet's fields; without `reveal` the number stays masked."""
    row = read_row(content)
    number = row.id_number
    shown = None if number is None else number.masked
    if number is not None and reveal is not None:
        shown = reveal(NumberKind.ID_NUMBER, number.cipher)
    return {**{name: content.get(name) for name in _NAMES}, "id_number": shown, _KEPT: content}


_NAMES = tuple(one.name for one in ROW_FIELDS)
_KEPT = "kept"


def store_row(values: Mapping[str, Any], seal: Seal) -> ContractContent:
    """Keep what was typed; a row that says something else now has not been compared yet.

    The unit's place is not taken from what is typed, for it stands there to be read only.
    """
    kept = read_row(values[_KEPT])
    number: str | None = values.get("id_number")
    typed = replace(
        kept,
        owner_name=values.get("owner_name"),
        contract_no=values.get("contract_no"),
        id_number=_sealed(number, kept.id_number, seal),
        match=None,
        sells=None,
    )
    return kept if _says(typed) == _says(kept) else typed


def _sealed(number: str | None, kept: Sealed | None, seal: Seal) -> Sealed | None:
    """Seal a typed number; the masked one stands for the number that is kept already."""
    if number is None or (kept is not None and number == kept.masked):
        return kept if number else None
    return seal(NumberKind.ID_NUMBER, number)


def _says(row: ContractContent) -> tuple[str | None, str | None, str | None]:
    return row.owner_name, row.id_number.blind if row.id_number else None, row.contract_no


def check_rows(rows: Rows, _today: date) -> list[Problem]:
    """Find contract numbers that stand in two rows: a contract sells one unit."""
    first: dict[str, int] = {}
    return [
        Problem(ProblemCode.CONTRACT_TAKEN, "contract_no", row=number, params={"contract_no": contract})
        for number, values in rows.items()
        if isinstance(contract := values.get("contract_no"), str)
        and first.setdefault(contract, number) != number
    ]


Blind = Callable[[str], str]
"""Hashes an ID number so that it can be compared with a sealed one."""


def match_row(
    line: Line,
    contract: SaleContract | None,
    blind: Blind,
    taken: Collection[str],
    external: Mapping[str, UUID],
) -> ContractContent:
    """Compare what a line says with the contract of that number, and give the line with what came of it.

    Args:
        line: A line that is filled in.
        contract: The contract in force of its number; none if the transaction system has none.
        blind: Hashes the buyers' numbers.
        taken: Contract numbers that other units bear.
        external: The units that are known by ids of the transaction system.
    """
    row = read_row(line.after)
    match = _match(line, row, contract, blind, taken, external)
    sells = contract.external_id if contract is not None and match is Match.MATCHED else None
    return replace(row, match=match, sells=sells)


def _match(
    line: Line,
    row: ContractContent,
    contract: SaleContract | None,
    blind: Blind,
    taken: Collection[str],
    external: Mapping[str, UUID],
) -> Match:
    if is_bound(line) or row.contract_no in taken:
        return Match.ALREADY_BOUND
    if contract is None:
        return Match.NOT_FOUND
    if sells_another(line, row, contract.external_id, external):
        return Match.UNIT_MISMATCH
    return _match_buyers(row, contract.buyers, blind)


def _match_buyers(row: ContractContent, buyers: Sequence[Buyer], blind: Blind) -> Match:
    """Look for one buyer who has both the name and the number, for one of several suffices."""
    name, number = _name(row.owner_name or ""), checked(row.id_number).blind
    named = [buyer for buyer in buyers if _name(buyer.name) == name]
    numbered = [buyer for buyer in buyers if blind(_number(buyer.id_number)) == number]
    if any(buyer in named for buyer in numbered):
        return Match.MATCHED
    return Match.ID_MISMATCH if named and not numbered else Match.NAME_MISMATCH


def is_bound(line: Line) -> bool:
    """Tell whether a line's unit bears a contract number already."""
    return read_row(line.before).contract_no is not None


def sells_another(line: Line, row: ContractContent, sells: str | None, external: Mapping[str, UUID]) -> bool:
    """Tell whether a contract sells another unit than the line's, as far as that system's ids tell."""
    if sells is None:
        return False
    if row.external_id is not None:
        return row.external_id != sells
    return external.get(sells, line.target) != line.target


def _name(text: str) -> str:
    return fold(text).casefold()


def _number(text: str) -> str:
    return fold(text).upper().replace(" ", "")
