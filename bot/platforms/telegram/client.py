"""The bot's connection to the Bot API, kept from telling the token or what people wrote."""

from __future__ import annotations

import json
import logging
import warnings
from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from bot.settings import TelegramSettings

__all__ = ["Client", "make_client"]

#: Seconds that Telegram may hold a request for updates open.
POLL_TIMEOUT = 25
#: Seconds; shorter than the lease of a post in the outbox.
CONNECT_TIMEOUT, READ_TIMEOUT, WRITE_TIMEOUT, POOL_TIMEOUT = 5.0, 20.0, 10.0, 10.0


class _Request(HTTPXRequest):
    """Reads answers without logging them: PTB writes a page that is not JSON to the log."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


class Client(Bot):
    """PTB's bot, with updates as they came."""

    async def raw_updates(self, offset: int, allowed: tuple[str, ...]) -> list[Any]:
        """Wait for updates from `offset` on. That confirms all before it.

        Not `get_updates`: one update that PTB cannot read would hide all that came with it.
        """
        updates = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": POLL_TIMEOUT, "allowed_updates": list(allowed)},
            read_timeout=POLL_TIMEOUT + READ_TIMEOUT,
        )
        return updates if isinstance(updates, list) else []

    async def look_at(self, chat_id: int) -> tuple[str, bool]:
        """Return what sort of chat it is, and whether everybody in it may write.

        Not `get_chat`: PTB wants all of the many things that a chat can have.
        """
        chat: Any = await self._post("getChat", {"chat_id": chat_id})
        rights = chat.get("permissions") or {}
        return str(chat.get("type", "")), rights.get("can_send_messages") is not False

    async def close_connections(self) -> None:
        """Close what is open; PTB's `shutdown` does so only after its `initialize`."""
        for request in self._request:
            await request.shutdown()


def make_client(settings: TelegramSettings) -> Client:
    """Return a client that is not connected yet.

    Raises:
        telegram.error.InvalidToken: the token is empty.
    """
    # httpx writes every address to its log, and the bot's addresses hold its token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # PTB warns of its own spans of time, also where it makes its own RetryAfter; `errors.seconds`
    # reads both kinds.
    warnings.filterwarnings("ignore", ".*datetime.timedelta", PTBDeprecationWarning)
    api = settings.api_url.rstrip("/")
    token = settings.bot_token.get_secret_value().strip() if settings.bot_token else ""
    return Client(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=_request(64),
        get_updates_request=_request(2),
    )


def _request(connections: int) -> _Request:
    return _Request(
        connection_pool_size=connections,
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        write_timeout=WRITE_TIMEOUT,
        pool_timeout=POOL_TIMEOUT,
    )
