"""An event loop whose time passes only while everybody waits, and a store that such time knows.

What is computed takes no time at all; what the disk does takes exactly as long as is said.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from scheduler.store import Store
from scheduler.store.rows import Connection

T = TypeVar("T")


@dataclass
class Hours:
    """The loop's time, and how many wait for a thread and not for time."""

    now: float = 0.0
    busy: int = 0

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Let no time pass meanwhile."""
        self.busy += 1
        try:
            yield
        finally:
            self.busy -= 1


class _Selector(selectors.DefaultSelector):
    def __init__(self, hours: Hours) -> None:
        super().__init__()
        self._hours = hours

    def select(self, timeout: float | None = None) -> list[Any]:
        """Jump to the next timer where nothing else is to be waited for."""
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(0)
        if ready:
            return ready
        if self._hours.busy:
            return super().select(None)
        self._hours.now += timeout
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, hours: Hours) -> None:
        super().__init__(_Selector(hours))
        self._hours = hours

    def time(self) -> float:
        """Return the virtual time."""
        return self._hours.now


def run(hours: Hours, main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=lambda: _Loop(hours)) as runner:
        return runner.run(main)


class TimedStore(Store):
    """A store whose transactions take no time but for their commits."""

    def __init__(
        self, engine: AsyncEngine, hours: Hours, clock: Callable[[], datetime], commit: float
    ) -> None:
        """commit: seconds of each."""
        super().__init__(engine, lease_clock=clock)
        self._hours = hours
        self.commit = commit
        self._turn = asyncio.Lock()
        #: How often something was written.
        self.commits = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Open a transaction that only reads."""
        with self._hours.standing():
            async with super().reading() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """Open a transaction that writes; one after another."""
        async with self._turn:
            with self._hours.standing():
                async with super().writing() as connection:
                    yield connection
            self.commits += 1
            await asyncio.sleep(self.commit)
