"""Kills a real process again and again while it posts, and counts what arrived.

`python -m tests.simulation.killing --kills 200 --processes 1` runs the large one; with `--url` on
PostgreSQL, with several processes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scheduler.database import open_database
from scheduler.events import Event, EventKind, Lead, Subscription
from scheduler.reconciling.sync import apply
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.sources import SourceResult
from scheduler.store import Delivery, Store

logger = logging.getLogger("killing")

#: Starts of several processes on a busy machine, or leases of the dead, take so long.
PATIENCE = 45  # seconds

ROOT = Path(__file__).parent.parent.parent


@dataclass
class StandIn:
    """A chat service: it counts what arrives, and is slow to answer."""

    #: (address, post id) -> how often it arrived.
    posts: Counter[tuple[str, str]] = field(default_factory=Counter)
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests of one connection."""
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                _, verb, address, post_id = line.split()[1].decode().split("/")
                answer = await self._answer(verb, address, post_id)
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write((head + answer).encode())
                await writer.drain()
        except ConnectionError:
            pass  # the caller was killed
        finally:
            writer.close()

    async def _answer(self, verb: str, address: str, post_id: str) -> str:
        key = (address, post_id)
        if verb == "find":
            return post_id if self.posts[key] else ""
        await asyncio.sleep(self.dice.random() * 0.02)
        self.posts[key] += 1
        self.arrived.set()
        await asyncio.sleep(self.dice.random() * 0.1)
        return post_id


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the killing came to."""

    kills: int
    rows: list[Delivery]
    posts: Counter[tuple[str, str]]

    def wrong(self) -> list[str]:
        """Return every broken promise."""
        found = [f"no end: {row.occasion} {row.outcome}" for row in self.rows if not _sent(row)]
        for row in self.rows:
            times = self.posts[row.address, row.post_id]
            most = 1 + row.doubts if row.address.startswith("telegram:") else 1
            if not 1 <= times <= most:
                found.append(f"{row.address} {times} times, {row.doubts} doubts: {row.occasion}")
        told = Counter((row.address, row.occasion) for row in self.rows)
        return found + [f"twice: {one}" for one, times in told.items() if times > 1]


def _sent(row: Delivery) -> bool:
    return row.outcome == "sent"


async def kill(url: str, *, kills: int, processes: int = 1, chats: int = 20) -> Outcome:
    """Post to `chats` chats while processes are killed; then let one finish in peace."""
    stand_in, dice = StandIn(), random.Random(kills)
    server = await asyncio.start_server(stand_in.serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    engine = open_database(url)
    store = Store(engine)
    await store.upgrade()
    await _subscribe(store, chats)
    running = [await _start(url, address) for _ in range(processes)]
    count, number = 0, 0
    while count < kills:
        await _fall_due(store, number)
        await _posting(stand_in, dice.randrange(1, chats))
        await asyncio.sleep(dice.random() * 0.1)
        for at in dice.sample(range(processes), dice.choice([1, processes])):
            await _kill(running[at])
            running[at] = await _start(url, address)
            count += 1
        number += 1
        logger.info("%d kills, %d posts", count, len(stand_in.posts))
    rows = await _until_settled(store)
    for last in running:
        last.terminate()
        await last.wait()
    await engine.dispose()
    server.close()
    await server.wait_closed()
    return Outcome(kills=count, rows=rows, posts=stand_in.posts)


async def _posting(stand_in: StandIn, posts: int) -> None:
    """Wait until so many posts have arrived, or no more will."""
    for _ in range(posts):
        stand_in.arrived.clear()
        try:
            async with asyncio.timeout(PATIENCE):
                await stand_in.arrived.wait()
        except TimeoutError:
            return  # what is due is held by the leases of the dead


async def _kill(process: asyncio.subprocess.Process) -> None:
    process.kill()
    await process.wait()


async def _start(url: str, stand_in: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.simulation.victim",
        url,
        stand_in,
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _subscribe(store: Store, chats: int) -> None:
    scheduler = _scheduler(store)
    await scheduler.begin()
    for n in range(chats):
        address = f"{'slack' if n % 2 else 'telegram'}:C{n}"
        leads = {"seminar": (Lead(before=timedelta(hours=1)),)}
        await scheduler.subscribing.subscribe(
            Subscription(id=address, address=address, leads=leads, origin="chat")
        )


async def _fall_due(store: Store, number: int) -> None:
    """Let a seminar begin in an hour and two seconds."""
    now = datetime.now(UTC)
    start = now + timedelta(hours=1, seconds=2)
    seminar = Event(
        uid=f"e{number}", title=f"Seminar {number}", kind=EventKind.SEMINAR, start=start, source="f"
    )
    await apply(store, "f", SourceResult(events=(seminar,), complete=False), now)


def _scheduler(store: Store) -> Scheduler:
    return Scheduler(SchedulerSettings(sources=()), store=store, clock=lambda: datetime.now(UTC))


async def _until_settled(store: Store, patience: float = 900) -> list[Delivery]:
    rows: list[Delivery] = []
    for _ in range(int(patience * 2)):
        rows = await store.deliveries(limit=1_000_000)
        if rows and all(row.outcome in ("sent", "failed", "missed", "cancelled") for row in rows):
            break
        await asyncio.sleep(0.5)
    return rows


def main() -> None:
    """Kill as often as the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{folder}/kill.sqlite"
        outcome = asyncio.run(kill(url, kills=given.kills, processes=given.processes))
    twice = Counter(key[0].partition(":")[0] for key, n in outcome.posts.items() if n > 1)
    wrong = outcome.wrong()
    lines = [
        f"kills: {outcome.kills}, occasions: {dict(Counter(r.outcome for r in outcome.rows))}",
        f"posts: {len(outcome.posts)}, arrived twice: {dict(twice)}",
        f"broken promises: {len(wrong)}",
        *wrong[:40],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
