"""Remembers for a while that people talk to each other, so that a stale answer is not pushed."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import ChatKind, Message, MessageKind

#: Chats of which it is remembered.
_CHATS = 2000
#: Messages remembered of each.
_MESSAGES = 20
#: How long that matters.
_FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """Somebody said something in a chat that was not meant for the assistant."""

    author: str
    ref: str
    address: str
    reply_to: str
    at: datetime

    def is_reply_to(self, message: Message) -> bool:
        if message.ref and self.reply_to == message.ref:
            return True
        itself = bool(message.ref) and self.ref == message.ref  # what "Ask about this" is about
        return message.threaded and self.address == message.address and not itself


class Overheard:
    """What people say to each other: who and where, never what."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, deque[_Heard]] = OrderedDict()

    def add(self, message: Message, now: datetime) -> None:
        """Remember that something was said among people."""
        if message.chat_kind is ChatKind.DIRECT or message.deleted or message.edited:
            return
        heard = self._chats.setdefault(message.chat, deque(maxlen=_MESSAGES))
        self._chats.move_to_end(message.chat)
        heard.append(
            _Heard(
                author=message.author,
                ref=message.ref,
                address=message.address,
                reply_to=message.reply_to,
                at=now,
            )
        )
        while len(self._chats) > _CHATS:
            self._chats.popitem(last=False)

    def answered(self, message: Message, since: datetime, now: datetime) -> bool:
        """Tell whether another person has replied to a question since it came.

        Not to one that was asked in private: nobody else knows of it.
        """
        if message.kind is not MessageKind.TEXT or message.private:
            return False
        if message.chat_kind is ChatKind.DIRECT:
            return False
        return any(
            heard.author != message.author and heard.at >= since and heard.is_reply_to(message)
            for heard in self._chats.get(message.chat, ())
            if now - heard.at < _FRESH
        )
