"""The store: transactions over all of `scheduler`'s tables, and what others ask of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

import scheduler.store.leases as leases
from scheduler.database import reading, upgrade, writing
from scheduler.store.rows import Connection

__all__ = ["MIGRATIONS", "Store"]

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class Store:
    """Where events, subscriptions, reminders and posts are kept."""

    def __init__(
        self, engine: AsyncEngine, *, lease_clock: Callable[[], datetime] | None = None
    ) -> None:
        """lease_clock: the leases' clock where it is not the database's (simulated time)."""
        self._engine = engine
        self._lease_clock = lease_clock

    async def upgrade(self) -> None:
        """Bring the tables to their newest version."""
        await upgrade(self._engine, MIGRATIONS, "scheduler_version")

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction that only reads."""
        return reading(self._engine)

    def writing(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction that writes."""
        return writing(self._engine)

    async def lease_time(self, connection: Connection) -> datetime:
        """Return the time by which leases are kept."""
        if self._lease_clock is not None:
            return self._lease_clock()
        return await leases.database_now(connection)
