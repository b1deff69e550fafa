"""Who may read what members may, and who administers a chat, in Telegram."""

from __future__ import annotations

import pytest

from bot.messages import Reply, ReplyKind, Undeliverable
from tests.bot.platforms.telegram_server import GROUP, TelegramServer
from tests.bot.platforms.telegram_world import answered, platform, says


async def test_people_of_a_members_chat_read_the_same_in_their_direct_chat(
    server: TelegramServer,
) -> None:
    server.statuses[-1007, 7] = "member"
    server.says("Kdy?")
    server.says("A kde?")

    assistant = await answered(server, members=("-1007", "nonsense"))

    assert [message.audience for message in assistant.got] == ["members", "members"]
    assert len(server.sent("getChatMember")) == 1


async def test_a_members_chat_that_becomes_a_supergroup_stays_one(server: TelegramServer) -> None:
    old, new = {"id": -42, "type": "group", "title": "Členové"}, {**GROUP, "id": -10042}
    server.says("", old, migrate_to_chat_id=-10042)
    server.says("/help", new)

    assistant = await answered(server, members=("-42",))

    assert [(m.chat, m.audience) for m in assistant.got] == [
        ("telegram:-42", "members"),
        ("telegram:-10042", "members"),
    ]


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


async def test_who_writes_as_a_chat_is_no_person(server: TelegramServer) -> None:
    group, channel = "telegram:-1007", "telegram:-1009"
    made = platform(server)

    assert [made.direct(author) for author in ("telegram:7", group, channel)] == [
        "telegram:7",
        "",
        "",
    ]
    assert await made.is_admin(group, group) is True  # only its administrators write as a group
    assert await made.is_admin(channel, group) is False
    assert server.sent("getChatMember") == []
    await made.close()


async def test_nobody_asks_whether_a_group_is_a_member(server: TelegramServer) -> None:
    server.says("/help", GROUP, sender_chat=GROUP)

    assistant = await answered(server, members=("-1008",))

    assert [(m.author, m.audience) for m in assistant.got] == [("telegram:-1007", "public")]
    assert server.sent("getChatMember") == []


async def test_what_is_for_the_asker_alone_does_not_go_to_the_chat_they_write_as(
    server: TelegramServer,
) -> None:
    channel = {"id": -1009, "type": "channel", "title": "Kanál"}
    server.says("/help", GROUP, sender_chat=channel)

    assistant = await answered(server, says(Reply(text="jen vám", kind=ReplyKind.PRIVATE)))

    assert [type(error) for error in assistant.errors] == [Undeliverable]
    assert server.chats == {}
