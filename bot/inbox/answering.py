"""Finds the reply to one message and posts it once, whatever fails on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.inbox.jobs import Job
from bot.inbox.overhearing import Overheard
from bot.inbox.port import Assistant
from bot.messages import (
    CannotLook,
    DeliveryError,
    MessageKind,
    Reply,
    ReplyKind,
    Undeliverable,
)
from bot.platforms import Platform
from bot.store.inbox import InboxRows
from scheduler.ports import Clock

logger = logging.getLogger(__name__)

#: Tries of handling one message before the person is told that it failed.
TRIES = 2

#: How long a reply waits for the sign of work before it.
SIGN_WAIT = 3.0  # seconds

#: Processes that may die over one message before it is given up.
GIVEN_UP = 3

#: How long a stop waits for a reply that is being posted.
PATIENCE = 5.0  # seconds

#: Waits between tries of posting one reply; the platform has waited out short ones itself.
PAUSES = (1.0, 5.0, 20.0)  # seconds

_FindReply = Callable[[Job], Awaitable[Reply | None]]


class Answering:
    """Deals with one message after another, as the inbox hands them over."""

    def __init__(
        self,
        *,
        rows: InboxRows,
        assistant: Assistant,
        platforms: Mapping[str, Platform],
        clock: Clock,
        overheard: Overheard,
    ) -> None:
        self._rows = rows
        self._assistant = assistant
        self._platforms = platforms
        self._clock = clock
        self._overheard = overheard

    async def deal_with(self, job: Job) -> None:
        """Find a reply and post it; where that fails, try again, then say so.

        Whatever goes wrong with one message stops here.
        """
        sent = await self._find(job) if job.recovered else None
        if sent is not None:
            await self._end_sign(job, wait=False)
            await job.responder.withdraw(keep=sent)
            await self._note(job, "sent", sent)
            return
        for find_reply in (*[self._worded] * TRIES, self._sorry):
            error = await self._try(job, find_reply)
            if error is None:
                return
            logger.error("Message %s could not be answered.", job.message.id, exc_info=error)
            if job.posting:
                return

    async def _try(self, job: Job, find_reply: _FindReply) -> BaseException | None:
        """Try once; return what went wrong."""
        finding = asyncio.ensure_future(self._found(job, find_reply))
        try:
            await asyncio.wait({finding})
        except asyncio.CancelledError:
            finding.cancel()
            raise
        error = finding.exception()
        if error is not None:
            return error
        settling = asyncio.ensure_future(self._settle(job, finding.result()))
        try:
            await asyncio.wait({settling})
        except asyncio.CancelledError:
            # A reply that is being posted is waited for: nobody could tell whether it was.
            await asyncio.wait({settling}, timeout=PATIENCE)
            settling.cancel()
            raise
        return settling.exception()

    async def _found(self, job: Job, find_reply: _FindReply) -> Reply | None:
        """Find the reply, unless somebody stops it."""
        if not job.stopped:
            job.finding = asyncio.ensure_future(find_reply(job))
            try:
                return await job.finding
            except asyncio.CancelledError:
                job.finding.cancel()
                if not job.stopped:
                    raise
        return self._assistant.stopped(job.message)

    async def _sorry(self, job: Job) -> Reply | None:
        owes = self._assistant.owes(job.message)
        return self._assistant.sorry(job.message) if owes else None

    async def _worded(self, job: Job) -> Reply | None:
        """Return what is to be said now: in time, late, or after somebody else."""
        message, assistant, now = job.message, self._assistant, self._clock()
        age = max(now - job.taken.received_at, timedelta(0))
        reply = assistant.late(message, None, age) if job.recovered else None
        if job.recovered and job.taken.attempts > GIVEN_UP:
            reply = assistant.sorry(message)
        if reply is None:
            reply = await assistant.handle(message, job.responder)
            if reply is not None and job.recovered:
                reply = assistant.late(message, reply, age) or reply
        since, now = job.taken.received_at, self._clock()
        if reply is not None and self._overheard.answered(message, since, now):
            reply = assistant.meanwhile(message, reply)
        return reply

    async def _settle(self, job: Job, reply: Reply | None) -> None:
        """Post the reply and note the outcome; without one, take back what was shown."""
        if job.deleted and not job.posting:
            reply = None
        await self._end_sign(job, wait=reply is not None)
        if reply is None:
            await job.responder.withdraw()
            await self._note(job, "silent", None)
        else:
            outcome, ref = await self._post(job, reply)
            await self._note(job, outcome, ref)

    async def _note(self, job: Job, outcome: str, ref: str | None) -> None:
        async with asyncio.TaskGroup() as group:
            if ref is not None:
                group.create_task(self._assistant.posted(job.message, ref))
            if not job.message.fleeting:
                group.create_task(self._rows.finish(job.message.id, outcome, ref or ""))

    async def _end_sign(self, job: Job, *, wait: bool) -> None:
        """Let the sign be shown before the reply, so that it cannot come after it."""
        sign, job.sign = job.sign, None
        if sign is None:
            return
        await asyncio.wait({sign}, timeout=SIGN_WAIT if wait else 0)
        if not sign.done():
            sign.cancel()
        elif not sign.cancelled() and (error := sign.exception()) is not None:
            logger.warning("No sign of work for %s: %s", job.message.id, error)

    async def _find(self, job: Job) -> str | None:
        """Return the id of the reply if it was posted; None if not, or if nobody can tell."""
        message = job.message
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

    async def _post(self, job: Job, reply: Reply) -> tuple[str, str | None]:
        """Post the reply, waiting out what passes; return what became of it, and its id."""
        job.posting = True
        for pause in (*PAUSES, None):
            try:
                ref = await self._finish(job, reply)
            except Undeliverable as error:
                logger.warning("Reply to %s cannot be delivered: %s", job.message.id, error)
                return "undeliverable", None
            except DeliveryError as error:
                found = None if error.certain else await self._find(job)
                if found is not None:
                    await job.responder.withdraw(keep=found)
                    ref = found
                elif pause is None:
                    logger.error("Reply to %s was not taken: %s", job.message.id, error)
                    return "failed", None
                else:
                    await asyncio.sleep(max(pause, error.retry_after or 0))
                    continue
            return "sent", ref
        return "failed", None

    async def _finish(self, job: Job, reply: Reply) -> str:
        """Post it; what a press brings and cannot be said in private is said in short, or openly.

        Not an answer after somebody else's: it is not pushed. What was asked where the assistant
        may not write is said to its author alone.
        """
        try:
            return await job.responder.finish(reply)
        except Undeliverable as error:
            if error.muted and reply.kind is not ReplyKind.PRIVATE and job.message.addressed:
                logger.info("Reply to %s goes to its author alone: %s", job.message.id, error)
                return await job.responder.finish(self._assistant.aside(job.message, reply))
            if reply.kind is not ReplyKind.PRIVATE or job.message.private:
                raise
            if job.message.kind is not MessageKind.BUTTON:
                await job.responder.withdraw()
                raise
            kind = ReplyKind.POST if reply.files else ReplyKind.TOAST
            return await job.responder.finish(replace(reply, kind=kind))
