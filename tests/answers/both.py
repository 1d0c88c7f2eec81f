"""Runs one operation by the ordinary executor or by the compiler, as somebody of the fixed world."""

import json
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from api.answers import Caller
from api.body import BadRequest, GraphQLRequest
from api.documents import Documents, Entry, Unfit
from api.execution import Way, core_of, run_operation
from api.intake import decode_json
from api.limits import Limits
from api.negotiation import JSON
from api.operations import say_no
from domain.actor import Actor
from domain.refusal import TooCostly
from resolvers.keys import authenticate_key
from resolvers.sessions import authenticate
from resolvers.visit import Visit
from schema.roots import schema
from tests.answers.world.people import PEOPLE
from tests.answers.world.settle import World

FALLBACKS = "fallbacks"
"""The name under which the product counts operations that it did not compile, by `reason`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as a client sends it."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])
    operation: str | None = None

    @property
    def sent(self) -> object:
        """The variables after their way through JSON.

        Raises:
            BadRequest: They cannot be taken.
        """
        return decode_json(json.dumps(self.variables).encode(), Limits(), "body")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an operation.

    Attributes:
        body: The whole answer as JSON.
        compiled: Whether the compiler gave it, or a part of it.
        fallback: Why the compiler left it to the ordinary executor, if it says so.
    """

    body: bytes
    compiled: bool = False
    fallback: str | None = None


class Refused(Exception):  # noqa: N818 - an outcome
    """The document was refused before anything ran, so that both ways are one."""


class Both:
    """Both ways to the same answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._documents = Documents(core_of(schema), Limits(), introspection=True)
        self._actors: dict[str, Actor | None] = {}

    def check(self, asked: Asked) -> Entry:
        """Give the checked document.

        Raises:
            Refused: It does not pass; the text says why.
        """
        try:
            entry, _ = self._documents.check(asked.query, asked.operation)
            _ = asked.sent
        except Unfit as unfit:
            raise Refused(unfit.code) from None
        except TooCostly as costly:
            raise Refused(f"{costly.code} {costly.params['limit']}") from None
        except BadRequest as bad:
            raise Refused(bad.code) from None
        return entry

    async def answer(self, asked: Asked, person: str, way: Way) -> Answer:
        """Run an operation as somebody.

        Raises:
            Refused: The document does not pass.
        """
        entry = self.check(asked)
        variables = cast("dict[str, object]", asked.sent)
        request = GraphQLRequest(asked.query, asked.operation, variables, {})
        visit = Visit(self._world.desk, await self._actor(person), request_id="answers")
        before = self._fallbacks()
        try:
            result = await run_operation(schema, entry, request, visit, hide_suggestions=False, way=way)
        except TooCostly as costly:
            return Answer(bytes(say_no(costly, Caller(JSON, "zh", "answers")).body))
        except Exception:  # noqa: BLE001 - that anything is raised at all is a difference to be told
            return Answer(_raised(traceback.format_exc(limit=-3)))
        finally:
            # As the face does: the answer is decided by then.
            with suppress(Exception):
                await visit.close()
        body = Caller(JSON, "zh", "answers").tell_result(result, None).body
        reasons = [reason for reason, number in self._fallbacks().items() if number > before.get(reason, 0)]
        return Answer(bytes(body), _is_compiled(result), " ".join(reasons) or None)

    async def _actor(self, person: str) -> Actor | None:
        """Sign somebody in, once for all."""
        if person not in self._actors:
            known, desk = PEOPLE.get(person), self._world.desk
            find = authenticate_key if known and known.bank else authenticate
            self._actors[person] = await find(desk, known.secret, desk.clock()) if known else None
            assert (self._actors[person] is None) == (known is None)
        return self._actors[person]

    def _fallbacks(self) -> dict[str, int]:
        return {
            dict(count.labels).get("reason", ""): count.number
            for count in self._world.desk.tally
            if count.name == FALLBACKS
        }


def _raised(bug: str) -> bytes:
    """Write what nobody may ever be answered: the exception itself."""
    return json.dumps({"errors": [{"message": bug, "extensions": {"code": "RAISED"}}]}).encode()


def _is_compiled(result: Any) -> bool:
    """Tell whether the compiler had a part in it: it gives JSON text, the ordinary executor values."""
    return isinstance(result, bytes) or _has_text(result.data)


def _has_text(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_text, cast("dict[str, Any]", value).values()))
    if isinstance(value, list):
        return any(map(_has_text, cast("list[Any]", value)))
    return isinstance(value, msgspec.Raw)
