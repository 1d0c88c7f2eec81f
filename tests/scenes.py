"""Worlds built with verbs: a town whose developers, clerks and banks act over HTTP as users do."""

import base64
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from api.app import Face, make_app
from domain.switch import Route
from resolvers.accounts import OfficeAccount, make_bank_account, make_office_account
from resolvers.desk import Desk
from schema.ids import write_id
from tests.members import PASSWORD, write_member
from tests.worlds import Path, Worlds, beginning

# httpx looks for sniffio at every request over ASGI; searching the whole path in vain costs a millisecond.
sys.modules.setdefault("sniffio", None)  # pyright: ignore[reportArgumentType] - None is how one says no

LUZHOU, JIANGMEN, YUNMENG = 510500, 440700, 990100
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
USCC = {LUZHOU: "91510500MA6200T12B", JIANGMEN: "91440703MA4W7K2P3E", YUNMENG: "914407007321002770"}
CLERK_ID, REVIEWER_ID, ADMIN_ID = "510502198503150120", "51050219850315018X", "440705200402290126"

ORDER = "order { id orderNo status version unitCount buildingCount grossArea due stepsOpen estate { id } }"
REFUSED = (
    "... on Rejected { problemCount correctionUrl problems { code message path row cell column value } }"
)


@dataclass
class Caller:
    """Somebody who sends requests, with a token or key of their own."""

    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict[str, str])

    async def ask(self, query: str, **variables: Any) -> Any:
        """Send an operation and give its data; an error fails the test."""
        answer = await self.send(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def send(self, query: str, **variables: Any) -> Any:
        """Send an operation and give the whole answer."""
        response = await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=self.headers
        )
        return response.json()

    async def act(self, name: str, given: dict[str, Any], read: str, kind: str) -> Any:
        """Send one mutation and give its answer."""
        query = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ __typename {read} {REFUSED} }} }}"
        return (await self.ask(query, i=given))[name]

    async def upload(self, query: str, given: dict[str, Any], content: bytes, name: str) -> Any:
        """Send a mutation with one file as `input.file`."""
        operations = {"query": query, "variables": {"i": {**given, "file": None}}}
        response = await self.http.post(
            "/graphql",
            data={"operations": json.dumps(operations), "map": '{"0": ["variables.i.file"]}'},
            files={"0": (name, content)},
            headers={**self.headers, "X-Weixiu-Request": "1"},
        )
        return response.json()

    async def fetch(self, url: str) -> httpx.Response:
        """Fetch a file."""
        return await self.http.get(url, headers=self.headers)

    async def refused(self, answer: Any) -> list[str]:
        """Give the codes of a refusal."""
        assert answer["__typename"] == "Rejected", answer
        return [problem["code"] for problem in answer["problems"]]


@dataclass
class Developer(Caller):
    """A developer enterprise's admin."""

    city: int = 0
    login_name: str = ""

    async def step(self, step: str, order: str, **more: Any) -> Any:
        """Take a step of an order."""
        return await take(self, step, order, **more)


async def take(caller: Caller, step: str, order: str, **more: Any) -> Any:
    """Take a step of an order as anybody."""
    kind = {"orderAccept": "OrderAcceptInput", "orderReturn": "OrderReturnInput"}.get(step, "OrderStepInput")
    return await caller.act(step, {"orderId": order, **more}, f"... on OrderDone {{ {ORDER} dryRun }}", kind)


@dataclass
class SubUser(Developer):
    """Another user of a developer enterprise, with roles and estates of its own."""

    id: str = ""


class Town:
    """The product running over a desk, and the people who use it."""

    def __init__(self, desk: Desk, address: str = "127.0.0.1", worlds: Worlds | None = None) -> None:
        self.desk = desk
        self.worlds, self.path = worlds, Path()
        app = make_app(desk, Face(introspection=True, worker=False))
        transport = httpx.ASGITransport(app, client=(address, 1))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://town")
        self.stranger = Caller(self.http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def sign_in(self, city: int, name: str, password: str = PASSWORD) -> dict[str, str]:
        """Sign in and give the headers of the session."""
        done = await self.stranger.act(
            "signIn",
            {"city": city, "name": name, "password": password},
            "... on SignedInDone { token }",
            "SignInInput",
        )
        assert done["__typename"] == "SignedInDone", done
        return {"Authorization": f"Bearer {done['token']}"}

    async def office(self, city: int, role: str, id_number: str, name: str = "") -> Caller:
        """Give a person of the fund office, signed in."""
        login = name or f"{role}-{id_number[-4:]}"
        account = OfficeAccount(city, role, login, PASSWORD, f"{role}先生", id_number)
        problem = await make_office_account(self.desk, account)
        assert problem is None, problem
        return Caller(self.http, await self.sign_in(city, login))

    async def clerk(self, city: int) -> Caller:
        """Give a window clerk."""
        return await self.office(city, "window_clerk", CLERK_ID)

    async def reviewer(self, city: int) -> Caller:
        """Give a reviewer."""
        return await self.office(city, "reviewer", REVIEWER_ID)

    async def authority(self, city: int) -> Caller:
        """Give the authority's admin."""
        return await self.office(city, "authority_admin", ADMIN_ID)

    async def bank(self, city: int, code: str = "") -> Caller:
        """Give a bank's machine."""
        known = code or self.desk.cities[city].banks[0].code
        return Caller(self.http, {"X-Weixiu-Key": await make_bank_account(self.desk, city, known)})

    async def visitor(self, city: int) -> Caller:
        """Give a stranger with a registration token."""
        opened = await self.stranger.act(
            "registrationOpen", {"city": city}, "... on SignedInDone { token }", "RegistrationOpenInput"
        )
        return Caller(self.http, {"Authorization": f"Bearer {opened['token']}"})

    async def upload(self, caller: Caller, content: bytes = PNG, name: str = "照片.png") -> str:
        """Upload an attachment and give its id."""
        answer = await caller.upload(
            "mutation($i: FileUploadInput!) { fileUpload(input: $i) {"
            " __typename ... on FileUploaded { file { id } } ... on Rejected { problems { code } } } }",
            {},
            content,
            name,
        )
        return answer["data"]["fileUpload"]["file"]["id"]

    async def register(
        self, city: int, uscc: str = "", login: str = "admin", **more: Any
    ) -> tuple[Caller, Any]:
        """Hand a registration in; the visitor and the answer."""
        visitor = await self.visitor(city)
        needed = self.desk.cities[city].required_attachments("ORGANIZATION_REGISTRATION")
        papers = [{"kind": kind, "fileId": await self.upload(visitor)} for kind in needed]
        form: dict[str, Any] = {
            "name": "示范置业有限公司",
            "uscc": uscc or USCC[city],
            "legalRepresentative": "喆䶮",
            "legalRepIdNumber": "510502198503150120",
            "contactName": "王小明",
            "contactMobile": "13800138000",
            "registeredAddress": "滨江路一段1号",
            "loginName": login,
            "password": PASSWORD,
            "agreementAccepted": True,
            "papers": papers,
        }
        done = await visitor.act(
            "organizationRegister",
            {**form, **more},
            f"... on OrderDone {{ {ORDER} }}",
            "OrganizationRegisterInput",
        )
        return visitor, done

    @beginning
    async def developer(self, city: int, uscc: str = "", login: str = "admin") -> Developer:
        """Give an admitted developer's admin, signed in."""
        _, done = await self.register(city, uscc, login)
        assert done["__typename"] == "OrderDone", done
        order = done["order"]
        if order["status"] != "COMPLETED":
            clerk = await self.office(city, "window_clerk", CLERK_ID, f"clerk-for-{login}")
            reviewer = await self.office(city, "reviewer", REVIEWER_ID, f"reviewer-for-{login}")
            await take(clerk, "orderAccept", order["id"])
            done = await take(reviewer, "orderApprove", order["id"])
            assert done["order"]["status"] == "COMPLETED", done
        return Developer(self.http, await self.sign_in(city, login), city, login)

    async def sub_user(
        self,
        developer: Developer,
        roles: Sequence[str] = ("viewer",),
        estates: Sequence[str] | None = None,
        login: str = "",
    ) -> SubUser:
        """Give another user of a developer's organization, signed in.

        Args:
            developer: Whose organization it belongs to.
            roles: Names of its built-in roles.
            estates: Global ids of the estates that it is granted, for every kind; None = every estate.
            login: Its sign-in name.
        """
        name = login or f"{developer.login_name}-{'-'.join(roles) or 'nobody'}"
        member = await write_member(self.desk, developer.city, developer.login_name, name, roles, estates)
        headers = await self.sign_in(developer.city, name)
        return SubUser(self.http, headers, developer.city, name, write_id("User", developer.city, member))

    @beginning
    async def set_rates(self, city: int) -> None:
        """Enter sample rates: lift 70, no lift 40, parking 30 yuan."""
        admin = await self.office(city, "authority_admin", ADMIN_ID, "rates")
        for category, lift, rate in (
            ("RESIDENTIAL", True, "70.00"),
            ("RESIDENTIAL", False, "40.00"),
            ("PARKING", None, "30.00"),
        ):
            done = await admin.act(
                "depositRateSet",
                {
                    "category": category,
                    "hasLift": lift,
                    "rate": rate,
                    "validFrom": "2010-01-01",
                    "source": "样例",
                    "idempotencyKey": f"{category}{lift}",
                },
                "... on DepositRateDone { rate { id } }",
                "DepositRateSetInput",
            )
            assert done["__typename"] == "DepositRateDone", done

    async def draft(self, developer: Developer, name: str = "江畔花园", **more: Any) -> str:
        """Open a draft of an estate collection and give its id."""
        city = self.desk.cities[developer.city]
        content = {
            "name": name,
            "address": f"{name}路1号",
            "district": city.codes.district[0].code,
            "bank": city.banks[0].code,
            "handler": {"name": "王小明", "mobile": "13800138000"},
            **more,
        }
        done = await developer.act(
            "orderDraft",
            {"content": {"estateCollection": content}},
            f"... on OrderDone {{ {ORDER} }}",
            "OrderDraftInput",
        )
        assert done["__typename"] == "OrderDone", done
        return done["order"]["id"]

    async def put(self, developer: Developer, order: str, lines: list[dict[str, Any]], **more: Any) -> Any:
        """Type units into a draft."""
        return await developer.act(
            "orderLinesPut",
            {"orderId": order, "lines": lines, **more},
            f"... on OrderDone {{ {ORDER} }}",
            "OrderLinesPutInput",
        )

    @beginning
    async def collect(
        self, developer: Developer, lines: list[dict[str, Any]] | None = None, **more: Any
    ) -> Any:
        """Collect an estate to the end and give the completed order."""
        order = await self.draft(developer, **more)
        put = await self.put(developer, order, lines or units())
        assert put["__typename"] == "OrderDone", put
        await self.hand_in(developer, order)
        submitted = await take(developer, "orderSubmit", order)
        assert submitted["__typename"] == "OrderDone", submitted
        clerk = await self.office(developer.city, "window_clerk", CLERK_ID, f"clerk-{order[-9:-3]}")
        reviewer = await self.office(developer.city, "reviewer", REVIEWER_ID, f"reviewer-{order[-9:-3]}")
        accepted = await take(clerk, "orderAccept", order, registrationPapersReceived=True)
        assert accepted["__typename"] == "OrderDone", accepted
        done = await take(reviewer, "orderApprove", order)
        assert done["__typename"] == "OrderDone", done
        return done["order"]

    async def hand_in(self, developer: Developer, order: str) -> None:
        """Attach the documents that an estate collection typed by hand needs in the city."""
        for kind in self.desk.cities[developer.city].required_attachments(
            "ESTATE_COLLECTION", Route.TEMPLATE
        ):
            given = {"orderId": order, "kind": kind, "fileId": await self.upload(developer)}
            done = await developer.act(
                "orderAttach", given, "... on OrderDone { order { id } }", "OrderAttachInput"
            )
            assert done["__typename"] == "OrderDone", done

    def at(self, address: str) -> "Town":
        """Give the same town to people who come from another network address."""
        return Town(self.desk, address)


def unit(room: str = "301", area: str = "88.35", **more: Any) -> dict[str, Any]:
    """Give a unit as typed by hand."""
    return {
        "building": "1栋",
        "section": "1单元",
        "floor": room[:-2],
        "roomNo": room,
        "address": f"滨江路一段1号1栋1单元{room}",
        "usage": "住宅",
        "grossArea": area,
        "hasLift": "有",
        **more,
    }


def units() -> list[dict[str, Any]]:
    """Give the three units of domain.md's examples: with lift, parking, and an area with four decimals."""
    parking = unit(
        "101", "12.50", usage="车位", floor="-1", building="地下室", section="", address="地下车位101"
    )
    return [unit(), parking, unit("302", "33.3335")]
