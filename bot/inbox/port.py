"""What the inbox needs of the assistant (leaf)."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from bot.messages import Message, Reply, Responder


class Assistant(Protocol):
    """Who answers messages."""

    async def wants(self, message: Message) -> bool:
        """Tell whether this message is for the assistant."""

    def shows(self, message: Message) -> bool:
        """Tell whether a reply is sure to come, so that a sign of work may be shown."""

    async def handle(self, message: Message, responder: Responder) -> Reply | None:
        """Answer a message; None where nothing is to be said."""

    async def posted(self, message: Message, ref: str) -> None:
        """Take note of the platform's id of the reply."""

    def late(self, message: Message, reply: Reply | None, age: timedelta) -> Reply | None:
        """Return the reply as it is said late."""

    def sorry(self, message: Message) -> Reply:
        """Return what is said where answering failed."""

    def owes(self, message: Message) -> bool:
        """Tell whether the author waits for a reply."""

    def stopped(self, message: Message) -> Reply:
        """Return what is said where somebody stopped the answer."""

    async def errands(self) -> None:
        """Do what is to be done from time to time."""

    def aside(self, message: Message, reply: Reply) -> Reply:
        """Return the reply for the author alone, where it cannot be said in the chat."""

    def meanwhile(self, message: Message, reply: Reply) -> Reply | None:
        """Return the reply where somebody else has answered by now."""
