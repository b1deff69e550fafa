"""Updates on their way to the assistant: read, looked at, stored."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Coroutine
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import ChatMemberUpdated, Update, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.messages import Accept, DeliveryError, Message, Undeliverable
from bot.platforms.telegram.addresses import address, place, query_of
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.errors import translated
from bot.platforms.telegram.incoming import MOVED, Reader, comes
from bot.platforms.telegram.membership import Membership
from bot.platforms.telegram.mending import essentials
from bot.platforms.telegram.posting import Poster
from bot.platforms.telegram.presence import Presence
from bot.platforms.telegram.receiving import NotTaken

__all__ = ["Taker"]

logger = logging.getLogger(__name__)

#: Seconds somebody must stop typing "@bot question" before it is answered.
TYPING_PAUSE = 0.7
#: Seconds for which Telegram need not ask again what a bare "@bot" offers.
EMPTY_CACHE_TIME = 300
#: Changed messages that are remembered.
REMEMBERED = 1000
#: What reading a malformed update can raise.
_MALFORMED = (TelegramError, KeyError, TypeError, ValueError, AttributeError, OverflowError)
#: What passes by itself: the database is away, or busy for too long.
_PASSING = (SQLAlchemyError, OSError)


class Taker:
    """Hands what comes in to the assistant, once we know who we are."""

    def __init__(
        self,
        client: Client,
        accept: Accept,
        *,
        me: User,
        commands: Collection[str],
        membership: Membership,
        poster: Poster,
        presence: Presence,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._client = client
        self._accept = accept
        self._reader = Reader(me=me, members=membership.chats, commands=commands)
        self._membership = membership
        self._poster = poster
        self._presence = presence
        self._clock = clock
        self._sleep = sleep
        #: What was stored of updates that Telegram will give again, since others could not be.
        self._stored: set[str] = set()
        #: Chats and numbers of messages that were changed lately, in order.
        self._changed: OrderedDict[tuple[str, str], None] = OrderedDict()
        #: The last query of each person who types "@bot question".
        self._typed: dict[str, str] = {}
        self._typing: set[asyncio.Task[None]] = set()

    async def take(self, updates: list[Any]) -> None:
        """Hand updates to the assistant: those of a chat in order, chats at the same time.

        Raises:
            NotTaken: not all of them could be stored.
        """
        chats: dict[str, list[Message]] = {}
        for raw in updates:
            if message := self._read(raw):
                chats.setdefault(message.chat, []).append(message)
        taken = await asyncio.gather(*map(self._take_in_order, chats.values()))
        if not all(taken):
            raise NotTaken
        self._stored.clear()

    def close(self) -> None:
        """Forget who is still typing."""
        for task in self._typing:
            task.cancel()

    def _read(self, raw: Any) -> Message | None:
        """Return what an update says; where it cannot be read whole, what of it can be."""
        for given in (raw, essentials(raw)):
            try:
                return self._understand(Update.de_json(given, self._client))
            except _MALFORMED as error:
                logger.warning("Telegram: an update could not be read (%s).", type(error).__name__)
        return None

    def _understand(self, update: Update | None) -> Message | None:
        if update is None:
            return None
        if update.my_chat_member:
            _tell_number(update.my_chat_member)
        if update.inline_query and not update.inline_query.query.strip():
            self._begin(self._offer_nothing(update.inline_query.id))
        message = self._reader.read(update, self._clock())
        if message and message.command == MOVED:  # before what is said there is read
            self._membership.follow(place(message.chat).chat_id, place(message.arguments).chat_id)
        return None if message and self._is_overtaken(message) else message

    def _is_overtaken(self, message: Message) -> bool:
        """Whether what somebody has changed since comes only now: Telegram repeats what it lost."""
        key = (message.chat, message.ref)
        if message.edited and message.addressed:
            self._changed[key] = None
            if len(self._changed) > REMEMBERED:
                self._changed.popitem(last=False)
        return key in self._changed and not message.edited and not message.ticket

    async def _take_in_order(self, messages: list[Message]) -> bool:
        """Store the messages of one chat; tell whether all of them were."""
        for message in messages:
            if message.id in self._stored:
                continue
            if not await self._is_done(message, self._take_message(message)):
                return False
            self._stored.add(message.id)
        return True

    async def _is_done(self, message: Message, step: Coroutine[Any, Any, None]) -> bool:
        """Do what a message needs; tell whether it is not to be given again."""
        done = asyncio.ensure_future(step)
        await asyncio.wait({done})
        failed = done.exception()
        if failed is not None and not isinstance(failed, NotTaken):
            # Given again it would fail again, and keep all others waiting behind it.
            logger.error("The message %s is passed over.", message.id, exc_info=failed)
        return not isinstance(failed, NotTaken)

    async def _take_message(self, message: Message) -> None:
        if query_of(message.address, "inline"):
            self._take_typed(message)
            return
        if message.ticket:
            self._presence.watch(message.ticket)
        elif message.ref:
            self._poster.note(place(message.chat).chat_id, int(message.ref))
        await self._store(await self._membership.admit(message))

    async def _store(self, message: Message) -> None:
        try:
            await self._accept(message)
        except _PASSING as error:
            logger.warning("The message %s could not be stored: %s", message.id, error)
            raise NotTaken from error

    def _take_typed(self, message: Message) -> None:
        """Answer "@bot question" once its author stops typing: each key brings a query."""
        self._typed[message.author] = message.id
        self._begin(self._store_typed(message))

    def _begin(self, step: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(step)
        self._typing.add(task)
        task.add_done_callback(self._typing.discard)

    async def _offer_nothing(self, query_id: str) -> None:
        """Answer a bare "@bot": else the client shows for a while that it waits."""
        try:
            with translated():
                await self._client.answer_inline_query(query_id, [], cache_time=EMPTY_CACHE_TIME)
        except (DeliveryError, Undeliverable) as error:
            logger.info("An empty query could not be answered: %s", error)

    async def _store_typed(self, message: Message) -> None:
        await self._sleep(TYPING_PAUSE)
        if self._typed.get(message.author) != message.id:
            return
        del self._typed[message.author]
        # What could not be stored is lost: whoever types will type on.
        await self._is_done(message, self._store(message))


def _tell_number(change: ChatMemberUpdated) -> None:
    """Tell the operator under which number the configuration may name a chat."""
    if change.chat.type != ChatType.PRIVATE and comes(change):
        logger.info("Telegram: added to %s as %s.", change.chat.title, address(change.chat.id))
