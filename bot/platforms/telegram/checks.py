"""What `cscc doctor` looks at in Telegram; each finding's phrase says what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from telegram.constants import ChatType
from telegram.error import InvalidToken, TelegramError

from bot.messages import DeliveryError, Undeliverable
from bot.platforms import Finding
from bot.platforms.telegram.addresses import address
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.receiving import WEBHOOK_PATH, webhook_url
from bot.settings import TelegramSettings

__all__ = ["HOPELESS", "check_chat", "check_setup"]

#: After one of these nothing else can be found out.
HOPELESS = ("telegram.token_refused", "telegram.unreachable")


async def check_setup(bot: Client, settings: TelegramSettings) -> list[Finding]:
    """Look at what holds for the bot as a whole."""
    try:
        me = await bot.get_me()
        webhook = await _check_webhook(bot, settings)
    except InvalidToken:
        return [_bad("telegram.token_refused")]
    except TelegramError as error:
        return [_bad("telegram.unreachable", reason=type(error).__name__, url=settings.api_url)]
    hears_all = bool(me.can_read_all_group_messages)
    privacy = "telegram.privacy_off" if hears_all else "telegram.privacy_on"
    return [_good("telegram.token", name=f"@{me.username}"), _good(privacy), webhook]


async def check_chat(bot: Client, chat_id: int, *, hears_all: bool = False) -> list[Finding]:
    """Look whether the bot can post in a chat and, if it is to, hear all that is said there."""
    chat = address(chat_id)
    try:
        with translated():
            me = await bot.get_me()
            kind, everybody_writes = await bot.look_at(chat_id)
            if kind == ChatType.PRIVATE:
                return [_good("telegram.in_chat", chat=chat)]
            ourselves = await bot.member(chat_id, me.id)
    except Undeliverable:
        return [_bad("telegram.not_in_chat", chat=chat)]
    except DeliveryError as error:
        if isinstance(error.__cause__, InvalidToken):
            return []  # said once, for the bot as a whole
        return [_bad("telegram.unreachable", reason=str(error), url=chat)]
    if kind == ChatType.CHANNEL and not ourselves.can_post:
        return [_bad("telegram.cannot_post", chat=chat)]
    if not ourselves.is_member:
        return [_bad("telegram.not_in_chat", chat=chat)]
    may_send = everybody_writes if ourselves.can_send is None else ourselves.can_send
    if not (ourselves.is_admin or may_send):
        return [_bad("telegram.cannot_write", chat=chat)]
    if hears_all and not me.can_read_all_group_messages and not ourselves.is_admin:
        return [_bad("telegram.privacy_blocks", chat=chat)]
    return [_good("telegram.in_chat", chat=chat)]


async def _check_webhook(bot: Client, settings: TelegramSettings) -> Finding:
    info = await bot.get_webhook_info()
    host = urlsplit(info.url).hostname or ""
    if not settings.webhook_url:
        if info.url:
            return _bad("telegram.webhook_while_polling", host=host)
        return _good("telegram.polling")
    wanted = webhook_url(settings)
    if not info.url:
        return _good("telegram.webhook_unset", url=wanted)
    if info.url != wanted:
        return _bad("telegram.webhook_elsewhere", host=host, url=wanted)
    if info.last_error_message and info.pending_update_count:
        reason, waiting = info.last_error_message, info.pending_update_count
        path = urlsplit(wanted).path
        if path != WEBHOOK_PATH:
            return _bad("telegram.webhook_path", reason=reason, path=path, ours=WEBHOOK_PATH)
        return _bad("telegram.webhook_failing", reason=reason, n=waiting)
    return _good("telegram.webhook", host=host)


def _good(key: str, **values: object) -> Finding:
    return Finding(ok=True, key=key, values=values)


def _bad(key: str, **values: object) -> Finding:
    return Finding(ok=False, key=key, values=values)
