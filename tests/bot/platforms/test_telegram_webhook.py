"""Updates that Telegram brings by calling us."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.messages import Message
from tests.bot.platforms.telegram_server import TelegramServer
from tests.bot.platforms.telegram_world import Assistant, echo, platform, running


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
        [
            (b"{", 400),
            (b"\xff", 400),
            (b"[" * 10**5, 400),
            (b"[]", 200),
            (b'"x"', 200),
            (b"x" * 2**21, 413),
        ],
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
