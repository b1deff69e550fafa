"""Who may read what is for members: whoever is in a chat that is listed for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.messages import DeliveryError, Message, Undeliverable
from bot.platforms.telegram.addresses import place
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.errors import translated

__all__ = ["Membership"]

logger = logging.getLogger(__name__)

#: Seconds for which an answer of Telegram's about a person is believed.
BELIEVED = 300.0
#: People remembered.
REMEMBERED = 5000
#: Seconds Telegram may take to say; otherwise the person reads what is public.
PATIENCE = 3.0


class Membership:
    """Knows the chats for members and asks Telegram who is in them."""

    def __init__(self, bot: Client, chats: Sequence[str], *, time: Callable[[], float]) -> None:
        self.chats = set(_listed(chats))
        self._bot = bot
        self._time = time
        #: person -> (is a member, until when that is believed)
        self._known: dict[int, tuple[bool, float]] = {}

    def follow(self, old: int, new: int) -> None:
        """Note that a chat has another number now."""
        if old in self.chats:
            self.chats.add(new)

    async def admit(self, message: Message) -> Message:
        """Let people of those chats read what is for members in their direct chat, too."""
        public, person = message.audience == "public", place(message.author)
        alone = message.chat == message.author and person.is_direct and not message.fleeting
        if not self.chats or not public or not alone:
            return message
        if await self._is_member(person.chat_id):
            return replace(message, audience="members")
        return message

    async def _is_member(self, person: int) -> bool:
        known, until = self._known.get(person, (False, float("-inf")))
        if until > self._time():
            return known
        try:
            found = await self._ask(person)
        except (DeliveryError, Undeliverable) as error:
            logger.warning("Telegram did not say whether a person is a member: %s", error)
            return False
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[person] = found, self._time() + BELIEVED
        return found

    async def _ask(self, person: int) -> bool:
        for chat in sorted(self.chats):
            try:
                with translated():
                    member = await self._bot.member(
                        chat, person, connect_timeout=PATIENCE, read_timeout=PATIENCE
                    )
            except Undeliverable:  # nobody by that id there, or we are not there ourselves
                continue
            if member.is_member:
                return True
        return False


def _listed(chats: Sequence[str]) -> Iterator[int]:
    for chat in chats:
        try:
            yield place(chat).chat_id
        except Undeliverable:
            logger.error('[telegram] members: "%s" is not the number of a chat.', chat)
