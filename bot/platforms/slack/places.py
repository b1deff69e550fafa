"""Where things stand in Slack, and what is needed to answer there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.messages import ChatKind, Message


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation and, within it, a thread."""

    channel: str
    thread: str = ""

    @property
    def address(self) -> str:
        """The address of this place."""
        return f"slack:{self.channel}/{self.thread}" if self.thread else f"slack:{self.channel}"


def place_of(address: str) -> Place:
    """Read an address. Only this platform does."""
    channel, _, thread = address.removeprefix("slack:").partition("/")
    return Place(channel, thread)


def ticket(**values: object) -> str:
    """Write what is needed to answer just this delivery."""
    return json.dumps({key: value for key, value in values.items() if value}, sort_keys=True)


def read_ticket(text: str) -> dict[str, Any]:
    """Read a ticket; empty where there is none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def instant(ts: str) -> datetime | None:
    """Return the instant of a message's id."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def message_at(place: Place, user: str, identity: str, **more: Any) -> Message:
    """Return a person's message at a place; `more` is what else it says.

    identity: the same for each delivery of it.
    """
    given: dict[str, Any] = {
        "chat_kind": ChatKind.DIRECT if place.channel.startswith("D") else ChatKind.GROUP,
        "threaded": bool(place.thread),
    }
    return Message(
        id=f"slack:{identity}",
        platform="slack",
        address=place.address,
        chat=Place(place.channel).address,
        author=f"slack:{user}",
        **(given | more),
    )
