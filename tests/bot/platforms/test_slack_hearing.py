"""What people write and press in Slack, as messages."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messages import (
    ChatKind,
    Message,
    MessageKind,
)
from tests.bot.platforms.slack_server import BOT, TEAM, SlackServer
from tests.bot.platforms.slack_world import press, question, running


async def test_mention_and_its_twin_are_one_message_with_all_that_is_known(
    slack: SlackServer,
) -> None:
    slack.user("U0ANNA", locale="cs-CZ")
    async with running(slack) as (_, heard):
        ts = await slack.says("C0ROOM", f"<@{BOT}> Kdy je seminář?", ts="1700000001.000100")
        await slack.says("C0ROOM", f"<@{BOT}> Kdy je seminář?", ts=ts, type="app_mention")

    assert heard[0] == question(
        text="Kdy je seminář?",
        audience="members",
        author_name="Anna",
        language_hint="cs",
        sent_at=datetime.fromtimestamp(1700000001.0001, UTC),
    )
    assert heard[1] == heard[0]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"text": "jen tak"}, ("jen tak", False, "slack:C0ROOM/1.1", "")),
        ({"text": "dál?", "thread_ts": "0.5"}, ("dál?", False, "slack:C0ROOM/0.5", "0.5")),
        (
            {"text": "<https://x.cz/a?b=1&amp;c|x.cz> <#C1|obecný> &lt;ahoj&gt; <!here|here>"},
            ("x.cz #obecný <ahoj>", False, "slack:C0ROOM/1.1", ""),
        ),
        ({"text": "a\x00b \ud800?"}, ("ab \ufffd?", False, "slack:C0ROOM/1.1", "")),
        ({"text": "soubor", "subtype": "file_share"}, ("soubor", False, "slack:C0ROOM/1.1", "")),
    ],
)
async def test_what_people_write(
    slack: SlackServer, event: dict[str, Any], expected: tuple[str, bool, str, str]
) -> None:
    async with running(slack) as (_, heard):
        await slack.says("C0ROOM", ts="1.1", **event)

    assert [(m.text, m.addressed, m.address, m.reply_to) for m in heard] == [expected]


@pytest.mark.parametrize(
    ("said", "others"), [(f"<@{BOT}> kdy?", False), ("<@U0PETR> kdy?", True), ("kdy?", False)]
)
async def test_who_else_is_mentioned_is_known(slack: SlackServer, said: str, others: bool) -> None:
    async with running(slack) as (_, heard):
        await slack.says("C0ROOM", said)

    assert [message.to_others for message in heard] == [others]


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "channel_join"},
        {"bot_id": "B0OTHER"},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"user": "U0ROBOT", "type": "app_mention"},
        {"subtype": "bot_message"},
        {"user": None},
        {"ts": None},
        {"channel": None},
        {"text": None, "subtype": "message_changed"},
        {"subtype": "message_changed", "message": {"user": "U0ANNA", "ts": "1.1", "text": "a"}}
        | {"previous_message": {"text": "a"}},
        {"subtype": "message_deleted", "deleted_ts": "1.1", "previous_message": {"bot_id": "B1"}},
        {"type": "pin_added"},
        {"type": "reaction_added", "item": {}},
    ],
)
async def test_what_nobody_wrote_is_acknowledged_and_passed_over(
    slack: SlackServer, event: dict[str, Any]
) -> None:
    around = {"type": "message", "channel": "C0ROOM", "user": "U0ANNA", "text": "x", "ts": "1.1"}
    slack.user("U0ROBOT", is_bot=True)
    async with running(slack) as (_, heard):
        acknowledged = await slack.event({**around, **event})

    assert (heard, acknowledged is not None) == ([], True)


async def test_direct_message_is_meant_for_the_assistant(slack: SlackServer) -> None:
    async with running(slack) as (_, heard):
        await slack.says("D0ANNA", "ahoj", ts="5.1")

    assert [(m.address, m.chat, m.chat_kind, m.addressed, m.audience) for m in heard] == [
        ("slack:D0ANNA/5.1", "slack:D0ANNA", ChatKind.DIRECT, True, "members")
    ]


async def test_a_deleted_question_that_others_replied_to_leaves_a_tombstone(
    slack: SlackServer,
) -> None:
    tombstone = {"subtype": "tombstone", "user": "USLACKBOT", "ts": "1.1", "thread_ts": "1.1"}
    written = {"user": "U0ANNA", "ts": "1.1", "text": f"<@{BOT}> a", "blocks": [{"text": "a"}]}
    event = {"type": "message", "channel": "C0ROOM", "event_ts": "9.9", "ts": "9.9"}
    async with running(slack) as (_, heard):
        await slack.event(
            {**event, "subtype": "message_changed", "message": tombstone}
            | {"previous_message": written}
        )

    assert [(m.id, m.text, m.author, m.deleted, m.ref) for m in heard] == [
        ("slack:C0ROOM/1.1/deleted", "", "slack:U0ANNA", True, "1.1")
    ]


async def test_edited_and_deleted_questions(slack: SlackServer) -> None:
    written = {"user": "U0ANNA", "ts": "1.1", "text": f"<@{BOT}> a"}
    event = {"type": "message", "channel": "C0ROOM", "event_ts": "9.9", "ts": "9.9"}
    async with running(slack) as (_, heard):
        changed = {**written, "text": f"<@{BOT}> b", "edited": {"ts": "8.8"}}
        await slack.event(
            {**event, "subtype": "message_changed", "message": changed}
            | {"previous_message": written}
        )
        await slack.event(
            {**event, "subtype": "message_deleted", "deleted_ts": "1.1"}
            | {"previous_message": written}
        )

    assert [(m.id, m.text, m.edited, m.deleted, m.addressed, m.ref) for m in heard] == [
        ("slack:C0ROOM/1.1/edit/8.8", "b", True, False, True, "1.1"),
        ("slack:C0ROOM/1.1/deleted", "", False, True, False, "1.1"),
    ]


@pytest.mark.parametrize(
    ("text", "command", "arguments"),
    [
        ("", "help", ""),
        ("events červen", "events", "červen"),
        ("EVENTS", "events", ""),
        ("  /Events   v\tčervnu ", "events", "v\tčervnu"),
        ("events\nčerven", "events", "červen"),
        ("help?", "help", ""),
        ("na\u0301pove\u030cda", "nápověda", ""),
        ("/cscc events", "events", ""),
        ("cscc", "help", ""),
        ("evnets", "events", ""),
        ("subscirbe výzvy", "subscribe", "výzvy"),
        ("evnets červen", "ask", "evnets červen"),
        ("forgte", "ask", "forgte"),
        ("unsubscirbe", "ask", "unsubscirbe"),
        ("akcie", "ask", "akcie"),
        ("<@U0BOB|bob> kdy?", "ask", "kdy?"),
        ("kdy je seminář?", "ask", "kdy je seminář?"),
        ("ask kdy &lt; 5?", "ask", "kdy < 5?"),
    ],
)
async def test_slash_command(slack: SlackServer, text: str, command: str, arguments: str) -> None:
    async with running(slack) as (_, heard):
        acknowledged = await slack.envelope(
            "slash_commands",
            {"command": "/cscc", "text": text, "channel_id": "C0ROOM", "user_id": "U0ANNA"}
            | {"trigger_id": "7.8", "team_id": TEAM, "response_url": f"{slack.url}/respond"},
        )

    assert [(m.kind, m.command, m.arguments, m.private, m.id, m.address) for m in heard] == [
        (MessageKind.COMMAND, command, arguments, True, "slack:command/7.8", "slack:C0ROOM")
    ]
    assert acknowledged is not None


async def test_ask_about_this(slack: SlackServer) -> None:
    async with running(slack) as (_, heard):
        await slack.envelope(
            "interactive",
            {"type": "message_action", "callback_id": "ask_about_message", "trigger_id": "7.8"}
            | {"user": {"id": "U0ANNA"}, "channel": {"id": "C0ROOM"}, "team": {"id": TEAM}}
            | {"message": {"ts": "1.1", "text": "kdy <je> &amp; kde?"}},
        )
        await slack.envelope(
            "interactive",
            {"type": "message_action", "callback_id": "ask_about_message", "trigger_id": "7.9"}
            | {"user": {"id": "U0ANNA"}, "channel": {"id": "C0ROOM"}, "team": {"id": TEAM}}
            | {"message": {"ts": "1.1", "text": "", "files": [{"name": "plán.pdf"}]}},
        )

    assert [(m.text, m.private, m.address) for m in heard] == [
        ("kdy <je> & kde?", True, "slack:C0ROOM/1.1"),
        ("", True, "slack:C0ROOM/1.1"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (press("ics:4"), [("ics:4", "slack:C0ROOM/1.1", False, "1.1")]),
        (press("ics:4", thread_ts="0.5"), [("ics:4", "slack:C0ROOM/0.5", False, "1.1")]),
        (press("more:4", is_ephemeral=True), [("more:4", "slack:C0ROOM", True, "1.1")]),
        (press("share:4", is_ephemeral=True), [("share:4", "slack:C0ROOM", False, "1.1")]),
        (press(None), []),
        ({"type": "block_actions", "actions": []}, []),
        ({"type": "block_actions", "actions": [{}], "user": "U0ANNA"}, []),
        ({}, []),
    ],
)
async def test_pressed_button(
    slack: SlackServer, body: dict[str, Any], expected: list[tuple[str, str, bool, str]]
) -> None:
    async with running(slack) as (_, heard):
        acknowledged = await slack.envelope("interactive", body)

    assert [(m.data, m.address, m.private, m.ref) for m in heard] == expected
    assert acknowledged is not None


async def test_what_could_not_be_stored_is_not_acknowledged(slack: SlackServer) -> None:
    async def fails(message: Message) -> None:
        raise OSError("disk full")

    async with running(slack, fails) as (_, heard):
        event = {"type": "message", "channel": "C0ROOM", "user": "U0ANNA", "text": "a"}
        body = {"type": "event_callback", "event": {**event, "ts": "1.1"}}
        acknowledged = await slack.envelope("events_api", body, 0.3)

    assert (heard, acknowledged) == ([], None)


async def test_order_is_kept_within_a_chat(slack: SlackServer) -> None:
    async with running(slack) as (_, heard):
        await asyncio.gather(*(slack.says("C0ROOM", str(n), ts=f"{n}.1") for n in range(20)))

    assert [m.text for m in heard] == [str(n) for n in range(20)]


async def test_sharing_twice_is_one_wish(slack: SlackServer) -> None:
    async with running(slack) as (_, heard):
        for number, data in enumerate(("share:4", "share:4", "share:5", "more:4", "more:4")):
            pressed = press(data, is_ephemeral=True)
            pressed["actions"][0]["action_ts"] = f"{number}.2"
            await slack.envelope("interactive", pressed)

    assert [message.id.removeprefix("slack:press/C0ROOM/") for message in heard] == [
        "share:4/U0ANNA",
        "share:4/U0ANNA",
        "share:5/U0ANNA",
        "1.1/3.2/U0ANNA",
        "1.1/4.2/U0ANNA",
    ]
