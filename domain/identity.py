"""Numbers that say who someone is: typed text folded, identity and credit codes checked, numbers masked."""

import re
from datetime import date
from unicodedata import category, normalize

from stdnum.cn import ric, uscc

from domain.problem import Invalid, Problem, ProblemCode

RESIDENT_ID = "1"
"""Code of 身份证 in the list of ID types (不动产登记 dictionary)."""

BUSINESS_LICENCE = "7"
"""Code of 营业执照 in the list of ID types; a credit code travels under it."""

ABROAD_ID_TYPES = frozenset({"2", "3", "99"})
"""ID types whose holders may give a mobile number of another country."""

_EARLIEST_BIRTH = date(1900, 1, 1)

# Characters that take no ink although Unicode counts them as letters or marks.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_OTHER_ID = re.compile(r"[A-Z0-9()/-]{4,30}")
_USCC = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def fold(text: str) -> str:
    """Bring typed text to one form: NFKC, no invisible characters, single inner spaces, trimmed.

    Full-width digits, letters and punctuation become their plain forms; every kind of space counts as one.
    """
    if not (text.isascii() and text.isprintable()):
        # What is invisible goes first, since a mark that it kept apart may then combine; NFKC may add some.
        text = _visible(normalize("NFKC", _visible(text)))
    return " ".join(text.split())


def check_uscc(text: str, path: str) -> str:
    """Check a unified social credit code (GB 32100-2015) and give its 18 characters.

    The registering department may be a letter, which `stdnum.cn.uscc.validate` refuses; so only its check
    digit is used.

    Raises:
        Invalid: `USCC_CHARSET` for a wrong length or character, `USCC_CHECKSUM` for a wrong check digit.
    """
    code = _bare(text)
    if _USCC.fullmatch(code) is None:
        raise Invalid(Problem(ProblemCode.USCC_CHARSET, path))
    if uscc.calc_check_digit(code[:17]) != code[17]:
        raise Invalid(Problem(ProblemCode.USCC_CHECKSUM, path))
    return code


def has_true_organization_code(code: str) -> bool:
    """Tell if the organization code within a checked credit code has its own right check digit (GB 11714).

    Old registers hold wrong ones, so this is good for a warning only.
    """
    body, digit = code[8:16], code[16]
    total = sum(int(char, 36) * weight for char, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11] == digit


def check_id_number(id_type: str, text: str, today: date, path: str) -> str:
    """Check the number of an identity document by its type and give it without spaces, in capitals.

    A resident's number follows GB 11643-1999 with a real birth date from 1900 to today; its region is not
    looked up, because old regions vanish. A business licence carries a credit code. Others are 4 to 30
    capitals, digits and `()/-`.

    Raises:
        Invalid: `ID_FORMAT`, `ID_DATE`, `ID_CHECKSUM`, or the causes of `check_uscc`.
    """
    if id_type == BUSINESS_LICENCE:
        return check_uscc(text, path)
    number = fold(text).upper().replace(" ", "")
    if id_type != RESIDENT_ID:
        return check_document_number(number, path)
    if _RESIDENT.fullmatch(number) is None:
        raise Invalid(Problem(ProblemCode.ID_FORMAT, path))
    if not _is_birth_date(number[6:14], today):
        raise Invalid(Problem(ProblemCode.ID_DATE, path))
    if ric.calc_check_digit(number) != number[17]:
        raise Invalid(Problem(ProblemCode.ID_CHECKSUM, path))
    return number


def check_document_number(text: str, path: str) -> str:
    """Check what the numbers of all documents have in common: 4 to 30 capitals, digits and `()/-`.

    Raises:
        Invalid: `ID_FORMAT`.
    """
    number = fold(text).upper().replace(" ", "")
    if _OTHER_ID.fullmatch(number) is None:
        raise Invalid(Problem(ProblemCode.ID_FORMAT, path))
    return number


def check_mobile(text: str, path: str, *, abroad: bool = False) -> str:
    """Check a mobile number and give it without spaces, hyphens and +86.

    Args:
        text: The number as typed.
        path: Field to name in a problem.
        abroad: Also take an E.164 number of another country, such as `+85291234567`.

    Raises:
        Invalid: `MOBILE_FORMAT`.
    """
    number = re.sub("[ -]", "", fold(text))
    mainland = number.removeprefix("+86")
    if _MOBILE.fullmatch(mainland):
        return mainland
    if abroad and mainland == number and _E164.fullmatch(number):
        return number
    raise Invalid(Problem(ProblemCode.MOBILE_FORMAT, path))


def mask_id(number: str) -> str:
    """Show the ends of an identity number, at most four characters each and never more than half of it."""
    shown = min(4, len(number) // 4)
    return _mask(number, shown, shown)


def mask_mobile(number: str) -> str:
    """Show a mainland mobile number as `139****5678`, and of others at most half."""
    return _mask(number, 3, 4) if _MOBILE.fullmatch(number) else mask_id(number)


def _mask(number: str, head: int, tail: int) -> str:
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def _bare(text: str) -> str:
    return re.sub("[ -]", "", fold(text)).upper()


def _visible(text: str) -> str:
    """Leave out what takes no ink; white space becomes a plain space."""
    if not text.isprintable():
        text = "".join(
            " " if char.isspace() else char
            for char in text
            if char.isspace() or category(char) not in {"Cc", "Cf"}
        )
    return _BLANK.sub("", text)


def _is_birth_date(digits: str, today: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _EARLIEST_BIRTH <= born <= today
