"""Sending and fetching workbooks as a spreadsheet's user does."""

from typing import Any

from tests.scenes import Caller

IMPORT = """mutation($i: OrderImportInput!) { orderImport(input: $i) { __typename
  ... on OrderImported { rows remarks dryRun order { id version unitCount buildingCount grossArea due
    lines(first: 100) { totalCount edges { node { no after { ... on UnitContent {
      building roomNo address grossArea completedYm hasLift structure
      owner { name idNumber mobile } } } } } } } }
  ... on Rejected { problemCount correctionUrl problems { code message path row cell column value } } } }"""
EXPORT = """mutation($i: OrderExportInput!) { orderExport(input: $i) { __typename
  ... on FileMade { file { id name mediaType url } } ... on Rejected { problems { code } } } }"""
ORDER = """query($o: ID!) { node(id: $o) { ... on Order { status version unitCount buildingCount grossArea due
  lines(first: 100) { totalCount edges { node { no after { ... on UnitContent { roomNo } } } } } } } }"""
NOBODY = dict.fromkeys(("owner_name", "owner_id_type", "owner_id_number", "owner_mobile", "contract_no"))


async def send(caller: Caller, order: str, data: bytes, name: str = "房屋.xlsx", **more: Any) -> Any:
    """Import a workbook and give the answer."""
    answer = await caller.upload(IMPORT, {"orderId": order, **more}, data, name)
    assert "errors" not in answer, answer
    return answer["data"]["orderImport"]


async def see(caller: Caller, order: str) -> Any:
    """Give an order as it stands."""
    return (await caller.ask(ORDER, o=order))["node"]


async def export(caller: Caller, order: str) -> bytes:
    """Export an order's lines and fetch the workbook."""
    made = (await caller.ask(EXPORT, i={"orderId": order}))["orderExport"]
    assert made["__typename"] == "FileMade", made
    fetched = await caller.fetch(made["file"]["url"])
    assert fetched.status_code == 200
    assert fetched.headers["content-type"] == made["file"]["mediaType"]
    return fetched.content


def told(answer: Any) -> list[tuple[str | None, str]]:
    """Give the cell and code of each problem."""
    assert answer["__typename"] == "Rejected", answer
    return [(problem["cell"], problem["code"]) for problem in answer["problems"]]
