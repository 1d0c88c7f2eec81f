"""Made-up enterprises, people and estates: the same ones in every demo world, and none that exists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from stdnum.cn import ric

SEED = 20261122
PASSWORD = "river-stone-2026"  # noqa: S105 - the demo world's one password, printed at every start

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "秀英",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "堃",
    "喆",
)


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A made-up developer: its first user, its credit code, and the names of its estates and other orders."""

    login_name: str
    name: str
    uscc: str
    representative: str
    id_number: str
    contact: str
    estates: tuple[str, str, str]
    unfinished: Mapping[str, str]

    def form(self, city: int) -> dict[str, object]:
        """Fill in the registration form."""
        return {
            "name": self.name,
            "uscc": self.uscc,
            "legalRepresentative": self.representative,
            "legalRepIdNumber": self.id_number,
            "contactName": self.contact,
            "contactMobile": "13900000000",
            "registeredAddress": "示范路1号",
            "loginName": self.login_name,
            "password": PASSWORD,
            "agreementAccepted": True,
            "idempotencyKey": f"demo-{city}-{self.login_name}",
        }


@dataclass(frozen=True, slots=True)
class Official:
    """A made-up person of the fund office."""

    role: str
    login_name: str
    name: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Place:
    """A city's made-up people and the street on which everything stands."""

    street: str
    officials: tuple[Official, ...]
    enterprises: tuple[Enterprise, ...]


PLACES: Mapping[str, Place] = {
    "luzhou": Place(
        "示范大道",
        (
            Official("window_clerk", "clerk", "窗口小江", "510502198001010013"),
            Official("reviewer", "reviewer", "审核小沱", "510502198202020023"),
            Official("authority_admin", "authority", "管理小忠", "510502198403030033"),
            Official("system_admin", "system", "系统小方", "510502198504040046"),
        ),
        (
            Enterprise(
                "jiangpan",
                "江畔示范置业有限公司",
                "91510502MA6DEM01XQ",
                "喆䶮",
                "510502197505050057",
                "江小畔",
                ("江畔花园", "沱江雅苑", "忠山新城"),
                {"DRAFT": "草稿小区", "SUBMITTED": "待受理小区", "ACCEPTED": "待审核小区"},
            ),
            Enterprise(
                "jiucheng",
                "酒城示范房地产开发有限公司",
                "91510504MA6DEM02YR",
                "酒明堃",
                "51050219760606006X",
                "城小酒",
                ("酒城春晓", "长江绿洲", "龙马华庭"),
                {"RETURNED": "退回补正小区", "REJECTED": "不予通过小区", "CANCELLED": "已放弃小区"},
            ),
        ),
    ),
    "jiangmen": Place(
        "侨乡示范路",
        (
            Official("window_clerk", "clerk", "窗口小蓬", "440703198001010012"),
            Official("reviewer", "reviewer", "审核小海", "440703198202020022"),
            Official("authority_admin", "authority", "管理小会", "440703198403030032"),
            Official("system_admin", "system", "系统小圆", "440703198504040045"),
        ),
        (
            Enterprise(
                "qiaodu",
                "侨都示范置业有限公司",
                "91440703MA4DEM03XW",
                "侨堃",
                "440703197505050056",
                "都小侨",
                ("蓬江花园", "侨都新城", "东湖雅居"),
                {"DRAFT": "草稿小区", "SUBMITTED": "待受理小区", "ACCEPTED": "待审核小区"},
            ),
            Enterprise(
                "pengjiang",
                "蓬江示范房地产开发有限公司",
                "91440705MA4DEM04YX",
                "蓬喆",
                "440703197606060069",
                "江小蓬",
                ("银湖湾畔", "新会葵苑", "白水带山庄"),
                {"RETURNED": "退回补正小区", "REJECTED": "不予通过小区", "CANCELLED": "已放弃小区"},
            ),
        ),
    ),
}
"""The made-up people by the key of their city."""

PLAYED: Mapping[str, Place] = {
    **PLACES,
    "yunmeng": Place(
        "云梦示范街",
        (
            Official("window_clerk", "clerk", "窗口小云", "990101198001010014"),
            Official("reviewer", "reviewer", "审核小梦", "990101198202020024"),
            Official("authority_admin", "authority", "管理小泽", "990101198403030034"),
        ),
        (
            Enterprise(
                "yunmeng",
                "云梦示范置业有限公司",
                "91990101MA6DEM05YQ",
                "云堃",
                "990101197505050058",
                "梦小云",
                ("云梦花园", "云东雅苑", "云西新城"),
                {},
            ),
        ),
    ),
}
"""The same and those of the made-up third city, which the play goes to as well."""


def estate_lines(city: int, estate: str, address: str) -> list[dict[str, object]]:
    """Make up the 50 units of an estate: a tower with shops below, a house without a lift, parking spaces."""
    random = Random(f"{SEED}:{city}:{estate}")  # noqa: S311 - made-up figures, the same in every demo world
    tower = [
        _unit(
            random,
            address,
            "1栋",
            section,
            floor,
            door,
            lift=True,
            usage="商业服务" if floor == 1 else "住宅",
        )
        for section in ("1单元", "2单元")
        for floor in range(1, 9)
        for door in (1, 2)
    ]
    house = [
        _unit(random, address, "2栋", "1单元", floor, door, lift=False, usage="住宅")
        for floor in range(1, 7)
        for door in (1, 2)
    ]
    parking = [
        _unit(random, address, "地下室", "", -1, door, lift=True, usage="车位", least=1100, most=1500)
        for door in range(1, 7)
    ]
    lines = tower + house + parking
    for number in range(2, len(lines), 3):
        lines[number] |= _owner(random, city, f"HT{estate}{number + 1:04}")
    return lines


def few_lines(city: int, estate: str, address: str) -> list[dict[str, object]]:
    """Make up four units, for an order that only shows where orders can stand."""
    return estate_lines(city, estate, address)[4:8]


def _unit(  # noqa: PLR0913 - what makes a unit
    random: Random,
    address: str,
    building: str,
    section: str,
    floor: int,
    door: int,
    *,
    lift: bool,
    usage: str,
    least: int = 6500,
    most: int = 14000,
) -> dict[str, object]:
    room = f"{floor}{door:02}" if floor > 0 else f"{door:03}"
    area = random.randrange(least, most)
    return {
        "building": building,
        "section": section,
        "floor": str(floor),
        "roomNo": room,
        "address": f"{address}{building}{section}{room}",
        "usage": usage,
        "grossArea": f"{area // 100}.{area % 100:02}",
        "hasLift": "有" if lift else "无",
        "structure": "钢筋混凝土结构",
        "completedYm": "202606",
        "floorsAbove": "8" if lift else "6",
        "saleStatus": "未售",
    }


def _owner(random: Random, city: int, contract_no: str) -> dict[str, object]:
    return {
        "ownerName": random.choice(_SURNAMES) + random.choice(_GIVEN),
        "ownerIdType": "身份证",
        "ownerIdNumber": made_up_id(random, city),
        "ownerMobile": f"139{random.randrange(10**8):08}",
        "saleStatus": "已备案",
        "contractNo": contract_no,
    }


def made_up_id(random: Random, city: int) -> str:
    """Make up a resident's ID number with a true check digit (GB 11643) in a district that does not exist."""
    born = f"{random.randrange(1950, 2001)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}"
    body = f"{city // 100}99{born}{random.randrange(1000):03}"
    return body + ric.calc_check_digit(body + "0")


def logins(place: Place) -> Iterator[tuple[str, str]]:
    """List the roles and sign-in names of a city's people."""
    for enterprise in place.enterprises:
        yield "org_admin", enterprise.login_name
    for official in place.officials:
        yield official.role, official.login_name
