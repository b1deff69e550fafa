"""What becomes of a claimed post that did not simply arrive: tried again, given up, or doubted."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Literal

import scheduler.store.posts as posts
import scheduler.store.subscriptions as subscriptions
from scheduler.errors import NotDelivered, Undeliverable
from scheduler.events import PostState
from scheduler.planner import replan_addresses
from scheduler.store.posts import Post
from scheduler.store.store import Store

__all__ = ["MOST_ATTEMPTS", "TRIED_FOR", "Settling"]

logger = logging.getLogger(__name__)

#: Pauses between tries grow; not so far that a service which is back would be noticed too late.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
#: A post is given up after so many tries, …
MOST_ATTEMPTS = 14
#: … and, where it certainly did not arrive, not before so much time: a service may be down for
#: hours, and refuse every few seconds. What becomes useless meanwhile is missed before that.
TRIED_FOR = timedelta(days=1)
#: A post whose sender died is tried again at once so often, then after growing pauses, too.
CRASHES_AT_ONCE = 3
#: After a mistake of ours the chat is left alone for so long.
AFTER_MISTAKE = timedelta(minutes=1)


class Settling:
    """Writes into a post's row what its sender found out, unless the claim has passed on."""

    def __init__(self, store: Store, owner: str, in_doubt: Literal["resend", "report"]) -> None:
        self._store = store
        self._owner = owner
        self._in_doubt = in_doubt

    async def refused(self, post: Post, error: NotDelivered, now: datetime) -> None:
        """Try again later what the platform did not take; wait where it may have arrived."""
        if not error.certain:
            self.unanswered(post, str(error))
            return
        if post.attempts >= MOST_ATTEMPTS and now - post.created_at >= TRIED_FOR:
            await self._end(post, PostState.FAILED, now, str(error))
            logger.error("Post %s to %s was given up: %s", post.id, post.address, error)
            return
        pause = _pause(post.attempts)
        if error.retry_after is not None:
            pause = timedelta(seconds=error.retry_after)
        async with self._store.writing() as connection:
            await posts.settle(
                connection,
                post,
                self._owner,
                state=PostState.QUEUED,
                now=now,
                error=str(error),
                not_before=now + pause,
            )
            await posts.hold(connection, post.address, now + pause)
        logger.warning("Post %s to %s waits %s: %s", post.id, post.address, pause, error)

    def unanswered(self, post: Post, why: str) -> None:
        """Leave a claim to its lease: only after that it is certain whether the post arrived."""
        logger.warning("Whether %s reached %s is not known: %s.", post.id, post.address, why)

    async def unwanted(self, post: Post, error: Undeliverable, now: datetime) -> None:
        """Give up what the platform will never take; follow a chat that has moved."""
        if error.moved_to and error.moved_to != post.address:
            async with self._store.writing() as connection:
                await subscriptions.rename(connection, post.address, error.moved_to)
                await replan_addresses(connection, [post.address, error.moved_to], now)
                await posts.settle(
                    connection, post, self._owner, state=PostState.QUEUED, now=now, not_before=now
                )
            logger.info("%s has moved to %s.", post.address, error.moved_to)
            return
        await self._end(post, PostState.FAILED, now, str(error))
        logger.error("Post %s to %s will never be taken: %s", post.id, post.address, error)

    async def mistaken(self, post: Post, now: datetime) -> None:
        """Keep a post that we ourselves fail on from being tried at once again."""
        async with self._store.writing() as connection:
            await posts.hold(connection, post.address, now + AFTER_MISTAKE)

    async def absent(self, post: Post, now: datetime) -> None:
        """Send again what was lost and certainly did not arrive."""
        if post.attempts >= MOST_ATTEMPTS and now - post.created_at >= TRIED_FOR:
            await self._give_up(post, now)
        else:
            await self._requeue(post, now, doubted=False)

    async def doubted(self, post: Post, now: datetime) -> None:
        """Send again, or report, what was lost and may have arrived."""
        if self._in_doubt == "report":
            error = "it cannot be known whether it arrived"
            await self._end(post, PostState.IN_DOUBT, now, error)
            logger.error("Whether post %s reached %s is in doubt.", post.id, post.address)
        elif post.attempts >= MOST_ATTEMPTS:
            await self._give_up(post, now)
        else:
            await self._requeue(post, now, doubted=True)
            logger.warning("Post %s to %s may come twice.", post.id, post.address)

    async def _give_up(self, post: Post, now: datetime) -> None:
        await self._end(post, PostState.FAILED, now, "given up after many tries")
        logger.error("Post %s to %s was given up.", post.id, post.address)

    async def _requeue(self, post: Post, now: datetime, *, doubted: bool) -> None:
        # A sender that dies says nothing about the post, unless it always dies of this one.
        again = post.attempts - CRASHES_AT_ONCE
        async with self._store.writing() as connection:
            await posts.settle(
                connection,
                post,
                self._owner,
                state=PostState.QUEUED,
                now=now,
                not_before=now + _pause(again) if again > 0 else now,
                doubted=doubted,
            )

    async def _end(self, post: Post, outcome: PostState, now: datetime, error: str) -> None:
        async with self._store.writing() as connection:
            await posts.settle(connection, post, self._owner, state=outcome, now=now, error=error)


def _pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << min(attempts, 20) - 1), LONGEST_PAUSE)
