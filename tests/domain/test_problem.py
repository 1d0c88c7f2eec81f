"""What people are told: a text for every cause, in Chinese and English, that says what to do next."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from domain.problem import Problem, ProblemCode

TEXTS = tomllib.loads((Path(__file__).parents[2] / "domain" / "problems.toml").read_text(encoding="utf-8"))


def test_every_cause_has_its_texts_and_no_text_is_left_over() -> None:
    assert set(TEXTS) == {"codes", "words"}
    assert set(TEXTS["codes"]) == {code.value for code in ProblemCode}
    assert all(set(texts) == {"zh", "en"} for group in TEXTS.values() for texts in group.values())


@pytest.mark.parametrize("code", ProblemCode)
def test_a_text_reads_whole_even_when_no_value_is_known(code: ProblemCode) -> None:
    chinese, english = Problem(code).message("zh"), Problem(code).message("en")
    for text in (chinese, english):
        assert not re.search(r"[\[\]{}—]|  |“”|（）|\(\)", text)
    assert chinese.endswith("。")
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert english.endswith(".")
    assert english[0].isupper()
    assert english.isascii()


@pytest.mark.parametrize("code", ProblemCode)
def test_both_texts_are_about_the_same_values(code: ProblemCode) -> None:
    texts = TEXTS["codes"][code]
    chinese, english = (set(re.findall(r"\{(\w+)\}", texts[language])) for language in ("zh", "en"))
    assert chinese == english


def test_a_message_names_the_values_of_its_problem() -> None:
    problem = Problem(ProblemCode.DUPLICATE_UNIT, params={"room": "301", "row": "7"})
    assert (
        problem.message("zh")
        == "房屋“301”与第 7 行的另一套房屋的楼栋、单元、楼层和室号相同，请更正或删除其中一套。"
    )


def test_a_column_stands_for_a_label() -> None:
    problem = Problem(ProblemCode.FIELD_REQUIRED, column="室号")
    assert problem.message("zh") == "“室号”不能为空，请填写后重新提交。"


def test_a_status_is_named_in_the_readers_language() -> None:
    problem = Problem(ProblemCode.INVALID_TRANSITION, params={"status": "DRAFT", "step": "APPROVE"})
    assert (
        problem.message("zh")
        == "业务当前为“草稿”，目前不能进行该操作（审核通过），请刷新后查看可办理的操作。"
    )
    assert problem.message("en") == (
        "The order is a draft and does not allow this step (approve) now. Reload it and see what may be done."
    )


def test_a_value_with_brackets_or_braces_is_told_as_it_is() -> None:
    problem = Problem(ProblemCode.NAME_TAKEN, params={"name": "[江畔]{x}"})
    assert problem.message("zh") == "名称“[江畔]{x}”已被使用，请换一个名称。"


def test_a_path_grows_outwards() -> None:
    assert Problem(ProblemCode.MOBILE_FORMAT, "mobile").at("owner").path == "owner.mobile"
    assert Problem(ProblemCode.OWNER_REQUIRED).at("owner").path == "owner"


def test_no_space_stands_before_a_chinese_stop() -> None:
    problem = Problem(ProblemCode.NOTICE_NOT_OPEN, params={"notice_no": "LZNO1"})
    assert problem.message("zh") == "交存通知 LZNO1 已作废、过期或已交款，请重新打印有效的通知。"
    problem = Problem(ProblemCode.UNIT_HAS_OPEN_NOTICE, params={"room": "301", "notice_no": "LZNO1"})
    assert problem.message("zh") == "房屋 301 有未交款的交存通知 LZNO1，请先交款或作废该通知。"


def test_what_a_city_does_not_offer_names_the_way_that_it_offers() -> None:
    off = Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "按户批量交款"})
    assert off.message("zh") == "本市未开通此项业务（按户批量交款），请到维修资金管理部门窗口办理。"
    assert off.message("en").endswith("(按户批量交款). Ask at the fund office's window.")
    instead = replace(off, params={**off.params, "instead": "PICK_BUILDINGS"})
    assert instead.message("zh") == "本市未开通此项业务（按户批量交款），请按楼幢选择。"
    assert instead.message("en") == "This city does not offer this (按户批量交款). Choose whole buildings."
