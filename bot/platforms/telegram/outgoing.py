"""A reply as the messages that Telegram takes: text in pieces, buttons under the last."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.markup import pieces, plain
from bot.markup.plaintext import safe_url
from bot.messages import Button, Reply
from bot.platforms.telegram.rendering import fits, render

__all__ = ["Part", "only_part", "parts", "plain_text", "split"]

logger = logging.getLogger(__name__)

#: Characters of a text that is cut and rendered within a few milliseconds.
SHORT = 1000
#: Bytes of a button's data, and signs of its label that a telephone shows.
MOST_DATA, LABEL = 64, 64
#: Stands where a reply has no words that Telegram would show, and for words left out.
NOTHING = "…"
_STYLES = {"primary": "primary", "danger": "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message."""

    html: str
    #: The same without markup, for when the markup is refused.
    text: str
    keyboard: InlineKeyboardMarkup | None = None
    previews: bool = False


async def split(reply: Reply) -> list[Part]:
    """Return `parts`, made beside the event loop where that takes longer than a moment."""
    return parts(reply) if len(reply.text) < SHORT else await asyncio.to_thread(parts, reply)


def parts(reply: Reply) -> list[Part]:
    """Return the messages that say a reply; at least one."""
    rendered = [render(piece) for piece in pieces(reply.text, fits)]
    shown = [(made.html, made.text) for made in rendered if made.text.strip()]
    shown = shown or [(NOTHING, NOTHING)]
    last = len(shown) - 1
    return [
        Part(
            html=html,
            text=text,
            keyboard=keyboard(reply) if number == last else None,
            previews=not reply.quiet_links,
        )
        for number, (html, text) in enumerate(shown)
    ]


def only_part(reply: Reply) -> Part:
    """Return the one message that there is room for; it says where more would follow."""
    first, *more = parts(reply)
    if not more:
        return first
    begun, *_ = pieces(reply.text, lambda piece: fits(f"{piece}\n\n{NOTHING}"))
    return parts(replace(reply, text=f"{begun}\n\n{NOTHING}"))[0]


def plain_text(markdown: str) -> str:
    """Return a text without any markup."""
    return render(markdown).text


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """Return the rows of buttons under a reply, with those for its usefulness last."""
    rows = [[made for button in row if (made := _button(button))] for row in reply.buttons]
    if reply.feedback:
        up, down = (
            Button(label=label, data=f"fb:{verb}:{reply.feedback}")
            for label, verb in (("👍", "up"), ("👎", "down"))
        )
        rows.append([made for button in (up, down) if (made := _button(button))])
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton | None:
    label = " ".join(plain(button.label).split())
    label = label if len(label) <= LABEL else f"{label[: LABEL - 1].rstrip()}…"
    style = _STYLES.get(button.style)
    if button.url:
        url = _public(button.url)
        return InlineKeyboardButton(label, url=url, style=style) if label and url else None
    if not label or not button.data or len(button.data.encode()) > MOST_DATA:
        logger.error("A button was left out: its data are missing or over %s bytes.", MOST_DATA)
        return None
    return InlineKeyboardButton(label, callback_data=button.data, style=style)


def _public(url: str) -> str:
    """Return an address as Telegram takes it for a button; "" where it is one of this machine or
    network, or none."""
    url = safe_url(url)
    host = urlsplit(url).hostname or ""
    try:
        return url if ipaddress.ip_address(host).is_global else ""
    except ValueError:
        return url if "." in host else ""
