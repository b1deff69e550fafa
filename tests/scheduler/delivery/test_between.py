"""What changes between the moment a reminder falls due and the moment it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import NotDelivered, Undeliverable
from scheduler.events import EventKind, EventStatus, Lead, Notice
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import FakeDeliverer, World, at, chat, seminar

LATE_MAY = at("2027-05-25 12:00")
DUE = at("2027-06-10 09:00")
MINUTE = timedelta(minutes=1)

Deed = Callable[[World], Awaitable[object]]


async def waiting_world(
    new_world: MakeWorld,
    minutes: float = 1,
    leads: tuple[str, ...] = ("7d@09:00", "1d@09:00", "1h"),
) -> World:
    """Return a world whose one reminder fell due and must wait: the platform is busy."""
    busy = FakeDeliverer(faults=[NotDelivered(retry_after=minutes * 60)])
    own = {"seminar": tuple(map(Lead.parse, leads))}
    world = await new_world(LATE_MAY, chat(leads=own), deliverer=busy)
    await world.tell(seminar())
    await world.go(DUE - timedelta(hours=20))
    await world.go(DUE)
    return world


@pytest.mark.parametrize(
    ("deed", "outcome"),
    [
        (
            lambda world: world.scheduler.subscribing.unsubscribe("slack:C1"),
            ("cancelled", "unsubscribed"),
        ),
        (
            lambda world: world.scheduler.subscribing.pause("slack:C1", DUE + MINUTE * 60),
            ("cancelled", "paused"),
        ),
        (
            lambda world: world.scheduler.subscribing.subscribe(chat(kinds=(EventKind.CALL,))),
            ("cancelled", "kind"),
        ),
        (
            lambda world: world.scheduler.subscribing.subscribe(
                chat(leads={"seminar": (Lead.parse("1h"),)})
            ),
            ("cancelled", "other leads are wanted"),
        ),
        (
            lambda world: world.tell(seminar(status=EventStatus.CANCELLED)),
            ("cancelled", "moved or cancelled"),
        ),
        (
            lambda world: world.tell(seminar(start="2027-06-24 10:00")),
            ("cancelled", "moved or cancelled"),
        ),
        (lambda world: world.tell(seminar("other")), ("cancelled", "withdrawn")),
        (lambda world: world.tell(seminar(audience="members")), ("cancelled", "audience")),
        (lambda world: world.tell(seminar(place="Tábor")), ("sent", "")),
    ],
    ids=str.split("unsubscribed paused kind leads cancelled moved withdrawn members place"),
)
async def test_what_no_longer_holds_is_not_sent(
    new_world: MakeWorld, deed: Deed, outcome: tuple[str, str]
) -> None:
    world = await waiting_world(new_world)

    await deed(world)
    await world.go(DUE + MINUTE)

    rows = await world.store.deliveries(event_uid="s", decided_by=world.now)
    assert {(one.outcome, one.reason) for one in rows if one.lead == "7d@09:00"} == {outcome}
    assert len(world.deliverer.said()) == (outcome[0] == "sent")


async def test_what_another_subscription_wants_is_sent(new_world: MakeWorld) -> None:
    world = await waiting_world(new_world)
    await world.scheduler.subscribing.unsubscribe("slack:C1")
    await world.scheduler.subscribing.subscribe(
        chat(id="later", kinds=(EventKind.SEMINAR,), since=LATE_MAY)
    )

    await world.go(DUE + MINUTE)

    assert world.deliverer.said() == [("slack:C1", "s", "7d@09:00")]


async def test_news_of_a_change_waits_for_the_end_of_a_pause(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(leads={"seminar": (Lead.parse("7d@09:00"),)}))
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))
    world.deliverer.faults = [NotDelivered(retry_after=60)]
    await world.tell(seminar(start="2027-06-24 10:00"))
    await world.go(world.now)

    await world.scheduler.subscribing.pause("slack:C1", at("2027-06-14 10:00"))
    await world.until(at("2027-06-14 09:59"))
    paused = world.deliverer.said()[1:]
    await world.go(at("2027-06-14 10:00"))

    assert paused == []
    assert world.deliverer.said()[1:] == [("slack:C1", "s", "changed")]


async def test_news_of_a_change_comes_when_a_pause_is_lifted(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat(leads={"seminar": (Lead.parse("7d@09:00"),)}))
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))
    await world.scheduler.subscribing.pause("slack:C1", at("2027-07-01 10:00"))
    await world.tell(seminar(start="2027-06-24 10:00"))
    await world.until(at("2027-06-14 12:00"))
    paused = world.deliverer.said()[1:]

    await world.scheduler.subscribing.pause("slack:C1", None)
    await world.go(at("2027-06-14 12:01"))

    assert paused == []
    assert world.deliverer.said()[1:] == [("slack:C1", "s", "changed")]


async def test_a_platform_that_wants_to_be_left_alone_for_too_long_misses_it(
    new_world: MakeWorld,
) -> None:
    world = await waiting_world(new_world, minutes=8 * 24 * 60, leads=("7d@09:00",))

    await world.until(DUE + timedelta(days=8))

    assert world.deliverer.said() == []
    assert await world.outcomes() == [("7d@09:00", "missed", "began")]


async def test_what_got_no_answer_takes_along_what_fell_due_meanwhile(
    new_world: MakeWorld,
) -> None:
    leads = {"seminar": (Lead.parse("1h"), Lead.parse("30m"))}
    silent = FakeDeliverer(faults=[NotDelivered(certain=False)])
    world = await new_world(LATE_MAY, chat(leads=leads), deliverer=silent)
    await world.tell(seminar())
    await world.until(at("2027-06-17 09:00"))

    await world.go(at("2027-06-17 09:30"))

    assert world.deliverer.said() == [("slack:C1", "s", "30m")]
    assert await world.outcomes() == [("1h", "sent", ""), ("30m", "sent", "")]


async def test_leads_that_come_together_in_the_end_are_told_as_one(new_world: MakeWorld) -> None:
    world = await waiting_world(new_world, minutes=8 * 24 * 60)

    await world.until(DUE + timedelta(days=8))

    assert [lead for _, _, lead in world.deliverer.said()] == ["1d@09:00", "1h"]
    rows = {one.lead: one for one in await world.store.deliveries()}
    assert {one.outcome for one in rows.values()} == {"sent"}
    assert rows["7d@09:00"].post_id == rows["1d@09:00"].post_id
    assert await world.store.counts() == {"post sent": 2, "reminder enqueued": 3}


class Moving(FakeDeliverer):
    """The first post finds that the group has become a supergroup; meanwhile time goes on."""

    world: World

    async def deliver(self, notice: Notice) -> str:
        if notice.address == "telegram:-1":
            self.world.now += MINUTE
            raise Undeliverable("upgraded", moved_to="telegram:-1002")
        return await super().deliver(notice)


async def test_what_falls_due_while_a_chat_moves_goes_along(new_world: MakeWorld) -> None:
    voice = Moving()
    leads = {"seminar": (Lead.parse("7d@09:00"),), "meeting": (Lead.parse("1h"),)}
    world = await new_world(LATE_MAY, chat("telegram:-1", leads=leads), deliverer=voice)
    voice.world = world
    await world.tell(seminar(), seminar("soon", "2027-06-10 10:01", kind=EventKind.MEETING))
    await world.go(DUE - timedelta(hours=20))

    world.now = DUE
    await world.scheduler.advance(DUE)
    outbox = world.scheduler._outbox
    assert outbox is not None
    await outbox.drain(lambda: world.now)
    await world.go(world.now)
    await world.go(world.now)

    assert voice.said() == [("telegram:-1002", "s", "7d@09:00"), ("telegram:-1002", "soon", "1h")]
    assert {one.address for one in await world.store.deliveries()} == {"telegram:-1002"}


async def test_a_digest_and_a_reminder_of_one_minute_are_both_sent(new_world: MakeWorld) -> None:
    leads = {"seminar": (Lead.parse("3d@09:00"),)}
    world = await new_world(LATE_MAY, chat(digest=True, leads=leads))
    await world.tell(replace(seminar(), start=at("2027-06-03 10:00")))

    await world.until(at("2027-05-31 09:00"))

    assert sorted(lead for _, _, lead in world.deliverer.said()) == ["3d@09:00", "new"]
