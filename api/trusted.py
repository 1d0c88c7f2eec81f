"""Trusted documents: the queries of our own front ends, by their hashes, as their build tools write them."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec

_SHA256 = re.compile(r"[0-9a-f]{64}")


class UntrustworthyError(ValueError):
    """The trusted documents cannot be used; the text says which, and why."""


def load_trusted(place: Path) -> Mapping[str, str]:
    """Read the texts of documents by their SHA-256 in hex from a JSON file, or from all those of a folder.

    Raises:
        UntrustworthyError: A file cannot be read or is not of that form, or a text is not that of its hash.
    """
    try:
        files = sorted(place.glob("*.json")) if place.is_dir() else [place]
        if not files:
            raise UntrustworthyError(f"There is no JSON file of trusted documents in {place}.")
        return {name: text for file in files for name, text in _read(file).items()}
    except OSError as error:
        raise UntrustworthyError(f"The trusted documents cannot be read: {error}.") from error


def _read(file: Path) -> dict[str, str]:
    try:
        given: object = msgspec.json.decode(file.read_bytes())
    except ValueError as error:
        raise UntrustworthyError(f"{file} is not JSON.") from error
    if not isinstance(given, dict):
        raise UntrustworthyError(f"{file} must be a JSON object of documents by their hashes.")
    documents: dict[str, str] = {}
    for key, text in cast("dict[str, object]", given).items():
        name = key.removeprefix("sha256:").lower()
        if not _SHA256.fullmatch(name) or not isinstance(text, str):
            raise UntrustworthyError(f"{file}: {key[:80]!a} must be a SHA-256 in hex with a document's text.")
        if hashlib.sha256(text.encode()).hexdigest() != name:
            raise UntrustworthyError(f"{file}: the document of {name} is not the one that has this hash.")
        documents[name] = text
    return documents
