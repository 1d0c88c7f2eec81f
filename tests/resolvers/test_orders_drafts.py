"""What a draft says, and how it is kept and checked while it is being written."""

import pytest

from tests.office import attach, done, look, open_office, problems, save, try_step
from tests.scenes import LUZHOU, YUNMENG, Town
from tests.shelf import Shelf


async def test_saving_replaces_the_content_whole(town: Town):
    office = await open_office(town)
    order = await town.draft(office.developer, propertyCompany="示范物业")
    saved = await save(office.developer, order, {"name": "新名称"})
    assert saved["order"]["content"] == {"name": "新名称", "address": None}


async def test_a_draft_may_leave_out_what_is_not_known_and_is_told_all_of_it_at_submission(town: Town):
    office = await open_office(town)
    order = await town.draft(office.developer)
    await save(office.developer, order, {})
    answer = await try_step(office.developer, "SUBMIT", order)
    assert [(one["code"], one["path"]) for one in answer["problems"]] == [
        ("FIELD_REQUIRED", "name"),
        ("FIELD_REQUIRED", "address"),
        ("FIELD_REQUIRED", "district"),
        ("FIELD_REQUIRED", "handler.name"),
        ("FIELD_REQUIRED", "handler.mobile"),
        ("FIELD_REQUIRED", "bank"),
        ("FIELD_REQUIRED", "lines"),
    ]


async def test_the_only_bank_of_a_city_and_the_day_of_submission_are_filled_in(town: Town):
    office = await open_office(town, YUNMENG)
    order = await office.prepare(bank=None)
    await done(office.developer, "SUBMIT", order)
    content = (await look(office.developer, order))["content"]
    assert (content["bank"], content["depositPoint"]) == ("YM01", "2026-11-22")


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        ({"district": "990101"}, "VALUE_UNKNOWN", "district"),
        ({"bank": "XX99"}, "VALUE_UNKNOWN", "bank"),
        ({"name": "江" * 101}, "TEXT_INVALID", "name"),
        ({"handler": {"name": "王小明", "mobile": "12345678901"}}, "MOBILE_FORMAT", "handler.mobile"),
    ],
)
async def test_what_cannot_be_meant_is_refused_when_it_is_saved(
    town: Town, shelf: Shelf, content: dict[str, object], code: str, path: str
):
    office = await open_office(town)
    order = await town.draft(office.developer)
    before = await shelf.standing()
    answer = await save(office.developer, order, content)
    assert [(one["code"], one["path"]) for one in answer["problems"]] == [(code, path)]
    assert await shelf.standing() == before


async def test_anothers_change_is_noticed(town: Town):
    office = await open_office(town)
    order = await town.draft(office.developer)
    version = (await look(office.developer, order))["version"]
    assert (await save(office.developer, order, {"name": "一"}, version=version))["__typename"] == "OrderDone"
    late = await save(office.developer, order, {"name": "二"}, version=version)
    assert await office.developer.refused(late) == ["STALE_DATA"]
    assert await problems(office.developer, "SUBMIT", order, version=version) == ["STALE_DATA"]
    assert (await look(office.developer, order))["content"]["name"] == "一"


async def test_attaching_a_paper_is_a_change_that_a_reader_notices(town: Town):
    office = await open_office(town)
    order = await office.prepare()
    version = (await look(office.developer, order))["version"]
    await attach(office.developer, order, await town.upload(office.developer), "PLANNING_PERMIT")
    assert await problems(office.developer, "SUBMIT", order, version=version) == ["STALE_DATA"]


async def test_only_the_kind_that_was_begun_can_be_saved(town: Town):
    visitor, registered = await town.register(LUZHOU)
    clerk = await town.clerk(LUZHOU)
    await done(clerk, "RETURN", registered["order"]["id"])
    answer = await save(visitor, registered["order"]["id"], {"name": "别的业务"})
    assert await visitor.refused(answer) == ["VALUE_UNKNOWN"]
