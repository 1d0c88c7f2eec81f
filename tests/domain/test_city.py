"""Cities as data: what the files say, that every switch is used, and that a wrong file says where."""

from collections.abc import Iterable
from enum import StrEnum
from itertools import chain, combinations
from pathlib import Path
from typing import cast, get_args, get_type_hints

import msgspec
import pytest

from domain.city import City, load_cities, load_samples
from domain.estate import UNIT_FIELDS
from domain.rates import RateCategory
from domain.switch import Channel, NoticeKind, RegistrationMode, Route, Switches, UnitBatchField

MADE_UP = Path(__file__).parents[1] / "cities"
CITIES = load_cities(MADE_UP)
LUZHOU, JIANGMEN, YUNMENG = CITIES[510500], CITIES[440700], CITIES[990100]


def test_both_real_cities_are_packaged_and_a_third_is_a_third_file() -> None:
    assert {code: city.key for code, city in load_cities().items()} == {440700: "jiangmen", 510500: "luzhou"}
    assert set(CITIES) == {440700, 510500, 990100}


def test_the_manuals_first_difference_is_how_an_enterprise_becomes_usable() -> None:
    assert LUZHOU.registration_mode is RegistrationMode.WINDOW
    assert JIANGMEN.registration_mode is RegistrationMode.INSTANT


def test_notices_are_titled_as_in_the_manuals() -> None:
    assert LUZHOU.forms.notice_title.of(NoticeKind.SINGLE) == "交存通知书"
    assert JIANGMEN.forms.notice_title.of(NoticeKind.SINGLE) == "交存通知单"
    assert {city.forms.notice_title.batch for city in CITIES.values()} == {"批量交存通知单"}


@pytest.mark.parametrize(
    ("city", "kind", "channels"),
    [
        (LUZHOU, NoticeKind.SINGLE, (Channel.BANK, Channel.QR)),
        (JIANGMEN, NoticeKind.SINGLE, (Channel.BANK, Channel.QIAODU_WINDOW, Channel.POS)),
        (LUZHOU, NoticeKind.BATCH, (Channel.BANK,)),
        (JIANGMEN, NoticeKind.BATCH, (Channel.BANK,)),
        (JIANGMEN, NoticeKind.CUSTOM, (Channel.BANK,)),
    ],
)
def test_a_notice_is_paid_where_its_citys_manual_says(
    city: City, kind: NoticeKind, channels: tuple[Channel, ...]
) -> None:
    assert city.channels_of(kind) == channels


@pytest.mark.parametrize(
    ("city", "kind", "route", "papers"),
    [
        (LUZHOU, "ESTATE_COLLECTION", Route.TEMPLATE, ()),
        (JIANGMEN, "ESTATE_COLLECTION", Route.TEMPLATE, ()),
        (JIANGMEN, "ESTATE_COLLECTION", Route.INTERFACE, ("PRESALE_OR_SURVEY",)),
        (JIANGMEN, "UNIT_SUPPLEMENT", Route.INTERFACE, ("PRESALE_OR_SURVEY",)),
        (YUNMENG, "ESTATE_COLLECTION", Route.TEMPLATE, ("PLANNING_PERMIT",)),
        (LUZHOU, "SPLIT_MERGE", None, ("SPLIT_MERGE_CONFIRMATION",)),
        (LUZHOU, "UNIT_CANCELLATION", None, ()),
        (
            LUZHOU,
            "ORGANIZATION_REGISTRATION",
            None,
            ("BUSINESS_LICENSE", "LEGAL_REPRESENTATIVE_ID", "AUTHORIZATION", "HANDLER_ID"),
        ),
    ],
)
def test_papers_are_required_where_a_manual_has_the_step(
    city: City, kind: str, route: Route | None, papers: tuple[str, ...]
) -> None:
    assert city.required_attachments(kind, route) == papers


def test_the_papers_of_an_order_have_their_chinese_names() -> None:
    assert LUZHOU.attachment_kinds("SPLIT_MERGE") == {"SPLIT_MERGE_CONFIRMATION": "房屋拆分合并确认书"}
    assert list(LUZHOU.attachment_kinds("ORGANIZATION_REGISTRATION").values()) == [
        "营业执照",
        "资质证书",
        "法定代表人身份证",
        "授权委托书",
        "经办人身份证",
    ]
    assert LUZHOU.attachment_kinds("NO_SUCH_ORDER") == {}


@pytest.mark.parametrize(
    ("list_name", "typed", "code"),
    [
        ("usage", "住宅", "10"),
        ("usage", " 停 车 位 ", "P1"),
        ("usage", "ｐ２", "P2"),
        ("usage", "111", "111"),
        ("usage", "城堡", None),
        ("structure", "钢混", "3"),
        ("structure", "砖混", "4"),
        ("structure", "钢和钢筋混凝土结构", "2"),
        ("id_type", "台胞证", "2"),
        ("id_type", "军官证（士兵证）", "5"),
        ("id_type", "外国人永久居留身份证", "99"),
        ("sale_status", "已售", "SIGNED"),
        ("deposit_type", "续筹交款", "TOPUP"),
    ],
)
def test_a_code_its_label_and_its_aliases_mean_the_same(list_name: str, typed: str, code: str | None) -> None:
    assert LUZHOU.find_code(list_name, typed) == code  # pyright: ignore[reportArgumentType] - a table of list names


@pytest.mark.parametrize(
    ("usage", "category"),
    [
        ("10", RateCategory.RESIDENTIAL),
        ("13", RateCategory.RESIDENTIAL),
        ("111", RateCategory.RESIDENTIAL),
        ("31", RateCategory.NON_RESIDENTIAL),
        ("80", RateCategory.NON_RESIDENTIAL),
        ("P1", RateCategory.PARKING),
        ("P2", RateCategory.PARKING),
        ("84", RateCategory.EXEMPT),
    ],
)
def test_a_usage_names_its_rate_category(usage: str, category: RateCategory) -> None:
    assert JIANGMEN.rate_category(usage) is category


def test_a_city_file_extends_and_overrides_what_all_share() -> None:
    assert YUNMENG.rate_category("84") is RateCategory.NON_RESIDENTIAL
    assert YUNMENG.code_label("usage", "84") == "物管用房"
    assert YUNMENG.find_code("usage", "立体车位") == "P3"
    assert JIANGMEN.find_code("usage", "立体车位") is None
    assert YUNMENG.code_labels("usage")[:2] == ("住宅", "成套住宅")
    assert (YUNMENG.notice_validity_days, LUZHOU.notice_validity_days) == (15, 30)


def test_a_bank_is_found_by_its_code() -> None:
    assert LUZHOU.bank("LZ02").name == "江阳示范银行城南支行"
    with pytest.raises(KeyError):
        LUZHOU.bank("JM01")


def test_an_unknown_code_has_no_label() -> None:
    with pytest.raises(KeyError):
        LUZHOU.code_label("usage", "P3")


def test_only_jiangmen_has_published_rates_and_samples_say_that_they_are() -> None:
    assert (len(LUZHOU.rates), len(JIANGMEN.rates)) == (0, 5)
    samples = load_samples()
    assert {key: len(rows) for key, rows in samples.items()} == {"luzhou": 5, "jiangmen": 5}
    assert all(row.is_sample for row in chain.from_iterable(samples.values()))
    assert not any(row.is_sample for row in JIANGMEN.rates)
    assert {row.rate for row in samples["luzhou"]} == {7000, 4000, 3000}


def test_fields_edited_in_bulk_are_fields_of_a_unit() -> None:
    assert {field.value for field in UnitBatchField} <= {field.name for field in UNIT_FIELDS}


SWITCHES = get_type_hints(Switches)


def _answers(city: City) -> dict[str, str]:
    """Give a city's answer to every switch in a form that can be compared."""
    return {name: repr(msgspec.to_builtins(getattr(city, name))) for name in SWITCHES}


def _values(hint: object) -> set[object]:
    """Give the possible values of a switch, those of a list's items for a list."""
    if hint is bool:
        return {True, False}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return set(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _union(_values(inner) for inner in get_type_hints(hint).values())
    return _union(_values(inner) for inner in get_args(hint) if inner is not Ellipsis)


def _union(sets: Iterable[set[object]]) -> set[object]:
    return {value for values in sets for value in values}


def _used(value: object) -> set[object]:
    if isinstance(value, tuple):
        return _union(_used(item) for item in cast("tuple[object, ...]", value))
    if isinstance(value, msgspec.Struct):
        return _union(_used(getattr(value, name)) for name in value.__struct_fields__)
    return {value}


@pytest.mark.parametrize("name", SWITCHES)
def test_every_value_of_every_switch_occurs_in_one_of_the_three_cities(name: str) -> None:
    possible = _values(SWITCHES[name])
    used = _union(_used(getattr(city, name)) for city in CITIES.values())
    assert possible
    # Roles are named, not answered one way or the other: it is enough that some city names one.
    assert possible <= used if name != "totp_roles" else used & possible


def test_every_switch_of_the_analysis_is_there() -> None:
    assert len(SWITCHES) == 27


def test_the_made_up_city_has_pairs_of_answers_that_no_real_city_has() -> None:
    real = [_answers(city) for city in (LUZHOU, JIANGMEN)]
    made_up = _answers(YUNMENG)
    known = {name for name in made_up if any(answers[name] == made_up[name] for answers in real)}
    new_pairs = [
        (one, other)
        for one, other in combinations(sorted(known), 2)
        if not any((answers[one], answers[other]) == (made_up[one], made_up[other]) for answers in real)
    ]
    # Each answer alone is one of a real city; only the pair is new.
    assert len(new_pairs) >= 5
