"""What the city's IT people do at the console about the audit's chain and the installation's keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

from api.house import KEYS_FILE, House, MisconfiguredError
from db.sealing import KeyInUseError, KeyMissingError, Keys, Sealer
from resolvers.chain import Verdict, verify_audit
from resolvers.rekeying import BATCH, OwnerRefusedError, count_locked, open_as_owner, rewrite

_WRONG = 1
# Within this every running server has found a new key and writes with it.
_SETTLED = timedelta(minutes=1)


def tell(line: str) -> None:
    """Print a line at once, as whoever waits wants to see how far it is."""
    print(line, flush=True)  # noqa: T201 - told to the terminal


async def check_chains(house: House, city: int | None, expect: str | None) -> int:
    """Follow the chain of one city, or of each, and say what was found; 1 if something is bent.

    Raises:
        MisconfiguredError: There is no such city, or a head is expected of all cities at once.
    """
    known = sorted(house.desk.cities)
    if city is not None and city not in known:
        raise MisconfiguredError(f"There is no city {city}: choose {', '.join(map(str, known))}.")
    if expect is not None and city is None:
        raise MisconfiguredError("--expect is the head of one city's chain: name it with --city.")
    bent = False
    for one in known if city is None else [city]:
        began = perf_counter()
        verdict = await verify_audit(house.desk, one, expect)
        for line in _say(verdict, perf_counter() - began):
            tell(line)
        bent = bent or verdict.finding is not None
    return _WRONG if bent else 0


def _say(verdict: Verdict, seconds: float) -> Iterator[str]:
    yield (
        f"{verdict.city}: {verdict.rows} rows, {verdict.links} links, {verdict.waiting} not linked yet,"
        f" {seconds:.1f} s"
    )
    yield f"{verdict.city}: head {verdict.head}"
    yield f"{verdict.city}: {verdict.finding or 'the audit is as it was written.'}"


class KeyRing:
    """The keys of an installation where they are kept: its file, or the operator's own WEIXIU_KEYS."""

    def __init__(self, house: House, given: str | None) -> None:
        self._path = None if given else house.folder / KEYS_FILE
        self._clock = house.desk.clock
        self.keys = Keys.parse(given) if given else Keys.load_or_make(house.folder / KEYS_FILE)
        self._engine = open_as_owner(house.addresses)

    async def close(self) -> None:
        """Close its connections."""
        await self._engine.dispose()

    async def show(self) -> None:
        """Tell of each key how many rows are locked with it, and where."""
        for name in self.keys.ciphers:
            found = await count_locked(self._engine, name)
            where = ", ".join(f"{place} {rows}" for place, rows in found.items())
            mark = "current" if name == self.keys.current else "older"
            tell(f"{name}  {mark}  {sum(found.values())} rows{': ' + where if where else ''}")

    async def add(self) -> None:
        """Make a new key the one to write with; the older ones stay to read with."""
        fresh = self.keys.with_new()
        if self._path is not None:
            fresh.save(self._path)
            tell(f"{fresh.current} is the key to write with; a running server takes it within seconds.")
            tell("Save a copy of the key file now, apart from the database's.")
            return
        known = replace(fresh, current=self.keys.current)
        tell("Step 1: set this WEIXIU_KEYS everywhere and restart each server, one after another:")
        tell(known.text())
        tell("Step 2: when all of them run with it, set this one everywhere, and restart again:")
        tell(fresh.text())

    async def rewrite(self, batch: int = BATCH) -> int:
        """Lock everything anew with the key to write with; whoever is interrupted calls it again."""
        began = perf_counter()
        try:
            done = await rewrite(
                self._engine,
                Sealer(self.keys),
                batch=batch,
                told=lambda place, rows: tell(f"{place}: {rows}"),
            )
        except KeyMissingError as error:
            tell(str(error))
            return _WRONG
        except OwnerRefusedError as error:
            raise MisconfiguredError(
                f"The database refused ({error}): DATABASE_OWNER_URL must be a superuser's, for the triggers"
                " that keep history and refuse changes have to sleep meanwhile. If it is, try again."
            ) from None
        seconds = perf_counter() - began
        tell(f"{sum(done.values())} rows are now locked with {self.keys.current}, {seconds:.1f} s.")
        return 0

    async def retire(self, name: str) -> int:
        """Take an older key away, if nothing is locked with it any more."""
        try:
            left = self.keys.without(name)
        except KeyInUseError as error:
            tell(str(error))
            return _WRONG
        if not self._has_settled():
            tell(
                "The keys were changed within the last minute: wait until every server has found the new one."
            )
            return _WRONG
        found = await count_locked(self._engine, name)
        if found:
            where = ", ".join(f"{place} {rows}" for place, rows in found.items())
            tell(f"{name} is still needed: {where}. Run `keys rewrite` first.")
            return _WRONG
        if self._path is None:
            tell("Set this WEIXIU_KEYS everywhere, and restart each server:")
            tell(left.text())
        else:
            left.save(self._path)
            tell(f"{name} is gone. Backups made before today still need it: keep it with them.")
        return 0

    def _has_settled(self) -> bool:
        """Tell whether no server can still write with an older key; of the environment the operator knows."""
        if self._path is None:
            return True
        changed = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        return self._clock() - changed >= _SETTLED
