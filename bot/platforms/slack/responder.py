"""Where one message of Slack's is answered: signs of work, the reply, and where it goes."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.i18n import Phrases
from bot.markup import link
from bot.messages import (
    DeliveryError,
    Message,
    MessageKind,
    Note,
    Reply,
    ReplyKind,
    Undeliverable,
    unnoted,
)
from bot.platforms.slack.places import Place, place_of, read_ticket
from bot.platforms.slack.posting import Poster, bodies
from bot.platforms.slack.streaming import Draft, Extras
from knowledge.languages import detect

logger = logging.getLogger(__name__)

#: Characters of a question from which its language is guessed; that name a session.
_HEARD, _TITLE = 500, 200


class SlackResponder:
    """Answers in the thread of the question; made from the message alone."""

    def __init__(
        self, message: Message, poster: Poster, extras: Extras, note: Note = unnoted
    ) -> None:
        self._message = message
        self._poster = poster
        self._extras = extras
        self._draft = Draft(message, poster, extras, note)
        self._place = place_of(message.address)
        self._ticket = read_ticket(message.ticket)
        self._user = message.author.removeprefix("slack:")
        self._status = False
        self._session = False
        self._eyes = False
        #: That is being posted.
        self._reply: Reply | None = None

    @property
    def _private(self) -> bool:
        return self._message.private

    async def begin(self) -> None:
        """Show the status line; where there is none, a pair of eyes on the question."""
        if self._private or self._message.kind is MessageKind.BUTTON or not self._place.thread:
            return
        channel, thread = self._place.channel, self._place.thread
        language = self._message.language_hint or detect(self._message.text[:_HEARD], "cs")
        phrases = Phrases("en" if language == "en" else "cs")
        where = {"channel_id": channel, "thread_ts": thread}
        status = phrases.say("slack.status")
        method = "assistant.threads.setStatus"
        self._status = await self._extras.attempt(method, **where, status=status)
        if not self._status and self._message.ref:
            self._eyes = await self._extras.attempt(
                "reactions.add", channel=channel, timestamp=self._message.ref, name="eyes"
            )
        if channel.startswith("D"):
            title = " ".join(self._message.text.split())[:_TITLE]
            named = {"title": title} if title else {}
            self._session = await self._extras.attempt(
                "agents.sessions.setStatus", **where, status="processing", **named
            )

    async def append(self, text: str) -> None:
        """Show a further piece of the answer, where others may see it.

        A changed question has an answer already, which is changed when the new one is whole.
        """
        if not self._private and not self._message.edited:
            await self._draft.append(text)

    async def finish(self, reply: Reply) -> str:
        """Post the reply where its kind says, in place of what was streamed.

        Raises:
            DeliveryError, Undeliverable.
        """
        self._reply = reply
        try:
            return await self._finish(reply)
        finally:
            await self._clear()

    async def withdraw(self, *, keep: str = "") -> None:
        """Take away what was streamed, and the signs of work; finish a reply that stands."""
        await self._draft.remove(keep=keep)
        if keep:
            await self._draft.complete(keep)
            if self._reply is not None:
                await self._poster.attach(self._place, self._reply)
        await self._clear()

    async def _finish(self, reply: Reply) -> str:
        if self._ticket.get("home"):
            return await self._beside_home(reply)
        if reply.kind is ReplyKind.POST and not self._private:
            ref = await self._draft.become(reply) or await self._post(reply)
            self._status = False  # a post takes the status line away by itself
            return ref
        answer = self._edit if reply.kind is ReplyKind.EDIT else self._whisper
        ref = await answer(reply)
        await self._draft.remove()
        return ref

    async def _post(self, reply: Reply) -> str:
        await self._poster.slot(self._place.channel, urgent=True)
        try:
            return await self._poster.post(
                self._place, reply, key=self._message.id, before=self._draft.expect
            )
        except Undeliverable:
            url = self._ticket.get("url")
            if not url or reply.files:
                raise
            # The assistant is not in the channel where its private answer is to be shared.
            return await self._by_url(str(url), bodies(reply, share=True))

    async def _edit(self, reply: Reply) -> str:
        target = reply.target or self._message.ref
        if self._ticket.get("hidden"):
            if not await self._told_by_url(bodies(reply, replace=True)):
                await self._whisper(reply)
            return target
        if not target:
            return await self._whisper(reply) if self._private else await self._post(reply)
        try:
            await self._poster.edit(
                self._place, target, reply, key=self._message.id, before=self._draft.expect
            )
        except Undeliverable as error:
            logger.info("A message could not be changed (%s); posting anew.", error)
            return await self._post(replace(reply, kind=ReplyKind.POST))
        return target

    async def _whisper(self, reply: Reply) -> str:
        """To the author alone: by the response_url, else as an ephemeral, else directly."""
        if reply.files:
            reply = await self._with_links(reply)
        if await self._told_by_url(bodies(reply, thread=self._place.thread)):
            return ""
        await self._poster.slot(self._place.channel, urgent=True)
        try:
            return await self._poster.whisper(self._place, self._user, reply)
        except Undeliverable:
            return await self._poster.post(Place(self._user), reply, key=self._message.id)

    async def _told_by_url(self, parts: list[dict[str, object]]) -> bool:
        """Answer by the response_url; False where there is none, or it is no longer good."""
        url = self._ticket.get("url")
        if not url:
            return False
        try:
            await self._by_url(str(url), parts)
        except (DeliveryError, Undeliverable) as error:
            if isinstance(error, DeliveryError) and not error.certain:
                raise
            logger.info("A response_url is no longer good: %s.", error)
            return False
        return True

    async def _with_links(self, reply: Reply) -> Reply:
        """Put files into the direct chat, and links to them into what one person is shown."""
        direct = await self._poster.resolve(Place(self._user))
        found = await self._poster.attach(direct, reply)
        links = [
            f"📎 {link(file.name, address)}"
            for file, address in zip(reply.files, found, strict=False)
            if address.startswith("http")
        ]
        return replace(reply, text="\n\n".join([reply.text, *links]), files=())

    async def _by_url(self, url: str, parts: list[dict[str, object]]) -> str:
        for part in parts:
            await self._extras.api.respond(url, part)
        return ""

    async def _beside_home(self, reply: Reply) -> str:
        """After a press on App Home: what is to be kept goes to the direct chat."""
        if reply.kind in (ReplyKind.EDIT, ReplyKind.TOAST) and not reply.files:
            return ""
        await self._poster.slot(self._place.channel, urgent=True)
        return await self._poster.post(Place(self._user), reply, key=self._message.id)

    async def _clear(self) -> None:
        """Take away the signs of work."""
        channel, thread = self._place.channel, self._place.thread
        where = {"channel_id": channel, "thread_ts": thread}
        if self._status:
            self._status = False
            await self._extras.attempt("assistant.threads.setStatus", **where, status="")
        if self._eyes:
            self._eyes = False
            await self._extras.attempt(
                "reactions.remove", channel=channel, timestamp=self._message.ref, name="eyes"
            )
        if self._session:
            self._session = False
            await self._extras.attempt("agents.sessions.setStatus", **where, status="active")
