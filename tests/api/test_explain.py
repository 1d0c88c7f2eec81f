"""An operator is shown how a query is answered: the very statement, its values, and PostgreSQL's plan."""

import asyncio
import io
import re
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.__main__ import cli
from api.explanation import Question, UnexplainableError, explain
from db.base import Pool
from db.engine import Addresses
from db.graph.outline import lay_out
from db.graph.statement import Statement
from db.sealing import Keys
from domain.refusal import TooCostly
from resolvers.explanation import explain_plan
from resolvers.graph import Plan
from resolvers.visit import Visit
from tests.api.test_docs import CHECKOUT
from tests.db.roles import actor, change, database_of, give_deputy
from tests.house.rooms import FLOORS, short, sources
from tests.neighbours import Neighbours
from tests.scenes import JIANGMEN, LUZHOU, Developer, Town
from tests.statements import Statements

QUERY = "query Some($first: Int) { estates(first: $first) { edges { node { name buildings { name } } } } }"
_BLOCK = r"```{}\n(.*?)```"


@pytest.fixture
async def developer(town: Town) -> Developer:
    """Give a developer of Jiangmen with an estate."""
    developer = await town.developer(JIANGMEN)
    await town.collect(developer)
    return developer


async def told(town: Town, query: str, variables: bytes = b"{}", *, analyze: bool = False) -> str:
    """Explain a query to the developer of Jiangmen."""
    return await explain(
        town.desk, Question.read(query.encode(), variables), JIANGMEN, "admin", analyze=analyze
    )


def part(found: str, name: str) -> str:
    """Give what stands under a heading."""
    _, _, below = found.partition(f"\n{name}\n")
    return below.partition("\n\n")[0]


async def test_the_statement_is_the_one_that_answers_a_request(town: Town, developer: Developer):
    with Statements(town.desk) as statements:
        await developer.ask(QUERY, first=2)
    (run,) = statements.compiled
    shown = part(await told(town, QUERY, b'{"first": 2}'), "STATEMENT")
    # Only a request has a session, which its guard looks for.
    answer = "select convert_to("
    assert shown[shown.index(answer) :] == lay_out(run)[lay_out(run).index(answer) :]
    assert shown.startswith(
        "with context as materialized (\n  select set_config('app.city', city::text, true)"
    )


async def test_every_parameter_has_its_number_its_meaning_and_its_value(town: Town, developer: Developer):
    found = await told(town, QUERY, b'{"first": 2}')
    numbers = {int(number) for number in re.findall(r"\$(\d+)", part(found, "STATEMENT"))}
    lines = [line.split(maxsplit=1) for line in part(found, "PARAMETERS").splitlines()]
    assert [int(line[0][1:]) for line in lines] == sorted(numbers) == list(range(1, len(numbers) + 1))
    meanings = dict(re.split(r"\s{2,}", line[1]) for line in lines)
    assert meanings["reader: city"] == str(JIANGMEN)
    assert meanings["request: estates, size"] == "2"
    assert meanings["reader: now"] == f'"{town.desk.clock().isoformat()}"'


async def test_filters_cursors_and_code_lists_are_named(town: Town, developer: Developer):
    page = await developer.ask("{ units(first: 1) { pageInfo { endCursor } } }")
    query = """query($after: String) { homes: units(first: 2, after: $after, filter: { floor: 3 }) {
      edges { node { usageLabel } } } }"""
    found = await told(town, query, f'{{"after": "{page["units"]["pageInfo"]["endCursor"]}"}}'.encode())
    names = re.findall(r"^\$\d+ +(\w+: .+?)  ", part(found, "PARAMETERS"), re.MULTILINE)
    assert {"request: homes, after 0", "request: homes, filter 0", "city: code list usage"} <= set(names)
    assert re.search(r"^\$\d+ +city: code list usage .*… \(\d+ characters\)$", found, re.MULTILINE)


async def test_two_lists_of_one_name_are_told_apart(town: Town, developer: Developer):
    query = "{ orders(first: 1) { edges { node { lines(first: 3) { edges { node { no } } } } } } }"
    found = part(await told(town, query), "PARAMETERS")
    assert "request: orders, size" in found
    assert "request: lines, size" in found
    twice = "{ estates(first: 2) { edges { node { units(first: 3) { totalCount } } } } units { totalCount } }"
    assert "request: units (2), filter 0" in (again := part(await told(town, twice), "PARAMETERS"))
    assert "request: units (3), filter 0" in again


async def test_the_plan_is_made_under_row_level_security_and_runs_nothing(town: Town, developer: Developer):
    found = await told(town, QUERY)
    assert found.startswith("Compiled: one statement of ")
    assert ", run as weixiu_developer.\n" in found
    plan = part(found, "PLAN")
    assert plan.startswith("CTE Scan on context  (cost=")
    # The policies' own conditions, which the statement's text does not have.
    assert "One-Time Filter" in plan
    assert "actual" not in found
    assert "bytes" not in found


async def test_with_analyze_the_statement_is_run_and_its_answer_weighed(town: Town, developer: Developer):
    found = await told(town, QUERY, analyze=True)
    assert re.search(r"^CTE Scan on context .*\(actual rows=1\.00 loops=1\)$", found, re.MULTILINE)
    assert "Buffers: shared hit=" in found
    assert "Execution Time: " in found
    answer = await developer.http.post("/graphql", json={"query": QUERY}, headers=developer.headers)
    data = answer.content.removeprefix(b'{"data":').removesuffix(b"}")
    assert found.endswith(f"\n\nThe answer has {len(data)} bytes.\n")


async def test_a_statement_is_run_where_nothing_can_be_written(town: Town, developer: Developer):
    writing = Plan(Statement("", (), "update unit set remark = remark", ()), {}, {})
    visit = Visit(town.desk, await actor(town, developer))
    with pytest.raises(DBAPIError, match="cannot execute UPDATE in a read-only transaction"):
        await explain_plan(visit, writing, [], analyze=True)


async def test_a_statement_that_is_given_up_is_told_in_a_sentence(
    town: Town, developer: Developer, server: Addresses
):
    endless = Plan(Statement("", (), "select pg_sleep(30)", ()), {}, {})
    visit = Visit(town.desk, await actor(town, developer))
    explaining = asyncio.create_task(explain_plan(visit, endless, [], analyze=True))
    cancel = "select pg_cancel_backend(pid) from pg_stat_activity where query like 'explain%pg_sleep(30)'"
    while not explaining.done():
        await change(town, server, cancel)
    with pytest.raises(TooCostly) as refused:
        await explaining
    assert refused.value.message_for("en").startswith("The request is too large: at most 60 seconds of work.")


def test_nobody_but_this_command_finds_an_account_without_its_password():
    users = {short(path) for path in sources(*FLOORS) if "find_actor" in path.read_text(encoding="utf-8")}
    assert users == {"resolvers/sessions.py", "api/explanation.py"}


async def test_what_python_adds_is_named_by_its_place(town: Town, developer: Developer):
    found = await told(town, "{ organizations { edges { node { contactMobile } } } }")
    assert "\nWorked out in Python afterwards: organizations.edges.node.contactMobile.\n" in found


@pytest.mark.parametrize("query", ["{ cities { code } estates { totalCount } }", "{ me { name } }"])
async def test_what_is_no_row_is_named_as_the_reason_of_the_fallback(
    town: Town, developer: Developer, query: str
):
    field = "Query.cities" if "cities" in query else "Query.me"
    assert await told(town, query) == (
        f"Not compiled: {field} is no row of the graph. graphql-core answers the whole query.\n"
    )


async def test_an_act_is_not_run(town: Town, developer: Developer):
    act = "mutation { signOut { __typename } }"
    assert (await told(town, act, analyze=True)).startswith("Not compiled as a whole: it is an act.")
    await developer.ask("{ estates { totalCount } }")


async def test_an_answer_in_doubt_is_told(town: Town, developer: Developer, server: Addresses):
    await change(town, server, "update business_order set created_at = '1900-12-31'")
    found = await told(town, "{ orders { edges { node { createdAt } } } }", analyze=True)
    doubt = "a required value is missing, or a list is too long"
    assert found.endswith(f"\n\nThe answer is in doubt, so graphql-core answers: {doubt}.\n")


@pytest.mark.parametrize(
    ("document", "variables", "operation", "sentence"),
    [
        (b"{ estates", b"{}", None, "Line 1, column 10: Syntax Error: Expected Name, found <EOF>."),
        (b"\xff", b"{}", None, "The document is not UTF-8."),
        (b"{ nothing }", b"{}", None, "Line 1, column 3: Cannot query field 'nothing' on type 'Query'."),
        (b"query A { me { name } } query B { me { name } }", b"{}", None, "The document must have one"),
        (b"query A { me { name } }", b"{}", "B", "The document must have one operation"),
        (b"subscription { x }", b"{}", None, "A subscription cannot be answered"),
        (QUERY.encode(), b"[1]", None, "The parameter variables must be an object."),
        (QUERY.encode(), b"{", None, "The variables is not valid JSON in UTF-8."),
        (QUERY.encode(), b'{"first": "x"}', None, "Variable '$first' has invalid value"),
        (b"{" + b" me { name }" * 600 + b"}", b"{}", None, "The request is too large: at most 2000 tokens."),
    ],
)
def test_a_wrong_question_is_answered_by_a_sentence(
    document: bytes, variables: bytes, operation: str | None, sentence: str
):
    with pytest.raises(UnexplainableError, match=f"^{re.escape(sentence)}"):
        Question.read(document, variables, operation)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ('{ estates(after: "x") { totalCount } }', "The value of after cannot be used"),
        ("{ estates(first: 1000) { totalCount } }", "The request is too large: at most 100 rows."),
        ('{ node(id: "x") { id } }', "The value of ids cannot be used"),
    ],
)
async def test_an_argument_that_a_client_would_be_refused_is_a_wrong_question(
    neighbours: Neighbours, query: str, sentence: str
):
    with pytest.raises(UnexplainableError, match=sentence):
        await explain(neighbours.town.desk, Question.read(query.encode()), LUZHOU, "first")


@pytest.mark.parametrize(
    ("city", "login", "sentence"),
    [
        (1, "first", "There is no city 1: choose 440700, 510500, 990100."),
        (LUZHOU, "nobody", "There is no account nobody in 510500 that may sign in."),
        (LUZHOU, "x" * 500, "There is no account x+ in 510500"),
    ],
)
async def test_a_reader_who_is_not_there_is_told_of(
    neighbours: Neighbours, city: int, login: str, sentence: str
):
    with pytest.raises(UnexplainableError, match=f"^{sentence}"):
        await explain(neighbours.town.desk, Question.read(QUERY.encode()), city, login)


async def test_an_account_that_may_not_act_is_nobody(town: Town, developer: Developer):
    await give_deputy(town, developer)
    async with town.desk.databases.engine(Pool.GATE).begin() as connection:
        await connection.execute(text("update principal set status = 'DEACTIVATED' where name <> '副手'"))
    with pytest.raises(UnexplainableError, match=r"^There is no account admin in 440700"):
        await told(town, QUERY)


async def test_the_page_shows_the_statement_that_the_product_writes(town: Town, developer: Developer):
    page = (CHECKOUT / "docs" / "reading.md").read_text(encoding="utf-8")
    query, shown = (re.search(_BLOCK.format(kind), page, re.DOTALL) for kind in ("graphql", "sql"))
    assert query
    assert shown
    found = await told(town, query[1])
    assert shown[1].strip() == part(found, "STATEMENT"), "write it anew: make explain"
    listed = re.search(_BLOCK.format("text"), page, re.DOTALL)
    assert listed
    names = re.compile(r"^(\$\d+ +\w+: .+?)  ", re.MULTILINE)
    assert names.findall(listed[1]) == names.findall(part(found, "PARAMETERS"))


def command(*words: str) -> object:
    """Run the command line and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        cli(words)
    return ended.value.code


@pytest.fixture
def installation(
    town: Town, developer: Developer, server: Addresses, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the command line work on the town's database."""
    owner = database_of(town, server).owner_url
    monkeypatch.setenv("DATABASE_OWNER_URL", owner)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://weixiu:{server.pool_password}@/unused")


def test_the_command_prints_what_an_operator_wants_to_see(
    installation: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    document, variables = tmp_path / "query.graphql", tmp_path / "variables.json"
    document.write_text(QUERY, encoding="utf-8")
    variables.write_text('{"first": 1}', encoding="utf-8")
    who = ("--city", str(JIANGMEN), "--login", "admin")
    assert command("explain", str(document), *who, "--variables", str(variables), "--analyze") in (None, 0)
    told, complaint = capsys.readouterr()
    assert told.startswith("Compiled: one statement of ")
    assert "\nPLAN\nCTE Scan on context" in told
    assert complaint == ""


def test_the_command_reads_its_document_from_standard_input(
    installation: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{ cities { code } }")))
    assert command("explain", "--city", str(JIANGMEN), "--login", "admin") in (None, 0)
    assert capsys.readouterr().out.startswith("Not compiled: Query.cities is no row of the graph.")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["nowhere.graphql", "--city", "440700", "--login", "a"],
            "nowhere.graphql cannot be read: No such file",
        ),
        (
            ["{file}", "--city", "440700", "--login", "a", "--variables", "{file}"],
            "The variables is not valid",
        ),
        (["{file}", "--city", "440700", "--login", "a", "--operation", "B"], "The document must have one"),
        (["{file}", "--city", "x", "--login", "a"], "Invalid value for --city"),
        (["{file}", "--login", "a"], "requires an argument"),
    ],
)
def test_a_wrong_word_ends_the_command_with_a_sentence_and_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
):
    file = tmp_path / "query.graphql"
    file.write_text("query A { me { name } }", encoding="utf-8")
    assert command("explain", *(word.replace("{file}", str(file)) for word in words)) == 2
    told, complaint = capsys.readouterr()
    assert told == ""
    assert sentence in complaint


def test_an_account_that_is_not_there_ends_the_command_with_code_2(
    installation: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "query.graphql"
    file.write_text(QUERY, encoding="utf-8")
    assert command("explain", str(file), "--city", str(JIANGMEN), "--login", "nobody") == 2
    told, complaint = capsys.readouterr()
    assert (told, complaint) == ("", "There is no account nobody in 440700 that may sign in.\n")
