"""The Telegram platform and the inbox against the strict Bot API server that lies beside the
repository; what is answered is told by the tests."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from uvicorn import Config, Server

from bot.inbox import Inbox
from bot.messages import Button, Message, Reply, ReplyKind, Responder
from bot.platforms.telegram import TelegramPlatform
from bot.settings import TelegramSettings
from bot.store import Store, upgrade
from scheduler.database import open_database
from tests.acceptance.judging import complaints
from tests.acceptance.told import Answer, Told

FAKES = Path(__file__).parents[3] / "shared" / "fakes"

pytestmark = [
    pytest.mark.skipif(
        not FAKES.is_dir(), reason="the stand-ins for chat services are not beside the repository"
    ),
    # Of the stand-in's own way to start.
    pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning"),
]

ALICE, BOB = 1001, 1002
GROUP, FORUM, CHANNEL = -1000000000042, -1000000000044, -1000000000043


@pytest.fixture
async def tg() -> AsyncIterator[Any]:
    sys.path.insert(0, str(FAKES))
    try:
        async with import_module("fake_telegram").FakeTelegram() as server:
            server.chat(GROUP, "supergroup", title="Skupina")
            server.chat(FORUM, "supergroup", title="Fórum", is_forum=True)
            yield server
            assert complaints(server) == []
    finally:
        sys.path.remove(str(FAKES))


async def echo(message: Message, responder: Responder) -> Reply:
    return Reply(text=f"Na **{message.text}** odpovídám takto. [zdroj](https://cscc.cz/)")


@asynccontextmanager
async def running(
    tg: Any, folder: Path, answer: Answer = echo, **settings: Any
) -> AsyncIterator[Told]:
    given = {"bot_token": SecretStr(tg.token), "api_url": tg.base_url.removesuffix("/bot")}
    platform = TelegramPlatform(
        TelegramSettings(**{**given, **settings}),
        clock=lambda: datetime.now(UTC),
        menu=lambda _: [("help", "Nápověda"), ("events", "Akce")],
    )
    engine = open_database(f"sqlite:///{folder / 'bot.sqlite'}")
    await upgrade(engine)
    told = Told(answer)
    inbox = Inbox(
        store=Store(engine),
        assistant=told,
        platforms={"telegram": platform},
        clock=lambda: datetime.now(UTC),
    )
    tasks = [asyncio.create_task(inbox.run()), asyncio.create_task(platform.run(inbox.accept))]
    async with _served(platform, bool(settings.get("webhook_url"))):
        try:
            yield told
            assert [task for task in tasks if task.done()] == []
        finally:
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await platform.close()
            await engine.dispose()


@asynccontextmanager
async def _served(platform: TelegramPlatform, wanted: bool) -> AsyncIterator[None]:
    if not wanted:
        yield
        return
    server = Server(Config(Starlette(routes=platform.routes), port=PORT, log_level="warning"))
    task = asyncio.create_task(server.serve())
    yield
    server.should_exit = True
    await task


#: Where the webhook listens; a port that nothing else uses.
PORT = 28443


async def answers(tg: Any, chat: int, count: int = 1, seconds: float = 15) -> list[dict[str, Any]]:
    """Wait for so many messages of the bot's in a chat, and a little for one too many."""
    found = await tg.wait(kind="message", by="bot", chat_id=chat, count=count, timeout=seconds)
    await asyncio.sleep(0.2)
    posted = [e for e in tg.c_get_events(kind="message", chat_id=chat) if e["by"] == "bot"]
    assert len(posted) == count, (found, posted)
    return posted


async def until(ready: Callable[[], object]) -> None:
    """Wait until something holds; the test's own time limit ends it."""
    while not ready():  # noqa: ASYNC110 -- what is waited for has no event
        await asyncio.sleep(0.05)


def test_calls_are_judged_by_aiogram() -> None:
    pytest.importorskip("aiogram", reason="aiogram, which judges the calls, is not installed")


async def test_each_place_is_answered_once_where_it_was_asked(tg: Any, tmp_path: Path) -> None:
    topic = tg.topic(FORUM, "Výzvy")
    name = tg.bot["username"]
    async with running(tg, tmp_path):
        await tg.user_says(ALICE, "Kdy je seminář?", language_code="cs")
        asked = await tg.user_says(GROUP, f"Prosím, @{name}, kdy?", from_id=ALICE)
        in_topic = await tg.user_says(FORUM, f"@{name} které výzvy?", from_id=BOB, thread_id=topic)
        await tg.user_says(GROUP, "Jen si povídáme", from_id=BOB)
        direct, group, forum = [(await answers(tg, c))[0] for c in (ALICE, GROUP, FORUM)]
        followed = await tg.user_says(GROUP, "a kde?", from_id=BOB, reply_to=group["message_id"])
        second = (await answers(tg, GROUP, 2))[-1]

    assert direct["reply_to"] is None
    assert (group["thread_id"], group["reply_to"]) == (0, asked["message"]["message_id"])
    assert (forum["thread_id"], forum["reply_to"]) == (topic, in_topic["message"]["message_id"])
    assert second["reply_to"] == followed["message"]["message_id"]
    assert "Na a kde? odpovídám" in second["text"]
    assert tg.c_get_errors() == []


async def test_with_privacy_mode_off_talk_is_not_answered(tg: Any, tmp_path: Path) -> None:
    tg.privacy_mode = False
    async with running(tg, tmp_path):
        await tg.user_says(GROUP, "Jen si povídáme", from_id=BOB)
        await tg.user_says(GROUP, f"@{tg.bot['username']} kdy?", from_id=BOB)
        (posted,) = await answers(tg, GROUP)

    assert posted["text"].startswith("Na kdy? odpovídám")


async def test_repeated_reordered_and_malformed_updates(tg: Any, tmp_path: Path) -> None:
    async with running(tg, tmp_path) as told:
        first = await tg.user_says(ALICE, "první")
        await answers(tg, ALICE)
        old = {"update_id": first["update_id"], "message": first["message"]}
        updates: list[dict[str, Any]] = [
            old,
            {"message": {"message_id": 1}},
            {"callback_query": {"id": "x"}},
            {"message": []},
            {"edited_message": None},
            {"never_heard_of": {}},
        ]
        for update in updates:
            tg.c_post_update(update)
        tg.c_post_update(old)
        await tg.user_says(ALICE, "druhá")
        posted = await answers(tg, ALICE, 2)

    assert [p["text"].split(" odpo")[0] for p in posted] == ["Na první", "Na druhá"]
    assert [message.text for message in told.handled] == ["první", "druhá"]


async def test_a_restart_neither_loses_nor_doubles(tg: Any, tmp_path: Path) -> None:
    async with running(tg, tmp_path):
        await tg.user_says(ALICE, "první")
        await answers(tg, ALICE)
    await tg.user_says(ALICE, "mezitím")
    async with running(tg, tmp_path):
        posted = await answers(tg, ALICE, 2)

    assert [p["text"].split(" odpo")[0] for p in posted] == ["Na první", "Na mezitím"]


async def test_a_question_whose_answer_died_is_answered_by_the_next(
    tg: Any, tmp_path: Path
) -> None:
    async def never(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(60)
        return Reply(text="pozdě")

    async with running(tg, tmp_path, never) as told:
        await tg.user_says(ALICE, "první")
        await until(lambda: told.handled)
    async with running(tg, tmp_path):
        await answers(tg, ALICE)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502},
        {"kind": "status", "status": 500},
        {"kind": "retry_after", "retry_after": 2},
        {"kind": "reset"},
        {"kind": "reset_after"},
        {"kind": "status_after", "status": 502},
        {"kind": "malformed"},
        {"kind": "timeout", "delay": 1},
    ],
    ids=lambda fault: str(fault["kind"]),
)
async def test_a_failing_send_gives_one_answer(
    tg: Any, tmp_path: Path, fault: dict[str, Any]
) -> None:
    chat = ALICE if fault["kind"].endswith("after") else GROUP
    tg.add_fault(method="sendMessage", times=2, **fault)
    async with running(tg, tmp_path):
        await tg.user_says(chat, f"@{tg.bot['username']} kdy?", from_id=ALICE)
        await answers(tg, chat, seconds=30)
        await asyncio.sleep(1.5)
        await answers(tg, chat)


@pytest.mark.parametrize("kind", ["status", "reset", "malformed", "retry_after"])
async def test_failing_updates_and_signs_do_not_stop_answers(
    tg: Any, tmp_path: Path, kind: str
) -> None:
    tg.add_fault(kind, method="getUpdates", times=3)
    tg.add_fault(kind, method="sendChatAction,sendMessageDraft", times=-1)
    async with running(tg, tmp_path):
        await tg.user_says(ALICE, "kdy?")
        await answers(tg, ALICE, seconds=30)


async def test_long_answers_arrive_whole_and_valid(tg: Any, tmp_path: Path) -> None:
    table = "| Výzva | Do |\n|---|---|\n" + "| **IROP** <b> & `x` | 1. 6. |\n" * 120
    long = "\n\n".join(
        [
            "# Nadpis & <x>",
            "odstavec *šikmo* [o](https://cscc.cz/?a=1&b=2) " * 90,
            table,
            "```\n" + "kód <&>\n" * 700 + "```",
            "> citát " * 300,
        ]
    )

    async def tell(message: Message, responder: Responder) -> Reply:
        return Reply(text=long, feedback="7")

    async with running(tg, tmp_path, tell):
        await tg.user_says(GROUP, f"@{tg.bot['username']} vše", from_id=ALICE)
        await tg.wait(kind="message", by="bot", chat_id=GROUP, count=4, timeout=40)
        await until(lambda: tg.c_get_events(kind="message", chat_id=GROUP)[-1]["reply_markup"])
        posted = tg.c_get_events(kind="message", chat_id=GROUP)

    said = " ".join(p["text"] for p in posted if p["by"] == "bot")
    assert said.count("kód <&>") == 700
    assert said.count("IROP <b> & x") == 120
    assert said.count("odstavec šikmo o") == 90
    assert tg.c_get_errors() == []


async def test_buttons_toasts_and_edits(tg: Any, tmp_path: Path) -> None:
    async def buttons(message: Message, responder: Responder) -> Reply | None:
        match message.data:
            case "":
                row = (Button(label="Změnit", data="edit:1"), Button(label="Nota", data="note:1"))
                return Reply(text="Vyberte", buttons=(row,))
            case "edit:1":
                return Reply(text="Změněno", kind=ReplyKind.EDIT)
            case "note:1":
                return Reply(text="Uloženo", kind=ReplyKind.TOAST)
        return None

    async with running(tg, tmp_path, buttons):
        await tg.user_says(GROUP, f"@{tg.bot['username']} nabídka", from_id=ALICE)
        (posted,) = await answers(tg, GROUP)
        await tg.user_clicks(GROUP, posted["message_id"], "note:1", from_id=BOB)
        await tg.wait(kind="callback_answer", timeout=5)
        await tg.user_clicks(GROUP, posted["message_id"], "edit:1", from_id=BOB)
        await tg.wait(kind="edit", chat_id=GROUP, timeout=5)
        await tg.wait(kind="callback_answer", count=2, timeout=5)

    assert tg.c_get_chat(GROUP)["messages"][-1]["text"] == "Změněno"
    assert [e.get("text") for e in tg.c_get_events(kind="callback_answer")] == ["Uloženo", None]
    assert tg.c_get_errors() == []


async def test_a_group_that_becomes_a_supergroup(tg: Any, tmp_path: Path) -> None:
    small = -4242

    async def slow(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(0.7)
        return Reply(text="Tady")

    tg.chat(small, "group", title="Malá")
    async with running(tg, tmp_path, slow):
        await tg.user_says(small, f"@{tg.bot['username']} kdy?", from_id=ALICE)
        await asyncio.sleep(0.3)
        moved = await tg.migrate(small)
        (posted,) = await answers(tg, moved["new_chat_id"])

    assert posted["text"] == "Tady"


async def test_who_blocks_the_bot_is_left_alone(tg: Any, tmp_path: Path) -> None:
    async def slow(message: Message, responder: Responder) -> Reply:
        await asyncio.sleep(0.5)
        return Reply(text="Tady")

    async with running(tg, tmp_path, slow):
        await tg.user_says(ALICE, "kdy?")
        await asyncio.sleep(0.2)
        await tg.bot_membership(ALICE, "blocked")
        await asyncio.sleep(1)
        await tg.user_says(BOB, "kdy?")
        await answers(tg, BOB)

    refused = [c for c in tg.c_get_errors() if c["method"] == "sendMessage"]
    assert [c["params"]["chat_id"] for c in refused] == [str(ALICE)]


async def test_a_webhook_is_set_called_and_answered(tg: Any, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{PORT}/telegram/webhook"
    async with running(tg, tmp_path, webhook_url=url, webhook_secret=SecretStr("tajne_1")):
        await until(lambda: tg.webhook)
        await tg.user_says(ALICE, "kdy?")
        await tg.user_says(ALICE, "kde?")
        posted = await answers(tg, ALICE, 2)

    assert [p["text"].split(" odpo")[0] for p in posted] == ["Na kdy?", "Na kde?"]
    assert tg.c_get_errors() == []


async def test_many_questions_at_once(tg: Any, tmp_path: Path) -> None:
    chats = [5000 + number for number in range(50)]
    asked: dict[int, float] = {}
    async with running(tg, tmp_path):
        for turn in range(4):
            for chat in chats:
                await tg.user_says(chat, f"otázka {turn}")
                asked.setdefault(chat, time.time())
        await tg.wait(kind="message", by="bot", count=200, timeout=60)
        await asyncio.sleep(1)

    events = tg.c_get_events()
    posted = [e for e in events if e["kind"] == "message" and e["by"] == "bot"]
    assert len(posted) == 200
    for chat in chats:
        said = [e["text"].split(" odpo")[0] for e in posted if e["chat_id"] == chat]
        assert said == [f"Na otázka {turn}" for turn in range(4)]
    signs = sorted(
        min(e["at"] for e in events if e.get("by") == "bot" and e.get("chat_id") == chat) - at
        for chat, at in asked.items()
    )
    # Where others use the machine, how fast we are cannot be told.
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    assert signs[int(0.95 * len(signs))] < (3 if busy else 1)
    assert tg.c_get_errors() == []
