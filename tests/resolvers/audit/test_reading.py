"""Who reads the record of what was done, how much of it, and by what it is found."""

from typing import Any

from tests.deposits import build
from tests.ordinary import ask_ordinary
from tests.scenes import JIANGMEN, LUZHOU, REVIEWER_ID, USCC, Caller, Town

_FIELDS = """
  at act actLabel outcome actorKind actorName actorId rule subjectType subjectId requestId address detail
"""
_READ = f"""
query($filter: AuditFilter, $first: Int) {{
  auditEntries(filter: $filter, first: $first) {{ totalCount edges {{ node {{ id {_FIELDS} }} }} }}
}}
"""


_QUERIES = ("{ auditEntries { totalCount } }", "{ auditEntries(first: 1) { edges { node { id } } } }")


async def _read(caller: Caller, **given: Any) -> list[Any]:
    found = (await caller.ask(_READ, filter=given, first=100))["auditEntries"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def test_an_admin_reads_what_was_done_in_its_organization_newest_first(town: Town):
    block = await build(town)
    await block.notice()
    found = await _read(block.developer)
    assert [entry["act"] for entry in found][:2] == ["noticeIssue", "orderApprove"]
    assert found[0]["actLabel"] == "代打交款通知单"
    assert found[0]["outcome"] == "DONE"
    assert found[0]["actorKind"] == "DEVELOPER"
    assert found[0]["actorId"]
    assert found[0]["detail"] == {"issued": 1, "present": 0}
    assert found[0]["address"] == "127.0.0.1"
    assert found[0]["subjectType"] == "Notice"
    notice = await block.developer.ask(
        "query($id: ID!) { node(id: $id) { __typename } }", id=found[0]["subjectId"]
    )
    assert notice == {"node": {"__typename": "Notice"}}
    node = await block.developer.ask(
        "query($id: ID!) { node(id: $id) { ... on AuditEntry { act } } }", id=found[0]["id"]
    )
    assert node == {"node": {"act": "noticeIssue"}}
    assert [one["act"] for one in await _read(block.developer, act="noticeIssue")] == ["noticeIssue"]


async def test_a_developer_is_told_the_offices_role_and_the_office_its_person(town: Town):
    block = await build(town)
    authority = await town.authority(JIANGMEN)
    (told,) = await _read(block.developer, act="orderAccept")
    assert (told["actorKind"], told["actorName"]) == ("OFFICE", "受理人员")
    hidden = [told[name] for name in ("actorId", "address", "rule", "detail")]
    assert hidden == [None] * 4
    (known,) = await _read(authority, act="orderAccept")
    assert known["id"] == told["id"]
    assert known["actorName"] == "window_clerk先生"
    assert known["detail"]["after"]["status"] == "ACCEPTED"
    assert known["rule"].startswith("order.accept: role:window_clerk")
    # What is not told is not found by asking for it either.
    assert await _read(block.developer, actorId=known["actorId"]) == []
    assert await _read(block.developer, search="window_clerk") == []
    assert await _read(block.developer, search="ACCEPTED") == []
    assert known in await _read(authority, actorId=known["actorId"])
    assert known["id"] in [one["id"] for one in await _read(authority, search="WINDOW_CLERK先生")]


async def test_both_ways_of_answering_say_the_same(town: Town):
    block = await build(town)
    authority = await town.authority(JIANGMEN)
    for reader in (block.developer, authority):
        for chosen in (
            None,
            {"search": "order"},
            {"search": "先生"},
            {"outcome": "DONE", "act": "orderAccept"},
        ):
            given = {"filter": chosen, "first": 50}
            assert await ask_ordinary(town, reader, _READ, **given) == await reader.ask(_READ, **given)


async def test_entries_are_found_by_time_subject_request_and_outcome(town: Town):
    block = await build(town)
    everything = await _read(block.developer)
    one = next(entry for entry in everything if entry["act"] == "orderSubmit")
    by_subject = await _read(block.developer, subjectId=one["subjectId"])
    assert {entry["subjectId"] for entry in by_subject} == {one["subjectId"]}
    assert [entry["id"] for entry in await _read(block.developer, requestId=one["requestId"])] == [one["id"]]
    assert await _read(block.developer, until=one["at"]) == []
    assert await _read(block.developer, since=one["at"]) == everything
    assert await _read(block.developer, outcome="DENIED") == []
    assert await _read(block.developer, search="orderSubmit") == [one]


async def test_a_torn_or_misplaced_id_is_told(town: Town):
    developer = await town.developer(JIANGMEN)
    for given in ({"actorId": "torn"}, {"subjectId": "torn"}, {"search": "长" * 51}):
        answer = await developer.send(_READ, filter=given)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"], given


async def test_nobody_else_reads_any_of_it(town: Town):
    block = await build(town)
    entry = (await _read(block.developer))[0]["id"]
    other = await town.developer(LUZHOU, USCC[LUZHOU], "other")
    mine = {one["id"] for one in await _read(block.developer)}
    assert not mine & {one["id"] for one in await _read(other)}
    clerk, reviewer = await town.clerk(JIANGMEN), await town.reviewer(JIANGMEN)
    far = await town.authority(LUZHOU)
    assert not mine & {one["id"] for one in await _read(far)}
    for caller in (clerk, reviewer, block.bank):
        for query in _QUERIES:
            told = (await caller.ask(query))["auditEntries"]
            assert told in ({"totalCount": 0}, {"edges": []})
    for caller in (clerk, reviewer, block.bank, other, far):
        assert await caller.ask("query($id: ID!) { node(id: $id) { id } }", id=entry) == {"node": None}


async def test_a_sub_user_reads_nothing_whatever_its_business_roles(town: Town):
    block = await build(town)
    roles = ("viewer", "estate_editor", "contract_clerk", "payment_clerk", "reporter")
    user = await town.sub_user(block.developer, roles)
    for query in _QUERIES:
        told = (await user.ask(query))["auditEntries"]
        assert told in ({"totalCount": 0}, {"edges": []})


async def test_the_system_admin_reads_the_city_as_the_authority_does(town: Town):
    await build(town)
    system = await town.office(JIANGMEN, "system_admin", REVIEWER_ID)
    acts = {entry["act"] for entry in await _read(system)}
    assert {"orderSubmit", "orderAccept", "orderApprove"} <= acts
