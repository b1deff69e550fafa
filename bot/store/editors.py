"""Rows of the editors' work: what their messages are about, pinned answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import pins, topics

#: Stands for the address while somebody is about to tell.
CLAIM = "claim:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """An answer that the editors gave to a question that comes again."""

    id: str
    question: str
    answer: str
    url: str = ""
    language: str = "cs"
    audience: str = "public"
    by: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a message to the editors is about."""

    #: "question", "suggestion" or "correct"; "said:…" for what an editor replied to one of them.
    what: str
    #: Id of the question, uid of the event, id of the post.
    subject: str


class EditorRows:
    """Topics and pins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def about(self, address: str, ref: str, topic: Topic, at: datetime) -> None:
        """Keep what a message is about."""

        async def work(connection: AsyncConnection) -> None:
            values = {"what": topic.what, "subject": topic.subject, "at": at}
            await connection.execute(
                self._database.insert(topics)
                .values(address=address, ref=ref, **values)
                .on_conflict_do_update(index_elements=["address", "ref"], set_=values)
            )

        await self._database.write(work)

    async def topic(self, chat: str, ref: str) -> Topic | None:
        """Return what a message of this chat is about."""
        query = select(topics).where(topics.c.address == chat, topics.c.ref == ref)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return Topic(what=row.what, subject=row.subject) if row else None

    async def told(self, what: str) -> set[str]:
        """Return the subjects that the editors were told of."""
        query = select(topics.c.subject).where(topics.c.what == what)
        async with self._database.reading() as connection:
            return set((await connection.execute(query)).scalars())

    async def claim(self, what: str, subject: str, at: datetime) -> bool:
        """Take it upon oneself to tell the editors of a subject; True for the first alone."""

        async def work(connection: AsyncConnection) -> bool:
            claimed = await connection.execute(
                self._database.insert(topics)
                .values(address=CLAIM, ref=subject, what=what, subject=subject, at=at)
                .on_conflict_do_nothing()
            )
            return claimed.rowcount > 0

        return await self._database.write(work)

    async def give_up(self, subject: str) -> None:
        """Leave it to a later try to tell the editors of a subject."""

        async def work(connection: AsyncConnection) -> None:
            ours = (topics.c.address == CLAIM) & (topics.c.ref == subject)
            await connection.execute(delete(topics).where(ours))

        await self._database.write(work)

    async def pin(self, pin: Pin) -> None:
        """Keep a pinned answer, in place of an earlier one with its id."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(pins).where(pins.c.id == pin.id))
            await connection.execute(pins.insert().values(asdict(pin)))

        await self._database.write(work)

    async def unpin(self, id: str) -> bool:
        """Drop a pinned answer; False where there is none."""

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(delete(pins).where(pins.c.id == id))).rowcount > 0

        return await self._database.write(work)

    async def pins(self) -> list[Pin]:
        """Return the pinned answers, newest first."""
        query = select(pins).order_by(pins.c.at.desc())
        async with self._database.reading() as connection:
            return [Pin(**row._mapping) for row in (await connection.execute(query)).all()]

    async def forget(self, author: str, direct: Sequence[str] = ()) -> None:
        """Take an editor's name from the pins, and drop what messages in direct chats are about."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(update(pins).where(pins.c.by == author).values(by=""))
            await connection.execute(delete(topics).where(topics.c.address.in_(direct)))

        await self._database.write(work)
