"""The limiter, on a clock of its own."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.limits import Limiter, Rate


class Clock:
    """Time that jumps to the next sleeper as soon as everybody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self.naps = 0

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps += 1
        done = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self.now + seconds, self.naps, done))
        await done

    async def run(self, *tasks: asyncio.Task[None]) -> None:
        """Let time pass until the tasks are done."""
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if not all(task.done() for task in tasks):
                self._wake_next()
        await asyncio.gather(*tasks)

    def _wake_next(self) -> None:
        self.now, _, done = heappop(self._sleepers)
        if not done.done():
            done.set_result(None)


class Sends:
    """Tasks that each send one message, and when each was allowed to."""

    def __init__(self, clock: Clock, limiter: Limiter) -> None:
        self.clock = clock
        self.limiter = limiter
        self.log: list[tuple[str, float]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def send(self, name: str, chat: str, *, urgent: bool = False, after: float = 0) -> None:
        self.tasks.append(asyncio.create_task(self._send(name, chat, urgent, after)))

    async def _send(self, name: str, chat: str, urgent: bool, after: float) -> None:
        if after:
            await self.clock.sleep(after)
        await self.limiter.slot(chat, urgent=urgent)
        self.log.append((name, self.clock.now - 1000))

    async def finish(self) -> list[str]:
        await self.clock.run(*self.tasks)
        return [name for name, _ in self.log]


def sends(overall: list[Rate], chat: list[Rate]) -> Sends:
    clock = Clock()
    return Sends(clock, Limiter(overall, lambda _: chat, time=clock.time, sleep=clock.sleep))


def most_in_window(times: list[float], seconds: float) -> int:
    return max(sum(start <= at < start + seconds for at in times) for start in times)


async def test_what_is_within_the_limits_does_not_wait() -> None:
    made = sends([Rate(30, 1)], [Rate(1, 1)])
    for number in range(30):
        made.send(str(number), f"chat{number}", urgent=number >= 27)

    await made.finish()

    assert [at for _, at in made.log] == [0.0] * 30
    assert made.clock.naps == 0


async def test_a_backlog_drains_at_nearly_the_permitted_rate() -> None:
    made = sends([Rate(30, 1)], [Rate(1, 1)])
    for number in range(3000):
        made.send(str(number), f"chat{number}")

    await made.finish()

    times = [at for _, at in made.log]
    assert most_in_window(times, 1) == 30
    assert (3000 - 30) / 30 / times[-1] >= 0.97
    assert made.clock.naps < 3000  # one watches the clock for all


async def test_urgent_ones_that_meet_a_burst_do_not_wait() -> None:
    made = sends([Rate(30, 1)], [Rate(1, 1)])
    for number in range(300):
        made.send(str(number), f"chat{number}")
    for number in range(3):
        made.send(f"u{number}", f"other{number}", urgent=True, after=0.02)

    await made.finish()

    assert [at for name, at in made.log if name[0] == "u"] == [pytest.approx(0.02)] * 3


@settings(max_examples=100, deadline=None, derandomize=True)
@given(after=st.floats(0, 4), patient=st.integers(27, 200))
def test_an_urgent_one_never_waits_for_a_whole_window(after: float, patient: int) -> None:
    async def scenario() -> dict[str, float]:
        made = sends([Rate(30, 1)], [Rate(1, 1)])
        for number in range(patient):
            made.send(str(number), f"chat{number}")
        made.send("u", "other", urgent=True, after=after)
        await made.finish()
        return dict(made.log)

    sent = asyncio.run(scenario())

    assert sent["u"] - after < 0.75


async def test_a_full_group_drains_at_nearly_its_rate() -> None:
    made = sends([Rate(30, 1)], [Rate(1, 1), Rate(20, 60)])
    for number in range(200):
        made.send(str(number), "group")

    await made.finish()

    times = [at for _, at in made.log]
    assert most_in_window(times, 60) == 20
    assert (9 * 60 + 19) / times[-1] >= 0.97


async def test_urgent_ones_go_first_and_each_kind_keeps_its_order() -> None:
    made = sends([Rate(1, 1)], [Rate(5, 1)])
    for name in ("n1", "n2", "n3"):
        made.send(name, name)
    for name in ("u1", "u2"):
        made.send(name, name, urgent=True, after=0.5)

    assert await made.finish() == ["n1", "u1", "u2", "n2", "n3"]


async def test_urgent_ones_go_first_within_a_chat() -> None:
    made = sends([Rate(30, 1)], [Rate(1, 1)])
    for name in ("n1", "n2", "n3"):
        made.send(name, "chat")
    made.send("u1", "chat", urgent=True, after=0.5)

    assert await made.finish() == ["n1", "u1", "n2", "n3"]


async def test_a_full_chat_does_not_keep_others_waiting() -> None:
    made = sends([Rate(30, 1)], [Rate(1, 10)])
    made.send("a1", "a")
    made.send("a2", "a", urgent=True)
    made.send("b1", "b", after=1)

    await made.finish()

    assert made.log == [("a1", 0.0), ("b1", 1.0), ("a2", pytest.approx(10.25))]


async def test_a_hold_of_one_chat_stops_only_that_chat() -> None:
    made = sends([Rate(30, 1)], [Rate(5, 1)])
    made.limiter.hold(7, "a")
    made.send("a1", "a", urgent=True)
    made.send("b1", "b")

    await made.finish()

    assert made.log == [("b1", 0.0), ("a1", 7.0)]


async def test_an_overall_hold_stops_all() -> None:
    made = sends([Rate(30, 1)], [Rate(5, 1)])
    made.limiter.hold(3)
    made.send("a1", "a")
    made.send("b1", "b")
    made.send("c1", "c", urgent=True)

    await made.finish()

    assert sorted(made.log) == [("a1", 3.0), ("b1", 3.0), ("c1", 3.0)]


async def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    made = sends([Rate(30, 1)], [Rate(5, 1)])
    made.limiter.hold(9, "a")
    made.limiter.hold(2, "a")
    made.send("a1", "a")

    await made.finish()

    assert made.log == [("a1", 9.0)]


async def test_a_cancelled_wait_leaves_its_turn_to_the_next() -> None:
    made = sends([Rate(1, 1)], [Rate(1, 1)])
    for name in ("1", "2", "3"):
        made.send(name, "chat")
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    made.tasks.pop(1).cancel()

    assert await made.finish() == ["1", "3"]
    assert made.log[-1][1] == pytest.approx(1.025)


async def test_take_is_refused_while_little_is_left() -> None:
    made = sends([Rate(30, 1)], [Rate(4, 60)])

    assert [made.limiter.take("chat", reserve=2) for _ in range(4)] == [True, True, False, False]
    assert made.limiter.take("chat") is True


async def test_a_reserve_is_kept_of_the_larger_rates_only() -> None:
    made = sends([Rate(30, 1)], [Rate(1, 1), Rate(5, 60)])

    taken = []
    for _ in range(4):
        taken.append(made.limiter.take("chat", reserve=3))
        made.clock.now += 2

    assert taken == [True, True, False, False]
    assert made.limiter.take("chat") is True


async def test_take_is_refused_during_a_hold() -> None:
    made = sends([Rate(30, 1)], [Rate(4, 60)])
    made.limiter.hold(5, "chat")

    assert made.limiter.take("chat") is False
    assert made.limiter.take("another") is True


async def test_take_never_goes_before_those_who_wait() -> None:
    made = sends([Rate(1, 1)], [Rate(5, 1)])
    made.send("1", "a")
    made.send("2", "a")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    made.clock.now += 5

    assert made.limiter.take("a") is False
    assert await made.finish() == ["1", "2"]


async def test_what_was_held_up_on_the_way_counts_from_its_arrival() -> None:
    made = sends([Rate(2, 1)], [Rate(1, 1)])
    made.limiter.arrived("another", 0.1)  # what a call takes
    for chat in ("a", "b"):
        await made.limiter.slot(chat)
    made.clock.now += 0.5
    made.limiter.arrived("a", 0.5)
    made.limiter.arrived("b", 0.5)
    made.send("c", "c")
    made.send("a", "a")

    await made.finish()

    assert [at for _, at in made.log] == [pytest.approx(0.4 + 1.025, abs=0.01)] * 2


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 0.4), min_size=40, max_size=80))
def test_the_platform_never_sees_an_overfull_window(held_up: list[float]) -> None:
    async def scenario() -> list[float]:
        made, arrivals = sends([Rate(5, 1)], [Rate(3, 1)]), list[float]()
        made.limiter.arrived("any", 0.1)

        async def post(number: int, delay: float) -> None:
            await made.limiter.slot(f"chat{number % 9}")
            began = made.clock.now
            await made.clock.sleep(0.05 + delay)
            arrivals.append(made.clock.now)
            await made.clock.sleep(0.05)
            made.limiter.arrived(f"chat{number % 9}", made.clock.now - began)

        posts = [asyncio.create_task(post(n, delay)) for n, delay in enumerate(held_up)]
        await made.clock.run(*posts)
        return arrivals

    assert most_in_window(asyncio.run(scenario()), 1) <= 5


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([0.0, 0.02, 0.05]) | st.floats(0, 0.3), min_size=40, max_size=80))
def test_messages_that_are_prepared_quickly_or_slowly_overfill_no_window(
    needed: list[float],
) -> None:
    assert most_in_window(asyncio.run(prepared(needed, Rate(5, 1))), 1) <= 5


def test_what_is_written_before_each_call_makes_no_window_longer() -> None:
    arrivals = asyncio.run(prepared([0.02] * 900, Rate(30, 1)))

    assert (len(arrivals) - 1) / (arrivals[-1] - arrivals[0]) >= 0.97 * 30


async def prepared(needed: list[float], rate: Rate) -> list[float]:
    """Return when messages arrive that each need so long between their turn and their call."""
    made, arrivals = sends([rate], [Rate(3, 1)]), list[float]()

    async def post(number: int, preparing: float) -> None:
        await made.limiter.slot(f"chat{number % 100}")
        await made.clock.sleep(preparing)
        arrivals.append(made.clock.now)
        await made.clock.sleep(0.1)
        made.limiter.arrived(f"chat{number % 100}", 0.1)

    posts = [asyncio.create_task(post(n, seconds)) for n, seconds in enumerate(needed)]
    await made.clock.run(*posts)
    return arrivals


async def test_idle_chats_are_forgotten() -> None:
    made = sends([Rate(100, 1)], [Rate(1, 1)])
    for number in range(5000):
        made.clock.now += 0.1
        await made.limiter.slot(f"chat{number}")

    assert len(made.limiter._chats) <= 1000


@pytest.mark.parametrize(("count", "seconds"), [(0, 1.0), (1, 0.0)])
def test_a_senseless_rate_is_refused(count: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        Rate(count, seconds)


rates = st.lists(
    st.builds(Rate, st.integers(1, 5), st.sampled_from([0.5, 1.0, 3.0])), min_size=1, max_size=2
)
messages = st.lists(
    st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from([0.0, 0.3, 1.0, 2.5])),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(overall=rates, chat=rates, wanted=messages, held=st.sampled_from([None, "a", ""]))
def test_no_window_is_ever_overfull_and_everybody_gets_a_turn(
    overall: list[Rate],
    chat: list[Rate],
    wanted: list[tuple[str, bool, float]],
    held: str | None,
) -> None:
    async def scenario() -> Sends:
        made = sends(overall, chat)
        if held is not None:
            made.limiter.hold(2, held or None)
        for number, (where, urgent, after) in enumerate(wanted):
            made.send(f"{where}{'un'[not urgent]}{number}", where, urgent=urgent, after=after)
        await made.finish()
        return made

    made = asyncio.run(scenario())

    times = [at for _, at in made.log]
    by_chat = defaultdict(list)
    for name, at in made.log:
        by_chat[name[0]].append(at)
    assert len(times) == len(wanted)
    assert all(most_in_window(times, rate.seconds) <= rate.count for rate in overall)
    assert all(
        most_in_window(own, rate.seconds) <= rate.count for own in by_chat.values() for rate in chat
    )
    if held is not None:
        assert all(at >= 2 for name, at in made.log if held in ("", name[0]))


@settings(max_examples=100, deadline=None)
@given(wanted=st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), min_size=1, max_size=20))
def test_the_order_within_a_chat_is_urgent_first_then_as_asked(
    wanted: list[tuple[str, bool]],
) -> None:
    async def scenario() -> list[str]:
        made = sends([Rate(2, 1)], [Rate(1, 1)])
        made.limiter.hold(1)  # so that all of them wait together
        for number, (where, urgent) in enumerate(wanted):
            made.send(f"{where}{number}", where, urgent=urgent)
        return await made.finish()

    order = asyncio.run(scenario())

    for chat in "ab":
        own = [(not urgent, n) for n, (where, urgent) in enumerate(wanted) if where == chat]
        assert [name for name in order if name[0] == chat] == [f"{chat}{n}" for _, n in sorted(own)]


class CreepingClock(Clock):
    """Time that goes on at each look, as it does on a real machine."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def time(self) -> float:
        self.now += 0.001
        self.looks += 1
        assert self.looks < 10_000, "it looks at the clock for ever"
        return self.now


@pytest.mark.parametrize("seconds", [0.99, 0.993, 0.997, 1.0, 1.003])
async def test_a_turn_that_comes_while_turns_are_given_is_given_at_the_next(
    seconds: float,
) -> None:
    clock = CreepingClock()
    limiter = Limiter(
        [Rate(30, 1)], lambda _: [Rate(1, seconds)], time=clock.time, sleep=clock.sleep
    )
    sent = Sends(clock, limiter)
    for number in range(20):
        sent.send(str(number), f"chat{number % 3}")

    assert len(await sent.finish()) == 20
