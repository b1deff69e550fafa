"""Who may read what members may, and who administers a chat, in Telegram."""

from __future__ import annotations

import pytest

from tests.bot.platforms.telegram_server import TelegramServer
from tests.bot.platforms.telegram_world import answered, platform


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
