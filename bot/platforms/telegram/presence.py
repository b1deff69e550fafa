"""Signs of life that must be kept up: "typing…" lasts five seconds, a pressed button waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.messages import DeliveryError, Undeliverable
from bot.platforms.telegram.addresses import Place
from bot.platforms.telegram.posting import Poster

__all__ = ["Presence"]

logger = logging.getLogger(__name__)

#: Seconds between two signs; Telegram shows each for five.
REPEAT = 4.0
#: Seconds after one answer until the sign is shown again for the next.
ANEW = 1.0
#: Seconds after which nobody believes any more that an answer is being written.
LONGEST = 120.0
#: Seconds after which a press is answered though nobody has said anything to it yet; a while
#: later Telegram does not take the answer any more.
PATIENCE = 8.0
#: Seconds between two looks.
STEP = 0.5


@dataclass(slots=True)
class _Typing:
    """A sign that is kept up."""

    #: How many answers are being written there.
    answers: int
    #: When the next sign is due, and after when there are none.
    following: float
    last: float


class Presence:
    """Keeps up what people see while they wait. Nothing here fails: the answer matters more."""

    def __init__(
        self,
        poster: Poster,
        *,
        time: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._poster = poster
        self._time = time
        self._sleep = sleep
        #: Where answers are being written.
        self._typing: dict[Place, _Typing] = {}
        #: Presses without an answer -> when their patience ends.
        self._presses: dict[str, float] = {}

    async def run(self) -> None:
        """Repeat the signs until cancelled."""
        while True:
            now = self._time()
            late = [query for query, end in self._presses.items() if end <= now]
            due = [place for place, typing in self._typing.items() if typing.following <= now]
            await asyncio.gather(
                *(self.answer(query) for query in late), *(self._repeat(place) for place in due)
            )
            await self._sleep(STEP)

    async def start(self, place: Place) -> None:
        """Show that an answer is being written there, until `stop`; they are counted."""
        now = self._time()
        if place in self._typing:  # the sign is there already
            self._typing[place].answers += 1
            self._typing[place].last = now + LONGEST
            return
        self._typing[place] = _Typing(1, now + REPEAT, now + LONGEST)
        await self._sign(place)

    def stop(self, place: Place) -> None:
        """Show it no more for one answer; Telegram itself ends the sign when that arrives."""
        typing = self._typing.get(place)
        if typing is None:
            return
        typing.answers -= 1
        typing.following = min(typing.following, self._time() + ANEW)
        if typing.answers == 0:
            del self._typing[place]

    def watch(self, query_id: str) -> None:
        """See to it that this press is answered."""
        self._presses[query_id] = self._time() + PATIENCE

    async def answer(self, query_id: str) -> None:
        """Answer a press without words, unless it has been answered."""
        if self._presses.pop(query_id, None) is None:
            return
        try:
            await self._poster.answer_press(query_id)
        except (DeliveryError, Undeliverable) as error:
            logger.info("A press could not be answered: %s", error)

    def answered(self, query_id: str) -> None:
        """Note that a press was answered elsewhere."""
        self._presses.pop(query_id, None)

    async def _repeat(self, place: Place) -> None:
        typing, now = self._typing.get(place), self._time()
        if typing is None:  # the answer came while others' signs were repeated
            return
        if now >= typing.last:
            del self._typing[place]
            return
        typing.following = now + REPEAT
        await self._sign(place)

    async def _sign(self, place: Place) -> None:
        try:
            await self._poster.typing(place)
        except (DeliveryError, Undeliverable) as error:
            logger.info("A sign of life was not taken: %s", error)
            pause = error.retry_after if isinstance(error, DeliveryError) else LONGEST
            if pause and (typing := self._typing.get(place)):
                typing.following = max(typing.following, self._time() + pause)
