"""The Slack platform and the inbox against the strict Slack that lies beside the repository."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from uvicorn import Config, Server

from bot.inbox import Inbox
from bot.messages import Message, Reply, Responder
from bot.platforms.slack import SlackPlatform
from bot.settings import SlackSettings
from bot.store import Store, upgrade
from scheduler.database import open_database
from tests.acceptance.told import Answer, Told

FAKES = Path(__file__).parents[3] / "shared" / "fakes"

#: Marks of tests that need it.
needs_slack = [
    pytest.mark.skipif(
        not FAKES.is_dir(), reason="the stand-ins for chat services are not beside the repository"
    ),
    # Of the stand-in's own way to start.
    pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning"),
]

ROOM = "C0GENERAL"


async def echo(message: Message, responder: Responder) -> Reply:
    said = message.text or message.data or f"{message.command} {message.arguments}"
    return Reply(text=f"Na **{said}** odpovídám takto. [zdroj](https://cscc.cz/)", feedback="7")


@asynccontextmanager
async def running(
    slack: Any, folder: Path, answer: Answer = echo, mode: str = "socket"
) -> AsyncIterator[Told]:
    given: dict[str, Any] = {"bot_token": SecretStr(slack.bot_token), "api_url": slack.api_url}
    if mode == "socket":
        given["app_token"] = SecretStr(slack.app_token)
    else:
        given["signing_secret"] = SecretStr(slack.signing_secret)
    platform = SlackPlatform(SlackSettings(**given), clock=lambda: datetime.now(UTC))
    engine = open_database(f"sqlite:///{folder / 'bot.sqlite'}")
    await upgrade(engine)
    told = Told(answer)
    inbox = Inbox(
        store=Store(engine),
        assistant=told,
        platforms={"slack": platform},
        clock=lambda: datetime.now(UTC),
    )
    tasks = [asyncio.create_task(inbox.run()), asyncio.create_task(platform.run(inbox.accept))]
    async with _served(slack, platform, mode == "http"):
        try:
            await until(lambda: platform.connected)
            yield told
            assert [task for task in tasks if task.done()] == []
        finally:
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await platform.close()
            await engine.dispose()


@asynccontextmanager
async def _served(slack: Any, platform: SlackPlatform, wanted: bool) -> AsyncIterator[None]:
    if not wanted:
        yield
        return
    server = Server(Config(Starlette(routes=list(platform.routes)), port=0, log_level="warning"))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    yield
    server.should_exit = True
    await task


async def until(ready: Callable[[], object]) -> None:
    """Wait until something holds; the test's own time limit ends it."""
    while not ready():  # noqa: ASYNC110 -- what is waited for has no event
        await asyncio.sleep(0.02)


async def answers(slack: Any, channel: str, count: int = 1, seconds: float = 15) -> list[Any]:
    """Wait for so many messages of the app's in a channel, and a little for one too many."""
    await slack.wait("message,stream_stop", channel=channel, count=count, timeout=seconds)
    await asyncio.sleep(0.3)
    posted = [m for m in slack.c_get_messages(channel) if m["user"] == slack.bot_user]
    assert len(posted) == count, posted
    return posted


def mention(slack: Any, text: str) -> str:
    return f"<@{slack.bot_user}> {text}"


def complaints(slack: Any) -> list[Any]:
    """What the stand-in, Slack's own models and its schema say about all that was sent."""
    found: list[Any] = list(slack.c_get_lint())
    judge = import_module("independent_checks")
    for call in slack.calls:
        blocks = call["params"].get("blocks") or (call["params"].get("view") or {})
        told = json.loads(blocks) if isinstance(blocks, str) else blocks
        told = told.get("blocks", []) if isinstance(told, dict) else told
        found += judge.slack_blocks(told) if told else []
    # Sessions are newer than the stand-in; a refusal of theirs does no harm.
    newer = ("agents.sessions.setStatus", "assistant.threads.setSuggestedPrompts")
    return found + [e for e in slack.c_get_errors() if e["method"] not in newer]
