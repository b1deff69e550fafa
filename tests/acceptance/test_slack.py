"""Slack as people meet it, against the strict stand-in; what is answered is told by the tests."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from bot.messages import Button, File, Message, Reply, ReplyKind, Responder
from tests.acceptance.slack_world import (
    ROOM,
    answers,
    complaints,
    mention,
    needs_slack,
    running,
    until,
)

pytestmark = needs_slack


async def test_each_place_is_answered_once_where_it_was_asked(
    slack: Any, tmp_path: Path, mode: str
) -> None:
    async with running(slack, tmp_path, mode=mode):
        root = await slack.user_says(ROOM, "Něco se děje", user="U0BOB")
        asked = await slack.user_says(ROOM, mention(slack, "kdy?"))
        inside = await slack.user_says(ROOM, mention(slack, "kde?"), thread_ts=root["ts"])
        direct = await slack.user_says("U0ALICE", "Kdy je seminář?")
        posted = await answers(slack, ROOM, 2)
        in_direct = await answers(slack, direct["channel"])

    assert {m["thread_ts"]: m["text"].split(" odpo")[0] for m in posted} == {
        asked["ts"]: "Na *kdy?*",
        root["ts"]: "Na *kde?*",
    }
    assert inside["delivered"]
    assert [m["thread_ts"] for m in in_direct] == [direct["ts"]]
    assert complaints(slack) == []


async def test_sign_of_work_is_shown_at_once(slack: Any, tmp_path: Path) -> None:
    async def slow(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(1)
        return Reply(text="hotovo")

    async with running(slack, tmp_path, slow):
        asked = await slack.user_says(ROOM, mention(slack, "kdy?"))
        (sign,) = await slack.wait("status", channel=ROOM)
        await answers(slack, ROOM)

    assert (sign["thread_ts"], bool(sign["text"])) == (asked["ts"], True)


async def test_command_and_shortcut_and_sharing(slack: Any, tmp_path: Path, mode: str) -> None:
    async def tell(message: Message, responder: Responder) -> Reply:
        if message.data == "share:1":
            return Reply(text="Sdílená odpověď")
        row = (Button(label="Sdílet", data="share:1"),)
        return Reply(text=f"{message.command} {message.text}", buttons=(row,))

    async with running(slack, tmp_path, tell, mode):
        outcome = await slack.user_commands("/cscc", "kdy je seminář?")
        (hidden,) = await slack.wait("ephemeral", channel=ROOM)
        other = await slack.user_says(ROOM, "Jak se stát členem?", user="U0BOB")
        await slack.user_shortcut("ask_about_message", channel=ROOM, ts=other["ts"])
        hidden_too = (await slack.wait("ephemeral", channel=ROOM, count=2))[1]

    assert outcome["ok"]
    assert [hidden["text"], hidden_too["text"]] == ["ask kdy je seminář?", "Jak se stát členem?"]
    assert complaints(slack) == []


async def test_buttons_edits_toasts_and_feedback(slack: Any, tmp_path: Path, mode: str) -> None:
    async def buttons(message: Message, responder: Responder) -> Reply | None:
        match message.data:
            case "":
                row = (Button(label="Změnit", data="edit:1"), Button(label="Nota", data="note:1"))
                return Reply(text="Vyberte", buttons=(row,), feedback="7")
            case "edit:1":
                return Reply(text="Změněno", kind=ReplyKind.EDIT)
            case "note:1" | "fb:up:7":
                return Reply(text=f"Díky, {message.data}", kind=ReplyKind.TOAST)
        return None

    async with running(slack, tmp_path, buttons, mode):
        await slack.user_says(ROOM, mention(slack, "nabídka"))
        (posted,) = await answers(slack, ROOM)
        outcomes = [
            await slack.user_acts(ROOM, posted["ts"], text="Nota", user="U0BOB"),
            await slack.user_acts(ROOM, posted["ts"], action_id="feedback", user="U0BOB"),
            await slack.user_acts(ROOM, posted["ts"], text="Změnit"),
        ]
        toasts = await slack.wait("ephemeral", channel=ROOM, count=2)
        (edit,) = await slack.wait("edit", channel=ROOM)
        await answers(slack, ROOM)

    assert [outcome["ok"] for outcome in outcomes] == [True, True, True]
    assert [(e["user"], e["text"]) for e in toasts] == [
        ("U0BOB", "Díky, note:1"),
        ("U0BOB", "Díky, fb:up:7"),
    ]
    assert (edit["ts"], edit["text"]) == (posted["ts"], "Změněno")
    assert complaints(slack) == []


async def test_home_is_shown(slack: Any, tmp_path: Path, mode: str) -> None:
    async def overview(message: Message, responder: Responder) -> Reply:
        row = (Button(label="English", data="lang:en"),)
        return Reply(text=f"# Přehled\n\n- {message.command}", buttons=(row,))

    async with running(slack, tmp_path, overview, mode):
        await slack.user_opens_home()
        (home,) = await slack.wait("home")

    assert [block["type"] for block in home["view"]["blocks"]] == [
        "header",
        "section",
        "actions",
    ]
    assert complaints(slack) == []


async def test_streamed_answer(slack: Any, tmp_path: Path) -> None:
    text = "První věta je dlouhá. " * 30 + "Dost.\n\n- bod **jedna**\n- bod dva\n\nKonec."

    async def write(message: Message, responder: Responder) -> Reply:
        for start in range(0, len(text), 30):
            await responder.append(text[start : start + 30])
            await asyncio.sleep(0.01)
        return Reply(text=text, feedback="7")

    async with running(slack, tmp_path, write):
        asked = await slack.user_says(ROOM, mention(slack, "kdy?"))
        (posted,) = await answers(slack, ROOM)

    assert (posted["text"], posted["thread_ts"]) == (text, asked["ts"])
    assert [block["type"] for block in posted["blocks"]] == ["context_actions"]
    assert len([e for e in slack.events if e["kind"] == "stream_append"]) > 0
    assert complaints(slack) == []


async def test_stop_button_ends_the_work(slack: Any, tmp_path: Path) -> None:
    async def endless(message: Message, responder: Responder) -> Reply:
        for number in range(10_000):
            await responder.append(f"Věta číslo {number} je napsána. ")
            await asyncio.sleep(0.02)
        return Reply(text="nikdy")

    async with running(slack, tmp_path, endless):
        asked = await slack.user_says("U0ALICE", "povídej")
        channel = asked["channel"]
        (stream,) = await slack.wait("stream_start", channel=channel)
        slack.tell(
            {"type": "agent_session_stopped", "channel": channel, "thread_ts": asked["ts"]}
            | {"user": "U0ALICE", "streaming_message_ts": [stream["ts"]], "event_ts": "9.9"}
        )
        (edit,) = await slack.wait("edit", channel=channel)
        appended = len([e for e in slack.events if e["kind"] == "stream_append"])
        await asyncio.sleep(1)

    assert (edit["ts"], edit["text"]) == (stream["ts"], "přestal jsem")
    assert len([e for e in slack.events if e["kind"] == "stream_append"]) == appended


async def test_long_answers_arrive_whole_and_valid(slack: Any, tmp_path: Path) -> None:
    table = "| Výzva | Do |\n|---|---|\n" + "| **IROP** <b> & `x` | 1. 6. |\n" * 120
    long = "\n\n".join(
        [
            "# Nadpis & <x>",
            "odstavec *šikmo* [o](https://cscc.cz/?a=1&b=2) " * 290,
            table,
            "```\n" + "kód <&>\n" * 1700 + "```",
            "> citát " * 300,
            table,
        ]
    )

    async def tell(message: Message, responder: Responder) -> Reply:
        return Reply(text=long, feedback="7")

    async with running(slack, tmp_path, tell):
        await slack.user_says(ROOM, mention(slack, "vše"))
        await until(lambda: any("context_actions" in str(e.get("blocks")) for e in slack.events))
        posted = [m for m in slack.c_get_messages(ROOM) if m["user"] == slack.bot_user]

    said = "\n".join(str(m["blocks"][0]["text"]) for m in posted)
    assert said.count("kód <&>") == 1700
    assert said.count("**IROP**") == 240
    assert said.count("odstavec *šikmo*") == 290
    assert said.count("citát") == 300
    assert len({m["thread_ts"] for m in posted}) == 1
    assert [c for c in complaints(slack) if c.get("error") != "ratelimited"] == []


async def test_file_and_direct_post(slack: Any, tmp_path: Path) -> None:
    async def calendar(message: Message, responder: Responder) -> Reply:
        file = File(name="akce.ics", content=b"BEGIN:VCALENDAR", media_type="text/calendar")
        return Reply(text="Do kalendáře", files=(file,))

    async with running(slack, tmp_path, calendar):
        asked = await slack.user_says(ROOM, mention(slack, "kalendář"))
        (file,) = await slack.wait("file", channel=ROOM)

    assert (file["thread_ts"], file["files"][0]["name"]) == (asked["ts"], "akce.ics")


async def test_hostile_text_calls_nobody(slack: Any, tmp_path: Path) -> None:
    hostile = "<!channel> <!here|x> @everyone <@U0BOB> <http://x|y> **a** [a](javascript:x) `"

    async def repeat(message: Message, responder: Responder) -> Reply:
        await responder.append(f"{hostile}. ")
        return Reply(text=f"{hostile}\n\n| <!channel> | b |\n|---|---|\n| <@U0BOB> | c |")

    async with running(slack, tmp_path, repeat):
        await slack.user_says(ROOM, mention(slack, hostile))
        await answers(slack, ROOM)

    sent = json.dumps([c["params"] for c in slack.calls if c["method"].startswith("chat.")])
    assert [call for call in ("<!channel", "<!here", "<@U0BOB") if call in sent] == []
    assert complaints(slack) == []


async def test_questions_of_one_chat_are_answered_in_order(slack: Any, tmp_path: Path) -> None:
    slack.c_post_limits(enabled=False)

    async def uneven(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(0.05 if message.text.endswith("0") else 0)
        return Reply(text=message.text)

    async with running(slack, tmp_path, uneven):
        for number in range(12):
            await slack.user_says(f"U0{'ALICE' if number % 2 else 'BOB'}", f"otázka {number}")
        bob = await answers(slack, "D0BOB", 6, 30)
        alice = await answers(slack, "D0ALICE", 6, 30)

    assert [m["text"] for m in bob] == [f"otázka {n}" for n in range(0, 12, 2)]
    assert [m["text"] for m in alice] == [f"otázka {n}" for n in range(1, 12, 2)]
