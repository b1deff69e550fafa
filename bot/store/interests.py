"""Rows of who is interested in which event, with their consent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import consents, interests


class InterestRows:
    """Interests, and where consent to keep one was asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def toggle(self, uid: str, kind: str, author: str, name: str, at: datetime) -> bool:
        """Add a person to those interested, or take them out; tell whether they are in now."""

        async def work(connection: AsyncConnection) -> bool:
            theirs = (
                (interests.c.event_uid == uid)
                & (interests.c.kind == kind)
                & (interests.c.author == author)
            )
            if (await connection.execute(delete(interests).where(theirs))).rowcount:
                return False
            values = {"event_uid": uid, "kind": kind, "author": author, "name": name, "at": at}
            await connection.execute(interests.insert().values(values))
            return True

        return await self._database.write(work)

    async def asked(self, author: str, button: str) -> datetime | None:
        """Return when a person was last asked for consent at a button; None: never."""
        query = select(consents.c.at).where(
            consents.c.author == author, consents.c.button == button
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar()

    async def ask(self, author: str, button: str, at: datetime) -> None:
        """Note that a person was asked for consent at a button."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                self._database.insert(consents)
                .values(author=author, button=button, at=at)
                .on_conflict_do_update(index_elements=["author", "button"], set_={"at": at})
            )

        await self._database.write(work)

    async def answered(self, author: str, button: str) -> None:
        """Note that consent was given at a button: who leaves is asked anew."""

        async def work(connection: AsyncConnection) -> None:
            this = (consents.c.author == author) & (consents.c.button == button)
            await connection.execute(delete(consents).where(this))

        await self._database.write(work)

    async def takes_part(self, author: str, kind: str) -> bool:
        """Tell whether a person pressed a button of this kind, of whichever event."""
        theirs = (interests.c.author == author) & (interests.c.kind == kind)
        query = select(interests.c.author).where(theirs).limit(1)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).first() is not None

    async def events(self) -> list[str]:
        """Return the events that somebody is interested in."""
        query = select(interests.c.event_uid).distinct()
        async with self._database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def join(self, old: str, new: str) -> None:
        """Have those interested in one event stand under another, which is the same."""

        async def work(connection: AsyncConnection) -> None:
            theirs = select(interests).where(interests.c.event_uid == old)
            found = [dict(row._mapping) for row in await connection.execute(theirs)]
            rows = [{**row, "event_uid": new} for row in found]
            if rows:
                await connection.execute(
                    self._database.insert(interests).values(rows).on_conflict_do_nothing()
                )
            await connection.execute(delete(interests).where(interests.c.event_uid == old))

        await self._database.write(work)

    async def drop(self, uid: str) -> None:
        """Drop who was interested in an event."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(interests).where(interests.c.event_uid == uid))

        await self._database.write(work)

    async def people(self, uid: str, kind: str) -> list[tuple[str, str]]:
        """Return (author, name) of those who pressed the same, first come first."""
        query = (
            select(interests.c.author, interests.c.name)
            .where(interests.c.event_uid == uid, interests.c.kind == kind)
            .order_by(interests.c.at)
        )
        async with self._database.reading() as connection:
            return [(row.author, row.name) for row in (await connection.execute(query)).all()]

    async def counts(self, uids: Iterable[str]) -> dict[str, int]:
        """Return how many pressed, by event."""
        query = (
            select(interests.c.event_uid, func.count())
            .where(interests.c.event_uid.in_(list(uids)))
            .group_by(interests.c.event_uid)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {row[0]: row[1] for row in rows}

    async def forget(self, author: str) -> int:
        """Take a person out of all lists; return of how many."""

        async def work(connection: AsyncConnection) -> int:
            done = await connection.execute(delete(interests).where(interests.c.author == author))
            await connection.execute(delete(consents).where(consents.c.author == author))
            return done.rowcount

        return await self._database.write(work)

    async def prune(self, before: datetime) -> None:
        """Drop questions for consent that nobody answered."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(consents).where(consents.c.at < before))

        await self._database.write(work)
