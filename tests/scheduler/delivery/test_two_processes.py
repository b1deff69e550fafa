"""Two processes over one database: their clocks differ, one is behind, one comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scheduler.database import open_database
from scheduler.delivery.outbox import LEASE
from scheduler.errors import NotDelivered
from scheduler.store.posts import sent
from tests.scheduler.posting import FakeDeliverer, World, at, chat, join_world, seminar

LATE_MAY = at("2027-05-25 12:00")
DUE = at("2027-06-10 09:00")
APART = timedelta(seconds=90)


class Pair:
    """A process, and one whose clock is behind; leases are by the database's clock, the first."""

    def __init__(self, ahead: World, behind: World) -> None:
        self.ahead, self.behind = ahead, behind
        behind.store._lease_clock = lambda: ahead.now

    async def go(self, to: datetime, who: World) -> None:
        """Set both clocks; one of them ticks."""
        self.ahead.now, self.behind.now = to, to - APART
        await who.go(who.now)


@pytest.mark.parametrize("arrived", [True, False])
async def test_clocks_that_differ_double_and_lose_nothing(tmp_path: Path, arrived: bool) -> None:
    lost = [NotDelivered("no answer", certain=False)]
    voice = FakeDeliverer(lose_answer=[*lost]) if arrived else FakeDeliverer(faults=[*lost])
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    ahead = await join_world(engine, LATE_MAY, [chat()], deliverer=voice)
    pair = Pair(ahead, await join_world(engine, LATE_MAY - APART, deliverer=voice))
    await ahead.tell(seminar())
    await pair.go(DUE - timedelta(hours=20), ahead)

    await pair.go(DUE, ahead)
    await pair.go(DUE + timedelta(seconds=1), pair.behind)
    await pair.go(DUE + LEASE + timedelta(seconds=1), pair.behind)
    await pair.go(DUE + APART, pair.behind)
    await pair.go(DUE + APART * 2, ahead)
    outcomes = await ahead.outcomes()
    await engine.dispose()

    assert voice.said() == [("slack:C1", "s", "7d@09:00")]
    assert outcomes == [("7d@09:00", "sent", "")]


async def test_a_start_exactly_at_the_due_minute_sends_once(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    first = await join_world(engine, LATE_MAY, [chat()])
    await first.tell(seminar())
    await first.go(DUE - timedelta(hours=20))

    second = await join_world(engine, DUE, deliverer=first.deliverer)
    await second.go(DUE)
    await first.go(DUE)
    third = await join_world(engine, DUE, deliverer=first.deliverer)
    await third.go(DUE)
    await engine.dispose()

    assert first.deliverer.said() == [("slack:C1", "s", "7d@09:00")]


async def test_what_arrived_is_sent_though_another_took_its_claim_over(tmp_path: Path) -> None:
    voice = FakeDeliverer(lose_answer=[NotDelivered("no answer", certain=False)], mute=True)
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    slow = await join_world(engine, LATE_MAY, [chat()], deliverer=voice)
    await slow.tell(seminar())
    await slow.go(DUE - timedelta(hours=20))
    await slow.go(DUE)
    voice.faults = [NotDelivered(retry_after=60)]
    other = await join_world(engine, DUE + LEASE * 2, deliverer=voice)
    await other.go(other.now)  # in doubt, to be sent again, and refused for now
    [row] = await other.store.deliveries()

    async with slow.store.writing() as connection:
        await sent(connection, [(row.post_id, "1")], other.now)
    await other.go(DUE + timedelta(minutes=5))
    [noted] = await other.store.deliveries()
    await engine.dispose()

    assert (row.outcome, noted.outcome, noted.ref) == ("queued", "sent", "1")
    assert voice.said() == [("slack:C1", "s", "7d@09:00")]
