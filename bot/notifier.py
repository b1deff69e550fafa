"""Puts notices in words and posts them; it is the scheduler's `Deliverer`."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.messages import CannotLook, DeliveryError, Reply, Undeliverable
from bot.platforms import Platform
from bot.store import Post, Store
from bot.wording.buttons import Extras
from bot.wording.notices import word_notice
from scheduler import errors
from scheduler.events import Notice
from scheduler.ports import Clock

logger = logging.getLogger(__name__)

#: Platforms that are shown the starter's examples: nobody's working chat.
_EXAMPLES = ("console", "web")


class Notifier:
    """Speaks for the scheduler through the platforms."""

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        *,
        store: Store,
        clock: Clock,
        dry_run: bool = False,
    ) -> None:
        self._platforms = platforms
        self._store = store
        self._clock = clock
        self._dry_run = dry_run

    async def ready(self, address: str) -> None:
        """Wait for the platform's limits; answers to people go first."""
        if not self._dry_run:
            await self._platform(address).slot(address, urgent=False)

    async def deliver(self, notice: Notice) -> str:
        """Post it once and return the platform's message id.

        Raises:
            scheduler.errors.NotDelivered, scheduler.errors.Undeliverable.
        """
        platform = self._platform(notice.address)
        notice = _presentable(notice, platform.name)
        reply = await self._word(notice, platform)
        if self._dry_run:
            logger.info("Dry run: post %s for %s is not sent.", notice.post_id, notice.address)
            return f"dry-run:{notice.post_id}"
        with _in_the_schedulers_words():
            ref = await platform.send(
                notice.address, reply, key=notice.post_id, reply_to=notice.reply_to
            )
        await self._keep(notice, reply, ref)
        return ref

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Return the id of the post made with this key, None if none was made.

        Raises:
            scheduler.errors.CannotTell: the platform cannot be asked.
            scheduler.errors.NotDelivered: not now; ask again.
        """
        with _in_the_schedulers_words():
            return await self._platform(address).find(address, post_id, since)

    def _platform(self, address: str) -> Platform:
        name = address.partition(":")[0]
        if name not in self._platforms:
            raise errors.Undeliverable(f"The platform {name} is not configured.")
        return self._platforms[name]

    async def _word(self, notice: Notice, platform: Platform) -> Reply:
        uids = [item.event.uid for item in notice.items]
        await self._store.posts.remember(uids)
        extras = Extras(
            counts=await self._store.interests.counts(uids), deep_link=platform.deep_link
        )
        return word_notice(notice, self._clock(), extras)

    async def _keep(self, notice: Notice, reply: Reply, ref: str) -> None:
        """Keep the post, so that it can be corrected and its counts kept right."""
        post = Post(
            id=notice.post_id,
            address=notice.address,
            ref=ref,
            text=reply.text,
            buttons=reply.buttons,
            language=notice.language,
            uids=tuple(dict.fromkeys(item.event.uid for item in notice.items)),
            at=self._clock(),
        )
        try:
            await self._store.posts.keep(post)
        except SQLAlchemyError as error:
            # It is posted: to raise now would have it posted twice.
            logger.warning("Post %s cannot be corrected later: %s", post.id, error)


def _presentable(notice: Notice, platform: str) -> Notice:
    """Leave examples out where people work."""
    if platform in _EXAMPLES:
        return notice
    items = tuple(item for item in notice.items if not item.event.example)
    if not items:
        raise errors.Undeliverable("Examples are for the console and the web chat only.")
    return replace(notice, items=items)


@contextmanager
def _in_the_schedulers_words() -> Iterator[None]:
    """Translate what a platform raises into the scheduler's errors."""
    try:
        yield
    except DeliveryError as error:
        raise errors.NotDelivered(
            str(error), retry_after=error.retry_after, certain=error.certain
        ) from error
    except Undeliverable as error:
        raise errors.Undeliverable(str(error), moved_to=error.moved_to) from error
    except CannotLook as error:
        raise errors.CannotTell from error
