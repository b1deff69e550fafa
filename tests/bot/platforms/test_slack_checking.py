"""What `cscc doctor` finds out about Slack."""

from __future__ import annotations

import pytest

from bot.platforms.slack import SlackPlatform
from tests.bot.platforms.slack_server import BOT, Fault, SlackServer


async def test_check_finds_what_is_wrong(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.scopes = slack.scopes.replace("im:write,", "")
    slack.channel("C0OUT", members=["U0ANNA"])

    slack.channel("C0OLD", members=[BOT], is_archived=True)

    places = ["C0ROOM", "C0OUT/1.1", "C0NO", "C0OLD", "general", "c0room", "U0ANNA"]

    found = await platform.check([*(f"slack:{place}" for place in places), "telegram:1"])

    assert [(f.ok, f.key, f.values) for f in found] == [
        (True, "slack.check.connected", {"workspace": "Home"}),
        (False, "slack.check.scope", {"scope": "im:write", "what": "slack.scope.direct"}),
        (True, "slack.check.optional", {"scopes": "chat:write.public, reactions:write"}),
        (True, "slack.check.socket", {}),
        (True, "slack.check.channel_ready", {"channel": "C0ROOM"}),
        (False, "slack.check.not_member", {"channel": "C0OUT"}),
        (False, "slack.check.channel", {"channel": "C0NO", "error": "channel_not_found"}),
        (False, "slack.check.archived", {"channel": "C0OLD"}),
        (False, "slack.check.no_id", {"channel": "general"}),
        (False, "slack.check.no_id", {"channel": "c0room"}),
    ]


@pytest.mark.parametrize(
    ("method", "key"),
    [("auth.test", "slack.check.token"), ("apps.connections.open", "slack.check.app_token")],
)
async def test_check_finds_a_wrong_token(
    slack: SlackServer, platform: SlackPlatform, method: str, key: str
) -> None:
    slack.faults[method] = [Fault(error="invalid_auth")]

    found = await platform.check()

    assert [(f.key, f.values) for f in found if not f.ok] == [(key, {"error": "invalid_auth"})]


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize(
    ("fault", "key", "values"),
    [
        (Fault(error="not_allowed_token_type"), "slack.check.swapped", {}),
        (
            Fault(status=503),
            "slack.check.unreachable",
            {"error": "unreadable answer (503)"},
        ),
        (
            Fault(error="ratelimited", status=429),
            "slack.check.unreachable",
            {"error": "ratelimited"},
        ),
    ],
)
async def test_check_tells_what_a_token_is_not_to_blame_for(
    slack: SlackServer,
    platform: SlackPlatform,
    method: str,
    fault: Fault,
    key: str,
    values: dict[str, object],
) -> None:
    slack.faults[method] = [fault]

    found = await platform.check()

    assert [(f.key, f.values) for f in found if not f.ok] == [(key, values)]
