"""The benchmark of planning runs, and what it promises holds at a small size."""

from __future__ import annotations

from scheduler.bench import measure


async def test_planning_grows_no_faster_than_its_input() -> None:
    small, large = await measure([(100, 10), (800, 80)])

    assert large.planned > small.planned
    assert large.microseconds_per_pair < small.microseconds_per_pair * 2
    assert large.idle_tick_ms < 200
