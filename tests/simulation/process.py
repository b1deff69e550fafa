"""A process of the simulation: a scheduler with database connections of its own, that can die."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from scheduler.database import open_database
from scheduler.delivery.outbox import LEASE
from scheduler.ports import Deliverer
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from tests.simulation.faults import FaultyDeliverer, FaultyStore, Killed, Stepper


class Clock:
    """The time of a simulation: it stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Process:
    """One life of the scheduler's process, from its start to its death."""

    def __init__(
        self, url: str, clock: Clock, deliverer: Deliverer, settings: SchedulerSettings
    ) -> None:
        self.stepper = Stepper()
        self.engine = open_database(url)
        self.store = FaultyStore(self.engine, clock, self.stepper)
        self.scheduler = Scheduler(
            settings,
            store=self.store,
            clock=clock,
            deliverer=FaultyDeliverer(deliverer, self.stepper),
        )


class Lives:
    """One process after another: each that is killed is followed by the next."""

    def __init__(
        self, url: str, clock: Clock, deliverer: Deliverer, settings: SchedulerSettings
    ) -> None:
        self._make: Callable[[], Process] = lambda: Process(url, clock, deliverer, settings)
        self.clock = clock
        self.deaths = 0
        self.process = self._make()

    @property
    def scheduler(self) -> Scheduler:
        """The scheduler of the process that lives now."""
        return self.process.scheduler

    @property
    def store(self) -> FaultyStore:
        """Its store."""
        return self.process.store

    async def begin(self) -> None:
        """Start the first process."""
        await self.store.upgrade()
        await self.scheduler.begin()

    async def attempt(self, stop_at: int, work: Callable[[], Awaitable[object]]) -> bool:
        """Do something, killed at its n-th await if it has so many; then a new process starts.

        Time goes on meanwhile, past the leases of the dead.
        """
        self.process.stepper.arm(stop_at)
        try:
            await work()
        except (Killed, BaseExceptionGroup):
            self.process.stepper.arm(0)
            await self.process.engine.dispose()
            self.deaths += 1
            self.process = self._make()
            self.clock.now += LEASE + timedelta(seconds=1)
            return True
        self.process.stepper.arm(0)
        return False

    async def end(self) -> None:
        """End in peace."""
        await self.process.engine.dispose()
