"""Sends, edits and deletes single messages; the only place that does."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram import Message as TelegramMessage
from telegram.constants import ChatAction, ParseMode

from bot.limits import Limiter, Rate
from bot.messages import DeliveryError, File, Undeliverable
from bot.platforms.telegram.addresses import Place, address
from bot.platforms.telegram.errors import Refused, translated
from bot.platforms.telegram.outgoing import Part
from bot.platforms.telegram.rendering import CAPTION, length

__all__ = ["Poster", "rates"]

logger = logging.getLogger(__name__)

#: What Telegram allows a bot: https://core.telegram.org/bots/faq, "My bot is hitting limits".
#: The second's thirty go by sixes: bursts would reach Telegram closer together than they left.
OVERALL = (Rate(30, 1), Rate(6, 0.2))
IN_CHAT = (Rate(1, 1),)
IN_GROUP = (Rate(1, 1), Rate(20, 60))
#: Refusals within this many seconds in two chats are meant for the bot as a whole.
TOGETHER = 3.0
#: Seconds for which all are held back where others' messages were taken meanwhile.
IN_DOUBT = 2.0
#: Seconds a sign of life may take before it is given up; the answer matters more.
SIGN_TIMEOUT = 3.0
#: Seconds an answer to a press may take: whoever pressed waits no longer, others in the chat do.
PRESS_TIMEOUT = 5.0
#: Chats whose last message is remembered, and messages of ours in all of them.
REMEMBERED, LATEST = 5000, 500
#: How many numbers after the last known message a lost one is looked for at.
LOOKS = 12
#: Supergroups and channels, whose numbers are below this, count their messages each for itself;
#: all other chats of the bot share one count.
SHARED = -1_000_000_000_000


def rates(chat: str) -> tuple[Rate, ...]:
    """Return the limits of a chat by its address: groups and channels have negative ids."""
    return IN_GROUP if chat.startswith("telegram:-") else IN_CHAT


class Poster:
    """Speaks to Telegram, one message at a time, and holds back where Telegram says so.

    Takes no turns of the limiter: whoever calls has taken one.

    Every method raises DeliveryError, Undeliverable or Refused. Where a sign of life comes too
    often, the answer is not held back: Telegram counts the two apart.
    """

    def __init__(self, bot: Bot, limiter: Limiter) -> None:
        self._bot = bot
        self._limiter = limiter
        #: Where messages are counted -> the highest number known there; in the order of use.
        self._highest: OrderedDict[int, int] = OrderedDict()
        #: Messages of ours whose numbers are known, by where they are counted; the last ones.
        self._ours: OrderedDict[tuple[int, int], None] = OrderedDict()
        #: The chat that was last told to wait, and when.
        self._last_hold: tuple[str, float] = ("", float("-inf"))
        #: When a message was last taken.
        self._taken_at = float("-inf")

    def note(self, chat_id: int, message_id: int) -> None:
        """Remember that there is a message with this number."""
        count = _count_of(chat_id)
        self._highest[count] = max(message_id, self._highest.get(count, 0))
        self._highest.move_to_end(count)
        if len(self._highest) > REMEMBERED:
            self._highest.popitem(last=False)

    def _note_ours(self, chat_id: int, message_id: int) -> str:
        self.note(chat_id, message_id)
        self._ours[_count_of(chat_id), message_id] = None
        if len(self._ours) > LATEST:
            self._ours.popitem(last=False)
        return str(message_id)

    def highest(self, place: Place) -> int:
        """Return the highest number of a message known there, 0 if none."""
        return self._highest.get(_count_of(place.chat_id), 0)

    async def find_lost(self, place: Place, after: int, under: Part | None) -> str | None:
        """Return the id of a message of ours that came after another and that nobody knows of.

        A bot cannot read a chat, but is told why it may not change a caption: there is no such
        message, it is not the bot's, or it is the bot's and has no caption, or this very one.

        under: the text under a file that is looked for; None for a message without one.
        """
        for number in range(after + 1, after + 1 + LOOKS):
            if (_count_of(place.chat_id), number) in self._ours:
                continue
            try:
                async with self._calling(place):
                    await self._bot.edit_message_caption(
                        place.chat_id,
                        number,
                        caption=under.html if under else None,
                        parse_mode=ParseMode.HTML,
                        reply_markup=under.keyboard if under else None,
                    )
            except Refused as refusal:
                if refusal.says("no caption in the message", "not modified"):
                    return self._note_ours(place.chat_id, number)
        return None

    async def once(self, place: Place, call: Callable[[], Awaitable[str]]) -> str:
        """Make a call that posts a text; where its answer is lost, look whether it arrived.

        That makes it certain, unless no message is known after which to look.
        """
        before = self.highest(place)
        try:
            return await call()
        except DeliveryError as error:
            if error.certain or not before:
                raise
            lost = error
        try:
            found = await self.find_lost(place, before, None)
        except (DeliveryError, Undeliverable):
            raise lost from None
        if found is None:
            raise DeliveryError(str(lost)) from lost
        return found

    async def send(
        self, place: Place, part: Part, *, reply_to: str = "", only_so: bool = False
    ) -> str:
        """Post one message and return its id; without its markup if that is refused.

        only_so: not where the message that it answers is gone.
        """
        answering = _answering(reply_to, needed=only_so)
        try:
            sent = await self._send(place, part, answering)
        except Refused as refusal:
            part = _simpler(part, refusal)
            sent = await self._send(place, part, answering)
        return self._note_ours(place.chat_id, sent.message_id)

    async def edit(self, place: Place, message_id: str, part: Part) -> None:
        """Change one message; that it is so already is as good."""
        if not message_id.isdigit():
            raise Refused("no message is known by this")
        try:
            await self._edit(place, message_id, part)
        except Refused as refusal:
            if refusal.says("message is not modified"):
                return
            await self._edit(place, message_id, _simpler(part, refusal))

    async def delete(self, place: Place, message_id: str) -> None:
        """Remove one message."""
        async with self._calling(place):
            await self._bot.delete_message(place.chat_id, int(message_id))

    async def send_file(
        self, place: Place, file: File, part: Part | None, *, reply_to: str = ""
    ) -> str:
        """Post a file, with the text of `part` under it; return the message's id."""
        async with self._sending(place):
            sent = await self._bot.send_document(
                place.chat_id,
                InputFile(BytesIO(file.content), filename=file.name),
                caption=part.html if part else None,
                parse_mode=ParseMode.HTML,
                message_thread_id=place.topic,
                reply_markup=part.keyboard if part else None,
                reply_parameters=_answering(reply_to),
            )
        return self._note_ours(place.chat_id, sent.message_id)

    async def draft(self, place: Place, draft_id: int, html: str) -> None:
        """Show a preview of what is being written, in a direct chat."""
        with translated():
            await self._bot.send_message_draft(
                place.chat_id,
                draft_id,
                text=html,
                message_thread_id=place.topic,
                parse_mode=ParseMode.HTML,
                read_timeout=SIGN_TIMEOUT,
            )

    async def typing(self, place: Place) -> None:
        """Show for five seconds that an answer is being written."""
        with translated():
            await self._bot.send_chat_action(
                place.chat_id,
                ChatAction.TYPING,
                message_thread_id=place.topic,
                connect_timeout=SIGN_TIMEOUT,
                read_timeout=SIGN_TIMEOUT,
            )

    async def answer_press(
        self, query_id: str, text: str = "", *, alert: bool = False, url: str = ""
    ) -> None:
        """End the wait of whoever pressed a button, with a note or by opening an address."""
        with translated():
            await self._bot.answer_callback_query(
                query_id,
                text=text or None,
                show_alert=alert or None,
                url=url or None,
                read_timeout=PRESS_TIMEOUT,
            )

    async def _send(
        self, place: Place, part: Part, answering: ReplyParameters | None
    ) -> TelegramMessage:
        async with self._sending(place):
            return await self._bot.send_message(
                place.chat_id,
                part.html,
                parse_mode=ParseMode.HTML if part.html != part.text else None,
                message_thread_id=place.topic,
                link_preview_options=LinkPreviewOptions(is_disabled=not part.previews),
                reply_markup=part.keyboard,
                reply_parameters=answering,
            )

    async def _edit(self, place: Place, message_id: str, part: Part) -> None:
        async with self._sending(place):
            await self._bot.edit_message_text(
                part.html,
                chat_id=place.chat_id,
                message_id=int(message_id),
                parse_mode=ParseMode.HTML if part.html != part.text else None,
                link_preview_options=LinkPreviewOptions(is_disabled=not part.previews),
                reply_markup=part.keyboard,
            )

    @asynccontextmanager
    async def _sending(self, place: Place) -> AsyncIterator[None]:
        """Make a call that counts against the limits."""
        began = self._limiter.now()
        try:
            async with self._calling(place):
                yield
            self._taken_at = self._limiter.now()
        finally:
            self._limiter.arrived(address(place.chat_id), self._limiter.now() - began)

    @asynccontextmanager
    async def _calling(self, place: Place) -> AsyncIterator[None]:
        try:
            with translated():
                yield
        except DeliveryError as error:
            if error.retry_after is not None:
                self._hold(address(place.chat_id), error.retry_after)
            raise

    def _hold(self, chat: str, wait: float) -> None:
        """Leave the chat alone, and all of them once it is clear that all are meant."""
        before, at = self._last_hold
        now = self._limiter.now()
        if before not in ("", chat) and now - at <= TOGETHER:
            # What was taken since may be a sign that two slow groups are meant.
            self._limiter.hold(wait if self._taken_at < at else min(wait, IN_DOUBT))
        self._limiter.hold(wait, chat)
        self._last_hold = (chat, now)


def _count_of(chat_id: int) -> int:
    return chat_id if chat_id < SHARED else 0


def _simpler(part: Part, refusal: Refused) -> Part:
    """Return what is worth a second try, without the part that was refused.

    Raises:
        Refused: it was not the content.
    """
    if refusal.says("parse entities", "entities_too_long", "entity"):
        logger.warning("Telegram refused the markup of a message; it goes as plain text.")
        return replace(part, html=part.text)
    if part.keyboard and refusal.says("button", "reply markup", "keyboard"):
        logger.warning("Telegram refused the buttons of a message; it goes without them.")
        return replace(part, keyboard=_without_links(part.keyboard))
    raise refusal


def _without_links(keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup | None:
    rows = [[button for button in row if not button.url] for row in keyboard.inline_keyboard]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _answering(message_id: str, *, needed: bool = False) -> ReplyParameters | None:
    """Name the message that is answered; where it is gone, the answer is posted all the same,
    unless it is needed."""
    if not message_id.isdigit():
        return None
    return ReplyParameters(int(message_id), allow_sending_without_reply=not needed)


def fits_under_file(part: Part) -> bool:
    """Whether a text is short enough to stand under a file."""
    return length(part.text) <= CAPTION
