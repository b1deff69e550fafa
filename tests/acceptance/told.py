"""An assistant for tests of a platform and the inbox alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.messages import Message, MessageKind, Reply, Responder

Answer = Callable[[Message, Responder], Awaitable[Reply | None]]


class Told:
    """Says what the test tells it to."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.handled: list[Message] = []

    async def wants(self, message: Message) -> bool:
        return message.addressed and not message.command.startswith(":")

    def shows(self, message: Message) -> bool:
        return message.kind is MessageKind.TEXT

    async def handle(self, message: Message, responder: Responder) -> Reply | None:
        self.handled.append(message)
        return await self.answer(message, responder)

    async def posted(self, message: Message, ref: str) -> None:
        """Nothing is kept."""

    def late(self, message: Message, reply: Reply | None, age: timedelta) -> Reply | None:
        return None

    def sorry(self, message: Message) -> Reply:
        return Reply(text="sorry")

    def owes(self, message: Message) -> bool:
        return True

    def stopped(self, message: Message) -> Reply:
        return Reply(text="přestal jsem")

    def aside(self, message: Message, reply: Reply) -> Reply:
        return reply

    def meanwhile(self, message: Message, reply: Reply) -> Reply | None:
        return reply

    async def errands(self) -> None:
        """There are none."""
