"""The part of the play about papers of a year: statements of an account and an estate, the publication."""

from api.demo.play_street import Street
from api.demo.stage import FILE
from reports.workbook.typing_in import rows_of

_YEAR = """query($id: ID!, $year: Int!) { estateYear(estateId: $id, year: $year) { ... on EstateYear {
  agrees figures { closing } buildings { name figures { closing } } } } }"""
_ACCOUNT = "query($id: ID!) { node(id: $id) { ... on Unit { account { id } } } }"


async def tell_year(street: Street) -> None:
    """Make the statements and what is put up for owners, as pages and as workbooks."""
    stage, teller, developer = street.stage, street.stage.teller, street.crew.developer
    unit = (await street.units())["1栋 102"]["id"]
    account = (await developer.ask(_ACCOUNT, id=unit))["node"]["account"]["id"]
    year, about = stage.today().year, {"estateId": street.id}
    kept = list[str]()
    for name, given, form in (
        ("accountStatementPrint", {"unitAccountId": account}, "PDF"),
        ("estateStatementPrint", about, "PDF"),
        ("estateStatementPrint", about, "XLSX"),
        ("publicationPrint", about, "PDF"),
    ):
        kind = f"{name[0].upper()}{name[1:]}Input"
        made = await developer.act(name, kind, {**given, "year": year, "format": form}, FILE)
        paper = name.removesuffix("Print").replace("Statement", "-statement")
        content = await developer.fetch(made["file"]["url"])
        kept.append(teller.keep(f"{paper}.{form.lower()}", content))
        if form == "XLSX":
            closing = _closing(content)
            teller.compare("closing of the estate's statement", closing, stage.amounts.deposits.closing)
    found = (await developer.ask(_YEAR, id=street.id, year=year))["estateYear"]
    buildings = [f"{one['name']} {one['figures']['closing']}" for one in found["buildings"]]
    told = (found["figures"]["closing"], found["agrees"])
    teller.compare("closing of the estate's year in the graph", told, (stage.amounts.deposits.closing, True))
    teller.tell(
        f"Make the papers of {year}, and read the year",
        f"{', '.join(kept)}; {', '.join(buildings)}, {told[0]} yuan in all",
    )


def _closing(book: bytes) -> str:
    """Read the last amount of the last row that has one: what the estate holds at the end."""
    rows = [[value for value in row if isinstance(value, int | float)] for row in rows_of(book)]
    return f"{[row for row in rows if row][-1][-1]:.2f}"
