"""Signs of life and previews, in simulated time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from bot.limits import Limiter
from bot.messages import ChatKind, DeliveryError, Message, Undeliverable
from bot.platforms.telegram.addresses import Place
from bot.platforms.telegram.outgoing import Part
from bot.platforms.telegram.posting import OVERALL, Poster, rates
from bot.platforms.telegram.presence import Presence
from bot.platforms.telegram.responder import ChatResponder, Desk

HERE = Place(-1007)


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 0.0
    ends: float = 60.0

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)
        if self.now > self.ends:
            raise TimeoutError


@dataclass
class Signs:
    """A poster that remembers the signs it was asked for."""

    clock: Clock
    error: Exception | None = None
    typed: list[float] = field(default_factory=list)
    answered: list[tuple[float, str]] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)

    async def typing(self, place: Place) -> None:
        self.typed.append(self.clock.now)
        if self.error:
            raise self.error

    async def answer_press(self, query_id: str) -> None:
        self.answered.append((self.clock.now, query_id))
        if self.error:
            raise self.error

    async def send(
        self, place: Place, part: Part, *, reply_to: str = "", only_so: bool = False
    ) -> str:
        self.shown.append(self.clock.now)
        return "1"

    async def edit(self, place: Place, message_id: str, part: Part) -> None:
        self.shown.append(self.clock.now)


def made(clock: Clock, signs: Signs) -> Presence:
    return Presence(cast(Poster, signs), time=clock.time, sleep=clock.sleep)


async def passes(presence: Presence, clock: Clock, seconds: float) -> None:
    clock.ends = clock.now + seconds
    try:
        await presence.run()
    except TimeoutError:
        return


async def test_an_answer_may_come_while_signs_are_repeated() -> None:
    clock = Clock()
    there = Place(-1008)

    @dataclass
    class Overtaken(Signs):
        async def typing(self, place: Place) -> None:
            await super().typing(place)
            if len(self.typed) == 3:  # the first that is repeated
                presence.stop(there)

    signs = Overtaken(clock)
    presence = made(clock, signs)
    await presence.start(HERE)
    await presence.start(there)

    await passes(presence, clock, 9)

    assert signs.typed == [0.0, 0.0, 4.0, 8.0]


async def test_the_typing_sign_is_kept_up_until_the_last_answer() -> None:
    clock = Clock()
    signs = Signs(clock)
    presence = made(clock, signs)

    await presence.start(HERE)
    await passes(presence, clock, 10)
    await presence.start(HERE)
    presence.stop(HERE)
    await passes(presence, clock, 5)
    presence.stop(HERE)
    presence.stop(HERE)
    await passes(presence, clock, 20)

    assert signs.typed == [0.0, 4.0, 8.0, 11.5, 15.5]


async def test_nobody_types_for_ever() -> None:
    clock = Clock()
    signs = Signs(clock, error=DeliveryError("busy"))
    presence = made(clock, signs)

    await presence.start(HERE)
    await passes(presence, clock, 300)

    assert max(signs.typed) == 116.0


@pytest.mark.parametrize(
    ("error", "typed"),
    [
        (DeliveryError("too many", retry_after=7), [0.0, 7.0, 14.0]),
        (Undeliverable("may not write"), [0.0]),
    ],
)
async def test_a_refused_sign_is_not_asked_for_again_too_soon(
    error: Exception, typed: list[float]
) -> None:
    clock = Clock()
    signs = Signs(clock, error=error)
    presence = made(clock, signs)

    await presence.start(HERE)
    await passes(presence, clock, 20)

    assert signs.typed == typed


async def test_a_press_is_answered_in_the_end_and_once() -> None:
    clock = Clock()
    signs = Signs(clock, error=Undeliverable("too old"))
    presence = made(clock, signs)

    for query in ("left", "answered", "noted"):
        presence.watch(query)
    await presence.answer("answered")
    presence.answered("noted")
    await passes(presence, clock, 30)
    await presence.answer("left")

    assert signs.answered == [(0.0, "answered"), (8.0, "left")]


async def test_previews_in_a_group_leave_room_for_answers() -> None:
    clock = Clock(ends=1e9)
    signs = Signs(clock)
    limiter = Limiter(OVERALL, rates, time=clock.time, sleep=clock.sleep)
    desk = Desk(
        poster=cast(Poster, signs),
        presence=made(clock, signs),
        limiter=limiter,
        deep_link=lambda _: "",
        sleep=clock.sleep,
    )
    message = Message(
        id="telegram:1",
        platform="telegram",
        address="telegram:-1007",
        chat="telegram:-1007",
        author="telegram:7",
        chat_kind=ChatKind.GROUP,
        ref="5",
    )
    responder = ChatResponder(message, desk)

    for number in range(60):
        await responder.append(f"slovo{number} ")
        clock.now += 1

    # One in three seconds, until only what answers need is left of the minute's twenty.
    assert signs.shown == [3.0 * number for number in range(12)]
