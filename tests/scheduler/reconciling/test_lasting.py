"""Dates of a series keep their names when its rule moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.events import Event, Occurrence
from scheduler.reconciling.lasting import lasting
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, seminar

THURSDAYS = ["2027-06-17 10:00", "2027-06-24 10:00", "2027-07-01 10:00"]


def series(*starts: str) -> Event:
    """Return a series as a calendar gives it: each date is named by its start."""
    dates = tuple(Occurrence(recurrence_id=named(at(s)), start=at(s), end=None) for s in starts)
    return seminar("w", starts[0], occurrences=dates)


def named(start: datetime) -> str:
    return f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def names(event: Event) -> list[tuple[str, str]]:
    """Return (name, start) of each date, as days and hours of Prague."""
    return [(one.recurrence_id[6:11], one.start.strftime("%d %H:%M")) for one in event.occurrences]


@pytest.mark.parametrize(
    ("starts", "kept"),
    [
        (THURSDAYS, ["17T08", "24T08", "01T08"]),
        (["2027-06-17 11:00", "2027-06-24 11:00", "2027-07-01 11:00"], ["17T08", "24T08", "01T08"]),
        (["2027-06-15 10:00", "2027-06-22 10:00", "2027-06-29 10:00"], ["17T08", "24T08", "01T08"]),
        # The first has passed and one was added: nothing moved.
        ([*THURSDAYS[1:], "2027-07-08 10:00"], ["24T08", "01T08", "08T08"]),
        # A date that is a week off is another date.
        (["2027-06-03 10:00", *THURSDAYS[1:]], ["03T08", "24T08", "01T08"]),
        ([*THURSDAYS[:2], "2027-07-02 10:00"], ["17T08", "24T08", "01T08"]),
    ],
    ids=str.split("same hour weekday later other one"),
)
def test_names_of_dates(starts: list[str], kept: list[str]) -> None:
    found = lasting(series(*THURSDAYS), series(*starts))

    assert sorted(names(found)) == sorted(
        (name, at(start).strftime("%d %H:%M")) for name, start in zip(kept, starts, strict=True)
    )


def test_names_stay_however_often_it_is_read_and_moved() -> None:
    later = series("2027-06-17 11:00", "2027-06-24 11:00", "2027-07-01 11:00")
    once = lasting(series(*THURSDAYS), later)
    moved = replace(later.occurrences[0], start=at("2027-06-17 14:00"))

    again = lasting(once, replace(later, occurrences=(moved, *later.occurrences[1:])))

    assert lasting(once, later) == once
    assert {*names(again)} == {
        ("17T08", "17 14:00"),
        ("24T08", "24 11:00"),
        ("01T08", "01 11:00"),
    }


async def test_a_series_that_moves_by_an_hour_is_told_as_moved(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-25 12:00"), chat())
    await world.tell(series(*THURSDAYS))
    await world.until(at("2027-06-11 12:00"))

    await world.tell(series(*(start.replace("10:00", "11:00") for start in THURSDAYS)))
    await world.until(at("2027-06-17 12:00"))

    _, change, *later = world.deliverer.posted
    assert [(c.what, c.old, c.new) for c in change.items[0].changes] == [
        ("start", at("2027-06-17 10:00"), at("2027-06-17 11:00"))
    ]
    assert [(n.due_at, n.items[0].lead) for n in later] == [
        (at("2027-06-16 09:00"), "1d@09:00"),
        (at("2027-06-17 09:00"), "7d@09:00"),
        (at("2027-06-17 10:00"), "1h"),
    ]


async def test_a_date_that_an_editor_called_off_stays_off(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-25 12:00"), chat())
    await world.tell(series(*THURSDAYS))
    await world.scheduler.editing.cancel("w", "editor", of_date="2027-06-24")

    report = await world.tell(series(*(start.replace("10:00", "11:00") for start in THURSDAYS)))
    again = await world.tell(series(*(start.replace("10:00", "11:00") for start in THURSDAYS)))

    stored = await world.store.named("w")
    assert [one.cancelled for one in stored.occurrences] == [False, True, False]
    assert (report.changed, again.changed) == (("w",), ())


async def test_what_is_no_series_any_more_was_not_called_off(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-25 12:00"), chat())
    await world.tell(series(*THURSDAYS))
    await world.until(at("2027-06-11 12:00"))

    await world.tell(replace(series(*THURSDAYS), occurrences=()))
    await world.until(world.now + timedelta(days=1))

    assert world.deliverer.said() == [("slack:C1", "w", "7d@09:00")]
