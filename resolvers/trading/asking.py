"""Asking a city's transaction system on behalf of a request, before its act begins."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from domain.problem import Problem, ProblemCode
from domain.refusal import TooCostly
from domain.trading import TradingError
from resolvers.desk import Desk
from resolvers.trading.breaker import enter, tell_answered, tell_failed
from resolvers.trading.system import TradingSystem
from resolvers.visit import Visit

T = TypeVar("T")

MOST_QUESTIONS = 5
"""So often one request may ask the transaction system."""

_log = structlog.get_logger(__name__)


async def ask_trading(visit: Visit, question: Callable[[TradingSystem], Awaitable[T]]) -> T | Problem:
    """Ask the transaction system of the caller's city; no transaction may be open meanwhile.

    Returns:
        The answer, or `PROFILE_FEATURE_OFF` where the city has none, `TRADING_SYSTEM_DOWN` with the seconds
        after which to ask again, `TRADING_SYSTEM_ANSWER` if what it said cannot be used.

    Raises:
        RuntimeError: An act is open, which would keep its locks while the other side thinks.
        TooCostly: One request asks too often; each question takes the other side's time.
    """
    if visit.open_act is not None:
        raise RuntimeError("The transaction system is asked before an act, never within one.")
    visit.questions += 1
    if visit.questions > MOST_QUESTIONS:
        raise TooCostly("questions", MOST_QUESTIONS)
    city = visit.city.code
    system = visit.desk.trading.get(city)
    if system is None:
        return Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "房地产交易系统接口"})
    await visit.rest()
    try:
        return await guarded(visit.desk, city, lambda: question(system))
    except TradingError as error:
        _log.warning("trading", city=city, answered=error.answered, why=str(error))
        if error.answered:
            return Problem(ProblemCode.TRADING_SYSTEM_ANSWER)
        return Problem(ProblemCode.TRADING_SYSTEM_DOWN, params={"seconds": str(error.seconds)})


async def guarded(desk: Desk, city: int, question: Callable[[], Awaitable[T]]) -> T:
    """Ask something, unless the system failed too often lately.

    Raises:
        TradingError: It was not asked, did not answer, or not so that it can be used.
    """
    entry = await enter(desk, city)
    if entry.wait:
        desk.tally.count("trading_questions", city=str(city), outcome="not_asked")
        raise TradingError("it failed too often lately", answered=False, seconds=entry.wait)
    try:
        answer = await question()
    except TradingError as error:
        desk.tally.count("trading_questions", city=str(city), outcome="wrong" if error.answered else "down")
        await (tell_answered if error.answered else tell_failed)(desk, city)
        raise
    desk.tally.count("trading_questions", city=str(city), outcome="answered")
    await tell_answered(desk, city)
    return answer
