"""Chance that is the same in every run, whatever else the process has loaded."""

from random import Random
from typing import Any

from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

STEADY = "steady"


class SteadyProvider(HypothesisProvider):
    """Hypothesis' own chance without the constants that it picks from modules which happen to be loaded."""

    def __init__(self, conjecturedata: ConjectureData | None, /) -> None:
        super().__init__(conjecturedata)
        self._random = self._random or Random(0)  # noqa: S311 - nothing secret comes of it

    def _maybe_draw_constant(self, *_args: Any, **_options: Any) -> None:
        return None


AVAILABLE_PROVIDERS[STEADY] = f"{__name__}.{SteadyProvider.__name__}"
