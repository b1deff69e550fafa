"""All SQL of the bot: what came in, chats, people, questions, posts, the editors' work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.chats import Chat, ChatRows, Person
from bot.store.database import Database
from bot.store.editors import EditorRows, Pin, Topic
from bot.store.inbox import InboxRows, Taken
from bot.store.posts import Post, PostRows
from bot.store.questions import Question, QuestionRows
from scheduler.database import upgrade as _upgrade

__all__ = [
    "Chat",
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


class Store:
    """The bot's rows."""

    def __init__(self, engine: AsyncEngine) -> None:
        database = Database(engine)
        self.inbox = InboxRows(database)
        self.chats = ChatRows(database)
        self.questions = QuestionRows(database)
        self.posts = PostRows(database)
        self.editors = EditorRows(database)

    async def forget(self, author: str, direct: Sequence[str] = ()) -> int:
        """Remove what is kept of a person; return how many questions there were.

        direct: the chats where nobody else is.
        """
        count = await self.questions.forget(author)
        await asyncio.gather(
            self.inbox.forget(author), self.chats.forget(author, direct), self.posts.forget(author)
        )
        return count

    async def prune(self, now: datetime, *, conversations: timedelta, questions: timedelta) -> None:
        """Drop what was kept long enough."""
        await self.inbox.prune(now - _IDS)
        await self.chats.prune(now - conversations)
        await self.questions.prune(now - questions)
        await self.posts.prune(now - _POSTS)
