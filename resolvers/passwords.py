"""Passwords: what is good enough, and how they are kept and compared without blocking anybody."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib import resources
from typing import TypeVar, TypeVarTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.problem import Problem, ProblemCode
from domain.refusal import TooBusy

Values = TypeVarTuple("Values")
Answer = TypeVar("Answer")

MIN_LENGTH = 10
_MAX_LENGTH = 200
_THREADS = 2
# More waiting than this would not be answered in time: say so instead of hashing.
_QUEUE = 50


def check_password(password: str, login_name: str, path: str = "password") -> Problem | None:
    """Refuse a password that is too short, too long, common, or the sign-in name itself."""
    if not MIN_LENGTH <= len(password) <= _MAX_LENGTH:
        return Problem(
            ProblemCode.PASSWORD_SHORT, path, params={"min": str(MIN_LENGTH), "max": str(_MAX_LENGTH)}
        )
    folded = password.casefold()
    if folded in _common() or login_name.casefold() in folded or len(set(folded)) < 4:  # noqa: PLR2004 - aaaabbbb
        return Problem(ProblemCode.PASSWORD_COMMON, path)
    return None


@cache
def _common() -> frozenset[str]:
    text = resources.files("resolvers").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


class Passwords:
    """Hashes with argon2id (19 MiB, 2 rounds, OWASP's first choice) on two threads with a short queue."""

    def __init__(self, *, memory_kib: int = 19456) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")
        self._waiting = 0
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """Hash a new password."""
        return await self._run(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Compare a password; for an unknown name the same time is spent on nobody's hash."""
        return await self._run(self._verify, stored or self._nobody, password) and stored is not None

    async def renew(self, stored: str, password: str) -> str | None:
        """Hash a right password anew if it was hashed by other rules than today's; None if that is well."""
        return await self.hash(password) if self._hasher.check_needs_rehash(stored) else None

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except InvalidHashError:
            # Who was invited has no password yet, which may not show in the time that it takes.
            with suppress(VerificationError):
                self._hasher.verify(self._nobody, password)
            return False
        except VerificationError:
            return False

    async def _run(self, function: Callable[[*Values], Answer], *values: *Values) -> Answer:
        if self._waiting >= _QUEUE:
            raise TooBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function, *values)
        finally:
            self._waiting -= 1
