"""Puts replies where they belong in Slack: posts, edits, looks up, each call once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.i18n import Phrases
from bot.limits import Limiter, Rate
from bot.messages import CannotLook, DeliveryError, Reply, Undeliverable
from bot.platforms.slack.api import Api, delivering, error_of
from bot.platforms.slack.files import upload
from bot.platforms.slack.lookup import Lookup, metadata
from bot.platforms.slack.places import Place
from bot.platforms.slack.rendering import Post, posts

logger = logging.getLogger(__name__)

#: What Slack says of blocks it does not take; the text alone is posted then.
_BLOCKS_REFUSED = frozenset(
    {
        *("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"),
        *("invalid_attachments", "block_mismatch", "cannot_parse_attachment"),
    }
)
#: Tries of each further post of a long reply, whose first post stands already.
_TRIES = 5
#: Is told what is to follow the first post, before that is posted.
Before = Callable[[Sequence[Post]], Awaitable[None]]
#: Characters from which a reply is cut in a thread.
_LONG = 4_000


def limiter() -> Limiter:
    """Slack's limits on posting: about one a second in a channel, some hundred a minute in all."""
    return Limiter([Rate(10, 1), Rate(300, 60)], lambda _: [Rate(2, 2)])


async def unkept(rest: Sequence[Post]) -> None:
    """Keep nothing of it."""


class Poster:
    """Speaks in Slack for one token."""

    def __init__(self, api: Api, limits: Limiter, now: Callable[[], float]) -> None:
        """now: the time by Slack's clock, whatever the assistant's own is set to."""
        self._api = api
        self._limits = limits
        self._now = now
        self.lookup = Lookup(api, now)
        self._direct: dict[str, str] = {}

    async def slot(self, channel: str, *, urgent: bool) -> None:
        """Wait for a turn to post in a channel."""
        await self._limits.slot(channel, urgent=urgent)

    async def resolve(self, place: Place) -> Place:
        """Turn a person into the direct channel with that person. Raises as `post`."""
        if not place.channel.startswith(("U", "W")):
            return place
        if place.channel not in self._direct:
            try:
                with delivering():
                    answer = await self._api.reading.conversations_open(users=[place.channel])
            except DeliveryError as error:
                if str(error) != "missing_scope":
                    raise
                return place  # chat.postMessage takes the person's id as well
            self._direct[place.channel] = str(answer["channel"]["id"])
        return Place(self._direct[place.channel], place.thread)

    async def post(
        self,
        place: Place,
        reply: Reply,
        *,
        key: str = "",
        broadcast: bool = False,
        before: Before = unkept,
    ) -> str:
        """Post a reply and return the id of its first message ("" if there is nothing to show).

        The first message is tried once; of a long reply the others are tried until they stand.

        Raises:
            DeliveryError, Undeliverable: the first message does not stand.
        """
        place = await self.resolve(place)
        parts = await _posts(reply)
        ref = ""
        for first in parts[:1]:
            await before(parts[1:])
            ref = await self._post(place, first, reply.quiet_links, key, broadcast=broadcast)
        await self._follow(place, parts[1:], reply, key)
        return ref

    async def _follow(self, place: Place, rest: Sequence[Post], reply: Reply, key: str) -> None:
        """Post what follows the first message, then the files."""
        for post, its_key in zip(rest, keys_of(rest, key), strict=True):
            await self._insist(place, post, its_key, quiet_links=reply.quiet_links)
        await self.attach(place, reply)

    async def complete(self, place: Place, rest: Sequence[Post], key: str, after: str) -> None:
        """Post those that are missing of what was to follow the message `after`.

        Where Slack does not say which stand, none is posted: half an answer is better than a
        doubled one.
        """
        for attempt in range(_TRIES):
            try:
                standing = await self.lookup.keys(place, after)
            except CannotLook:
                break
            except DeliveryError as error:
                await asyncio.sleep(error.retry_after or 2**attempt)
                continue
            for post, its_key in zip(rest, keys_of(rest, key), strict=True):
                if its_key not in standing:
                    await self._insist(place, post, its_key)
            return
        logger.error("A reply in %s may have stayed unfinished.", place.channel)

    async def _insist(
        self, place: Place, post: Post, key: str, *, quiet_links: bool = True
    ) -> None:
        """Post one message more of a reply that stands in part; give up with a line in the log."""
        for attempt in range(_TRIES):
            await self.slot(place.channel, urgent=True)
            try:
                await self._post(place, post, quiet_links, key)
            except Undeliverable as error:
                logger.error("A part of a reply was refused in %s: %s.", place.channel, error)
                return
            except DeliveryError as error:
                if not error.certain and key and await self._stands(place, key):
                    return
                await asyncio.sleep(error.retry_after or 2**attempt)
            else:
                return
        logger.error("A part of a reply could not be posted in %s.", place.channel)

    async def _stands(self, place: Place, key: str) -> bool:
        try:
            return bool(await self.find(place, key, datetime.fromtimestamp(self._now(), UTC)))
        except (CannotLook, DeliveryError):
            return False

    async def _post(
        self, place: Place, post: Post, quiet_links: bool, key: str, *, broadcast: bool = False
    ) -> str:
        arguments: dict[str, Any] = {
            "channel": place.channel,
            "text": post.text,
            "blocks": post.blocks,
            "unfurl_links": not quiet_links,
            "unfurl_media": not quiet_links,
            "thread_ts": place.thread or None,
            "reply_broadcast": True if broadcast and place.thread else None,
            "metadata": metadata(key),
        }
        answer = await self._held(
            place.channel, lambda: self._with_blocks(arguments, self._api.sending.chat_postMessage)
        )
        return str(answer["ts"])

    async def _with_blocks(
        self, arguments: dict[str, Any], call: Callable[..., Awaitable[Any]]
    ) -> Any:
        """Call; where Slack refuses the blocks, once more with the text alone."""
        try:
            return await call(**arguments)
        except SlackApiError as error:
            if error_of(error) not in _BLOCKS_REFUSED:
                raise
            logger.error("Slack refused blocks (%s); posting plain text.", error_of(error))
            return await call(**(arguments | {"blocks": []}))

    async def _held(self, channel: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """Call with errors in our words; a limit that was met holds back the next ones."""
        try:
            with delivering():
                return await call()
        except DeliveryError as error:
            if error.retry_after and str(error) == "ratelimited":
                self._limits.hold(error.retry_after, channel)
            raise

    async def edit(
        self, place: Place, ref: str, reply: Reply, *, key: str = "", before: Before = unkept
    ) -> None:
        """Change a message of ours. Raises DeliveryError, Undeliverable."""
        place = await self.resolve(place)
        first, *rest = await _posts(reply) or [Post(text="…")]
        await before(rest)
        arguments: dict[str, Any] = {
            "channel": place.channel,
            "ts": ref,
            "text": first.text,
            "blocks": first.blocks,
            "metadata": metadata(key),
        }
        await self._held(
            place.channel, lambda: self._with_blocks(arguments, self._api.sending.chat_update)
        )
        await self._follow(place, rest, reply, key)

    async def delete(self, place: Place, ref: str) -> None:
        """Take back a message of ours. Raises DeliveryError, Undeliverable."""
        with delivering():
            await self._api.sending.chat_delete(channel=place.channel, ts=ref)

    async def whisper(self, place: Place, user: str, reply: Reply) -> str:
        """Show a reply to one person only. Raises DeliveryError, Undeliverable."""
        ref = ""
        for number, post in enumerate(await _posts(reply)):
            if number:
                await self.slot(place.channel, urgent=True)
            arguments: dict[str, Any] = {
                "channel": place.channel,
                "user": user,
                "text": post.text,
                "blocks": post.blocks,
                "thread_ts": place.thread or None,
            }
            answer = await self._held(
                place.channel,
                lambda a=arguments: self._with_blocks(a, self._api.sending.chat_postEphemeral),  # type: ignore[misc]
            )
            ref = ref or str(answer.get("message_ts") or "")
        return ref

    async def find(self, place: Place, key: str, since: datetime) -> str | None:
        """Return the id of the message posted with this key. Raises as `Lookup.find`."""
        return await self.lookup.find(await self.resolve(place), key, since)

    async def attach(self, place: Place, reply: Reply) -> list[str]:
        """Put a reply's files there; say so where one cannot be sent. Return their addresses."""
        found = [await upload(self._api, place, file) for file in reply.files]
        if not all(found):
            said = Post(text=Phrases("cs").say("slack.file.failed"))
            await self._insist(place, said, "")
        return [address for address in found if address]


async def _posts(reply: Reply) -> list[Post]:
    """Cut a long reply beside the loop: it may take a while."""
    if len(reply.text) < _LONG:
        return posts(reply)
    return await asyncio.to_thread(posts, reply)


def keys_of(rest: Sequence[Post], key: str) -> list[str]:
    """Return what the messages that follow the first one of a reply are found by."""
    return [f"{key}#{number}" if key else "" for number in range(2, len(rest) + 2)]


def bodies(
    reply: Reply, *, replace: bool = False, share: bool = False, thread: str = ""
) -> list[dict[str, object]]:
    """Return what a response_url is given: to show a reply to one person, or to share it."""
    return [
        {
            "response_type": "in_channel" if share else "ephemeral",
            "replace_original": replace and not number,
            "text": post.text,
            "blocks": post.blocks,
            "unfurl_links": False,
            **({"thread_ts": thread} if thread else {}),
        }
        for number, post in enumerate(posts(reply))
    ]
