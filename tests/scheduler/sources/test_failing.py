"""Sources that fail: told by name with the reason, the others go on, nothing is taken away."""

from __future__ import annotations

import asyncio

import pytest

from scheduler.errors import EventSourceError
from scheduler.events import Event
from scheduler.reconciling.sync import SourceReport, sync_source
from scheduler.settings import EventSourceSettings
from scheduler.sources import open_source
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import World, at
from tests.scheduler.sources.reading import NOW, UNREACHABLE, FakeWeb, as_json

HOST = "https://obec.example"
ADDRESSES = {
    "ics": f"{HOST}/akce.ics",
    "jsonld": f"{HOST}/akce",
    "tribe": f"{HOST}/wp-json/tribe/events/v1/events",
    "feed": f"{HOST}/feed",
    "funding": f"{HOST}/search",
}
#: What each kind of source says of three events.
GOOD = {
    "ics": "BEGIN:VCALENDAR\r\n"
    + "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:Beseda {n}\r\n"
        f"DTSTART:202706{n}T080000Z\r\nEND:VEVENT\r\n"
        for n in (17, 18, 19)
    )
    + "END:VCALENDAR\r\n",
    "jsonld": '<html><body><h1>Akce</h1><script type="application/ld+json">'
    + as_json(
        [
            {"@type": "Event", "name": f"Beseda {n}", "startDate": f"2027-06-{n}T10:00"}
            for n in (17, 18, 19)
        ]
    )
    + "</script></body></html>",
    "tribe": as_json(
        {
            "events": [
                {"id": n, "title": f"Beseda {n}", "start_date": f"2027-06-{n} 10:00:00"}
                for n in (17, 18, 19)
            ]
        }
    ),
    "feed": "<rss version='2.0'><channel><title>Výzvy</title>"
    + "".join(
        f"<item><guid>{n}</guid><title>Výzva {n}</title>"
        f"<description>Žádosti do {n}. 6. 2027.</description></item>"
        for n in (17, 18, 19)
    )
    + "</channel></rss>",
    "funding": as_json(
        {
            "totalResults": 3,
            "results": [
                {"metadata": {"identifier": [f"A-{n}"], "title": [f"Call {n}"],
                              "deadlineDate": [f"2027-06-{n}T17:00:00.000+0000"]}}
                for n in (17, 18, 19)
            ],
        }
    ),
}  # fmt: skip
WEB_PAGE = "<!doctype html><html><body><p>Údržba</p></body></html>"
FAULTS: list[tuple[str, bytes | str | int | Exception, str]] = [
    ("not there", 404, "answers with status 404"),
    ("broken", 500, "answers with status 500"),
    ("unreachable", UNREACHABLE, "It does not answer."),
    ("a web page", WEB_PAGE, ""),
    ("empty", b"", ""),
    ("garbage", b"\x00\xff\xfe\x93", ""),
]
_KINDS = sorted(ADDRESSES)


def settings(kind: str) -> EventSourceSettings:
    return EventSourceSettings.model_validate(
        {"name": kind, "kind": kind, "url": ADDRESSES[kind], "review": False, "event_kind": "call"
         if kind == "feed" else "seminar"}
    )  # fmt: skip


async def synced(world: World, kind: str, answer: bytes | str | int | Exception) -> SourceReport:
    source = open_source(settings(kind), first_start=NOW)
    return await sync_source(source, world.store, FakeWeb({ADDRESSES[kind]: answer}), world.now)


def told(events: list[Event]) -> list[tuple[str, str]]:
    return sorted((event.title, event.status.value) for event in events)


@pytest.mark.parametrize("kind", _KINDS)
async def test_a_source_that_fails_is_told_and_takes_nothing_away(
    kind: str, new_world: MakeWorld
) -> None:
    world = await new_world(at("2027-06-01 08:00"))
    first = await synced(world, kind, GOOD[kind])
    before = told(await world.store.events())

    reports = [(name, await synced(world, kind, answer)) for name, answer, _ in FAULTS]

    assert (len(first.added), len(before)) == (3, 3)
    assert [name for name, report in reports if not report.error] == []
    assert {report.name for _, report in reports} == {kind}
    assert [(report.withdrawn, report.changed) for _, report in reports] == [((), ())] * len(FAULTS)
    assert told(await world.store.events()) == before


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize(("name", "answer", "reason"), FAULTS[:3])
def test_the_reason_is_told(
    kind: str, name: str, answer: bytes | str | int | Exception, reason: str
) -> None:
    source = open_source(settings(kind), first_start=NOW)

    with pytest.raises(EventSourceError, match=reason):
        asyncio.run(source.read(FakeWeb({ADDRESSES[kind]: answer}), NOW))


@pytest.mark.parametrize(
    ("kind", "answer", "message"),
    [
        ("ics", WEB_PAGE, "This is no iCalendar"),
        ("feed", WEB_PAGE, "this is no RSS or Atom feed"),
        ("tribe", WEB_PAGE, "answers with a web page, not with data"),
        ("funding", WEB_PAGE, "answers with a web page, not with data"),
        ("tribe", "{}", "this is no answer of The Events Calendar"),
        ("funding", "[]", "this is no answer of the portal's search"),
        ("tribe", "{", "this is no JSON"),
        ("funding", "[" * 100_000, "this is no JSON"),
    ],
)
def test_what_is_something_else_is_told_as_that(kind: str, answer: str, message: str) -> None:
    source = open_source(settings(kind), first_start=NOW)

    with pytest.raises(EventSourceError, match=message) as caught:
        asyncio.run(source.read(FakeWeb({ADDRESSES[kind]: answer}), NOW))
    assert HOST in str(caught.value)


async def test_one_source_that_fails_does_not_stop_another(new_world: MakeWorld) -> None:
    world = await new_world(at("2027-06-01 08:00"))
    await synced(world, "ics", GOOD["ics"])

    failed = await synced(world, "ics", UNREACHABLE)
    other = await synced(world, "tribe", GOOD["tribe"])

    assert (failed.error, other.error) == ("It does not answer.", "")
    assert len(await world.store.events()) == 3  # both tell of the same three


@pytest.mark.parametrize("kind", ["ics", "tribe"])
async def test_half_of_a_source_may_be_broken(kind: str, new_world: MakeWorld) -> None:
    world = await new_world(at("2027-06-01 08:00"))
    await synced(world, kind, GOOD[kind])
    broken = GOOD[kind].replace("20270618T080000Z", "brzy").replace("2027-06-18 10", "brzy")

    report = await synced(world, kind, broken)

    assert ([name for name, _ in report.broken], report.error) == (["Beseda 18"], "")
    assert len(told(await world.store.events())) == 3


@pytest.mark.parametrize("kind", ["ics", "jsonld", "tribe", "funding"])
@pytest.mark.parametrize("year", ["9999", "0001"])
def test_a_date_that_stands_for_none_is_told_and_the_rest_goes_on(kind: str, year: str) -> None:
    day = "20270618" if kind == "ics" else "2027-06-18"
    body = GOOD[kind].replace(day, day.replace("2027", year))

    source = open_source(settings(kind), first_start=NOW)
    result = asyncio.run(source.read(FakeWeb({ADDRESSES[kind]: body}), NOW))

    assert [event.title[-2:] for event in result.events] == ["17", "19"]
    assert [failure.name[-2:] for failure in result.failures] == ["18"]
