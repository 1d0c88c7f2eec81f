"""What whoever starts the product reads first: where it is, who can sign in, and what to try."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A sign-in of the demo world, or a bank's key."""

    city: int
    role: str
    name: str
    secret: str


FIRST_QUERY = """\
{
  me { name roles city { name } }
  estates(first: 3) {
    totalCount
    edges { node { name buildings { name grid { section floors { floor units { roomNo } } } } } }
  }
}
"""

OTHERS_DATA = (
    "The demo world was not loaded: this database has accounts of its own. "
    "Set WEIXIU_DEMO=false to serve it without GraphiQL and introspection."
)


def sign_in_mutation(login: DemoLogin) -> str:
    """Write the operation by which somebody signs in."""
    given = f'city: {login.city}, name: "{login.name}", password: "{login.secret}"'
    done = "... on SignedInDone { token } ... on Rejected { problems { code message } }"
    return f"mutation {{ signIn(input: {{{given}}}) {{ {done} }} }}"


def address_of(host: str, port: int) -> str:
    """Give where a server on this machine can be visited, for where it listens."""
    shown = f"[{host}]" if ":" in host else host
    shown = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(shown, shown)  # noqa: S104 - where one can go, for where it listens
    return f"http://{shown}:{port}"


def write_welcome(
    product: str, logins: Iterable[DemoLogin], *, page: bool, simulated: str | None = None
) -> Iterator[str]:
    """Write the lines of the welcome.

    Args:
        product: Where the product can be visited.
        logins: Who can sign in to the demo world.
        page: Whether GraphiQL is served.
        simulated: Where the simulated city is that the demo world is connected to.
    """
    yield f"Weixiu (维修) is up: {product}/graphql"
    if page:
        yield f"GraphiQL, to try queries in the browser: {product}/graphiql"
    if simulated is not None:
        yield f"Simulated transaction systems and banks, with faults to inject: {simulated}/"
    people = list(logins)
    if not people:
        return
    yield ""
    yield "Demo sign-ins (made-up people and amounts; a bank's key goes into the header X-Weixiu-Key):"
    yield f"  {'city':8}{'role':18}{'name':18}password or key"
    for login in people:
        yield f"  {login.city:<8}{login.role:18}{login.name:18}{login.secret}"
    yield ""
    yield "Sign in, then send the token as the header Authorization: Bearer <token>:"
    yield f"  {sign_in_mutation(people[0])}"
    yield "A query to paste:"
    yield from (f"  {line}" for line in FIRST_QUERY.splitlines())
