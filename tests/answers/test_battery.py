"""Every operation of the battery has one answer, whoever asks and whichever way it is executed."""

import pytest

from tests.answers.battery.case import Case, battery
from tests.answers.both import Both, Refused
from tests.answers.compare import Counts, compare
from tests.answers.world.people import EVERYBODY

_BATTERY = battery()


@pytest.mark.parametrize("case", _BATTERY, ids=[case.name for case in _BATTERY])
async def test_both_ways_give_everybody_the_same_answer(both: Both, case: Case):
    if case.refused is not None:
        with pytest.raises(Refused, match=f"^{case.refused}$"):
            both.check(case.asked)
        return
    found = Counts()
    for person in EVERYBODY:
        found.add(await compare(both, case.asked, person))
    found.insist()
    # Who sees rows that no act can write is told that there is a bug.
    assert found.broken <= {"bent"}


def test_the_battery_is_large_and_its_names_differ():
    assert len({case.name for case in _BATTERY}) == len(_BATTERY) >= 300
