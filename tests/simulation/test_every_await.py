"""One due reminder; the process dies at each await of a tick in turn."""

from __future__ import annotations

import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from scheduler.reconciling.sync import apply
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from tests.scheduler.posting import FakeDeliverer, at, chat, seminar
from tests.simulation.process import Clock, Lives

DUE = at("2027-06-10 09:00")
SETTINGS = SchedulerSettings(sources=())


@pytest.fixture
async def prepared(tmp_path: Path) -> Path:
    """Return a database in which a reminder falls due at DUE."""
    clock = Clock(at("2027-05-25 12:00"))
    lives = Lives(f"sqlite:///{tmp_path}/made.sqlite", clock, FakeDeliverer(), SETTINGS)
    await lives.begin()
    await lives.scheduler.subscribing.subscribe(chat())
    await apply(lives.store, "feed", SourceResult(events=(seminar(),)), clock.now)
    clock.now = DUE - timedelta(hours=21)
    await lives.scheduler.tick(clock.now)
    await lives.end()
    return tmp_path / "made.sqlite"


@pytest.mark.parametrize("mute", [False, True], ids=["slack", "telegram"])
async def test_dying_at_any_await_loses_nothing(prepared: Path, mute: bool) -> None:
    ways: set[tuple[int, int, int]] = set()
    stop_at, killed = 0, True
    while killed:
        stop_at += 1
        voice, clock = FakeDeliverer(mute=mute), Clock(DUE)
        copy = prepared.with_name(f"{stop_at}.sqlite")
        shutil.copy(prepared, copy)
        lives = Lives(f"sqlite:///{copy}", clock, voice, SETTINGS)

        killed = await lives.attempt(stop_at, partial(lives.scheduler.tick, DUE))
        before = len(voice.posted)
        await lives.scheduler.tick(clock.now)

        rows = await lives.store.deliveries()
        assert [row.outcome for row in rows] == ["sent"], stop_at
        ways.add((before, len(voice.posted), rows[0].doubts))
        await lives.end()

    assert stop_at > 40
    # Slack: once, whether it had arrived before the death or not. Telegram: twice only where
    # it had arrived and its result was not yet written.
    told = {(0, 1, 0), (1, 1, 0)}
    assert ways == (told | {(0, 1, 1), (1, 2, 1)} if mute else told)
