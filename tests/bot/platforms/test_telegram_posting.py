"""What becomes of a post when Telegram fails: repeated, found again, in doubt, moved, refused."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

from bot.limits import Limiter
from bot.messages import CannotLook, DeliveryError, File, Message, Reply, Responder, Undeliverable
from bot.platforms.telegram.addresses import Place
from bot.platforms.telegram.client import make_client
from bot.platforms.telegram.outgoing import Part
from bot.platforms.telegram.posting import OVERALL, Poster, rates
from bot.settings import TelegramSettings
from tests.bot.platforms.telegram_server import GROUP, TOKEN, TelegramServer
from tests.bot.platforms.telegram_world import FASTER, NOW, answered, platform, press, says


async def test_what_an_answer_replies_to_need_not_be_understood(server: TelegramServer) -> None:
    server.besides = {"reply_to_message": {"message_id": 4, "entities": [{}], "gift": []}}
    server.says("/help", GROUP)

    assistant = await answered(server, says(Reply(text="V úterý.")))

    assert server.texts(-1007) == ["V úterý."]
    assert (assistant.errors, len(assistant.ids)) == ([], 1)


async def test_a_short_hold_is_waited_for_and_stops_only_that_chat(server: TelegramServer) -> None:
    server.fail(
        "sendMessage",
        429,
        "Too Many Requests: retry after 60",
        parameters={"retry_after": 60},
        when=lambda params: params["chat_id"] == "7",
    )
    server.says("Kdy?")
    server.says("/help@cscc_bot", GROUP)

    await answered(server)

    assert [call["chat_id"] for call in server.sent("sendMessage")] == ["7", "-1007", "7"]
    assert server.texts(7) == ["<b>Ano</b>: Kdy?"]


async def test_what_surely_did_not_arrive_is_sent_again(server: TelegramServer) -> None:
    server.fail("sendMessage", 500, "Internal Server Error: restart", times=2)
    server.says("Kdy?")

    await answered(server)

    assert server.texts(7) == ["<b>Ano</b>: Kdy?"]


@pytest.mark.parametrize("times", [1, 2])
async def test_an_answer_that_arrived_unheard_is_not_sent_again(
    server: TelegramServer, times: int
) -> None:
    server.fail("sendMessage", lose_answer=True)
    server.fail("editMessageCaption", 502, times=times - 1)
    server.says("Kdy?")

    assistant = await answered(server)

    assert server.texts(7) == ["<b>Ano</b>: Kdy?"]
    assert assistant.ids == [str(next(iter(server.chats[7])))]


async def test_an_answer_that_was_lost_on_the_way_is_sent_again(server: TelegramServer) -> None:
    server.fail("sendMessage", 502)
    server.says("Kdy?")

    await answered(server)

    assert server.texts(7) == ["<b>Ano</b>: Kdy?"]
    assert len(server.sent("sendMessage")) == 2


async def test_a_file_that_arrived_unheard_is_not_sent_again(server: TelegramServer) -> None:
    file = File(name="a.ics", content=b"BEGIN:VCALENDAR", media_type="text/calendar")
    server.fail("sendDocument", lose_answer=True)
    server.says("Kdy?")

    await answered(server, says(Reply(text="Tady", files=(file,))))

    assert server.texts(7) == ["Tady"]


async def test_what_cannot_be_looked_for_stays_in_doubt(server: TelegramServer) -> None:
    server.fail("sendMessage", lose_answer=True)
    press(server, 33)

    assistant = await answered(server)

    assert server.texts(7) == ["<b>Ano</b>:"]
    assert [getattr(error, "certain", None) for error in assistant.errors] == [False]


async def test_a_second_try_goes_on_where_the_first_one_failed(server: TelegramServer) -> None:
    long = "\n\n".join("slovo " * 150 for _ in range(8))
    server.fail("sendMessage", 502, times=4, when=lambda params: len(server.chats.get(7, {})) == 1)

    async def twice(message: Message, responder: Responder) -> Reply:
        with pytest.raises(DeliveryError):
            await responder.finish(Reply(text=long))
        return Reply(text=long)

    server.says("Kdy?")
    await answered(server, twice)

    assert " ".join(server.texts(7)).split() == long.split()


async def test_an_answer_follows_its_group(server: TelegramServer) -> None:
    server.fail(
        "sendMessage",
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": -100200},
    )
    server.says("/help@cscc_bot", {"id": -9, "type": "group", "title": "G"})

    await answered(server)

    assert server.texts(-100200) == ["<b>Ano</b>: /help@cscc_bot"]


class TestSend:
    """What reminders are posted with; works without `run`."""

    async def test_a_post_says_where_it_is(self, server: TelegramServer) -> None:
        made = platform(server)
        sent = await made.send("telegram:-1007/45", Reply(text="Připomínka"), reply_to="12,13")
        await made.edit("telegram:-1007/45", sent, Reply(text="Změna"))
        await made.close()

        assert server.texts(-1007) == ["Změna"]
        (call,) = server.sent("sendMessage")
        assert (call["message_thread_id"], json.loads(call["reply_parameters"])["message_id"]) == (
            "45",
            12,
        )
        with pytest.raises(CannotLook):
            await made.find("telegram:-1007", "key", NOW)

    @pytest.mark.parametrize(
        ("status", "said", "parameters", "expected"),
        [
            (403, "Forbidden: bot was blocked by the user", None, Undeliverable),
            (403, "Forbidden: bot was kicked from the group chat", None, Undeliverable),
            (400, "Bad Request: chat not found", None, Undeliverable),
            (400, "Bad Request: TOPIC_CLOSED", None, Undeliverable),
            (429, "Too Many Requests", {"retry_after": 7}, DeliveryError),
            (500, "Internal Server Error", None, DeliveryError),
            (502, "", None, DeliveryError),
        ],
    )
    async def test_it_never_tries_twice(
        self,
        server: TelegramServer,
        status: int,
        said: str,
        parameters: dict[str, int] | None,
        expected: type[Exception],
    ) -> None:
        server.fail("sendMessage", status, said, parameters=parameters, times=9)
        made = platform(server)

        with pytest.raises(expected) as caught:
            await made.send("telegram:-1007", Reply(text="Připomínka"))
        await made.close()

        assert len(server.sent("sendMessage")) == 1
        if isinstance(caught.value, DeliveryError):
            assert caught.value.retry_after == (7 if parameters else None)
            assert caught.value.certain is (status != 502)

    async def test_a_chat_that_moved_is_said(self, server: TelegramServer) -> None:
        server.fail("sendMessage", 400, "upgraded", parameters={"migrate_to_chat_id": -100200})
        made = platform(server)

        with pytest.raises(Undeliverable) as caught:
            await made.send("telegram:-9", Reply(text="Připomínka"))
        await made.close()

        assert caught.value.moved_to == "telegram:-100200"

    async def test_a_server_that_is_not_there_is_certain(self, server: TelegramServer) -> None:
        made = platform(server, api_url="http://127.0.0.1:9")

        with pytest.raises(DeliveryError) as caught:
            await made.send("telegram:7", Reply(text="Připomínka"))
        await made.close()

        assert caught.value.certain is True

    async def test_half_a_post_is_not_certain(self, server: TelegramServer) -> None:
        server.fail("sendMessage", 500, "x", when=lambda params: bool(server.chats), times=9)
        made = platform(server)

        with pytest.raises(DeliveryError) as caught:
            await made.send("telegram:7", Reply(text="\n\n".join(["slovo " * 150] * 8)))
        await made.close()

        assert caught.value.certain is False

    async def test_who_takes_a_turn_can_make_deep_links(self, server: TelegramServer) -> None:
        made = platform(server)
        before = made.deep_link("r_1")
        await made.slot("telegram:7", urgent=False)
        await made.slot("telegram:7", urgent=False)
        await made.close()

        assert before == ""
        assert made.deep_link("r_1") == "https://t.me/cscc_bot?start=r_1"
        assert len(server.sent("getMe")) == 1

    async def test_an_address_of_another_kind_is_refused(self, server: TelegramServer) -> None:
        made = platform(server)

        with pytest.raises(Undeliverable):
            await made.send("telegram:abc", Reply(text="x"))

    async def test_a_hold_of_two_chats_is_meant_for_all(self, server: TelegramServer) -> None:
        server.fail("sendMessage", 429, "x", parameters={"retry_after": 30}, times=2)
        made = platform(server)
        for chat in ("telegram:1", "telegram:2"):
            with pytest.raises(DeliveryError):
                await made.send(chat, Reply(text="x"))

        before = asyncio.get_running_loop().time()
        await made.slot("telegram:3", urgent=True)
        waited = (asyncio.get_running_loop().time() - before) * FASTER
        await made.close()

        assert waited >= 25


@pytest.mark.parametrize(
    ("description", "muted"),
    [
        ("Bad Request: TOPIC_CLOSED", True),
        ("Bad Request: not enough rights to send text messages to the chat", True),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", True),
        ("Bad Request: message thread not found", False),
        ("Bad Request: message to be replied not found", False),
        ("Bad Request: chat not found", False),
    ],
)
async def test_it_is_known_where_it_hears_but_may_not_write(
    server: TelegramServer, description: str, muted: bool
) -> None:
    server.fail("sendMessage", 400, description)
    made = platform(server)
    with pytest.raises(Undeliverable) as refused:
        await made.send("telegram:-1007/45", Reply(text="x"))
    await made.close()

    assert refused.value.muted is muted


def _is_in(chat: str, params: dict[str, Any]) -> bool:
    return bool(params["chat_id"] == chat)


async def test_two_groups_in_slow_mode_do_not_silence_the_others(server: TelegramServer) -> None:
    for chat in ("-1007", "-1008"):
        server.fail(
            "sendMessage",
            429,
            "x",
            parameters={"retry_after": 300},
            when=partial(_is_in, chat),
        )
    made = platform(server)
    for place in ("-1007", "7", "-1008"):
        with suppress(DeliveryError):
            await made.send(f"telegram:{place}", Reply(text="x"))

    before = asyncio.get_running_loop().time()
    await made.slot("telegram:8", urgent=True)
    waited = (asyncio.get_running_loop().time() - before) * FASTER
    await made.close()

    assert list(server.chats) == [7]
    assert waited < 25


@pytest.mark.parametrize("method", ["sendChatAction", "sendMessageDraft"])
async def test_a_sign_that_comes_too_often_does_not_hold_the_answer_back(
    server: TelegramServer, method: str
) -> None:
    server.fail(method, 429, "Too Many Requests", parameters={"retry_after": 3000}, times=9)
    server.says("Kdy?")

    async def answer(message: Message, responder: Responder) -> Reply:
        await responder.begin()
        await responder.append("V út")
        return Reply(text="V úterý.")

    await answered(server, answer)

    assert server.texts(7) == ["V úterý."]


async def test_a_reminder_that_arrived_unheard_is_not_in_doubt(server: TelegramServer) -> None:
    made = platform(server)
    first = await made.send("telegram:-1007", Reply(text="Za 7 dní"))
    server.fail("sendMessage", lose_answer=True)
    second = await made.send("telegram:-1007", Reply(text="Zítra"))
    server.fail("sendMessage", 502)
    with pytest.raises(DeliveryError) as lost:
        await made.send("telegram:-1007", Reply(text="Za hodinu"))
    await made.close()

    assert server.texts(-1007) == ["Za 7 dní", "Zítra"]
    assert [first, second] == [str(number) for number in server.chats[-1007]]
    assert lost.value.certain


@pytest.mark.parametrize("known", [True, False], ids=["away", "unknown"])
async def test_a_reminder_stays_in_doubt_where_nobody_can_tell(
    server: TelegramServer, known: bool
) -> None:
    made = platform(server)
    if known:
        await made.send("telegram:-1007", Reply(text="Za 7 dní"))
    server.fail("sendMessage", lose_answer=True)
    server.fail("editMessageCaption", 502)
    with pytest.raises(DeliveryError) as lost:
        await made.send("telegram:-1007", Reply(text="Zítra"))
    await made.close()

    assert not lost.value.certain


async def test_a_message_of_ours_that_is_known_is_not_taken_for_a_lost_one(
    server: TelegramServer,
) -> None:
    client = make_client(TelegramSettings(bot_token=SecretStr(TOKEN), api_url=server.url))
    poster, group = Poster(client, Limiter(OVERALL, rates)), Place(-1007)
    before = int(await poster.send(group, Part(html="Za 7 dní", text="Za 7 dní")))
    await poster.send(group, Part(html="Odpověď", text="Odpověď"))

    found = await poster.find_lost(group, before, None)
    await client.close_connections()

    assert found is None
