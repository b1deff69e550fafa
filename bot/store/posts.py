"""Rows of what was posted unasked, and the short names of events under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button, Reply
from bot.store.database import Database
from bot.store.tables import handles, posts
from bot.wording.reader import handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something that was posted unasked."""

    id: str
    address: str
    #: The platform's id.
    ref: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    #: "notice", "announcement", "draft" (of one), or "reply" (of the editors to a question).
    kind: str = "notice"
    language: str = "cs"
    #: Of the events it is about.
    uids: tuple[str, ...] = ()
    withdrawn: bool = False
    at: datetime

    def reply(self) -> Reply:
        """Return it as it was posted."""
        return Reply(text=self.text, buttons=self.buttons)


class PostRows:
    """Posts and the short names of events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, post: Post) -> None:
        """Keep a post, in place of an earlier state of it."""

        async def work(connection: AsyncConnection) -> None:
            values = asdict(post)
            values["uids"] = list(post.uids)
            changed = {key: value for key, value in values.items() if key != "id"}
            await connection.execute(
                self._database.insert(posts)
                .values(values)
                .on_conflict_do_update(index_elements=["id"], set_=changed)
            )

        await self._database.write(work)

    async def get(self, id: str) -> Post | None:
        """Return a post by its id."""
        return await self._first(posts.c.id == id)

    async def by_ref(self, platform: str, ref: str, uid: str = "") -> Post | None:
        """Return the post with the platform's id, and about the event where one is named.

        The ids are the platform's and may repeat from chat to chat: the event decides.
        """
        query = (
            select(posts)
            .where(
                # A post in several messages has their ids; its buttons are under the last.
                (posts.c.ref == ref) | posts.c.ref.endswith(f",{ref}"),
                posts.c.address.startswith(f"{platform}:"),
            )
            .order_by(posts.c.at.desc())
        )
        async with self._database.reading() as connection:
            found = [_post(row) for row in (await connection.execute(query)).all()]
        return next((post for post in found if not uid or uid in post.uids), None)

    async def at(self, chat: str, ref: str) -> Post | None:
        """Return the post of ours that stands in a chat as this message, or as a part of it."""
        within = (posts.c.address == chat) | posts.c.address.startswith(f"{chat}/", autoescape=True)
        part = ("," + posts.c.ref + ",").contains(f",{ref},", autoescape=True)
        return await self._first(within & part & (posts.c.kind != "reply"))

    async def _first(self, condition: Any) -> Post | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(posts).where(condition))).first()
        return _post(row) if row else None

    async def batch(self, id: str) -> list[Post]:
        """Return the post of this id, or all posts of the announcement of this id."""
        query = (
            select(posts)
            .where((posts.c.id == id) | posts.c.id.startswith(f"{id}:"), _STANDS)
            .order_by(posts.c.id)
        )
        async with self._database.reading() as connection:
            return [_post(row) for row in (await connection.execute(query)).all()]

    async def latest(self, limit: int = 8) -> list[Post]:
        """Return what was posted last, newest first."""
        query = (
            select(posts)
            .where(posts.c.withdrawn.is_(False), posts.c.kind != "reply", _STANDS)
            .order_by(posts.c.at.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [_post(row) for row in (await connection.execute(query)).all()]

    async def since(self, address: str, since: datetime) -> list[Post]:
        """Return what was posted at an address from an instant on and still holds, first first."""
        query = (
            select(posts)
            .where(posts.c.address == address, posts.c.at >= since, _STANDS)
            .where(posts.c.withdrawn.is_(False), posts.c.kind.in_(("notice", "announcement")))
            .order_by(posts.c.at)
        )
        async with self._database.reading() as connection:
            return [_post(row) for row in (await connection.execute(query)).all()]

    async def remember(self, uids: Iterable[str]) -> None:
        """Keep the short names that buttons call these events by."""
        rows = [{"handle": handle(uid), "uid": uid} for uid in dict.fromkeys(uids)]
        if not rows:
            return

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                self._database.insert(handles).values(rows).on_conflict_do_nothing()
            )

        await self._database.write(work)

    async def uid(self, name: str) -> str | None:
        """Return the event that a button means."""
        query = select(handles.c.uid).where(handles.c.handle == name)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar()

    async def forget(self, direct: Sequence[str]) -> None:
        """Drop what was posted in these chats."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(posts).where(posts.c.address.in_(direct)))

        await self._database.write(work)

    async def move(self, old: str, new: str) -> None:
        """Move a chat's posts to its new address, where they have no numbers."""

        async def work(connection: AsyncConnection) -> None:
            known = (posts.c.address == old) & _STANDS
            await connection.execute(update(posts).where(known).values(ref=_MOVED))
            await connection.execute(
                update(posts).where(posts.c.address == old).values(address=new)
            )

        await self._database.write(work)

    async def prune(self, before: datetime) -> None:
        """Drop what was posted long ago."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(posts).where(posts.c.at < before))

        await self._database.write(work)


#: The id of a post that stood in a chat before that moved: none that could be changed.
_MOVED = "moved"

#: Not a draft, nor what never arrived.
_STANDS = posts.c.ref != ""


def _post(row: Row[Any]) -> Post:
    values = dict(row._mapping)
    values["uids"] = tuple(values["uids"])
    values["buttons"] = tuple(
        tuple(Button(**button) for button in buttons) for buttons in values["buttons"]
    )
    return Post(**values)
