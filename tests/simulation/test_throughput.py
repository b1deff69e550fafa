"""Many reminders due in one minute, on Telegram's limits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.limits import Limiter, Rate
from scheduler.database import open_database
from scheduler.events import Notice
from tests.scheduler.posting import FakeDeliverer, at, chat, join_world, seminar

LATE_MAY, DUE = at("2027-05-25 12:00"), at("2027-06-10 09:00")
CHATS = 80
#: Telegram allows 30 in a second, and 1 in a chat.
OVERALL, PER_CHAT = Rate(30, 1), Rate(1, 1)


@dataclass
class Limited(FakeDeliverer):
    """Posts within limits, which answers share."""

    limiter: Limiter = field(default_factory=lambda: Limiter([OVERALL], lambda _: [PER_CHAT]))
    arrived: list[float] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def ready(self, address: str) -> None:
        await self.limiter.slot(address, urgent=False)

    async def deliver(self, notice: Notice) -> str:
        self.arrived.append(time.monotonic())
        self.begun.set()
        return await super().deliver(notice)


async def test_a_full_queue_drains_at_the_permitted_rate_and_answers_go_first(
    tmp_path: Path,
) -> None:
    voice = Limited()
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    world = await join_world(engine, LATE_MAY, deliverer=voice)
    await world.tell(*(seminar(f"e{n}") for n in range(9)))
    for n in range(CHATS):
        await world.scheduler.subscribing.subscribe(chat(f"telegram:{n}"))
    await world.go(at("2027-06-09 12:00"))
    world.now = DUE

    sending = asyncio.create_task(world.scheduler.tick(DUE))
    await voice.begun.wait()
    waits: list[float] = []
    while not sending.done():
        begun = time.monotonic()
        # In a chat that is not just being reminded: Telegram lets one message a second into each.
        await voice.limiter.slot(f"telegram:asks-{len(waits)}", urgent=True)
        waits.append(time.monotonic() - begun)
        await asyncio.sleep(0.5)
    await engine.dispose()

    # Nine events are two posts for each chat.
    assert len(voice.arrived) == 2 * CHATS
    # The limit lets 30 go at once, then 30 more each second: so long it takes at the least.
    messages = len(voice.arrived) + len(waits)
    least = (messages - 1) // OVERALL.count * OVERALL.seconds
    took = voice.arrived[-1] - voice.arrived[0]
    assert took <= least * 1.1 + 1, (took, least)
    assert max(waits) < 1
