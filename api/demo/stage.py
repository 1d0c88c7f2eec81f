"""The stage of the played main job: one city, its people as they come on, and what they hold."""

from dataclasses import dataclass
from datetime import date

from api.demo.amounts import Amounts
from api.demo.caller import Caller, Json
from api.demo.made_up import PASSWORD, PLAYED
from api.demo.teller import Teller
from api.house import House
from api.sim.town import SimTown
from domain.city import City
from domain.clock import business_day
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

    async def official(self, role: str) -> Caller:
        """Let somebody of the fund office come on, with an account from the command line's own act."""
        official = next(one for one in PLAYED[self.city.key].officials if one.role == role)
        account = OfficeAccount(
            self.city.code, role, official.login_name, PASSWORD, official.name, official.id_number
        )
        await make_office_account(self.house.desk, account)
        return await self.stranger.sign_in(self.city.code, official.login_name, PASSWORD)

    async def bank(self) -> Caller:
        """Let the bank's machine come on."""
        key = await make_bank_account(self.house.desk, self.city.code, self.city.banks[0].code)
        return self.stranger.with_key(key)

    def today(self) -> date:
        """Tell the business day."""
        return business_day(self.house.desk.clock())

    async def keep_file(self, caller: Caller, answer: Json, name: str) -> str:
        """Fetch a file that was made and put it into the folder."""
        return self.teller.keep(name, await caller.fetch(answer["file"]["url"]))
