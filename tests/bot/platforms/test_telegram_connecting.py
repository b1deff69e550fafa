"""Connecting to Telegram: the token, updates and their confirmation, other pollers, the menu."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from pydantic import SecretStr

from bot.errors import CommandError
from bot.messages import Message
from bot.platforms.telegram import taking
from tests.bot.platforms.telegram_server import ME, PERSON, TOKEN, TelegramServer
from tests.bot.platforms.telegram_world import Assistant, answered, echo, platform, running, settled


async def test_updates_are_confirmed_only_once_they_are_stored(server: TelegramServer) -> None:
    server.says("první")
    server.says("druhá")
    failing = [True, True]
    stored = []
    made = platform(server)

    async def accept(message: Message) -> None:
        if message.text == "druhá" and failing:
            failing.pop()
            assert len(server.waiting) >= 1
            raise OSError("no space left")
        stored.append(message.text)

    run = asyncio.create_task(made.run(accept))
    await server.until(lambda: not server.waiting)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await made.close()

    assert stored == ["první", "druhá"]


async def test_after_a_week_of_silence_telegram_goes_on_at_a_lower_number(
    server: TelegramServer,
) -> None:
    server.says("před týdnem")
    async with running(server) as assistant:
        await settled(server, assistant, 1)
        server.be_silent_for_a_week()
        server.says("dnes")
        await settled(server, assistant, 2)

    assert [message.text for message in assistant.got] == ["před týdnem", "dnes"]


async def test_a_message_that_always_fails_does_not_keep_others_waiting(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ("první", "druhá", "třetí"):
        server.says(text)
    stored = []
    made = platform(server)

    async def accept(message: Message) -> None:
        if message.text == "druhá":
            raise RuntimeError("a mistake of ours")
        stored.append(message.text)

    run = asyncio.create_task(made.run(accept))
    await server.until(lambda: not server.waiting)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await made.close()

    assert stored == ["první", "třetí"]
    assert ["passed over" in one.message for one in caplog.records if one.exc_info] == [True]


async def test_a_malformed_update_does_not_hide_the_others(server: TelegramServer) -> None:
    server.update(message={"message_id": "x", "chat": 5})
    server.update(callback_query={"id": 1})
    server.update(message=None, unknown_thing={"a": [1]})
    server.says("Kdy?")

    async with running(server) as assistant:
        await settled(server, assistant, 1)

    assert [message.text for message in assistant.got] == ["Kdy?"]


@pytest.mark.parametrize(
    "given",
    [
        [],
        [{"message": {"message_id": 1}}],
        [{"update_id": 3, "poll": {}}],
        ["nonsense", {"update_id": "4"}],
    ],
    ids=["nothing", "no number", "always the same", "nonsense"],
)
async def test_a_server_that_does_not_hold_polls_open_is_not_asked_all_the_time(
    server: TelegramServer, given: list[Any]
) -> None:
    server.hasty = given
    async with running(server):
        await server.until(lambda: server.polls >= 2)
        before = server.polls
        await asyncio.sleep(0.2)  # ten seconds of the platform's clock

    assert server.polls - before <= 25


async def test_what_was_changed_before_it_came_is_taken_as_it_is_now(
    server: TelegramServer,
) -> None:
    asked = server.message("Kdy?")
    server.update(edited_message={**asked, "text": "Kde?", "edit_date": 1800000000})
    server.update(message=asked)
    server.says("Proč?")

    async with running(server) as assistant:
        await settled(server, assistant, 2)

    assert [message.text for message in assistant.got] == ["Kde?", "Proč?"]


async def test_an_old_update_does_not_turn_time_back(server: TelegramServer) -> None:
    async with running(server) as assistant:
        server._updates = {
            9: {"update_id": 9, "message": server.message("nová")},
            3: {"update_id": 3, "message": server.message("stará")},
        }
        server._news.set()
        await settled(server, assistant, 2)

    assert {message.id for message in assistant.got} == {"telegram:9", "telegram:3"}


async def test_a_refused_token_is_said(server: TelegramServer) -> None:
    made = platform(server, bot_token=SecretStr("1:wrong"))

    with pytest.raises(CommandError, match="TELEGRAM_BOT_TOKEN"):
        await made.run(Assistant(made, echo).accept)
    assert [finding.key for finding in await made.check()] == ["telegram.token_refused"]
    assert await made.check_chat("telegram:-1007") == []
    await made.close()


async def test_it_connects_as_soon_as_it_can(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.fail("getMe", 502, times=2)
    server.fail("getUpdates", 500, "Internal Server Error", times=2)
    server.fail("getUpdates", 429, "Too Many Requests", parameters={"retry_after": 1}, times=1)
    server.says("Kdy?")

    async with running(server) as assistant:
        before = assistant.platform.connected
        await settled(server, assistant, 1)
        after = assistant.platform.connected

    assert (before, after, assistant.platform.problem) == (False, True, "")
    assert server.texts(7) == ["<b>Ano</b>: Kdy?"]
    assert TOKEN not in caplog.text
    assert "Kdy?" not in caplog.text


async def test_a_second_poller_is_said(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    server.fail("getUpdates", 409, conflict, times=3)
    server.says("Kdy?")

    async with running(server) as assistant:
        await server.until(lambda: assistant.platform.problem)
        problem = assistant.platform.problem
        await settled(server, assistant, 1)

    assert problem == (
        "Telegram: another process receives updates with this token. Stop it: only one may."
    )
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [problem]


async def test_a_webhook_that_was_left_is_ended_before_polling(server: TelegramServer) -> None:
    server.webhook["url"] = "https://old.example.cz/telegram/webhook"
    server.says("Kdy?")

    await answered(server)

    assert server.texts(7) == ["<b>Ano</b>: Kdy?"]


async def test_the_menu_is_given_in_each_language(server: TelegramServer) -> None:
    server.says("Kdy?")

    await answered(server)

    given = {call.get("language_code"): call["commands"] for call in server.sent("setMyCommands")}
    assert given.keys() == {None, "cs", "sk"}
    assert json.loads(given["sk"])[0] == {"command": "help", "description": "Help in cs"}
    assert json.loads(given[None])[0] == {"command": "help", "description": "Help in en"}


async def test_the_operator_is_told_the_number_of_a_chat(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    channel = {"id": -1009, "type": "channel", "title": "Kanál"}
    out, in_ = ({"user": ME, "status": status} for status in ("left", "member"))
    change = {"chat": channel, "from": PERSON, "date": 1800000000}
    server.update(my_chat_member={**change, "old_chat_member": out, "new_chat_member": in_})
    server.update(my_chat_member={**change, "old_chat_member": in_, "new_chat_member": out})

    with caplog.at_level(logging.INFO, taking.__name__):
        async with running(server):
            await server.until(lambda: not server.waiting)

    told = [record.message for record in caplog.records if record.name == taking.__name__]
    assert told == ["Telegram: added to Kanál as telegram:-1009."]
