"""The setting of the cities' transaction systems: what it may say, and that it never tells a secret."""

import pytest

from api.settings import Settings
from api.trading import UnreadableError, open_trading
from domain.city import load_cities
from tests.scenes import JIANGMEN, LUZHOU

SECRET = "a secret of sixteen letters"
GOOD = f'{{"url": "https://trading.example/api", "key": "jm", "secret": "{SECRET}"}}'
CITIES = load_cities().values()


async def test_each_named_city_gets_a_client_and_none_without_the_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WEIXIU_TRADING", f'{{"jiangmen": {GOOD}, "luzhou": {GOOD}}}')
    opened = open_trading(Settings().trading, CITIES)
    assert sorted(opened) == [JIANGMEN, LUZHOU]
    for system in opened.values():
        await system.close()
    assert open_trading(None, CITIES) == {}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("jiangmen", "it is no JSON"),
        (f"[{GOOD}]", "Expected `object`, got `array` is missing or wrong"),
        (f'{{"nowhere": {GOOD}}}', "there is no city nowhere"),
        (f'{{"jiangmen": {GOOD.replace("https:", "ftp:")}}}', "the url of jiangmen is no http(s) address"),
        (f'{{"jiangmen": {GOOD.replace("/api", "/?a=1")}}}', "the url of jiangmen is no http(s) address"),
        (f'{{"jiangmen": {GOOD.replace("secret", "Secret")}}}', "`$[...]` is missing or wrong"),
        (f'{{"jiangmen": {GOOD.replace(SECRET, "short")}}}', "`$[...].secret` is missing or wrong"),
        (f'{{"jiangmen": {GOOD[:-1]}, "seconds": 31}}}}', "`$[...].seconds` is missing or wrong"),
        (f'{{"jiangmen": {GOOD.replace("jm", "j m")}}}', "`$[...].key` is missing or wrong"),
    ],
)
def test_a_wrong_setting_is_told_with_its_place_and_without_its_secret(setting: str, told: str):
    with pytest.raises(UnreadableError) as refused:
        open_trading(setting, CITIES)
    assert told in str(refused.value)
    assert SECRET not in str(refused.value)
