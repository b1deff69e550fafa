"""App Home and previews of our own links: replies that are not messages."""

from __future__ import annotations

from typing import Any

from bot.messages import Message, Reply
from bot.platforms.slack.api import Api, delivering
from bot.platforms.slack.places import read_ticket
from bot.platforms.slack.rendering import Block, button_blocks, markdown_block, plain_posts, posts

#: Blocks of a view.
_MOST_BLOCKS = 100
#: Of a section's text.
_SECTION_CHARACTERS = 2_900


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
    """Return App Home for a reply: its text, its buttons."""
    text = posts(Reply(text=reply.text))
    blocks: list[Block] = [block for post in text for block in post.blocks]
    blocks = [*blocks, *button_blocks(reply.buttons)][:_MOST_BLOCKS]
    return {"type": "home", "callback_id": "home", "blocks": blocks or [markdown_block("…")]}


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
