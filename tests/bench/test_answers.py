"""The benchmark compares what means the same: all who need no npm answer every question alike."""

from bench.contenders import CONTENDERS
from bench.measure import Plan
from bench.people import Size
from bench.queries import questions
from bench.run import Choice, measure

NAMES = ["floor", "ours", "usual"]


async def test_all_answer_alike_before_and_after_the_measuring():
    size, plan = Size(organizations=1), Plan(seconds=0.1, rounds=1, warm=0, starts=0)
    contenders = [one for one in CONTENDERS if one.name in NAMES]
    asked = list(questions(size).values())
    report = await measure(Choice(size, plan, asked, contenders))
    assert [(one.name, one.missing) for one in report.standings] == [(name, "") for name in NAMES]
    assert {
        question: [(one.contender, one.why, len(one.rounds)) for one in results]
        for question, results in report.results.items()
    } == {one.name: [(name, "", 1) for name in NAMES] for one in asked}
    text = report.markdown()
    assert [one.name for one in asked if f"**{one.name}** {one.text}" not in text] == []
    assert [goal.text for goal in report.goals() if goal.met is None] == [
        *(f"{name}: requests a second, over PostGraphile's" for name in ("Q1", "Q2", "Q3", "Q4", "M1")),
        "cold start, seconds",
    ]
