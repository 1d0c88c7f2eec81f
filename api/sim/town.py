"""One city's simulated transaction system: what it knows, what it was told, and how it goes wrong."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from api.sim.faults import Answer, Fault, FaultKind, Question
from api.sim.records import Asked, Buyer, Contract, Deposit, Heard, Listing, Project, Unit, encode

PAGE = 1_000
MOST_CONTRACTS = 500
_REMEMBERED = 10_000


@dataclass(slots=True, repr=False)
class SimTown:
    """The transaction system of one city.

    Attributes:
        key: The city's key, and its key at the line.
        secret: What its requests are signed with.
        seed: What it knows at the beginning, and again after a reset.
        page: How many rows a page has.
        heard: The deposits that it was told of, in the order in which they came first.
        asked: The latest requests that it answered or refused.
        faults: What goes wrong; the first that meets a request has it.
    """

    key: str
    secret: str
    seed: Sequence[Listing] = ()
    contracts_seed: Sequence[Contract] = ()
    page: int = PAGE
    projects: dict[str, Project] = field(default_factory=dict[str, Project])
    units: dict[str, dict[str, Unit]] = field(default_factory=dict[str, dict[str, Unit]])
    contracts: dict[str, Contract] = field(default_factory=dict[str, Contract])
    heard: list[Heard] = field(default_factory=list[Heard])
    asked: list[Asked] = field(default_factory=list[Asked])
    faults: list[Fault] = field(default_factory=list[Fault])
    _by_key: dict[str, tuple[bytes, Heard]] = field(default_factory=dict[str, tuple[bytes, Heard]])
    _latest: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Know what it knew at the beginning, and forget everything else."""
        for kept in (self.projects, self.units, self.contracts, self._by_key, self._latest):
            kept.clear()
        for told in (self.heard, self.asked, self.faults):
            told.clear()
        self.page = PAGE
        for listing in self.seed:
            self.list_project(listing)
        for contract in self.contracts_seed:
            self.sign_contract(contract)

    def list_project(self, listing: Listing) -> None:
        """Know a project and its units from now on, in the place of one with the same id."""
        self.projects[listing.project.id] = listing.project
        self.units[listing.project.id] = {unit.id: unit for unit in listing.units}

    def sign_contract(self, contract: Contract) -> None:
        """Know a contract from now on, in the place of one with the same number."""
        self.contracts[contract.contract_no] = contract

    def sell(self, contract_no: str, unit_id: str | None, *buyers: tuple[str, str, str]) -> None:
        """Know a contract in force by its number, its unit, and name, type and number of each buyer."""
        known = tuple(Buyer(name=name, id_type=kind, id_number=number) for name, kind, number in buyers)
        self.sign_contract(Contract(contract_no=contract_no, unit_id=unit_id, buyers=known))

    def fail(self, kind: FaultKind | str, question: Question | str = Question.ANY, **more: object) -> Fault:
        """Let something go wrong from now on."""
        fault = msgspec.convert({"kind": kind, "question": question, **more}, Fault)
        self.faults.append(fault)
        return fault

    def heal(self) -> None:
        """Let everything go right again."""
        self.faults.clear()

    def meet_fault(self, question: Question, unit: str | None) -> Fault | None:
        """Give the fault that meets a request, and count it."""
        fault = next((one for one in self.faults if one.meets(question, unit)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.faults.remove(fault)
        return fault

    def note(self, asked: Asked) -> None:
        """Remember a request."""
        self.asked.append(asked)
        del self.asked[:-_REMEMBERED]

    def messages(self, unit_code: str | None = None) -> list[Deposit]:
        """Give what was told, of one unit or of all, in the order in which it was heard."""
        return [one.message for one in self.heard if unit_code in {None, one.message.unit_code}]

    def answer_projects(self, keyword: str | None, uscc: str | None, after: str | None) -> Answer:
        """Find projects by a part of the name or address, or by their developer."""
        if not keyword and not uscc:
            return _wrong("keyword or uscc has to be given")
        found = [
            project
            for project in self.projects.values()
            if (not uscc or project.developer.uscc == uscc)
            and (not keyword or keyword in project.name or keyword in project.address)
        ]
        return self._paged("projects", found, after)

    def answer_units(
        self, project: str, buildings: Sequence[str], after: str | None, fault: Fault | None
    ) -> Answer:
        """Give the units of a project, of some of its buildings if any are named."""
        if project not in self.units:
            return 404, {"error": "no such project"}
        units = [one for one in self.units[project].values() if not buildings or one.building in buildings]
        if fault is not None and fault.kind is FaultKind.OUT_OF_ORDER:
            units.reverse()
        return self._paged("units", units, after)

    def answer_contracts(self, numbers: Sequence[str]) -> Answer:
        """Look contracts up by their numbers; what is not there is left out."""
        if len(numbers) > MOST_CONTRACTS:
            return _wrong(f"at most {MOST_CONTRACTS} numbers")
        found = [self.contracts[number] for number in dict.fromkeys(numbers) if number in self.contracts]
        return 200, {"contracts": encode(found)}

    def take_deposit(self, unit_code: str, key: str | None, body: bytes) -> Answer:
        """Take in what is told of a unit's deposit; the same key again changes nothing."""
        if not key:
            return 400, {"error": "Idempotency-Key is missing"}
        try:
            message = msgspec.json.decode(body, type=Deposit)
        except msgspec.DecodeError as error:
            return _wrong(str(error))
        if message.unit_code != unit_code:
            return _wrong("the address names another unit")
        if key in self._by_key:
            return self._hear_again(key, _print(body))
        if not self._knows(message):
            return 404, {"error": "no such unit or contract"}
        latest = self._latest.get(unit_code, message.seq)
        heard = Heard(key=key, message=message, late=message.seq < latest)
        self._latest[unit_code] = max(message.seq, latest)
        self._by_key[key] = _print(body), heard
        self.heard.append(heard)
        return 200, {"received": True, "repeated": False}

    def _hear_again(self, key: str, told: bytes) -> Answer:
        before, heard = self._by_key[key]
        if before != told:
            return 409, {"error": "another message came under this key"}
        heard.times += 1
        return 200, {"received": True, "repeated": True}

    def _knows(self, message: Deposit) -> bool:
        """Tell whether the message is about a unit of this system: by its own id, else by its contract."""
        if message.unit_id is not None:
            return any(message.unit_id in units for units in self.units.values())
        return message.contract_no in self.contracts

    def _paged(self, name: str, rows: Sequence[object], after: str | None) -> Answer:
        start = int(after) if after and after.isdecimal() else 0
        end = start + self.page
        following = str(end) if end < len(rows) else None
        return 200, {name: encode(rows[start:end]), "next": following}


def _print(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _wrong(why: str) -> Answer:
    return 422, {"error": why}
