"""Asking a city's transaction system on behalf of a request, before its act begins."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.problem import Problem, ProblemCode
from domain.trading import TradingError
from resolvers.trading.system import TradingSystem
from resolvers.visit import Visit

T = TypeVar("T")


async def ask_trading(visit: Visit, question: Callable[[TradingSystem], Awaitable[T]]) -> T | Problem:
    """Ask the transaction system of the caller's city; no transaction may be open meanwhile.

    Returns:
        The answer, or `PROFILE_FEATURE_OFF` where the city has none, `TRADING_SYSTEM_DOWN` with the seconds
        after which to ask again, `TRADING_SYSTEM_ANSWER` if what it said cannot be used.
    """
    system = visit.desk.trading.get(visit.city.code)
    if system is None:
        return Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "房地产交易系统接口"})
    try:
        return await question(system)
    except TradingError as error:
        if error.answered:
            return Problem(ProblemCode.TRADING_SYSTEM_ANSWER)
        return Problem(ProblemCode.TRADING_SYSTEM_DOWN, params={"seconds": str(error.seconds)})
