"""Puts a reply into messages, each of them once: a second try goes on where the first one failed.

Telegram cannot be asked what was posted. So a trace is kept before each message is posted; after
a crash the next process changes what the trace names, or finds, instead of posting it again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from bot.limits import Limiter
from bot.messages import DeliveryError, File, Note, Reply, Undeliverable, unnoted
from bot.platforms.telegram.addresses import Place, address, place
from bot.platforms.telegram.errors import Refused
from bot.platforms.telegram.outgoing import Part, split
from bot.platforms.telegram.posting import Poster, fits_under_file

__all__ = ["LONGEST_WAIT", "Trace", "Writer"]

logger = logging.getLogger(__name__)

#: Tries of one message, and the longest wait for Telegram between two, in seconds.
TRIES = 4
LONGEST_WAIT = 60.0

_T = TypeVar("_T")
_Step = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is known of the messages of a reply."""

    #: The address they are posted at.
    where: str = ""
    #: How many there are to be; 0: not known yet.
    count: int = 0
    #: Ids of those that arrived, in order.
    done: tuple[str, ...] = ()
    #: The last message before one that may have arrived; 0: nothing is in doubt.
    before: int = 0

    def dump(self) -> str:
        """Return it as a text to be kept."""
        return json.dumps([self.where, self.count, self.before, *self.done])

    @classmethod
    def load(cls, kept: str) -> Trace:
        """Return what was kept, nothing for "" and for what another version kept."""
        if not kept.startswith("["):
            return cls()
        where, count, before, *done = json.loads(kept)
        return cls(where=where, count=count, before=before, done=tuple(done))

    async def messages(self, poster: Poster) -> list[str]:
        """Return the ids of the messages that are there; looks for the one in doubt.

        Raises:
            DeliveryError, Undeliverable.
        """
        if not self.before:
            return list(self.done)
        found = await poster.find_lost(place(self.where), self.before, None)
        return [*self.done, *([found] if found else [])]


@dataclass(frozen=True, slots=True)
class _Standing:
    """A message that is there already and becomes one of the reply's."""

    where: Place
    ref: str


@dataclass(slots=True)
class _Progress:
    """How much of a reply has arrived."""

    reply: Reply
    #: Where new messages go.
    where: Place
    #: How many messages it is.
    count: int = 0
    #: Ids of what arrived, in order.
    done: list[str] = field(default_factory=list)
    #: The last message before one that may have arrived; 0: nothing is in doubt.
    doubt: int = 0


class Writer:
    """Writes the reply to one message."""

    def __init__(
        self,
        poster: Poster,
        limiter: Limiter,
        *,
        home: Place,
        reply_to: str,
        only_so: bool = False,
        left: str = "",
        note: Note = unnoted,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """home: where the message was written; reply_to: its id, if it is to be named there;
        only_so: nothing is posted once that is gone;
        left: the trace of a try that died; note: keeps that of this one.
        """
        self._poster = poster
        self._limiter = limiter
        self._home = home
        self._reply_to = reply_to
        self._only_so = only_so
        self._sleep = sleep
        self._progress: _Progress | None = None
        self._left = Trace.load(left)
        self._note = note

    async def begin_with(self, ref: str) -> None:
        """Have it known that this message, at home, will become the first of the reply."""
        await self._note(Trace(where=_address(self._home), done=(ref,)).dump())

    async def write(self, reply: Reply, where: Place, target: str = "") -> str:
        """Put the reply into the messages of `target`, at home, then into new ones at `where`.

        Returns the ids of its messages. Called again with the same reply it goes on where it
        failed.

        Raises:
            DeliveryError, Undeliverable.
        """
        progress = self._progress
        if progress is None or progress.reply != reply:
            progress = self._progress = _Progress(reply, where)
        progress.where = where
        old = [_Standing(self._home, ref) for ref in target.split(",") if ref]
        old += [] if reply.files else await self._left_behind()
        steps = self._steps(progress, await split(reply), old)
        progress.count = len(steps)
        for step in steps[len(progress.done) :]:
            progress.done.append(await step())
        for gone in old[len(steps) :]:
            await self._remove(gone)
        return ",".join(progress.done)

    async def withdraw(self, preview: str, keep: str) -> None:
        """Remove previews, of this try and of one that died, but for the messages to be kept."""
        shown = [_Standing(self._home, preview)] if preview else []
        if not self._left.count:  # it had not begun to post
            shown += [_Standing(place(self._left.where), ref) for ref in self._left.done]
        for each in shown:
            if each.ref not in keep.split(","):
                await self._remove(each)

    async def again(
        self,
        call: Callable[[], Awaitable[_T]],
        *,
        unless: Callable[[DeliveryError], bool] = lambda _: False,
    ) -> _T:
        """Try until it works, unless that could double something or takes too long."""
        for attempt in range(TRIES - 1):
            try:
                return await call()
            except DeliveryError as error:
                wait = 0.5 * 2**attempt if error.retry_after is None else error.retry_after
                if wait > LONGEST_WAIT or unless(error):
                    raise
                await self._sleep(wait)
        return await call()

    async def _left_behind(self) -> list[_Standing]:
        """Return the messages that a try posted which died."""
        left = self._left
        if left == Trace():
            return []
        refs = await self.again(lambda: left.messages(self._poster))
        self._left = replace(left, done=tuple(refs), before=0)
        logger.info("A try that died had posted %s messages of a reply; they are kept.", len(refs))
        return [_Standing(place(left.where), ref) for ref in refs]

    def _steps(
        self, progress: _Progress, texts: list[Part], old: Sequence[_Standing]
    ) -> list[_Step]:
        """Return what makes each message of the reply."""
        files = progress.reply.files
        if len(files) == 1 and len(texts) == 1 and not old and fits_under_file(texts[0]):
            return [lambda: self._put_file(progress, files[0], texts[0])]
        known = [*old, *[None] * len(texts)]
        return [
            *(partial(self._put, progress, part, known[n]) for n, part in enumerate(texts)),
            *(partial(self._put_file, progress, file, None) for file in files),
        ]

    async def _put(self, progress: _Progress, part: Part, known: _Standing | None) -> str:
        """Change a message that is there, or post a new one where it is gone."""
        poster, where = self._poster, progress.where
        if known:
            at, ref = known.where, known.ref
            try:
                await self._turn(at, lambda: poster.edit(at, ref, part))
            except Refused as refusal:
                logger.info("A message could not be changed (%s); a new one is posted.", refusal)
            else:
                return ref
        reply_to, only_so = self._answered(progress), self._only_so
        return await self._post(
            progress, lambda: poster.send(where, part, reply_to=reply_to, only_so=only_so)
        )

    async def _put_file(self, progress: _Progress, file: File, under: Part | None) -> str:
        poster, where, reply_to = self._poster, progress.where, self._answered(progress)
        return await self._post(
            progress, lambda: poster.send_file(where, file, under, reply_to=reply_to), under
        )

    def _answered(self, progress: _Progress) -> str:
        """Only the first message of an answer names what it answers, and only in that chat."""
        first = not progress.done and progress.where == self._home
        return self._reply_to if first else ""

    async def _remove(self, gone: _Standing) -> None:
        try:
            await self._poster.delete(gone.where, gone.ref)
        except (DeliveryError, Undeliverable) as error:
            logger.info("A message that is not needed any more could not be removed: %s", error)

    async def _post(self, progress: _Progress, call: _Step, under: Part | None = None) -> str:
        """Post one message once: where the answer was lost, look before trying again."""
        where, poster = progress.where, self._poster

        async def once() -> str:
            if progress.doubt:
                found = await poster.find_lost(where, progress.doubt, under)
                progress.doubt = 0
                if found:
                    return found
            await self._limiter.slot(address(where.chat_id), urgent=True)
            before = poster.highest(where)
            await self._leave(progress, before)
            try:
                return await call()
            except DeliveryError as error:
                if not error.certain:
                    progress.doubt = before
                raise

        return await self.again(once, unless=lambda error: not (error.certain or progress.doubt))

    async def _leave(self, progress: _Progress, before: int) -> None:
        """Keep a trace; not of files, whose captions looking for them would change.

        A file goes to one person who asked for it: a second one does no harm.
        """
        if progress.reply.files:
            return
        trace = Trace(
            where=_address(progress.where),
            count=progress.count,
            done=tuple(progress.done),
            before=before,
        )
        await self._note(trace.dump())

    async def _turn(self, where: Place, call: Callable[[], Awaitable[None]]) -> None:
        """Do in its turn what may be done twice."""

        async def in_turn() -> None:
            await self._limiter.slot(address(where.chat_id), urgent=True)
            await call()

        await self.again(in_turn)


def _address(where: Place) -> str:
    return address(where.chat_id, where.topic)
