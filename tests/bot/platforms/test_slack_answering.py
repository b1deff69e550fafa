"""Where and how a question in Slack is answered."""

from __future__ import annotations

import json

import pytest

from bot.messages import (
    Button,
    File,
    MessageKind,
    Reply,
    ReplyKind,
)
from bot.platforms.slack import SlackPlatform
from tests.bot.platforms.slack_server import TEAM, Fault, SlackServer
from tests.bot.platforms.slack_world import question


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
    direct = question(
        address="slack:D0ANNA/1.1", chat="slack:D0ANNA", text="Kdy\nje seminář? " * 20
    )
    responder = platform.responder(direct)

    await responder.begin()
    await responder.finish(Reply(text="Odpověď"))

    assert [(c["status"], c.get("title")) for c in slack.made("agents.sessions.setStatus")] == [
        ("processing", ("Kdy je seminář? " * 20)[:200]),
        ("active", None),
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


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "http://"])
async def test_response_url_that_is_none_keeps_nobody_waiting(
    slack: SlackServer, platform: SlackPlatform, url: str
) -> None:
    ticket = json.dumps({"url": url})

    await platform.responder(question(private=True, ticket=ticket)).finish(Reply(text="Jen vám."))

    assert [told["text"] for told in slack.made("chat.postEphemeral")] == ["Jen vám."]


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
