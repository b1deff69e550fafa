"""What tests of Slack and Telegram start from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.platforms.slack import SlackPlatform
from tests.bot.platforms.slack_server import SlackServer, slack_server
from tests.bot.platforms.slack_world import made
from tests.bot.platforms.telegram_server import TelegramServer, telegram_server


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        yield server


@pytest.fixture
async def platform(slack: SlackServer) -> AsyncIterator[SlackPlatform]:
    platform = made(slack)
    yield platform
    await platform.close()


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with telegram_server() as server:
        yield server
