"""Every link that can be found has its words in both languages, and none of them has a gap."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import authz
from authz.domains import Side
from authz.explanation import Given, Holder, Link, explain
from authz.roles import ROLES
from authz.wording import Wording
from tests.authz.battery import HERE, OWN, PERSON, THERE
from tests.authz.test_explanation import NOW, holders
from tests.authz.test_snapshot import actions

TEXTS = tomllib.loads((Path(authz.__file__).parent / "explanation.toml").read_text(encoding="utf-8"))


@given(holders(), actions, st.sampled_from([HERE, THERE, None]), st.sampled_from(["zh", "en", "fr"]))
def test_every_finding_is_put_into_words_without_a_gap(
    holder: Holder, action: str, estate: str | None, language: str
) -> None:
    told = explain(holder, action, estate=estate, now=NOW)
    wording = Wording(holder, action, language)
    for finding in told.findings:
        words = wording.word(finding)
        assert words
        assert not set(words) & set("{}[]")
        assert words.endswith("." if language == "en" else "。")


def test_every_text_is_there_in_both_languages_and_of_a_link() -> None:
    assert TEXTS.keys() - {"words"} == {str(link) for link in Link}
    for link in Link:
        for reason, said in TEXTS[link].items():
            assert said.keys() == {"zh", "en"}, (link, reason)
    for group in TEXTS["words"].values():
        for said in group.values():
            assert said.keys() == {"zh", "en"}


@pytest.mark.parametrize(
    ("side", "action", "roles", "zh"),
    [
        (Side.CITY, "order.accept", (), "请由系统管理员分配其中之一：受理人员。"),
        (Side.CITY, "export.create", (), "请由系统管理员分配其中之一：管理部门管理员。"),
        (Side.CITY, "order.draft", (), "“填写、保存、导入和放弃业务单”由开发企业办理，本类用户不能取得。"),
        (Side.ORGANIZATION, "role.edit", ("viewer",), "请由机构管理员分配其中之一：机构管理员。"),
        (Side.ORGANIZATION, "statement.import", ("org_admin",), "由维修资金管理部门、专户银行办理"),
        (Side.BANK, "payment.confirm", (), "请由系统管理员分配其中之一：银行接口。"),
        (Side.SYSTEM, "receipt.issue", (), "请由系统管理员分配其中之一：系统任务。"),
    ],
)
def test_only_roles_that_can_be_had_are_named(
    side: Side, action: str, roles: tuple[str, ...], zh: str
) -> None:
    holder = Holder(PERSON, OWN[side], "ACTIVE", tuple(Given(role) for role in roles))
    missing = explain(holder, action, estate=None, now=NOW).missing
    assert missing is not None
    assert zh in Wording(holder, action, "zh").word(missing)


def test_what_anybody_needs_of_a_role_is_named_by_the_role_as_people_call_it() -> None:
    for role in ROLES.values():
        holder = Holder(PERSON, OWN[role.side], "ACTIVE", (Given(role.name),))
        found = explain(holder, next(iter(role.actions)), estate=HERE, now=NOW).findings
        given_by_role = next(one for one in found if one.link is Link.ROLE)
        assert f"角色“{role.text}”" in Wording(holder, next(iter(role.actions)), "zh").word(given_by_role)
