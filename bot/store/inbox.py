"""Rows of what came in: kept before it is acknowledged, dealt with once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import ChatKind, Message, MessageKind
from bot.store.database import Database
from bot.store.tables import messages

#: How long a process holds a message without saying that it still lives.
LEASE = 10.0  # seconds

#: States of a message that is not dealt with.
OPEN = ("received", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message that this process is to deal with."""

    message: Message
    #: "received", or "sending": a try before this one had begun to post the reply.
    state: str = "received"
    #: 1 for the first.
    attempts: int = 1
    received_at: datetime


class InboxRows:
    """What came in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_in(self, message: Message, owner: str, now: datetime) -> Taken | None:
        """Keep a message; None where it is known and dealt with, or somebody is at it.

        A delivery whose first try died is taken over. What was changed or deleted before it came
        is known by that: the id of such a change begins with the message's and a slash.
        """
        changed = select(messages.c.id).where(
            messages.c.place == _place(message),
            messages.c.place != "",
            messages.c.id.startswith(f"{message.id}/", autoescape=True),
        )

        async def work(connection: AsyncConnection) -> Taken | None:
            if (await connection.execute(changed)).first() is not None:
                return None
            row = (await connection.execute(self._claiming(message, owner, now))).first()
            if row is None:
                return None
            # A repeat does not know where the try that died had begun.
            known = load(row.payload) if row.attempts > 1 else message
            return _taken(row, known)

        return await self._database.write(work)

    def _claiming(self, message: Message, owner: str, now: datetime) -> Any:
        """Return what keeps a new message, or takes over one whose lease has ended."""
        lease = self._database.seconds + LEASE
        return (
            self._database.insert(messages)
            .values(
                id=message.id,
                chat=message.chat,
                author=message.author,
                payload=dump(message),
                place=_place(message),
                said=_said(message),
                state="received",
                owner=owner,
                lease=lease,
                attempts=1,
                received_at=now,
            )
            .on_conflict_do_update(
                index_elements=["id"],
                set_={"owner": owner, "lease": lease, "attempts": messages.c.attempts + 1},
                where=messages.c.state.in_(OPEN) & (messages.c.lease < self._database.seconds),
            )
            .returning(messages)
        )

    async def is_unchanged(self, edited: Message) -> bool:
        """Tell whether an edit says what was taken in already.

        Platforms tell of an edit also where somebody put a reaction under the message.
        """
        query = (
            select(messages.c.said)
            .where(messages.c.place == _place(edited), messages.c.place != "")
            .order_by(messages.c.received_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar() == _said(edited)

    async def pass_over(self, message: Message, now: datetime) -> None:
        """Keep that a message came to which nothing is to be said: its id alone."""
        kept = {"id": message.id, "place": _place(message), "received_at": now}
        empty = dict.fromkeys(("chat", "author", "payload", "owner"), "")

        async def work(connection: AsyncConnection) -> None:
            insert = self._database.insert(messages).values(
                **kept, **empty, state="silent", lease=0.0, attempts=1
            )
            await connection.execute(insert.on_conflict_do_nothing())

        await self._database.write(work)

    async def in_work(self, chat: str) -> list[Message]:
        """Return the messages of a chat that are not dealt with, latest first."""
        query = (
            select(messages.c.payload)
            .where(messages.c.chat == chat, messages.c.state.in_(OPEN))
            .order_by(messages.c.received_at.desc())
        )
        async with self._database.reading() as connection:
            return [load(row.payload) for row in await connection.execute(query)]

    async def reply_to(self, edited: Message) -> str:
        """Return the platform's id of the reply to what an edited message said before, or ""."""
        query = (
            select(messages.c.reply)
            .where(messages.c.place == _place(edited), messages.c.reply != "")
            .order_by(messages.c.received_at.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar() or ""

    async def abandoned(self, owner: str, platforms: Sequence[str]) -> list[Taken]:
        """Take over what processes that no longer live have left, oldest first."""
        ours = or_(*(messages.c.chat.startswith(f"{name}:") for name in platforms), false())

        async def work(connection: AsyncConnection) -> list[Taken]:
            rows = await connection.execute(
                update(messages)
                .where(messages.c.state.in_(OPEN), messages.c.lease < self._database.seconds, ours)
                .values(
                    owner=owner,
                    lease=self._database.seconds + LEASE,
                    attempts=messages.c.attempts + 1,
                )
                .returning(messages)
            )
            oldest_first = sorted(rows, key=lambda row: (row.received_at, row.id))
            return [_taken(row, load(row.payload)) for row in oldest_first]

        return await self._database.write(work)

    async def renew(self, owner: str) -> None:
        """Say that the owner still lives."""
        await self._set(owner, self._database.seconds + LEASE)

    async def release(self, owner: str) -> None:
        """Leave what is not dealt with to whoever comes next, at once."""
        await self._set(owner, 0)

    async def _set(self, owner: str, lease: object) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(messages)
                .where(messages.c.owner == owner, messages.c.state.in_(OPEN))
                .values(lease=lease)
            )

        await self._database.write(work)

    async def recall(
        self, chat: str, owner: str, verdict: str, concerns: Callable[[Message], bool]
    ) -> bool:
        """Tell other processes of a chat's messages that they are not to answer any more.

        verdict: "deleted" or "stopped". Returns whether they are at such a message.
        """
        theirs = (
            (messages.c.chat == chat) & messages.c.state.in_(OPEN) & (messages.c.owner != owner)
        )
        async with self._database.reading() as connection:
            query = select(messages.c.id, messages.c.payload).where(theirs)
            rows = (await connection.execute(query)).all()
        found = [row.id for row in rows if concerns(load(row.payload))]

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(messages).where(messages.c.id.in_(found)).values(verdict=verdict)
            )

        if found:
            await self._database.write(work)
        return bool(found)

    async def verdicts(self, owner: str) -> dict[str, str]:
        """Return what others told an owner of its messages, by their ids."""
        query = select(messages.c.id, messages.c.verdict).where(
            messages.c.owner == owner, messages.c.state.in_(OPEN), messages.c.verdict != ""
        )
        async with self._database.reading() as connection:
            return {row.id: row.verdict for row in (await connection.execute(query)).all()}

    async def sending(self, id: str) -> None:
        """Note that the reply is about to be posted."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(messages).where(messages.c.id == id).values(state="sending")
            )

        await self._database.write(work)

    async def begun(self, message: Message, ref: str) -> None:
        """Note where the answer to a message is shown while it is written."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(messages)
                .where(messages.c.id == message.id, messages.c.state.in_(OPEN))
                .values(payload=dump(replace(message, begun=ref)))
            )

        await self._database.write(work)

    async def finish(self, id: str, outcome: str, reply: str = "") -> None:
        """Note what became of a message; only its id stays, so that a repeat is known.

        reply: the platform's id of it.
        """

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(messages)
                .where(messages.c.id == id)
                .values(state=outcome, payload="", author="", chat="", reply=reply)
            )

        await self._database.write(work)

    async def prune(self, before: datetime) -> None:
        """Forget the ids of messages that nobody repeats any more."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(messages).where(
                    messages.c.received_at < before, messages.c.state.not_in(OPEN)
                )
            )

        await self._database.write(work)


def _taken(row: Row[Any], message: Message) -> Taken:
    return Taken(
        message=message, state=row.state, attempts=row.attempts, received_at=row.received_at
    )


def _place(message: Message) -> str:
    """Return a mark of where a message stands, "" where that cannot be edited."""
    has_words = message.ref and message.kind is not MessageKind.BUTTON
    return _mark(message.chat, message.ref) if has_words else ""


def _said(message: Message) -> str:
    """Return a mark of what a message says there; not the words themselves, which do not stay."""
    asked = (message.kind, message.text, message.command, message.arguments)
    return _mark(message.chat, message.ref, *asked)


def _mark(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def dump(message: Message) -> str:
    """Return a message as JSON."""
    fields = asdict(message)
    del fields["received_at"]  # the row has it
    fields["sent_at"] = message.sent_at.isoformat() if message.sent_at else None
    return json.dumps(fields, ensure_ascii=False)


def load(payload: str) -> Message:
    """Return the message of a JSON; fields of other versions are passed over."""
    known: Iterable[str] = Message.__dataclass_fields__
    fields = {key: value for key, value in json.loads(payload).items() if key in known}
    fields["kind"] = MessageKind(fields["kind"])
    fields["chat_kind"] = ChatKind(fields["chat_kind"])
    if fields.get("sent_at"):
        fields["sent_at"] = datetime.fromisoformat(fields["sent_at"])
    return Message(**fields)
