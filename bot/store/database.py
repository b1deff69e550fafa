"""Transactions for the bot's rows: many small writes share one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.elements import ColumnElement

from scheduler.database import reading, writing

T = TypeVar("T")

Work = Callable[[AsyncConnection], Awaitable[Any]]

_Pending = tuple[Work, "asyncio.Future[Any]"]


class Database:
    """Reads and writes of one engine.

    Writes that wait for one another are committed together: a commit costs the disk the same
    for one as for fifty, and two hundred questions may come at once.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._pending: list[_Pending] = []
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads."""
        async with reading(self._engine) as connection:
            yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do the work in a transaction, perhaps with others'; return once it is committed."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._pending.append((work, done))
        try:
            async with self._turn:
                if not done.done():
                    batch, self._pending = self._pending, []
                    await self._commit([each for each in batch if not each[1].done()])
            return await done
        except asyncio.CancelledError:
            done.cancel()  # nobody waits for it any more: it is not done in a later turn
            raise

    async def _commit(self, batch: list[_Pending]) -> None:
        try:
            async with writing(self._engine) as connection:
                results = [await work(connection) for work, _ in batch]
        except asyncio.CancelledError:
            # Whoever led is gone; the others take their turn with what is left.
            self._pending = [each for each in batch if not each[1].done()] + self._pending
            raise
        except SQLAlchemyError as error:
            await self._one_by_one(batch, error)
        else:
            for (_, done), result in zip(batch, results, strict=True):
                if not done.done():
                    done.set_result(result)

    async def _one_by_one(self, batch: list[_Pending], error: SQLAlchemyError) -> None:
        """Find the one that fails, so that the others do not fail with it."""
        if len(batch) == 1:
            if not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for each in batch:
            await self._commit([each])

    def insert(self, table: Table) -> Any:
        """Return an INSERT that knows ON CONFLICT."""
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    @property
    def seconds(self) -> ColumnElement[float]:
        """The database's own clock: processes may disagree about the time, leases may not."""
        if self._engine.dialect.name == "postgresql":
            return literal_column("extract(epoch from clock_timestamp())")
        return literal_column("((julianday('now') - 2440587.5) * 86400.0)")
