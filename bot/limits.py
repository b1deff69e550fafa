"""Keeps what is sent within a platform's limits: overall and per chat, urgent messages first.

The limits belong to a bot token, so one limiter serves everything that is sent with it.
"""

from __future__ import annotations

import asyncio
import itertools
import time as clock
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

__all__ = ["Limiter", "Rate"]

#: Windows are kept longer by this share: the platform counts when a message arrives, and two that
#: left a full window apart may arrive a little closer.
MARGIN = 0.025

#: Of the turns of a window this share is left to urgent messages at first, so that one that meets
#: a burst of others need not wait for the next window; of small windows, which are short, none.
RESERVE = 0.1
#: What is left is given to the others by and by, until this share of the window has passed: a
#: backlog begins a little later and drains as fast.
RELEASED = 1 / 3

#: Chats that are remembered before idle ones are forgotten.
REMEMBERED = 1000

#: The fastest call is forgotten by and by, by this factor with each: a network may become slower.
FADING = 1.005


#: What patient messages need between turn and call is believed to grow by so much with each, and to
#: be so much at most: one that needs nothing all of a sudden comes no earlier than MARGIN allows.
LATER, LATEST = 0.001, 0.025  # seconds


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages in any span of `seconds`."""

    count: int
    seconds: float

    def __post_init__(self) -> None:
        if self.count < 1 or self.seconds <= 0:
            raise ValueError(f"not a rate: {self.count} in {self.seconds} s")


@dataclass(slots=True, eq=False)
class _Turn:
    """A turn that was taken."""

    granted: float
    urgent: bool
    #: When its message arrives, as far as is known.
    at: float


@dataclass(slots=True, eq=False)
class _Ticket:
    """One message that waits for its turn."""

    chat: str
    urgent: bool
    order: int
    turn: _Turn | None = None
    #: Set when it was granted, or when it is to watch the clock for the others.
    called: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def rank(self) -> tuple[bool, int]:
        return not self.urgent, self.order


class _Allowance:
    """Several rates at once, and a hold: when is one more allowed?"""

    def __init__(self, rates: Sequence[Rate]) -> None:
        self._windows = [(rate, deque[_Turn](maxlen=rate.count)) for rate in rates]
        self._held_until = float("-inf")

    def free_at(self) -> float:
        """Return the instant from which one more is allowed."""
        free = self._held_until
        for rate, taken in self._windows:
            if len(taken) == rate.count:
                free = max(free, taken[0].at + rate.seconds * (1 + MARGIN))
        return free

    def patient_free_at(self, now: float) -> float:
        """Return the instant from which one more that is not urgent is allowed, as seen now."""
        free = self.free_at()
        for rate, taken in self._windows:
            if not (reserve := int(rate.count * RESERVE)):
                continue
            window = rate.seconds * (1 + MARGIN)
            counted = [turn.at for turn in taken if turn.at + window > now]
            left = rate.count - len(counted)
            if 1 <= left <= reserve:
                share = (reserve - left + 1) / reserve * RELEASED
                free = max(free, counted[0] + window * share)
        return free

    def spares(self, reserve: int, now: float) -> bool:
        """Whether one is allowed at once and `reserve` more would be left of the larger rates."""
        if self._held_until > now:
            return False
        return all(
            rate.count - sum(turn.at + rate.seconds * (1 + MARGIN) > now for turn in taken)
            > min(reserve, rate.count - 1)
            for rate, taken in self._windows
        )

    def take(self, turn: _Turn) -> None:
        for _, taken in self._windows:
            taken.append(turn)

    def hold(self, until: float) -> None:
        self._held_until = max(self._held_until, until)

    def idle(self, now: float) -> bool:
        """Whether nothing would be lost by forgetting it."""
        return self._held_until <= now and all(
            turn.at + rate.seconds * (1 + MARGIN) <= now
            for rate, taken in self._windows
            for turn in taken
        )


class _Chat:
    """What waits in one chat, and what the chat still allows."""

    def __init__(self, rates: Sequence[Rate]) -> None:
        self.allowance = _Allowance(rates)
        self.urgent: deque[_Ticket] = deque()
        self.normal: deque[_Ticket] = deque()
        #: The turn that was granted last.
        self.last: _Turn | None = None

    @property
    def first(self) -> _Ticket | None:
        queue = self.urgent or self.normal
        return queue[0] if queue else None

    def queue(self, ticket: _Ticket) -> deque[_Ticket]:
        return self.urgent if ticket.urgent else self.normal


class Limiter:
    """Hands out turns: urgent ones first, otherwise in the order they were asked for.

    A chat that has used up its own rate does not keep other chats waiting.
    """

    def __init__(
        self,
        overall: Sequence[Rate],
        per_chat: Callable[[str], Sequence[Rate]],
        *,
        time: Callable[[], float] = clock.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`per_chat` tells the rates of a chat by the key that `slot` was given."""
        self._overall = _Allowance(overall)
        self._per_chat = per_chat
        self._time = time
        self._sleep = sleep
        self._orders = itertools.count()
        self._chats: dict[str, _Chat] = {}
        self._forget_at = REMEMBERED
        # Heaps over chats. Entries may be out of date; they are checked when they come up.
        self._ready: list[tuple[tuple[bool, int], str]] = []
        self._blocked: list[tuple[float, str]] = []
        #: When the earliest of the sleepers wakes; None: nobody watches the clock.
        self._alarm: float | None = None
        #: Seconds that a call takes when nothing holds it up.
        self._fastest = float("inf")
        #: Seconds between turn and call of patient messages, at the least: they get their turns so
        #: much earlier, else each window would be longer by what is written before a call.
        self._preparing = 0.0

    async def slot(self, address: str, *, urgent: bool = False) -> None:
        """Wait until one more message may be sent to this chat, and take that turn.

        address: the chat whose limit counts. Where threads or topics share the limit of their
        chat, the chat's address without them.
        """
        ticket = _Ticket(address, urgent, next(self._orders))
        chat = self._chat(address)
        chat.queue(ticket).append(ticket)
        if chat.first is ticket:
            self._line_up(address, self._time())
            self._grant()
        try:
            while ticket.turn is None:
                await self._wait(ticket)
            # On a busy loop the waiter goes on later than it was let go: that is what counts.
            ticket.turn.at = self._time() + self._head_start(ticket)
        finally:
            if ticket.turn is None:
                chat.queue(ticket).remove(ticket)
                self._line_up(address, self._time())
            self._hand_over()

    def take(self, address: str, *, reserve: int = 0) -> bool:
        """Take a turn only if it is free now, nobody waits there and `reserve` more stay free.

        For what may as well be left out: a preview of an answer that is still being written.
        """
        now = self._time()
        chat = self._chat(address)
        spare = self._overall.spares(reserve, now) and chat.allowance.spares(reserve, now)
        if not spare or chat.first or self._ready:
            return False
        self._take(chat, _Turn(now, urgent=False, at=now))
        return True

    def arrived(self, address: str, took: float) -> None:
        """Count a chat's last message from when it may have arrived at the latest.

        The platform counts what arrives, and on a busy machine or line a message leaves later
        than its turn came: a window may then hold more than were let go in it.

        took: seconds until its call was answered. What the fastest calls need is no delay.
        """
        self._fastest = min(took, self._fastest * FADING)
        if (chat := self._chats.get(address)) and (turn := chat.last):
            now = self._time()
            turn.at = max(turn.at, now - self._fastest)
            if not turn.urgent:
                needed = now - took - turn.granted
                self._preparing = max(0.0, min(needed, self._preparing + LATER, LATEST))

    def hold(self, seconds: float, address: str | None = None) -> None:
        """Send nothing for a while: to one chat, or, without an address, to none."""
        until = self._time() + seconds
        allowance = self._chat(address).allowance if address is not None else self._overall
        allowance.hold(until)

    def now(self) -> float:
        """Return the time by the limiter's own clock."""
        return self._time()

    def _chat(self, address: str) -> _Chat:
        if address not in self._chats:
            if len(self._chats) >= self._forget_at:
                self._forget()
            self._chats[address] = _Chat(self._per_chat(address))
        return self._chats[address]

    def _forget(self) -> None:
        now = self._time()
        self._chats = {
            name: chat
            for name, chat in self._chats.items()
            if chat.first or not chat.allowance.idle(now)
        }
        self._forget_at = max(REMEMBERED, 2 * len(self._chats))

    def _line_up(self, name: str, now: float) -> None:
        """Put a chat's first ticket where it will be found when its turn may have come.

        now: the instant at which turns are being given. By a later one a ticket would stand among
        the ready that is not to go yet, and be looked at for ever.
        """
        chat = self._chats[name]
        if not (first := chat.first):
            return
        free_at = chat.allowance.free_at() - self._head_start(first)
        if free_at <= now:
            heappush(self._ready, (first.rank, name))
        else:
            heappush(self._blocked, (free_at, name))

    def _grant(self) -> None:
        """Give every turn that is free now."""
        now = self._time()
        while self._blocked and self._blocked[0][0] <= now:
            self._requeue(heappop(self._blocked)[1], now)
        while self._ready and self._first_free_at(now) <= now:
            rank, name = heappop(self._ready)
            chat = self._chats.get(name)
            if not chat or not (first := chat.first) or first.rank != rank:
                continue  # cancelled, or an urgent one has come before it
            head_start = self._head_start(first)
            if chat.allowance.free_at() - head_start <= now:
                first.turn = self._take(chat, _Turn(now, first.urgent, now + head_start))
                chat.queue(first).popleft()
                first.called.set()
            self._line_up(name, now)

    def _take(self, chat: _Chat, turn: _Turn) -> _Turn:
        chat.last = turn
        self._overall.take(turn)
        chat.allowance.take(turn)
        return turn

    def _requeue(self, name: str, now: float) -> None:
        if name in self._chats:
            self._line_up(name, now)

    def _first_free_at(self, now: float) -> float:
        """Return when the first of the ready may go as far as the overall rates allow it."""
        (patient, _), _ = self._ready[0]
        if patient:
            return self._overall.patient_free_at(now) - self._preparing
        return self._overall.free_at()

    def _head_start(self, ticket: _Ticket) -> float:
        return 0.0 if ticket.urgent else self._preparing

    def _next(self) -> float:
        """Return when a turn may become free."""
        times = [self._first_free_at(self._time())] if self._ready else []
        if self._blocked:
            times.append(max(self._blocked[0][0], self._overall.free_at() - self._preparing))
        return min(times)

    async def _wait(self, ticket: _Ticket) -> None:
        """Sleep until the next turn on behalf of all, or until called."""
        due = self._next()
        if self._alarm is not None and self._alarm <= due:
            ticket.called.clear()
            await ticket.called.wait()
            return
        self._alarm = due
        try:
            await self._sleep(max(0.0, due - self._time()))
        finally:
            if self._alarm == due:
                self._alarm = None
        self._grant()

    def _hand_over(self) -> None:
        """Let somebody who still waits watch the clock, if nobody does."""
        if self._alarm is not None:
            return
        for _, name in itertools.chain(self._ready, self._blocked):
            chat = self._chats.get(name)
            if chat and (first := chat.first):
                first.called.set()
                return
