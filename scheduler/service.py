"""Runs it all: APScheduler only wakes us, rows say what is due. The only APScheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

import scheduler.store.posts as posts
import scheduler.store.reminders as reminders
import scheduler.store.state as state
from scheduler.delivery.enqueueing import enqueue
from scheduler.delivery.outbox import Outbox
from scheduler.delivery.owners import new_owner
from scheduler.delivery.rehearsing import rehearse
from scheduler.editing import Editing
from scheduler.errors import EventSourceError
from scheduler.events import Event, Reminder
from scheduler.explaining import Explanation, explain
from scheduler.planner import HORIZON, STEP, extend, plan_window
from scheduler.ports import Clock, Deliverer, Fetch, Fetched
from scheduler.reconciling.sync import (
    SourceReport,
    SyncReport,
    suggest,
    sync_source,
    withdraw_examples,
)
from scheduler.reminders.occasions import Window
from scheduler.settings import SchedulerSettings
from scheduler.sources import open_source
from scheduler.store import Store
from scheduler.subscribing import Subscribing, from_settings

__all__ = ["Job", "Scheduler"]

logger = logging.getLogger(__name__)

#: The rows are looked at so often whatever else wakes us: other processes write them, too.
NET = timedelta(seconds=2)
#: What is being posted when we stop may take so long to finish.
GRACE = 10.0  # seconds
#: Pause after the database could not be reached.
RECOVERY = 5.0  # seconds
#: The sender's lease is renewed so often.
HEARTBEAT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to run again and again beside the reminders."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    #: Begin with a run at the start.
    at_once: bool = False


class Scheduler:
    """Reads event sources, plans reminders and has them delivered, each once."""

    def __init__(
        self,
        settings: SchedulerSettings,
        *,
        store: Store,
        clock: Clock,
        deliverer: Deliverer | None = None,
        fetch: Fetch | None = None,
        jobs: Sequence[Job] = (),
        platforms: Collection[str] | None = None,
    ) -> None:
        """platforms: those this process can post to; None: all. Without a deliverer nothing is."""
        self._settings = settings
        self._store = store
        self._clock = clock
        self._fetch = fetch or _no_fetch
        self._jobs = tuple(jobs)
        self._deliverer = deliverer
        self._platforms = platforms
        self._owner = new_owner()
        self._due, self._queued = asyncio.Event(), asyncio.Event()
        #: Jobs that are running.
        self._under_way: set[asyncio.Task[object]] = set()
        self._outbox = self._make_outbox()
        self._alarm: Callable[[datetime], None] = lambda _: None
        self.editing = Editing(store, clock, self.wake)
        self.subscribing = Subscribing(store, clock, self.wake)

    def wake(self) -> None:
        """Say that rows have changed: what is due is looked for at once."""
        self._due.set()
        self._look()

    def _look(self) -> None:
        """Let what is queued be looked for, also while something is being sent."""
        self._queued.set()
        if self._outbox is not None:
            self._outbox.wake()

    async def run(self) -> None:
        """Keep sources, plan and deliveries going until cancelled; then finish what has begun."""
        await self.begin()
        clockwork = self._start_clockwork()
        sending = asyncio.create_task(self._send())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._plan())
                group.create_task(_watch(sending))
        finally:
            clockwork.shutdown(wait=False)
            await self._stop(sending)
            await _ended(self._under_way)

    async def begin(self) -> None:
        """Bring subscriptions and examples in line with the configuration.

        What fell due while nothing ran is planned by the subscriptions that held then.
        """
        await self.subscribing.reconcile(from_settings(self._settings))
        await self._leave_examples()

    async def tick(self, now: datetime) -> None:
        """Do all that is to be done at an instant: plan ahead, enqueue what is due, send it."""
        await self.advance(now)
        if self._outbox is not None:
            await self._outbox.drain(lambda: now)

    async def advance(self, now: datetime) -> None:
        """Plan ahead and put what is due into the outbox, without sending."""
        async with self._store.reading() as connection:
            seen = await state.glance(connection)
        next_due = seen.next_due
        if seen.planned_until is None or seen.planned_until < now + HORIZON / 2:
            next_due = await self._extend(now)
        if next_due is None or next_due > now or seen.paused:
            return
        if self._settings.dry_run:
            await rehearse(self._store, self._deliverer, now)
            return
        taken = 1
        while taken:
            async with self._store.writing() as connection:
                taken = await enqueue(connection, now)
        self._look()

    async def _extend(self, now: datetime) -> datetime | None:
        more = True
        while more:
            async with self._store.writing() as connection:
                more = await extend(connection, now, STEP)
        async with self._store.reading() as connection:
            return await reminders.next_due(connection)

    async def sync(self, names: Collection[str] | None = None) -> SyncReport:
        """Read event sources, all of them for None, and apply what they tell."""
        now = self._clock()
        if names is None:
            await self._leave_examples()
        async with self._store.writing() as connection:
            first_start = await state.first_start(connection, now)
        reports = []
        for settings in self._settings.sources:
            if names is None or settings.name in names:
                source = open_source(settings, first_start=first_start)
                reports.append(await sync_source(source, self._store, self._fetch, now))
        self.wake()
        return SyncReport(sources=tuple(reports))

    async def _leave_examples(self) -> None:
        if not any(source.example for source in self._settings.sources):
            await withdraw_examples(self._store, self._clock())

    async def suggest(self, source: str, events: Sequence[Event]) -> SourceReport:
        """Take in events that were found by the way, in pages: an editor decides about each."""
        return await suggest(self._store, source, events, self._clock())

    async def plan(self, start: datetime, end: datetime) -> list[Reminder]:
        """Return what is to be sent in a stretch of time, by due instant; writes nothing."""
        async with self._store.reading() as connection:
            planned = await plan_window(connection, Window(after=start, until=end))
        return sorted(planned, key=lambda one: (one.due_at, one.address, one.occasion))

    async def explain(self, uid: str) -> Explanation:
        """Say for each subscription what was and will be sent about an event, and why not.

        Raises:
            UnknownEvent: there is none.
        """
        return await explain(self._store, uid, self._clock())

    async def pause(self, by: str) -> None:
        """Post nothing, in any process, until `resume`."""
        async with self._store.writing() as connection:
            await state.put(connection, "paused", by, self._clock())
        await self.editing.note(by, "pause", "all")

    async def resume(self, by: str) -> None:
        """Post again; what fell due meanwhile is sent if it is still of use."""
        async with self._store.writing() as connection:
            await state.remove(connection, "paused")
        await self.editing.note(by, "resume", "all")
        self.wake()

    async def paused(self) -> bool:
        """Say whether posting is paused."""
        async with self._store.reading() as connection:
            return await state.get(connection, "paused") is not None

    def _make_outbox(self) -> Outbox | None:
        if self._deliverer is None or self._settings.dry_run:
            return None
        return Outbox(
            self._store,
            self._deliverer,
            owner=self._owner,
            platforms=self._platforms,
            in_doubt=self._settings.in_doubt,
        )

    def _start_clockwork(self) -> AsyncIOScheduler:
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        clockwork = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        clockwork.add_job(self.wake, "interval", seconds=NET.total_seconds())
        if self._outbox is not None:
            seconds = HEARTBEAT.total_seconds()
            clockwork.add_job(self._keep_lead, "interval", seconds=seconds)
        for job in (*self._jobs, *self._source_jobs()):
            begin = {"next_run_time": _machine_time()} if job.at_once else {}
            seconds = job.every.total_seconds()
            run = self._tracked(job)
            clockwork.add_job(run, "interval", seconds=seconds, id=job.name, **begin)
        # It would say every two seconds that it has woken us.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        clockwork.start()

        def alarm(due: datetime) -> None:
            at = _machine_time() + max(due - self._clock(), timedelta())
            clockwork.add_job(self.wake, "date", run_date=at, id="due", replace_existing=True)

        self._alarm = alarm
        return clockwork

    def _tracked(self, job: Job) -> Callable[[], Awaitable[None]]:
        async def run() -> None:  # APScheduler awaits only what is declared async
            task = asyncio.current_task()
            assert task is not None
            self._under_way.add(task)
            try:
                await job.run()
            except asyncio.CancelledError:
                # Only our stop cancels a job; raised, APScheduler would log it as an error.
                logger.info("Stopped in the middle of: %s.", job.name)
            finally:
                self._under_way.discard(task)

        return run

    async def _keep_lead(self) -> None:
        if self._outbox is not None:
            with suppress(SQLAlchemyError):  # whoever sends says that the database is away
                await self._outbox.keep_lead()

    def _source_jobs(self) -> list[Job]:
        def reading(name: str) -> Callable[[], Awaitable[object]]:
            return lambda: self.sync([name])

        return [
            Job(name=f"read {s.name}", every=s.refresh, run=reading(s.name), at_once=True)
            for s in self._settings.sources
        ]

    async def _plan(self) -> None:
        """Plan and enqueue whenever woken."""
        alarm_at: datetime | None = None
        while True:
            self._due.clear()
            try:
                await self.advance(self._clock())
                async with self._store.reading() as connection:
                    due = [
                        await reminders.next_due(connection),
                        await posts.next_attempt(connection),
                    ]
                ahead = [at for at in due if at is not None and at > self._clock()]
                if ahead and min(ahead) != alarm_at:
                    alarm_at = min(ahead)
                    self._alarm(alarm_at)
            except SQLAlchemyError:
                logger.exception("The database cannot be used; trying again.")
                await asyncio.sleep(RECOVERY)
                continue
            await _until(self._due)

    async def _send(self) -> None:
        """Send whenever something is queued."""
        while self._outbox is not None and not self._outbox.stopping:
            self._queued.clear()
            try:
                await self._outbox.drain(self._clock)
            except SQLAlchemyError:
                logger.exception("The database cannot be used; trying again.")
                await asyncio.sleep(RECOVERY)
            await _until(self._queued)

    async def _stop(self, sending: asyncio.Task[None]) -> None:
        if self._outbox is None:
            return
        self._outbox.stop()
        self._queued.set()
        await asyncio.wait([sending], timeout=GRACE)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        try:
            await self._outbox.release()
        except SQLAlchemyError as error:  # then others wait until the lease is over
            logger.warning("The right to send could not be given back: %s", error)


def _machine_time() -> datetime:
    """Return the time APScheduler lives by, whatever time ours has been started at."""
    return datetime.now(UTC)


async def _until(woken: asyncio.Event) -> None:
    """Wait until woken, or until that should have happened.

    APScheduler sleeps by the machine's clock: set back by an hour, it would wake nobody for so
    long. The loop's own clock cannot be set.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(NET.total_seconds() * 2):
            await woken.wait()


async def _ended(under_way: Collection[asyncio.Task[object]]) -> None:
    """Wait for the ends of jobs that have been cancelled."""
    if under_way:
        await asyncio.wait(under_way, timeout=GRACE)


async def _watch(task: asyncio.Task[None]) -> None:
    await asyncio.shield(task)


async def _no_fetch(url: str, **_: object) -> Fetched:
    raise EventSourceError(f"{url} cannot be read: reading the web is off.")
