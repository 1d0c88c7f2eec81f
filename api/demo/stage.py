"""The stage of the played main job: one city, its people as they come on, and what they hold."""

from dataclasses import dataclass, field
from datetime import date

from api.demo.amounts import Amounts
from api.demo.caller import Caller, Json
from api.demo.clock import DemoClock
from api.demo.made_up import PASSWORD, PLAYED
from api.demo.teller import Teller
from api.house import House
from api.sim.bank import BankMistake, Confirmation, SimBank
from api.sim.town import SimTown
from domain.city import City
from domain.clock import business_day
from domain.switch import NoticeKind
from resolvers.accounts import OfficeAccount, make_bank_account, make_office_account

FILE = "... on FileMade { file { name url } }"


@dataclass(slots=True)
class Stage:
    """One city on the stage: its people as they come on, and what they hold."""

    house: House
    city: City
    stranger: Caller
    teller: Teller
    amounts: Amounts
    trading: SimTown
    machine: SimBank
    clock: DemoClock
    _here: dict[str, Caller] = field(default_factory=dict[str, Caller])

    async def official(self, role: str) -> Caller:
        """Let somebody of the fund office come on, with an account from the command line's own act."""
        if role not in self._here:
            self._here[role] = await self._enter(role)
        return self._here[role]

    async def _enter(self, role: str) -> Caller:
        official = next(one for one in PLAYED[self.city.key].officials if one.role == role)
        account = OfficeAccount(
            self.city.code, role, official.login_name, PASSWORD, official.name, official.id_number
        )
        await make_office_account(self.house.desk, account)
        return await self.stranger.sign_in(self.city.code, official.login_name, PASSWORD)

    def sleep(self) -> None:
        """Let the night go by; everybody signs in again in the morning."""
        self.clock.sleep()
        self._here.clear()

    async def developer(self) -> Caller:
        """Let the developer's admin come on, who has registered."""
        name = PLAYED[self.city.key].enterprises[0].login_name
        return await self.stranger.sign_in(self.city.code, name, PASSWORD)

    async def bank(self) -> Caller:
        """Let the bank's machine come on."""
        key = await make_bank_account(self.house.desk, self.city.code, self.city.banks[0].code)
        return self.stranger.with_key(key)

    async def confirm(
        self, notice_no: str, mistake: BankMistake = BankMistake.NONE, **more: str
    ) -> list[Json]:
        """Let the simulated bank confirm a notice by signed requests, rightly or with a mistake."""
        if self.city.key not in self.machine.keys:
            bank = self.city.banks[0].code
            self.machine.keys[self.city.key] = await make_bank_account(self.house.desk, self.city.code, bank)
        channel = self.city.channels.of(NoticeKind.SINGLE)[0].value
        told = Confirmation(
            city=self.city.key,
            notice_no=notice_no,
            amount=more.get("amount"),
            channel=channel,
            txn_no=more.get("txn_no"),
            mistake=mistake,
        )
        return await self.machine.confirm(told)

    def today(self) -> date:
        """Tell the business day."""
        return business_day(self.house.desk.clock())

    async def keep_file(self, caller: Caller, answer: Json, name: str) -> str:
        """Fetch a file that was made and put it into the folder."""
        return self.teller.keep(name, await caller.fetch(answer["file"]["url"]))
