"""What people look at beside the assistant: the message that "this" in their questions means."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from bot.messages import DeliveryError, Undeliverable
from bot.platforms.slack.api import Api, delivering
from bot.platforms.slack.places import Place
from bot.platforms.slack.reading import said

logger = logging.getLogger(__name__)

#: Seconds for which it is remembered, and people of whom.
_FRESH, _PEOPLE = 600.0, 1_000
#: Seconds a question waits for the message.
_PATIENCE = 2.0
#: The kind of thing that is a message; channels, canvases and lists say nothing that we may read.
_MESSAGE = "slack#/types/message_context"


class Views:
    """Keeps where people look, as Slack tells; asks for the text only with a question."""

    def __init__(self, api: Api, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._now = now
        self._seen: OrderedDict[str, tuple[Place, float]] = OrderedDict()

    def note_of(self, body: Mapping[str, Any]) -> None:
        """Take note of a delivery that says what its author looks at; others say nothing of it."""
        event = body["event"]
        # With a message it comes under another name than with what is told beside messages.
        context = event.get("app_context", event.get("context"))
        if not isinstance(context, Mapping):
            return
        user = event.get("user")
        if not isinstance(user, str):  # Slack names whom it is about only around the event
            user = _authorized(body)
        self.note(user, context)

    def note(self, user: str, context: Mapping[str, Any]) -> None:
        """Remember what a person looks at now; nothing, where it is no message."""
        self._seen.pop(user, None)
        place = _message_of(context)
        if user and place is not None:
            self._seen[user] = (place, self._now() + _FRESH)
        while len(self._seen) > _PEOPLE:
            self._seen.popitem(last=False)

    async def quoted(self, user: str) -> str:
        """Return what the message says that a person looks at, "" where there is none to read."""
        place, until = self._seen.get(user, (Place(""), 0.0))
        if until <= self._now():
            return ""
        try:
            async with asyncio.timeout(_PATIENCE):
                with delivering():
                    page = await self._api.reading.conversations_replies(
                        channel=place.channel, ts=place.thread, limit=1
                    )
        except (TimeoutError, DeliveryError, Undeliverable) as error:
            logger.info("What is looked at in %s cannot be read: %s.", place.channel, error)
            return ""
        first: Mapping[str, Any] = next(iter(page.get("messages") or ()), {})
        return said(first)


def _message_of(context: Mapping[str, Any]) -> Place | None:
    entities = context.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        value = entity.get("value") if isinstance(entity, Mapping) else None
        if isinstance(value, Mapping) and entity.get("type") == _MESSAGE:
            channel, ts = value.get("channel_id"), value.get("message_ts")
            if isinstance(channel, str) and isinstance(ts, str) and channel and ts:
                return Place(channel, ts)
    return None


def _authorized(body: Mapping[str, Any]) -> str:
    listed = body.get("authorizations")
    around = listed[0] if isinstance(listed, list) and listed else None
    if not isinstance(around, Mapping) or around.get("is_bot"):
        return ""
    return str(around.get("user_id") or "")
