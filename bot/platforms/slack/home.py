"""App Home and previews of our own links: replies that are not messages."""

from __future__ import annotations

from typing import Any

from bot.markup.marktree import Node, Text, read, words
from bot.markup.writing import write
from bot.messages import Message, Reply
from bot.platforms.slack.api import Api, delivering
from bot.platforms.slack.places import read_ticket
from bot.platforms.slack.rendering import Block, button_blocks, plain_posts

#: Blocks of a view.
_MOST_BLOCKS = 100
#: Of a section's text, and of a header's.
_SECTION_CHARACTERS, _HEADER_CHARACTERS = 2_900, 150


class HomeResponder:
    """Publishes a reply as the person's App Home."""

    def __init__(self, message: Message, api: Api) -> None:
        self._user = message.author.removeprefix("slack:")
        self._api = api

    async def begin(self) -> None:
        """Show nothing: the view appears at once."""

    async def append(self, text: str) -> None:
        """Show nothing."""

    async def withdraw(self, *, keep: str = "") -> None:
        """Nothing was shown."""

    async def finish(self, reply: Reply) -> str:
        """Publish. Raises DeliveryError, Undeliverable."""
        with delivering():
            await self._api.reading.views_publish(user_id=self._user, view=home_view(reply))
        return ""


def home_view(reply: Reply) -> dict[str, Any]:
    """Return App Home for a reply: its text, its buttons.

    Of sections: Slack takes `markdown` blocks in messages alone.
    """
    under = button_blocks(reply.buttons)[:_MOST_BLOCKS]
    blocks = _sections(reply.text)[: _MOST_BLOCKS - len(under)]
    return {"type": "home", "callback_id": "home", "blocks": [*blocks, *under] or _sections("…")}


def _sections(markdown: str) -> list[Block]:
    """Return a header for each heading, a section for each paragraph with what follows it."""
    blocks: list[Block] = []
    together: list[Node] = []
    for node in (*read(markdown), None):
        if node is None or isinstance(node, Text):
            parts = plain_posts(write(together), _SECTION_CHARACTERS)
            blocks += [{"type": "section", "text": {"type": "mrkdwn", "text": p}} for p in parts]
            together = []
        if heading := _heading(node):
            text = {"type": "plain_text", "text": heading, "emoji": True}
            blocks.append({"type": "header", "text": text})
        elif node is not None:
            together.append(node)
    return blocks


def _heading(node: Node | None) -> str:
    """Return the words of a heading that is short enough for a header."""
    if not isinstance(node, Text) or not node.level:
        return ""
    text = " ".join(words(node.runs).split())
    return text if len(text) <= _HEADER_CHARACTERS else ""


class UnfurlResponder:
    """Shows a reply as the preview of a link."""

    def __init__(self, message: Message, api: Api) -> None:
        self._ticket = read_ticket(message.ticket)
        self._api = api

    async def begin(self) -> None:
        """Show nothing."""

    async def append(self, text: str) -> None:
        """Show nothing."""

    async def withdraw(self, *, keep: str = "") -> None:
        """Nothing was shown."""

    async def finish(self, reply: Reply) -> str:
        """Give Slack the preview. Raises DeliveryError, Undeliverable."""
        first = next(iter(plain_posts(reply.text, _SECTION_CHARACTERS)), None)
        if first is None:
            return ""
        section = {"type": "section", "text": {"type": "mrkdwn", "text": first}}
        unfurls = {str(self._ticket.get("link")): {"blocks": [section]}}
        where: dict[str, Any] = {
            "unfurl_id": self._ticket.get("unfurl"),
            "source": self._ticket.get("source"),
        }
        if not (where["unfurl_id"] and where["source"]):
            where = {"channel": self._ticket.get("channel"), "ts": self._ticket.get("ts")}
        with delivering():
            await self._api.reading.chat_unfurl(unfurls=unfurls, **where)
        return ""
