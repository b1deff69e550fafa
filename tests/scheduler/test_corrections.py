"""What is told, and what not, of events that were called off, put off, or are held anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.events import Change, Deadline, Event, EventKind, EventStatus
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, seminar

LATE_MAY = at("2027-05-25 12:00")


async def test_what_is_off_is_told_though_its_source_drops_it_in_the_night(
    new_world: MakeWorld,
) -> None:
    world = await new_world(LATE_MAY, chat())
    events = list(map(seminar, "abcdefgh"))
    await world.tell(*events)
    await world.until(at("2027-06-10 22:00"))

    await world.tell(replace(events[0], status=EventStatus.CANCELLED), *events[1:])
    await world.go(at("2027-06-11 06:00"))
    await world.tell(*events[2:])  # "b" was never called off: of it nothing is known
    await world.until(at("2027-06-18 12:00"))

    news = [n for n in world.deliverer.posted if n.items[0].changes]
    assert [(n.due_at, n.items[0].event.uid, n.items[0].changes) for n in news] == [
        (
            at("2027-06-11 08:00"),
            "a",
            (Change(what="status", old="scheduled", new="cancelled"),),
        )
    ]
    assert {uid for _, uid, lead in world.deliverer.said() if lead == "1d@09:00"} == set("cdefgh")


def call(deadline: str) -> Event:
    at_ = Deadline(at=at(deadline))
    return seminar("s", None, kind=EventKind.CALL, deadlines=(at_,))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (seminar(), seminar(start="2028-06-15 10:00")),
        (call("2027-06-17 10:00"), call("2028-06-15 10:00")),
    ],
    ids=["seminar", "call"],
)
async def test_the_next_years_is_no_move_of_the_last_ones(
    new_world: MakeWorld, first: Event, second: Event
) -> None:
    world = await new_world(LATE_MAY, chat(quiet=False))
    await world.tell(first)
    await world.until(at("2027-06-20 12:00"))
    told = len(world.deliverer.posted)

    world.now = at("2028-02-01 12:00")
    await world.tell(second)
    await world.until(at("2028-06-08 12:00"))

    kinds = {item.kind.value for n in world.deliverer.posted[told:] for item in n.items}
    assert kinds == {"before-start" if first.start else "before-deadline"}


async def test_a_mistyped_year_is_put_right(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(quiet=False))
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))
    await world.tell(seminar(start="2026-06-17 10:00"))
    await world.go(world.now)

    await world.tell(seminar())
    await world.go(world.now)

    moves = [[(c.old, c.new) for c in n.items[0].changes] for n in world.deliverer.posted]
    there, wrong = at("2027-06-17 10:00"), at("2026-06-17 10:00")
    assert moves == [[], [(there, wrong)], [(wrong, there)]]


async def test_a_date_for_what_was_put_off_long_ago_is_told(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))
    await world.tell(seminar(status=EventStatus.POSTPONED))
    await world.until(at("2027-08-10 12:00"))

    await world.tell(seminar(start="2027-09-16 10:00", status=EventStatus.RESCHEDULED))
    await world.go(world.now)

    assert [lead for _, _, lead in world.deliverer.said()] == ["7d@09:00", "changed", "changed"]


async def test_what_was_held_a_day_ago_may_still_have_been_moved(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-18 12:00"))

    await world.tell(seminar(start="2027-06-24 10:00"))
    await world.go(world.now)

    assert world.deliverer.posted[-1].items[0].changes == (
        Change(what="start", old=at("2027-06-17 10:00"), new=at("2027-06-24 10:00")),
    )


@pytest.mark.parametrize(
    ("quiet", "edited_at", "due"),
    [
        (False, "2027-06-05 12:00", "2027-06-05 12:00"),
        (True, "2027-06-05 12:00", "2027-06-07 08:00"),  # it was a Saturday
        (True, "2027-06-04 12:00", "2027-06-04 12:00"),
    ],
)
async def test_a_call_that_opens_sooner_than_it_was_to_is_told(
    new_world: MakeWorld, quiet: bool, edited_at: str, due: str
) -> None:
    world = await new_world(LATE_MAY, chat(quiet=quiet))
    planned = replace(call("2027-09-17 10:00"), open_from=at("2027-06-20 10:00"))
    await world.tell(planned)
    await world.until(at(edited_at))
    await world.scheduler.subscribing.subscribe(chat("slack:C2", quiet=False))

    opened = replace(planned, open_from=at("2027-06-04 10:00"))
    await world.tell(opened)
    await world.tell(replace(opened, summary="of another word"))
    await world.until(at("2027-06-21 12:00"))

    assert [(n.due_at, n.address, n.items[0].kind.value) for n in world.deliverer.posted] == [
        (at(due), "slack:C1", "opened")
    ]


async def test_a_call_that_is_open_when_it_becomes_known_is_no_news(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(quiet=False))
    known = replace(call("2027-09-17 10:00"), open_from=at("2027-05-20 10:00"))

    await world.tell(known)
    await world.tell(replace(known, open_from=at("2027-05-19 10:00")))
    await world.until(at("2027-06-21 12:00"))

    assert world.deliverer.posted == []
