"""What becomes of the events of each source as the stand-in website changes, or fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scheduler.errors import EventSourceError
from scheduler.events import EventStatus
from tests.acceptance.importer import Importer
from tests.acceptance.site import SERVER, Website, fetch

pytestmark = pytest.mark.skipif(
    not SERVER.is_file(), reason="the stand-in website is not beside the repository"
)

MOVES: list[tuple[str, str]] = [
    ("calendar", "scsp"),
    ("pages", "konference-energetiky"),
    ("plugin", "isss"),
    ("calls", "efekt-mek"),
    ("portal", "eu-pilot"),
    ("invitations", "ustecky-kraj-fst"),
]


@pytest.mark.parametrize(("source", "name"), MOVES)
async def test_a_moved_event_keeps_its_identity(
    source: str, name: str, new_site: Callable[..., Website]
) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync(source)
    before = importer.event_of(name)

    site.control("event/move", id=name, days=7)
    await importer.sync(source)

    after = importer.event_of(name)
    assert after.uid == before.uid
    assert (after.start, after.deadlines) != (before.start, before.deadlines)
    assert len(importer.events) == len(importer.results[source].events)


async def test_a_moved_event_of_a_page_says_where_it_was(
    new_site: Callable[..., Website],
) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync("pages")
    before = importer.event_of("konference-energetiky")

    site.control("event/move", id="konference-energetiky", days=7)
    await importer.sync("pages")

    after = importer.event_of("konference-energetiky")
    assert after.status is EventStatus.RESCHEDULED
    assert after.original_start == before.start


@pytest.mark.parametrize(("source", "name"), MOVES)
async def test_a_cancelled_event_stays_as_cancelled(
    source: str, name: str, new_site: Callable[..., Website]
) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync(source)
    before = importer.event_of(name)

    site.control("event/cancel", id=name)
    merged = await importer.sync(source)

    after = importer.event_of(name)
    assert (after.uid, after.title, after.status) == (
        before.uid,
        before.title,
        EventStatus.CANCELLED,
    )
    assert merged[source].gone == ()


@pytest.mark.parametrize(("source", "name"), MOVES)
async def test_a_withdrawn_event_is_gone(
    source: str, name: str, new_site: Callable[..., Website]
) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync(source)
    before = importer.event_of(name)

    site.control("event/delete", id=name)
    merged = await importer.sync(source)

    assert [event.uid for event in merged[source].gone] == [before.uid]
    assert before.uid not in importer.events
    assert merged[source].refused == ""


async def test_an_extended_deadline_is_the_same_call(new_site: Callable[..., Website]) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync("calls")
    before = importer.event_of("res-plus")

    site.control("event/move", id="res-plus", deadline=1, at="+220 14:00")
    await importer.sync("calls")

    after = importer.event_of("res-plus")
    changed = [
        (old.label, new.label)
        for old, new in zip(before.deadlines, after.deadlines, strict=True)
        if old.at != new.at
    ]
    assert changed == [("RES+ č. 3/2027", "RES+ č. 3/2027")]


ADDRESSES = {
    "calendar": "/events.ics",
    "pages": "/cs/akce/*",
    "plugin": "/wp-json/*",
    "calls": "/cs/vyzvy/feed/",
    "portal": "/search-api/*",
}


@pytest.mark.parametrize("source", ADDRESSES)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"reset": True},
        {"truncate": 2000},
        {"status": 200, "body": "<html><body><h1>Údržba</h1></body></html>"},
        {"status": 200, "body": ""},
    ],
)
async def test_a_failing_source_changes_nothing(
    source: str, fault: dict[str, Any], new_site: Callable[..., Website]
) -> None:
    site = new_site()
    importer = Importer(site)
    settings = [s for s in importer.settings() if s.name == source]
    # Only what the fault is about.
    settings = [s.model_copy(update={"urls": ()}) for s in settings]
    await importer.read(settings[0])
    before = dict(importer.events)

    site.control("fault", path=ADDRESSES[source], **fault)
    refused = ""
    try:
        refused = (await importer.read(settings[0])).refused
    except EventSourceError as error:
        refused = str(error)

    assert refused
    assert importer.events == before


async def test_a_cut_off_calendar_takes_nothing_away(new_site: Callable[..., Website]) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync("calendar")
    before = dict(importer.events)

    whole = (await fetch(f"{site.base}/events.ics")).body
    site.control("fault", path="/events.ics", status=200, body=whole[:6000].decode())
    merged = await importer.sync("calendar")

    assert merged["calendar"].gone == ()
    assert len(importer.results["calendar"].events) < len(before)
    assert importer.events == before


async def test_an_emptied_calendar_is_reported_and_changes_nothing(
    new_site: Callable[..., Website],
) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync("calendar")
    before = dict(importer.events)
    empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//CS\r\nEND:VCALENDAR\r\n"

    site.control("fault", path="/events.ics", status=200, body=empty)
    merged = await importer.sync("calendar")

    assert merged["calendar"].refused
    assert importer.events == before


async def test_what_is_over_is_not_withdrawn(new_site: Callable[..., Website]) -> None:
    site = new_site()
    importer = Importer(site)
    await importer.sync("plugin")
    past = importer.event_of("smart-region-tour-11")

    site.control("event/delete", id="smart-region-tour-11")
    merged = await importer.sync("plugin")

    assert merged["plugin"].gone == ()
    assert past.uid in importer.events


async def test_reading_twice_changes_nothing(new_site: Callable[..., Website]) -> None:
    importer = Importer(new_site())
    await importer.sync()
    before, aliases = dict(importer.events), dict(importer.aliases)

    merged = await importer.sync()

    assert importer.events == before
    assert importer.aliases == aliases
    assert [m.gone for m in merged.values() if m.gone] == []
