"""Takes messages in, keeps them, and has each answered once: in order within a chat, chats at
the same time, and after a crash by whoever starts next."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.messages import (
    CannotLook,
    ChatKind,
    DeliveryError,
    Message,
    MessageKind,
    Reply,
    ReplyKind,
    Responder,
    Undeliverable,
)
from bot.platforms import Platform
from bot.store import Store, Taken
from bot.store.inbox import LEASE
from scheduler.events import Clock

logger = logging.getLogger(__name__)

#: Tries of handling one message before the person is told that it failed.
TRIES = 2

#: How long a reply waits for the sign of work before it.
SIGN_WAIT = 3.0  # seconds

#: From so many outstanding signs on, answering waits a moment for them: many came at once.
BURST, BURST_WAIT = 4, 1.0  # signs, seconds

#: Processes that may die over one message before it is given up.
GIVEN_UP = 3

#: How long a stop waits for a reply that is being posted.
PATIENCE = 5.0  # seconds

#: Waits between tries of posting one reply; the platform has waited out short ones itself.
PAUSES = (1.0, 5.0, 20.0)  # seconds

#: Beats of the heart between errands: about 20 seconds.
ERRANDS = 6

#: What a platform's stop button carries.
STOP = "stop:"

#: Chats of which it is remembered what people say to each other.
_OVERHEARD = 2000

#: How long that matters.
_FRESH = timedelta(minutes=10)


class Assistant(Protocol):
    """What the inbox needs of the assistant."""

    async def wants(self, message: Message) -> bool:
        """Tell whether this message is for the assistant."""

    def shows(self, message: Message) -> bool:
        """Tell whether a reply is sure to come, so that a sign of work may be shown."""

    async def handle(self, message: Message, responder: Responder) -> Reply | None:
        """Answer a message; None where nothing is to be said."""

    async def posted(self, message: Message, ref: str) -> None:
        """Take note of the platform's id of the reply."""

    def late(self, message: Message, reply: Reply | None, age: timedelta) -> Reply | None:
        """Return the reply as it is said late."""

    def sorry(self, message: Message) -> Reply:
        """Return what is said where answering failed."""

    def owes(self, message: Message) -> bool:
        """Tell whether the author waits for a reply."""

    def stopped(self, message: Message) -> Reply:
        """Return what is said where somebody stopped the answer."""

    async def errands(self) -> None:
        """Do what is to be done from time to time."""

    def meanwhile(self, message: Message, reply: Reply) -> Reply | None:
        """Return the reply where somebody else has answered by now."""


@dataclass(slots=True)
class _Chat:
    """The queue of one chat, and who works it off."""

    waiting: deque[_Job] = field(default_factory=deque)
    current: _Job | None = None
    worker: asyncio.Task[None] | None = None


@dataclass(slots=True)
class _Job:
    taken: Taken
    responder: Responder
    #: Shows the sign of work; done before the reply is posted.
    sign: asyncio.Future[None] | None = None
    #: Taken over from a process that died.
    recovered: bool = False
    #: The reply may have been posted: it is not worded again.
    posting: bool = False
    #: Finds the reply; cancelled where somebody stops it.
    finding: asyncio.Future[Reply | None] | None = None
    #: Somebody pressed "stop".
    stopped: bool = False
    #: Its author deleted the message meanwhile.
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """Somebody said something in a chat that was not meant for the assistant."""

    author: str
    address: str
    reply_to: str
    at: datetime


_FindReply = Callable[[_Job], Awaitable[Reply | None]]


class Inbox:
    """What platforms hand their messages to."""

    def __init__(
        self, *, store: Store, assistant: Assistant, platforms: Mapping[str, Platform], clock: Clock
    ) -> None:
        self._store = store
        self._assistant = assistant
        self._platforms = platforms
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._chats: dict[str, _Chat] = {}
        self._heard: OrderedDict[str, deque[_Heard]] = OrderedDict()
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
        if not message.addressed:
            self._overhear(message)
        in_work = self._in_work(message) if message.edited or message.deleted else None
        if in_work is not None and message.deleted:
            in_work.deleted = True
        elif in_work is None and not await self._assistant.wants(message):
            return
        await self._running.wait()
        if message.id in self._ids:
            return  # in work here, whatever its lease says
        now = self._clock()
        if message.fleeting:
            self._enqueue(Taken(message=message, received_at=now))
            return
        taken = await self._store.inbox.take_in(message, self._owner, now)
        if taken is not None:
            self._enqueue(taken, recovered=taken.attempts > 1)

    async def _stop(self, message: Message) -> None:
        """Drop what is in work at an address: somebody pressed "stop"."""
        chat = self._chats.get(message.chat)
        if chat is None:
            return
        jobs = [*([chat.current] if chat.current else []), *chat.waiting]
        for job in jobs:
            if job.taken.message.address == message.address and not job.posting:
                job.stopped = True
                if job.finding is not None:
                    job.finding.cancel()

    def _in_work(self, message: Message) -> _Job | None:
        """Return the job of the message that this one changes, if it is not done."""
        chat = self._chats.get(message.chat)
        jobs = [*chat.waiting, *([chat.current] if chat.current else [])] if chat else []
        return next((job for job in jobs if job.taken.message.ref == message.ref), None)

    async def run(self) -> None:
        """Answer what is taken in, until cancelled; first what was left by a crash."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                await self._recover()
                self._running.set()
                await self._keep_alive()
        finally:
            self._running.clear()
            self._group = None
            await self._store.inbox.release(self._owner)

    async def drained(self) -> None:
        """Wait until nothing is waiting to be answered."""
        await self._running.wait()
        await self._idle.wait()

    @property
    def waiting(self) -> int:
        """How many messages are being dealt with."""
        return self._open

    async def _keep_alive(self) -> None:
        """Renew the lease on what is in work; take over what others left; run errands."""
        beats = 0
        while True:
            await asyncio.sleep(LEASE / 3)
            beats += 1
            try:
                if self._open:
                    await self._store.inbox.renew(self._owner)
                await self._recover()
                if beats % ERRANDS == 0:
                    await self._assistant.errands()
            except SQLAlchemyError as error:
                logger.warning("The database did not answer; the inbox goes on: %s", error)

    async def _recover(self) -> None:
        for taken in await self._store.inbox.abandoned(self._owner, list(self._platforms)):
            self._enqueue(taken, recovered=True)

    def _enqueue(self, taken: Taken, *, recovered: bool = False) -> None:
        if self._group is None:
            return  # stopping: the next process takes it over
        message = taken.message
        responder = self._platforms[message.platform].responder(message)
        job = _Job(taken, responder, recovered=recovered)
        if self._assistant.shows(message):
            # Shown at once, also while earlier messages of the chat are in work.
            job.sign = asyncio.ensure_future(responder.begin())
            self._signs.add(job.sign)
            job.sign.add_done_callback(self._signs.discard)
        chat = self._chats.setdefault(message.chat, _Chat())
        chat.waiting.append(job)
        self._open += 1
        self._ids.add(message.id)
        self._idle.clear()
        if chat.worker is None:
            chat.worker = self._group.create_task(self._work(message.chat, chat))

    async def _work(self, name: str, chat: _Chat) -> None:
        """Work off a chat's messages one after another."""
        while chat.waiting:
            job = chat.current = chat.waiting.popleft()
            try:
                if len(self._signs) > BURST:
                    await asyncio.wait({*self._signs}, timeout=BURST_WAIT)
                await self._deal_with(job)
            finally:
                chat.current = None
                self._open -= 1
                self._ids.discard(job.taken.message.id)
        del self._chats[name]
        if not self._chats:
            self._idle.set()

    async def _deal_with(self, job: _Job) -> None:
        """Find a reply and post it; where that fails, try again, then say so."""
        for find_reply in (*[self._worded] * TRIES, self._sorry):
            try:
                await self._settle_unbroken(job, await self._found(job, find_reply))
            except Exception:
                # The border of one message: whatever goes wrong with it stops here.
                logger.exception("Message %s could not be answered.", job.taken.message.id)
                if job.posting:
                    return
            else:
                return

    async def _found(self, job: _Job, find_reply: _FindReply) -> Reply | None:
        """Find the reply, unless somebody stops it."""
        if not job.stopped:
            job.finding = asyncio.ensure_future(find_reply(job))
            try:
                return await job.finding
            except asyncio.CancelledError:
                job.finding.cancel()
                if not job.stopped:
                    raise
        return self._assistant.stopped(job.taken.message)

    async def _settle_unbroken(self, job: _Job, reply: Reply | None) -> None:
        """Post the reply and note the outcome; a stop waits for it."""
        settling = asyncio.create_task(self._settle(job, reply))
        try:
            await asyncio.shield(settling)
        except asyncio.CancelledError:
            await asyncio.wait({settling}, timeout=PATIENCE)
            settling.cancel()
            raise

    async def _sorry(self, job: _Job) -> Reply | None:
        message = job.taken.message
        return self._assistant.sorry(message) if self._assistant.owes(message) else None

    async def _worded(self, job: _Job) -> Reply | None:
        """Return what is to be said now: in time, late, or after somebody else."""
        message, assistant = job.taken.message, self._assistant
        age = max(self._clock() - job.taken.received_at, timedelta(0))
        reply = assistant.late(message, None, age) if job.recovered else None
        if job.recovered and job.taken.attempts > GIVEN_UP:
            reply = assistant.sorry(message)
        if reply is None:
            reply = await assistant.handle(message, job.responder)
            if reply is not None and job.recovered:
                reply = assistant.late(message, reply, age) or reply
        if reply is not None and self._somebody_answered(job):
            reply = assistant.meanwhile(message, reply)
        return reply

    async def _settle(self, job: _Job, reply: Reply | None) -> None:
        message = job.taken.message
        if job.deleted and not job.posting:
            reply = None
        await self._end_sign(job, wait=reply is not None)
        outcome, ref = await self._post(job, reply) if reply is not None else ("silent", None)
        async with asyncio.TaskGroup() as group:
            if ref is not None:
                group.create_task(self._assistant.posted(message, ref))
            if not message.fleeting:
                group.create_task(self._store.inbox.finish(message.id, outcome))

    async def _end_sign(self, job: _Job, *, wait: bool) -> None:
        """Let the sign be shown before the reply, so that it cannot come after it."""
        sign, job.sign = job.sign, None
        if sign is None:
            return
        await asyncio.wait({sign}, timeout=SIGN_WAIT if wait else 0)
        if not sign.done():
            sign.cancel()
        elif not sign.cancelled() and sign.exception() is not None:
            error = sign.exception()
            logger.warning("No sign of work for %s: %s", job.taken.message.id, error)

    async def _was_sent(self, job: _Job) -> bool:
        """Tell whether a try that died had posted its reply; not where that cannot be known."""
        return await self._find(job) is not None

    async def _find(self, job: _Job) -> str | None:
        """Return the id of the reply if it was posted; None if not, or if nobody can tell."""
        message = job.taken.message
        since = job.taken.received_at - timedelta(minutes=1)
        for pause in PAUSES:
            try:
                platform = self._platforms[message.platform]
                return await platform.find(message.address, message.id, since)
            except (CannotLook, Undeliverable):
                return None
            except DeliveryError as error:
                await asyncio.sleep(error.retry_after or pause)
        return None

    async def _post(self, job: _Job, reply: Reply) -> tuple[str, str | None]:
        """Post the reply, waiting out what passes; return what became of it, and its id."""
        if job.recovered and await self._was_sent(job):
            return "sent", None
        job.posting = True
        for pause in (*PAUSES, None):
            try:
                ref = await self._finish(job, reply)
            except Undeliverable as error:
                logger.warning("Reply to %s cannot be delivered: %s", job.taken.message.id, error)
                return "undeliverable", None
            except DeliveryError as error:
                found = None if error.certain else await self._find(job)
                if found is not None:
                    ref = found
                elif pause is None:
                    logger.error("Reply to %s was not taken: %s", job.taken.message.id, error)
                    return "failed", None
                else:
                    await asyncio.sleep(max(pause, error.retry_after or 0))
                    continue
            return "sent", ref
        return "failed", None

    async def _finish(self, job: _Job, reply: Reply) -> str:
        """Post it; what cannot be said in private in a group is said in short, or openly."""
        try:
            return await job.responder.finish(reply)
        except Undeliverable:
            if reply.kind is not ReplyKind.PRIVATE or job.taken.message.private:
                raise
            is_press = job.taken.message.kind is MessageKind.BUTTON and not reply.files
            kind = ReplyKind.TOAST if is_press else ReplyKind.POST
            return await job.responder.finish(replace(reply, kind=kind))

    def _overhear(self, message: Message) -> None:
        """Remember that people talk to each other; not what they say."""
        if message.chat_kind is ChatKind.DIRECT or message.deleted or message.edited:
            return
        heard = self._heard.setdefault(message.chat, deque(maxlen=20))
        self._heard.move_to_end(message.chat)
        heard.append(
            _Heard(
                author=message.author,
                address=message.address,
                reply_to=message.reply_to,
                at=self._clock(),
            )
        )
        while len(self._heard) > _OVERHEARD:
            self._heard.popitem(last=False)

    def _somebody_answered(self, job: _Job) -> bool:
        """Tell whether another person has replied to the question while it was in work."""
        message, since = job.taken.message, job.taken.received_at
        if message.kind is not MessageKind.TEXT or message.chat_kind is ChatKind.DIRECT:
            return False
        return any(
            heard.author != message.author and heard.at >= since and _is_reply(heard, message)
            for heard in self._heard.get(message.chat, ())
            if self._clock() - heard.at < _FRESH
        )


def _is_reply(heard: _Heard, message: Message) -> bool:
    if message.ref and heard.reply_to == message.ref:
        return True
    return message.threaded and heard.address == message.address
