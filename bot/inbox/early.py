"""Keeps for a moment what goes on in a thread whose first message has not come yet."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.messages import ChatKind, Message, MessageKind

#: How long, and how many: a platform repeats a lost delivery within minutes.
_FRESH = timedelta(minutes=6)
_MOST = 200


class Early:
    """Questions in threads that are nobody's yet; in memory alone."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Message, datetime]] = OrderedDict()

    def add(self, message: Message, now: datetime) -> None:
        """Keep a question that goes on in a thread."""
        new = message.kind is MessageKind.TEXT and not (message.edited or message.deleted)
        if not new or message.chat_kind is ChatKind.DIRECT or not _goes_on(message):
            return
        self._kept[message.id] = (message, now)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    def take(self, first: Message, now: datetime) -> list[Message]:
        """Return what came before the first message of its thread, and forget it."""
        if not first.threaded or first.reply_to or first.private:
            return []  # what one person asks aside makes the thread nobody's
        here = [
            (message, at) for message, at in self._kept.values() if message.address == first.address
        ]
        for message, _ in here:
            del self._kept[message.id]
        return [message for message, at in here if now - at < _FRESH]


def _goes_on(message: Message) -> bool:
    return message.threaded and bool(message.reply_to)
