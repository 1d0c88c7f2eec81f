"""Whose world a row belongs to: an organization, a city, a bank of a city, or the system of a city."""

import re
from enum import StrEnum
from typing import Final


class IllFormed(ValueError):  # noqa: N818 — it names the fault, as ValueError does
    """A value of rights is empty or not of its form; whoever asked is refused."""


class Side(StrEnum):
    """Which kind of principal acts; its letter begins the name of the domain."""

    ORGANIZATION = "o"
    CITY = "c"
    BANK = "b"
    SYSTEM = "s"


NOWHERE: Final = "n:nowhere"
"""The domain of a row that does not exist for a side; nobody holds a role there."""

_ID: Final = re.compile(r"[0-9a-f]{32}")
_DOMAIN: Final = re.compile(r"o:[0-9a-f]{32}|[cs]:[0-9]{6}|b:[0-9]{6}:[A-Za-z0-9_-]{1,32}|" + NOWHERE)


def check_id(value: str) -> str:
    """Take the 32 lower-case hexadecimal digits of a uuid.

    Raises:
        IllFormed: It is anything else, the empty text included.
    """
    if _ID.fullmatch(value) is None:
        raise IllFormed(f"not an id: {value!r}")
    return value


def check_domain(value: str) -> str:
    """Take the name of a domain, as the functions below write it.

    Raises:
        IllFormed: It is anything else, the empty text included.
    """
    if _DOMAIN.fullmatch(value) is None:
        raise IllFormed(f"not a domain: {value!r}")
    return value


def side_of(domain: str) -> Side:
    """Tell which side a principal of that domain acts for.

    Raises:
        IllFormed: The domain is not of its form, or nobody acts in it.
    """
    if domain == NOWHERE:
        raise IllFormed("nobody acts in the domain of nowhere")
    return Side(check_domain(domain)[0])


def organization_domain(organization: str) -> str:
    """Name the domain of an organization (its uuid, 32 hexadecimal digits)."""
    return f"o:{check_id(organization)}"


def city_domain(city: int) -> str:
    """Name the domain of a city's fund office (six-digit code of GB/T 2260)."""
    return check_domain(f"c:{city}")


def bank_domain(city: int, bank: str) -> str:
    """Name the domain of a bank in a city (the bank's code in the city's file)."""
    return check_domain(f"b:{city}:{bank}")


def system_domain(city: int) -> str:
    """Name the domain of the system's own worker in a city."""
    return check_domain(f"s:{city}")


def domain_of_row(side: Side, *, city: int, organization: str | None = None, bank: str | None = None) -> str:
    """Name the domain that a row lies in, as the acting side sees it.

    One order lies in its organization for the developer and in its city for the window clerk; both are
    read from the row. A row without an organization (a rate, a suspense item) lies nowhere for a developer,
    and a row without a bank nowhere for a bank, so a missing key refuses. What a city shares with everybody
    in it (its rates) is asked in the asker's own domain instead: that it is their city, the database sees to.

    Args:
        side: Which side asks: `side_of(rights.domain)`.
        city: The row's city.
        organization: The row's organization, if it has one.
        bank: The code of the bank that holds the row's account, if it has one.

    Raises:
        IllFormed: A value of the row is empty or not of its form.
    """
    match side:
        case Side.CITY:
            return city_domain(city)
        case Side.SYSTEM:
            return system_domain(city)
        case Side.ORGANIZATION:
            return NOWHERE if organization is None else organization_domain(organization)
        case Side.BANK:
            return NOWHERE if bank is None else bank_domain(city, bank)
