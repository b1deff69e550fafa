"""What pressing a button does in Telegram: an edit, a toast, an answer in the direct chat."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages import Message, Reply, ReplyKind, Responder
from tests.bot.platforms.telegram_server import TelegramServer
from tests.bot.platforms.telegram_world import answered, press, running, says

#: Longer than a toast may be.
LONG = "slovo " * 50
IN_GROUP: dict[str, Any] = {"id": -1007, "type": "supergroup", "title": "Skupina"}


async def test_a_press_changes_the_message_and_is_answered(server: TelegramServer) -> None:
    server.chats[7] = {33: {"text": "staré", "keyboard": None}}
    press(server, 33)

    assistant = await answered(server, says(Reply(text="nové", kind=ReplyKind.EDIT)))

    assert server.texts(7) == ["nové"]
    assert assistant.ids == ["33"]
    assert server.sent("answerCallbackQuery") == [{"callback_query_id": "q33"}]
    assert server.sent("sendChatAction") == []


async def test_an_edit_that_changes_nothing_is_as_good(server: TelegramServer) -> None:
    server.chats[7] = {33: {"text": "stejné", "keyboard": None}}
    press(server, 33)

    assistant = await answered(server, says(Reply(text="stejné", kind=ReplyKind.EDIT)))

    assert (server.texts(7), assistant.ids) == (["stejné"], ["33"])


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("**Uloženo**", {"text": "Uloženo"}),
        ("Uloženo\n\na víc", {"text": "Uloženo\n\na víc", "show_alert": "true"}),
        ("", {}),
    ],
)
async def test_a_toast_is_shown_to_whoever_pressed(
    server: TelegramServer, text: str, note: dict[str, str]
) -> None:
    press(server, 33)

    await answered(server, says(Reply(text=text, kind=ReplyKind.TOAST)))

    assert server.sent("answerCallbackQuery") == [{"callback_query_id": "q33", **note}]
    assert server.chats == {}


async def test_a_toast_too_long_for_one_is_posted(server: TelegramServer) -> None:
    press(server, 33)

    await answered(server, says(Reply(text=LONG, kind=ReplyKind.TOAST)))

    assert server.texts(7) == [LONG.strip()]
    assert server.sent("answerCallbackQuery") == [{"callback_query_id": "q33"}]


async def test_a_long_toast_in_a_group_is_for_who_pressed_alone(server: TelegramServer) -> None:
    press(server, 33, **IN_GROUP)

    await answered(server, says(Reply(text=LONG, kind=ReplyKind.TOAST)))

    assert (server.texts(7), server.texts(-1007)) == ([LONG.strip()], [])


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("who:1", {"url": "https://t.me/cscc_bot?start=b_d2hvOjE"}),
        ("x" * 64, {"text": f"{LONG[:199]}…", "show_alert": "true"}),  # too long for a link
    ],
    ids=["opens", "shortened"],
)
async def test_a_long_toast_for_who_never_wrote_stays_out_of_the_group(
    server: TelegramServer, data: str, answer: dict[str, str]
) -> None:
    server.fail("sendMessage", 403, "Forbidden: bot can't initiate conversation with a user")
    press(server, 33, data=data, **IN_GROUP)

    await answered(server, says(Reply(text=LONG, kind=ReplyKind.TOAST)))

    assert server.sent("answerCallbackQuery") == [{"callback_query_id": "q33", **answer}]
    assert server.chats == {}


async def test_a_press_nobody_answers_is_answered_in_the_end(server: TelegramServer) -> None:
    async def silent(message: Message, responder: Responder) -> None:
        return None

    press(server, 33)
    async with running(server, silent):
        await server.until(lambda: server.sent("answerCallbackQuery"))

    assert server.sent("answerCallbackQuery") == [{"callback_query_id": "q33"}]


async def test_a_press_in_a_channel_is_answered_in_the_direct_chat(server: TelegramServer) -> None:
    press(server, 33, id=-1009, type="channel", title="Kanál")

    await answered(server, says(Reply(text="Tady je")))

    assert server.texts(7) == ["Tady je"]
    assert server.texts(-1009) == []


async def test_a_press_in_a_channel_changes_the_post_there(server: TelegramServer) -> None:
    server.chats[-1009] = {33: {"text": "Seminář", "keyboard": None}}
    press(server, 33, id=-1009, type="channel", title="Kanál")
    press(server, 34, id=-1009, type="channel", title="Kanál")

    await answered(server, says(Reply(text="Seminář (1)", kind=ReplyKind.EDIT)))

    assert (server.texts(-1009), server.texts(7)) == (["Seminář (1)"], ["Seminář (1)"])


async def test_who_presses_before_ever_writing_is_sent_to_the_direct_chat(
    server: TelegramServer,
) -> None:
    server.fail("sendMessage", 403, "Forbidden: bot can't initiate conversation with a user")
    press(server, 33, data="ics:42", id=-1009, type="channel", title="Kanál")
    await answered(server, says(Reply(text="Tady je")))
    (answer,) = server.sent("answerCallbackQuery")
    link, _, payload = answer["url"].partition("?start=")

    server.says(f"/start {payload}")
    assistant = await answered(server, says(Reply(text="Tady je", kind=ReplyKind.EDIT)))

    assert link == "https://t.me/cscc_bot"
    assert server.sent("editMessageText") == []
    assert [message.data for message in assistant.got] == ["ics:42"]
    assert server.texts(7) == ["Tady je"]
