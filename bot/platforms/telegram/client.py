"""The bot's connection to the Bot API, kept from telling the token or what people wrote."""

from __future__ import annotations

import json
import logging
import warnings
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from bot.settings import TelegramSettings

__all__ = ["Client", "Member", "make_client"]

#: Methods that post something, and that change what was posted.
_POSTING, _CHANGING = ("sendMessage", "sendDocument"), ("editMessageText", "editMessageCaption")
_IN = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER)

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
        if not isinstance(answer, dict) or (answer.get("ok") and "result" not in answer):
            raise TelegramError("Invalid server response")
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What somebody is in a chat, and may do there; None where nothing is said of it."""

    status: str
    is_member: bool
    can_post: bool | None = None
    can_send: bool | None = None

    @property
    def is_admin(self) -> bool:
        """Whether the chat is theirs to set up."""
        return self.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class Client(Bot):
    """PTB's bot, with updates as they came.

    Of what it gets as answers it reads what is needed here alone: a message that was posted comes
    with the one that it answers, in which there may be what PTB does not know yet.
    """

    async def _do_post(self, endpoint: str, data: dict[str, Any], **timeouts: Any) -> Any:
        result = await super()._do_post(endpoint, data, **timeouts)
        if endpoint in _CHANGING:
            return True
        if endpoint not in _POSTING:
            return result
        number = result.get("message_id") if isinstance(result, dict) else None
        if not isinstance(number, int):
            raise TelegramError("Invalid server response")
        return {"message_id": number, "date": 0, "chat": {"id": 0, "type": ChatType.PRIVATE}}

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

    async def member(self, chat_id: int, person: int, **timeouts: Any) -> Member:
        """Return what somebody is in a chat."""
        query: dict[str, Any] = {"chat_id": chat_id, "user_id": person}
        found: Any = await self._post("getChatMember", query, **timeouts)
        status = str(found.get("status", "")) if isinstance(found, dict) else ""
        if not status:
            raise TelegramError("Invalid server response")
        return Member(
            status=status,
            is_member=status in _IN or bool(found.get("is_member")),
            can_post=found.get("can_post_messages"),
            can_send=found.get("can_send_messages"),
        )

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
