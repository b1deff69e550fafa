"""The Telegram platform with PTB as it is, against a Bot API server of our own."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.errors import CommandError
from bot.messages import (
    Button,
    CannotLook,
    DeliveryError,
    File,
    Message,
    Reply,
    ReplyKind,
    Responder,
    Undeliverable,
)
from bot.platforms.telegram import TelegramPlatform
from bot.settings import TelegramSettings
from tests.bot.platforms.telegram_server import (
    GROUP,
    ME,
    PERSON,
    TOKEN,
    TelegramServer,
    telegram_server,
)

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
#: The tests' clock runs this much faster than a limiter, a backoff or a patience expects.
FASTER = 50.0


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with telegram_server() as made:
        yield made


def platform(server: TelegramServer, **settings: Any) -> TelegramPlatform:
    loop = asyncio.get_running_loop()

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / FASTER)

    given: dict[str, Any] = {"bot_token": SecretStr(TOKEN), "api_url": server.url, **settings}
    return TelegramPlatform(
        TelegramSettings(**given),
        clock=lambda: NOW,
        menu=lambda language: [("help", f"Help in {language}"), ("events", "Events")],
        time=lambda: loop.time() * FASTER,
        sleep=sleep,
    )


Answer = Callable[[Message, Responder], Awaitable[Reply | None]]


class Assistant:
    """Answers each message at once, in a task of its own, as the inbox does."""

    def __init__(self, platform: TelegramPlatform, answer: Answer) -> None:
        self.platform = platform
        self.answer = answer
        self.got: list[Message] = []
        self.ids: list[str] = []
        self.errors: list[Exception] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def accept(self, message: Message) -> None:
        self.got.append(message)
        self.tasks.append(asyncio.create_task(self._handle(message)))

    async def _handle(self, message: Message) -> None:
        responder = self.platform.responder(message)
        reply = await self.answer(message, responder)
        if reply is None:
            return
        try:
            self.ids.append(await responder.finish(reply))
        except (DeliveryError, Undeliverable) as error:
            self.errors.append(error)


async def echo(message: Message, responder: Responder) -> Reply:
    await responder.begin()
    return Reply(text=f"**Ano**: {message.text}")


@asynccontextmanager
async def running(
    server: TelegramServer, answer: Answer = echo, **settings: Any
) -> AsyncIterator[Assistant]:
    made = platform(server, **settings)
    assistant = Assistant(made, answer)
    run = asyncio.create_task(made.run(lambda message: assistant.accept(message)))
    try:
        yield assistant
    finally:
        run.cancel()
        for task in assistant.tasks:
            task.cancel()
        await asyncio.gather(run, *assistant.tasks, return_exceptions=True)
        await made.close()


async def settled(server: TelegramServer, assistant: Assistant, count: int) -> None:
    """Wait until so many messages were handled and confirmed."""
    await server.until(lambda: len(assistant.got) >= count and not server.waiting)
    await asyncio.gather(*assistant.tasks)


async def answered(server: TelegramServer, answer: Answer = echo, **settings: Any) -> Assistant:
    """Run the bot until it has dealt with all that waits."""
    async with running(server, answer, **settings) as assistant:
        await settled(server, assistant, len(server.waiting))
    return assistant


def says(reply: Reply) -> Answer:
    async def answer(message: Message, responder: Responder) -> Reply:
        return reply

    return answer


def topic(number: int) -> dict[str, Any]:
    return {"message_thread_id": number, "is_topic_message": True}


async def test_a_direct_question_is_answered_there(server: TelegramServer) -> None:
    server.says("Kdy?")

    assistant = await answered(server)

    assert server.texts(7) == ["<b>Ano</b>: Kdy?"]
    assert assistant.ids == [str(next(iter(server.chats[7])))]
    (sent,) = server.sent("sendMessage")
    assert sent == {
        "chat_id": "7",
        "text": "<b>Ano</b>: Kdy?",
        "parse_mode": "HTML",
        "link_preview_options": '{"is_disabled": true}',
    }
    assert server.sent("sendChatAction") == [{"chat_id": "7", "action": "typing"}]


async def test_a_question_in_a_topic_is_answered_there_as_a_reply(server: TelegramServer) -> None:
    asked = server.says("/help@cscc_bot", GROUP, **topic(45))

    await answered(server)

    (sent,) = server.sent("sendMessage")
    assert (sent["chat_id"], sent["message_thread_id"]) == ("-1007", "45")
    assert json.loads(sent["reply_parameters"]) == {
        "message_id": asked["message_id"],
        "allow_sending_without_reply": True,
    }
    assert server.sent("sendChatAction")[0]["message_thread_id"] == "45"


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


async def test_a_malformed_update_does_not_hide_the_others(server: TelegramServer) -> None:
    server.update(message={"message_id": "x", "chat": 5})
    server.update(callback_query={"id": 1})
    server.update(message=None, unknown_thing={"a": [1]})
    server.says("Kdy?")

    async with running(server) as assistant:
        await settled(server, assistant, 1)

    assert [message.text for message in assistant.got] == ["Kdy?"]


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


async def test_a_long_answer_goes_in_order_with_the_buttons_last(server: TelegramServer) -> None:
    long = "\n\n".join(f"{number} " + "slovo " * 150 for number in range(12))
    server.says("Kdy?", GROUP)

    assistant = await answered(server, says(Reply(text=long, feedback="9")))

    kept = list(server.chats[-1007].values())
    assert " ".join(message["text"] for message in kept).split() == long.split()
    assert all(len(message["text"]) <= 4096 for message in kept)
    assert [bool(message["keyboard"]) for message in kept] == [False, False, True]
    replies = ["reply_parameters" in call for call in server.sent("sendMessage")]
    assert replies == [True, False, False]
    assert assistant.ids == [",".join(map(str, server.chats[-1007]))]


async def test_buttons_become_a_keyboard(server: TelegramServer) -> None:
    rows = (
        (Button(label="Do kalendáře", data="ics:1"), Button(label="Web", url="https://cscc.cz")),
        (Button(label="Místní", url="http://localhost:8080/x"), Button(label="x", data="x" * 65)),
    )
    server.says("Kdy?")

    await answered(server, says(Reply(text="Tady", buttons=rows, feedback="9")))

    ((_, message),) = server.chats[7].items()
    assert message["keyboard"]["inline_keyboard"] == [
        [
            {"text": "Do kalendáře", "callback_data": "ics:1"},
            {"text": "Web", "url": "https://cscc.cz"},
        ],
        [
            {"text": "👍", "callback_data": "fb:up:9"},
            {"text": "👎", "callback_data": "fb:down:9"},
        ],
    ]


def press(server: TelegramServer, message_id: int, data: str = "a:1", **chat: Any) -> None:
    under = server.message("text", chat or None, **{"from": ME}) | {"message_id": message_id}
    query = {"id": f"q{message_id}", "from": PERSON, "chat_instance": "1", "data": data}
    server.update(callback_query={**query, "message": under})


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


async def test_an_edit_of_a_message_that_is_gone_posts_anew(server: TelegramServer) -> None:
    server.says("Kdy?")

    await answered(server, says(Reply(text="nové", kind=ReplyKind.EDIT, target="99")))

    assert server.texts(7) == ["nové"]


async def test_an_answer_that_gets_shorter_leaves_nothing_behind(server: TelegramServer) -> None:
    server.chats[7] = {n: {"text": f"část {n}", "keyboard": None} for n in (31, 32, 33)}
    server.says("Kdy?")

    reply = Reply(text="celé", kind=ReplyKind.EDIT, target="31,32,33")
    assistant = await answered(server, says(reply))

    assert (server.texts(7), assistant.ids) == (["celé"], ["31"])


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

    await answered(server, says(Reply(text="slovo " * 50, kind=ReplyKind.TOAST)))

    assert server.texts(7) == [("slovo " * 50).strip()]
    assert server.sent("answerCallbackQuery") == [{"callback_query_id": "q33"}]


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
    assistant = await answered(server, says(Reply(text="Tady je", kind=ReplyKind.TOAST)))

    assert link == "https://t.me/cscc_bot"
    assert [message.data for message in assistant.got] == ["ics:42"]
    assert server.texts(7) == ["Tady je"]


async def test_a_private_reply_goes_to_the_direct_chat(server: TelegramServer) -> None:
    server.says("/settings@cscc_bot", GROUP)

    await answered(server, says(Reply(text="Jen vám", kind=ReplyKind.PRIVATE)))

    (sent,) = server.sent("sendMessage")
    assert (sent["chat_id"], sent.get("reply_parameters")) == ("7", None)


async def test_who_never_wrote_cannot_be_written_to(server: TelegramServer) -> None:
    server.fail("sendMessage", 403, "Forbidden: bot can't initiate conversation with a user")
    server.says("/settings@cscc_bot", GROUP)

    assistant = await answered(server, says(Reply(text="Jen vám", kind=ReplyKind.PRIVATE)))

    assert [type(error) for error in assistant.errors] == [Undeliverable]


async def test_a_calendar_file_carries_its_text(server: TelegramServer) -> None:
    file = File(name="seminář.ics", content=b"BEGIN:VCALENDAR", media_type="text/calendar")
    server.says("Kdy?")

    await answered(server, says(Reply(text="**Seminář**", files=(file,))))

    (sent,) = server.sent("sendDocument")
    assert (sent["caption"], sent["document"]) == ("<b>Seminář</b>", ("seminář.ics", file.content))
    assert server.sent("sendMessage") == []


async def test_refused_markup_goes_as_plain_text(server: TelegramServer) -> None:
    server.fail("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")
    server.says("1 < 2")

    await answered(server)

    assert server.texts(7) == ["Ano: 1 < 2"]
    assert "parse_mode" not in server.sent("sendMessage")[1]


async def test_refused_link_buttons_are_left_out(server: TelegramServer) -> None:
    server.fail("sendMessage", 400, "Bad Request: BUTTON_URL_INVALID")
    row = (Button(label="a", data="a:1"), Button(label="b", url="https://x.example"))
    server.says("Kdy?")

    await answered(server, says(Reply(text="Tady", buttons=(row,))))

    ((_, message),) = server.chats[7].items()
    assert message["keyboard"]["inline_keyboard"] == [[{"text": "a", "callback_data": "a:1"}]]


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


async def test_previews_are_drafts_in_direct_chats(server: TelegramServer) -> None:
    async def writes(message: Message, responder: Responder) -> Reply:
        for word in ("", "***", " ", "\n\nSeminář ", "je ", "v **úterý**."):
            await responder.append(word)
            await asyncio.sleep(1 / FASTER)
        return Reply(text="Seminář je v **úterý**.")

    server.says("Kdy?")
    await answered(server, writes)

    drafts = server.sent("sendMessageDraft")
    assert drafts[-1]["text"] == "———\n\nSeminář je v <b>úterý</b>."
    assert len({draft["draft_id"] for draft in drafts}) == 1
    assert server.texts(7) == ["Seminář je v <b>úterý</b>."]


async def test_previews_in_groups_are_one_message_that_the_answer_replaces(
    server: TelegramServer,
) -> None:
    async def writes(message: Message, responder: Responder) -> Reply:
        for word in ("Seminář ", "je ", "v úterý."):
            await responder.append(word)
            await asyncio.sleep(4 / FASTER)
        return Reply(text="Seminář je v úterý.")

    asked = server.says("/help@cscc_bot", GROUP)
    assistant = await answered(server, writes)

    assert server.texts(-1007) == ["Seminář je v úterý."]
    assert assistant.ids == [str(next(iter(server.chats[-1007])))]
    (posted,) = server.sent("sendMessage")
    assert json.loads(posted["reply_parameters"])["message_id"] == asked["message_id"]


async def test_a_failing_preview_does_not_harm_the_answer(server: TelegramServer) -> None:
    async def writes(message: Message, responder: Responder) -> Reply:
        await responder.begin()
        await responder.append("Sem")
        return Reply(text="Seminář")

    server.fail("sendMessageDraft", 400, "Bad Request: TEXTDRAFT_PEER_INVALID")
    server.fail("sendChatAction", 502)
    server.says("Kdy?")
    await answered(server, writes)

    assert server.texts(7) == ["Seminář"]


async def test_an_inline_question_is_answered_once_its_author_stops_typing(
    server: TelegramServer,
) -> None:
    for number, text in enumerate(("Kdy", "Kdy je", "Kdy je seminář?")):
        query = {"id": f"i{number}", "from": PERSON, "query": text, "offset": ""}
        server.update(inline_query=query)

    async with running(server, says(Reply(text="**V úterý**\n\nod 10:00"))) as assistant:
        await server.until(lambda: server.sent("answerInlineQuery"))
        await asyncio.sleep(2 / FASTER)

    assert [message.text for message in assistant.got] == ["Kdy je seminář?"]
    (answer,) = server.sent("answerInlineQuery")
    assert (answer["inline_query_id"], answer["is_personal"]) == ("i2", "true")
    (result,) = json.loads(answer["results"])
    assert (result["title"], result["description"]) == ("V úterý", "od 10:00")
    assert result["input_message_content"]["message_text"] == "<b>V úterý</b>\n\nod 10:00"


async def test_a_guest_question_is_answered_by_its_query(server: TelegramServer) -> None:
    server.update(guest_message=server.message("kdy?", GROUP, guest_query_id="g1"))

    await answered(server)

    (answer,) = server.sent("answerGuestQuery")
    assert answer["guest_query_id"] == "g1"
    assert server.chats == {}


async def test_people_of_a_members_chat_read_the_same_in_their_direct_chat(
    server: TelegramServer,
) -> None:
    server.statuses[-1007, 7] = "member"
    server.says("Kdy?")
    server.says("A kde?")

    assistant = await answered(server, members=("-1007", "nonsense"))

    assert [message.audience for message in assistant.got] == ["members", "members"]
    assert len(server.sent("getChatMember")) == 1


async def test_who_is_in_no_members_chat_reads_what_is_public(server: TelegramServer) -> None:
    server.fail("getChatMember", 502, times=1)
    server.says("Kdy?")
    server.says("A kde?")

    assistant = await answered(server, members=("-1007",))

    assert [message.audience for message in assistant.got] == ["public", "public"]


@pytest.mark.parametrize(
    ("status", "is_admin"), [("creator", True), ("administrator", True), ("left", False)]
)
async def test_administrators(server: TelegramServer, status: str, is_admin: bool) -> None:
    server.statuses[-1007, 7] = status
    made = platform(server)

    assert await made.is_admin("telegram:7", "telegram:-1007") is is_admin
    assert await made.is_admin("telegram:7", "telegram:7") is True
    await made.close()


async def test_nobody_administers_while_telegram_cannot_be_asked(server: TelegramServer) -> None:
    server.fail("getChatMember", 502)
    made = platform(server)

    assert await made.is_admin("telegram:7", "telegram:-1007") is False
    await made.close()


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


class TestWebhook:
    """Telegram calls us."""

    URL = "https://bot.example.cz"

    @pytest.fixture
    async def assistant(self, server: TelegramServer) -> AsyncIterator[Assistant]:
        async with running(server, webhook_url=self.URL, webhook_secret=SecretStr("s3")) as made:
            await server.until(lambda: made.platform.connected)
            yield made

    @staticmethod
    async def call(
        assistant: Assistant, body: bytes | dict[str, Any], secret: str | None = "s3"
    ) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        transport = httpx.ASGITransport(Starlette(routes=assistant.platform.routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            answer = await client.post("/telegram/webhook", content=content, headers=headers)
        return answer.status_code

    async def test_it_is_set_with_its_secret(
        self, server: TelegramServer, assistant: Assistant
    ) -> None:
        (call,) = server.sent("setWebhook")

        assert (call["url"], call["secret_token"]) == (f"{self.URL}/telegram/webhook", "s3")
        assert "guest_message" in json.loads(call["allowed_updates"])

    async def test_a_call_is_stored_before_it_is_confirmed(
        self, server: TelegramServer, assistant: Assistant
    ) -> None:
        update = {"update_id": 1, "message": server.message("Kdy?")}

        assert await self.call(assistant, update) == 200
        assert [message.id for message in assistant.got] == ["telegram:1"]

    @pytest.mark.parametrize("secret", [None, "", "wrong", "s33"])
    async def test_a_wrong_secret_is_refused(
        self, server: TelegramServer, assistant: Assistant, secret: str | None
    ) -> None:
        update = {"update_id": 1, "message": server.message("Kdy?")}

        assert await self.call(assistant, update, secret) == 403
        assert assistant.got == []

    @pytest.mark.parametrize(
        ("body", "status"),
        [(b"{", 400), (b"\xff", 400), (b"[]", 200), (b'"x"', 200), (b"x" * 2**21, 413)],
    )
    async def test_nonsense_does_no_harm(
        self, server: TelegramServer, assistant: Assistant, body: bytes, status: int
    ) -> None:
        assert await self.call(assistant, body) == status
        assert assistant.got == []

    async def test_what_cannot_be_stored_is_not_confirmed(
        self, server: TelegramServer, assistant: Assistant
    ) -> None:
        async def full(message: Message) -> None:
            raise OSError("no space left")

        assistant.accept = full  # type: ignore[method-assign]
        update = {"update_id": 1, "message": server.message("Kdy?")}

        assert await self.call(assistant, update) == 500

    async def test_nothing_is_taken_before_the_bot_runs(self, server: TelegramServer) -> None:
        made = platform(server, webhook_url=self.URL, webhook_secret=SecretStr("s3"))

        assert await self.call(Assistant(made, echo), {"update_id": 1}) == 503

    async def test_a_refused_webhook_is_said(self, server: TelegramServer) -> None:
        server.fail("setWebhook", 400, "Bad Request: bad webhook: HTTPS URL must be provided")
        async with running(server, webhook_url="http://bot.example.cz") as assistant:
            await server.until(lambda: assistant.platform.problem)
            problem = assistant.platform.problem

        assert problem == (
            "Telegram refuses the settings: Bad webhook: https url must be provided. "
            "See docs/telegram.md."
        )

    async def test_without_a_secret_one_is_made_from_the_token(
        self, server: TelegramServer
    ) -> None:
        for _ in range(2):
            async with running(server, webhook_url=f"{self.URL}/hook") as made:
                await server.until(partial(getattr, made.platform, "connected"))

        first, second = (call["secret_token"] for call in server.sent("setWebhook"))
        assert first == second
        assert len(first) == 64
        assert server.webhook["url"] == f"{self.URL}/hook"


class TestCheck:
    """What `cscc doctor` sees."""

    @staticmethod
    async def keys(server: TelegramServer, **settings: Any) -> list[tuple[str, bool]]:
        made = platform(server, **settings)
        found = await made.check()
        await made.close()
        return [(finding.key, finding.ok) for finding in found]

    async def test_all_is_well(self, server: TelegramServer) -> None:
        assert await self.keys(server) == [
            ("telegram.token", True),
            ("telegram.privacy_on", True),
            ("telegram.polling", True),
        ]

    async def test_chats_it_is_to_post_in(self, server: TelegramServer) -> None:
        server.types = {-1007: "supergroup", 7: "private"}
        made = platform(server, members=("-1009",))
        found = await made.check(["telegram:-1007/45", "telegram:7", "slack:C1"])
        await made.close()

        assert [(finding.key, finding.values.get("chat")) for finding in found[3:]] == [
            ("telegram.not_in_chat", "telegram:-1009"),
            ("telegram.not_in_chat", "telegram:-1007"),
            ("telegram.in_chat", "telegram:7"),
        ]

    async def test_a_webhook_while_polling(self, server: TelegramServer) -> None:
        server.webhook["url"] = "https://old.example.cz/x"

        assert ("telegram.webhook_while_polling", False) in await self.keys(server)

    async def test_a_webhook_that_leads_elsewhere_or_fails(self, server: TelegramServer) -> None:
        url = "https://bot.example.cz/telegram/webhook"
        server.webhook["url"] = "https://old.example.cz/x"
        elsewhere = await self.keys(server, webhook_url=url)
        server.webhook = {"url": url, "last_error_message": "404", "pending_update_count": 3}
        failing = await self.keys(server, webhook_url=url)
        server.webhook = {"url": url}
        well = await self.keys(server, webhook_url=url)

        assert elsewhere[-1] == ("telegram.webhook_elsewhere", False)
        assert failing[-1] == ("telegram.webhook_failing", False)
        assert well[-1] == ("telegram.webhook", True)

    async def test_a_server_that_is_not_there(self, server: TelegramServer) -> None:
        found = await self.keys(server, api_url="http://127.0.0.1:9")

        assert found == [("telegram.unreachable", False)]

    @pytest.mark.parametrize(
        ("kind", "status", "hears_all", "key"),
        [
            ("supergroup", "member", False, "telegram.in_chat"),
            ("supergroup", "member", True, "telegram.privacy_blocks"),
            ("supergroup", "administrator", True, "telegram.in_chat"),
            ("supergroup", "left", False, "telegram.not_in_chat"),
            ("channel", "administrator", False, "telegram.in_chat"),
            ("channel", "member", False, "telegram.cannot_post"),
            ("", "member", False, "telegram.not_in_chat"),
            ("private", "", True, "telegram.in_chat"),
        ],
    )
    async def test_chats(
        self, server: TelegramServer, kind: str, status: str, hears_all: bool, key: str
    ) -> None:
        if kind:
            server.types[-1007] = kind
        server.statuses[-1007, ME["id"]] = status  # type: ignore[index]
        made = platform(server)
        found = await made.check_chat("telegram:-1007/45", hears_all=hears_all)
        await made.close()

        assert [finding.key for finding in found] == [key]
