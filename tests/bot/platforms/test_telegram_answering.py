"""What Telegram shows of an answer: where it goes, its parts, buttons, files and previews."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.messages import Button, File, Message, Reply, ReplyKind, Responder, Undeliverable
from tests.bot.platforms.telegram_server import GROUP, PERSON, TelegramServer
from tests.bot.platforms.telegram_world import FASTER, answered, running, says


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


async def test_a_question_that_was_deleted_meanwhile_is_not_answered(
    server: TelegramServer,
) -> None:
    server.fail("sendMessage", 400, "Bad Request: message to be replied not found")
    server.says("Kdy?", GROUP)

    assistant = await answered(server)

    assert server.chats == {}
    assert [str(error) for error in assistant.errors] == ["Message to be replied not found"]
    (sent,) = server.sent("sendMessage")
    assert not json.loads(sent["reply_parameters"])["allow_sending_without_reply"]


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


async def test_a_preview_in_a_group_goes_where_the_answer_has_become_private(
    server: TelegramServer,
) -> None:
    async def writes(message: Message, responder: Responder) -> Reply:
        await responder.append("Seminář ")
        return Reply(text="Mezitím odpověděl někdo jiný.", kind=ReplyKind.PRIVATE)

    server.says("Kdy?", GROUP)
    await answered(server, writes)

    assert (server.texts(-1007), server.texts(7)) == ([], ["Mezitím odpověděl někdo jiný."])


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
    assert result["input_message_content"]["message_text"] == (
        "<b>Kdy je seminář?</b>\n\n<b>V úterý</b>\n\nod 10:00"
    )


@pytest.mark.parametrize(
    ("text", "title", "description"),
    [
        ("Našel jsem:\n\n> 450 korun\n\n[Členství](https://a.cz)", "450 korun", "Členství"),
        ("Konají se:\n\n- **A** – ve st\n- B", "A – ve st", "B"),
        ("Jen jeden řádek:", "Jen jeden řádek:", None),
    ],
)
async def test_the_list_of_results_shows_the_answer_itself(
    server: TelegramServer, text: str, title: str, description: str | None
) -> None:
    server.update(inline_query={"id": "i1", "from": PERSON, "query": "*Kolik?*", "offset": ""})

    async with running(server, says(Reply(text=text))):
        await server.until(lambda: server.sent("answerInlineQuery"))

    (result,) = json.loads(server.sent("answerInlineQuery")[0]["results"])
    assert (result["title"], result.get("description")) == (title, description)
    said = result["input_message_content"]["message_text"]
    assert said.startswith("<b>*Kolik?*</b>\n\n")


async def test_a_bare_mention_inline_offers_nothing_at_once(server: TelegramServer) -> None:
    server.update(inline_query={"id": "i1", "from": PERSON, "query": " ", "offset": ""})

    async with running(server) as assistant:
        await server.until(lambda: server.sent("answerInlineQuery"))

    (answer,) = server.sent("answerInlineQuery")
    assert (answer["inline_query_id"], answer["results"]) == ("i1", "[]")
    assert assistant.got == []


async def test_a_guest_question_is_answered_by_its_query(server: TelegramServer) -> None:
    server.update(guest_message=server.message("kdy?", GROUP, guest_query_id="g1"))

    await answered(server)

    (answer,) = server.sent("answerGuestQuery")
    assert answer["guest_query_id"] == "g1"
    assert server.chats == {}


async def test_an_answer_that_is_too_long_for_a_guest_says_so(server: TelegramServer) -> None:
    server.update(guest_message=server.message("kdy?", GROUP, guest_query_id="g1"))

    async with running(server, says(Reply(text="Věta. " * 1000))):
        await server.until(lambda: server.sent("answerGuestQuery"))

    (answer,) = server.sent("answerGuestQuery")
    said = json.loads(answer["result"])["input_message_content"]["message_text"]
    assert (said.endswith("Věta.\n\n…"), 4000 < len(said) <= 4096) == (True, True)
