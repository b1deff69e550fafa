"""The real `cscc run` process in Telegram: what members and administrators do there, step by step.

Against the strict stand-in; what that does not know (inline and guest questions) against the
tests' own server.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.acceptance.judging import complaints
from tests.acceptance.processes import Home
from tests.bot.platforms.telegram_server import GROUP as OWN_GROUP
from tests.bot.platforms.telegram_server import PERSON, TOKEN, telegram_server

FAKES = Path(__file__).parents[3] / "shared" / "fakes"
ALICE, BOB, EVE = 1001, 1002, 1003
GROUP, FORUM, CHANNEL, SMALL = -1000000000042, -1000000000044, -1000000000043, -4242
QUESTION, FACT = "Kolik korun je roční příspěvek za členství?", "450 korun"
PATIENCE = 25.0
PRAGUE = ZoneInfo("Europe/Prague")

needs_fakes = pytest.mark.skipif(
    not FAKES.is_dir(), reason="the stand-ins for chat services are not beside the repository"
)
pytestmark = pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning")


@pytest.fixture
async def tg() -> AsyncIterator[Any]:
    sys.path.insert(0, str(FAKES))
    try:
        async with import_module("fake_telegram").FakeTelegram() as server:
            for chat, kind in ((GROUP, "supergroup"), (FORUM, "supergroup"), (SMALL, "group")):
                server.chat(chat, kind, title="Skupina", is_forum=chat == FORUM)
                server.chats[chat].members[ALICE] = "administrator"
            server.chat(ALICE)
            server.chat(CHANNEL, "channel", title="Kanál", bot="administrator")
            yield server
            assert complaints(server) == []
    finally:
        sys.path.remove(str(FAKES))


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """A folder whose resources are ingested, with a seminar a week ahead."""
    made = Home(tmp_path)
    day = datetime.now(UTC).date() + timedelta(days=9)
    (tmp_path / "events.yaml").write_text(
        f'- {{uid: e1, title: Kurz pletení, kind: seminar, start: "{day}T10:00"}}\n', "utf-8"
    )
    made.configure(
        '[[scheduler.sources]]\nname = "events"\nkind = "files"\npath = "events.yaml"\n'
        f'review = false\n[editors]\nmembers = ["telegram:{EVE}"]\n'
    )
    code, _, err = await made.cscc("ingest")
    assert code == 0, err
    return made


def tokens(tg: Any) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": tg.token,
        "TELEGRAM_API_URL": tg.base_url.removesuffix("/bot"),
    }


async def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not ready():  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.05)


class Chat:
    """One chat, as its members see it."""

    def __init__(self, tg: Any, chat: int) -> None:
        self.tg = tg
        self.chat = chat

    def ours(self) -> list[dict[str, Any]]:
        """Return the bot's messages as they stand now."""
        told = self.tg.c_get_events(kind="message", chat_id=self.chat)
        ids = [e["message_id"] for e in told if e["by"] == "bot"]
        now = {m["message_id"]: m for m in self.tg.c_get_chat(self.chat)["messages"]}
        return [now[i] for i in ids]

    async def asks(self, text: str, **more: Any) -> dict[str, Any]:
        """Write something; return the bot's answer."""
        before = len(self.ours())
        await self.tg.user_says(self.chat, text, **more)
        await until(lambda: len(self.ours()) > before)
        return self.ours()[before]

    async def presses(self, message: dict[str, Any], data: str, **more: Any) -> dict[str, Any]:
        """Press a button; return how the press was answered."""
        before = len(self.tg.c_get_events(kind="callback_answer"))
        await self.tg.user_clicks(self.chat, message["message_id"], data, **more)
        await until(lambda: len(self.tg.c_get_events(kind="callback_answer")) > before)
        answer: dict[str, Any] = self.tg.c_get_events(kind="callback_answer")[before]
        return answer


def buttons(message: dict[str, Any]) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {b["text"]: b.get("callback_data") or b["url"] for row in rows for b in row}


@needs_fakes
async def test_a_member_alone_with_the_assistant(home: Home, tg: Any) -> None:
    alice = Chat(tg, ALICE)
    async with home.running(**tokens(tg)):
        hello = await alice.asks("/start", language_code="cs")
        answer = await alice.asks(QUESTION)
        thanks = await alice.presses(answer, buttons(answer)["👍"])
        events = await alice.asks("/events")
        menu = await alice.asks("/subscribe")
        await alice.presses(menu, buttons(menu)["Semináře"])
        await until(lambda: "Připomínám" in alice.ours()[3]["text"])
        english = await alice.asks("/language")
        await alice.presses(english, buttons(english)["English"])
        help_ = await alice.asks("/help")
        gone = await alice.asks("/forget")

    assert "/events" in hello["text"]
    assert FACT in answer["text"]
    assert thanks["text"]
    assert "Kurz pletení" in events["text"]
    assert "calls" in help_["text"]
    assert gone["text"]
    assert tg.c_get_errors() == []


@needs_fakes
async def test_an_edited_question_changes_its_answer(home: Home, tg: Any) -> None:
    alice = Chat(tg, ALICE)
    async with home.running(**tokens(tg)):
        answer = await alice.asks(QUESTION)
        asked = [m for m in tg.c_get_chat(ALICE)["messages"] if not m["from"]["is_bot"]][-1]
        await tg.user_edits(ALICE, asked["message_id"], "Kde zastavuje knihovna na kolech?")
        await until(lambda: "u hasičské zbrojnice" in alice.ours()[0]["text"])

    assert [m["message_id"] for m in alice.ours()] == [answer["message_id"]]


@needs_fakes
async def test_a_group_is_set_up_by_its_administrators(home: Home, tg: Any) -> None:
    group, name = Chat(tg, GROUP), tg.bot["username"]
    async with home.running(**tokens(tg)):
        await tg.bot_membership(GROUP, "left")
        await tg.bot_membership(GROUP, "member")
        await until(group.ours)
        menu = await group.asks("/subscribe", from_id=ALICE)
        refused = await group.presses(menu, buttons(menu)["Semináře"], from_id=BOB)
        accepted = await group.presses(menu, buttons(menu)["Semináře"], from_id=ALICE)
        await tg.user_says(GROUP, "Jen si povídáme.", from_id=BOB)
        answer = await group.asks(f"@{name} {QUESTION}", from_id=BOB)
        followed = await group.asks(
            "Kdo podepisuje přihlášku?", from_id=BOB, reply_to=answer["message_id"]
        )

    assert "/subscribe" in group.ours()[0]["text"]
    assert refused["text"]
    assert not accepted["text"]
    assert FACT in answer["text"]
    assert "předsedkyně" in followed["text"]
    assert tg.c_get_errors() == []


@needs_fakes
async def test_those_who_hide_behind_a_chat_are_answered_as_anybody(home: Home, tg: Any) -> None:
    group, name = Chat(tg, GROUP), tg.bot["username"]
    channel = {"id": CHANNEL, "type": "channel", "title": "Kanál"}
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    anonymous = {"from": bot, "sender_chat": tg.chat_json(tg.chats[GROUP])}
    as_channel = {"from": {**bot, "id": 136817688}, "sender_chat": channel}
    forwarded = {
        "from": {**bot, "id": 777000},
        "sender_chat": channel,
        "is_automatic_forward": True,
    }
    async with home.running(**tokens(tg)):
        await group.asks("/subscribe výzvy", extra=anonymous)
        by_admin = await group.asks(f"@{name} {QUESTION}", extra=anonymous)
        await tg.user_says(GROUP, f"/events {name}", extra=forwarded)
        by_channel = await group.asks(f"@{name} {QUESTION}", extra=as_channel)
        refused = await group.asks("/subscribe semináře", extra=as_channel)
        forgot = await group.asks("/forget", extra=anonymous)
        kept = await group.asks(f"/settings@{name}", extra=anonymous)
        deleted = await tg.user_says(GROUP, f"@{name} {QUESTION}", deliver=False)
        del tg.chats[GROUP].messages[deleted["message"]["message_id"]]
        tg.c_post_update({"message": deleted["message"]})
        await group.asks(f"/help@{name}")

    assert FACT in by_admin["text"]
    assert FACT in by_channel["text"]
    assert "správci" in refused["text"]
    assert "„Skupina“" in forgot["text"]
    assert "výzvy" in kept["text"]
    assert len(group.ours()) == 7
    assert [call["method"] for call in tg.c_get_errors()] == ["sendMessage"]


@needs_fakes
async def test_subscriptions_move_with_the_group(home: Home, tg: Any) -> None:
    small = Chat(tg, SMALL)
    async with home.running(**tokens(tg)):
        await small.asks("/subscribe semináře", from_id=ALICE)
        moved = (await tg.migrate(SMALL))["new_chat_id"]
        tg.chats[moved].members[ALICE] = "administrator"
        big = Chat(tg, moved)
        await asyncio.sleep(1)
        settings = await big.asks(f"/settings@{tg.bot['username']}", from_id=ALICE)

    assert "semináře" in settings["text"]


@needs_fakes
async def test_who_never_wrote_gets_a_channels_calendar_file_by_one_more_press(
    home: Home, tg: Any
) -> None:
    person = 1077
    start = datetime.now(PRAGUE).replace(microsecond=0) + timedelta(hours=1, seconds=25)
    home.configure(
        '[[scheduler.sources]]\nname = "events"\nkind = "files"\npath = "events.yaml"\n'
        f'review = false\n[[scheduler.subscriptions]]\naddress = "telegram:{CHANNEL}"\n'
        'leads.seminar = ["1h"]\n'
    )
    (home.folder / "events.yaml").write_text(
        f'- {{uid: e2, title: Kurz, kind: seminar, start: "{start:%Y-%m-%dT%H:%M:%S}"}}\n', "utf-8"
    )
    channel = Chat(tg, CHANNEL)
    async with home.running(**tokens(tg)):
        await until(channel.ours, seconds=60)
        (post,) = channel.ours()
        calendar = next(data for data in buttons(post).values() if data.startswith("ics:"))
        tg.chat(person, "private", bot="not_started")
        await channel.presses(post, calendar, from_id=person)
        (opened,) = tg.c_get_calls(method="answerCallbackQuery")
        payload = opened["params"]["url"].partition("?start=")[2]
        file = await Chat(tg, person).asks(f"/start {payload}")

    assert file["document"]["file_name"].endswith(".ics")
    assert [m["message_id"] for m in channel.ours()] == [post["message_id"]]


@needs_fakes
@pytest.mark.parametrize("kind", ["reset_after", "reset", "retry_after"])
async def test_trouble_on_the_way_gives_one_answer(home: Home, tg: Any, kind: str) -> None:
    alice = Chat(tg, ALICE)
    tg.add_fault(kind, method="sendMessage", times=1)
    tg.add_fault(kind if kind != "reset_after" else "reset", method="getUpdates", times=2)
    async with home.running(**tokens(tg)):
        await alice.asks(QUESTION)
        await asyncio.sleep(3)

    assert [FACT in message["text"] for message in alice.ours()] == [True]


@needs_fakes
async def test_what_comes_while_it_is_down_is_answered_once(home: Home, tg: Any) -> None:
    alice = Chat(tg, ALICE)
    async with home.running(**tokens(tg)):
        await alice.asks(QUESTION)
    first = await tg.user_says(ALICE, QUESTION)
    async with home.running(**tokens(tg)):
        await until(lambda: len(alice.ours()) == 2)
        tg.c_post_update({"update_id": first["update_id"], "message": first["message"]})
        await asyncio.sleep(2)

    assert len(alice.ours()) == 2


@needs_fakes
@pytest.mark.parametrize(
    "lost",
    [
        # It arrived, and the process dies before it knows that.
        {"kind": "reset_after"},
        # It never arrived.
        {"kind": "timeout", "delay": 60},
    ],
    ids=["arrived", "lost"],
)
async def test_a_kill_while_it_posts_neither_doubles_nor_loses(
    home: Home, tg: Any, lost: dict[str, Any]
) -> None:
    alice = Chat(tg, ALICE)
    tg.add_fault(method="sendMessage", times=1, **lost)
    tg.add_fault("timeout", method="editMessageCaption", delay=60, times=1)
    async with home.running(**tokens(tg)) as first:
        await tg.user_says(ALICE, QUESTION)
        await until(lambda: tg.c_get_events(kind="fault"))
        await asyncio.sleep(2)
        await first.kill()
    tg.c_delete_fault()
    async with home.running(**tokens(tg)):
        await until(lambda: tg.c_get_calls(method="editMessageCaption"), seconds=60)
        await until(alice.ours)
        await asyncio.sleep(3)

    assert [FACT in message["text"] for message in alice.ours()] == [True]


@needs_fakes
async def test_by_webhook(home: Home, tg: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/telegram/webhook"
    webhook = {"TELEGRAM_WEBHOOK_URL": url, "TELEGRAM_WEBHOOK_SECRET": "tajne_1"}
    alice = Chat(tg, ALICE)
    async with home.running(**tokens(tg), **webhook, CSCC_WEB_PORT=str(port)):
        await until(lambda: tg.webhook)
        answers = [await alice.asks(QUESTION), await alice.asks("Kdo podepisuje přihlášku?")]
        async with httpx.AsyncClient() as client:
            forged = {"update_id": 9, "message": {"text": "x"}}
            header = "X-Telegram-Bot-Api-Secret-Token"
            wrong = await client.post(url, json=forged, headers={header: "jine"})
            broken = await client.post(url, content=b"{", headers={header: "tajne_1"})
    async with home.running(**tokens(tg)):
        polled = await alice.asks("/help")

    assert FACT in answers[0]["text"]
    assert "předsedkyně" in answers[1]["text"]
    assert (wrong.status_code, broken.status_code) == (403, 400)
    assert polled["text"]
    assert [c for c in tg.c_get_errors() if c["method"] != "getUpdates"] == []


async def test_inline_and_guest_questions(home: Home) -> None:
    async with telegram_server() as server:
        own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
        for number, text in enumerate(("Kol", "Kolik korun", QUESTION)):
            query = {"id": f"i{number}", "from": PERSON, "query": text, "offset": ""}
            server.update(inline_query=query)
        server.update(guest_message=server.message(QUESTION, OWN_GROUP, guest_query_id="g1"))
        async with home.running(**own):
            await server.until(
                lambda: server.sent("answerInlineQuery") and server.sent("answerGuestQuery"),
                PATIENCE,
            )
            await asyncio.sleep(1)

    (inline,), (guest,) = server.sent("answerInlineQuery"), server.sent("answerGuestQuery")
    assert inline["inline_query_id"] == "i2"
    assert FACT in inline["results"]
    assert FACT in json.loads(guest["result"])["input_message_content"]["message_text"]
    assert server.chats == {}
