"""Attachments: pictures by their content and size, and who may see them."""

from typing import Any

import pytest

from tests.office import attach, look, open_office, problems
from tests.scenes import JIANGMEN, PNG, USCC, YUNMENG, Caller, Town
from tests.shelf import Shelf

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 100
MIB = 1_048_576
UPLOAD = (
    "mutation($i: FileUploadInput!) { fileUpload(input: $i) { __typename"
    " ... on FileUploaded { file { id name mediaType size } } ... on Rejected { problems { code path } } } }"
)


async def upload(caller: Caller, content: bytes, name: str = "照片.png") -> Any:
    """Upload a file."""
    return (await caller.upload(UPLOAD, {}, content, name))["data"]["fileUpload"]


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PNG, "执照.png", "image/png"),
        (JPEG, "执照.jpg", "image/jpeg"),
        (JPEG, "执照.JPEG", "image/jpeg"),
        (JPEG, "wrongly-named.png", "image/jpeg"),
        (PNG + b"\x00" * (MIB - len(PNG)), "large.png", "image/png"),
    ],
)
async def test_a_picture_is_known_by_its_content(town: Town, content: bytes, name: str, media_type: str):
    visitor = await town.visitor(JIANGMEN)
    taken = await upload(visitor, content, name)
    assert (taken["file"]["name"], taken["file"]["mediaType"], taken["file"]["size"]) == (
        name,
        media_type,
        len(content),
    )


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (PNG + b"\x00" * (MIB + 1 - len(PNG)), "large.png", "ATTACHMENT_SIZE"),
        (b"", "empty.png", "ATTACHMENT_SIZE"),
        ("这不是图片".encode(), "text.png", "ATTACHMENT_TYPE"),
        (b"GIF89a" + b"\x00" * 20, "picture.gif", "ATTACHMENT_TYPE"),
        (b"%PDF-1.7", "scan.pdf", "ATTACHMENT_TYPE"),
        (b"\xff\xd8", "cut.jpg", "ATTACHMENT_TYPE"),
        (b"\x89PNG", "cut.png", "ATTACHMENT_TYPE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "vector.png", "ATTACHMENT_TYPE"),
    ],
)
async def test_anything_else_is_refused_and_not_kept(
    town: Town, shelf: Shelf, content: bytes, name: str, code: str
):
    visitor = await town.visitor(JIANGMEN)
    before = await shelf.standing()
    refused = await upload(visitor, content, name)
    assert refused["problems"] == [{"code": code, "path": "file"}]
    assert await shelf.standing() == before


async def test_a_file_is_kept_as_ciphertext_and_given_back_as_it_came(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    taken = await upload(office.developer, JPEG, "a\u202eb.jpg")
    ((cipher,),) = await shelf.rows("select content_cipher from file where media_type = 'image/jpeg'")
    assert b"JFIF" not in bytes(cipher)
    query = "query($id: ID!) { node(id: $id) { ... on File { url } } }"
    url = (await office.developer.ask(query, id=taken["file"]["id"]))["node"]["url"]
    answer = await office.developer.fetch(url)
    assert (answer.status_code, answer.content) == (200, JPEG)
    other = await town.developer(JIANGMEN, USCC[YUNMENG], "neighbour")
    assert (await other.fetch(url)).status_code == 404


async def test_only_papers_that_the_kind_knows_are_attached(town: Town, shelf: Shelf):
    office = await open_office(town, JIANGMEN)
    order, file = await town.draft(office.developer), await town.upload(office.developer)
    before = await shelf.standing()
    answer = await attach(office.developer, order, file, "LOVE_LETTER")
    assert await office.developer.refused(answer) == ["VALUE_UNKNOWN"]
    assert "PLANNING_PERMIT" in answer["problems"][0]["message"]
    assert await shelf.standing() == before


async def test_the_same_file_attached_again_stands_once_as_what_it_is_said_to_be_now(town: Town):
    office = await open_office(town, JIANGMEN)
    order, file = await town.draft(office.developer), await town.upload(office.developer)
    await attach(office.developer, order, file, "PLANNING_PERMIT")
    again = await attach(office.developer, order, file, "PRESALE_OR_SURVEY")
    assert [one["kind"] for one in again["order"]["attachments"]] == ["PRESALE_OR_SURVEY"]


async def test_a_detached_paper_is_missed_at_submission(town: Town):
    office = await open_office(town, YUNMENG)
    order = await office.prepare()
    (attachment,) = (await look(office.developer, order))["attachments"]
    taken_back = await office.developer.act(
        "orderDetach",
        {"attachmentId": attachment["id"]},
        "... on OrderDone { order { attachments { id } } }",
        "OrderDetachInput",
    )
    assert taken_back["order"]["attachments"] == []
    assert await problems(office.developer, "SUBMIT", order) == ["ATTACHMENT_REQUIRED"]


async def test_a_printed_form_is_no_attachment(town: Town):
    office = await open_office(town, JIANGMEN)
    order = await office.submit()
    printed = await office.developer.act(
        "orderPrint",
        {"orderId": order, "form": "APPLICATION"},
        "... on FileMade { file { id } }",
        "OrderPrintInput",
    )
    other = await town.draft(office.developer, "别处")
    answer = await attach(office.developer, other, printed["file"]["id"], "PLANNING_PERMIT")
    assert await office.developer.refused(answer) == ["ATTACHMENT_TYPE"]
