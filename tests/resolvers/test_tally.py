"""Counting what happens in the process."""

from resolvers.tally import Count, Tally


def test_labels_in_any_order_are_one_counter():
    tally = Tally()
    tally.count("plans", result="hit", way="sql")
    tally.count("plans", way="sql", result="hit")
    tally.count("plans", result="miss", way="sql")
    assert list(tally) == [
        Count("plans", (("result", "hit"), ("way", "sql")), 2),
        Count("plans", (("result", "miss"), ("way", "sql")), 1),
    ]


def test_a_level_is_read_when_somebody_asks():
    tally, kept = Tally(), ["one"]
    tally.watch("documents_cached", kept.__len__)
    kept.append("two")
    assert tally.levels() == [Count("documents_cached", (), 2)]
    assert list(tally) == []
