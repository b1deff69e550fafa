"""All SQL of the bot: what came in, chats, people, questions, posts, the editors' work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.chats import Chat, ChatRows, Person
from bot.store.database import Database
from bot.store.editors import EditorRows, Pin, Topic
from bot.store.inbox import InboxRows, Taken
from bot.store.interests import InterestRows
from bot.store.moves import MoveRows
from bot.store.posts import Post, PostRows
from bot.store.questions import Question, QuestionRows
from scheduler.database import upgrade as _upgrade

__all__ = [
    "Chat",
    "Forgotten",
    "Person",
    "Pin",
    "Post",
    "Question",
    "Store",
    "Taken",
    "Topic",
    "upgrade",
]

#: How long the ids of messages are kept: nobody repeats a delivery after that.
_IDS = timedelta(days=3)

#: How long posts can be corrected and withdrawn.
_POSTS = timedelta(days=400)


async def upgrade(engine: AsyncEngine) -> None:
    """Bring the bot's tables up to date."""
    await _upgrade(engine, Path(__file__).parent.parent / "migrations", "bot_version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was kept of a person."""

    questions: int = 0
    votes: int = 0
    #: Of conversations, the assistant's included.
    messages: int = 0
    interests: int = 0
    #: 1 where something was chosen or agreed to.
    settings: int = 0


class Store:
    """The bot's rows."""

    def __init__(self, engine: AsyncEngine) -> None:
        database = Database(engine)
        self.inbox = InboxRows(database)
        self.chats = ChatRows(database)
        self.questions = QuestionRows(database)
        self.posts = PostRows(database)
        self.interests = InterestRows(database)
        self.editors = EditorRows(database)
        self.moves = MoveRows(database)

    async def forget(self, author: str, direct: Sequence[str] = ()) -> Forgotten:
        """Remove what is kept of a person; return how much there was.

        direct: the chats where nobody else is.
        """
        asked, said, interests, *_ = await asyncio.gather(
            self.questions.forget(author),
            self.chats.forget(author, direct),
            self.interests.forget(author),
            self.posts.forget(direct),
            self.editors.forget(author, direct),
        )
        questions, votes = asked
        messages, settings = said
        return Forgotten(
            questions=questions,
            votes=votes,
            messages=messages,
            interests=interests,
            settings=settings,
        )

    async def move(self, old: str, new: str) -> None:
        """Follow a chat to its new address; once more changes nothing.

        What messages to the editors are about stays: nobody can reply to them from there.
        """
        await asyncio.gather(
            self.moves.keep(old, new),
            *(rows.move(old, new) for rows in (self.chats, self.questions, self.posts)),
        )

    async def prune(self, now: datetime, *, conversations: timedelta, questions: timedelta) -> None:
        """Drop what was kept long enough."""
        await self.inbox.prune(now - _IDS)
        await self.chats.prune(now - conversations)
        await self.questions.prune(now - questions)
        await self.interests.prune(now - conversations)
        await self.posts.prune(now - _POSTS)
