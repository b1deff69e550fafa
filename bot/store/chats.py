"""Rows of chats, people and their conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import chats, people, turns
from knowledge.documents import Turn

#: Earlier messages of a conversation that a question is understood with.
TURNS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What is known of a chat."""

    chat: str
    #: Chosen there; None while nobody has.
    language: str | None = None
    #: Of the last question there.
    guess: str | None = None
    #: "mention", "questions", "all" or "never"; None: the default.
    respond: str | None = None
    #: The language was asked for once.
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of a person."""

    author: str
    language: str | None = None


class ChatRows:
    """Chats, people and what was said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chat(self, chat: str) -> Chat:
        """Return what is known of a chat."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(chats).where(chats.c.chat == chat))).first()
        return Chat(**row._mapping) if row else Chat(chat=chat)

    async def who(self, chat: str, author: str) -> tuple[Chat, Person]:
        """Return what is known of a chat and of a person, in one go."""
        async with self._database.reading() as connection:
            place = (await connection.execute(select(chats).where(chats.c.chat == chat))).first()
            query = select(people).where(people.c.author == author)
            someone = (await connection.execute(query)).first()
        return (
            Chat(**place._mapping) if place else Chat(chat=chat),
            Person(**someone._mapping) if someone else Person(author=author),
        )

    async def person(self, author: str) -> Person:
        """Return what is known of a person."""
        query = select(people).where(people.c.author == author)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return Person(**row._mapping) if row else Person(author=author)

    async def wide(self, prefix: str) -> list[str]:
        """Return the chats of this beginning where more than mentions is heard."""
        query = (
            select(chats.c.chat)
            .where(chats.c.chat.startswith(prefix), chats.c.respond.in_(("all", "questions")))
            .order_by(chats.c.chat)
        )
        async with self._database.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def set_chat(self, chat: str, **values: object) -> None:
        """Change what is known of a chat: language, guess, respond, asked."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                self._database.insert(chats)
                .values(chat=chat, **{"asked": False, **values})
                .on_conflict_do_update(index_elements=["chat"], set_=values)
            )

        await self._database.write(work)

    async def set_person(self, author: str, **values: object) -> None:
        """Change what is known of a person: the language."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                self._database.insert(people)
                .values(author=author, **values)
                .on_conflict_do_update(index_elements=["author"], set_=values)
            )

        await self._database.write(work)

    async def history(self, address: str, author: str, since: datetime) -> tuple[Turn, ...]:
        """Return what a person and the assistant said there, oldest first."""
        query = (
            select(turns.c.role, turns.c.text)
            .where(turns.c.address == address, turns.c.author == author, turns.c.at >= since)
            .order_by(turns.c.id.desc())
            .limit(TURNS)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Turn(role=row.role, text=row.text) for row in reversed(rows))

    async def move(self, old: str, new: str) -> None:
        """Move a chat's settings and conversations to its new address."""

        async def work(connection: AsyncConnection) -> None:
            known = select(chats.c.chat).where(chats.c.chat == old)
            if (await connection.execute(known)).first():
                await connection.execute(delete(chats).where(chats.c.chat == new))
            await connection.execute(update(chats).where(chats.c.chat == old).values(chat=new))
            await connection.execute(
                update(turns).where(turns.c.address == old).values(address=new)
            )

        await self._database.write(work)

    async def forget(self, author: str, direct: Sequence[str] = ()) -> tuple[int, int]:
        """Drop a person's conversations and settings, with those of the direct chats.

        Returns how many messages of conversations and how many choices there were.
        """

        async def work(connection: AsyncConnection) -> tuple[int, int]:
            said = await connection.execute(delete(turns).where(turns.c.author == author))
            chosen = await connection.execute(
                select(people.c.author).where(
                    people.c.author == author, people.c.language.is_not(None)
                )
            )
            settings = len(chosen.all())
            await connection.execute(delete(people).where(people.c.author == author))
            await connection.execute(delete(chats).where(chats.c.chat.in_(direct)))
            return said.rowcount, settings

        return await self._database.write(work)

    async def prune(self, before: datetime) -> None:
        """Drop conversations that are over."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(turns).where(turns.c.at < before))

        await self._database.write(work)


async def add_turns(
    connection: AsyncConnection, address: str, author: str, said: list[Turn], at: datetime
) -> None:
    """Keep what was said, within a transaction."""
    rows = [
        {"address": address, "author": author, "role": turn.role, "text": turn.text, "at": at}
        for turn in said
    ]
    if rows:
        await connection.execute(turns.insert(), rows)
