"""Explains to an operator how a query is answered: its statement, its values, and PostgreSQL's plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import msgspec
from graphql import GraphQLError, OperationType

from api.body import as_request, read_parameters
from api.documents import Documents, Unfit
from api.errors import Code, tell_input
from api.execution import core_of
from api.intake import BadRequest, decode_json
from api.limits import Limits
from db.graph.clauses import Slot
from db.graph.outline import lay_out
from db.policies import role_name
from db.scope import POOLS
from domain.refusal import Refusal, TooCostly
from resolvers.desk import Desk
from resolvers.explanation import explain_plan
from resolvers.graph import Doubtful, Trace
from resolvers.sessions import find_actor
from resolvers.visit import Visit
from schema.collecting import Uncompilable
from schema.compiling import Asked, Compiler, Prepared
from schema.roots import schema
from schema.variables import Given, coerce_variables

_CORE = core_of(schema)
_MOST_SHOWN = 100


class UnexplainableError(ValueError):
    """The question cannot be answered; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query that is to be explained.

    Attributes:
        asked: The operation with its variables, as the compiler takes it.
        compiler: Which it is kept for.
    """

    asked: Asked
    compiler: Compiler

    @classmethod
    def read(cls, text: bytes, variables: bytes = b"{}", operation_name: str | None = None) -> Self:
        """Read a document and the JSON of its variables, as the HTTP face would.

        Raises:
            UnexplainableError: A client would be told that one of them is wrong.
        """
        limits = Limits()
        try:
            documents = Documents(_CORE, limits, introspection=True)
            entry, operation = documents.check(text.decode(), operation_name)
            sent = {"query": "", "variables": decode_json(variables, limits, "variables")}
            given = as_request(read_parameters(sent, limits)).variables
            coerced = Given.of(coerce_variables(_CORE, operation, given))
        except Unfit as unfit:
            raise UnexplainableError(" ".join(map(_place, unfit.errors))) from unfit
        except UnicodeDecodeError as error:
            raise UnexplainableError("The document is not UTF-8.") from error
        except BadRequest as refused:
            raise UnexplainableError(refused.message) from refused
        except (Refusal, GraphQLError) as wrong:
            raise _wrong(wrong) from wrong
        compiler = Compiler(schema, _CORE)
        return cls(Asked(operation, coerced, compiler.keep(entry.document)), compiler)


def _place(error: GraphQLError) -> str:
    """Say what is wrong with a document, and where."""
    where = error.locations[0] if error.locations else None
    return f"Line {where.line}, column {where.column}: {error.message}" if where else error.message


def _wrong(error: Refusal | GraphQLError) -> UnexplainableError:
    """Say what a client would be told."""
    if isinstance(error, Refusal):
        return UnexplainableError(error.message_for("en"))
    return UnexplainableError(str(tell_input(error, Code.BAD_USER_INPUT, "en")["message"]))


async def explain(
    desk: Desk, question: Question, city: int, login_name: str, *, analyze: bool = False
) -> str:
    """Explain how a query is answered to somebody; nothing is written, and nobody's session is used.

    Args:
        desk: What the product holds.
        question: The query.
        city: The city of the account through whose eyes it is read.
        login_name: The account's sign-in name.
        analyze: Run the statement, and tell what it took and what became of its answer.

    Raises:
        UnexplainableError: There is no such account, or an argument of the query is wrong.
    """
    if city not in desk.cities:
        known = ", ".join(map(str, sorted(desk.cities)))
        raise UnexplainableError(f"There is no city {city}: choose {known}.")
    actor = await find_actor(desk, city, login_name)
    if actor is None:
        raise UnexplainableError(f"There is no account {login_name} in {city} that may sign in.")
    visit = Visit(desk, actor, language="en")
    try:
        return "\n".join([*await _explain(visit, question, analyze=analyze), ""])
    except (Refusal, GraphQLError) as wrong:
        raise _wrong(wrong) from wrong
    finally:
        await visit.close()


async def _explain(visit: Visit, question: Question, *, analyze: bool) -> list[str]:
    if question.asked.operation.operation is not OperationType.QUERY:
        return [
            "Not compiled as a whole: it is an act. Rows in its answer are read by statements of their own."
        ]
    try:
        found = await question.compiler.prepare(visit, question.asked)
    except Uncompilable as error:
        return [f"Not compiled: {error} is no row of the graph. graphql-core answers the whole query."]
    plan = await explain_plan(visit, found.plan, found.values, analyze=analyze)
    outcome = await _answer(visit, question) if analyze else []
    return [*_tell_statement(visit, found), "", "PLAN", *plan, *outcome]


async def _answer(visit: Visit, question: Question) -> list[str]:
    """Answer the query as a request would, and tell what became of it."""
    try:
        answer = await question.compiler.answer_alone(visit, question.asked)
    except Doubtful as error:
        return ["", f"The answer is in doubt, so graphql-core answers: {error}."]
    except TooCostly as error:
        return ["", f"The request is refused: {error.message_for('en')}"]
    return ["", f"The answer has {len(answer or b''):,} bytes."]


def _tell_statement(visit: Visit, found: Prepared) -> Iterator[str]:
    actor, statement = visit.signed_in(), found.plan.statement
    size, role = len(statement.guarded), role_name(POOLS[actor.kind])
    yield f"Compiled: one statement of {size:,} characters, run as {role}."
    places = sorted(_places(found.plan.computed))
    if places:
        yield f"Worked out in Python afterwards: {', '.join(places)}."
    yield from ("", "STATEMENT", lay_out(statement.guarded), "", "PARAMETERS")
    keys = [key if found.keys.count(key) == 1 else f"{key} ({n})" for n, key in enumerate(found.keys, 1)]
    names = [_name(slot, keys) for slot in statement.guarded_slots]
    width = max(map(len, names), default=0)
    for number, (name, value) in enumerate(zip(names, found.values, strict=True), 1):
        yield f"${number:<3} {name:<{width}}  {_show(value)}"


def _name(slot: Slot, keys: Sequence[str]) -> str:
    """Say what a parameter stands for, and who brings it."""
    match slot:
        case "site", int(site), "where", place:
            return f"request: {keys[site]}, filter {place}"
        case "site", int(site), *rest:
            return f"request: {keys[site]}, {' '.join(map(str, rest))}"
        case "scope", action, name:
            return f"reader: {name} estates for {action}"
        case "codes", name:
            return f"city: code list {name}"
        case _:
            return f"reader: {' '.join(map(str, slot[1:]))}"


def _show(value: object) -> str:
    """Write a value as JSON, the middle of a long one left out."""
    text = msgspec.json.encode(value, enc_hook=str).decode()
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}… ({len(text):,} characters)"


def _places(trace: Trace, above: str = "") -> Iterator[str]:
    """List the places of a trace as paths."""
    for key, inner in trace.items():
        if inner is None:
            yield f"{above}{key}"
        else:
            yield from _places(inner, f"{above}{key}.")
