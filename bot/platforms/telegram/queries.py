"""Where questions from outside a chat of ours are answered: inline mode and guest messages."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from hashlib import sha256

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.markup.plaintext import escape
from bot.messages import Reply
from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.outgoing import Part, only_part, plain_text

__all__ = ["GuestResponder", "InlineResponder"]

logger = logging.getLogger(__name__)

#: Seconds for which Telegram may give one person the same result again.
CACHE_TIME = 60
#: Signs of the title and of the line below it in the list of results.
TITLE, DESCRIPTION = 64, 120


class _QueryResponder:
    """Answers a query once; there is no chat to show signs of life in."""

    def __init__(self, bot: Bot, query_id: str) -> None:
        self._bot = bot
        self._query_id = query_id

    async def begin(self) -> None:
        """Show nothing: the client itself shows that it waits."""

    async def append(self, text: str) -> None:
        """Show nothing."""

    async def withdraw(self, *, keep: str = "") -> None:
        """Nothing was shown."""


class InlineResponder(_QueryResponder):
    """Offers the answer as the one result of "@bot question"."""

    def __init__(self, bot: Bot, query_id: str, question: str) -> None:
        super().__init__(bot, query_id)
        self._question = question

    async def finish(self, reply: Reply) -> str:
        """Answer the query. Raises DeliveryError, Undeliverable."""
        # In the chat that it is sent to nobody has seen the question.
        asked = replace(reply, text=f"**{escape(self._question)}**\n\n{reply.text}")
        part = await asyncio.to_thread(only_part, asked)
        article = _article(part, plain_text(reply.text))
        with translated():
            await self._bot.answer_inline_query(
                self._query_id, [article], cache_time=CACHE_TIME, is_personal=True
            )
        return ""


class GuestResponder(_QueryResponder):
    """Answers in a chat that the bot is not in, where it was mentioned as a guest."""

    async def finish(self, reply: Reply) -> str:
        """Answer the mention. Raises DeliveryError, Undeliverable."""
        part = await asyncio.to_thread(only_part, reply)
        with translated():
            await self._bot.answer_guest_query(self._query_id, _article(part, part.text))
        return ""


def _article(part: Part, answer: str) -> InlineQueryResultArticle:
    """Return one message as a result; further ones, and buttons, have no place there."""
    lines = [line.strip("•— ") for line in answer.splitlines()]
    first, *rest = [line for line in lines if line] or [answer]
    if first.endswith(":") and rest:  # "Found in the sources:" tells nothing in the list
        first, *rest = rest
    return InlineQueryResultArticle(
        id=sha256(part.html.encode()).hexdigest()[:32],
        title=_short(first, TITLE),
        description=_short(" · ".join(rest), DESCRIPTION) or None,
        input_message_content=InputTextMessageContent(
            part.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
