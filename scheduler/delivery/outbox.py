"""Sends what is queued: each post claimed once, settled, and after a crash looked up or doubted.

The order is: the platform's limit first (waiting there holds no claim), then the claim together
with the notice made from what holds now, then the call with a timeout shorter than the claim's
lease, then the result. A crash in between leaves a claim whose lease runs out.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

import scheduler.store.leases as leases
import scheduler.store.posts as posts
import scheduler.store.state as state
import scheduler.store.telling as telling
from scheduler.delivery.notices import Composed, compose
from scheduler.delivery.owners import is_dead
from scheduler.delivery.settling import Settling
from scheduler.delivery.stranded import record_stranded
from scheduler.delivery.together import Together
from scheduler.errors import CannotTell, NotDelivered, Undeliverable
from scheduler.ports import Clock, Deliverer
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
#: Sends under way at once on a platform; most of them wait for a chat's own limit.
MOST_AT_ONCE = 100
#: Addresses read at once.
BATCH = 500
#: What cannot be written down is tried again after such a pause.
RECOVERY = 5.0  # seconds
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
        self._settling = Settling(store, owner, in_doubt)
        #: By platform, so that none waits for another that does not answer.
        self._ready: dict[str, deque[Post]] = defaultdict(deque)
        self._under_way: Counter[str] = Counter()
        #: Platforms whose queue holds nothing that we do not know.
        self._read: set[str] = set()
        #: By address.
        self._busy: Counter[str] = Counter()
        #: Platforms this process sends for, looked up again at an instant of the loop's clock.
        self._led: set[str] = set()
        self._led_until = 0.0
        self._swept_at: datetime | None = None
        self._writes = Together(self._write)
        self._changed = asyncio.Event()
        self._failure: SQLAlchemyError | None = None
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

    def wake(self) -> None:
        """Say that there may be something new to send, though a call is under way."""
        self._read.clear()
        self._changed.set()

    async def drain(self, clock: Clock) -> None:
        """Send what may be sent now; return when nothing more may.

        Raises:
            SQLAlchemyError: the database fails us; what was under way has been finished first.
        """
        self._led_until, self._failure = 0.0, None
        self._read.clear()
        await self._sweep(clock())
        async with asyncio.TaskGroup() as group:
            while not self._stopping and self._failure is None:
                self._changed.clear()
                await self._begin(group, clock)
                # What ended while rows were read may have made way for more.
                if not self._busy and not self._changed.is_set():
                    break
                await self._changed.wait()
        if self._failure is not None:
            raise self._failure

    async def _begin(self, group: asyncio.TaskGroup, clock: Clock) -> None:
        """Begin with all for which there is room."""
        try:
            lost = await self._refill(clock())
        except SQLAlchemyError as error:
            self._failure = error
            return
        for post in lost:
            self._start(group, self._settle_lost, post, clock)
        for platform, ready in self._ready.items():
            while ready and self._under_way[platform] < MOST_AT_ONCE:
                post = ready.popleft()
                if post.address not in self._busy:
                    self._start(group, self._send, post, clock)

    def _start(
        self,
        group: asyncio.TaskGroup,
        work: Callable[[Post, Clock], Awaitable[None]],
        post: Post,
        clock: Clock,
    ) -> None:
        self._busy[post.address] += 1
        self._under_way[post.platform] += 1
        group.create_task(self._work(work, post, clock))

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
        if self._platforms is None or (self._swept_at and abs(now - self._swept_at) < SWEEP):
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
        unread = [one for one in self._led if one not in self._read and not self._ready[one]]
        if not unread:
            return []
        self._read.update(unread)  # first: what ends while rows are read asks for another look
        async with self._store.reading() as connection:
            if await state.get(connection, "paused"):
                return []
            at = await self._store.lease_time(connection)
            left_behind = await posts.any_abandoned(connection, unread, at=at, but=self._busy)
            for platform in unread:
                found = await posts.queued(connection, now, platform, BATCH + len(self._busy))
                self._ready[platform].extend(one for one in found if one.address not in self._busy)
        if not left_behind:
            return []
        async with self._store.writing() as connection:
            return await posts.abandoned(
                connection, self._owner, unread, at=at, lease=LEASE, but=self._busy
            )

    async def _work(
        self, work: Callable[[Post, Clock], Awaitable[None]], post: Post, clock: Clock
    ) -> None:
        try:
            await self._do(work, post, clock)
        except SQLAlchemyError as error:  # what else is under way is not torn off: it may arrive
            self._failure = error
        finally:
            self._busy -= Counter([post.address])
            self._under_way[post.platform] -= 1
            self._read.discard(post.platform)
            self._changed.set()

    async def _do(
        self, work: Callable[[Post, Clock], Awaitable[None]], post: Post, clock: Clock
    ) -> None:
        try:
            await work(post, clock)
        except SQLAlchemyError:
            raise
        except Exception:
            # An adapter may raise anything, and one post must not keep the others from being sent.
            # A post that was claimed is left to its lease, for it may have arrived.
            logger.exception("Post %s to %s could not be handled.", post.id, post.address)
            await self._settling.mistaken(post, clock())

    async def _send(self, waiting: Post, clock: Clock) -> None:
        await self._deliverer.ready(waiting.address)
        if self._stopping:
            return
        elapsed = _stopwatch(clock)
        claimed = await self._writes.ask(_Claim(waiting, clock()))
        if claimed is None or claimed.notice is None:
            return
        post, notice = claimed.post, claimed.notice
        if elapsed() > SOON:  # its lease would be over before the call has surely ended
            error = NotDelivered("the machine was too busy to send it")
            await self._settling.refused(post, error, clock())
            return
        try:
            async with asyncio.timeout(TIMEOUT):
                ref = await self._deliverer.deliver(notice)
        except TimeoutError:
            self._settling.unanswered(post, "no answer in time")
        except NotDelivered as error:
            await self._settling.refused(post, error, clock())
        except Undeliverable as error:
            await self._settling.unwanted(post, error, clock())
        else:
            await self._arrived(post, ref, clock())
            logger.info("Posted %s to %s.", post.id, post.address)

    async def _arrived(self, post: Post, ref: str, now: datetime) -> None:
        """Write down that a post arrived, once the database can be used: nobody else knows."""
        while True:
            try:
                await self._writes.ask(_Arrival(post.id, ref, now))
            except SQLAlchemyError as error:
                self._failure = error
                logger.warning("Post %s to %s cannot be noted yet.", post.id, post.address)
                await asyncio.sleep(RECOVERY)
            else:
                return

    async def _write(self, asked: Sequence[_Claim | _Arrival]) -> list[Composed | None]:
        """Write down what arrived and claim what is to be sent, in one transaction."""
        arrivals = [one for one in asked if isinstance(one, _Arrival)]
        claims = [one for one in asked if isinstance(one, _Claim)]
        made: dict[str, Composed] = {}
        async with self._store.writing() as connection:
            if arrivals:
                refs = [(one.post_id, one.ref) for one in arrivals]
                await posts.sent(connection, refs, max(one.at for one in arrivals))
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

    async def _settle_lost(self, post: Post, clock: Clock) -> None:
        """Find out whether a post arrived whose sender died or got no answer."""
        since = (post.claimed_at or post.due_at) - LOOK_BACK
        try:
            async with asyncio.timeout(TIMEOUT):
                ref = await self._deliverer.find(post.address, post.id, since)
        except CannotTell:
            await self._settling.doubted(post, clock())
            return
        except (NotDelivered, TimeoutError):
            return  # asked again when this claim, too, has run out
        except Undeliverable as error:
            await self._settling.unwanted(post, error, clock())
            return
        if ref is not None:
            await self._arrived(post, ref, clock())
            logger.info("Post %s had reached %s.", post.id, post.address)
            return
        await self._settling.absent(post, clock())


def _stopwatch(clock: Clock) -> Callable[[], float]:
    """Return what tells the seconds since now.

    By the loop's time, which nobody can set, and by the clock, which goes on while the machine
    sleeps.
    """
    loop = asyncio.get_running_loop()
    begun, at = loop.time(), clock()
    return lambda: max(loop.time() - begun, (clock() - at).total_seconds())
