"""The main job over HTTP, in both cities."""

import pytest

from tests.scenes import JIANGMEN, LUZHOU, Town


@pytest.mark.parametrize("city", [LUZHOU, JIANGMEN])
async def test_the_main_job_runs_from_registration_to_the_balance(town: Town, city: int):
    if city == LUZHOU:
        await town.set_rates(city)
    developer = await town.developer(city)
    me = await developer.ask("{ me { name kind roles organization { name status papersStatus } } }")
    print(me)
    done = await town.collect(developer)
    print(done)
    data = await developer.ask("""{ estates { totalCount edges { node { id name buildings { name grid { section floors { floor cells { roomNo unit { account { due balance } } } } } } units { totalCount edges { node { id roomNo grossArea account { accountNo due } } } } } } } }""")
    print(data)
