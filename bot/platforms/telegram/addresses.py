"""What stands after "telegram:" in an address: a chat and perhaps a topic, or a query to answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages import Undeliverable

__all__ = ["Place", "address", "chat_of", "place", "query_of"]

_PREFIX = "telegram:"


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
