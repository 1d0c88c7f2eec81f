"""The own authenticator: set up, taken away, and its recovery codes made anew."""

from collections.abc import Awaitable, Callable

from db.base import Pool
from db.tables.identity import Login, Principal
from domain.problem import Problem, ProblemCode
from resolvers.act import Work, act
from resolvers.outcome import Done, Outcome, Refused
from resolvers.signing.codes import (
    NEXT,
    Setup,
    begin_setup,
    finish_setup,
    has_authenticator,
    make_recovery_codes,
    remove_authenticator,
    tell_setup,
)
from resolvers.signing.entrance import issuer_of
from resolvers.signing.needs import wants_codes
from resolvers.signing.ownership import begin_code, forgive_code, own_account, own_code, prove
from resolvers.visit import Visit

_Change = Callable[[Work, Principal, Login], Awaitable[Problem | None]]


async def begin_totp(visit: Visit, password: str, code: str | None) -> Setup | Problem:
    """Begin to set up an authenticator; who has one already proves it first, and keeps it until the end."""
    told: list[Setup] = []

    async def change(work: Work, principal: Principal, login: Login) -> Problem | None:
        if await has_authenticator(work.session, principal.city, principal.id):
            if not code:
                return Problem(ProblemCode.FIELD_REQUIRED, "code", params={"label": "动态口令"})
            wrong = await own_code(work, principal, code)
            if wrong is not None:
                return wrong
        issuer, sealer = issuer_of(work.city), visit.desk.sealer
        told[:] = [
            await begin_setup(
                work.session, sealer, principal, NEXT, work.now, issuer=issuer, account=login.name
            )
        ]
        return None

    return await _run(visit, "totpBegin", change, password=password, code=code) or told[0]


async def confirm_totp(visit: Visit, code: str) -> list[str] | Problem:
    """Take the first code of the authenticator that is being set up; give its recovery codes."""
    told: list[str] = []

    async def change(work: Work, principal: Principal, login: Login) -> Problem | None:
        sealer = visit.desk.sealer
        begun = await tell_setup(work.session, sealer, principal, NEXT, issuer="", account=login.name)
        if begun is None:
            return Problem(ProblemCode.TOTP_OFF)
        if not await finish_setup(work.session, sealer, principal, NEXT, code, work.now):
            work.denial = "WRONG_CODE"
            return Problem(ProblemCode.CODE_WRONG, "code")
        told[:] = await make_recovery_codes(work.session, principal, work.now)
        return None

    return await _run(visit, "totpConfirm", change, code=code) or told


async def remove_totp(visit: Visit, password: str, code: str) -> Problem | None:
    """Take the own authenticator away, where nobody asks for one."""

    async def change(work: Work, principal: Principal, _login: Login) -> Problem | None:
        if not await has_authenticator(work.session, principal.city, principal.id):
            return Problem(ProblemCode.TOTP_OFF)
        if await wants_codes(work.session, work.city, principal, work.now):
            return Problem(ProblemCode.TOTP_REQUIRED)
        wrong = await own_code(work, principal, code)
        if wrong is not None:
            return wrong
        await remove_authenticator(work.session, principal.city, principal.id)
        return None

    return await _run(visit, "totpRemove", change, password=password, code=code)


async def renew_recovery_codes(visit: Visit, password: str, code: str) -> list[str] | Problem:
    """Make ten recovery codes in the place of all earlier ones."""
    told: list[str] = []

    async def change(work: Work, principal: Principal, _login: Login) -> Problem | None:
        if not await has_authenticator(work.session, principal.city, principal.id):
            return Problem(ProblemCode.TOTP_OFF)
        wrong = await own_code(work, principal, code)
        if wrong is not None:
            return wrong
        told[:] = await make_recovery_codes(work.session, principal, work.now)
        return None

    return await _run(visit, "recoveryCodesRenew", change, password=password, code=code) or told


async def _run(
    visit: Visit, name: str, change: _Change, *, password: str | None = None, code: str | None = None
) -> Problem | None:
    """Change what guards the own account, after whatever proof was asked for."""
    proven = None if password is None else await prove(visit, password, "password")
    if isinstance(proven, Problem):
        return proven
    throttled = await begin_code(visit) if code else None
    if throttled is not None:
        return throttled

    async def effect(work: Work) -> Outcome:
        await work.must("totp.manage", organization=work.actor.organization, estate=None)
        pair = await own_account(work, proven)
        if isinstance(pair, Problem):
            return Refused.because(pair)
        wrong = await change(work, *pair)
        return Refused.because(wrong) if wrong else Done("Principal", (work.actor.principal,))

    outcome = await act(visit, name, effect, pool=Pool.KEEPER)
    problem = outcome.problems[0] if isinstance(outcome, Refused) else None
    if code and (problem is None or problem.code is not ProblemCode.CODE_WRONG):
        await forgive_code(visit, wholly=problem is None)
    return problem
