"""A Slack platform for tests, running against the small Slack, and what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from bot.messages import (
    ChatKind,
    Message,
)
from bot.platforms.slack import SlackPlatform
from bot.settings import SlackSettings
from tests.bot.platforms.slack_server import TEAM, SlackServer

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


def made(slack: SlackServer, **settings: Any) -> SlackPlatform:
    tokens = {"bot_token": SecretStr("xoxb-1"), "app_token": SecretStr("xapp-1")}
    given = SlackSettings(**{**tokens, **settings}, api_url=f"{slack.url}/api/")
    return SlackPlatform(given, clock=lambda: NOW)


@asynccontextmanager
async def running(
    slack: SlackServer, accept: Callable[[Message], Any] | None = None
) -> AsyncIterator[tuple[SlackPlatform, list[Message]]]:
    heard: list[Message] = []

    async def keep(message: Message) -> None:
        if accept is not None:
            await accept(message)
        heard.append(message)

    platform = made(slack)
    task = asyncio.create_task(platform.run(keep))
    try:
        await slack.until(lambda: slack.sockets)
        yield platform, heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.close()


def question(**changes: Any) -> Message:
    given: dict[str, Any] = {
        "id": "slack:C0ROOM/1700000001.000100",
        "platform": "slack",
        "address": "slack:C0ROOM/1700000001.000100",
        "chat": "slack:C0ROOM",
        "author": "slack:U0ANNA",
        "chat_kind": ChatKind.GROUP,
        "ref": "1700000001.000100",
        "threaded": True,
        "ticket": '{"team": "T0HOME", "user": "U0ANNA"}',
    }
    return Message(**{**given, **changes})


def press(value: str | None, **container: Any) -> dict[str, Any]:
    where = {"type": "message", "message_ts": "1.1", "channel_id": "C0ROOM", **container}
    action = {"action_id": "press:0:0", "type": "button", "value": value, "action_ts": "2.2"}
    return {
        "type": "block_actions",
        "user": {"id": "U0ANNA"},
        "team": {"id": TEAM},
        "container": where,
        "actions": [action],
        "response_url": "https://hooks.invalid",
    }
