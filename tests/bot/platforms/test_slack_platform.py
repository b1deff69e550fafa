"""Slack as a platform: Bolt and its SDK against a small Slack of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.errors import CommandError
from bot.messages import (
    Button,
    CannotLook,
    ChatKind,
    DeliveryError,
    File,
    Message,
    MessageKind,
    Reply,
    ReplyKind,
    Undeliverable,
)
from bot.platforms.slack import SlackPlatform
from bot.platforms.slack.api import Api
from bot.platforms.slack.listening import Patience, Socket, bolt_app
from bot.settings import SlackSettings
from tests.bot.platforms.slack_server import BOT, TEAM, Fault, SlackServer, slack_server

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


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


@pytest.fixture
async def platform(slack: SlackServer) -> AsyncIterator[SlackPlatform]:
    platform = made(slack)
    yield platform
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


# What comes in


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
            ("x.cz #obecný <ahoj> here", False, "slack:C0ROOM/1.1", ""),
        ),
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
    "event",
    [
        {"subtype": "channel_join"},
        {"bot_id": "B0OTHER"},
        {"user": BOT},
        {"user": "USLACKBOT"},
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
    async with running(slack) as (_, heard):
        acknowledged = await slack.event({**around, **event})

    assert (heard, acknowledged is not None) == ([], True)


async def test_direct_message_is_meant_for_the_assistant(slack: SlackServer) -> None:
    async with running(slack) as (_, heard):
        await slack.says("D0ANNA", "ahoj", ts="5.1")

    assert [(m.address, m.chat, m.chat_kind, m.addressed, m.audience) for m in heard] == [
        ("slack:D0ANNA/5.1", "slack:D0ANNA", ChatKind.DIRECT, True, "members")
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

    assert [(m.text, m.private, m.address) for m in heard] == [
        ("kdy <je> & kde?", True, "slack:C0ROOM/1.1")
    ]


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


async def test_press_on_app_home_shows_it_anew(slack: SlackServer) -> None:
    async with running(slack) as (platform, heard):
        await slack.envelope("interactive", press("lang:en", type="view", channel_id=None))
        for message in heard:
            reply = Reply(text="Přehled", kind=ReplyKind.EDIT)
            await platform.responder(message).finish(reply)

    assert [(m.kind, m.data, m.command, m.chat) for m in heard] == [
        (MessageKind.BUTTON, "lang:en", "", "slack:D0ANNA"),
        (MessageKind.COMMAND, "", "home", "slack:D0ANNA"),
    ]
    assert [call["user_id"] for call in slack.made("views.publish")] == ["U0ANNA"]
    assert slack.made("chat.update", "chat.postMessage") == []


async def test_opened_home_and_messages(slack: SlackServer) -> None:
    event = {"type": "app_home_opened", "user": "U0ANNA", "channel": "D0ANNA", "event_ts": "3.3"}
    async with running(slack) as (_, heard):
        await slack.event({**event, "tab": "home"})
        await slack.event({**event, "tab": "messages"})

    assert [(m.command, m.id) for m in heard] == [("home", "slack:home/U0ANNA/3.3")]
    (prompts,) = slack.made("assistant.threads.setSuggestedPrompts")
    assert (prompts["channel_id"], len(prompts["prompts"]), "thread_ts" in prompts) == (
        "D0ANNA",
        4,
        False,
    )


async def test_thread_of_an_older_app_gets_suggestions(slack: SlackServer) -> None:
    thread = {"user_id": "U0ANNA", "channel_id": "D0ANNA", "thread_ts": "1.1"}
    async with running(slack) as (_, heard):
        await slack.event({"type": "assistant_thread_started", "assistant_thread": thread})

    (prompts,) = slack.made("assistant.threads.setSuggestedPrompts")
    assert (heard, prompts["thread_ts"], len(prompts["prompts"])) == ([], "1.1", 4)


async def test_stop_button(slack: SlackServer) -> None:
    event = {"type": "agent_session_stopped", "channel": "D0ANNA", "thread_ts": "1.1"}
    async with running(slack) as (_, heard):
        await slack.event({**event, "user": "U0ANNA", "event_ts": "2.2"})

    assert [(m.data, m.address) for m in heard] == [("stop:", "slack:D0ANNA/1.1")]
    assert [c["status"] for c in slack.made("agents.sessions.setStatus")] == ["active"]


@pytest.mark.parametrize(
    ("page", "command"),
    [
        ("/events.ics", "events"),
        ("/events.ics?kind=call&lang=cs", "calls"),
        ("/", "help"),
        ("/events/secret-token.ics", None),
        ("/editors/", None),
    ],
)
async def test_link_of_ours_gets_a_preview(
    slack: SlackServer, page: str, command: str | None
) -> None:
    event = {"type": "link_shared", "channel": "C0ROOM", "user": "U0ANNA", "message_ts": "1.1"}
    url = f"https://cscc.example.org{page}"
    links = [{"domain": "cscc.example.org", "url": url}]
    async with running(slack) as (platform, heard):
        await slack.event(
            {**event, "links": links, "unfurl_id": "u1", "source": "conversations_history"}
        )
        for message in heard:
            await platform.responder(message).finish(Reply(text="**Seminář** <b>"))

    assert [(m.command, m.audience) for m in heard] == ([(command, "public")] if command else [])
    text = {"type": "mrkdwn", "text": "*Seminář* &lt;b&gt;"}
    preview = {
        "unfurls": {url: {"blocks": [{"type": "section", "text": text}]}},
        "unfurl_id": "u1",
        "source": "conversations_history",
    }
    assert slack.made("chat.unfurl") == ([preview] if command else [])


async def test_put_into_a_channel_and_taken_out(slack: SlackServer) -> None:
    around = {"channel": "C0ROOM", "event_ts": "3.3"}
    joined = {"type": "member_joined_channel", "inviter": "U0ANNA", **around}
    async with running(slack) as (platform, heard):
        await slack.event({**joined, "user": "U0BOB"})
        await slack.event({**joined, "user": BOT})
        await platform.responder(heard[0]).finish(Reply(text="Dobrý den."))
        await slack.event({"type": "channel_left", "actor_id": "U0ANNA", **around})

    assert [(m.command, m.chat, m.author) for m in heard] == [
        (":joined", "slack:C0ROOM", "slack:U0ANNA"),
        (":left", "slack:C0ROOM", "slack:U0ANNA"),
    ]
    assert [c["user"] for c in slack.made("chat.postEphemeral")] == ["U0ANNA"]
    assert slack.made("chat.postMessage") == []


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

    assert [m.audience for m in heard] == ["public"]


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


# Connecting


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


# What goes out


def shown(text: str, **more: Any) -> dict[str, Any]:
    block = {"type": "markdown", "text": text}
    return {"text": text, "blocks": [block], "unfurl_links": False, **more}


def said(call: dict[str, Any]) -> dict[str, Any]:
    names = ("channel", "text", "blocks", "unfurl_links", "thread_ts", "metadata")
    return {name: call[name] for name in names if name in call}


async def test_send_posts_with_its_key_and_finds_it(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)

    ref = await platform.send("slack:C0ROOM", Reply(text="Připomínka"), key="p1")

    kept = {"event_type": "cscc_post", "event_payload": {"key": "p1"}}
    assert [said(call) for call in slack.made("chat.postMessage")] == [
        shown("Připomínka", channel="C0ROOM", metadata=kept)
    ]
    assert await platform.find("slack:C0ROOM", "p1", since) == ref
    assert await platform.find("slack:C0ROOM", "p2", since) is None


async def test_find_looks_into_the_thread(slack: SlackServer, platform: SlackPlatform) -> None:
    ref = await platform.send("slack:C0ROOM/1.1", Reply(text="Odpověď"), key="p1")

    assert await platform.find("slack:C0ROOM/1.1", "p1", NOW) == ref


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found"])
async def test_find_says_that_it_cannot_look(
    slack: SlackServer, platform: SlackPlatform, error: str
) -> None:
    slack.faults["conversations.history"] = [Fault(error=error)]

    with pytest.raises(CannotLook, match=error):
        await platform.find("slack:C0ROOM", "p1", NOW)


async def test_find_may_have_to_wait(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.faults["conversations.history"] = [Fault(error="internal_error")]

    with pytest.raises(DeliveryError, match="internal_error"):
        await platform.find("slack:C0ROOM", "p1", NOW)


async def test_direct_chat_with_a_person(slack: SlackServer, platform: SlackPlatform) -> None:
    await platform.send(platform.direct("slack:U0BOB"), Reply(text="Připomínka"))

    assert [call["channel"] for call in slack.made("chat.postMessage")] == ["D0BOB"]


async def test_answer_to_a_post_stands_in_its_thread_and_in_the_channel(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    first = await platform.send("slack:C0ROOM", Reply(text="Seminář"))

    await platform.send("slack:C0ROOM", Reply(text="Nový termín"), reply_to=first)
    await platform.send("slack:C0ROOM", Reply(text="Zrušeno"), reply_to="1.1")

    assert [
        (call["text"], call.get("thread_ts"), bool(call.get("reply_broadcast")))
        for call in slack.made("chat.postMessage")
    ] == [("Seminář", None, False), ("Nový termín", first, True), ("Zrušeno", None, False)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=429, error="ratelimited", retry_after=7), ("ratelimited", 7.0, True)),
        (Fault(error="internal_error"), ("internal_error", None, False)),
        (Fault(error="invalid_auth"), ("invalid_auth", 60, True)),
        (Fault(status=503), ("unreadable answer (503)", None, False)),
        (Fault(reset=True), ("Slack's answer was lost: ServerDisconnectedError", None, False)),
    ],
)
async def test_failed_send_may_be_tried_again(
    slack: SlackServer, platform: SlackPlatform, fault: Fault, expected: tuple[Any, ...]
) -> None:
    slack.faults["chat.postMessage"] = [fault]

    with pytest.raises(DeliveryError) as failed:
        await platform.send("slack:C0ROOM", Reply(text="a"), key="k")

    error = failed.value
    assert (str(error), error.retry_after, error.certain) == expected
    assert slack.made("chat.postMessage") == []


async def test_send_never_repeats_by_itself(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.faults["chat.postMessage"] = [Fault(reset=True, after=True)]

    with pytest.raises(DeliveryError):
        await platform.send("slack:C0ROOM", Reply(text="a"), key="k")

    assert len(slack.messages) == 1
    assert await platform.find("slack:C0ROOM", "k", NOW) == slack.messages[0]["ts"]


async def test_unreachable_slack_took_nothing() -> None:
    settings = SlackSettings(bot_token=SecretStr("x"), api_url="http://127.0.0.1:9/api/")
    platform = SlackPlatform(settings, clock=lambda: NOW)

    with pytest.raises(DeliveryError) as failed:
        await platform.send("slack:C0ROOM", Reply(text="a"))
    await platform.close()

    assert failed.value.certain


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "restricted_action"])
async def test_place_that_takes_nothing(
    slack: SlackServer, platform: SlackPlatform, error: str
) -> None:
    slack.faults["chat.postMessage"] = [Fault(error=error)]

    with pytest.raises(Undeliverable, match=error):
        await platform.send("slack:C0ROOM", Reply(text="a"))


async def test_refused_blocks_are_posted_as_text(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.faults["chat.postMessage"] = [Fault(error="invalid_blocks")]

    await platform.send("slack:C0ROOM", Reply(text="**a** <b>"))

    assert [(c["text"], c.get("blocks")) for c in slack.made("chat.postMessage")] == [
        ("*a* &lt;b&gt;", [])
    ]


async def test_long_reply_is_posted_whole_in_several_messages(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    text = "\n\n".join(f"Odstavec {n}. " + "slovo " * 500 for n in range(8))
    await platform.send("slack:C0ROOM/1.1", Reply(text=text), key="k")

    posts = slack.made("chat.postMessage")
    whole = "".join(block["text"] for call in posts for block in call["blocks"])
    assert [whole.count(f"Odstavec {n}.") for n in range(8)] == [1] * 8
    assert {call["thread_ts"] for call in posts} == {"1.1"}
    assert len(posts) > 1


@pytest.mark.parametrize(
    "fault", [Fault(status=429, error="ratelimited", retry_after=1), Fault(status=503, after=True)]
)
async def test_further_message_that_fails_is_posted_once(
    slack: SlackServer, platform: SlackPlatform, fault: Fault
) -> None:
    text = "\n\n".join(f"Odstavec {n}. " + "slovo " * 900 for n in range(3))
    slack.faults["chat.postMessage"] = [Fault(skip=True), fault]

    await platform.send("slack:C0ROOM/1.1", Reply(text=text), key="k")

    whole = "".join(block["text"] for message in slack.messages for block in message["blocks"])
    assert [whole.count(f"Odstavec {n}.") for n in range(3)] == [1] * 3


async def test_edit(slack: SlackServer, platform: SlackPlatform) -> None:
    await platform.edit("slack:C0ROOM", "1.1", Reply(text="nově"))

    assert [(c["ts"], c["text"]) for c in slack.made("chat.update")] == [("1.1", "nově")]


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


# Answering


async def test_answer_shows_a_status_then_stands_in_the_thread(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    responder = platform.responder(question(language_hint="en"))

    await responder.begin()
    await responder.finish(Reply(text="Odpověď", feedback="7"))

    order = [call.method for call in slack.calls]
    assert order == ["assistant.threads.setStatus", "chat.postMessage"]
    (status,) = slack.made("assistant.threads.setStatus")
    assert status["status"] == "is searching the resources…"
    (post,) = slack.made("chat.postMessage")
    assert (post["thread_ts"], post["metadata"]["event_payload"]["key"]) == (
        "1700000001.000100",
        "slack:C0ROOM/1700000001.000100",
    )
    assert [block["type"] for block in post["blocks"]] == ["markdown", "context_actions"]


async def test_status_is_said_in_the_language_of_the_question(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    await platform.responder(question(text="When is the next seminar?")).begin()
    await platform.responder(question(text="Kdy je další seminář?")).begin()

    assert [call["status"] for call in slack.made("assistant.threads.setStatus")] == [
        "is searching the resources…",
        "hledá ve zdrojích…",
    ]


async def test_where_there_is_no_status_a_sign_stands_on_the_question(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.unknown = {"assistant.threads.setStatus"}
    responder = platform.responder(question())

    await responder.begin()
    await responder.finish(Reply(text="Odpověď"))

    assert [call.method for call in slack.calls] == [
        "assistant.threads.setStatus",
        "reactions.add",
        "chat.postMessage",
        "reactions.remove",
    ]


async def test_session_in_a_direct_chat_is_moved_on(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    responder = platform.responder(question(address="slack:D0ANNA/1.1", chat="slack:D0ANNA"))

    await responder.begin()
    await responder.finish(Reply(text="Odpověď"))

    assert [call["status"] for call in slack.made("agents.sessions.setStatus")] == [
        "processing",
        "active",
    ]


TEXT = "První věta je dlouhá. " * 20 + "Dost.\n\n- bod **jedna**\n- bod dva\n\nKonec textu."


async def test_streamed_answer_becomes_the_reply(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    responder = platform.responder(question())
    for start in range(0, len(TEXT), 40):
        await responder.append(TEXT[start : start + 40])
    ref = await responder.finish(Reply(text=TEXT, feedback="7"))

    (start_,) = slack.made("chat.startStream")
    assert (start_["thread_ts"], start_["recipient_user_id"], start_["recipient_team_id"]) == (
        "1700000001.000100",
        "U0ANNA",
        TEAM,
    )
    calls = slack.made("chat.startStream", "chat.appendStream", "chat.stopStream")
    streamed = "".join(chunk["text"] for call in calls for chunk in call.get("chunks") or ())
    assert streamed == TEXT
    (stop,) = slack.made("chat.stopStream")
    assert [block["type"] for block in stop["blocks"]] == ["context_actions"]
    assert stop["ts"] == ref
    assert slack.made("chat.postMessage", "chat.update") == []


async def test_streamed_answer_that_is_not_the_reply_is_replaced(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    responder = platform.responder(question())
    await responder.append("Vymyšlená věta. " * 30)
    await responder.finish(Reply(text="Našel jsem jen toto."))

    assert [call.method for call in slack.calls][-3:] == [
        "chat.startStream",
        "chat.stopStream",
        "chat.update",
    ]
    assert [call["text"] for call in slack.made("chat.update")] == ["Našel jsem jen toto."]


async def test_streamed_text_calls_nobody(slack: SlackServer, platform: SlackPlatform) -> None:
    responder = platform.responder(question())
    for piece in ("Pozor <", "!channel> a @", "everyone. ", "Další věta je tu. " * 20, "\n\nx"):
        await responder.append(piece)

    streamed = str(slack.made("chat.startStream"))
    assert ("<!channel" in streamed, "@everyone" in streamed) == (False, False)
    await responder.finish(Reply(text="a"))


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
async def test_answer_comes_though_streaming_fails(
    slack: SlackServer, platform: SlackPlatform, method: str
) -> None:
    slack.faults[method] = [Fault(error="message_not_in_streaming_state")] * 5
    responder = platform.responder(question())
    for _ in range(4):
        await responder.append(TEXT)
    await responder.finish(Reply(text="Odpověď"))

    final = slack.made("chat.postMessage", "chat.update")
    assert [call["text"] for call in final] == ["Odpověď"]


async def test_command_is_answered_to_its_author_alone(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    ticket = f'{{"url": "{slack.url}/respond", "user": "U0ANNA"}}'
    asked = question(address="slack:C0ROOM", private=True, kind=MessageKind.COMMAND, ticket=ticket)
    responder = platform.responder(asked)

    await responder.begin()
    await responder.append("něco")
    await responder.finish(Reply(text="Jen vám"))

    assert [call.method for call in slack.calls] == ["response_url"]
    (body,) = slack.made("response_url")
    assert (body["response_type"], body["replace_original"], body["text"]) == (
        "ephemeral",
        False,
        "Jen vám",
    )


async def test_used_up_response_url_gives_way_to_an_ephemeral_then_to_the_direct_chat(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    ticket = f'{{"url": "{slack.url}/respond", "user": "U0ANNA"}}'
    slack.faults["response_url"] = [Fault(status=404)] * 2
    asked = question(private=True, ticket=ticket)

    await platform.responder(asked).finish(Reply(text="jednou"))
    slack.members["C0ROOM"] = []
    await platform.responder(asked).finish(Reply(text="podruhé"))

    assert [c["user"] for c in slack.made("chat.postEphemeral")] == ["U0ANNA", "U0ANNA"]
    assert [(c["channel"], c["text"]) for c in slack.made("chat.postMessage")] == [
        ("D0ANNA", "podruhé")
    ]


async def test_edit_changes_the_message_with_the_button(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    pressed = question(kind=MessageKind.BUTTON, data="x:1", ref="1.1", ticket="{}")
    reply = Reply(text="Změněno", kind=ReplyKind.EDIT, buttons=((Button(label="Z", data="z:1"),),))

    ref = await platform.responder(pressed).finish(reply)

    assert ref == "1.1"
    assert [(c["ts"], c["text"]) for c in slack.made("chat.update")] == [("1.1", "Změněno")]


async def test_edit_of_what_one_person_sees(slack: SlackServer, platform: SlackPlatform) -> None:
    ticket = f'{{"url": "{slack.url}/respond", "hidden": true}}'
    pressed = question(kind=MessageKind.BUTTON, data="x:1", ref="1.1", ticket=ticket)

    await platform.responder(pressed).finish(Reply(text="Změněno", kind=ReplyKind.EDIT))

    assert [body["replace_original"] for body in slack.made("response_url")] == [True]


async def test_private_answer_is_shared_with_the_channel(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    ticket = f'{{"url": "{slack.url}/respond", "hidden": true}}'
    pressed = question(address="slack:C0ROOM", kind=MessageKind.BUTTON, ticket=ticket)

    await platform.responder(pressed).finish(Reply(text="Odpověď"))
    slack.faults["chat.postMessage"] = [Fault(error="not_in_channel")]
    await platform.responder(pressed).finish(Reply(text="Odpověď odjinud"))

    assert [c["text"] for c in slack.made("chat.postMessage")] == ["Odpověď"]
    assert [(b["response_type"], b["text"]) for b in slack.made("response_url")] == [
        ("in_channel", "Odpověď odjinud")
    ]


async def test_edit_of_what_is_gone_is_posted(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.faults["chat.update"] = [Fault(error="message_not_found")]

    await platform.responder(question()).finish(Reply(text="Změněno", kind=ReplyKind.EDIT))

    assert [c["text"] for c in slack.made("chat.postMessage")] == ["Změněno"]


CALENDAR = File(name="a.ics", content=b"BEGIN:VCALENDAR", media_type="text/calendar")


async def test_file_goes_with_the_reply(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.faults["files.completeUploadExternal"] = [
        Fault(status=429, error="ratelimited", retry_after=1)
    ]

    await platform.responder(question()).finish(Reply(text="Kalendář", files=(CALENDAR,)))

    assert [c["text"] for c in slack.made("chat.postMessage")] == ["Kalendář"]
    (done,) = slack.made("files.completeUploadExternal")
    assert (done["channel_id"], done["thread_ts"]) == ("C0ROOM", "1700000001.000100")


async def test_file_for_one_person_lies_in_the_direct_chat(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    ticket = f'{{"url": "{slack.url}/respond"}}'
    asked = question(private=True, ticket=ticket)

    await platform.responder(asked).finish(Reply(text="Kalendář", files=(CALENDAR,)))

    assert [c["channel_id"] for c in slack.made("files.completeUploadExternal")] == ["D0ANNA"]
    (body,) = slack.made("response_url")
    assert body["blocks"][0]["text"] == "Kalendář\n\n📎 [a.ics](https://home.slack.com/files/F1)"


@pytest.mark.parametrize("error", ["missing_scope", "file_uploads_disabled"])
async def test_file_that_cannot_be_sent_is_said(
    slack: SlackServer, platform: SlackPlatform, error: str
) -> None:
    slack.faults["files.getUploadURLExternal"] = [Fault(error=error)]

    await platform.responder(question()).finish(Reply(text="Kalendář", files=(CALENDAR,)))

    assert [c["text"] for c in slack.made("chat.postMessage")] == [
        "Kalendář",
        "Soubor se nepodařilo poslat. / The file could not be sent.",
    ]


# Looking for what is wrong


async def test_check_finds_what_is_wrong(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.scopes = slack.scopes.replace("im:write,", "")
    slack.channel("C0OUT", members=["U0ANNA"])

    found = await platform.check(["slack:C0ROOM", "slack:C0OUT/1.1", "slack:C0NO", "telegram:1"])

    assert [(f.ok, f.key, f.values) for f in found] == [
        (True, "slack.check.connected", {"workspace": "Home"}),
        (False, "slack.check.scope", {"scope": "im:write", "what": "slack.scope.direct"}),
        (True, "slack.check.optional", {"scopes": "chat:write.public, reactions:write"}),
        (True, "slack.check.socket", {}),
        (True, "slack.check.channel_ready", {"channel": "C0ROOM"}),
        (False, "slack.check.not_member", {"channel": "C0OUT"}),
        (False, "slack.check.channel", {"channel": "C0NO", "error": "channel_not_found"}),
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
