"""What editors do to recurring events: to all dates from the next one on, to one date."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from scheduler.errors import ImpossibleEvent
from scheduler.events import Event, Occurrence
from scheduler.sources.recurring import recurrence_id
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import World, at, chat, seminar

#: After the first of the Thursdays, a week before the third.
LATER = at("2027-06-10 12:00")
DAYS = ("2027-06-03", "2027-06-10", "2027-06-17", "2027-06-24")


def weekly(*, days: tuple[str, ...] = DAYS, clock: str = "10:00", **fields: Any) -> Event:
    """Return a seminar of two hours on these days."""
    starts = [at(f"{day} {clock}") for day in days]
    dates = tuple(
        Occurrence(recurrence_id=recurrence_id(s), start=s, end=s + timedelta(hours=2))
        for s in starts
    )
    return seminar(start=f"{days[0]} {clock}", end=dates[0].end, occurrences=dates, **fields)


def whole_days(*days: date) -> Event:
    dates = tuple(Occurrence(recurrence_id=recurrence_id(d), start=d, end=d) for d in days)
    return seminar(start=None, occurrences=dates, all_day=True)


async def told(new_world: MakeWorld, *events: Event, now: datetime = LATER) -> World:
    world = await new_world(now, chat())
    await world.tell(*events)
    return world


def times(event: Event) -> list[str]:
    """Write the dates that take place, as "06-17 10:00-12:00"."""
    return [
        f"{one.start:%m-%d %H:%M}-{one.end:%H:%M}" if one.end else f"{one.start:%m-%d %H:%M}"
        for one in event.occurrences
        if not one.cancelled
    ]


async def test_a_new_start_moves_the_next_date_and_those_after_it(new_world: MakeWorld) -> None:
    editing = (await told(new_world, weekly())).scheduler.editing

    moved = await editing.edit("s", {"start": at("2027-06-18 09:00"), "all_day": False}, "cli")

    assert times(moved) == [
        "06-03 10:00-12:00",
        "06-10 10:00-12:00",
        "06-18 09:00-11:00",
        "06-25 09:00-11:00",
    ]
    assert [one.recurrence_id for one in moved.occurrences] == [
        one.recurrence_id for one in weekly().occurrences
    ]


async def test_a_new_end_alone_changes_the_length(new_world: MakeWorld) -> None:
    editing = (await told(new_world, weekly())).scheduler.editing

    longer = await editing.edit("s", {"end": at("2027-06-17 13:30")}, "cli")

    assert times(longer)[2:] == ["06-17 10:00-13:30", "06-24 10:00-13:30"]


async def test_a_shift_keeps_the_wall_clock_over_the_change_of_time(new_world: MakeWorld) -> None:
    days = ("2027-10-21", "2027-10-28", "2027-11-04")
    world = await told(new_world, weekly(days=days), now=at("2027-10-20 12:00"))

    moved = await world.scheduler.editing.edit("s", {"start": at("2027-10-22 11:00")}, "cli")

    assert times(moved) == ["10-22 11:00-13:00", "10-29 11:00-13:00", "11-05 11:00-13:00"]
    assert moved.start == at("2027-10-22 11:00")


async def test_dates_that_the_source_adds_move_along(new_world: MakeWorld) -> None:
    world = await told(new_world, weekly())
    await world.scheduler.editing.edit("s", {"start": at("2027-06-18 09:00")}, "cli")

    await world.tell(weekly(days=(*DAYS, "2027-07-01"), place="Tábor"))

    (event,) = await world.store.events()
    assert (event.place, times(event)[-2:]) == ("Tábor", ["06-25 09:00-11:00", "07-02 09:00-11:00"])


async def test_a_second_move_counts_from_what_the_source_says(new_world: MakeWorld) -> None:
    world = await told(new_world, weekly())
    editing = world.scheduler.editing
    await editing.edit("s", {"start": at("2027-06-18 09:00")}, "cli")
    await editing.edit("s", {"start": at("2027-06-17 11:00")}, "cli")
    world.now = at("2027-06-18 12:00")

    later = await editing.edit("s", {"start": at("2027-06-25 08:00")}, "cli")
    back = await editing.edit("s", {"start": None, "end": None, "all_day": None}, "cli")

    assert times(later)[2:] == ["06-17 11:00-13:00", "06-25 08:00-10:00"]
    assert times(back) == times(weekly())


async def test_one_date_is_moved_by_itself(new_world: MakeWorld) -> None:
    editing = (await told(new_world, weekly())).scheduler.editing

    moved = await editing.edit(
        "s", {"start": at("2027-06-25 14:00"), "place": "Tábor"}, "cli", of_date="2027-06-24"
    )
    shifted = await editing.edit("s", {"start": at("2027-06-17 09:00")}, "cli")

    assert times(moved)[2:] == ["06-17 10:00-12:00", "06-25 14:00-16:00"]
    assert [one.place for one in moved.occurrences] == ["", "", "", "Tábor"]
    assert times(shifted)[2:] == ["06-17 09:00-11:00", "06-25 14:00-16:00"]


async def test_one_date_is_cancelled_and_taken_up_again(new_world: MakeWorld) -> None:
    editing = (await told(new_world, weekly())).scheduler.editing

    off = await editing.cancel("s", "cli", of_date="2027-06-24")
    on = await editing.edit("s", {"cancelled": False}, "cli", of_date="20270624T080000Z")

    assert [one.cancelled for one in off.occurrences] == [False, False, False, True]
    assert (off.status.value, times(on)) == ("scheduled", times(weekly()))


async def test_who_was_told_of_a_date_is_told_that_it_moved(new_world: MakeWorld) -> None:
    world = await told(new_world, weekly(), now=at("2027-06-09 12:00"))
    await world.until(at("2027-06-10 10:30"))
    before = len(world.deliverer.posted)

    # The 17th was told of a week before; of the 24th nobody knows yet.
    await world.scheduler.editing.edit("s", {"start": at("2027-06-18 10:00")}, "cli")
    await world.until(at("2027-06-10 12:00"))

    changed = [item for notice in world.deliverer.posted[before:] for item in notice.items]
    assert [(item.kind.value, item.recurrence_id) for item in changed] == [
        ("changed", "20270617T080000Z")
    ]
    assert [(c.what, c.old, c.new) for c in changed[0].changes] == [
        ("start", at("2027-06-17 10:00"), at("2027-06-18 10:00"))
    ]


async def test_reminders_follow_the_new_times(new_world: MakeWorld) -> None:
    world = await told(new_world, weekly(), now=at("2027-06-11 12:00"))
    await world.scheduler.editing.edit("s", {"start": at("2027-06-18 14:00")}, "cli")
    await world.scheduler.editing.cancel("s", "cli", of_date="2027-06-25")

    await world.until(at("2027-06-26 12:00"))

    assert [(n.due_at, n.items[0].lead) for n in world.deliverer.posted] == [
        (at("2027-06-17 09:00"), "1d@09:00"),
        (at("2027-06-18 13:00"), "1h"),
    ]


@pytest.mark.parametrize(
    ("changes", "of_date", "message"),
    [
        ({"start": at("2027-06-18 10:00")}, "2027-06-18", "It has no date 2027-06-18; it has"),
        ({"title": "Jiný"}, "2027-06-17", "One date has no title of its own."),
        ({"end": at("2027-06-17 09:00")}, "2027-06-17", "The end is before the start."),
        ({"end": at("2027-06-17 09:00")}, "", "The end is before the start."),
        ({"start": date(2027, 6, 18)}, "", "all have a time, or none has"),
        ({"start": date(2027, 6, 18), "end": at("2027-06-18 12:00")}, "2027-06-17", "both"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_lost(
    new_world: MakeWorld, changes: dict[str, object], of_date: str, message: str
) -> None:
    world = await told(new_world, weekly())
    editing = world.scheduler.editing

    with pytest.raises(ImpossibleEvent, match=message):
        await editing.edit("s", changes, "cli", of_date=of_date)

    assert ([times(one) for one in await world.store.events()], await editing.log()) == (
        [times(weekly())],
        [],
    )


async def test_only_recurring_events_have_dates_of_their_own(new_world: MakeWorld) -> None:
    editing = (await told(new_world, seminar())).scheduler.editing

    with pytest.raises(ImpossibleEvent, match="It is no recurring event"):
        await editing.cancel("s", "cli", of_date="2027-06-17")


async def test_whole_days_move_by_days(new_world: MakeWorld) -> None:
    world = await told(new_world, whole_days(date(2027, 6, 17), date(2027, 6, 24)))

    moved = await world.scheduler.editing.edit(
        "s", {"start": date(2027, 6, 18), "all_day": True}, "cli"
    )
    hour = await world.scheduler.editing.edit(
        "s", {"start": at("2027-06-25 09:00"), "all_day": False}, "cli", of_date="2027-06-25"
    )

    assert [(o.start, o.end) for o in moved.occurrences] == [
        (date(2027, 6, 18), date(2027, 6, 18)),
        (date(2027, 6, 25), date(2027, 6, 25)),
    ]
    assert (hour.occurrences[1].start, hour.occurrences[1].end) == (at("2027-06-25 09:00"), None)


async def test_what_was_done_to_dates_is_kept(new_world: MakeWorld) -> None:
    editing = (await told(new_world, weekly())).scheduler.editing

    await editing.edit("s", {"start": at("2027-06-18 10:00")}, "slack:U1")
    await editing.cancel("s", "slack:U1", of_date="2027-06-25")

    assert [(one.who, one.action, one.subject) for one in await editing.log()] == [
        ("slack:U1", "edit", "s"),
        ("slack:U1", "edit", "s"),
    ]
    assert '"2027-06-25"' in (await editing.log())[0].details
