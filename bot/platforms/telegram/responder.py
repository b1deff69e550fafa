"""Where one message is answered: signs of life, a preview while it is written, the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.limits import Limiter
from bot.markup import pieces
from bot.messages import (
    ChatKind,
    DeliveryError,
    Message,
    MessageKind,
    Note,
    Reply,
    ReplyKind,
    Undeliverable,
    unnoted,
)
from bot.platforms.telegram.addresses import address, place, press_payload
from bot.platforms.telegram.errors import Refused
from bot.platforms.telegram.outgoing import Part, plain_text
from bot.platforms.telegram.posting import Poster
from bot.platforms.telegram.presence import Presence
from bot.platforms.telegram.rendering import fits, render
from bot.platforms.telegram.writing import LONGEST_WAIT, Writer

__all__ = ["ChatResponder", "Desk"]

logger = logging.getLogger(__name__)

#: Signs of a note to whoever pressed a button; more is refused.
TOAST = 200
#: A longer note, or one of several lines, must be closed by hand: it would vanish unread.
SHORT_TOAST = 60
#: Seconds between two previews; previews in groups are edits and use up the group's messages.
DRAFT_PACE = 0.6
EDIT_PACE = 3.0
#: How many messages must stay free in a group for a preview to be worth one.
RESERVE = 8


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


class ChatResponder:
    """Answers one message in its chat or topic."""

    def __init__(self, message: Message, desk: Desk, note: Note = unnoted) -> None:
        self._message = message
        self._desk = desk
        self._place = place(message.address)
        self._signs = False
        self._written = ""
        #: The message that previews are shown in, in groups.
        self._preview = ""
        self._preview_at = float("-inf")
        self._writer = Writer(
            desk.poster,
            desk.limiter,
            home=self._place,
            reply_to=self._reply_to(),
            only_so=self._is_withdrawable(),
            left=message.begun,
            note=note,
            sleep=desk.sleep,
        )

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
        try:
            if reply.kind is ReplyKind.TOAST:
                return await self._tell(reply)
            return await self._deliver(reply)
        finally:
            if self._message.ticket:
                await self._desk.presence.answer(self._message.ticket)

    async def withdraw(self, *, keep: str = "") -> None:
        """Take back signs and previews; the reply stands already, as `keep`, or there is none."""
        self._end_sign()
        await self._writer.withdraw(self._preview, keep)
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
                self._preview = await poster.send(
                    self._place,
                    part,
                    reply_to=self._reply_to(),
                    only_so=self._is_withdrawable(),
                )
                await self._writer.begin_with(self._preview)

    def _draft_id(self) -> int:
        """Return a number for the preview: the same for all previews of this answer, not 0."""
        return int(self._message.id.rpartition(":")[2]) % (2**31 - 2) + 1

    def _reply_to(self) -> str:
        """Return the message answered; with one other person it is plain which one it is."""
        return "" if self._message.chat_kind is ChatKind.DIRECT else self._message.ref

    def _is_withdrawable(self) -> bool:
        """Whether the answer is not wanted any more once the message is deleted.

        Of a deletion bots are not told. Commands are deleted by other bots that keep a group tidy.
        """
        return self._message.kind is MessageKind.TEXT

    async def _tell(self, reply: Reply) -> str:
        """Show a note to whoever pressed; a long one in the direct chat, or else shortened."""
        text = plain_text(reply.text).strip()
        if await self._toast(text):
            return ""
        if self._message.chat_kind is ChatKind.DIRECT:
            return await self._deliver(reply)
        try:
            return await self._deliver(replace(reply, kind=ReplyKind.PRIVATE))
        except Undeliverable:
            await self._toast(f"{text[: TOAST - 1].rstrip()}…")
            return ""

    async def _toast(self, text: str) -> bool:
        """Show a note to whoever pressed, if there is a press and the note is short enough."""
        ticket = self._message.ticket
        if not ticket or len(text) > TOAST:
            return not text
        alert = len(text) > SHORT_TOAST or "\n" in text
        self._desk.presence.answered(ticket)
        try:
            await self._writer.again(
                lambda: self._desk.poster.answer_press(ticket, text, alert=alert)
            )
        except Refused as refusal:  # pressed too long ago
            logger.info("A note was not taken: %s", refusal)
            return self._message.chat_kind is not ChatKind.DIRECT or not text
        return True

    async def _deliver(self, reply: Reply) -> str:
        private = reply.kind is ReplyKind.PRIVATE or self._message.private
        where = place(self._message.author) if private else self._place
        if private and not where.is_direct:
            raise Undeliverable("who writes as a chat has no direct chat")
        if private and self._preview:  # what has become private does not stand in the open
            await self._writer.withdraw(self._preview, "")
            self._preview = ""
        target = ""
        if reply.kind is ReplyKind.EDIT:
            # A press that came by a deep link has no message with a button.
            target = reply.target or (self._message.ref if self._message.ticket else "")
        try:
            refs = await self._writer.write(reply, where, target or self._preview)
        except Undeliverable as error:
            if private and await self._open_direct():
                return ""
            if error.moved_to is None or private:
                raise
            return await self._writer.write(reply, place(error.moved_to))
        # Numbers of another chat would be taken for messages of this one.
        return refs if where.chat_id == self._place.chat_id else ""

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
