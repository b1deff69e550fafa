"""What Telegram's updates say to the assistant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messages import ChatKind, Message, MessageKind
from tests.bot.platforms.telegram_server import MAY
from tests.bot.platforms.telegram_updates import (
    BOT,
    CHANNEL,
    DIRECT,
    GROUP,
    JANA,
    ME,
    NOW,
    mention,
    message,
    read,
)


def test_a_direct_message_is_addressed() -> None:
    assert read({"message": message("Kdy je seminář?", DIRECT)}) == Message(
        id="telegram:1",
        platform="telegram",
        address="telegram:7",
        chat="telegram:7",
        author="telegram:7",
        text="Kdy je seminář?",
        language_hint="cs",
        ref="5",
        sent_at=datetime.fromtimestamp(1800000000, UTC),
        author_name="Jana Nová",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@cscc_bot kdy je seminář?", "kdy je seminář?"),
        ("@cscc_bot, kdy?", "kdy?"),
        ("👩‍🏫 Dobrý den, @cscc_bot prosím", "👩‍🏫 Dobrý den, prosím"),
        ("kdy? @cscc_bot", "kdy?"),
        ("\u202b@cscc_bot\u202c \u200bkdy?\u200f", "kdy?"),
        ("@cscc_bot \u200b\ufeff", ""),
    ],
)
def test_a_mention_anywhere_addresses_and_is_taken_out(text: str, said: str) -> None:
    got = read({"message": message(text, entities=mention(text))})

    assert got is not None
    assert (got.addressed, got.text, got.chat_kind) == (True, said, ChatKind.GROUP)


def test_a_mention_without_a_user_name_addresses() -> None:
    entities = [{"type": "text_mention", "offset": 0, "length": 4, "user": BOT}]
    got = read({"message": message("CSCC kdy?", entities=entities)})

    assert got is not None
    assert (got.addressed, got.text) == (True, "kdy?")


def test_a_mention_in_a_caption_addresses() -> None:
    said = message("", caption="@cscc_bot co to je?", caption_entities=mention("@cscc_bot"))
    del said["text"]
    got = read({"message": said})

    assert got is not None
    assert (got.addressed, got.text) == (True, "co to je?")


def test_talk_of_others_is_handed_in_as_not_addressed() -> None:
    text = "@petr_x víš to?"
    got = read({"message": message(text, entities=mention(text, "@petr_x"))})

    assert got is not None
    assert (got.addressed, got.text) == (False, text)


def test_a_reply_to_us_addresses_and_tells_what_it_is_about() -> None:
    ours = message("Seminář je v úterý.", **{"from": BOT}) | {"message_id": 4}
    got = read({"message": message("a kde?", reply_to_message=ours)})

    assert got is not None
    assert (got.addressed, got.reply_to, got.quoted) == (True, "4", "Seminář je v úterý.")


def test_a_reply_to_another_is_not_for_us() -> None:
    got = read({"message": message("ano", reply_to_message=message("jdeš?") | {"message_id": 4})})

    assert got is not None
    assert (got.addressed, got.reply_to, got.quoted) == (False, "4", "jdeš?")


def test_a_topic_is_part_of_the_address_and_its_first_message_is_no_reply() -> None:
    first = message("", **{"from": BOT, "forum_topic_created": {"name": "T", "icon_color": 1}})
    said = message(
        "ahoj",
        message_thread_id=45,
        is_topic_message=True,
        reply_to_message=first | {"message_id": 45},
    )
    got = read({"message": said})

    assert got is not None
    assert (got.address, got.chat) == ("telegram:-1001/45", "telegram:-1001")
    assert (got.addressed, got.reply_to) == (False, "")


@pytest.mark.parametrize(
    "thread",
    [
        {"message_thread_id": 1, "is_topic_message": True},  # General
        {"message_thread_id": 45},  # the root of a chain of replies, not a topic
    ],
)
def test_general_and_chains_of_replies_are_no_topics(thread: dict[str, Any]) -> None:
    got = read({"message": message("ahoj", **thread)})

    assert got is not None
    assert got.address == "telegram:-1001"


@pytest.mark.parametrize(
    ("text", "command", "arguments"),
    [
        ("/events", "events", ""),
        ("\u200f/events\u200e", "events", ""),
        ("/ask\u2060 \u200bKdy?\u200b", "ask", "Kdy?"),
        ("/Events@CSCC_bot červen\n2027", "events", "červen\n2027"),
        ("/start r_12", "start", "r_12"),
        ("@cscc_bot /help", "help", ""),
    ],
)
def test_commands(text: str, command: str, arguments: str) -> None:
    entities = mention(text) if text.startswith("@") else []
    got = read({"message": message(text, entities=entities)})

    assert got is not None
    assert (got.kind, got.addressed) == (MessageKind.COMMAND, True)
    assert (got.command, got.arguments) == (command, arguments)


@pytest.mark.parametrize("payload", ["b_", "b_*", "b_gICA", "r_12", ""])
def test_a_payload_that_is_no_button_is_the_start_commands(payload: str) -> None:
    got = read({"message": message(f"/start {payload}", DIRECT)})

    assert got is not None
    assert (got.kind, got.arguments) == (MessageKind.COMMAND, payload)


def test_commands_of_other_bots_are_not_for_us() -> None:
    ours = frozenset({"events"})

    assert read({"message": message("/events@other_bot")}) is None
    assert read({"message": message("/weather")}, commands=ours) is None
    assert read({"message": message("/weather", DIRECT)}, commands=ours) is not None


@pytest.mark.parametrize("text", [":joined", "/:joined", "/home/dir je plný"])
def test_nobody_can_type_what_happens_to_a_chat(text: str) -> None:
    got = read({"message": message(text)})

    assert got is not None
    assert got.kind is MessageKind.TEXT


def test_an_edit_says_so() -> None:
    got = read({"edited_message": message("Kdy?", DIRECT, edit_date=1800000100)})

    assert got is not None
    assert (got.edited, got.ref) == (True, "5")
    assert got.sent_at == datetime.fromtimestamp(1800000100, UTC)


@pytest.mark.parametrize(
    "update",
    [
        {"channel_post": message("novinka", CHANNEL)},
        {"message": message("x", **{"from": {**BOT, "id": 99}})},
        {"message": message("x", via_bot=BOT)},
        {"message": {**message("x"), "text": None, "new_chat_members": [JANA]}},
        {"something_new": {"a": 1}},
        {},
    ],
)  # fmt: skip
def test_what_is_not_said_by_a_person_is_nothing(update: dict[str, Any]) -> None:
    assert read(update) is None


VOICE = {"file_id": "v", "file_unique_id": "v", "duration": 3}
STORY = {"id": 1, "chat": {"id": 7, "type": "private"}}
PAID = {"star_count": 5, "paid_media": [{"type": "preview"}]}


@pytest.mark.parametrize(
    "shown",
    [
        {"voice": VOICE},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"story": STORY},
        {"paid_media": PAID},
    ],
    ids=lambda shown: next(iter(shown)),
)
@pytest.mark.parametrize(
    ("chat", "heard"), [(DIRECT, True), (GROUP, False)], ids=["direct", "group"]
)
def test_something_without_words_awaits_a_reply_only_in_a_direct_chat(
    chat: dict[str, Any], heard: bool, shown: dict[str, Any]
) -> None:
    got = read({"message": {**message("", chat), "text": None, **shown}})

    assert (got is not None, got.text if got else "") == (heard, "")


def test_an_anonymous_administrator_speaks_for_the_group() -> None:
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    got = read({"message": message("kdy?", sender_chat=GROUP, **{"from": hidden})})

    assert got is not None
    assert (got.author, got.author_name) == ("telegram:-1001", "Skupina")


def test_who_writes_as_a_channel_is_that_channel() -> None:
    stand_in = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    text = "@cscc_bot kdy?"
    said = message(text, entities=mention(text), sender_chat=CHANNEL, **{"from": stand_in})
    got = read({"message": said})

    assert got is not None
    assert (got.author, got.author_name) == ("telegram:-1009", "Kanál")
    assert (got.chat, got.text, got.addressed) == ("telegram:-1001", "kdy?", True)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Kdy je seminář?", False),
        ("/events", False),
        ("/events@other_bot", False),
        ("/events@cscc_bot", True),
        ("@cscc_bot kdy je seminář?", True),
    ],
)
def test_a_channels_post_in_its_discussion_group_is_heard_where_it_names_us(
    text: str, heard: bool
) -> None:
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    said = {**message(text, sender_chat=CHANNEL, is_automatic_forward=True), "from": telegram}
    entities = mention(text) if text.startswith("@") else []

    assert (read({"message": {**said, "entities": entities}}) is not None) is heard


def test_only_listed_chats_are_for_members() -> None:
    listed = frozenset({-1001})
    topic: dict[str, Any] = {"message_thread_id": 45, "is_topic_message": True}
    in_topic = read({"message": message("x", **topic)}, members=listed)
    elsewhere = read({"message": message("x", {**GROUP, "id": -1002})}, members=listed)
    direct = read({"message": message("x", DIRECT)}, members=listed)

    assert in_topic is not None
    assert elsewhere is not None
    assert direct is not None
    assert (in_topic.audience, elsewhere.audience, direct.audience) == (
        "members",
        "public",
        "public",
    )


def press(chat: dict[str, Any], **extra: Any) -> dict[str, Any]:
    under = {**message("Připomínka", chat, **extra), "from": BOT}
    query = {"id": "q1", "from": JANA, "chat_instance": "1", "data": "ics:42", "message": under}
    return {"callback_query": query}


def test_a_press_carries_its_data_and_ticket() -> None:
    got = read(press(GROUP, message_thread_id=45, is_topic_message=True))

    assert got == Message(
        id="telegram:1",
        platform="telegram",
        address="telegram:-1001/45",
        chat="telegram:-1001",
        author="telegram:7",
        kind=MessageKind.BUTTON,
        chat_kind=ChatKind.GROUP,
        data="ics:42",
        language_hint="cs",
        ref="5",
        quoted="Připomínka",
        sent_at=NOW,
        author_name="Jana Nová",
        ticket="q1",
    )


def test_a_press_in_a_channel_is_answered_privately() -> None:
    got = read(press(CHANNEL))

    assert got is not None
    assert got.private is True


def test_a_press_under_an_old_message_still_counts() -> None:
    update = press(GROUP)
    update["callback_query"]["message"] = {"message_id": 5, "date": 0, "chat": GROUP}
    got = read(update)

    assert got is not None
    assert (got.address, got.ref, got.data) == ("telegram:-1001", "5", "ics:42")


@pytest.mark.parametrize(
    ("was", "is_", "command"),
    [
        ("left", "member", ":joined"),
        ("member", "left", ":left"),
        ("member", "member", None),
        ("member", "muted", None),
        ("muted", "gone and muted", ":left"),
        ("gone and muted", "left", None),
        ("gone and muted", "muted", ":joined"),
    ],
)
def test_coming_and_going(was: str, is_: str, command: str | None) -> None:
    muted = {"status": "restricted", **dict.fromkeys(MAY.split(), False), "until_date": 0}
    states = {
        "muted": {**muted, "is_member": True},
        "gone and muted": {**muted, "is_member": False},
    }
    change = {
        "chat": GROUP,
        "from": JANA,
        "date": 1800000000,
        "old_chat_member": {"user": BOT, **states.get(was, {"status": was})},
        "new_chat_member": {"user": BOT, **states.get(is_, {"status": is_})},
    }
    got = read({"my_chat_member": change})

    assert (got.command if got else None) == command


@pytest.mark.parametrize(
    ("chat", "said"),
    [
        ({**GROUP, "type": "group"}, {"migrate_to_chat_id": -100200}),
        ({**GROUP, "id": -100200}, {"migrate_from_chat_id": -1001}),
    ],
    ids=["the old one", "the new one"],
)
def test_a_group_that_becomes_a_supergroup_has_moved(
    chat: dict[str, Any], said: dict[str, Any]
) -> None:
    got = read({"message": {**message("", chat), "text": None, **said}})

    assert got is not None
    assert (got.command, got.chat, got.arguments) == (
        ":moved",
        "telegram:-1001",
        "telegram:-100200",
    )


def test_inline_and_guest_questions_are_fleeting_and_public() -> None:
    inline = {"id": "i9", "from": JANA, "query": " Kdy je seminář? ", "offset": ""}
    guest = message("@cscc_bot kdy?", guest_query_id="g9", entities=mention("@cscc_bot"))
    everyone = frozenset({-1001})

    asked = [
        read({"inline_query": inline}, members=everyone),
        read({"guest_message": guest}, members=everyone),
    ]

    assert [(m.address, m.text, m.fleeting, m.audience) for m in asked if m] == [
        ("telegram:inline/i9", "Kdy je seminář?", True, "public"),
        ("telegram:guest/g9", "kdy?", True, "public"),
    ]
    assert read({"inline_query": {**inline, "query": " "}}) is None


def test_a_guest_may_be_asked_about_what_it_is_mentioned_under_and_by_a_channel() -> None:
    said = message("@cscc_bot", guest_query_id="g9", entities=mention("@cscc_bot"))
    about = message("Kdy je seminář?") | {"message_id": 4}
    hidden = {"id": 136817688, "is_bot": True, "first_name": "Channel"}

    under = read({"guest_message": {**said, "reply_to_message": about}})
    channel = read({"guest_message": {**said, "from": hidden, "sender_chat": CHANNEL}})
    bot = read({"guest_message": {**said, "from": hidden}})

    assert under is not None
    assert (under.text, under.quoted, under.chat) == ("", "Kdy je seminář?", "telegram:guest:7")
    assert channel is not None
    assert (channel.author, channel.chat) == ("telegram:-1009", "telegram:guest:-1009")
    assert bot is None


def test_what_no_database_takes_is_taken_out() -> None:
    got = read({"message": message("a\x00b\ud800c", DIRECT)})

    assert got is not None
    assert got.text == "ab\ufffdc"


PHOTO = {"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}
PLACE = {"latitude": 50.1, "longitude": 14.4, "live_period": 900}


def test_of_an_album_only_the_picture_with_words_is_heard() -> None:
    album = {"text": None, "photo": [PHOTO], "media_group_id": "7"}
    silent = {**message("", DIRECT), **album}

    said = read({"message": {**silent, "caption": "Co je na obrázku?"}})

    assert read({"message": silent}) is None
    assert said is not None
    assert said.text == "Co je na obrázku?"


def test_who_moves_on_the_map_does_not_ask_each_time() -> None:
    moving = {**message("", DIRECT), "text": None, "location": PLACE}

    assert read({"message": moving}) is not None
    assert read({"edited_message": {**moving, "edit_date": 1800000060}}) is None


@pytest.mark.parametrize("chat", [DIRECT, CHANNEL], ids=["direct", "channel"])
def test_it_introduces_itself_in_groups_alone(chat: dict[str, Any]) -> None:
    out, in_ = ({"user": ME.to_dict(), "status": status} for status in ("left", "member"))
    change = {"chat": chat, "from": JANA, "date": 1800000000}

    joined = {**change, "old_chat_member": out, "new_chat_member": in_}
    left = {**change, "old_chat_member": in_, "new_chat_member": out}

    assert read({"my_chat_member": joined}) is None
    gone = read({"my_chat_member": left})
    assert gone is not None
    assert gone.command == ":left"
