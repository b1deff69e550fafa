"""A Telegram platform for tests, run against the small Bot API server, and who answers there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from bot.messages import DeliveryError, Message, Reply, Responder, Undeliverable
from bot.platforms.telegram import TelegramPlatform
from bot.settings import TelegramSettings
from tests.bot.platforms.telegram_server import ME, PERSON, TOKEN, TelegramServer

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
#: The tests' clock runs this much faster than a limiter, a backoff or a patience expects.
FASTER = 50.0


def platform(server: TelegramServer, **settings: Any) -> TelegramPlatform:
    loop = asyncio.get_running_loop()

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / FASTER)

    given: dict[str, Any] = {"bot_token": SecretStr(TOKEN), "api_url": server.url, **settings}
    return TelegramPlatform(
        TelegramSettings(**given),
        clock=lambda: NOW,
        menu=lambda language: [("help", f"Help in {language}"), ("events", "Events")],
        time=lambda: loop.time() * FASTER,
        sleep=sleep,
    )


Answer = Callable[[Message, Responder], Awaitable[Reply | None]]


class Assistant:
    """Answers each message at once, in a task of its own, as the inbox does."""

    def __init__(self, platform: TelegramPlatform, answer: Answer) -> None:
        self.platform = platform
        self.answer = answer
        self.got: list[Message] = []
        self.ids: list[str] = []
        self.errors: list[Exception] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def accept(self, message: Message) -> None:
        self.got.append(message)
        self.tasks.append(asyncio.create_task(self._handle(message)))

    async def _handle(self, message: Message) -> None:
        responder = self.platform.responder(message)
        reply = await self.answer(message, responder)
        if reply is None:
            return
        try:
            self.ids.append(await responder.finish(reply))
        except (DeliveryError, Undeliverable) as error:
            self.errors.append(error)


async def echo(message: Message, responder: Responder) -> Reply:
    await responder.begin()
    return Reply(text=f"**Ano**: {message.text}")


@asynccontextmanager
async def running(
    server: TelegramServer, answer: Answer = echo, **settings: Any
) -> AsyncIterator[Assistant]:
    made = platform(server, **settings)
    assistant = Assistant(made, answer)
    run = asyncio.create_task(made.run(lambda message: assistant.accept(message)))
    try:
        yield assistant
    finally:
        run.cancel()
        for task in assistant.tasks:
            task.cancel()
        await asyncio.gather(run, *assistant.tasks, return_exceptions=True)
        await made.close()


async def settled(server: TelegramServer, assistant: Assistant, count: int) -> None:
    """Wait until so many messages were handled and confirmed."""
    await server.until(lambda: len(assistant.got) >= count and not server.waiting)
    await asyncio.gather(*assistant.tasks)


async def answered(server: TelegramServer, answer: Answer = echo, **settings: Any) -> Assistant:
    """Run the bot until it has dealt with all that waits."""
    async with running(server, answer, **settings) as assistant:
        await settled(server, assistant, len(server.waiting))
    return assistant


def says(reply: Reply) -> Answer:
    async def answer(message: Message, responder: Responder) -> Reply:
        return reply

    return answer


def press(server: TelegramServer, message_id: int, data: str = "a:1", **chat: Any) -> None:
    under = server.message("text", chat or None, **{"from": ME}) | {"message_id": message_id}
    query = {"id": f"q{message_id}", "from": PERSON, "chat_instance": "1", "data": data}
    server.update(callback_query={**query, "message": under})
