"""What a command works with: the message, its chat and author, and the parts behind them."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Protocol

from bot.agenda import Agenda
from bot.i18n import LANGUAGES, Phrases, zone
from bot.messages import (
    ChatKind,
    DeliveryError,
    Message,
    Reply,
    ReplyKind,
    Responder,
    Undeliverable,
    UserError,
)
from bot.platforms import Platform
from bot.settings import Settings
from bot.store import Chat, Person, Store, Topic
from bot.wording.reader import Reader
from knowledge.documents import Answer, Audience, Turn
from knowledge.languages import detect
from scheduler.events import Subscription
from scheduler.ports import Clock

logger = logging.getLogger(__name__)

#: Takes a piece of an answer that is being written.
OnPiece = Callable[[str], Awaitable[None]]


class Knows(Protocol):
    """What the assistant needs of `knowledge`."""

    async def answer(
        self,
        question: str,
        *,
        audience: Audience,
        history: Sequence[Turn] = (),
        language: str | None = None,
        now: datetime,
        timezone: str,
        on_piece: OnPiece | None = None,
    ) -> Answer:
        """Answer a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts behind all commands."""

    settings: Settings
    store: Store
    knowledge: Knows
    agenda: Agenda
    platforms: Mapping[str, Platform]
    clock: Clock
    new_id: Callable[[], str] = lambda: secrets.token_hex(5)

    @property
    def zone(self) -> tzinfo:
        """The zone in which people here live."""
        return zone(self.settings.timezone)

    def platform_of(self, address: str) -> Platform | None:
        """Return the platform of an address or author, if it is connected here."""
        return self.platforms.get(address.partition(":")[0])

    def is_editor(self, author: str) -> bool:
        """Tell whether the configuration names this person."""
        return author in self.settings.editors.members

    async def editors_chat(self) -> str:
        """Return the address that the editors' chat has now, "" if there is none."""
        return await self.store.moves.now(self.settings.editors.chat)

    async def follow(self, old: str, new: str) -> None:
        """Follow a chat to its new address."""
        logger.info("%s is %s now.", old, new)
        await self.agenda.move(old, new)
        await self.store.move(old, new)

    async def send_to_editors(
        self, reply: Reply, key: str, topic: Topic, *, urgent: bool = False
    ) -> None:
        """Post in the editors' chat; replies there are understood as being about the topic.

        Raises:
            DeliveryError, Undeliverable.
        """
        address = await self.editors_chat()
        platform = self.platform_of(address)
        if platform is None:
            raise Undeliverable("there is no editors' chat that could be reached")
        await platform.slot(address, urgent=urgent)
        try:
            ref = await platform.send(address, reply, key=key)
        except Undeliverable as error:
            if error.moved_to is None:
                raise
            await self.follow(address, error.moved_to)
            address = error.moved_to
            ref = await platform.send(address, reply, key=key)
        chat = address.partition("/")[0]
        for each in ref.split(","):
            await self.store.editors.about(chat, each, topic, self.clock())


@dataclass(slots=True, kw_only=True)
class Call:
    """One message on its way to a reply."""

    desk: Desk
    message: Message
    chat: Chat
    person: Person
    responder: Responder
    now: datetime
    #: The language of the answer, once it is known.
    answered_in: str = ""
    #: Done with the platform's id of the reply once it is posted.
    on_posted: list[Callable[[str], Awaitable[None]]] = field(default_factory=list)

    @property
    def language(self) -> str:
        """The language of this reply, by who has chosen what."""
        direct = self.message.chat_kind is ChatKind.DIRECT
        own: tuple[str | None, ...] = (
            (self.person.language,) if direct or self.message.private else ()
        )
        hint = (
            spoken_language(self.message.language_hint) if direct or self.message.private else None
        )
        for each in (*own, self.chat.language, self.message.page_language, self.chat.guess, hint):
            if each:
                return each
        return self.desk.settings.language

    @property
    def chosen_language(self) -> str | None:
        """The language that was chosen here; answers follow it where a question shows none."""
        if self.message.chat_kind is ChatKind.DIRECT:
            return self.person.language or self.chat.language
        return self.chat.language

    def language_for(self, text: str) -> str:
        """Return the language to answer a text in before anybody has looked for an answer."""
        if self.chosen_language:
            return self.chosen_language
        return spoken_language(detect(text, self.language)) or self.language

    @property
    def phrases(self) -> Phrases:
        """The words of this reply."""
        return Phrases(self.language, slash=slash_of(self.message.platform))

    @property
    def reader(self) -> Reader:
        """Who reads this reply."""
        return self.reader_in(self.language)

    def reader_in(self, language: str) -> Reader:
        """Return who reads, in a language that is given."""
        timezone = self.desk.settings.timezone
        phrases = Phrases(language, slash=slash_of(self.message.platform))
        return Reader(phrases=phrases, timezone=timezone, now=self.now)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the language of this reply."""
        return self.phrases.say(key, **values)

    def toast(self, key: str, **values: object) -> Reply:
        """Return a short note to whoever pressed."""
        return Reply(text=self.say(key, **values), kind=ReplyKind.TOAST)

    @property
    def place(self) -> str:
        """Where subscriptions made here are posted: the chat or topic, not a thread."""
        return self.message.chat if self.message.threaded else self.message.address

    async def subscriptions(self) -> list[Subscription]:
        """Return what is sent to this very place, not to other topics of the chat."""
        here = (self.place, self.message.address)
        found = await self.desk.agenda.subscriptions(self.message.chat)
        return [one for one in found if one.address in here]

    @property
    def is_editor(self) -> bool:
        """Whether the author is an editor."""
        return self.desk.is_editor(self.message.author)

    async def check_admin(self) -> None:
        """Let through only who may change this chat's settings.

        Raises:
            UserError: the author may not.
        """
        message = self.message
        if message.chat_kind is ChatKind.DIRECT:
            return
        platform = self.desk.platforms[message.platform]
        if not await platform.is_admin(message.author, message.chat):
            await self.check_reach()  # whom it does not see there, it cannot know to be an admin
            raise UserError("error.admins_only")

    async def check_reach(self) -> None:
        """Let through only where something can be posted later.

        Raises:
            UserError: it cannot; says what to do.
        """
        platform = self.desk.platforms[self.message.platform]
        hindrance = await platform.hindrance(self.place)
        if hindrance:
            raise UserError(hindrance)

    async def speaks_for(self, author: str) -> bool:
        """Tell whether the author may speak for that one: is the same, or administers the chat
        as which that one wrote.
        """
        if author == self.message.author:
            return True
        platform = self.desk.platforms[self.message.platform]
        if self.desk.platform_of(author) is not platform or platform.direct(author):
            return False
        return await platform.is_admin(self.message.author, author)

    def check_editor(self) -> None:
        """Let through only editors.

        Raises:
            UserError: the author is none.
        """
        if not self.is_editor:
            raise UserError("error.editors_only")

    def remember_topic(self, what: str, subject: str) -> None:
        """Have replies to the message that is posted now understood as being about this."""

        async def keep(ref: str) -> None:
            topic = Topic(what=what, subject=subject)
            for each in ref.split(","):  # an answer in several messages has an id for each
                await self.desk.store.editors.about(self.message.chat, each, topic, self.now)

        self.on_posted.append(keep)

    async def ask_editors(self, reply: Reply, what: str, subject: str) -> Reply:
        """Post something that is to be replied to, where editors can reply to it.

        What Slack shows to one person alone cannot be replied to: it goes to the editors' chat.

        Raises:
            UserError: that chat cannot be reached.
        """
        if self.message.chat_kind is ChatKind.DIRECT or not self.desk.settings.editors.chat:
            self.remember_topic(what, subject)
            return reply
        await self.post_to_editors(reply, what, subject)
        return self.toast("editors.asked")

    async def post_to_editors(self, reply: Reply, what: str, subject: str) -> None:
        """Post in the editors' chat; replies there are understood as being about the subject.

        Raises:
            UserError: the chat cannot be reached.
        """
        topic = Topic(what=what, subject=subject)
        try:
            key = f"{what}-{self.message.id}"
            await self.desk.send_to_editors(reply, key, topic, urgent=True)
        except (DeliveryError, Undeliverable) as error:
            logger.warning("The editors' chat was not reached: %s", error)
            raise UserError("error.no_editors") from error

    async def note(self, action: str, subject: str) -> None:
        """Keep in the audit what an editor did."""
        await self.desk.agenda.note(self.message.author, action, subject)


def slash_of(platform: str) -> str:
    """Return how a command begins there: Slack has one command, ours are words after it."""
    return "/cscc " if platform == "slack" else "/"


def spoken_language(hint: str | None) -> str | None:
    """Return the language in which somebody with this hint is spoken to; Slovaks in Czech."""
    language = (hint or "")[:2].lower()
    return "cs" if language == "sk" else language if language in LANGUAGES else None


#: Does a command or a button's work.
Run = Callable[[Call], Awaitable[Reply | None]]

#: Does a button's work with what follows the verb.
Press = Callable[[Call, str], Awaitable[Reply | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that is asked for by its name."""

    name: str
    run: Run
    aliases: tuple[str, ...] = ()
    #: Shown only to editors.
    editors: bool = False
    #: Not shown in menus and help.
    hidden: bool = False
