"""How updates come in: by asking for them, or by Telegram calling our webhook.

Both ways confirm an update to Telegram only after it was taken, so none is lost by a crash; what
comes twice is known by its id.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from telegram import WebhookInfo
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.platforms.telegram.client import Client
from bot.platforms.telegram.errors import reason, seconds
from bot.platforms.telegram.incoming import ALLOWED_UPDATES
from bot.settings import TelegramSettings

__all__ = [
    "NOT_ACCEPTED",
    "WEBHOOK_PATH",
    "NotTaken",
    "Receiver",
    "Webhook",
    "webhook_secret",
    "webhook_url",
]

logger = logging.getLogger(__name__)

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- a header's name
#: Bytes; Telegram's updates are far smaller.
LARGEST_UPDATE = 1024 * 1024
#: Seconds before a new try: first, then twice as long each time, up to the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
#: Seconds; a request for updates that brought nothing new sooner was not held open.
SHORTEST_POLL = 1.0
#: Seconds between two looks at how Telegram gets along with our webhook.
WEBHOOK_LOOK = 300.0

NOT_ACCEPTED = (
    "Telegram refuses the bot token. Set TELEGRAM_BOT_TOKEN to the one that @BotFather shows "
    "(/mybots, the bot, API Token)."
)

Take = Callable[[Any], Awaitable[None]]
TakeAll = Callable[[list[Any]], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


class NotTaken(Exception):
    """An update could not be stored; Telegram must give it again."""


class Receiver:
    """Keeps the way open by which updates come in, and knows how it is."""

    def __init__(
        self,
        client: Client,
        settings: TelegramSettings,
        *,
        time: Callable[[], float],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._settings = settings
        self._time = time
        self._sleep = sleep
        self._wait = FIRST_WAIT
        self.connected = False
        #: What is wrong, as one sentence for the operator; "" while all is well.
        self.problem = ""

    async def poll(self, take: TakeAll) -> None:
        """Ask for updates until cancelled."""
        await self.persist(self._end_webhook)
        self.is_well()  # the first request for updates may be answered only half a minute later
        offset, last = 0, list[int]()
        while True:
            began = self._time()
            try:
                updates = await self._client.raw_updates(offset, ALLOWED_UPDATES)
                self.is_well()
                await take(updates)
            except NotTaken:
                await self.pause()
                continue
            except TelegramError as error:
                await self.fails(error)
                continue
            given = [number for update in updates if (number := _id(update)) is not None]
            if given == last and self._time() - began < SHORTEST_POLL:
                await self.pause()  # nothing came, and was not waited for either
            # Not the highest ever: after a week of silence Telegram goes on at another number.
            offset, last = max((number + 1 for number in given), default=offset), given

    async def serve(self) -> None:
        """Have Telegram call our webhook, and look after it, until cancelled."""
        while True:
            await self.persist(self._set_webhook)
            self.is_well()
            await self._sleep(WEBHOOK_LOOK)
            await self.persist(self._look_at_webhook)

    async def persist(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do something at Telegram, again and again until it works."""
        while True:
            try:
                await step()
            except TelegramError as error:
                await self.fails(error)
            else:
                return

    def is_well(self) -> None:
        """Note that Telegram answered."""
        if self.problem:
            logger.info("Telegram: connected again.")
        self.connected, self.problem, self._wait = True, "", FIRST_WAIT

    async def fails(self, error: TelegramError) -> None:
        """Say what is wrong, once, and wait before the next try."""
        self.connected = False
        problem = _said(error)
        if problem != self.problem:
            logger.error("%s", problem)
        self.problem = problem
        if isinstance(error, RetryAfter):
            await self._sleep(seconds(error))
        else:
            await self.pause()

    async def pause(self) -> None:
        """Wait, longer each time in a row."""
        await self._sleep(self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT)

    async def _end_webhook(self) -> None:
        """Before polling: Telegram does not answer it while a webhook is set."""
        info = await self._client.get_webhook_info()
        if info.url:
            host = urlsplit(info.url).hostname
            logger.warning("Telegram: the webhook to %s is ended, since updates are polled.", host)
            await self._client.delete_webhook()

    async def _set_webhook(self) -> None:
        url, info = webhook_url(self._settings), await self._client.get_webhook_info()
        if info.url != url or set(info.allowed_updates or ()) != set(ALLOWED_UPDATES):
            logger.info("Telegram: it will call %s.", url)
        # Set again even where it is set: the secret cannot be asked for.
        await self._client.set_webhook(
            url,
            secret_token=webhook_secret(self._settings),
            allowed_updates=list(ALLOWED_UPDATES),
        )

    async def _look_at_webhook(self) -> None:
        info: WebhookInfo = await self._client.get_webhook_info()
        if info.last_error_message and info.pending_update_count:
            logger.warning(
                "Telegram cannot reach the webhook (%s); %s updates wait.",
                info.last_error_message,
                info.pending_update_count,
            )


class Webhook:
    """What Telegram calls."""

    def __init__(self, settings: TelegramSettings, take: Take) -> None:
        self._secret = webhook_secret(settings).encode()
        self._take = take
        #: Nothing is taken before the rest of the bot is there.
        self.open = False

    async def __call__(self, request: Request) -> Response:
        """Take one update; 200 means that it is stored."""
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return PlainTextResponse("wrong secret", 403)
        if not self.open:
            return PlainTextResponse("not yet", 503)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_UPDATE:
                return PlainTextResponse("too large", 413)
        try:
            await self._take(json.loads(body))
        except (ValueError, RecursionError):
            return PlainTextResponse("not JSON", 400)
        except NotTaken:
            return PlainTextResponse("not stored", 500)
        return PlainTextResponse("ok")


def webhook_url(settings: TelegramSettings) -> str:
    """Return the address that Telegram is to call; a bare host gets our path."""
    url = settings.webhook_url
    return url.rstrip("/") + WEBHOOK_PATH if urlsplit(url).path in ("", "/") else url


def webhook_secret(settings: TelegramSettings) -> str:
    """Return the configured secret, or one that all processes with this token agree on."""
    if settings.webhook_secret:
        return settings.webhook_secret.get_secret_value()
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    return hmac.new(token.encode(), webhook_url(settings).encode(), sha256).hexdigest()


def _id(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None


def _said(error: TelegramError) -> str:
    """Say for the operator what is wrong; never the error's own text for a refused token."""
    if isinstance(error, InvalidToken):
        return NOT_ACCEPTED
    if isinstance(error, Conflict):
        if "webhook" in error.message.lower():
            return (
                "Telegram: somebody has set a webhook for this bot, so updates cannot be polled. "
                "End it with deleteWebhook, or set TELEGRAM_WEBHOOK_URL here."
            )
        return "Telegram: another process receives updates with this token. Stop it: only one may."
    if isinstance(error, BadRequest):
        return f"Telegram refuses the settings: {error.message}. See docs/telegram.md."
    return f"Telegram cannot be reached ({reason(error)}); trying again."
