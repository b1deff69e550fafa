"""What chats are told when something they were told holds no more."""

from __future__ import annotations

from dataclasses import replace

from scheduler.events import (
    Change,
    Deadline,
    EventKind,
    EventStatus,
    Occurrence,
)
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, seminar

LATE_MAY = at("2027-05-25 12:00")


async def test_a_moved_event_is_told_as_a_reply_and_its_leads_count_again(
    new_world: MakeWorld,
) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))

    await world.tell(seminar(start="2027-06-24 10:00", status=EventStatus.RESCHEDULED))
    await world.until(at("2027-06-25 12:00"))

    first, change, *later = world.deliverer.posted
    assert first.items[0].lead == "7d@09:00"
    assert (change.due_at, change.reply_to) == (at("2027-06-11 12:00"), "1")
    assert change.items[0].changes == (
        Change(what="start", old=at("2027-06-17 10:00"), new=at("2027-06-24 10:00")),
    )
    assert [(n.due_at, n.items[0].lead) for n in later] == [
        (at("2027-06-17 09:00"), "7d@09:00"),
        (at("2027-06-23 09:00"), "1d@09:00"),
        (at("2027-06-24 09:00"), "1h"),
    ]


async def test_a_cancelled_event_is_told_once_and_then_silent(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(), chat("slack:C2", leads={"seminar": ()}))
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))

    await world.tell(seminar(status=EventStatus.CANCELLED))
    await world.until(at("2027-06-12 12:00"))
    await world.tell(seminar(status=EventStatus.CANCELLED, place="Tábor"))
    await world.until(at("2027-06-18 12:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C1", "s", "changed"),
    ]
    assert world.deliverer.posted[1].items[0].changes == (
        Change(what="status", old="scheduled", new="cancelled"),
    )
    assert await world.outcomes() == [
        ("7d@09:00", "sent", ""),
        ("changed", "sent", ""),
    ]


async def test_changes_in_the_night_are_told_in_the_morning_as_one(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-10 22:00"))

    await world.tell(seminar(start="2027-06-22 10:00"))
    await world.go(at("2027-06-10 23:00"))
    await world.tell(seminar(start="2027-06-23 10:00", place="Tábor"))
    await world.until(at("2027-06-11 09:00"))

    assert [n.due_at for n in world.deliverer.posted] == [
        at("2027-06-10 09:00"),
        at("2027-06-11 08:00"),
    ]
    assert world.deliverer.posted[1].items[0].changes == (
        Change(what="start", old=at("2027-06-17 10:00"), new=at("2027-06-23 10:00")),
        Change(what="place", old="Písek", new="Tábor"),
    )


async def test_a_change_that_is_taken_back_is_not_told(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-15 22:00"))

    await world.tell(seminar(start="2027-06-22 10:00"))
    await world.go(at("2027-06-15 23:00"))
    await world.tell(seminar())
    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C1", "s", "1d@09:00"),
        ("slack:C1", "s", "1h"),
    ]


async def test_an_extended_deadline_is_told_with_old_and_new(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-05-01 12:00"), chat(quiet=False))
    call = seminar(
        "c",
        kind=EventKind.CALL,
        start=None,
        deadlines=(Deadline(label="full", at=at("2027-06-10 14:00")),),
    )
    await world.tell(call)
    await world.until(at("2027-05-28 12:00"))

    await world.tell(replace(call, deadlines=(Deadline(label="full", at=at("2027-07-10 14:00")),)))
    await world.go(world.now)

    assert world.deliverer.posted[-1].items[0].changes == (
        Change(
            what="deadline", label="full", old=at("2027-06-10 14:00"), new=at("2027-07-10 14:00")
        ),
    )


async def test_one_cancelled_date_of_a_series_is_told(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    dates = [at("2027-06-17 10:00"), at("2027-06-24 10:00")]
    series = seminar(
        occurrences=tuple(
            Occurrence(recurrence_id=day.strftime("%Y%m%d"), start=day, end=None) for day in dates
        )
    )
    await world.tell(series)
    await world.until(at("2027-06-16 12:00"))

    first, second = series.occurrences
    await world.tell(replace(series, occurrences=(replace(first, cancelled=True), second)))
    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C1", "s", "1d@09:00"),
        ("slack:C1", "s", "changed"),
        ("slack:C1", "s", "7d@09:00"),
    ]
    assert world.deliverer.posted[2].items[0].recurrence_id == "20270617"


async def test_a_withdrawn_event_is_not_reminded_of(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(*(seminar(uid) for uid in "abcdefgh"))
    await world.until(at("2027-06-15 12:00"))

    report = await world.tell(*(seminar(uid) for uid in "abcdefg"))
    await world.until(at("2027-06-16 12:00"))

    assert report.withdrawn == ("h",)
    assert sorted(uid for _, uid, lead in world.deliverer.said() if lead == "1d@09:00") == list(
        "abcdefg"
    )
    assert ("1d@09:00", "cancelled", "moved, cancelled or withdrawn") in await world.outcomes()
