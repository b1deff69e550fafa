"""Slack over HTTP: what is let in, what is turned away, and that nothing is an error of ours."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.messages import Message
from bot.platforms.slack import SlackPlatform
from bot.platforms.slack.checking import MARK
from bot.settings import SlackSettings
from tests.bot.platforms.slack_server import BOT, SlackServer

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def signed(body: bytes, *, secret: str = SECRET, stamp: str = "", age: int = 0) -> dict[str, str]:
    stamp = stamp or str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


class World:
    """A platform in HTTP mode, mounted in an application, and what it heard."""

    def __init__(self, platform: SlackPlatform, web: httpx.AsyncClient) -> None:
        self.platform = platform
        self.web = web
        self.heard: list[Message] = []
        self.fails = False

    async def accept(self, message: Message) -> None:
        if self.fails:
            raise OSError("disk full")
        self.heard.append(message)

    async def post(
        self, body: bytes, kind: str = JSON, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        headers = signed(body) if headers is None else headers
        return await self.web.post(
            "/slack/events", content=body, headers={"Content-Type": kind, **headers}
        )

    async def event(self, **event: Any) -> httpx.Response:
        body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0HOME", "event": event}
        return await self.post(json.dumps(body).encode())

    async def interact(self, payload: object) -> httpx.Response:
        return await self.post(urlencode({"payload": json.dumps(payload)}).encode(), FORM)


@pytest.fixture
async def world(slack: SlackServer, tmp_path: Path) -> AsyncIterator[World]:
    settings = SlackSettings(
        bot_token=SecretStr("xoxb-1"),
        signing_secret=SecretStr(SECRET),
        api_url=f"{slack.url}/api/",
    )
    platform = SlackPlatform(settings, clock=lambda: None, data_dir=tmp_path)  # type: ignore[arg-type,return-value]
    app = Starlette(routes=list(platform.routes))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as web:
        world = World(platform, web)
        task = asyncio.create_task(platform.run(world.accept))
        await slack.until(lambda: platform.connected)
        yield world
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.close()


async def test_event_is_heard(world: World) -> None:
    answer = await world.event(
        type="message", channel="C0ROOM", user="U0ANNA", text=f"<@{BOT}> ahoj", ts="1.1"
    )

    assert (answer.status_code, [m.text for m in world.heard]) == (200, ["ahoj"])


async def test_command_and_button_are_heard(world: World) -> None:
    command = {"command": "/cscc", "text": "events", "channel_id": "C0ROOM", "user_id": "U0ANNA"}
    action = {"action_id": "press:0:0", "type": "button", "value": "ics:1", "action_ts": "2.2"}
    container = {"type": "message", "message_ts": "1.1", "channel_id": "C0ROOM"}
    first = await world.post(urlencode({**command, "trigger_id": "7"}).encode(), FORM)
    second = await world.interact(
        {"type": "block_actions", "user": {"id": "U0ANNA"}, "actions": [action]}
        | {"container": container, "team": {"id": "T0HOME"}}
    )

    assert (first.status_code, second.status_code) == (200, 200)
    assert [m.command or m.data for m in world.heard] == ["events", "ics:1"]


async def test_url_is_verified(world: World) -> None:
    answer = await world.post(b'{"type": "url_verification", "challenge": "abc"}')

    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


BODY = b'{"type": "url_verification", "challenge": "abc"}'


@pytest.mark.parametrize(
    "headers",
    [
        lambda: {},
        lambda: signed(BODY, secret="another"),
        lambda: signed(BODY, age=400),
        lambda: signed(BODY, age=-400),
        lambda: signed(BODY, stamp="garbage"),
        lambda: signed(BODY, stamp="-1"),
        lambda: signed(BODY, stamp="1e9"),
        lambda: signed(BODY, stamp="9" * 400),
        lambda: signed(b"other"),
        lambda: {**signed(BODY), "X-Slack-Signature": ""},
        lambda: {**signed(BODY), "X-Slack-Signature": "v0="},
        lambda: {"X-Slack-Signature": signed(BODY)["X-Slack-Signature"]},
    ],
)
async def test_what_slack_did_not_sign_is_turned_away(
    world: World, headers: Callable[[], dict[str, str]]
) -> None:
    # Signed now: what is of the future when tests are collected need not be when they run.
    answer = await world.post(BODY, headers=headers())

    assert (answer.status_code, world.heard) == (401, [])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", JSON, 400),
        (b"[1]", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"null", JSON, 400),
        (b"[" * 50_000 + b"]" * 50_000, JSON, 400),
        (b"{}", JSON, 200),
        (b'{"type": "event_callback"}', JSON, 200),
        (b'{"type": "event_callback", "event": "x"}', JSON, 200),
        (b'{"type": "event_callback", "event": {"type": 5}}', JSON, 200),
        (b'{"type": "event_callback", "event": {"type": "nothing_of_ours"}}', JSON, 200),
        (b'{"type": "event_callback", "event": {"type": "message"}}', JSON, 200),
        (b'{"type": "event_callback", "event": {"type": "app_home_opened"}}', JSON, 200),
        (b'{"type": "event_callback", "event": {"type": "link_shared"}}', JSON, 200),
        (b'{"type": "event_callback", "event": {"type": "link_shared", "links": [1]}}', JSON, 200),
        (b"", FORM, 200),
        (b"payload=%7B", FORM, 400),
        (b"payload=1", FORM, 400),
        (b"payload=" + b"%5B" * 50_000, FORM, 400),
        (b"payload=%7B%22type%22%3A%22block_actions%22%7D", FORM, 200),
        (b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D", FORM, 200),
        (b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B1%5D%7D", FORM, 200),
        (b"payload=%7B%22type%22%3A%22view_submission%22%7D", FORM, 200),
        (b"payload=%7B%22type%22%3A%22message_action%22%7D", FORM, 200),
        (b"command=%2Fcscc", FORM, 200),
        (b"x" * 1_100_000, JSON, 413),
    ],
)
async def test_malformed_deliveries_are_no_errors_of_ours(
    world: World, body: bytes, kind: str, status: int
) -> None:
    answer = await world.post(body, kind)

    assert (answer.status_code, world.heard) == (status, [])


async def test_what_could_not_be_stored_is_to_be_sent_again(world: World) -> None:
    world.fails = True
    answer = await world.event(
        type="message", channel="C0ROOM", user="U0ANNA", text="ahoj", ts="1.1"
    )

    assert answer.status_code == 500


async def test_nothing_is_taken_before_it_runs(slack: SlackServer) -> None:
    settings = SlackSettings(bot_token=SecretStr("x"), signing_secret=SecretStr(SECRET))
    platform = SlackPlatform(settings, clock=lambda: None)  # type: ignore[arg-type,return-value]
    transport = httpx.ASGITransport(Starlette(routes=list(platform.routes)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as web:
        body = b'{"type": "event_callback"}'
        answer = await web.post(
            "/slack/events", content=body, headers={"Content-Type": JSON, **signed(body)}
        )

    assert (answer.status_code, platform.connected) == (503, False)


async def test_wrong_secret_is_found_by_the_doctor(world: World, tmp_path: Path) -> None:
    await world.post(BODY, headers=signed(BODY, secret="another"))
    wrong = [f.key for f in await world.platform.check() if not f.ok]
    await world.post(BODY)
    right = [f.key for f in await world.platform.check() if not f.ok]

    assert (wrong, right) == (["slack.check.signature"], [])
    assert not (tmp_path / MARK).exists()


@pytest.mark.parametrize("secret", ["xoxb-1-2", "short", "with space 8f742231b10e8888"])
async def test_secret_that_is_none_is_found(slack: SlackServer, secret: str) -> None:
    settings = SlackSettings(
        bot_token=SecretStr("x"), signing_secret=SecretStr(secret), api_url=f"{slack.url}/api/"
    )
    platform = SlackPlatform(settings, clock=lambda: None)  # type: ignore[arg-type,return-value]
    found = [f.key for f in await platform.check() if not f.ok]
    await platform.close()

    assert found == ["slack.check.secret"]
