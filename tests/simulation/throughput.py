"""Many reminders due in one minute, on Telegram's limits, in virtual time.

`python -m tests.simulation.throughput --chats 3000 --events 4` runs the large one: 12,000 reminders
in 3,000 posts; `--events 32` makes it 12,000 posts.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.limits import Limiter
from bot.platforms.telegram.posting import OVERALL, rates
from scheduler.database import open_database
from scheduler.errors import CannotTell
from scheduler.events import Notice
from scheduler.reconciling.sync import apply
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from tests.scheduler.posting import at, chat, seminar
from tests.simulation.virtualtime import Hours, TimedStore, run

LATE_MAY, DUE = at("2027-05-25 12:00"), at("2027-06-10 09:00")
#: Telegram's answer comes after so long, on a slow line.
CALL = 0.15  # seconds
#: So long the disk needs to make sure of what was written.
COMMIT = 0.01  # seconds
#: Memory that grows by less is flat.
FLAT = 30.0  # MB
#: Questions come so often.
QUESTIONS = 0.5  # seconds


@dataclass
class Line:
    """Posts within Telegram's limits, which answers to people share."""

    hours: Hours
    limiter: Limiter
    #: Instants of arrival, by address.
    arrived: list[tuple[float, str]] = field(default_factory=list)
    #: Reminders in them.
    items: int = 0
    most_tasks: int = 0

    async def ready(self, address: str) -> None:
        """Wait for the limits."""
        await self.limiter.slot(address, urgent=False)

    async def deliver(self, notice: Notice) -> str:
        """Post."""
        self.arrived.append((self.hours.now, notice.address))
        self.items += len(notice.items)
        self.most_tasks = max(self.most_tasks, len(asyncio.all_tasks()))
        await asyncio.sleep(CALL)
        self.limiter.arrived(notice.address, CALL)
        return str(len(self.arrived))

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Telegram cannot be asked."""
        raise CannotTell


@dataclass(frozen=True, kw_only=True)
class Drained:
    """How a full queue was sent."""

    posts: int
    reminders: int
    #: From the first arrival to the last.
    seconds: float
    #: That people who asked meanwhile waited.
    waits: list[float]
    commits: int
    most_tasks: int
    #: Of resident memory, from a tenth of the posts to the last, in MB.
    grown: float

    @property
    def share(self) -> float:
        """Of the permitted rate; the answers count, too."""
        return (self.posts + len(self.waits) - 1) / self.seconds / 30


def drain(folder: Path, *, chats: int, events: int, commit: float = COMMIT) -> Drained:
    """Let `events` reminders fall due in each chat at the same instant, and send them."""
    hours = Hours()
    engine = open_database(f"sqlite:///{folder}/s.sqlite")
    return run(hours, _drain(hours, engine, chats, events, commit))


async def _drain(
    hours: Hours, engine: AsyncEngine, chats: int, events: int, commit: float
) -> Drained:
    line = Line(hours, Limiter(OVERALL, rates, time=lambda: hours.now))
    store, scheduler = await _prepared(hours, engine, line, chats, events)
    store.commit = commit
    before, begun = store.commits, _resident()
    sending = asyncio.create_task(scheduler.tick(DUE))
    waits: list[float] = []
    while not sending.done():
        if len(line.arrived) < chats // 10:
            begun = _resident()
        if line.arrived:
            asked = hours.now
            # In a chat that is not just being reminded: one message a second goes into each.
            await line.limiter.slot(f"telegram:{10**9 + len(waits)}", urgent=True)
            waits.append(hours.now - asked)
        await asyncio.sleep(QUESTIONS)
    await sending
    with hours.standing():
        await engine.dispose()
    return Drained(
        posts=len(line.arrived),
        reminders=line.items,
        seconds=line.arrived[-1][0] - line.arrived[0][0],
        waits=waits,
        commits=store.commits - before,
        most_tasks=line.most_tasks,
        grown=_resident() - begun,
    )


async def _prepared(
    hours: Hours, engine: AsyncEngine, line: Line, chats: int, events: int
) -> tuple[TimedStore, Scheduler]:
    def clock() -> datetime:
        return LATE_MAY + timedelta(seconds=hours.now)

    store = TimedStore(engine, hours, clock, COMMIT)
    with hours.standing():
        await store.upgrade()
    scheduler = Scheduler(SchedulerSettings(sources=()), store=store, clock=clock, deliverer=line)
    await scheduler.begin()
    for n in range(chats):
        await scheduler.subscribing.subscribe(chat(f"telegram:{n + 1}"))
    told = SourceResult(events=tuple(seminar(f"e{n}") for n in range(events)))
    await apply(store, "feed", told, LATE_MAY)
    await scheduler.advance(DUE - timedelta(hours=21))
    return store, scheduler


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Send as many as the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chats", type=int, default=3000)
    parser.add_argument("--events", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = drain(Path(folder), chats=given.chats, events=given.events)
    lines = [
        f"{found.reminders} reminders in {found.posts} posts to {given.chats} chats: "
        f"{found.seconds:.1f} s, {100 * found.share:.2f} % of the permitted rate",
        f"{len(found.waits)} answers meanwhile, the slowest after {max(found.waits):.2f} s",
        f"{found.commits} commits of {1000 * COMMIT:.0f} ms, {found.most_tasks} tasks at most, "
        f"memory grown by {found.grown:.1f} MB since the first tenth",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    kept = found.share >= 0.97 and max(found.waits) < 1 and found.grown < FLAT
    raise SystemExit(0 if kept else 1)


if __name__ == "__main__":
    main()
