"""Who gets which part of a refund, and of which deposits it is taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.refunds import Part, draw, hide_account, names_payee, share_refund


def owner(name: str, share: str | None = None) -> tuple[str, str | None]:
    return name, share


def test_owners_with_shares_get_their_parts_to_the_fen():
    thirds = [owner("张三", "1/3"), owner("李四", "1/3"), owner("王五", "1/3")]
    # 1000.00 in thirds leaves one fen, which the first of equal remainders gets.
    assert share_refund(100_000, thirds, None) == (
        Part("张三", 33_334),
        Part("李四", 33_333),
        Part("王五", 33_333),
    )
    # 883.51 by 60 and 40 percent is 530.106 and 353.404: the larger remainder gets the fen.
    assert share_refund(88_351, [owner("张三", "60%"), owner("李四", "40%")], None) == (
        Part("张三", 53_011),
        Part("李四", 35_340),
    )


def test_without_shares_owners_get_one_refund_together_and_a_sole_owner_all():
    assert share_refund(500, [owner("张三"), owner("李四")], None) == (Part(None, 500),)
    assert share_refund(500, [owner("张三")], None) == (Part("张三", 500),)
    assert share_refund(500, [], None) == (Part(None, 500),)


def test_what_the_developer_had_paid_goes_back_to_the_developer():
    assert share_refund(500, [owner("张三")], "示范置业有限公司") == (Part("示范置业有限公司", 500),)


def test_a_part_of_nothing_is_no_refund():
    assert share_refund(1, [owner("张三", "50%"), owner("李四", "50%")], None) == (Part("张三", 1),)


def test_a_supplement_goes_back_before_the_first_deposit_and_interest_at_the_end():
    held = {"FIRST": 1_000, "SUPPLEMENT": 300, "TOPUP": 200, "INTEREST": 7}
    assert draw(300, held) == {"SUPPLEMENT": 300}
    assert draw(1_301, held) == {"SUPPLEMENT": 300, "FIRST": 1_000, "TOPUP": 1}
    assert draw(1_507, held) == {"SUPPLEMENT": 300, "FIRST": 1_000, "TOPUP": 200, "INTEREST": 7}


def test_more_than_an_account_holds_is_never_drawn():
    assert draw(900, {"FIRST": 1_000, "USE": -100}) == {"FIRST": 900}
    with pytest.raises(ValueError, match="holds"):
        draw(901, {"FIRST": 1_000, "USE": -100})


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(("FIRST", "SUPPLEMENT", "TOPUP", "INTEREST")), st.integers(0, 10**6), min_size=1
    ),
    st.integers(0, 10**6),
    st.data(),
)
def test_what_is_drawn_is_the_refund_and_leaves_no_deposit_below_nothing(
    came: dict[str, int], used: int, data: st.DataObject
):
    balance = sum(came.values())
    used = min(used, balance)
    amount = data.draw(st.integers(0, balance - used))
    drawn = draw(amount, {**came, "USE": -used})
    assert sum(drawn.values()) == amount
    assert all(0 < part <= came[kind] for kind, part in drawn.items())


def test_a_payee_is_known_by_name_however_it_is_typed():
    assert names_payee(" 张三　", ["李四", "张三"])
    assert not names_payee("张山", ["李四", "张三"])


def test_of_an_account_number_its_end_alone_is_shown():
    assert hide_account("6222020000000123") == "************0123"
    assert hide_account("123") == "****"
