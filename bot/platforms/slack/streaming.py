"""The message in which an answer is shown while it is written, and what becomes of it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_chat_stream import AsyncChatStream

from bot.limits import Limiter, Rate
from bot.messages import CannotLook, DeliveryError, Message, Note, Reply, Undeliverable
from bot.platforms.slack.api import UNCERTAIN, Api, error_of
from bot.platforms.slack.begun import Begun, read_begun
from bot.platforms.slack.lookup import metadata
from bot.platforms.slack.places import place_of, read_ticket
from bot.platforms.slack.posting import Poster
from bot.platforms.slack.rendering import Post, harmless, posts

logger = logging.getLogger(__name__)

#: Streams that may be begun in a minute; Slack's own limit is 20.
_STREAMS = Rate(15, 60)
#: Characters gathered before a piece of a stream is sent on.
_BUFFER = 256
#: Seconds for which what Slack once refused is not tried again.
_GIVE_UP = 3600
#: Text that still fits into a streamed message.
_STREAM_CHARACTERS = 11_000
#: Instead of an id: a stream was about to begin, so a message may stand in the thread.
_SOMEWHERE = "?"
#: What Slack says of a stream that has ended, or whose message is gone.
_NO_STREAM = frozenset({"message_not_in_streaming_state", "message_not_found"})
#: Waits between tries to end a stream, in seconds.
_PAUSES = (0.2, 1.0)
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


class Draft:
    """One answer while it is written: a stream in the thread, until the reply takes its place.

    Where it stands is noted before it begins and when its id is known, so that after a crash, or
    where Slack's answer was lost, it is found and finished: no half an answer is left behind.
    """

    def __init__(self, message: Message, poster: Poster, extras: Extras, note: Note) -> None:
        self._message = message
        self._poster = poster
        self._extras = extras
        self._note = note
        self._place = place_of(message.address)
        #: What is noted; its `ref` may be _SOMEWHERE.
        self._begun = read_begun(message.begun)
        #: A message that another try had begun is not gone on with, only replaced in the end.
        self._ended = bool(self._begun.ref)
        self._stream: AsyncChatStream | None = None
        self._raw = ""
        #: Length at which the text is looked at again.
        self._next_look = _BUFFER
        self._shown = ""

    async def append(self, text: str) -> None:
        """Stream what is settled of the answer; left out where Slack does not stream.

        Only harmless Markdown is shown: the same that the reply will be made of.
        """
        if self._ended or not self._place.thread or not self._extras.has("chat.startStream"):
            return
        self._raw += text
        if len(self._raw) < self._next_look:
            return
        self._next_look = len(self._raw) + _BUFFER
        shown = harmless(settled(self._raw))
        if 0 < len(shown) <= _STREAM_CHARACTERS and shown.startswith(self._shown):
            await self._show(shown)

    async def _show(self, shown: str) -> None:
        if self._stream is None:
            if not self._extras.streams.take(""):
                return
            await self._stands(_SOMEWHERE)
            self._stream = await self._open()
        try:
            await self._stream.append(markdown_text=shown[len(self._shown) :])
        except _LOST as error:
            self._extras.refused("chat.startStream", error)
            self._ended = True
            if self._stream.ts is None and _is_refusal(error):
                await self._stands("")
        else:
            self._shown = shown
            await self._stands(self._stream.ts or self._begun.ref)

    async def _stands(self, ref: str) -> None:
        await self._keep(replace(self._begun, ref=ref))

    async def expect(self, rest: Sequence[Post]) -> None:
        """Note what is to follow the first message of the reply, before that is posted."""
        await self._keep(replace(self._begun, rest=tuple(rest)))

    async def _keep(self, begun: Begun) -> None:
        if begun != self._begun:
            self._begun = begun
            await self._note(begun.written())

    async def complete(self, ref: str) -> None:
        """Let what is missing follow the reply, whose first message stands."""
        if self._begun.rest:
            await self._poster.complete(self._place, self._begun.rest, self._message.id, ref)

    async def _open(self) -> AsyncChatStream:
        return await self._extras.api.sending.chat_stream(
            channel=self._place.channel,
            thread_ts=self._place.thread,
            recipient_team_id=read_ticket(self._message.ticket).get("team"),
            recipient_user_id=self._message.author.removeprefix("slack:"),
            buffer_size=1,
        )

    async def become(self, reply: Reply) -> str:
        """Let what was shown become the reply; return its id, "" where nothing stands.

        Raises:
            DeliveryError: it may be tried again.
        """
        ref = await self._found()
        if not ref or await self._finished(reply):
            return ref
        await self._end(ref)
        try:
            await self._poster.edit(
                self._place, ref, reply, key=self._message.id, before=self.expect
            )
        except Undeliverable as error:
            logger.warning("A streamed answer could not be replaced: %s.", error)
            await self.remove()
            return ""
        return ref

    async def _finished(self, reply: Reply) -> bool:
        """End the stream with the rest of the reply, where what was shown is its beginning."""
        stream = self._stream
        if stream is None or self._ended or not stream.ts or reply.files:
            return False
        parts = posts(reply)
        shown = parts[0].blocks[0].get("text", "") if len(parts) == 1 else ""
        if not isinstance(shown, str) or not shown.startswith(self._shown):
            return False
        self._ended = True
        try:
            # What was held back by its buffer goes along by itself.
            await stream.stop(
                markdown_text=shown[len(self._shown) :] or None,
                blocks=parts[0].blocks[1:] or None,
                metadata=metadata(self._message.id),
            )
        except _LOST as error:
            logger.info("A stream could not be ended: %s.", type(error).__name__)
            return False
        return True

    async def remove(self, *, keep: str = "") -> None:
        """Take away what was shown, unless that is the message `keep`."""
        try:
            ref = await self._found()
            if ref and ref != keep:
                await self._end(ref)
                await self._poster.delete(self._place, ref)
        except (DeliveryError, Undeliverable) as error:
            logger.warning("A streamed answer could not be removed: %s.", error)
        self._begun = replace(self._begun, ref="")

    async def _found(self) -> str:
        """Return the id of the message, looking for it where it is not known."""
        if self._begun.ref == _SOMEWHERE:
            self._begun = replace(self._begun, ref=await self._looked_for())
        return self._begun.ref

    async def _looked_for(self) -> str:
        try:
            return await self._poster.lookup.unfinished(self._place, self._message.ref)
        except CannotLook as error:
            logger.warning("A begun answer may stand in %s: %s.", self._place.channel, error)
            return ""

    async def _end(self, ref: str) -> None:
        """End the stream: Slack edits no message that is still streamed."""
        self._ended = True
        for pause in (*_PAUSES, None):
            try:
                await self._extras.api.sending.chat_stopStream(channel=self._place.channel, ts=ref)
            except _LOST as error:
                code = error_of(error) if isinstance(error, SlackApiError) else ""
                logger.info("A stream was not ended: %s.", code or type(error).__name__)
                if pause is not None and code not in _NO_STREAM:
                    await asyncio.sleep(pause)
                    continue
            return


def _is_refusal(error: Exception) -> bool:
    """Whether Slack surely did nothing."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return True
    code = error_of(error) if isinstance(error, SlackApiError) else ""
    return bool(code) and code not in UNCERTAIN


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
