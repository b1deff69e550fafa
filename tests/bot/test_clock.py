"""The clock that everything else is told the time by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.clock import clock_from, system_clock


def test_a_clock_begins_where_it_is_told() -> None:
    start = datetime(2027, 3, 1, 8, tzinfo=UTC)

    clock = clock_from(start)

    assert timedelta(0) <= clock() - start < timedelta(seconds=5)


def test_a_clock_goes_on() -> None:
    clock = clock_from(datetime(2027, 3, 1, 8, tzinfo=UTC))

    assert clock() < clock()


def test_without_a_start_it_is_the_machines() -> None:
    assert clock_from(None) is system_clock
    assert abs(system_clock() - datetime.now(UTC)) < timedelta(seconds=5)
