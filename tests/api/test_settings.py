"""What an installation may set."""

import pytest

from api.settings import Settings


@pytest.mark.parametrize(
    ("named", "schema", "page"),
    [
        ({}, True, True),
        ({"WEIXIU_DEMO": "false"}, False, False),
        ({"WEIXIU_DEMO": "false", "WEIXIU_INTROSPECTION": "true"}, True, False),
        ({"WEIXIU_GRAPHIQL": "false"}, True, False),
    ],
)
def test_schema_and_page_are_open_in_the_demo_and_by_setting_elsewhere(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], *, schema: bool, page: bool
) -> None:
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.tells_schema, settings.shows_page) == (schema, page)


@pytest.mark.parametrize(
    ("named", "metrics"),
    [
        ({}, True),
        ({"WEIXIU_DEMO": "false"}, False),
        ({"WEIXIU_DEMO": "false", "WEIXIU_METRICS": "true"}, True),
        ({"WEIXIU_METRICS": "false"}, False),
    ],
)
def test_metrics_are_told_in_the_demo_and_by_setting_elsewhere(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], *, metrics: bool
) -> None:
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert Settings().shows_metrics is metrics
