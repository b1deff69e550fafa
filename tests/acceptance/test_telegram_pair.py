"""Two processes behind one webhook of Telegram's: whoever gets an update, it is answered once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.judging import complaints
from tests.acceptance.pairs import database, pair
from tests.acceptance.processes import Home, Running

FAKES = Path(__file__).parents[3] / "shared" / "fakes"
ALICE, BOB, CYRIL, GROUP = 1001, 1002, 1003, -1000000000042
QUESTION, FACT = "Kolik korun je roční příspěvek za členství?", "450 korun"
SECRET = "tajne_1"

pytestmark = [
    pytest.mark.skipif(
        not FAKES.is_dir(), reason="the stand-ins for chat services are not beside the repository"
    ),
    pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning"),
]


@pytest.fixture
async def tg() -> AsyncIterator[Any]:
    sys.path.insert(0, str(FAKES))
    try:
        async with import_module("fake_telegram").FakeTelegram() as server:
            server.chat(GROUP, "supergroup", title="Skupina")
            yield server
            assert complaints(server) == []
    finally:
        sys.path.remove(str(FAKES))


async def until(ready: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not ready():  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.05)


async def deliver(update: dict[str, Any], *processes: Running) -> list[int]:
    """Have Telegram call each of them with the same update, at once."""
    header = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(headers=header) as client:
        urls = [f"{each.url}/telegram/webhook" for each in processes]
        answers = await asyncio.gather(*(client.post(url, json=update) for url in urls))
    return [answer.status_code for answer in answers]


async def said(tg: Any, chat: int, number: int) -> dict[str, Any]:
    """Have somebody write; return the update as Telegram would hand it over."""
    text = QUESTION if chat > 0 else f"@{tg.bot['username']} {QUESTION}"
    wrote = await tg.user_says(chat, text, from_id=ALICE, deliver=False)
    return {"update_id": number, "message": wrote["message"]}


def answers(tg: Any, chat: int) -> list[bool]:
    told = tg.c_get_events(kind="message", chat_id=chat)
    return [FACT in event["text"] for event in told if event["by"] == "bot"]


async def test_one_update_at_two_processes_is_answered_once(tmp_path: Path, tg: Any) -> None:
    home = Home(tmp_path)
    code, _, err = await home.cscc("ingest")
    assert code == 0, err
    given = {
        "TELEGRAM_BOT_TOKEN": tg.token,
        "TELEGRAM_API_URL": tg.base_url.removesuffix("/bot"),
        "TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:9/telegram/webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    lost: dict[int, dict[str, Any]] = {
        BOB: {"kind": "timeout", "delay": 60},
        CYRIL: {"kind": "reset_after"},
    }
    with database() as url:
        async with pair(home, url, **given) as (one, other):
            await until(lambda: len(tg.c_get_calls(method="setWebhook")) == 2)
            at_once = [await deliver(await said(tg, ALICE, n), one, other) for n in (101, 102)]
            in_group = await said(tg, GROUP, 103)
            await deliver(in_group, other)
            await until(lambda: answers(tg, GROUP) and len(answers(tg, ALICE)) == 2)
            again = await deliver(in_group, one, other)

            for number, (chat, fault) in enumerate(lost.items(), 104):
                tg.add_fault(method="sendMessage", chat_id=chat, **fault)
                tg.add_fault("timeout", method="editMessageCaption", chat_id=chat, delay=60)
                await deliver(await said(tg, chat, number), one)
            await until(lambda: len(tg.c_get_events(kind="fault")) >= 3)
            await one.kill()
            tg.c_delete_fault()
            looked = len(tg.c_get_calls(method="editMessageCaption", chat_id=CYRIL))
            await until(lambda: answers(tg, BOB))
            await until(
                lambda: len(tg.c_get_calls(method="editMessageCaption", chat_id=CYRIL)) > looked
            )
            await asyncio.sleep(1)

    assert (at_once, again) == ([[200, 200], [200, 200]], [200, 200])
    assert answers(tg, ALICE) == [True, True]
    assert answers(tg, GROUP) == answers(tg, BOB) == answers(tg, CYRIL) == [True]
