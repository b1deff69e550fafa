"""Who may read and change what in Slack."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.slack import SlackPlatform
from tests.bot.platforms.slack_server import BOT, TEAM, Fault, SlackServer
from tests.bot.platforms.slack_world import running


@pytest.mark.parametrize(
    ("person", "channel", "audience"),
    [
        ({}, {}, "members"),
        ({"is_restricted": True}, {}, "public"),
        ({"is_ultra_restricted": True}, {}, "public"),
        ({"is_stranger": True}, {}, "public"),
        ({"team_id": "T0ELSE"}, {}, "public"),
        ({"team_id": "T0ELSE", "enterprise_user": {"teams": [TEAM]}}, {}, "members"),
        ({"deleted": True}, {}, "public"),
        ({}, {"is_ext_shared": True}, "public"),
        ({}, {"is_shared": True}, "public"),
        ({}, {"is_pending_ext_shared": True}, "public"),
        ({}, {"members": ["U0ANNA", "U0GUEST", BOT]}, "public"),
        ({}, {"members": ["U0ANNA", "U0ROBOT", BOT]}, "members"),
    ],
)
async def test_audience(
    slack: SlackServer, person: dict[str, Any], channel: dict[str, Any], audience: str
) -> None:
    slack.user("U0GUEST", is_restricted=True)
    slack.user("U0ROBOT", is_bot=True)
    slack.user("U0ANNA", **person)
    slack.channel("C0ROOM", **{"members": ["U0ANNA", BOT], **channel})
    async with running(slack) as (_, heard):
        await slack.says("C0ROOM", "smím?")

    assert [m.audience for m in heard] == [audience]


@pytest.mark.parametrize(
    "method", ["users.info", "users.list", "conversations.info", "conversations.members"]
)
async def test_audience_is_the_public_where_slack_does_not_say(
    slack: SlackServer, method: str
) -> None:
    slack.faults[method] = [Fault(error="missing_scope")] * 9
    async with running(slack) as (_, heard):
        await slack.says("C0ROOM", "smím?")

    assert [m.audience for m in heard] == ["public"]


async def test_shared_channel_by_the_delivery_itself_is_public(slack: SlackServer) -> None:
    event = {"type": "message", "channel": "C0ROOM", "user": "U0ANNA", "text": "a", "ts": "1.1"}
    async with running(slack) as (_, heard):
        await slack.event(event, is_ext_shared_channel=True)

    assert [(m.audience, m.author_name) for m in heard] == [("public", "Anna")]
    assert slack.made("conversations.info", "conversations.members") == []


async def test_who_may_change_a_chat(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.user("U0ADMIN", is_admin=True)
    slack.user("U0GUEST", is_restricted=True)
    slack.channel("C0ROOM", members=[], creator="U0ANNA")
    slack.channel("C0THEIRS", members=[], creator="U0GUEST")

    may = [
        (author, chat, await platform.is_admin(f"slack:{author}", f"slack:{chat}"))
        for author, chat in [
            ("U0ANNA", "C0ROOM"),
            ("U0BOB", "C0ROOM"),
            ("U0ADMIN", "C0ROOM"),
            ("U0GUEST", "C0THEIRS"),
            ("U0BOB", "D0BOB"),
            ("U0BOB", "C0NONE"),
        ]
    ]

    assert [allowed for _, _, allowed in may] == [True, False, True, False, True, False]


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("C0ROOM", ""),
        ("C0OUT", "slack.hindrance.invite"),
        ("C0OLD", "slack.hindrance.archived"),
        ("C0SECRET", "slack.hindrance.unseen"),
        ("D0OTHERS", "slack.hindrance.unseen"),
        ("D0ANNA", ""),
        ("G0THREE", ""),
        ("U0ANNA", ""),
    ],
)
async def test_what_keeps_posts_from_a_place(
    slack: SlackServer, platform: SlackPlatform, channel: str, expected: str
) -> None:
    slack.channel("C0OUT", members=[])
    slack.channel("C0OLD", members=[BOT], is_archived=True)
    slack.channel("D0ANNA", members=[], is_im=True)
    slack.channel("G0THREE", members=[], is_mpim=True)

    assert await platform.hindrance(f"slack:{channel}") == expected


async def test_an_invitation_counts_at_once(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.channel("C0OUT", members=[])
    before = await platform.hindrance("slack:C0OUT")
    slack.channel("C0OUT", members=[BOT])

    assert (before, await platform.hindrance("slack:C0OUT")) == ("slack.hindrance.invite", "")


async def test_slack_that_does_not_answer_is_no_hindrance(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.faults["conversations.info"] = [Fault(error="missing_scope")]

    assert await platform.hindrance("slack:C0ROOM") == ""


@pytest.mark.parametrize(
    "event",
    [
        {"type": "member_joined_channel", "user": "U0GUEST"},
        {"type": "channel_shared", "connected_team_id": "T0ELSE"},
    ],
)
async def test_who_comes_into_a_channel_is_heeded_at_once(
    slack: SlackServer, event: dict[str, Any]
) -> None:
    slack.user("U0GUEST", is_restricted=True)
    slack.channel("C0ROOM", members=["U0ANNA", BOT])
    async with running(slack) as (_, heard):
        await slack.says("C0ROOM", "smím?")
        slack.channel("C0ROOM", members=["U0ANNA", "U0GUEST", BOT])
        await slack.event({**event, "channel": "C0ROOM", "event_ts": "1.1"})
        await slack.says("C0ROOM", "smím?")

    assert [(m.audience, m.command) for m in heard] == [
        ("members", ""),
        ("public", ":opened"),
        ("public", ""),
    ]


@pytest.mark.parametrize("user", ["U0BOB", "U0ROBOT", "U0NOBODY"])
async def test_a_member_who_comes_opens_no_channel(slack: SlackServer, user: str) -> None:
    slack.user("U0ROBOT", is_bot=True)
    event = {"type": "member_joined_channel", "user": user, "channel": "C0ROOM"}
    async with running(slack) as (_, heard):
        await slack.event({**event, "event_ts": "1.1"})

    assert heard == []


@pytest.mark.parametrize(("channel", "audience"), [("D0ANNA", "members"), ("D0OTHERS", "public")])
async def test_in_the_direct_chat_of_two_others_the_public_is_answered(
    slack: SlackServer, channel: str, audience: str
) -> None:
    slack.channel("D0ANNA", members=["U0ANNA", BOT], is_im=True)
    command = {"command": "/cscc", "text": "kdy?", "channel_id": channel, "user_id": "U0ANNA"}
    async with running(slack) as (_, heard):
        await slack.envelope("slash_commands", {**command, "trigger_id": "7.8"})

    assert [m.audience for m in heard] == [audience]
