"""What `proof` says of a proof's file: which entry it is about, and whether it stands in the sealed books."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from domain.clock import SHANGHAI
from domain.money import format_yuan
from domain.proofs import Proof, UnreadableProofError


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
        yield f"Account {facts['account']}, entry {facts['no']}: {facts['type']} {amount} yuan,"
        yield f"balance {balance} yuan, booked {booked.isoformat()}."
        if facts["proof"]:
            yield f"Proof of payment {facts['proof']}, the bank's transaction {facts['bankTxnNo']}."
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableProofError("the entry lacks what every entry has") from error
