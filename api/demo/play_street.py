"""The part of the play about a second estate: its owners' notices, and what the bank reports amiss."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.demo.caller import Json, codes_of
from api.demo.made_up import PLAYED
from api.demo.play_orders import HANDLER, Crew
from api.demo.stage import FILE, Stage
from api.sim.bank import BankMistake
from domain.switch import Route

PLACES = ("1栋 101", "1栋 102", "1栋 201", "1栋 202")
"""Units of the building with a lift."""
_AREAS = {
    **dict(zip(PLACES, ("100.00", "80.00", "66.67", "50.00"), strict=True)),
    "2栋 101": "45.67",
    "2栋 102": "60.00",
    "2栋 103": "40.00",
    "2栋 104": "30.00",
    "地下室 P1": "12.50",
}
NOTICES = "... on NoticesIssued { notices { id noticeNo total } }"
_SUSPENSE = """{ suspenseItems(first: 100, filter: { status: OPEN }) {
  edges { node { id bankTxnNo noticeNo amount reason } } } }"""
_OWNERS = (
    {"name": "赵敏", "idType": "1", "idNumber": "510502198503150120", "mobile": "13900139003"},
    {"name": "钱伟", "idType": "1", "idNumber": "51050219850315018X", "mobile": "13900139004"},
    {"name": "孙丽", "idType": "1", "idNumber": "440705200402290126", "mobile": "13900139005"},
)


@dataclass(frozen=True, slots=True)
class Street:
    """The estate on which deposits are played, and who acts there."""

    crew: Crew
    id: str

    @property
    def stage(self) -> Stage:
        """The city's stage."""
        return self.crew.stage

    async def units(self) -> Mapping[str, Json]:
        """Read its units by building and room."""
        return await self.crew.look(self.id)

    async def issue(self, *places: str) -> list[Json]:
        """Issue notices for owners, one a unit."""
        units = await self.units()
        asked = [
            {"unitId": units[place]["id"], "owners": [owner]}
            for place, owner in zip(places, _OWNERS, strict=False)
        ]
        given = {
            "units": asked,
            "ignoreMissingContract": True,
            "idempotencyKey": f"{' '.join(places)} {self.stage.teller.steps}",
        }
        done = await self.crew.developer.act("noticeIssue", "NoticeIssueInput", given, NOTICES)
        return done["notices"]

    async def waiting(self) -> list[Json]:
        """List what waits in suspense as the authority, the oldest first."""
        authority = await self.stage.official("authority_admin")
        found = (await authority.ask(_SUSPENSE))["suspenseItems"]["edges"]
        return [edge["node"] for edge in found][::-1]


async def build_street(crew: Crew) -> Street:
    """Collect the estate."""
    stage, teller, amounts = crew.stage, crew.stage.teller, crew.stage.amounts.deposits
    address = f"{PLAYED[stage.city.key].street}3号"
    order = await crew.draft(
        "estateCollection",
        name="交款花园",
        address=address,
        district=stage.city.codes.district[0].label,
        bank=stage.city.banks[0].code,
        handler=HANDLER,
    )
    await crew.act("orderLinesPut", order, lines=[_line(address, *one) for one in _AREAS.items()])
    done = await crew.finish(order, "ESTATE_COLLECTION", Route.TEMPLATE)
    teller.compare("due of the second estate", done["due"], amounts.order_due)
    street = Street(crew, done["estate"]["id"])
    dues = {place: unit["account"]["due"] for place, unit in (await street.units()).items()}
    teller.compare("dues of the second estate", dues, amounts.due)
    teller.tell("Collect a second estate", f"{done['status']}, {len(dues)} units, due {done['due']} yuan")
    return street


def _line(address: str, place: str, area: str) -> dict[str, object]:
    building, room = place.split()
    parking = room.startswith("P")
    return {
        "building": building,
        "floor": "-1" if parking else room[0],
        "roomNo": room,
        "address": f"{address}{building}{room}",
        "usage": "车位" if parking else "住宅",
        "grossArea": area,
        "hasLift": "无" if building == "2栋" else "有",
    }


async def report_amiss(street: Street) -> None:
    """Let the bank confirm owners' notices: twice, wrongly, a second time, after the end, for none."""
    stage, teller, crew = street.stage, street.stage.teller, street.crew
    one, two, three = await street.issue("1栋 101", "2栋 103", "2栋 104")
    given = {"noticeIds": [notice["id"] for notice in (one, two, three)]}
    printed = await crew.developer.act("noticePrint", "NoticePrintInput", given, FILE)
    teller.tell(
        "Issue notices for three owners, print them into one file",
        await stage.keep_file(crew.developer, printed, "owners-notices.pdf"),
    )
    first, again = await stage.confirm(one["noticeNo"], BankMistake.TWICE)
    same = (first["payment"]["id"], first["payment"]["amount"])
    teller.compare("what is booked twice at once", (again["payment"]["id"], again["payment"]["amount"]), same)
    teller.tell(
        f"The simulated bank signs {one['noticeNo']} twice at once",
        f"{first['payment']['proofNo']} both times, {first['payment']['amount']} yuan, booked once",
    )
    (wrong,) = await stage.confirm(two["noticeNo"], BankMistake.WRONG_AMOUNT)
    _, double = await stage.confirm(two["noticeNo"], BankMistake.PAID_AGAIN)
    void = {"noticeId": three["id"], "reason": "业主信息有误", "idempotencyKey": three["noticeNo"]}
    await crew.developer.act("noticeVoid", "NoticeVoidInput", void, "... on NoticeVoided { notice { id } }")
    (late,) = await stage.confirm(three["noticeNo"], BankMistake.NONE, amount=three["total"])
    (stray,) = await stage.confirm(f"{stage.city.letters}NO2020010199999", BankMistake.NONE, amount="100.00")
    found = [codes_of(answer)[0] for answer in (wrong, double, late, stray)]
    teller.compare(
        "what the bank is told",
        found,
        ["AMOUNT_MISMATCH", "ALREADY_PAID", "NOTICE_NOT_OPEN", "NOTICE_UNKNOWN"],
    )
    teller.tell(
        "It pays 0.01 yuan too much, once more, after a notice was voided, and for none", ", ".join(found)
    )
    waiting = [item["amount"] for item in await street.waiting()]
    teller.compare("what waits in suspense", tuple(waiting), stage.amounts.deposits.waiting)
    teller.tell("The authority lists what waits in suspense", f"{', '.join(waiting)} yuan")
