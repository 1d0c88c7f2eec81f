"""What a simulated city knows at first: made-up developers and projects, with some mistakes in them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

from api.demo.made_up import PLAYED, estate_lines
from api.sim.records import Building, Buyer, Contract, Developer, Listing, Project, Unit
from domain.city import City

LARGE = 2_400
_TRIAL: Mapping[str, str] = {
    "luzhou": "91510500MA6200T12B",
    "jiangmen": "91440703MA4W7K2P3E",
    "yunmeng": "914407007321002770",
}
"""The credit code of one more developer a city, for trials and tests."""

BUYERS = (
    Buyer(name="张三", id_type="1", id_number="510502198503150120"),
    Buyer(name="李四", id_type="1", id_number="51050219850315018X"),
    Buyer(name="王五", id_type="1", id_number="440705200402290126"),
    Buyer(name="John Smith", id_type="3", id_number="E12345678"),
)
"""Made-up buyers; the numbers are the worked examples of the identity number's rule."""


@lru_cache
def listings_of(key: str, letters: str) -> tuple[Listing, ...]:
    """Give the projects of a city: two of every developer, and a large one of the first."""
    made: list[Listing] = []
    for developer, brand in _developers(key):
        number = len(made)
        made.append(_clean(letters, number + 1, developer, brand))
        made.append(_flawed(letters, number + 2, developer, brand))
    developer, brand = next(iter(_developers(key)))
    made.append(_large(letters, len(made) + 1, developer, brand))
    return tuple(made)


@lru_cache
def contracts_of(key: str, letters: str, code: int) -> tuple[Contract, ...]:
    """Give a city's contracts: of sold units of every developer's first project, and of the demo world."""
    made: list[Contract] = []
    for listing in listings_of(key, letters):
        sold = [unit for unit in listing.units if unit.contract_no]
        made += [_contract(unit, number) for number, unit in enumerate(sold)]
    return *made, *_of_the_demo(key, code)


def _of_the_demo(key: str, code: int) -> Iterator[Contract]:
    """Sell every unit of the demo world: to its owner there, or to somebody whom it does not know yet."""
    for enterprise in PLAYED[key].enterprises if key in PLAYED else ():
        for number, estate in enumerate(enterprise.estates, 1):
            lines = estate_lines(code, estate, f"{PLAYED[key].street}{number}号")
            for at, line in enumerate(lines, 1):
                known = (
                    Buyer(name=str(line["ownerName"]), id_type="1", id_number=str(line["ownerIdNumber"]))
                    if "ownerName" in line
                    else BUYERS[at % len(BUYERS)]
                )
                yield Contract(contract_no=f"HT{estate}{at:04}", buyers=(known,))


def seed_of(city: City) -> tuple[tuple[Listing, ...], tuple[Contract, ...]]:
    """Give what a city's system knows at the beginning."""
    return listings_of(city.key, city.letters), contracts_of(city.key, city.letters, city.code)


def _developers(key: str) -> Iterator[tuple[Developer, str]]:
    if key in _TRIAL:
        yield Developer(uscc=_TRIAL[key], name="示范置业有限公司"), "试验苑"
    for enterprise in PLAYED[key].enterprises if key in PLAYED else ():
        yield Developer(uscc=enterprise.uscc, name=enterprise.name), enterprise.estates[0]


def _project(
    letters: str, number: int, developer: Developer, name: str, buildings: Iterable[str], units: list[Unit]
) -> Listing:
    code = f"{letters}-P{number:03}"
    counted = tuple(
        Building(id=f"{code}-{at}", name=title, units=sum(unit.building == f"{code}-{at}" for unit in units))
        for at, title in enumerate(buildings, 1)
    )
    project = Project(
        id=code,
        name=name,
        address=f"示范路{number}号",
        developer=developer,
        presale_permit_no=f"{letters}预售2026第{number:03}号",
        buildings=counted,
    )
    return Listing(project=project, units=tuple(units))


def _clean(letters: str, number: int, developer: Developer, brand: str) -> Listing:
    """Make up 22 units without a mistake: a tower, a house without a lift, four parking spaces.

    Their area is 6 x 88.35 + 6 x 112.07 + 6 x 45.67 + 4 x 12.50 = 1526.54 square metres. The tower's top
    floor is sold.
    """
    code, address = f"{letters}-P{number:03}", f"示范路{number}号"
    tower = [
        _unit(f"{code}-1", "1栋", f"{section}单元", floor, f"{floor}0{door}", area, address)
        for section in (1, 2)
        for floor in (1, 2, 3)
        for door, area in ((1, "88.35"), (2, "112.07"))
    ]
    house = [
        _unit(f"{code}-2", "2栋", "1单元", floor, f"{floor}0{door}", "45.67", address, has_lift="无")
        for floor in (1, 2, 3)
        for door in (1, 2)
    ]
    parking = [
        _unit(f"{code}-3", "地下车库", None, -1, f"{place:03}", "12.50", address, usage="车位")
        for place in range(1, 5)
    ]
    top = [unit for unit in tower if unit.floor == "3"]
    numbers = {unit.id: f"{letters}HT{number:03}{at:03}" for at, unit in enumerate(top, 1)}
    units = [_sold(unit, numbers[unit.id]) if unit.id in numbers else unit for unit in tower]
    return _project(
        letters, number, developer, f"{brand}一期", ("1栋", "2栋", "地下车库"), [*units, *house, *parking]
    )


def _flawed(letters: str, number: int, developer: Developer, brand: str) -> Listing:
    """Make up ten units of two buildings; four of the first have what nobody can read."""
    code, address = f"{letters}-P{number:03}", f"示范路{number}号"
    first = [
        _unit(f"{code}-1", "3栋", "1单元", floor, f"{floor}0{door}", "90.00", address)
        for floor in (1, 2, 3)
        for door in (1, 2)
    ]
    flaws: tuple[dict[str, str | None], ...] = (
        {"gross_area": "九十平"},
        {"usage": "阁楼"},
        {"has_lift": None},
        {"floor": "顶层"},
    )
    spoilt = [_with(unit, **flaw) for unit, flaw in zip(first, flaws, strict=False)]
    second = [
        _unit(f"{code}-2", "4栋", "1单元", floor, f"{floor}01", "90.00", address) for floor in range(1, 5)
    ]
    units = [*spoilt, *first[len(spoilt) :], *second]
    return _project(letters, number, developer, f"{brand}二期", ("3栋", "4栋"), units)


def _large(letters: str, number: int, developer: Developer, brand: str) -> Listing:
    """Make up 2,400 units in twelve buildings, more than two pages hold."""
    code, address = f"{letters}-P{number:03}", f"示范路{number}号"
    names = [f"{building}号楼" for building in range(1, 13)]
    units = [
        _unit(f"{code}-{at}", name, f"{section}单元", floor, f"{floor}{door:02}", "100.00", address)
        for at, name in enumerate(names, 1)
        for section in (1, 2)
        for floor in range(1, 26)
        for door in range(1, 5)
    ]
    return _project(letters, number, developer, f"{brand}大区", names, units)


def _unit(  # noqa: PLR0913 - what makes a unit
    building: str,
    name: str,
    section: str | None,
    floor: int,
    room: str,
    area: str,
    address: str,
    *,
    usage: str = "住宅",
    has_lift: str = "有",
) -> Unit:
    place = "-".join(part for part in (section and section.removesuffix("单元"), room) if part)
    return Unit(
        id=f"{building}-{place}",
        building=building,
        building_name=name,
        section=section,
        floor=str(floor),
        room_no=room,
        address=f"{address}{name}{section or ''}{room}",
        usage=usage,
        gross_area=area,
        has_lift=has_lift,
        completed_ym="202606",
        structure="钢混",
        floors_above="3",
        sale_status="未售",
    )


def _with(unit: Unit, **values: str | None) -> Unit:
    return msgspec.structs.replace(unit, **values)


def _sold(unit: Unit, contract_no: str) -> Unit:
    return _with(unit, sale_status="已备案", contract_no=contract_no)


def _contract(unit: Unit, number: int) -> Contract:
    """Sell a unit: the second one to two people, the third one's contract is void again."""
    buyers = BUYERS[number : number + 1] if number != 1 else BUYERS[:2]
    status = "VOID" if number == 2 else "IN_FORCE"  # noqa: PLR2004 - the third
    return Contract(contract_no=unit.contract_no or "", unit_id=unit.id, status=status, buyers=buyers)
