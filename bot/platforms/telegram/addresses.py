"""What stands after "telegram:" in an address: a chat and perhaps a topic, or a query to answer."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from bot.messages import Undeliverable

__all__ = ["Place", "address", "chat_of", "place", "press_of", "press_payload", "query_of"]

_PREFIX = "telegram:"
#: What a deep link's payload begins with when it stands for a button; and how long it may be.
_PRESS, MOST_PAYLOAD = "b_", 64


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or one topic of it."""

    chat_id: int
    topic: int | None = None

    @property
    def is_direct(self) -> bool:
        """Whether it is one person's chat with the bot: those have positive ids."""
        return self.chat_id > 0


def address(chat_id: int, topic: int | None = None) -> str:
    """Return the address of a chat or topic: "telegram:-100123/45"."""
    return f"{_PREFIX}{chat_id}" + (f"/{topic}" if topic else "")


def chat_of(address: str) -> str:
    """Return the address of the whole chat."""
    return address.partition("/")[0]


def place(address: str) -> Place:
    """Return where an address leads.

    Raises:
        Undeliverable: it is not an address of a Telegram chat.
    """
    chat, _, topic = address.removeprefix(_PREFIX).partition("/")
    try:
        return Place(int(chat), int(topic) if topic else None)
    except ValueError as error:
        raise Undeliverable(f"not a Telegram chat: {address}") from error


def query_of(address: str, kind: str) -> str | None:
    """Return the id of the "inline" or "guest" query that the address stands for, if it does."""
    prefix = f"{_PREFIX}{kind}/"
    return address.removeprefix(prefix) if address.startswith(prefix) else None


def press_payload(data: str) -> str:
    """Return the payload of a deep link that does in the direct chat what a button does.

    For who presses before ever having written to the bot, which then cannot write to them. Empty
    where it would be too long.
    """
    payload = _PRESS + urlsafe_b64encode(data.encode()).decode().rstrip("=")
    return payload if len(payload) <= MOST_PAYLOAD else ""


def press_of(payload: str) -> str:
    """Return the button's data that a payload stands for, "" if for none."""
    coded = payload.removeprefix(_PRESS)
    if coded == payload:
        return ""
    try:
        return urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return ""
