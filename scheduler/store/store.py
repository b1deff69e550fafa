"""The store: transactions over all of `scheduler`'s tables, and what others ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

import scheduler.store.events as rows
import scheduler.store.leases as leases
import scheduler.store.listing as listing
import scheduler.store.record as records
import scheduler.store.state as state
from scheduler.database import reading, upgrade, writing
from scheduler.errors import UnknownEvent
from scheduler.events import Event, Review
from scheduler.store.listing import EventFilter
from scheduler.store.record import Delivery
from scheduler.store.rows import Connection
from scheduler.store.state import SourceState

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

    async def event(self, uid: str) -> Event | None:
        """Return an event by its uid or one of its aliases."""
        async with self.reading() as connection:
            found = await rows.load(connection, [await rows.canonical(connection, uid)])
        return found[0].event if found else None

    async def named(self, uid: str) -> Event:
        """Return an event by its uid or one of its aliases.

        Raises:
            UnknownEvent: there is none.
        """
        event = await self.event(uid)
        if event is None:
            raise UnknownEvent(f"There is no event {uid}. List them with: cscc events list")
        return event

    async def events(self, *, review: Review | None = None) -> list[Event]:
        """Return all events that sources or editors tell of, by their first instant."""
        async with self.reading() as connection:
            return await listing.everything(connection, review=review)

    async def suggested(self) -> list[Event]:
        """Return the events that wait for an editor."""
        return await self.events(review=Review.SUGGESTED)

    async def events_between(
        self,
        start: datetime,
        end: datetime | None = None,
        *,
        wanted: EventFilter | None = None,
        limit: int = 100,
    ) -> list[Event]:
        """Return approved events with a start, deadline or opening in the range, soonest first."""
        async with self.reading() as connection:
            found = await listing.between(connection, wanted or EventFilter(), start, end)
        return [event for _, event in found[:limit]]

    async def deliveries(
        self,
        *,
        address: str = "",
        event_uid: str = "",
        since: datetime | None = None,
        decided_by: datetime | None = None,
        outcomes: Sequence[str] = (),
        limit: int = 200,
    ) -> list[Delivery]:
        """Return what was sent, skipped and missed, and why; the latest due first."""
        async with self.reading() as connection:
            return await records.record(
                connection,
                address=address,
                event_uid=event_uid,
                since=since,
                decided_by=decided_by,
                outcomes=outcomes,
                limit=limit,
            )

    async def counts(self) -> dict[str, int]:
        """Return how many posts and reminders stand where."""
        async with self.reading() as connection:
            return await records.counts(connection)

    async def sources(self) -> list[SourceState]:
        """Return how the event sources fare."""
        async with self.reading() as connection:
            return await state.source_states(connection)
