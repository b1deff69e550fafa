"""What a check of Telegram finds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.platforms.telegram_server import ME, TelegramServer
from tests.bot.platforms.telegram_world import platform


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
        server.webhook = {"url": ""}
        unset = await self.keys(server, webhook_url=url)
        other = "https://bot.example.cz/foo"
        server.webhook = {"url": other, "last_error_message": "404", "pending_update_count": 3}
        path = await self.keys(server, webhook_url=other)
        server.webhook = {"url": url, "last_error_message": "404", "pending_update_count": 3}
        failing = await self.keys(server, webhook_url=url)
        server.webhook = {"url": url}
        well = await self.keys(server, webhook_url=url)

        assert elsewhere[-1] == ("telegram.webhook_elsewhere", False)
        assert unset[-1] == ("telegram.webhook_unset", True)
        assert path[-1] == ("telegram.webhook_path", False)
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
            ("supergroup", "restricted", False, "telegram.cannot_write"),
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

    @pytest.mark.parametrize(
        ("status", "key"),
        [("member", "telegram.cannot_write"), ("administrator", "telegram.in_chat")],
    )
    async def test_where_only_administrators_write(
        self, server: TelegramServer, status: str, key: str
    ) -> None:
        server.types[-1007] = "supergroup"
        server.permissions = {"can_send_messages": False}
        server.statuses[-1007, ME["id"]] = status  # type: ignore[index]
        made = platform(server)
        found = await made.check_chat("telegram:-1007")
        await made.close()

        assert [finding.key for finding in found] == [key]
