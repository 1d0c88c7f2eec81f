"""Numbers that say who someone is: folding, check digits, dates and masks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from domain.identity import (
    check_document_number,
    check_id_number,
    check_mobile,
    check_uscc,
    fold,
    has_true_organization_code,
    mask_id,
    mask_mobile,
)
from domain.problem import Invalid, ProblemCode

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  1栋 ", "1栋"),
        ("１号楼\u3000Ａ座", "1号楼 A座"),
        ("a\u00a0 \t b", "a b"),
        ("张\u200b三\ufeff", "张三"),
        ("３－１（东）：２", "3-1(东):2"),
        ("第一行\r\n第二行", "第一行 第二行"),
        ("\u202e88.35\u202c", "88.35"),
        ("葛\U000e0100城", "葛城"),
        ("李\u3164\uffa0", "李"),
        ("\x00张\x07", "张"),
        ("䶮𬭎堃喆", "䶮𬭎堃喆"),
        ("a\u200d\u0301", "á"),
        ("\u2028", ""),
    ],
)
def test_typed_text_is_brought_to_one_form(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("number", ["510502198503150120", "51050219850315018X", "440705200402290126"])
def test_true_identity_numbers_are_taken(number: str) -> None:
    assert check_id_number("1", number, TODAY, "id") == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("51050219850315018x", "51050219850315018X"),
        ("５１０５０２１９８５０３１５０１８Ｘ", "51050219850315018X"),
        (" 510502 19850315 0120\u200b", "510502198503150120"),
    ],
)
def test_width_case_and_spaces_of_an_identity_number_do_not_matter(typed: str, number: str) -> None:
    assert check_id_number("1", typed, TODAY, "id") == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("510502198503150121", ProblemCode.ID_CHECKSUM),
        ("511502199011110002", ProblemCode.ID_CHECKSUM),  # as read in the manual's picture
        ("510504200102290125", ProblemCode.ID_DATE),  # 29 February 2001
        ("440703197913010037", ProblemCode.ID_DATE),  # month 13
        ("440524188001010014", ProblemCode.ID_DATE),  # born 1880
        ("510502850315012", ProblemCode.ID_FORMAT),  # 15 digits, as until 1999
        ("5105021985031501201", ProblemCode.ID_FORMAT),
        ("X10502198503150120", ProblemCode.ID_FORMAT),
        ("5.10502198503E+17", ProblemCode.ID_FORMAT),
        ("٥١٠٥٠٢١٩٨٥٠٣١٥٠١٢٠", ProblemCode.ID_FORMAT),  # Arabic digits, which int() takes
        ("", ProblemCode.ID_FORMAT),
    ],
)
def test_wrong_identity_numbers_say_what_is_wrong(number: str, code: ProblemCode) -> None:
    with pytest.raises(Invalid) as refused:
        check_id_number("1", number, TODAY, "owner.idNumber")
    assert (refused.value.problem.code, refused.value.problem.path) == (code, "owner.idNumber")
    assert refused.value.problem.value is None


def _number_of(born: date) -> str:
    body = f"110101{born:%Y%m%d}001"
    return body + ric.calc_check_digit(f"{body}0")


def test_nobody_is_born_after_today_or_before_1900() -> None:
    assert check_id_number("1", _number_of(TODAY), TODAY, "id") == _number_of(TODAY)
    assert check_id_number("1", _number_of(date(1900, 1, 1)), TODAY, "id") == _number_of(date(1900, 1, 1))
    for born in (date(2026, 11, 23), date(1899, 12, 31)):
        with pytest.raises(Invalid) as refused:
            check_id_number("1", _number_of(born), TODAY, "id")
        assert refused.value.problem.code is ProblemCode.ID_DATE


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes(place: int, step: int) -> None:
    number = "510502198503150120"
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    with pytest.raises(Invalid):
        check_id_number("1", wrong, TODAY, "id")


@pytest.mark.parametrize(
    ("id_type", "typed", "number"),
    [
        ("2", "h12345678（01）", "H12345678(01)"),
        ("3", "E 1234567", "E1234567"),
        ("5", "AB-123/4", "AB-123/4"),
        ("7", "91440703ma4w7k2p3e", "91440703MA4W7K2P3E"),
    ],
)
def test_other_documents_have_their_own_forms(id_type: str, typed: str, number: str) -> None:
    assert check_id_number(id_type, typed, TODAY, "id") == number


@pytest.mark.parametrize("number", ["ABC", "A" * 31, "AB_123", "军字123456", "E12.345"])
def test_other_documents_are_4_to_30_plain_characters(number: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_id_number("3", number, TODAY, "id")
    assert refused.value.problem.code is ProblemCode.ID_FORMAT


def test_a_business_licence_carries_a_credit_code() -> None:
    with pytest.raises(Invalid) as refused:
        check_id_number("7", "510502198503150120", TODAY, "id")
    assert refused.value.problem.code is ProblemCode.USCC_CHECKSUM


def test_a_document_number_is_checked_as_far_as_its_type_is_not_known() -> None:
    assert check_document_number("51050219850315018x", "id") == "51050219850315018X"


@pytest.mark.parametrize(
    "code",
    [
        "91440703MA4W7K2P3E",
        "91510500MA6200T12B",
        "914407007321002770",  # remainder 0, so the check character is 0
        "91350100M000100Y43",  # the standard's own example
        "91440703MA4W7K2P4H",  # the organization code within has a wrong digit
    ],
)
def test_true_credit_codes_are_taken(code: str) -> None:
    assert check_uscc(code, "uscc") == code


def test_width_case_spaces_and_hyphens_of_a_credit_code_do_not_matter() -> None:
    assert check_uscc("９１440703-ma4w7k2p3e ", "uscc") == "91440703MA4W7K2P3E"


def test_a_credit_code_of_a_department_with_a_letter_is_taken() -> None:
    assert check_uscc("N2110101MF5876543X", "uscc") == "N2110101MF5876543X"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("91510500MA6200T12C", ProblemCode.USCC_CHECKSUM),
        ("91510500MA620OT12B", ProblemCode.USCC_CHARSET),  # letter O
        ("91350100M000100Y4Z", ProblemCode.USCC_CHARSET),  # the standard's wrong example ends in Z
        ("91510500MA6200T12", ProblemCode.USCC_CHARSET),
        ("91510500MA6200T12BB", ProblemCode.USCC_CHARSET),
        ("9151050AMA6200T12B", ProblemCode.USCC_CHARSET),  # a letter in the region
        ("", ProblemCode.USCC_CHARSET),
    ],
)
def test_wrong_credit_codes_say_what_is_wrong(code: str, cause: ProblemCode) -> None:
    with pytest.raises(Invalid) as refused:
        check_uscc(code, "uscc")
    assert (refused.value.problem.code, refused.value.problem.path) == (cause, "uscc")


@pytest.mark.parametrize(
    ("code", "true"),
    [
        ("91440703MA4W7K2P4H", False),
        ("91440703MA4W7K2P3E", True),
        ("91510500MA6200T12B", True),
        ("914407007321002770", True),
    ],
)
def test_the_organization_code_within_a_credit_code_has_its_own_digit(code: str, *, true: bool) -> None:
    assert has_true_organization_code(code) is true


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", "13800138000"),
        ("19912345678", "19912345678"),
        ("13122220002", "13122220002"),
        ("１３８ 0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
    ],
)
def test_mainland_mobiles_are_taken(typed: str, number: str) -> None:
    assert check_mobile(typed, "mobile") == number
    assert check_mobile(typed, "mobile", abroad=True) == number


@pytest.mark.parametrize(
    "typed", ["12345678901", "1380013800", "138001380000", "+85291234567", "٠١٣٨٠٠١٣٨٠٠", ""]
)
def test_wrong_mobiles_are_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_mobile(typed, "mobile")
    assert refused.value.problem.code is ProblemCode.MOBILE_FORMAT


@pytest.mark.parametrize(
    ("typed", "number"), [("+852 9123 4567", "+85291234567"), ("＋1-202-555-0143", "+12025550143")]
)
def test_a_number_of_another_country_is_taken_where_allowed(typed: str, number: str) -> None:
    assert check_mobile(typed, "mobile", abroad=True) == number


@pytest.mark.parametrize(
    "typed", ["+8612345678901", "+0123456789", "+123456", "85291234567", "+1234567890123456"]
)
def test_a_wrong_number_of_another_country_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        check_mobile(typed, "mobile", abroad=True)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("510502198503150120", "5105**********0120"),
        ("91440703MA4W7K2P3E", "9144**********2P3E"),
        ("E1234567", "E1****67"),
        ("AB12", "A**2"),
        ("AB1", "***"),
        ("", ""),
    ],
)
def test_an_identity_number_shows_its_ends(number: str, masked: str) -> None:
    assert mask_id(number) == masked


@given(st.text(alphabet="0123456789ABCX-()", max_size=30))
def test_a_mask_keeps_the_length_and_shows_at_most_half(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == len(number)
    assert 2 * (len(number) - masked.count("*")) <= len(number)


@pytest.mark.parametrize(
    ("number", "masked"),
    [("13912345678", "139****5678"), ("+85291234567", "+85******567"), ("+1234567", "+1****67")],
)
def test_a_mobile_shows_its_ends(number: str, masked: str) -> None:
    assert mask_mobile(number) == masked
