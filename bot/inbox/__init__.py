"""Takes messages in, keeps them, and has each answered once: in order within a chat, chats at
the same time, and after a crash by whoever starts next."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot.asking import looks_like_question
from bot.inbox.answering import Answering
from bot.inbox.early import Early
from bot.inbox.jobs import Chat, Job
from bot.inbox.overhearing import Overheard
from bot.inbox.port import Assistant
from bot.messages import Message
from bot.platforms import Platform
from bot.store import Store, Taken
from bot.store.inbox import LEASE
from scheduler.ports import Clock

__all__ = ["Assistant", "Inbox"]

logger = logging.getLogger(__name__)

#: From so many outstanding signs on, answering waits a moment for them: many came at once.
BURST, BURST_WAIT = 4, 1.0  # signs, seconds

#: Within this time platforms repeat a delivery that was lost.
REPEATED = timedelta(hours=1)

#: Beats of the heart between errands: about 20 seconds.
ERRANDS = 6

#: What one process tells another of a message that it is at.
DELETED, STOPPED = "deleted", "stopped"

#: What a platform's stop button carries.
STOP = "stop:"


class Inbox:
    """What platforms hand their messages to."""

    def __init__(
        self, *, store: Store, assistant: Assistant, platforms: Mapping[str, Platform], clock: Clock
    ) -> None:
        self._rows = store.inbox
        self._assistant = assistant
        self._platforms = platforms
        self._clock = clock
        self._overheard = Overheard()
        self._early = Early()
        self._answering = Answering(
            rows=store.inbox,
            assistant=assistant,
            platforms=platforms,
            clock=clock,
            overheard=self._overheard,
        )
        self._owner = secrets.token_hex(8)
        self._chats: dict[str, Chat] = {}
        self._group: asyncio.TaskGroup | None = None
        self._running = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._open = 0
        self._ids: set[str] = set()
        self._signs: set[asyncio.Future[None]] = set()

    async def accept(self, message: Message) -> None:
        """Take a message in. When this returns, it is stored, or nothing for us.

        A delivery that is known is passed over, unless its first try died.
        """
        if message.data == STOP:
            await self._stop(message)
            return
        if message.edited and await self._rows.is_unchanged(message):
            return
        is_question = looks_like_question(message.text)
        if not message.addressed and not is_question:
            self._overheard.add(message, self._clock())
        if not await self._is_ours(message):
            await self._remember(message, is_question=is_question)
            return
        await self._running.wait()
        if message.id in self._ids:
            return  # in work here, whatever its lease says
        now = self._clock()
        if message.fleeting:
            self._enqueue(Taken(message=message, received_at=now))
            return
        taken = await self._rows.take_in(message, self._owner, now)
        if taken is not None:
            self._enqueue(taken, recovered=taken.attempts > 1)
        for early in self._early.take(message, now):
            await self.accept(early)

    async def _remember(self, message: Message, *, is_question: bool) -> None:
        """Keep what will matter if the message that it belongs to comes later, out of order."""
        now = self._clock()
        if is_question:
            self._early.add(message, now)
        is_new = message.sent_at is not None and abs(now - message.sent_at) < REPEATED
        if message.deleted and is_new:
            await self._rows.pass_over(message, now)

    async def _is_ours(self, message: Message) -> bool:
        """Tell whether there is something to be said; what changes a message in work counts."""
        if message.edited or message.deleted:
            chat = self._chats.get(message.chat)
            changed = chat.jobs_of(message.ref) if chat else []
            for job in changed:
                job.deleted = job.deleted or message.deleted
            if changed or await self._is_others(message):
                return True
        return await self._assistant.wants(message)

    async def _is_others(self, message: Message) -> bool:
        """Tell whether another process is at the message that was changed; it drops it then."""
        return await self._rows.recall(
            message.chat, self._owner, DELETED, lambda each: each.ref == message.ref
        )

    async def _stop(self, message: Message) -> None:
        """Drop what is in work at an address, here or in another process: "stop" was pressed."""
        chat = self._chats.get(message.chat)
        for job in chat.jobs() if chat else ():
            if job.message.address == message.address:
                job.stop()
        await self._rows.recall(
            message.chat, self._owner, STOPPED, lambda each: each.address == message.address
        )

    async def _heed(self) -> None:
        """Drop what others heard is not to be answered any more."""
        verdicts = await self._rows.verdicts(self._owner)
        for job in (job for chat in self._chats.values() for job in chat.jobs()):
            verdict = verdicts.get(job.message.id)
            job.deleted = job.deleted or verdict == DELETED
            if verdict == STOPPED:
                job.stop()

    async def run(self) -> None:
        """Answer what is taken in, until cancelled; first what was left by a crash."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                await self._recover()
                self._running.set()
                await self._keep_alive(group)
        finally:
            self._running.clear()
            self._group = None
            await self._rows.release(self._owner)

    async def drained(self) -> None:
        """Wait until nothing is waiting to be answered."""
        await self._running.wait()
        await self._idle.wait()

    @property
    def waiting(self) -> int:
        """How many messages are being dealt with."""
        return self._open

    async def _keep_alive(self, group: asyncio.TaskGroup) -> None:
        """Renew the lease on what is in work; take over what others left; have errands run.

        Errands wait for the platforms' limits: the heart does not wait for them.
        """
        beats, errands = 0, group.create_task(asyncio.sleep(0))
        while True:
            await asyncio.sleep(LEASE / 3)
            beats += 1
            try:
                if self._open:
                    await self._rows.renew(self._owner)
                    await self._heed()
                await self._recover()
            except SQLAlchemyError as error:
                logger.warning("The database did not answer; the inbox goes on: %s", error)
            if beats % ERRANDS == 0 and errands.done():
                errands = group.create_task(self._run_errands())

    async def _run_errands(self) -> None:
        try:
            await self._assistant.errands()
        except SQLAlchemyError as error:
            logger.warning("The database did not answer; errands wait: %s", error)

    async def _recover(self) -> None:
        for taken in await self._rows.abandoned(self._owner, list(self._platforms)):
            self._enqueue(taken, recovered=True)

    def _enqueue(self, taken: Taken, *, recovered: bool = False) -> None:
        if self._group is None:
            return  # stopping: the next process takes it over
        message = replace(taken.message, received_at=taken.received_at)
        taken = replace(taken, message=message)
        note = partial(self._note_begun, message)
        responder = self._platforms[message.platform].responder(message, note)
        job = Job(taken, responder, recovered=recovered)
        if self._assistant.shows(message):
            # Shown at once, also while earlier messages of the chat are in work.
            job.sign = asyncio.ensure_future(responder.begin())
            self._signs.add(job.sign)
            job.sign.add_done_callback(self._signs.discard)
        chat = self._chats.setdefault(message.chat, Chat())
        chat.waiting.append(job)
        self._open += 1
        self._ids.add(message.id)
        self._idle.clear()
        if chat.worker is None:
            chat.worker = self._group.create_task(self._work(message.chat, chat))

    async def _note_begun(self, message: Message, ref: str) -> None:
        """Keep what a responder wants to be known after a crash; the answer matters more."""
        try:
            await self._rows.begun(message, ref)
        except SQLAlchemyError as error:
            logger.warning("What is shown for %s could not be noted: %s", message.id, error)

    async def _work(self, name: str, chat: Chat) -> None:
        """Work off a chat's messages one after another."""
        while chat.waiting:
            job = chat.current = chat.waiting.popleft()
            try:
                if len(self._signs) > BURST:
                    await asyncio.wait({*self._signs}, timeout=BURST_WAIT)
                await self._answering.deal_with(job)
            finally:
                chat.current = None
                self._open -= 1
                self._ids.discard(job.message.id)
        del self._chats[name]
        if not self._chats:
            self._idle.set()
