"""How a scheduler that runs is stopped in the middle of something."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from scheduler.database import open_database
from scheduler.service import Job, Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.store import Store
from tests.scheduler.posting import FakeDeliverer


def scheduler_of(store: Store, *jobs: Job) -> Scheduler:
    return Scheduler(
        SchedulerSettings(sources=()),
        store=store,
        clock=lambda: datetime(2027, 5, 25, 12, tzinfo=UTC),
        deliverer=FakeDeliverer(),
        jobs=jobs,
    )


async def stop(running: asyncio.Task[None]) -> None:
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_job_in_the_middle_is_ended_first_and_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="scheduler")
    store = Store(open_database(f"sqlite:///{tmp_path}/s.sqlite"))
    await store.upgrade()
    begun, ended = asyncio.Event(), asyncio.Event()

    async def refresh() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # it lets go of what it holds
            ended.set()

    job = Job(name="read calendar", every=timedelta(hours=1), run=refresh, at_once=True)
    running = asyncio.create_task(scheduler_of(store, job).run())
    await begun.wait()
    await stop(running)

    assert ended.is_set()
    await store._engine.dispose()
    said = [(one.levelname, one.getMessage()) for one in caplog.records]
    assert said == [("INFO", "Stopped in the middle of: read calendar.")]


async def test_it_stops_though_the_database_is_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    store = Store(engine)
    await store.upgrade()
    begun = asyncio.Event()

    async def note() -> None:
        begun.set()

    job = Job(name="note", every=timedelta(hours=1), run=note, at_once=True)
    running = asyncio.create_task(scheduler_of(store, job).run())
    await begun.wait()

    def away(*_: object) -> None:
        raise OperationalError("BEGIN", None, Exception("disk I/O error"))

    event.listen(engine.sync_engine, "before_cursor_execute", away)
    await stop(running)
    event.remove(engine.sync_engine, "before_cursor_execute", away)
    await engine.dispose()

    assert "The right to send could not be given back" in caplog.text
