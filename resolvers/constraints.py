"""What the database's own refusals mean to a person: each constraint that a race can hit, by name."""

import re

from sqlalchemy.exc import IntegrityError

from domain.problem import Problem, ProblemCode

_PROBLEMS: dict[str, Problem] = {
    "organization_uscc_key": Problem(ProblemCode.USCC_TAKEN, "uscc"),
    "login_city_name_key": Problem(ProblemCode.NAME_TAKEN, "loginName"),
    "order_lock_city_target_kind_target_key": Problem(ProblemCode.UNIT_LOCKED),
    "estate_city_name_key_address_key_key": Problem(
        ProblemCode.ESTATE_EXISTS, "name", params={"holder": "OTHER"}
    ),
    "unit_place_key": Problem(ProblemCode.DUPLICATE_UNIT),
    "building_name_key": Problem(ProblemCode.DUPLICATE_BUILDING),
    "unit_external_key": Problem(ProblemCode.ALREADY_IMPORTED, "lines"),
    "unit_contract_key": Problem(ProblemCode.CONTRACT_TAKEN, "contractNo"),
    # An upload that nothing held went just now.
    "notice_resolution_file_id_fkey": Problem(
        ProblemCode.FIELD_REQUIRED, "resolutionFileId", params={"label": "业主大会决议"}
    ),
    "notice_line_open_key": Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE),
    "account_reserved_check": Problem(ProblemCode.REFUND_EXCEEDS_BALANCE),
    "suspense_item_return_key": Problem(ProblemCode.BANK_TXN_USED, "decision.giveBack.bankTxnNo"),
    "deposit_rate_no_overlap": Problem(ProblemCode.RATE_OVERLAPS),
    "business_order_four_eyes_window_check": Problem(ProblemCode.FOUR_EYES),
    "business_order_four_eyes_review_check": Problem(ProblemCode.FOUR_EYES),
    "organization_keeps_an_admin": Problem(ProblemCode.LAST_ADMIN),
    "custom_role_name_key": Problem(ProblemCode.NAME_TAKEN, "name"),
}
_NAME = re.compile(r'constraint "([a-z_0-9]+)"')


def problem_of(broken: IntegrityError) -> Problem | None:
    """Tell the problem that a violated constraint stands for; None for a mistake of ours."""
    # A trigger of ours names its rule beside its text, and has its own words in it.
    named = getattr(broken.orig.__cause__, "constraint_name", None) if broken.orig else None
    found = _NAME.search(str(broken.orig))
    return _PROBLEMS.get(named or (found[1] if found else ""))
