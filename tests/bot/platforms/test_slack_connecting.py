"""Slack's socket: refused, late, cut and back again."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import CommandError
from bot.messages import (
    Reply,
)
from bot.platforms.slack.api import Api
from bot.platforms.slack.listening import Patience, Socket, bolt_app
from tests.bot.platforms.slack_server import Fault, SlackServer
from tests.bot.platforms.slack_world import made, running


@pytest.mark.parametrize("reason", ["refresh_requested", "cut"])
async def test_comes_back_after_a_disconnect(slack: SlackServer, reason: str) -> None:
    async with running(slack) as (platform, heard):
        if reason == "cut":
            await slack.sockets[-1].close()
        else:
            await slack.sockets[-1].send_json({"type": "disconnect", "reason": reason})
        await slack.until(lambda: slack.opened == 2 and slack.sockets)
        await slack.says("C0ROOM", "jsi tu?")
        connected = platform.connected

    assert ([m.text for m in heard], connected) == (["jsi tu?"], True)


async def test_says_what_to_do_where_the_way_in_is_switched_off(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(slack) as (platform, _):
        await slack.sockets[-1].send_json({"type": "disconnect", "reason": "link_disabled"})
        await slack.until(lambda: slack.opened == 2 and slack.sockets)
        connected = platform.connected

    said = [record.message for record in caplog.records if "link_disabled" in record.message]
    assert (len(said), "Settings › Socket Mode" in said[0], connected) == (1, True, True)


async def test_waits_longer_between_tries_to_come_back(slack: SlackServer) -> None:
    api = Api("xoxb-1", f"{slack.url}/api/")
    socket = Socket(bolt_app(api, made(slack)), api, "xapp-1", Patience(look=0.01))
    task = asyncio.create_task(socket.run())
    await slack.until(lambda: slack.sockets)
    slack.faults["apps.connections.open"] = [Fault(error="too_many_websockets")] * 6
    cut = asyncio.get_running_loop().time()
    await slack.sockets[-1].close()
    await slack.until(lambda: slack.opened == 2)
    back = asyncio.get_running_loop().time()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await api.close()

    # The SDK asks twice beside; then after 0.01 s, 0.02 s and so on.
    assert back - cut > 0.01 + 0.02 + 0.04 + 0.08


async def test_socket_address_that_is_used_up_is_replaced(slack: SlackServer) -> None:
    slack.faults["socket"] = [Fault()] * 3
    api = Api("xoxb-1", f"{slack.url}/api/")
    patience = Patience(ping=0.05, look=0.02, address=0.04, client=5)
    socket = Socket(bolt_app(api, made(slack)), api, "xapp-1", patience)
    task = asyncio.create_task(socket.run())
    await slack.until(lambda: slack.sockets)
    asked = len(slack.made("apps.connections.open"))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await api.close()

    assert asked > 1


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_refused_token_is_said(slack: SlackServer, method: str, error: str) -> None:
    slack.faults[method] = [Fault(error=error)]
    platform = made(slack)

    with pytest.raises(CommandError, match=error):
        await platform.run(lambda _: asyncio.sleep(0))
    await platform.close()


async def test_no_way_in_is_said(slack: SlackServer) -> None:
    platform = made(slack, app_token=None)

    with pytest.raises(CommandError, match="SLACK_APP_TOKEN"):
        await platform.run(lambda _: asyncio.sleep(0))
    with pytest.raises(CommandError, match="SLACK_BOT_TOKEN"):
        made(slack, bot_token=None)


async def test_a_proxy_is_not_used_for_what_is_near(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with running(slack) as (platform, heard):
        await slack.says("C0ROOM", "ahoj")
        await platform.send("slack:C0ROOM", Reply(text="dobrý den"))

    assert ([m.text for m in heard], len(slack.messages)) == (["ahoj"], 1)


async def test_waits_for_slack_at_the_start(slack: SlackServer) -> None:
    slack.faults["auth.test"] = [Fault(status=503)]
    async with running(slack) as (platform, _):
        assert platform.connected
