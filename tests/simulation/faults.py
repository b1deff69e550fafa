"""Stops the code at a chosen await: of a transaction's begin, statements and commit, and of every
call of the platform, before it and after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from scheduler.events import Notice
from scheduler.ports import Clock, Deliverer
from scheduler.store import Store
from scheduler.store.rows import Connection


class Killed(BaseException):
    """The process ends here, as far as the code can tell."""


class Stepper:
    """Counts the awaits; at the chosen one, and at all that follow, it throws."""

    def __init__(self) -> None:
        self.steps = 0
        #: 0: never.
        self.stop_at = 0

    def arm(self, stop_at: int) -> None:
        """Throw at the n-th await from now."""
        self.steps, self.stop_at = 0, stop_at

    def step(self) -> None:
        """Count one."""
        self.steps += 1
        if self.stop_at and self.steps >= self.stop_at:
            raise Killed


class FaultyStore(Store):
    """A store that may be killed at each of its awaits."""

    def __init__(self, engine: AsyncEngine, clock: Clock, stepper: Stepper) -> None:
        super().__init__(engine, lease_clock=clock)
        self._stepper = stepper
        event.listen(engine.sync_engine, "before_cursor_execute", self._before_statement)

    def _before_statement(self, *_: Any) -> None:
        self._stepper.step()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Open a transaction that only reads."""
        async with super().reading() as connection:
            yield connection
        self._stepper.step()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """Open a transaction that writes: killed before its commit, or just after."""
        async with super().writing() as connection:
            yield connection
            self._stepper.step()
        self._stepper.step()


class FaultyDeliverer:
    """A deliverer whose caller may be killed before and after each call."""

    def __init__(self, inner: Deliverer, stepper: Stepper) -> None:
        self._inner = inner
        self._stepper = stepper

    async def ready(self, address: str) -> None:
        """Wait for the limits."""
        self._stepper.step()
        await self._inner.ready(address)
        self._stepper.step()

    async def deliver(self, notice: Notice) -> str:
        """Post."""
        self._stepper.step()
        ref = await self._inner.deliver(notice)
        self._stepper.step()
        return ref

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Look up."""
        self._stepper.step()
        found = await self._inner.find(address, post_id, since)
        self._stepper.step()
        return found
