"""The calendars that people subscribe to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bridges.calendars import address_of, calendar, key, token_of
from bot.platforms.web.feeds import Wanted
from scheduler.database import open_database
from scheduler.events import Deadline, Event, EventKind, Subscription, Version
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.store import Store

NOW = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
SEMINAR = Event(
    uid="seminar",
    title="Parkování",
    kind=EventKind.SEMINAR,
    start=datetime(2027, 6, 17, 8, tzinfo=UTC),
    end=datetime(2027, 6, 17, 10, tzinfo=UTC),
    topics=("doprava",),
)
CALL = Event(
    uid="call",
    title="10. výzva",
    kind=EventKind.CALL,
    deadlines=(Deadline(label="první kolo", at=datetime(2027, 6, 9, 12, tzinfo=UTC)),),
)
INTERNAL = replace(SEMINAR, uid="internal", title="Porada", audience="members")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with a seminar, a call and an event for members."""
    engine = open_database(f"sqlite:///{tmp_path / 'cscc.sqlite'}")
    made = Store(engine)
    await made.upgrade()
    scheduler = Scheduler(SchedulerSettings(sources=()), store=made, clock=lambda: NOW)
    for event in (SEMINAR, CALL, INTERNAL):
        await scheduler.editing.add(event, "cli:test")
    for address, audience in (("slack:C1", "members"), ("slack:C2", "public")):
        await scheduler.subscribing.subscribe(
            Subscription(id=address, address=address, audience=audience, kinds=(EventKind.SEMINAR,))
        )
    yield made
    await engine.dispose()


async def titles(store: Store, wanted: Wanted) -> list[str]:
    """Return the titles in a calendar."""
    made = await calendar(store, wanted, NOW)
    assert made is not None
    lines = made.decode().replace("\r\n ", "").splitlines()
    return sorted(line.partition(":")[2] for line in lines if line.startswith("SUMMARY"))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), ["Parkování", "Uzávěrka: 10. výzva – první kolo"]),
        (Wanted(kinds=("seminar",)), ["Parkování"]),
        (Wanted(topics=("Doprava",)), ["Parkování"]),
        (Wanted(topics=("energie",)), []),
        (Wanted(language="en"), []),
    ],
)
async def test_the_public_calendar_can_be_narrowed(
    store: Store, wanted: Wanted, expected: list[str]
) -> None:
    assert await titles(store, wanted) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("slack:C1", ["Parkování", "Porada"]),
        ("slack:C2", ["Parkování"]),
        ("slack:C3", []),
    ],
)
async def test_a_chats_own_calendar_holds_what_it_subscribed(
    store: Store, address: str, expected: list[str]
) -> None:
    token = token_of(await key(store), address)

    assert await titles(store, Wanted(token=token)) == expected


@pytest.mark.parametrize(
    ("spoken", "asked", "title"),
    [("cs", "", "Parkování"), ("en", "", "Parking"), ("cs", "en", "Parking")],
)
async def test_a_chats_own_calendar_has_the_chats_language(
    store: Store, spoken: str, asked: str, title: str
) -> None:
    scheduler = Scheduler(SchedulerSettings(sources=()), store=store, clock=lambda: NOW)
    english = Version(language="en", title="Parking")
    await scheduler.editing.edit("seminar", {"versions": (english,)}, "cli:test")
    own = Subscription(id="own", address="slack:C9", language=spoken, topics=("doprava",))
    await scheduler.subscribing.subscribe(own)

    wanted = Wanted(token=token_of(await key(store), "slack:C9"), language=asked)

    assert await titles(store, wanted) == [title]


async def test_the_key_stays_the_same(store: Store) -> None:
    assert await key(store) == await key(store)


@pytest.mark.parametrize("token", ["", "x", "slack:C1", "é", "A" * 40])
async def test_a_guessed_token_opens_nothing(store: Store, token: str) -> None:
    known = await key(store)

    assert address_of(known, token) is None
    assert address_of(known, token_of(b"another key", "slack:C1")) is None
    assert address_of(known, token_of(known, "slack:C1")) == "slack:C1"
