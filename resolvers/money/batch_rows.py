"""Who pays for each unit of a batch, as its workbook says: owners, or the developer [L 2.3.1]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, select, update

from db.given import among
from db.tables.estates import Building, Estate, Unit
from db.tables.estates import Owner as OwnerRow
from db.tables.money import Account
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.deposits import check_owners, keep_shares
from domain.estate import unit_key
from domain.field_kept import is_landline, is_masked
from domain.identity import BUSINESS_LICENCE, check_id_number, fold, mask_id
from domain.owner_rows import home_of
from domain.people import NumberKind, Owner, Sealed
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Work
from resolvers.money.batch_cases import Batch, developer_owner
from resolvers.money.batches import Payees
from resolvers.money.demands import Case
from resolvers.money.notices import record_owners
from resolvers.money.owners import owner_of

Values = Mapping[str, Any]
UnitRows = Mapping[UUID, Mapping[int, Values]]
"""The rows of each unit by their numbers, the units in the order of the building table."""


@dataclass(slots=True)
class Named:
    """Who stands on the rows of the units.

    Attributes:
        owners: The people of each unit; the developer where its own row stands there.
        advanced: Units on whose rows the developer stands.
        codes: Organization codes that were typed on those rows.
    """

    owners: dict[UUID, tuple[Owner, ...]] = field(default_factory=dict[UUID, tuple[Owner, ...]])
    advanced: set[UUID] = field(default_factory=set[UUID])
    codes: dict[UUID, str] = field(default_factory=dict[UUID, str])

    def payees(self, work: Work, batch: Batch) -> Payees:
        """Give who stands on the notice's lines."""
        return Payees(developer_owner(work, batch.developer), self.owners, self.codes)


async def find_units(
    work: Work, estate: Estate, rows: Mapping[int, Values]
) -> tuple[UnitRows, list[Problem]]:
    """Find the units of the rows, by their codes, or by their places where rows were added by hand."""
    homes = {number: home_of(values) for number, values in rows.items()}
    codes = [str(values["code"]) for values in rows.values() if values.get("code")]
    narrow: ColumnElement[bool] = Unit.estate_id == estate.id
    if len(codes) == len(rows):
        narrow &= among(Unit.code, codes, Text())
    found = await work.session.execute(
        select(Unit.id, Unit.code, Unit.status, Building.name, Unit.section, Unit.floor, Unit.room_no)
        .join(Building, (Building.city == Unit.city) & (Building.id == Unit.building_id))
        .where(Unit.city == estate.city, narrow)
        .order_by(Building.position, Building.id, Unit.section_key, Unit.floor, Unit.room_key, Unit.id)
    )
    known: dict[object, UUID] = {}
    for unit, code, status, building, section, floor, room in found:
        known[code] = unit
        # A place may have had other units before; the one in use is meant.
        if status == "ACTIVE":
            known[unit_key(building, section, floor, room)] = unit
    grouped: dict[UUID, dict[int, Values]] = {unit: {} for unit in dict.fromkeys(known.values())}
    problems: list[Problem] = []
    for number, values in rows.items():
        unit = known.get(homes[number])
        if unit is None:
            problems.append(_unknown(number, values))
        else:
            grouped[unit][number] = values
    return {unit: some for unit, some in grouped.items() if some}, problems


def _unknown(row: int, values: Values) -> Problem:
    told = " ".join(str(values[name]) for name in ("building", "section", "room_no") if values.get(name))
    params = {"label": "房屋", "allowed": "所选物业区域的房屋"}
    return Problem(ProblemCode.VALUE_UNKNOWN, "room_no", row=row, column="室号", value=told, params=params)


def read_payees(work: Work, batch: Batch, rows: UnitRows) -> Named:
    """Read who stands on each unit's rows; what is wrong of a fresh unit is said of it."""
    named = Named()
    for case in (*batch.fresh, *batch.noticed):
        _read_unit(work, batch.developer, case, rows[case.unit.id], named)
    return named


def _read_unit(
    work: Work, developer: Organization, case: Case, rows: Mapping[int, Values], named: Named
) -> None:
    own = {number: values for number, values in rows.items() if _is_developer(values, developer)}
    if own:
        _read_developer(work, developer, case, own, rows, named)
        return
    owners = _read_owners(work, case, rows)
    if not owners:
        return
    present = tuple(map(owner_of, case.present))
    given = tuple(owners) if any(owner.share for owner in owners) else keep_shares(owners, present)
    named.owners[case.unit.id] = case.owners = given
    against = check_owners(given, present, case.sums, reviewed=case.reviewed)
    if against is not None:
        case.refuse(against)


def _read_owners(work: Work, case: Case, rows: Mapping[int, Values]) -> list[Owner]:
    """Read the owners of a unit in their order; none of them, if one is wrong."""
    owners: list[Owner] = []
    problems: list[Problem] = []
    for number, values in sorted(rows.items(), key=lambda row: (row[1].get("position") or 100, row[0])):
        try:
            owners.append(_read_owner(work, case, values))
        except Invalid as wrong:
            problems.append(replace(wrong.problem, row=number))
    case.problems += problems
    return [] if problems else owners


def _is_developer(values: Values, developer: Organization) -> bool:
    number = str(values["id_number"]).replace("-", "")
    return values["id_type"] == BUSINESS_LICENCE and number in {developer.uscc, mask_id(developer.uscc)}


def _read_developer(
    work: Work,
    developer: Organization,
    case: Case,
    own: Mapping[int, Values],
    rows: Mapping[int, Values],
    named: Named,
) -> None:
    number, values = next(iter(own.items()))
    if len(rows) > 1:
        case.refuse(Problem(ProblemCode.PAYEES_MIXED))
    if fold(str(values["name"])) != fold(developer.name):
        params = {"label": "业主姓名", "allowed": developer.name}
        case.problems.append(
            Problem(ProblemCode.VALUE_UNKNOWN, "name", row=number, column="业主姓名", params=params)
        )
    phone = "" if is_masked(values["mobile"]) else str(values["mobile"])
    named.owners[case.unit.id] = (developer_owner(work, developer, phone),)
    named.advanced.add(case.unit.id)
    if values.get("org_code"):
        named.codes[case.unit.id] = str(values["org_code"])


def _read_owner(work: Work, case: Case, values: Values) -> Owner:
    """Read an owner; a masked number stands for the recorded one of the same name.

    Raises:
        Invalid: `ID_FORMAT` or `MOBILE_FORMAT` for a masked number that is not on record, or a landline.
    """
    seal = work.visit.desk.sealer
    name, id_type, number, phone = (values[key] for key in ("name", "id_type", "id_number", "mobile"))
    same = [row for row in case.present if row.name == name]
    if is_masked(number):
        id_number = _recorded(same, number, "id_number", ProblemCode.ID_FORMAT, "证件号")
    else:
        id_number = seal(
            NumberKind.ID_NUMBER, check_id_number(id_type, number, business_day(work.now), "id_number")
        )
    if is_masked(phone):
        mobile = _recorded(same, phone, "mobile", ProblemCode.MOBILE_FORMAT, "手机号")
    elif is_landline(phone):
        raise Invalid(Problem(ProblemCode.MOBILE_FORMAT, "mobile", column="手机号"))
    else:
        mobile = seal(NumberKind.MOBILE, phone)
    return Owner(name=name, id_type=id_type, id_number=id_number, mobile=mobile, share=values.get("share"))


def _recorded(rows: Sequence[OwnerRow], masked: str, name: str, code: ProblemCode, label: str) -> Sealed:
    for row in rows:
        if getattr(row, f"{name}_masked") == masked:
            return Sealed(getattr(row, f"{name}_cipher"), masked, getattr(row, f"{name}_blind"))
    raise Invalid(Problem(code, name, column=label))


async def record_payees(work: Work, batch: Batch, named: Named) -> None:
    """Record the owners, and whose the money will be: it follows the row, not the mode of payment (F47)."""
    await record_owners(work, [case for case in batch.fresh if case.unit.id not in named.advanced])
    for holder, of_developer in (("DEVELOPER", True), ("OWNER", False)):
        accounts = [
            case.account.id for case in batch.fresh if (case.unit.id in named.advanced) is of_developer
        ]
        # Money that is there already stays whose it is.
        unpaid = update(Account).where(
            Account.city == work.actor.city,
            among(Account.id, accounts),
            Account.paid_first == 0,
            Account.balance == 0,
            Account.holder != holder,
        )
        await work.session.execute(unpaid.values(holder=holder))
