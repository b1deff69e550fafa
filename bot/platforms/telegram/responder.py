"""Where one message is answered: signs of life, a preview while it is written, the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from bot.limits import Limiter
from bot.markup import pieces
from bot.messages import (
    ChatKind,
    DeliveryError,
    File,
    Message,
    MessageKind,
    Reply,
    ReplyKind,
    Undeliverable,
)
from bot.platforms.telegram.addresses import Place, address, place, press_payload
from bot.platforms.telegram.errors import Refused
from bot.platforms.telegram.outgoing import Part, plain_text, split
from bot.platforms.telegram.posting import Poster, fits_under_file
from bot.platforms.telegram.presence import Presence
from bot.platforms.telegram.rendering import fits, render

__all__ = ["ChatResponder", "Desk"]

logger = logging.getLogger(__name__)

#: Signs of a note to whoever pressed a button; more is refused.
TOAST = 200
#: A longer note, or one of several lines, must be closed by hand: it would vanish unread.
SHORT_TOAST = 60
#: Tries of one message, and the longest wait for Telegram between two, in seconds.
TRIES = 4
LONGEST_WAIT = 60.0
#: Seconds between two previews; previews in groups are edits and use up the group's messages.
DRAFT_PACE = 0.6
EDIT_PACE = 3.0
#: How many messages must stay free in a group for a preview to be worth one.
RESERVE = 8

_T = TypeVar("_T")
_Step = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every answer is written with."""

    poster: Poster
    presence: Presence
    limiter: Limiter
    #: Makes the address that opens the direct chat and hands this payload over.
    deep_link: Callable[[str], str]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


def _last_piece(markdown: str) -> Part | None:
    """Return the end of what is being written, as much of it as one message can hold."""
    cut = pieces(markdown, fits)
    made = render(cut[-1] if cut else "")
    return Part(html=made.html, text=made.text) if made.text.strip() else None


@dataclass(slots=True)
class _Progress:
    """How much of a reply has arrived, so that a second try goes on where the first one failed."""

    reply: Reply
    #: Where new messages go; what is changed stands where the message came from.
    where: Place
    #: Ids of what arrived, in order.
    done: list[str] = field(default_factory=list)
    #: The last message before one that may have arrived; 0: nothing is in doubt.
    doubt: int = 0


class ChatResponder:
    """Answers one message in its chat or topic."""

    def __init__(self, message: Message, desk: Desk) -> None:
        self._message = message
        self._desk = desk
        self._place = place(message.address)
        self._signs = False
        self._written = ""
        #: The message that previews are shown in, in groups.
        self._preview = ""
        self._preview_at = float("-inf")
        self._progress: _Progress | None = None

    async def begin(self) -> None:
        """Show that an answer is being written; a pressed button shows by itself that it waits."""
        if self._message.kind is not MessageKind.BUTTON and not self._signs:
            self._signs = True
            await self._desk.presence.start(self._place)

    async def append(self, text: str) -> None:
        """Show what has been written so far, as often as Telegram likes it."""
        self._written += text
        pace = DRAFT_PACE if self._place.is_direct else EDIT_PACE
        now = self._desk.limiter.now()
        if now - self._preview_at < pace or not self._written.strip() or self._message.private:
            return
        self._preview_at = now
        try:
            await self._show(await asyncio.to_thread(_last_piece, self._written))
        except (DeliveryError, Undeliverable) as error:
            logger.info("A preview was not taken: %s", error)
            self._preview_at = now + LONGEST_WAIT

    async def finish(self, reply: Reply) -> str:
        """Post the whole reply. Return the ids of its messages, joined by commas.

        Waits for short holds of Telegram's and repeats what surely did not arrive. Called again
        with the same reply it goes on where it failed.

        Raises:
            DeliveryError, Undeliverable.
        """
        self._end_sign()
        if reply.kind is ReplyKind.TOAST and await self._toast(reply.text):
            return ""
        try:
            return await self._deliver(reply)
        finally:
            if self._message.ticket:
                await self._desk.presence.answer(self._message.ticket)

    def _end_sign(self) -> None:
        if self._signs:
            self._signs = False
            self._desk.presence.stop(self._place)

    async def _show(self, part: Part | None) -> None:
        poster = self._desk.poster
        if part is None:
            return
        if self._place.is_direct:
            await poster.draft(self._place, self._draft_id(), part.html)
        elif self._desk.limiter.take(address(self._place.chat_id), reserve=RESERVE):
            if self._preview:
                await poster.edit(self._place, self._preview, part)
            else:
                self._preview = await poster.send(self._place, part, reply_to=self._reply_to())

    def _draft_id(self) -> int:
        """Return a number for the preview: the same for all previews of this answer, not 0."""
        return int(self._message.id.rpartition(":")[2]) % (2**31 - 2) + 1

    def _reply_to(self) -> str:
        """Return the message answered; with one other person it is plain which one it is."""
        return "" if self._message.chat_kind is ChatKind.DIRECT else self._message.ref

    async def _toast(self, markdown: str) -> bool:
        """Show a note to whoever pressed, if there is a press and the note is short enough."""
        text = plain_text(markdown).strip()
        ticket = self._message.ticket
        if not ticket or len(text) > TOAST:
            return not text
        alert = len(text) > SHORT_TOAST or "\n" in text
        self._desk.presence.answered(ticket)
        try:
            await self._again(lambda: self._desk.poster.answer_press(ticket, text, alert=alert))
        except Refused as refusal:  # pressed too long ago
            logger.info("A note was not taken: %s", refusal)
            return self._message.chat_kind is not ChatKind.DIRECT or not text
        return True

    async def _deliver(self, reply: Reply) -> str:
        private = reply.kind is ReplyKind.PRIVATE or self._message.private
        where = place(self._message.author) if private else self._place
        target = ""
        if reply.kind is ReplyKind.EDIT:
            pressed = self._message.kind is MessageKind.BUTTON
            target = reply.target or (self._message.ref if pressed else "")
        progress = self._progress
        if progress is None or progress.reply != reply:
            progress = self._progress = _Progress(reply, where)
        try:
            return await self._write(progress, target or self._preview)
        except Undeliverable as error:
            if private and await self._open_direct():
                return ""
            if error.moved_to is None or private:
                raise
            progress.where = place(error.moved_to)
            return await self._write(progress, "")

    async def _open_direct(self) -> bool:
        """Have the client of whoever pressed open the direct chat, where "Start" presses again.

        A bot may not be the first to write to a person.
        """
        ticket, payload = self._message.ticket, press_payload(self._message.data)
        url = self._desk.deep_link(payload) if ticket and payload else ""
        if not url:
            return False
        self._desk.presence.answered(ticket)
        try:
            await self._desk.poster.answer_press(ticket, url=url)
        except (DeliveryError, Undeliverable) as error:
            logger.info("The direct chat could not be opened: %s", error)
            return False
        return True

    async def _write(self, progress: _Progress, target: str) -> str:
        """Put the reply into the messages of `target`, then into new ones."""
        old = [ref for ref in target.split(",") if ref]
        steps = self._steps(progress, await split(progress.reply), old)
        for step in steps[len(progress.done) :]:
            progress.done.append(await step())
        for ref in old[len(steps) :]:
            await self._remove(ref)
        return ",".join(progress.done)

    def _steps(self, progress: _Progress, texts: list[Part], old: list[str]) -> list[_Step]:
        """Return what makes each message of the reply."""
        files = progress.reply.files
        if len(files) == 1 and len(texts) == 1 and not old and fits_under_file(texts[0]):
            return [lambda: self._put_file(progress, files[0], texts[0])]
        known = [*old, *[""] * len(texts)]
        return [
            *(partial(self._put, progress, part, known[n]) for n, part in enumerate(texts)),
            *(partial(self._put_file, progress, file, None) for file in files),
        ]

    async def _put(self, progress: _Progress, part: Part, known: str) -> str:
        """Change a message that is there, or post a new one where it is gone."""
        poster, where = self._desk.poster, progress.where
        if known:
            try:
                await self._turn(self._place, lambda: poster.edit(self._place, known, part))
            except Refused as refusal:
                logger.info("A message could not be changed (%s); a new one is posted.", refusal)
            else:
                return known
        reply_to = self._answered(progress)
        return await self._post(progress, lambda: poster.send(where, part, reply_to=reply_to))

    async def _put_file(self, progress: _Progress, file: File, under: Part | None) -> str:
        poster, where, reply_to = self._desk.poster, progress.where, self._answered(progress)
        return await self._post(
            progress, lambda: poster.send_file(where, file, under, reply_to=reply_to), under
        )

    def _answered(self, progress: _Progress) -> str:
        """Only the first message of an answer names what it answers, and only in that chat."""
        first = not progress.done and progress.where == self._place
        return self._reply_to() if first else ""

    async def _remove(self, ref: str) -> None:
        try:
            await self._desk.poster.delete(self._place, ref)
        except (DeliveryError, Undeliverable) as error:
            logger.info("A message that is not needed any more could not be removed: %s", error)

    async def _post(self, progress: _Progress, call: _Step, under: Part | None = None) -> str:
        """Post one message once: where the answer was lost, look before trying again."""
        where, poster = progress.where, self._desk.poster

        async def once() -> str:
            if progress.doubt:
                found = await poster.find_lost(where, progress.doubt, under)
                progress.doubt = 0
                if found:
                    return found
            await self._desk.limiter.slot(address(where.chat_id), urgent=True)
            before = poster.highest(where)
            try:
                return await call()
            except DeliveryError as error:
                if not error.certain:
                    progress.doubt = before
                raise

        return await self._again(once, unless=lambda error: not (error.certain or progress.doubt))

    async def _turn(self, where: Place, call: Callable[[], Awaitable[None]]) -> None:
        """Do in its turn what may be done twice."""

        async def in_turn() -> None:
            await self._desk.limiter.slot(address(where.chat_id), urgent=True)
            await call()

        await self._again(in_turn)

    async def _again(
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
                await self._desk.sleep(wait)
        return await call()
