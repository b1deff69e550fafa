"""Where one message of Slack's is answered: status, stream, and the reply in its place."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_chat_stream import AsyncChatStream

from bot.i18n import Phrases
from bot.limits import Limiter, Rate
from bot.markup import link
from bot.markup.marktree import read, write
from bot.messages import Message, MessageKind, Reply, ReplyKind, Undeliverable
from bot.platforms.slack.api import Api, error_of
from bot.platforms.slack.incoming import Place, place_of, read_ticket
from bot.platforms.slack.posting import Poster, bodies, metadata
from bot.platforms.slack.rendering import posts
from knowledge.languages import detect

logger = logging.getLogger(__name__)

#: Streams that may be begun in a minute; Slack's own limit is 20.
_STREAMS = Rate(15, 60)
#: Characters gathered before a piece of a stream is sent on.
_BUFFER = 256
#: Seconds for which what Slack once refused is not tried again.
_GIVE_UP = 3600
#: Text that still fits into a streamed message.
_STREAM_CHARACTERS = 11_000
_LOST = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, ValueError)


class Extras:
    """What not every workspace has: status, sessions, streams. Refused ones rest for an hour."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.streams = Limiter([_STREAMS], lambda _: [])
        self._resting: dict[str, float] = {}

    def has(self, name: str) -> bool:
        """Whether this is worth trying."""
        return self._resting.get(name, 0) < time.monotonic()

    async def attempt(self, method: str, **arguments: Any) -> bool:
        """Call a method that may fail without harm; tell whether it worked."""
        if not self.has(method):
            return False
        try:
            await self.api.sending.api_call(method, json=arguments)
        except _LOST as error:
            self.refused(method, error)
            return False
        return True

    def refused(self, name: str, error: Exception) -> None:
        """Remember that a method is not to be had here."""
        code = error_of(error) if isinstance(error, SlackApiError) else ""
        if code in ("unknown_method", "missing_scope", "not_allowed", "feature_disabled"):
            self._resting[name] = time.monotonic() + _GIVE_UP
        logger.info("Slack's %s did not work: %s.", name, code or type(error).__name__)


class SlackResponder:
    """Answers in the thread of the question; made from the message alone."""

    def __init__(self, message: Message, poster: Poster, extras: Extras) -> None:
        self._message = message
        self._poster = poster
        self._extras = extras
        self._place = place_of(message.address)
        self._ticket = read_ticket(message.ticket)
        self._user = message.author.removeprefix("slack:")
        self._stream: AsyncChatStream | None = None
        self._raw = ""
        #: Length at which the text is looked at again.
        self._next_look = _BUFFER
        self._streamed = ""
        self._session = False
        self._eyes = False

    @property
    def _private(self) -> bool:
        return self._message.private

    async def begin(self) -> None:
        """Show the status line; where there is none, a pair of eyes on the question."""
        if self._private or self._message.kind is MessageKind.BUTTON or not self._place.thread:
            return
        channel, thread = self._place.channel, self._place.thread
        language = self._message.language_hint or detect(self._message.text, "cs")
        phrases = Phrases("en" if language == "en" else "cs")
        where = {"channel_id": channel, "thread_ts": thread}
        status = phrases.say("slack.status")
        shown = await self._extras.attempt("assistant.threads.setStatus", **where, status=status)
        if not shown and self._message.ref:
            self._eyes = await self._extras.attempt(
                "reactions.add", channel=channel, timestamp=self._message.ref, name="eyes"
            )
        if channel.startswith("D"):
            self._session = await self._extras.attempt(
                "agents.sessions.setStatus", **where, status="processing"
            )

    async def append(self, text: str) -> None:
        """Stream what is settled of the answer; left out where Slack does not stream.

        Only harmless Markdown is shown: the same that the reply will be made of.
        """
        if self._private or not self._place.thread or not self._extras.has("chat.startStream"):
            return
        self._raw += text
        if len(self._raw) < self._next_look:
            return
        self._next_look = len(self._raw) + _BUFFER
        shown = write(read(settled(self._raw)))
        if len(shown) > _STREAM_CHARACTERS or not shown.startswith(self._streamed):
            return
        await self._show(shown)

    async def _show(self, shown: str) -> None:
        if self._stream is None:
            if self._streamed or not shown or not self._extras.streams.take(""):
                return
            self._stream = await self._open()
        try:
            await self._stream.append(markdown_text=shown[len(self._streamed) :])
        except _LOST as error:
            self._extras.refused("chat.startStream", error)
            await self._drop()
        self._streamed = shown

    async def _open(self) -> AsyncChatStream:
        return await self._extras.api.sending.chat_stream(
            channel=self._place.channel,
            thread_ts=self._place.thread,
            recipient_team_id=self._ticket.get("team"),
            recipient_user_id=self._user,
            buffer_size=1,
        )

    async def _drop(self) -> str:
        """End the stream and return the id of the message it made, "" if none."""
        stream, self._stream = self._stream, None
        if stream is None or not stream.ts:
            return ""
        ref = stream.ts
        try:
            await self._extras.api.sending.chat_stopStream(channel=self._place.channel, ts=ref)
        except _LOST as error:
            logger.info("A stream had ended already: %s.", type(error).__name__)
        return ref

    async def finish(self, reply: Reply) -> str:
        """Post the reply where its kind says, in place of what was streamed.

        Raises:
            DeliveryError, Undeliverable.
        """
        try:
            return await self._finish(reply)
        finally:
            await self._clear()

    async def _finish(self, reply: Reply) -> str:
        if self._ticket.get("home"):
            return await self._beside_home(reply)
        if reply.kind is ReplyKind.EDIT:
            return await self._edit(reply)
        if self._private or reply.kind in (ReplyKind.TOAST, ReplyKind.PRIVATE):
            return await self._whisper(reply)
        return await self._end_stream(reply) or await self._post(reply)

    async def _end_stream(self, reply: Reply) -> str:
        """Let the streamed message become the reply, "" if there is none."""
        if self._stream is None or not self._stream.ts:
            return ""
        parts = posts(reply)
        shown = parts[0].blocks[0].get("text", "") if len(parts) == 1 else ""
        if not isinstance(shown, str) or not shown.startswith(self._streamed) or reply.files:
            return await self._replace(await self._drop(), reply)
        stream, self._stream = self._stream, None
        ref = str(stream.ts)
        try:
            # What was held back by its buffer goes along by itself.
            await stream.stop(
                markdown_text=shown[len(self._streamed) :] or None,
                blocks=parts[0].blocks[1:] or None,
                metadata=metadata(self._message.id),
            )
        except _LOST as error:
            logger.info("A stream could not be ended: %s.", type(error).__name__)
            return await self._replace(ref, reply)
        return ref

    async def _post(self, reply: Reply) -> str:
        await self._poster.slot(self._place.channel, urgent=True)
        try:
            return await self._poster.post(self._place, reply, key=self._message.id)
        except Undeliverable:
            url = self._ticket.get("url")
            if not url or reply.files:
                raise
            # The assistant is not in the channel where its private answer is to be shared.
            return await self._by_url(str(url), bodies(reply, share=True))

    async def _replace(self, ref: str, reply: Reply) -> str:
        try:
            await self._poster.edit(self._place, ref, reply, key=self._message.id)
        except Undeliverable as error:
            logger.warning("A streamed answer could not be replaced: %s.", error)
            await self._poster.delete(self._place, ref)
            return await self._post(reply)
        return ref

    async def _edit(self, reply: Reply) -> str:
        target = reply.target or self._message.ref
        url = self._ticket.get("url")
        if self._ticket.get("hidden") and url:
            await self._by_url(str(url), bodies(reply, replace=True))
            return target
        if not target:
            return await self._whisper(reply) if self._private else await self._post(reply)
        try:
            await self._poster.edit(self._place, target, reply)
        except Undeliverable as error:
            logger.info("A message could not be changed (%s); posting anew.", error)
            return await self._post(replace(reply, kind=ReplyKind.POST))
        return target

    async def _whisper(self, reply: Reply) -> str:
        """To the author alone: by the response_url, else as an ephemeral, else directly."""
        url = self._ticket.get("url")
        if reply.files:
            reply = await self._with_links(reply)
        if url:
            try:
                thread = self._place.thread
                return await self._by_url(str(url), bodies(reply, thread=thread))
            except Undeliverable as error:
                logger.info("A response_url is no longer good: %s.", error)
        await self._poster.slot(self._place.channel, urgent=True)
        try:
            return await self._poster.whisper(self._place, self._user, reply)
        except Undeliverable:
            return await self._poster.post(Place(self._user), reply, key=self._message.id)

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
        """Take away the signs of work; a post clears the status line by itself."""
        await self._drop()
        channel, thread = self._place.channel, self._place.thread
        if self._eyes:
            self._eyes = False
            await self._extras.attempt(
                "reactions.remove", channel=channel, timestamp=self._message.ref, name="eyes"
            )
        if self._session:
            self._session = False
            await self._extras.attempt(
                "agents.sessions.setStatus", channel_id=channel, thread_ts=thread, status="active"
            )


def settled(text: str) -> str:
    """Return as much of a text that is still being written as will not be read otherwise later.

    Whole blocks, and of the last one, if it is a paragraph, whole sentences with closed marks.
    """
    done, _, last = text.rpartition("\n\n")
    if done.count("```") % 2:
        return settled(done[: done.rindex("```")])
    if re.match(r"\s*(?:[|>#*+-]|\d+[.)]|```)", last):
        return done
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)", last)]
    for end in reversed(ends):
        sentence = last[:end]
        closed = all(sentence.count(sign) % 2 == 0 for sign in ("**", "*", "_", "`", "~"))
        if closed and sentence.count("[") == sentence.count("]"):
            return f"{done}\n\n{sentence}" if done else sentence
    return done
