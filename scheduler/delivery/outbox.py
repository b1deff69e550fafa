"""Sends what is queued: each post claimed once, settled, and after a crash looked up or doubted.

The order is: the platform's limit first (waiting there holds no claim), then the claim together
with the notice made from what holds now, then the call with a timeout shorter than the claim's
lease, then the result. A crash in between leaves a claim whose lease runs out.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import scheduler.store.leases as leases
import scheduler.store.posts as posts
import scheduler.store.state as state
import scheduler.store.subscriptions as subscriptions
import scheduler.store.telling as telling
from scheduler.delivery.notices import Composed, compose
from scheduler.delivery.owners import is_dead
from scheduler.delivery.stranded import record_stranded
from scheduler.delivery.together import Together
from scheduler.errors import CannotTell, NotDelivered, Undeliverable
from scheduler.events import Clock, Deliverer, PostState
from scheduler.planner import replan_addresses
from scheduler.store.posts import Post
from scheduler.store.rows import Connection
from scheduler.store.store import Store

__all__ = ["Outbox"]

logger = logging.getLogger(__name__)

#: A platform's call may take so long …
TIMEOUT = 20.0  # seconds
#: … and a claim holds longer, so that one whose lease is over can no longer arrive.
LEASE = timedelta(seconds=30)
#: A call begins so soon after its claim, or not at all: it ends before the lease does.
SOON = LEASE.total_seconds() - TIMEOUT - 2  # seconds
#: One process sends for a platform; another takes over once it has not been heard of for this long.
SENDER_LEASE = timedelta(seconds=8)
#: So often it is looked whether something waits for a platform that no process sends to.
SWEEP = timedelta(minutes=1)
#: While there is much to send the lead is renewed so often, not for every post.
RENEW = 1.0  # seconds
#: Sends under way at once; most of them wait for a chat's own limit.
MOST_AT_ONCE = 100
#: Addresses read at once.
BATCH = 500
#: Tries of a post before it is given up, with growing pauses: about a day in all.
MOST_ATTEMPTS = 14
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=3)
#: A post whose sender died is tried again at once so often, then after growing pauses, too.
CRASHES_AT_ONCE = 3
#: How far before the claim a lost post is looked for: platforms' clocks differ from ours.
LOOK_BACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A wish to send a post now."""

    post: Post
    now: datetime


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A post that arrived, with the platform's id."""

    post_id: str
    ref: str
    at: datetime


class Outbox:
    """Speaks through a `Deliverer`; rows say what was said."""

    def __init__(
        self,
        store: Store,
        deliverer: Deliverer,
        *,
        owner: str,
        platforms: Collection[str] | None = None,
        in_doubt: Literal["resend", "report"] = "resend",
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._owner = owner
        #: Those this process can send to; None: all.
        self._platforms = platforms
        self._in_doubt = in_doubt
        self._ready: deque[Post] = deque()
        self._busy: Counter[str] = Counter()
        #: Platforms this process sends for, looked up again at an instant of the loop's clock.
        self._led: set[str] = set()
        self._led_until = 0.0
        self._swept_at: datetime | None = None
        self._writes = Together(self._write)
        self._changed = asyncio.Event()
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """Whether nothing more is claimed."""
        return self._stopping

    def stop(self) -> None:
        """Claim nothing more; what is under way is finished."""
        self._stopping = True
        self._ready.clear()
        self._changed.set()

    async def drain(self, clock: Clock) -> None:
        """Send what may be sent now; return when nothing more may."""
        self._led_until = 0.0
        await self._sweep(clock())
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                self._changed.clear()
                for lost in await self._refill(clock()):
                    self._busy[lost.address] += 1
                    group.create_task(self._work(self._settle_lost, lost, clock))
                while self._ready and len(self._busy) < MOST_AT_ONCE:
                    post = self._ready.popleft()
                    if post.address not in self._busy:
                        self._busy[post.address] += 1
                        group.create_task(self._work(self._send, post, clock))
                # What ended while rows were read may have made way for more.
                if not self._busy and not self._changed.is_set():
                    return
                await self._changed.wait()

    async def keep_lead(self) -> set[str]:
        """Get or keep the right to send; return the platforms this process sends for."""
        async with self._store.reading() as connection:
            waiting = await posts.waiting_platforms(connection)
        wanted = sorted(waiting if self._platforms is None else waiting & set(self._platforms))
        led: set[str] = set()
        if not wanted:
            return led
        async with self._store.writing() as connection:
            at = await self._store.lease_time(connection)
            for name in wanted:
                if await leases.acquire(
                    connection,
                    f"send:{name}",
                    self._owner,
                    at=at,
                    lease=SENDER_LEASE,
                    is_dead=is_dead,
                ):
                    led.add(name)
        return led

    async def _sweep(self, now: datetime) -> None:
        """Record what waits in vain for a platform that no process sends to."""
        if self._platforms is None or (self._swept_at and now - self._swept_at < SWEEP):
            return
        self._swept_at = now
        await record_stranded(self._store, self._platforms, now)

    async def release(self) -> None:
        """Let other processes send at once."""
        async with self._store.writing() as connection:
            await leases.release(connection, self._owner)

    async def _refill(self, now: datetime) -> list[Post]:
        """Read what may be sent next; return what a dead sender left behind, to be settled."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._led_until:
            self._led = await self.keep_lead()
            self._led_until = loop.time() + RENEW
        if self._ready:
            return []
        led = self._led
        async with self._store.reading() as connection:
            if not led or await state.get(connection, "paused"):
                return []
            at = await self._store.lease_time(connection)
            left_behind = await posts.any_abandoned(connection, led, at=at, but=self._busy)
            found = await posts.queued(connection, now, led, BATCH + len(self._busy))
        self._ready.extend(post for post in found if post.address not in self._busy)
        if not left_behind:
            return []
        async with self._store.writing() as connection:
            return await posts.abandoned(
                connection, self._owner, led, at=at, lease=LEASE, but=self._busy
            )

    async def _work(
        self, work: Callable[[Post, Clock], Awaitable[None]], post: Post, clock: Clock
    ) -> None:
        try:
            await work(post, clock)
        except Exception:  # one post must not keep the others from being sent
            logger.exception("Post %s to %s could not be handled.", post.id, post.address)
            await self._postpone(post, clock())
        finally:
            self._busy -= Counter([post.address])
            self._changed.set()

    async def _send(self, waiting: Post, clock: Clock) -> None:
        await self._deliverer.ready(waiting.address)
        if self._stopping:
            return
        loop = asyncio.get_running_loop()
        asked = loop.time()
        claimed = await self._writes.ask(_Claim(waiting, clock()))
        if claimed is None or claimed.notice is None:
            return
        post, notice = claimed.post, claimed.notice
        if loop.time() - asked > SOON:  # its lease would be over before the call has surely ended
            await self._retry(post, NotDelivered("the machine was too busy to send it"), clock())
            return
        try:
            async with asyncio.timeout(TIMEOUT):
                ref = await self._deliverer.deliver(notice)
        except TimeoutError:
            await self._leave(post, "no answer in time")
        except NotDelivered as error:
            await self._retry(post, error, clock())
        except Undeliverable as error:
            await self._give_up(post, error, clock())
        else:
            await self._writes.ask(_Arrival(post.id, ref, clock()))
            logger.info("Posted %s to %s.", post.id, post.address)

    async def _write(self, asked: Sequence[_Claim | _Arrival]) -> list[Composed | None]:
        """Write down what arrived and claim what is to be sent, in one transaction."""
        arrivals = [one for one in asked if isinstance(one, _Arrival)]
        claims = [one for one in asked if isinstance(one, _Claim)]
        made: dict[str, Composed] = {}
        async with self._store.writing() as connection:
            if arrivals:
                refs = [(one.post_id, one.ref) for one in arrivals]
                await posts.sent(connection, refs, self._owner, max(one.at for one in arrivals))
            if claims:
                now = max(one.now for one in claims)
                made = await self._claim(connection, [one.post for one in claims], now)
        # Popped: whoever asks for the same post a second time has not claimed it.
        return [made.pop(one.post.id, None) if isinstance(one, _Claim) else None for one in asked]

    async def _claim(
        self, connection: Connection, waiting: Sequence[Post], now: datetime
    ) -> dict[str, Composed]:
        """Claim posts and make their notices; without those of which there is nothing to send."""
        ours = await self._ours(connection, {post.platform for post in waiting})
        ids = [post.id for post in waiting if post.platform in ours]
        at = await self._store.lease_time(connection)
        claimed = await posts.claim(connection, ids, self._owner, at=at, lease=LEASE)
        made = await compose(connection, claimed, now)
        await posts.drop(connection, [one.post.id for one in made if one.notice is None])
        left = {one.post.id: one for one in made if one.notice is not None}
        await telling.tell(connection, [(one.post, one.told) for one in left.values()])
        return left

    async def _ours(self, connection: Connection, platforms: Collection[str]) -> set[str]:
        """Return the platforms that we may still send to; none while all is paused."""
        if await state.get(connection, "paused"):
            return set()
        at = await self._store.lease_time(connection)
        held = {
            name
            for name in platforms
            if await leases.holds(connection, f"send:{name}", self._owner, at=at)
        }
        if held != set(platforms):
            self._led_until = 0.0
        return held

    async def _settle(self, post: Post, outcome: PostState, now: datetime, error: str) -> None:
        async with self._store.writing() as connection:
            await posts.settle(connection, post, self._owner, state=outcome, now=now, error=error)

    async def _leave(self, post: Post, why: str) -> None:
        """Leave a claim to its lease: only after that it is certain whether the post arrived."""
        logger.warning("Whether %s reached %s is not known: %s.", post.id, post.address, why)

    async def _retry(self, post: Post, error: NotDelivered, now: datetime) -> None:
        if not error.certain:
            await self._leave(post, str(error))
            return
        if post.attempts >= MOST_ATTEMPTS:
            await self._settle(post, PostState.FAILED, now, str(error))
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

    async def _give_up(self, post: Post, error: Undeliverable, now: datetime) -> None:
        if error.moved_to and error.moved_to != post.address:
            async with self._store.writing() as connection:
                await subscriptions.rename(connection, post.address, error.moved_to)
                await replan_addresses(connection, [post.address, error.moved_to], now)
                await posts.settle(
                    connection, post, self._owner, state=PostState.QUEUED, now=now, not_before=now
                )
            logger.info("%s has moved to %s.", post.address, error.moved_to)
            return
        await self._settle(post, PostState.FAILED, now, str(error))
        logger.error("Post %s to %s will never be taken: %s", post.id, post.address, error)

    async def _postpone(self, post: Post, now: datetime) -> None:
        """Keep a post that we ourselves fail on from being tried at once again."""
        async with self._store.writing() as connection:
            await posts.hold(connection, post.address, now + FIRST_PAUSE * 12)

    async def _settle_lost(self, post: Post, clock: Clock) -> None:
        """Find out whether a post arrived whose sender died or got no answer."""
        since = (post.claimed_at or post.due_at) - LOOK_BACK
        try:
            async with asyncio.timeout(TIMEOUT):
                ref = await self._deliverer.find(post.address, post.id, since)
        except CannotTell:
            await self._doubt(post, clock())
            return
        except (NotDelivered, TimeoutError):
            return  # asked again when this claim, too, has run out
        except Undeliverable as error:
            await self._give_up(post, error, clock())
            return
        if ref is not None:
            await self._writes.ask(_Arrival(post.id, ref, clock()))
            logger.info("Post %s had reached %s.", post.id, post.address)
            return
        await self._requeue(post, clock(), doubted=False)

    async def _doubt(self, post: Post, now: datetime) -> None:
        if self._in_doubt == "report":
            error = "it cannot be known whether it arrived"
            await self._settle(post, PostState.IN_DOUBT, now, error)
            logger.error("Whether post %s reached %s is in doubt.", post.id, post.address)
        else:
            await self._requeue(post, now, doubted=True)
            logger.warning("Post %s to %s may come twice.", post.id, post.address)

    async def _requeue(self, post: Post, now: datetime, *, doubted: bool) -> None:
        if post.attempts >= MOST_ATTEMPTS:
            await self._settle(post, PostState.FAILED, now, "given up after many tries")
            logger.error("Post %s to %s was given up.", post.id, post.address)
            return
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


def _pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * (1 << attempts - 1), LONGEST_PAUSE)
