"""What is asked for at the same time is done at once, and fails apart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy.exc import OperationalError

from scheduler.delivery.together import MOST, Together


@dataclass
class Desk:
    """Doubles numbers; of a negative one it will have nothing, and of zero nothing works."""

    batches: list[list[int]] = field(default_factory=list)

    async def double(self, asked: Sequence[int]) -> list[int]:
        await asyncio.sleep(0)
        self.batches.append(list(asked))
        if 0 in asked:
            raise OperationalError("", {}, Exception())
        if min(asked) < 0:
            raise ValueError(min(asked))
        return [2 * one for one in asked]


async def test_what_comes_while_it_is_busy_is_done_at_once() -> None:
    desk = Desk()
    together = Together(desk.double)

    answers = await asyncio.gather(*map(together.ask, range(1, MOST + 3)))

    assert answers == [2 * n for n in range(1, MOST + 3)]
    assert [len(batch) for batch in desk.batches] == [1, MOST, 1]


async def test_one_that_fails_does_not_keep_the_others_from_it() -> None:
    desk = Desk()
    together = Together(desk.double)

    answers = await asyncio.gather(*map(together.ask, [1, 2, -3, 4]), return_exceptions=True)

    assert [answers[0], answers[1], answers[3]] == [2, 4, 8]
    assert isinstance(answers[2], ValueError)
    assert desk.batches == [[1], [2, -3, 4], [2], [-3], [4]]


async def test_without_a_database_each_is_told_at_once() -> None:
    desk = Desk()
    together = Together(desk.double)

    answers = await asyncio.gather(*map(together.ask, [1, 0, 4]), return_exceptions=True)

    assert [type(one) for one in answers] == [int, OperationalError, OperationalError]
    assert desk.batches == [[1], [0, 4]]


async def test_who_gives_up_waiting_has_asked_for_nothing() -> None:
    desk = Desk()
    together = Together(desk.double)
    first, second = (asyncio.create_task(together.ask(n)) for n in (1, 2))
    await asyncio.sleep(0)
    second.cancel()

    assert await first == 2
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await together.ask(3) == 6
    assert desk.batches == [[1], [3]]
