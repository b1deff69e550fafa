"""App Home, sessions, own links and channels joined."""

from __future__ import annotations

import pytest

from bot.messages import (
    Message,
    MessageKind,
    Reply,
    ReplyKind,
)
from tests.bot.platforms.slack_server import BOT, Fault, SlackServer
from tests.bot.platforms.slack_world import press, running


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


async def test_home_that_is_asked_for_by_a_command_is_told(slack: SlackServer) -> None:
    command = {"command": "/cscc", "text": "home", "channel_id": "C0ROOM", "user_id": "U0ANNA"}
    async with running(slack) as (platform, heard):
        await slack.envelope("slash_commands", {**command, "trigger_id": "7.8"})
        for message in heard:
            await platform.responder(message).finish(Reply(text="Přehled"))

    told = [(call["user"], call["text"]) for call in slack.made("chat.postEphemeral")]
    assert (told, slack.made("views.publish")) == ([("U0ANNA", "Přehled")], [])


async def test_double_click_is_one_press(slack: SlackServer) -> None:
    presses = [("lang:cs", "2.0"), ("lang:cs", "2.4"), ("lang:en", "2.5"), ("lang:cs", "5.0")]
    async with running(slack) as (_, heard):
        for value, at in presses:
            body = press(value)
            body["actions"][0]["action_ts"] = at
            await slack.envelope("interactive", body)
        await slack.envelope("interactive", {**press("lang:en"), "user": {"id": "U0BOB"}})

    assert [(m.data, m.author) for m in heard] == [
        ("lang:cs", "slack:U0ANNA"),
        ("lang:en", "slack:U0ANNA"),
        ("lang:cs", "slack:U0ANNA"),
        ("lang:en", "slack:U0BOB"),
    ]


async def test_press_that_was_not_stored_counts_when_it_comes_again(slack: SlackServer) -> None:
    failing = [OSError("disk full")]

    async def fails_once(_: Message) -> None:
        if failing:
            raise failing.pop()

    async with running(slack, fails_once) as (_, heard):
        await slack.envelope("interactive", press("lang:cs"), 0.3)
        await slack.envelope("interactive", press("lang:cs"))

    assert [m.data for m in heard] == ["lang:cs"]


async def test_press_on_app_home_of_whom_no_direct_chat_is_opened_for(slack: SlackServer) -> None:
    slack.faults["conversations.open"] = [Fault(error="user_disabled")]
    async with running(slack) as (_, heard):
        told = await slack.envelope("interactive", press("lang:en", type="view", channel_id=None))

    assert (told is not None, [m.chat for m in heard]) == (True, ["slack:U0ANNA"] * 2)


async def test_channel_goes_on_under_another_id(slack: SlackServer) -> None:
    event = {"type": "channel_id_changed", "old_channel_id": "G0OLD", "new_channel_id": "C0NEW"}
    async with running(slack) as (_, heard):
        await slack.event({**event, "event_ts": "3.3"})
        await slack.event({**event, "new_channel_id": None})

    assert [(m.command, m.chat, m.arguments) for m in heard] == [
        (":moved", "slack:G0OLD", "slack:C0NEW")
    ]


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


def looking_at(*entities: dict[str, object]) -> dict[str, object]:
    """What Slack tells when somebody opens something beside the assistant."""
    return {"type": "app_context_changed", "context": {"entities": list(entities)}}


SEEN: dict[str, object] = {
    "type": "slack#/types/message_context",
    "value": {"channel_id": "C0ROOM", "message_ts": "1.1"},
}


@pytest.mark.parametrize(
    ("entities", "quoted"),
    [
        ([SEEN], "Seminář se přesouvá."),
        ([{"type": "slack#/types/channel_id", "value": "C0ROOM"}, SEEN], "Seminář se přesouvá."),
        ([{"type": "slack#/types/channel_id", "value": "C0ROOM"}], ""),
        ([{**SEEN, "value": {"channel_id": "C0ROOM", "message_ts": "9.9"}}], ""),
        ([{**SEEN, "value": "1.1"}, {"type": 7}], ""),
        ([], ""),
    ],
)
async def test_question_beside_a_message_is_about_it(
    slack: SlackServer, entities: list[dict[str, object]], quoted: str
) -> None:
    slack.messages = [{"ts": "1.1", "channel": "C0ROOM", "text": "Seminář se <@U0BOB>přesouvá."}]
    async with running(slack) as (_, heard):
        await slack.event({**looking_at(SEEN), "user": "U0ANNA"})
        await slack.event({**looking_at(*entities), "user": "U0ANNA"})
        await slack.says("D0ANNA", "Kam?")
        await slack.says("D0BOB", "Kam?", user="U0BOB")
        await slack.says("C0ROOM", "Kam?")

    assert [m.quoted for m in heard] == [quoted, "", ""]


async def test_context_without_a_name_belongs_to_whom_the_delivery_is_for(
    slack: SlackServer,
) -> None:
    slack.messages = [{"ts": "1.1", "channel": "C0ROOM", "text": "Seminář se přesouvá."}]
    async with running(slack) as (_, heard):
        anna = [{"user_id": "U0ANNA", "is_bot": False}]
        await slack.event(looking_at(SEEN), authorizations=anna)
        await slack.says("D0ANNA", "Kam?")
        await slack.says("D0ANNA", "Kdy?", app_context={})
        await slack.says("D0ANNA", "Kde?")
        await slack.says("D0ANNA", "A proč?", app_context={"entities": [SEEN]})

    assert [m.quoted for m in heard] == ["Seminář se přesouvá.", "", "", "Seminář se přesouvá."]
