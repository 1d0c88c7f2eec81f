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
    edges { node { name buildings { name grid { section floors { floor cells { roomNo } } } } } }
  }
}
"""


def write_welcome(host: str, port: int, logins: Iterable[DemoLogin]) -> Iterator[str]:
    """Write the lines of the welcome."""
    shown = f"[{host}]" if ":" in host else host
    yield f"Weixiu (维修) is up: http://{shown}:{port}/graphql   page: http://{shown}:{port}/graphiql"
    people = list(logins)
    if not people:
        return
    yield "Demo sign-ins (made-up people; sample rates are marked as samples):"
    yield f"  {'city':8}{'role':18}{'name':22}password or key"
    for login in people:
        yield f"  {login.city:<8}{login.role:18}{login.name:22}{login.secret}"
    first = people[0]
    yield "Sign in, then paste the token as the header Authorization: Bearer <token>:"
    yield (
        f'  mutation {{ signIn(input: {{city: {first.city}, name: "{first.name}", password: "{first.secret}"}})'
        " { ... on SignedInDone { token } ... on Rejected { problems { message } } } }"
    )
    yield "A query to paste:"
    yield from (f"  {line}" for line in FIRST_QUERY.splitlines())
