"""How personal numbers and files are locked away: AES-GCM with named keys, and blind indexes."""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.identity import mask_id, mask_mobile
from domain.people import NumberKind, Sealed

_NONCE_BYTES = 12
_KEY_BYTES = 32


_NUMBERED = re.compile(r"k([0-9]{1,6})", re.ASCII)


class KeyMissingError(RuntimeError):
    """The key that a ciphertext names is not among the keys given."""


class KeyInUseError(RuntimeError):
    """A key cannot be taken away."""


def make_secret(path: Path, text: str) -> None:
    """Make a secret file once, whole and for its owner alone; of two processes the first one's stays."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one installation.

    Attributes:
        ciphers: AES-256 keys by their short id; old ones stay to read with.
        current: The id of the key to write with.
        blind: The key of the blind indexes, which cannot be rotated without rewriting them.
    """

    ciphers: Mapping[str, bytes]
    current: str
    blind: bytes

    @classmethod
    def parse(cls, text: str) -> "Keys":
        """Read keys from their JSON text: `{"current": id, "ciphers": {id: base64}, "blind": base64}`."""
        found = json.loads(text)
        ciphers = {name: base64.b64decode(value) for name, value in found["ciphers"].items()}
        return cls(ciphers=ciphers, current=found["current"], blind=base64.b64decode(found["blind"]))

    @classmethod
    def load_or_make(cls, path: Path) -> "Keys":
        """Read the keys of a data folder, or make them once, readable by their owner only."""
        if not path.exists():
            fresh = {
                "current": "k1",
                "ciphers": {"k1": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()},
                "blind": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
            }
            make_secret(path, json.dumps(fresh))
        return cls.parse(path.read_text(encoding="utf-8"))

    def text(self) -> str:
        """Write the keys as `parse` reads them."""
        ciphers = {name: base64.b64encode(key).decode() for name, key in self.ciphers.items()}
        blind = base64.b64encode(self.blind).decode()
        return json.dumps({"current": self.current, "ciphers": ciphers, "blind": blind})

    def with_new(self) -> "Keys":
        """Add a new cipher key and make it the current one; the older ones stay to read with."""
        numbers = [int(found[1]) for name in self.ciphers if (found := _NUMBERED.fullmatch(name))]
        name = f"k{max(numbers, default=0) + 1}"
        fresh = {**self.ciphers, name: secrets.token_bytes(_KEY_BYTES)}
        return Keys(ciphers=fresh, current=name, blind=self.blind)

    def without(self, name: str) -> "Keys":
        """Take a key away.

        Raises:
            KeyInUseError: It is the one to write with, or there is none of that name.
        """
        if name == self.current or name not in self.ciphers:
            raise KeyInUseError(f"{name!r} is not an older key of this installation.")
        left = {other: key for other, key in self.ciphers.items() if other != name}
        return Keys(ciphers=left, current=self.current, blind=self.blind)

    def save(self, path: Path) -> None:
        """Put the keys in the place of those in a file, whole or not at all."""
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        make_secret(fresh, self.text())
        fresh.replace(path)


class Sealer:
    """Seals and opens with the keys of one installation.

    Args:
        keys: The keys.
        path: The file from which they come, to be read anew when somebody rotates them; None if they come
            from elsewhere.
    """

    def __init__(self, keys: Keys, path: Path | None = None) -> None:
        self._keys = keys
        self._path = path
        self._ciphers = {name: AESGCM(key) for name, key in keys.ciphers.items()}

    @property
    def current(self) -> str:
        """The id of the key to write with."""
        return self._keys.current

    def refresh(self) -> bool:
        """Read the keys anew if their file says others now, and tell whether it did."""
        if self._path is None:
            return False
        found = Keys.parse(self._path.read_text(encoding="utf-8"))
        if found == self._keys:
            return False
        self._ciphers = {name: AESGCM(key) for name, key in found.ciphers.items()}
        self._keys = found
        return True

    def __call__(self, kind: NumberKind, clear: str) -> Sealed:
        """Seal one normalised personal number."""
        masked = mask_id(clear) if kind is NumberKind.ID_NUMBER else mask_mobile(clear)
        cipher = self.lock(clear.encode(), kind.value.encode())
        return Sealed(cipher=cipher, masked=masked, blind=self.blind(kind, clear))

    def blind(self, kind: NumberKind, clear: str) -> str:
        """Hash a number under the installation's key so that equal numbers can be found."""
        text = f"{kind.value}\x00{clear}".encode()
        return hmac.new(self._keys.blind, text, hashlib.sha256).hexdigest()

    def fingerprint(self, text: bytes) -> str:
        """Hash a whole input under the installation's key, so that nobody can try what stood in it."""
        return hmac.new(self._keys.blind, b"input\x00" + text, hashlib.sha256).hexdigest()

    def token(self, city: int, character: str) -> int:
        """Hash a character of a name under the installation's key to 64 bits, for a city's searches."""
        text = f"name\x00{city}\x00{character}".encode()
        return int.from_bytes(hmac.digest(self._keys.blind, text, "sha256")[:8], signed=True)

    def link(self, previous: bytes, number: int, text: str) -> bytes:
        """Hash a row of the audit with the link before it; the key stays, so that old links hold."""
        key = hmac.digest(self._keys.blind, b"audit chain", "sha256")
        return hmac.digest(key, previous + number.to_bytes(8) + text.encode(), "sha256")

    def relock(self, cipher: str, context: bytes) -> str:
        """Encrypt again, under the key to write with, what was locked for the same context."""
        return self.lock(self._open(cipher, context), context)

    def relock_file(self, locked: bytes, context: bytes) -> bytes:
        """Encrypt a file again under the key to write with."""
        return self.lock_file(self.open_file(locked, context), context)

    def reveal(self, kind: NumberKind, cipher: str) -> str:
        """Read a sealed number; only `ownerReveal` and what the law wants printed may ask."""
        return self._open(cipher, kind.value.encode()).decode()

    def lock(self, clear: bytes, context: bytes) -> str:
        """Encrypt for one context: `key id:base64(nonce + ciphertext)`."""
        return f"{self._keys.current}:{base64.b64encode(self._seal(clear, context)).decode()}"

    def unlock(self, cipher: str, context: bytes) -> bytes:
        """Read what `lock` wrote for the same context."""
        return self._open(cipher, context)

    def lock_file(self, content: bytes, context: bytes) -> bytes:
        """Encrypt a file whole: `key id`, a NUL, nonce and ciphertext."""
        return self._keys.current.encode() + b"\x00" + self._seal(content, context)

    def open_file(self, locked: bytes, context: bytes) -> bytes:
        """Read a file that `lock_file` wrote for the same context."""
        name, _, sealed = locked.partition(b"\x00")
        return self._decrypt(name.decode(), sealed, context)

    def _seal(self, clear: bytes, context: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ciphers[self._keys.current].encrypt(nonce, clear, context)

    def _open(self, cipher: str, context: bytes) -> bytes:
        name, _, text = cipher.partition(":")
        return self._decrypt(name, base64.b64decode(text), context)

    def _decrypt(self, name: str, sealed: bytes, context: bytes) -> bytes:
        if name not in self._ciphers:
            # Another process may have begun to write with a new key; that is rare, and the file is small.
            self.refresh()
        if name not in self._ciphers:
            raise KeyMissingError(f"No key {name!r}: add it to WEIXIU_KEYS and start again.")
        try:
            return self._ciphers[name].decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except InvalidTag as wrong:
            raise KeyMissingError(
                f"Key {name!r} does not open this text: it is another installation's."
            ) from wrong
