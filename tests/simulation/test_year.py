"""The simulated year, small enough for every run; the large one is a command (see year.py)."""

from __future__ import annotations

from pathlib import Path

from tests.simulation.year import Plan, live


async def test_a_month_of_edits_deaths_and_downtimes_breaks_no_promise(tmp_path: Path) -> None:
    plan = Plan(events=40, subscriptions=6, days=30, seed=1, kills=0.3)

    year, ends, wrong = await live(plan, f"sqlite:///{tmp_path}/year.sqlite")

    assert wrong == []
    assert year.lives.deaths > 5
    assert ends["sent"] > 30
