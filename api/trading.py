"""The setting that says where each city's transaction system answers, and with what secret it is asked."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import httpx
import msgspec
from msgspec import Meta, Struct

from domain.city import City
from resolvers.trading.http import HttpTradingSystem


class UnreadableError(ValueError):
    """The setting cannot be used; the text says where, and never what stood there, for it holds secrets."""


class _Known(Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    key: Annotated[str, Meta(min_length=1, max_length=100, pattern="^[!-~]+$")]
    secret: Annotated[str, Meta(min_length=16)]
    seconds: Annotated[float, Meta(gt=0, le=30)] = 5


def open_trading(setting: str | None, cities: Iterable[City]) -> dict[int, HttpTradingSystem]:
    """Give a client for each city that the setting names; each is closed by whoever asked for it.

    Raises:
        UnreadableError: It is no JSON, or names what there is not.
    """
    codes = {city.key: city.code for city in cities}
    known: Mapping[str, _Known] = _read(setting) if setting else {}
    for name, one in known.items():
        if name not in codes:
            raise UnreadableError(f"there is no city {name[:40]}")
        if not _is_address(one.url):
            raise UnreadableError(f"the url of {name} is no http(s) address without query")
    return {
        codes[name]: HttpTradingSystem(one.url, one.key, one.secret, seconds=one.seconds)
        for name, one in known.items()
    }


def _read(setting: str) -> Mapping[str, _Known]:
    try:
        return msgspec.json.decode(setting, type=dict[str, _Known])
    except msgspec.ValidationError as error:
        # What is told names the member and what was expected, such as "Expected `str` ... - at `$[...].key`".
        raise UnreadableError(str(error).split(" - at ")[-1] + " is missing or wrong") from None
    except (msgspec.DecodeError, RecursionError):
        raise UnreadableError("it is no JSON") from None


def _is_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host) and not (url.query or url.fragment)
