"""What `verify` says of the books and `proof` of a proof's file, held against seals kept elsewhere."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from api.house import House, MisconfiguredError
from domain.clock import SHANGHAI
from domain.money import format_yuan
from domain.proofs import Proof, UnreadableProofError
from resolvers.ledger_check import verify


async def check_cities(house: House, city: int | None, expect: str | None) -> list[str]:
    """List what is wrong with the books of one city, or of each.

    Raises:
        MisconfiguredError: There is no such city, or what is expected is no seal of one city's day.
    """
    known = sorted(house.desk.cities)
    if city is not None and city not in known:
        raise MisconfiguredError(f"There is no city {city}: choose {', '.join(map(str, known))}.")
    if expect is not None and city is None:
        raise MisconfiguredError("--expect is the seal of one city's day: name it with --city.")
    expected = None if expect is None else _read_seal(expect)
    return [
        f"{one}: {found}"
        for one in (known if city is None else [city])
        for found in await verify(house.desk, one, expected)
    ]


def _read_seal(said: str) -> tuple[date, str]:
    day, _, seal = said.partition(":")
    try:
        return date.fromisoformat(day), bytes.fromhex(seal).hex()
    except ValueError:
        raise MisconfiguredError("--expect is a day and its seal, as 2026-11-22:5d1c…") from None


def check_file(file: Path, seal: str | None) -> tuple[list[str], bool]:
    """Check a proof without the product or its database; the sentences to tell, and whether it holds."""
    try:
        proof = Proof.read(file.read_text(encoding="utf-8"))
        told = list(_tell(proof))
    except (OSError, UnicodeDecodeError, UnreadableProofError) as error:
        return [f"{file} cannot be checked: {error}."], False
    wrong = proof.check(seal)
    if wrong is not None:
        return [*told, f"The proof does not hold: {wrong}."], False
    known = "" if seal else " Compare the seal with the one that was made known of that day."
    return [
        *told,
        f"The entry is one of {proof.entries} of {proof.day}, seal {proof.seal.hex()}.{known}",
    ], True


def _tell(proof: Proof) -> Iterator[str]:
    """Say what the books say of the entry.

    Raises:
        UnreadableProofError: Something that every entry has is not there.
    """
    facts = proof.facts()
    try:
        booked = datetime.fromisoformat(str(facts["bookedAt"])).astimezone(SHANGHAI)
        amount, balance = format_yuan(int(facts["fen"])), format_yuan(int(facts["balanceAfter"]))
        account, no, kind = (_plain(facts[name]) for name in ("account", "no", "type"))
        yield f"Account {account}, entry {no}: {kind} {amount} yuan,"
        yield f"balance {balance} yuan, booked {booked.isoformat()}."
        if facts["proof"]:
            txn = _plain(facts["bankTxnNo"])
            yield f"Proof of payment {_plain(facts['proof'])}, the bank's transaction {txn}."
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnreadableProofError("the entry lacks what every entry has") from error


def _plain(said: object) -> str:
    """Write what a stranger's file says without signs that would steer a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in str(said))
