"""Telegram as a platform of the assistant's."""

from __future__ import annotations

import asyncio
import logging
import time as clocks
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import BotCommand, User
from telegram.error import InvalidToken, TelegramError

from bot.commands import NAMES
from bot.errors import CommandError
from bot.limits import Limiter
from bot.messages import (
    Accept,
    CannotLook,
    DeliveryError,
    Message,
    MessageKind,
    Note,
    Reply,
    Responder,
    Undeliverable,
    unnoted,
)
from bot.platforms import Finding
from bot.platforms.telegram.addresses import chat_of, place, query_of
from bot.platforms.telegram.checks import HOPELESS, check_chat, check_setup
from bot.platforms.telegram.client import Client, make_client
from bot.platforms.telegram.errors import Refused, translated
from bot.platforms.telegram.membership import Membership
from bot.platforms.telegram.outgoing import split
from bot.platforms.telegram.posting import OVERALL, Poster, fits_under_file, rates
from bot.platforms.telegram.presence import Presence
from bot.platforms.telegram.queries import GuestResponder, InlineResponder
from bot.platforms.telegram.receiving import (
    NOT_ACCEPTED,
    WEBHOOK_PATH,
    NotTaken,
    Receiver,
    Webhook,
)
from bot.platforms.telegram.responder import ChatResponder, Desk
from bot.platforms.telegram.taking import Taker
from bot.platforms.telegram.writing import Trace
from bot.settings import TelegramSettings

__all__ = ["TelegramPlatform"]

logger = logging.getLogger(__name__)

#: The commands of a language as (name, description), for Telegram's menu.
Menu = Callable[[str], Sequence[tuple[str, str]]]
#: Seconds before Telegram is asked again who administers a chat.
ASKED_AGAIN = (0.5, 1.5)
#: Languages of Telegram's clients -> the language of the menu they get; "" are all others.
MENU_LANGUAGES = {"": "en", "cs": "cs", "sk": "cs"}


class TelegramPlatform:
    """Private chats, groups, topics and channels of one bot."""

    name = "telegram"

    def __init__(
        self,
        settings: TelegramSettings,
        *,
        clock: Callable[[], datetime],
        menu: Menu | None = None,
        time: Callable[[], float] = clocks.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._menu = menu
        self._time = time
        self._sleep = sleep
        self._me: User | None = None
        self._asked_name = False
        self._taker: Taker | None = None
        #: Traces of replies whose processes died, by the messages' ids.
        self._left: dict[str, Trace] = {}
        self._webhook = Webhook(settings, self._take)
        #: Routes for the web server; Telegram calls this one where a webhook is set.
        self.routes = [Route(WEBHOOK_PATH, self._call_in, methods=["POST"])]

    @cached_property
    def _client(self) -> Client:
        return make_client(self._settings)

    @cached_property
    def _limiter(self) -> Limiter:
        return Limiter(OVERALL, rates, time=self._time, sleep=self._sleep)

    @cached_property
    def _poster(self) -> Poster:
        return Poster(self._client, self._limiter)

    @cached_property
    def _presence(self) -> Presence:
        return Presence(self._poster, time=self._time, sleep=self._sleep)

    @cached_property
    def _receiver(self) -> Receiver:
        return Receiver(self._client, self._settings, time=self._time, sleep=self._sleep)

    @cached_property
    def _membership(self) -> Membership:
        return Membership(self._client, self._settings.members, time=self._time)

    @property
    def connected(self) -> bool:
        """Whether messages can come in now."""
        return self._receiver.connected

    @property
    def problem(self) -> str:
        """What keeps messages from coming in, as one sentence for the operator; "" if nothing."""
        return self._receiver.problem

    async def run(self, accept: Accept) -> None:
        """Receive messages until cancelled; reconnects by itself.

        Raises:
            CommandError: Telegram refuses the token.
        """
        await self._receiver.persist(self._introduce)
        self._taker = taker = self._make_taker(accept)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._presence.run())
                tasks.create_task(self._receive(taker))
        finally:
            self._taker, self._webhook.open, self._receiver.connected = None, False, False
            taker.close()

    def responder(self, message: Message, note: Note = unnoted) -> Responder:
        """Return where the answer to this message is shown."""
        if query := query_of(message.address, "inline"):
            return InlineResponder(self._client, query, message.text)
        if query := query_of(message.address, "guest"):
            return GuestResponder(self._client, query)
        if message.ref and message.kind is not MessageKind.BUTTON:
            self._poster.note(place(message.chat).chat_id, int(message.ref))
        if (left := Trace.load(message.begun)) != Trace():
            self._left[message.id] = left
        desk = Desk(
            poster=self._poster,
            presence=self._presence,
            limiter=self._limiter,
            deep_link=self.deep_link,
            sleep=self._sleep,
        )
        return ChatResponder(message, desk, note)

    async def slot(self, address: str, *, urgent: bool) -> None:
        """Wait until Telegram's limits allow one more message there."""
        await self._learn_name()
        await self._limiter.slot(chat_of(address), urgent=urgent)

    async def send(
        self,
        address: str,
        reply: Reply,
        *,
        key: str = "",  # noqa: ARG002 -- Telegram keeps nothing with a message
        reply_to: str = "",
    ) -> str:
        """Post once; the turns of the second and further messages are taken here."""
        where, texts, sent = place(address), await split(reply), list[str]()
        if len(reply.files) == 1 and len(texts) == 1 and fits_under_file(texts[0]):
            return await self._poster.send_file(
                where, reply.files[0], texts[0], reply_to=_first(reply_to)
            )
        try:
            for part in texts:
                if sent:
                    await self.slot(address, urgent=False)
                answered = "" if sent else _first(reply_to)
                post = partial(self._poster.send, where, part, reply_to=answered)
                sent.append(await self._poster.once(where, post))
            for file in reply.files:
                await self.slot(address, urgent=False)
                sent.append(await self._poster.send_file(where, file, None))
        except DeliveryError as error:
            if not sent:
                raise
            raise DeliveryError(
                "a part has arrived", retry_after=error.retry_after, certain=False
            ) from error
        return ",".join(sent)

    async def edit(self, address: str, ref: str, reply: Reply) -> None:
        """Change what was posted; what is longer now goes on in new messages."""
        where, texts = place(address), await split(reply)
        old = ref.split(",")
        for number, part in enumerate(texts):
            if number:
                await self.slot(address, urgent=False)
            if number < len(old):
                await self._poster.edit(where, old[number], part)
            else:
                await self._poster.send(where, part)
        for gone in old[len(texts) :]:
            try:
                await self._poster.delete(where, gone)
            except Refused as refusal:
                logger.info("A message could not be removed: %s", refusal)

    async def find(self, address: str, key: str, since: datetime) -> str | None:  # noqa: ARG002
        """Return the ids of a reply that a process had posted whole before it died.

        A bot cannot read what it has posted, only look for what it left a trace of.

        Raises:
            CannotLook: there is no trace. DeliveryError, Undeliverable.
        """
        if key not in self._left:
            raise CannotLook("Telegram does not let a bot read what it has posted")
        left = self._left[key]
        refs = await left.messages(self._poster)
        del self._left[key]
        logger.info("Of a reply of %s messages, %s were posted.", left.count or "some", len(refs))
        if len(refs) != left.count:
            return None
        # Numbers of another chat, that of whoever asked, would be taken for messages of this one.
        return ",".join(refs) if chat_of(left.where) == chat_of(address) else ""

    def direct(self, author: str) -> str:
        """Return the address of the direct chat with a person: it has the person's own id.

        "" for somebody who writes as a group or a channel.
        """
        return author if place(author).is_direct else ""

    def deep_link(self, payload: str) -> str:
        """Return the address that opens the direct chat with `/start payload`; "" if unknown."""
        name = self._me.username if self._me else None
        return f"https://t.me/{name}?start={payload}" if name else ""

    async def hindrance(self, address: str) -> str:  # noqa: ARG002 -- nothing does
        """Return "": only where it is a member is the assistant spoken to."""
        return ""

    async def is_admin(self, author: str, chat: str) -> bool:
        """Whether this person may change the chat's settings; nobody may while that is unknown."""
        if author == chat_of(chat):  # their own direct chat, or an anonymous administrator
            return True
        if not self.direct(author):
            return False
        for pause in (*ASKED_AGAIN, None):
            try:
                with translated():
                    member = await self._client.member(place(chat).chat_id, place(author).chat_id)
            except (DeliveryError, Undeliverable) as error:
                logger.warning("Telegram did not say who administers %s: %s", chat, error)
                if pause is None or isinstance(error, Undeliverable):
                    return False
                await self._sleep(pause)
            else:
                return member.is_admin
        return False

    async def check(self, addresses: Sequence[str] = ()) -> list[Finding]:
        """Look at the token, privacy mode, the webhook and the chats it is to post in."""
        found = await check_setup(self._client, self._settings)
        if any(finding.key in HOPELESS for finding in found):
            return found
        ours = {place(a).chat_id for a in addresses if a.startswith(f"{self.name}:")}
        for chat in sorted(ours | self._membership.chats):
            found += await check_chat(self._client, chat)
        return found

    async def check_chat(self, address: str, *, hears_all: bool = False) -> list[Finding]:
        """Look whether the bot can post there and, if it is to, hear all that is said."""
        return await check_chat(self._client, place(address).chat_id, hears_all=hears_all)

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if "_client" in self.__dict__:
            await self._client.close_connections()

    async def _learn_name(self) -> None:
        """Know the bot's name for deep links, also where nothing is received (`run` learns it)."""
        if self._me is not None or self._asked_name:
            return
        self._asked_name = True
        try:
            self._me = await self._client.get_me()
        except TelegramError as error:
            logger.warning("Telegram did not say the bot's name: %s", type(error).__name__)

    def _make_taker(self, accept: Accept) -> Taker:
        assert self._me is not None, "introduced"
        return Taker(
            self._client,
            accept,
            me=self._me,
            commands=NAMES,
            membership=self._membership,
            poster=self._poster,
            presence=self._presence,
            clock=self._clock,
            sleep=self._sleep,
        )

    async def _receive(self, taker: Taker) -> None:
        if self._settings.webhook_url:
            self._webhook.open = True
            await self._receiver.serve()
        else:
            await self._receiver.poll(taker.take)

    async def _introduce(self) -> None:
        """Learn who we are, and tell Telegram what we understand."""
        try:
            self._me = await self._client.get_me()
        except InvalidToken as error:
            raise CommandError(NOT_ACCEPTED) from error
        logger.info("Telegram: connected as @%s.", self._me.username)
        if self._menu:
            await self._show_menu(self._menu)

    async def _show_menu(self, menu: Menu) -> None:
        try:
            for language, ours in MENU_LANGUAGES.items():
                commands = [BotCommand(name, text) for name, text in menu(ours)]
                await self._client.set_my_commands(commands, language_code=language or None)
        except TelegramError as error:  # a menu is a convenience
            logger.warning("Telegram: the menu of commands was not taken (%s).", error.message)

    async def _call_in(self, request: Request) -> Response:
        return await self._webhook(request)

    async def _take(self, update: Any) -> None:
        """Hand one update that Telegram called in with to the assistant. Raises NotTaken."""
        if self._taker is None:
            raise NotTaken
        await self._taker.take([update])


def _first(ref: str) -> str:
    """Return the first message of several that were posted as one."""
    return ref.partition(",")[0]
