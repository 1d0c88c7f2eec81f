"""What can be wrong with a request, each cause with its own code and a text that says what to do next."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib import resources

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_STRAY = re.compile(r" (?=[，。；：、）”])")
_PLACE = re.compile(r"\{(\w+)\}")


class ProblemCode(StrEnum):
    """Every cause for which a request is refused; a new cause is a new code, never a reused one."""

    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN"
    ACTION_NOT_DELEGABLE = "ACTION_NOT_DELEGABLE"
    ADMIN_EXPIRES = "ADMIN_EXPIRES"
    AGREEMENT_REQUIRED = "AGREEMENT_REQUIRED"
    ALREADY_IMPORTED = "ALREADY_IMPORTED"
    ALREADY_PAID = "ALREADY_PAID"
    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    AMOUNT_INVALID = "AMOUNT_INVALID"
    AREA_INVALID = "AREA_INVALID"
    AREA_NOT_CONSERVED = "AREA_NOT_CONSERVED"
    ATTACHMENT_REQUIRED = "ATTACHMENT_REQUIRED"
    ATTACHMENT_SIZE = "ATTACHMENT_SIZE"
    ATTACHMENT_TYPE = "ATTACHMENT_TYPE"
    BALANCE_SHORT = "BALANCE_SHORT"
    BANK_DIFFERS = "BANK_DIFFERS"
    BANK_TXN_USED = "BANK_TXN_USED"
    BOOKING_REVERSED = "BOOKING_REVERSED"
    BOOKING_STANDS = "BOOKING_STANDS"
    BUILDING_NOT_WHOLE = "BUILDING_NOT_WHOLE"
    CHANNEL_NOT_ALLOWED = "CHANNEL_NOT_ALLOWED"
    CODE_WRONG = "CODE_WRONG"
    CONTRACT_NO_MISSING = "CONTRACT_NO_MISSING"
    CONTRACT_TAKEN = "CONTRACT_TAKEN"
    COUNT_INVALID = "COUNT_INVALID"
    DATE_CELL = "DATE_CELL"
    DATE_INVALID = "DATE_INVALID"
    DUPLICATE_BUILDING = "DUPLICATE_BUILDING"
    DUPLICATE_OWNER = "DUPLICATE_OWNER"
    DUPLICATE_UNIT = "DUPLICATE_UNIT"
    ESTATE_EXISTS = "ESTATE_EXISTS"
    EXPIRY_PAST = "EXPIRY_PAST"
    FIELD_FIXED = "FIELD_FIXED"
    FIELD_NOT_BATCHABLE = "FIELD_NOT_BATCHABLE"
    FIELD_REQUIRED = "FIELD_REQUIRED"
    FILE_ENCRYPTED = "FILE_ENCRYPTED"
    FILE_FORMAT = "FILE_FORMAT"
    FILE_LIMITS = "FILE_LIMITS"
    FIRST_DEPOSIT_DUE = "FIRST_DEPOSIT_DUE"
    FLOOR_INVALID = "FLOOR_INVALID"
    FORMULA_ERROR = "FORMULA_ERROR"
    FORMULA_NO_VALUE = "FORMULA_NO_VALUE"
    FOUR_EYES = "FOUR_EYES"
    GLYPH_MISSING = "GLYPH_MISSING"
    GRANTS_NOT_USED = "GRANTS_NOT_USED"
    HEADER_MISSING = "HEADER_MISSING"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    ID_CHECKSUM = "ID_CHECKSUM"
    ID_DATE = "ID_DATE"
    ID_FORMAT = "ID_FORMAT"
    ID_NUMERIC_CELL = "ID_NUMERIC_CELL"
    IMPORT_INVALID = "IMPORT_INVALID"
    INVALID_TRANSITION = "INVALID_TRANSITION"
    INVITATION_INVALID = "INVITATION_INVALID"
    INVITATION_NOT_OPEN = "INVITATION_NOT_OPEN"
    JOB_FAILED = "JOB_FAILED"
    JOB_NOT_ALLOWED = "JOB_NOT_ALLOWED"
    JOB_OVER = "JOB_OVER"
    JOB_OWNER_GONE = "JOB_OWNER_GONE"
    KEY_EXPIRY = "KEY_EXPIRY"
    KEY_FOR_MACHINES = "KEY_FOR_MACHINES"
    LAST_ADMIN = "LAST_ADMIN"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    MERGED_CELL = "MERGED_CELL"
    MOBILE_FORMAT = "MOBILE_FORMAT"
    NAME_TAKEN = "NAME_TAKEN"
    NETWORK_INVALID = "NETWORK_INVALID"
    NOTHING_DUE = "NOTHING_DUE"
    NOTHING_TO_SHARE_BY = "NOTHING_TO_SHARE_BY"
    NOTICE_NOT_OPEN = "NOTICE_NOT_OPEN"
    NOTICE_UNKNOWN = "NOTICE_UNKNOWN"
    NOT_REPORTED = "NOT_REPORTED"
    NOT_SPLIT_OR_MERGED = "NOT_SPLIT_OR_MERGED"
    NO_CHANGES = "NO_CHANGES"
    NUMBER_FORMAT = "NUMBER_FORMAT"
    ORDER_CLAIMED = "ORDER_CLAIMED"
    OWNERS_DIFFER = "OWNERS_DIFFER"
    OWNERS_STAY = "OWNERS_STAY"
    OWNER_CHANGE_NEEDS_ORDER = "OWNER_CHANGE_NEEDS_ORDER"
    OWNER_REQUIRED = "OWNER_REQUIRED"
    OWN_ACCOUNT = "OWN_ACCOUNT"
    PASSWORD_COMMON = "PASSWORD_COMMON"
    PASSWORD_SAME = "PASSWORD_SAME"
    PASSWORD_SHORT = "PASSWORD_SHORT"
    PASSWORD_WRONG = "PASSWORD_WRONG"
    PAYEES_MIXED = "PAYEES_MIXED"
    PROFILE_FEATURE_OFF = "PROFILE_FEATURE_OFF"
    PUSH_NOT_FAILED = "PUSH_NOT_FAILED"
    RATE_CATEGORY_CHANGED = "RATE_CATEGORY_CHANGED"
    RATE_NOT_CONFIGURED = "RATE_NOT_CONFIGURED"
    RATE_OVERLAPS = "RATE_OVERLAPS"
    RATE_USED = "RATE_USED"
    RECEIPT_VOID = "RECEIPT_VOID"
    REFUND_ACCOUNT_MISSING = "REFUND_ACCOUNT_MISSING"
    REFUND_AMOUNT_DIFFERS = "REFUND_AMOUNT_DIFFERS"
    REFUND_BANK_DIFFERS = "REFUND_BANK_DIFFERS"
    REFUND_CONFIRMATION_REQUIRED = "REFUND_CONFIRMATION_REQUIRED"
    REFUND_EXCEEDS_BALANCE = "REFUND_EXCEEDS_BALANCE"
    REFUND_FAILED = "REFUND_FAILED"
    REFUND_NOT_PAID = "REFUND_NOT_PAID"
    REFUND_PAID = "REFUND_PAID"
    REFUND_PAYEES_DIFFER = "REFUND_PAYEES_DIFFER"
    REFUND_PAYEE_UNKNOWN = "REFUND_PAYEE_UNKNOWN"
    REPORT_EMPTY = "REPORT_EMPTY"
    REGISTRATION_PAPERS_MISSING = "REGISTRATION_PAPERS_MISSING"
    RIGHTS_BEYOND_OWN = "RIGHTS_BEYOND_OWN"
    ROLE_CLASH = "ROLE_CLASH"
    ROWS_NOT_MATCHED = "ROWS_NOT_MATCHED"
    SAMPLE_ROW = "SAMPLE_ROW"
    SHARE_SUM = "SHARE_SUM"
    SIGN_IN_ENDED = "SIGN_IN_ENDED"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    SIGN_IN_PENDING = "SIGN_IN_PENDING"
    REPORT_REFUND_RETURNED = "REPORT_REFUND_RETURNED"
    REPORT_RETURNED = "REPORT_RETURNED"
    REPORT_STRUCK_OFF = "REPORT_STRUCK_OFF"
    REVEAL_THROTTLED = "REVEAL_THROTTLED"
    SIGN_IN_THROTTLED = "SIGN_IN_THROTTLED"
    SPLIT_MERGE_BUILDINGS = "SPLIT_MERGE_BUILDINGS"
    SPLIT_MERGE_INCOMPLETE = "SPLIT_MERGE_INCOMPLETE"
    SPLIT_MERGE_OVERLAP = "SPLIT_MERGE_OVERLAP"
    STALE_DATA = "STALE_DATA"
    STATEMENT_BALANCE = "STATEMENT_BALANCE"
    STATEMENT_BOOKINGS = "STATEMENT_BOOKINGS"
    STATEMENT_HAS_IT = "STATEMENT_HAS_IT"
    STATEMENT_LINE_AGREES = "STATEMENT_LINE_AGREES"
    STATEMENT_LINE_NOT_OURS = "STATEMENT_LINE_NOT_OURS"
    STATEMENT_LINE_SETTLED = "STATEMENT_LINE_SETTLED"
    STATEMENT_OPENING = "STATEMENT_OPENING"
    STATEMENT_OTHER_DAY = "STATEMENT_OTHER_DAY"
    STATEMENT_OVERDRAWN = "STATEMENT_OVERDRAWN"
    STATEMENT_SETTLED = "STATEMENT_SETTLED"
    STATEMENT_SIDES = "STATEMENT_SIDES"
    STATEMENT_WITHOUT_BALANCE = "STATEMENT_WITHOUT_BALANCE"
    SUSPENSE_RESOLVED = "SUSPENSE_RESOLVED"
    TEXT_INVALID = "TEXT_INVALID"
    TOP_UP_NOT_EXPORTED = "TOP_UP_NOT_EXPORTED"
    TOTP_OFF = "TOTP_OFF"
    TOTP_REQUIRED = "TOTP_REQUIRED"
    TRADING_SYSTEM_ANSWER = "TRADING_SYSTEM_ANSWER"
    TRADING_SYSTEM_DOWN = "TRADING_SYSTEM_DOWN"
    UNIT_HAS_OPEN_NOTICE = "UNIT_HAS_OPEN_NOTICE"
    UNIT_HAS_OPEN_REFUND = "UNIT_HAS_OPEN_REFUND"
    UNIT_LOCKED = "UNIT_LOCKED"
    UNIT_NOT_ACTIVE = "UNIT_NOT_ACTIVE"
    USCC_CHARSET = "USCC_CHARSET"
    USCC_CHECKSUM = "USCC_CHECKSUM"
    USCC_TAKEN = "USCC_TAKEN"
    USER_BEYOND_OWN = "USER_BEYOND_OWN"
    USER_HAS_NO_SIGN_IN = "USER_HAS_NO_SIGN_IN"
    USER_STATUS = "USER_STATUS"
    VALUE_UNKNOWN = "VALUE_UNKNOWN"
    WRONG_SHEET = "WRONG_SHEET"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and the values its message names.

    Attributes:
        code: The stable cause.
        path: Field of the input or content, dotted, such as `handler.mobile`; empty for the whole.
        row: Row of the workbook or line of the order, counted as the person sees it.
        cell: Address in the workbook, such as `C7`.
        column: Header of the workbook's column.
        value: What was found there, as typed, at most 200 characters; never a personal number.
        params: Values that the message names, such as an order number.
    """

    code: ProblemCode
    path: str = ""
    row: int | None = None
    cell: str | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, str] = field(default_factory=dict[str, str])

    def at(self, path: str) -> "Problem":
        """Say the same of a field further out, as `owner` + `mobile` = `owner.mobile`."""
        return replace(self, path=f"{path}.{self.path}" if self.path else path)

    def message(self, language: str) -> str:
        """Tell the person what to do next, in `zh` or `en`.

        A part of the text in square brackets is left out where a value that it names is not known.
        """
        words = _texts()["words"]
        known = {"label": self.column, "value": self.value, "row": self.row, "cell": self.cell}
        # Whoever names no other way is helped at the window.
        known |= {"instead": "WINDOW", **self.params}
        values = _Known(
            (name, words.get(f"{name}.{value}", {}).get(language, str(value)))
            for name, value in known.items()
            if value is not None
        )
        text = _OPTIONAL.sub(lambda part: _kept(part[1], values), _texts()["codes"][self.code][language])
        # A value has spaces around it between Chinese characters, and none before a stop.
        told = _STRAY.sub("", text.format_map(values))
        return told[:1].upper() + told[1:]


class Invalid(ValueError):  # noqa: N818 - it says what the value is
    """A value that cannot be taken, with the problem to tell."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Known(dict[str, str]):
    """Leaves a value that nobody gave as a dash instead of failing while an error is told."""

    def __missing__(self, key: str) -> str:
        return "—"


def _kept(part: str, values: Mapping[str, str]) -> str:
    return part if all(name in values for name in _PLACE.findall(part)) else ""


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    """Read the texts: by code under `codes`, and the names of statuses and the like under `words`."""
    source = resources.files("domain").joinpath("problems.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)
