"""What is told when, through the scheduler's whole path: sources in, posts out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.database import open_database
from scheduler.events import (
    Change,
    Deadline,
    EventKind,
    EventStatus,
    Lead,
    Occurrence,
    Review,
)
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings, SubscriptionSettings
from scheduler.sources import SourceResult
from scheduler.store import Store
from scheduler.sync import apply
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import FakeDeliverer, at, chat, join_world, seminar

LATE_MAY = at("2027-05-25 12:00")


async def test_a_seminar_is_reminded_of_three_times(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())

    await world.until(at("2027-06-18 12:00"))

    assert [(n.due_at, n.items[0].lead) for n in world.deliverer.posted] == [
        (at("2027-06-10 09:00"), "7d@09:00"),
        (at("2027-06-16 09:00"), "1d@09:00"),
        (at("2027-06-17 09:00"), "1h"),
    ]
    assert await world.outcomes() == [
        ("7d@09:00", "sent", ""),
        ("1d@09:00", "sent", ""),
        ("1h", "sent", ""),
    ]


async def test_a_call_is_told_on_opening_and_before_each_deadline(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-03-01 12:00"), chat(quiet=False))
    await world.tell(
        seminar(
            "c",
            kind=EventKind.CALL,
            start=None,
            open_from=at("2027-04-01 10:00"),
            deadlines=(Deadline(label="full", at=at("2027-06-10 14:00")),),
        )
    )

    await world.until(at("2027-06-11 12:00"))

    assert [(n.due_at, n.items[0].lead, n.items[0].label) for n in world.deliverer.posted] == [
        (at("2027-04-01 10:00"), "", ""),
        (at("2027-05-11 09:00"), "30d@09:00", "full"),
        (at("2027-05-27 09:00"), "14d@09:00", "full"),
        (at("2027-06-03 09:00"), "7d@09:00", "full"),
        (at("2027-06-08 09:00"), "2d@09:00", "full"),
        (at("2027-06-10 11:00"), "3h", "full"),
    ]


async def test_what_is_due_in_one_minute_is_one_post(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(
        seminar("a"), seminar("b", "2027-06-17 14:00"), seminar("c", "2027-06-17 10:00:30")
    )

    await world.until(at("2027-06-17 09:30"))

    assert [[item.event.uid for item in n.items] for n in world.deliverer.posted] == [
        ["a", "c", "b"],
        ["a", "c", "b"],
        ["a", "c"],
    ]


async def test_each_subscription_filters(new_world: MakeWorld) -> None:
    world = await new_world(
        LATE_MAY,
        chat("slack:C1", kinds=(EventKind.CONFERENCE,)),
        chat("slack:C2", topics=("Energetika",)),
        chat("slack:C3", audience="members"),
        chat("web:a"),
    )
    await world.tell(
        seminar("public", topics=("energetika",)),
        seminar("members", audience="members"),
        seminar("example", example=True),
    )

    await world.until(at("2027-06-10 09:00"))

    assert sorted(world.deliverer.said()) == [
        ("slack:C2", "public", "7d@09:00"),
        ("slack:C3", "members", "7d@09:00"),
        ("slack:C3", "public", "7d@09:00"),
        ("web:a", "example", "7d@09:00"),
        ("web:a", "public", "7d@09:00"),
    ]


async def test_past_leads_of_what_is_new_are_never_sent(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-06-12 12:00"), chat())
    await world.tell(seminar())
    await world.go(at("2027-06-16 09:01"))
    await world.scheduler.subscribing.subscribe(chat("slack:C2"))

    await world.until(at("2027-06-17 12:00"))

    assert sorted(world.deliverer.said()) == [
        ("slack:C1", "s", "1d@09:00"),
        ("slack:C1", "s", "1h"),
        ("slack:C2", "s", "1h"),
    ]


async def test_late_ones_are_sent_while_they_are_of_use(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar("a"), seminar("b", "2027-06-10 10:00"))
    await world.go(at("2027-06-08 08:00"))

    # Down over the seven-day lead of a, and over the day and hour before b and its start.
    await world.go(at("2027-06-10 14:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "b", "7d@09:00"),
        ("slack:C1", "a", "7d@09:00"),
    ]
    assert [one for one in await world.outcomes() if one[1] != "sent"] == [
        ("1d@09:00", "missed", "began"),
        ("1h", "missed", "began"),
    ]


async def test_a_long_downtime_loses_nothing_that_was_known(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar("a"))
    await world.go(LATE_MAY)

    await world.go(at("2027-06-16 12:00"))

    assert [(n.due_at, [i.lead for i in n.items]) for n in world.deliverer.posted] == [
        (at("2027-06-10 09:00"), ["1d@09:00"])
    ]
    assert await world.outcomes() == [
        ("7d@09:00", "sent", ""),
        ("1d@09:00", "sent", ""),
        ("1h", "scheduled", ""),
    ]


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
    assert ("1d@09:00", "cancelled", "event or subscription changed") in await world.outcomes()


async def test_suggested_events_wait_for_an_editor(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar("a", review=Review.SUGGESTED), seminar("b", review=Review.SUGGESTED))
    await world.until(at("2027-06-12 12:00"))

    assert [one.uid for one in await world.store.suggested()] == ["a", "b"]
    await world.scheduler.editing.approve("a", "slack:U1")
    await world.scheduler.editing.reject("b", "slack:U1")
    await world.tell(
        seminar("a", review=Review.SUGGESTED), seminar("b", review=Review.SUGGESTED, place="Tábor")
    )
    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [("slack:C1", "a", "1d@09:00"), ("slack:C1", "a", "1h")]
    assert [(one.who, one.action, one.subject) for one in await world.scheduler.editing.log()] == [
        ("slack:U1", "rejected", "b"),
        ("slack:U1", "approved", "a"),
    ]


async def test_what_an_editor_set_wins_over_the_source(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(seminar())
    await world.until(at("2027-06-10 12:00"))

    await world.scheduler.editing.edit("s", {"start": at("2027-06-18 10:00")}, "slack:U1")
    await world.tell(seminar(place="Tábor"))
    await world.until(at("2027-06-19 12:00"))

    assert [(n.due_at, n.items[0].kind.value) for n in world.deliverer.posted] == [
        (at("2027-06-10 09:00"), "before-start"),
        (at("2027-06-10 12:00"), "changed"),
        (at("2027-06-11 09:00"), "before-start"),
        (at("2027-06-17 09:00"), "before-start"),
        (at("2027-06-18 09:00"), "before-start"),
    ]


async def test_an_event_added_by_hand_is_reminded_of_and_can_be_cancelled(
    new_world: MakeWorld,
) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.scheduler.editing.add(seminar("mine"), "slack:U1")
    await world.until(at("2027-06-10 12:00"))
    await world.scheduler.editing.cancel("mine", "slack:U1")
    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "mine", "7d@09:00"),
        ("slack:C1", "mine", "changed"),
    ]


async def test_a_pause_of_a_chat_and_of_all(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(), chat("slack:C2"))
    await world.tell(seminar())
    await world.scheduler.subscribing.pause("slack:C2", at("2027-06-11 00:00"))
    await world.until(at("2027-06-15 12:00"))
    await world.scheduler.pause("cli")
    await world.until(at("2027-06-16 12:00"))
    quiet = world.deliverer.said()
    await world.scheduler.resume("cli")
    await world.until(at("2027-06-17 12:00"))

    assert quiet == [("slack:C1", "s", "7d@09:00")]
    assert sorted(world.deliverer.said()[1:]) == [
        ("slack:C1", "s", "1d@09:00"),
        ("slack:C1", "s", "1h"),
        ("slack:C2", "s", "1d@09:00"),
        ("slack:C2", "s", "1h"),
    ]


async def test_remind_me_is_for_one_event_and_one_lead(new_world: MakeWorld) -> None:
    leads = {"seminar": (Lead.parse("2d@08:30"),)}
    world = await new_world(LATE_MAY, chat("slack:D1", event_uid="b", leads=leads))
    await world.tell(seminar("a"), seminar("b"))

    await world.until(at("2027-06-17 12:00"))

    assert [(n.due_at, n.items[0].event.uid) for n in world.deliverer.posted] == [
        (at("2027-06-15 08:30"), "b")
    ]


async def test_a_new_subscription_may_begin_with_a_summary(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY)
    await world.tell(seminar("a"), seminar("far", "2027-09-17 10:00"))
    await world.scheduler.subscribing.subscribe(chat(), summary=True)
    await world.go(world.now)

    assert world.deliverer.said() == [("slack:C1", "a", "summary")]


async def test_the_digest_says_what_is_new_changed_or_closing(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(digest=True, leads={"seminar": ()}))
    await world.tell(seminar("a", "2027-07-20 10:00"), seminar("b", "2027-06-17 10:00"))
    await world.until(at("2027-06-14 12:00"))

    assert [
        (n.due_at, [(i.event.uid, i.lead) for i in n.items]) for n in world.deliverer.posted
    ] == [
        (at("2027-05-31 09:00"), [("b", "new"), ("a", "new")]),
        (at("2027-06-14 09:00"), [("b", "closing")]),
    ]
    assert ("digest", "cancelled", "nothing to tell") in await world.outcomes()


async def test_settings_say_who_is_told_and_take_it_back(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    both = SchedulerSettings(
        sources=(),
        subscriptions=(
            SubscriptionSettings(address="slack:C1"),
            SubscriptionSettings(address="slack:C2"),
        ),
    )
    world = await join_world(engine, LATE_MAY, settings=both)
    await world.tell(seminar())
    await world.until(at("2027-06-10 12:00"))

    one = both.model_copy(update={"subscriptions": both.subscriptions[:1]})
    later = await join_world(engine, at("2027-06-10 13:00"), settings=one)
    await later.until(at("2027-06-17 12:00"))
    await engine.dispose()

    assert sorted(world.deliverer.said()) == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C2", "s", "7d@09:00"),
    ]
    assert later.deliverer.said() == [("slack:C1", "s", "1d@09:00"), ("slack:C1", "s", "1h")]


async def test_a_dry_run_posts_nothing_and_uses_nothing_up(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    dry = SchedulerSettings(sources=(), dry_run=True)
    world = await join_world(engine, LATE_MAY, [chat()], settings=dry)
    await world.tell(seminar())
    await world.until(at("2027-06-10 12:00"))
    rehearsed = await world.outcomes()

    real = await join_world(engine, at("2027-06-10 13:00"))
    await real.go(at("2027-06-10 13:00"))
    await engine.dispose()

    assert world.deliverer.said() == [("slack:C1", "s", "7d@09:00")]  # once, by a dry deliverer
    assert rehearsed == [("7d@09:00", "rehearsed", "")]
    assert real.deliverer.said() == [("slack:C1", "s", "7d@09:00")]


async def test_explain_says_what_is_sent_and_why_not(new_world: MakeWorld) -> None:
    world = await new_world(
        LATE_MAY, chat(), chat("slack:C2", kinds=(EventKind.CALL,)), chat("slack:C3", leads={})
    )
    await world.tell(seminar(start="2027-06-21 10:00"))
    await world.until(at("2027-06-14 12:00"))

    lines = (await world.scheduler.explain("s")).lines

    assert [(one.address, one.lead, one.outcome, one.reason) for one in lines[:4]] == [
        ("slack:C1", "7d@09:00", "sent", "lead"),
        ("slack:C1", "1d@09:00", "planned", "weekend"),
        ("slack:C1", "1h", "planned", "lead"),
        ("slack:C2", "", "none", "kind"),
    ]


async def test_run_posts_within_seconds_and_a_restart_does_not_double(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    store, voice = Store(engine), FakeDeliverer()
    await store.upgrade()
    settings = SchedulerSettings(
        sources=(),
        subscriptions=(
            SubscriptionSettings(address="slack:C1", leads={EventKind.SEMINAR: ("10s",)}),
        ),
    )

    def clock() -> datetime:
        return datetime.now(UTC)

    def scheduler() -> Scheduler:
        return Scheduler(settings, store=store, clock=clock, deliverer=voice)

    start = clock() + timedelta(seconds=11.5)
    arrived: list[datetime] = []
    deliver = voice.deliver

    async def noting(notice: object) -> str:
        arrived.append(clock())
        return await deliver(notice)  # type: ignore[arg-type]

    voice.deliver = noting  # type: ignore[method-assign]
    first = asyncio.create_task(scheduler().run())
    await asyncio.sleep(0.3)
    event = replace(seminar(), start=start)
    await apply(store, "feed", SourceResult(events=(event,)), clock())
    await asyncio.sleep(2.2)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    second = asyncio.create_task(scheduler().run())
    await asyncio.sleep(0.7)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await engine.dispose()

    assert len(arrived) == 1
    assert timedelta() <= arrived[0] - (start - timedelta(seconds=10)) < timedelta(seconds=1)


@pytest.mark.parametrize("lead", ["1d@09:00"])
async def test_two_subscriptions_of_one_chat_tell_once(new_world: MakeWorld, lead: str) -> None:
    world = await new_world(LATE_MAY, chat(), chat(id="other", topics=("x",)))
    await world.tell(seminar(topics=("x",)))
    await world.until(at("2027-06-12 12:00"))
    await world.scheduler.subscribing.unsubscribe("slack:C1")

    await world.until(at("2027-06-17 12:00"))

    assert world.deliverer.said() == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C1", "s", lead),
        ("slack:C1", "s", "1h"),
    ]
