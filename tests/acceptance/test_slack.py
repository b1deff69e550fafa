"""The Slack platform and the inbox against the strict Slack that lies beside the repository; what
is answered is told by the tests."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from uvicorn import Config, Server

from bot.inbox import Inbox
from bot.messages import Button, File, Message, MessageKind, Reply, ReplyKind, Responder
from bot.platforms.slack import SlackPlatform
from bot.settings import SlackSettings
from bot.store import Store, upgrade
from scheduler.database import open_database

FAKES = Path(__file__).parents[3] / "shared" / "fakes"

pytestmark = [
    pytest.mark.skipif(
        not FAKES.is_dir(), reason="the stand-ins for chat services are not beside the repository"
    ),
    # Of the stand-in's own way to start.
    pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning"),
]

ROOM = "C0GENERAL"
Answer = Callable[[Message, Responder], Awaitable[Reply | None]]


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    sys.path.insert(0, str(FAKES))
    try:
        async with import_module("fake_slack").FakeSlack() as server:
            yield server
    finally:
        sys.path.remove(str(FAKES))


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Told:
    """An assistant that says what the test tells it to."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.handled: list[Message] = []

    async def wants(self, message: Message) -> bool:
        return message.addressed

    def shows(self, message: Message) -> bool:
        return message.kind is MessageKind.TEXT

    async def handle(self, message: Message, responder: Responder) -> Reply | None:
        self.handled.append(message)
        return await self.answer(message, responder)

    async def posted(self, message: Message, ref: str) -> None:
        """Nothing is kept."""

    def late(self, message: Message, reply: Reply | None, age: timedelta) -> Reply | None:
        return None

    def sorry(self, message: Message) -> Reply:
        return Reply(text="sorry")

    def owes(self, message: Message) -> bool:
        return True

    def stopped(self, message: Message) -> Reply:
        return Reply(text="přestal jsem")

    def meanwhile(self, message: Message, reply: Reply) -> Reply | None:
        return reply

    async def errands(self) -> None:
        """There are none."""


async def echo(message: Message, responder: Responder) -> Reply:
    said = message.text or message.data or f"{message.command} {message.arguments}"
    return Reply(text=f"Na **{said}** odpovídám takto. [zdroj](https://cscc.cz/)", feedback="7")


@asynccontextmanager
async def running(
    slack: Any, folder: Path, answer: Answer = echo, mode: str = "socket"
) -> AsyncIterator[Told]:
    given: dict[str, Any] = {"bot_token": SecretStr(slack.bot_token), "api_url": slack.api_url}
    if mode == "socket":
        given["app_token"] = SecretStr(slack.app_token)
    else:
        given["signing_secret"] = SecretStr(slack.signing_secret)
    platform = SlackPlatform(SlackSettings(**given), clock=lambda: datetime.now(UTC))
    engine = open_database(f"sqlite:///{folder / 'bot.sqlite'}")
    await upgrade(engine)
    told = Told(answer)
    inbox = Inbox(
        store=Store(engine),
        assistant=told,
        platforms={"slack": platform},
        clock=lambda: datetime.now(UTC),
    )
    tasks = [asyncio.create_task(inbox.run()), asyncio.create_task(platform.run(inbox.accept))]
    async with _served(slack, platform, mode == "http"):
        try:
            await until(lambda: platform.connected)
            yield told
            assert [task for task in tasks if task.done()] == []
        finally:
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await platform.close()
            await engine.dispose()


@asynccontextmanager
async def _served(slack: Any, platform: SlackPlatform, wanted: bool) -> AsyncIterator[None]:
    if not wanted:
        yield
        return
    server = Server(Config(Starlette(routes=list(platform.routes)), port=0, log_level="warning"))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    yield
    server.should_exit = True
    await task


async def until(ready: Callable[[], object]) -> None:
    """Wait until something holds; the test's own time limit ends it."""
    while not ready():  # noqa: ASYNC110 -- what is waited for has no event
        await asyncio.sleep(0.02)


async def answers(slack: Any, channel: str, count: int = 1, seconds: float = 15) -> list[Any]:
    """Wait for so many messages of the app's in a channel, and a little for one too many."""
    await slack.wait("message,stream_stop", channel=channel, count=count, timeout=seconds)
    await asyncio.sleep(0.3)
    posted = [m for m in slack.c_get_messages(channel) if m["user"] == slack.bot_user]
    assert len(posted) == count, posted
    return posted


def mention(slack: Any, text: str) -> str:
    return f"<@{slack.bot_user}> {text}"


def complaints(slack: Any) -> list[Any]:
    """What the stand-in, Slack's own models and its schema say about all that was sent."""
    found: list[Any] = list(slack.c_get_lint())
    judge = import_module("independent_checks")
    for call in slack.calls:
        blocks = call["params"].get("blocks") or (call["params"].get("view") or {})
        told = json.loads(blocks) if isinstance(blocks, str) else blocks
        told = told.get("blocks", []) if isinstance(told, dict) else told
        found += judge.slack_blocks(told) if told else []
    # Sessions are newer than the stand-in; a refusal of theirs does no harm.
    newer = ("agents.sessions.setStatus", "assistant.threads.setSuggestedPrompts")
    return found + [e for e in slack.c_get_errors() if e["method"] not in newer]


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

    assert [block["type"] for block in home["view"]["blocks"]] == ["markdown", "actions"]
    assert complaints(slack) == []


async def test_repeated_reordered_and_malformed_events(
    slack: Any, tmp_path: Path, mode: str
) -> None:
    async with running(slack, tmp_path, mode=mode) as told:
        first = await slack.user_says("U0ALICE", "první")
        channel = first["channel"]
        await answers(slack, channel)
        message = {**slack.channels[channel].messages[first["ts"]], "channel": channel}
        again = {**message, "channel_type": "im", "event_ts": first["ts"]}
        for event_id in (first["event_ids"][0], None):
            slack.tell(again, event_id)
        events: list[dict[str, Any]] = [
            {"type": "message"},
            {"type": "message", "channel": 5, "user": [], "text": {}},
            {"type": "message", "channel": channel, "user": "U0ALICE", "text": None, "ts": "x"},
            {"type": "app_mention", "channel": ROOM, "text": "<@", "user": "U0ALICE"},
            {"type": "message", "subtype": "message_changed", "channel": channel},
            {"type": "message", "subtype": "message_deleted", "channel": channel},
            {"type": "app_home_opened"},
            {"type": "link_shared", "links": [{}]},
            {"type": "agent_session_stopped"},
            {"type": "never_heard_of", "channel": {"id": 1}},
            {"type": 7},
            {},
        ]
        for event in events:
            slack.tell(event)
        await slack.user_says("U0ALICE", "druhá")
        posted = await answers(slack, channel, 2)
        await until(lambda: all("seconds" in d for d in slack.deliveries))

    assert [m["text"].split(" odpo")[0] for m in posted] == ["Na *první*", "Na *druhá*"]
    assert [m.text for m in told.handled if m.text] == ["první", "druhá"]
    assert [d for d in slack.deliveries if d["error"]] == []


async def test_slow_answer_is_given_once(slack: Any, tmp_path: Path, mode: str) -> None:
    slack.c_post_limits(ack_seconds=0.4, retry_delays=(0.0, 0.2, 0.2))

    async def slow(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(1.5)
        return Reply(text="pozdě, ale jednou")

    async with running(slack, tmp_path, slow, mode):
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM)
        await asyncio.sleep(1)
        await answers(slack, ROOM)

    assert [d["attempt"] for d in slack.deliveries if d["error"]] == []


async def test_a_restart_neither_loses_nor_doubles(slack: Any, tmp_path: Path) -> None:
    async with running(slack, tmp_path):
        first = await slack.user_says("U0ALICE", "první")
        await answers(slack, first["channel"])
    await slack.user_says("U0ALICE", "mezitím")
    async with running(slack, tmp_path):
        posted = await answers(slack, first["channel"], 2)

    assert [m["text"].split(" odpo")[0] for m in posted] == ["Na *první*", "Na *mezitím*"]


async def test_a_question_whose_answer_died_is_answered_by_the_next(
    slack: Any, tmp_path: Path, mode: str
) -> None:
    async def never(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(60)
        return Reply(text="pozdě")

    async with running(slack, tmp_path, never, mode) as told:
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await until(lambda: told.handled)
    async with running(slack, tmp_path, mode=mode):
        await answers(slack, ROOM)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 500},
        {"kind": "ratelimited", "retry_after": 1},
        {"kind": "error", "error": "internal_error"},
        {"kind": "reset"},
        {"kind": "reset_after"},
        {"kind": "status_after", "status": 502},
        {"kind": "malformed"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
)
async def test_a_failing_post_gives_one_answer(
    slack: Any, tmp_path: Path, fault: dict[str, Any]
) -> None:
    slack.add_fault(method="chat.postMessage", times=2, **fault)
    async with running(slack, tmp_path):
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM, seconds=30)
        await asyncio.sleep(1)
        await answers(slack, ROOM)


@pytest.mark.parametrize("kind", ["status", "reset", "malformed", "ratelimited", "error"])
async def test_failing_signs_and_lookups_do_not_stop_answers(
    slack: Any, tmp_path: Path, kind: str
) -> None:
    methods = "assistant.threads.setStatus,reactions.add,reactions.remove,conversations.members"
    slack.add_fault(kind, method=methods, times=-1)
    async with running(slack, tmp_path) as told:
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM, seconds=30)

    assert [m.audience for m in told.handled] == ["public"]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "abrupt"])
async def test_comes_back_after_disconnects(slack: Any, tmp_path: Path, reason: str) -> None:
    slack.c_post_limits(retry_delays=(0.0, 1.0, 2.0))
    async with running(slack, tmp_path):
        for number in range(3):
            await slack.disconnect(reason)
            await slack.user_says("U0ALICE", f"otázka {number}")
            await answers(slack, "D0ALICE", number + 1, 20)


async def test_starts_though_slack_is_down_at_first(slack: Any, tmp_path: Path) -> None:
    slack.add_fault("status", method="auth.test,apps.connections.open", times=2)
    async with running(slack, tmp_path):
        await slack.user_says(ROOM, mention(slack, "kdy?"))
        await answers(slack, ROOM)


async def test_url_is_verified(slack: Any, tmp_path: Path) -> None:
    async with running(slack, tmp_path, mode="http"):
        outcome = await slack.c_post_url_verification()
        slack.signing_secret = "another-secret"
        refused = await slack.c_post_url_verification()

    assert (outcome["ok"], refused["ok"], refused["status"]) == (True, False, 401)


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
