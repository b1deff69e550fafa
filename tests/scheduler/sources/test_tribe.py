"""The Events Calendar's REST API -> events."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus
from scheduler.ports import Fetched
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult, open_source
from tests.scheduler.sources.reading import NOW, UNREACHABLE, FakeWeb, as_json, read, utc

API = "https://obec.example/wp-json/tribe/events/v1/events"
SETTINGS = EventSourceSettings(name="plugin", kind="tribe", url="https://obec.example/akce/")
ITEM: dict[str, Any] = {
    "id": 7,
    "global_id": "obec.example?id=7",
    "status": "publish",
    "url": "https://obec.example/akce/parkovani/",
    "title": "Parkování &#8211; malé město &amp; kraj",
    "description": "<p>Vstup volný.</p>",
    "all_day": False,
    "start_date": "2027-06-17 10:00:00",
    "end_date": "2027-06-17 12:00:00",
    "utc_start_date": "2027-06-17 08:00:00",
    "utc_end_date": "2027-06-17 10:00:00",
    "timezone": "Europe/Prague",
    "categories": [{"name": "Seminář"}],
    "tags": [{"name": "doprava"}],
    "venue": {"venue": "Technologické centrum", "city": "Písek"},
}


def answer(*items: object, pages: int = 1) -> str:
    return as_json({"events": list(items), "total_pages": pages})


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


def test_an_event_is_read_with_all_it_says() -> None:
    event = only(read(SETTINGS, {API: answer(ITEM)}))

    assert (event.uid, event.title, event.kind) == (
        "obec.example?id=7",
        "Parkování – malé město & kraj",
        EventKind.SEMINAR,
    )
    assert (utc(event.start), utc(event.end)) == ("2027-06-17 08:00", "2027-06-17 10:00")
    assert (event.place, event.topics, event.summary) == (
        "Technologické centrum, Písek",
        ("doprava",),
        "Vstup volný.",
    )


def test_all_pages_are_read_with_the_range_stated() -> None:
    web = FakeWeb()
    for number in (1, 2, 3):
        web.pages[
            f"{API}?page={number}&per_page=50&start_date=2026-01-01+00%3A00%3A00"
            "&end_date=2031-12-31+23%3A59%3A59"
        ] = answer(ITEM | {"global_id": f"x{number}"}, pages=3)

    result = asyncio.run(open_source(SETTINGS, first_start=NOW).read(web, NOW))

    assert [event.uid for event in result.events] == ["x1", "x2", "x3"]
    assert result.complete


def test_a_later_page_that_fails_makes_the_reading_incomplete() -> None:
    first = (
        f"{API}?page=1&per_page=50&start_date=2026-01-01+00%3A00%3A00"
        "&end_date=2031-12-31+23%3A59%3A59"
    )

    result = read(SETTINGS, {first: answer(ITEM, pages=2), API: 503})

    assert (len(result.events), len(result.failures), result.complete) == (1, 1, False)


TIMES = [
    ({"timezone": "UTC+0", "utc_start_date": "2027-06-17 10:00:00"}, "2027-06-17 10:00"),
    ({"timezone": "UTC+2"}, "2027-06-17 08:00"),
    ({"timezone": "Europe/Madrid"}, "2027-06-17 08:00"),
    ({"utc_start_date": ""}, "2027-06-17 08:00"),
    ({"all_day": True, "start_date": "2027-06-17 00:00:00"}, "2027-06-17"),
]


@pytest.mark.parametrize(("values", "start"), TIMES)
def test_times(values: dict[str, Any], start: str) -> None:
    assert utc(only(read(SETTINGS, {API: answer(ITEM | values)})).start) == start


def test_an_all_day_event_ends_on_its_last_day() -> None:
    event = only(
        read(
            SETTINGS,
            {
                API: answer(
                    ITEM
                    | {
                        "all_day": True,
                        "start_date": "2027-06-17 00:00:00",
                        "end_date": "2027-06-19 23:59:59",
                    }
                )
            },
        )
    )

    assert (event.all_day, event.start, event.end) == (
        True,
        date(2027, 6, 17),
        date(2027, 6, 19),
    )


def test_a_marked_title_cancels() -> None:
    event = only(read(SETTINGS, {API: answer(ITEM | {"title": "ZRUŠENO: Parkování"})}))

    assert (event.title, event.status) == ("Parkování", EventStatus.CANCELLED)


def test_drafts_are_passed_over_and_broken_items_reported() -> None:
    result = read(
        SETTINGS,
        {
            API: answer(
                ITEM | {"global_id": "d", "status": "draft"},
                ITEM | {"global_id": "b", "title": "Vadná", "start_date": "", "utc_start_date": 3},
                "nic",
                ITEM,
            )
        },
    )

    assert [event.uid for event in result.events] == ["obec.example?id=7"]
    assert [failure.name for failure in result.failures] == ["Vadná", "(no title)"]


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"events": 3}', 503, UNREACHABLE])
def test_what_is_no_answer_is_an_error(body: str | int | Exception) -> None:
    with pytest.raises(EventSourceError):
        read(SETTINGS, {API: body})


JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(list(ITEM)), JUNK))
def test_no_value_is_more_than_a_failure(values: dict[str, object]) -> None:
    result = read(SETTINGS, {API: answer(ITEM | values)})

    assert len(result.events) + len(result.failures) <= 1


@pytest.mark.parametrize(
    ("venue", "place"),
    [
        ({"venue": "Radnice", "city": "Písek"}, "Radnice, Písek"),
        ([{"venue": "Sál", "city": "Brno"}, {"venue": "Jiný"}], "Sál, Brno"),
        ({"address": "Husova 1", "city": "Tábor"}, "Husova 1, Tábor"),
        ("Radnice Písek", "Radnice Písek"),
        (False, ""),
        (None, ""),
        ([], ""),
    ],
)
def test_venues_in_every_shape(venue: object, place: str) -> None:
    assert only(read(SETTINGS, {API: answer(ITEM | {"venue": venue})})).place == place


def test_a_virtual_event_is_online() -> None:
    item = ITEM | {"venue": [], "is_virtual": True, "virtual_url": "https://meet.example/"}

    assert only(read(SETTINGS, {API: answer(item)})).place == "online"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("canceled", EventStatus.CANCELLED),
        ({"status": "postponed", "reason": "nemoc"}, EventStatus.POSTPONED),
        ("scheduled", EventStatus.SCHEDULED),
        (None, EventStatus.SCHEDULED),
    ],
)
def test_the_plugins_own_status(said: object, status: EventStatus) -> None:
    assert only(read(SETTINGS, {API: answer(ITEM | {"event_status": said})})).status is status


@pytest.mark.parametrize("told", [{"total_pages": "3"}, {"next_rest_url": "https://obec.example/"}])
def test_all_pages_are_read_however_their_number_is_told(told: dict[str, str]) -> None:
    class Paged(FakeWeb):
        async def __call__(self, url: str, **_: object) -> Fetched:
            number = int(url.split("page=")[1].split("&")[0])
            more = told if number < 3 or "total_pages" in told else {}
            body = as_json({"events": [ITEM | {"global_id": str(number)}], **more})
            return Fetched(status=200, url=url, body=body.encode())

    source = open_source(SETTINGS, first_start=NOW)
    result = asyncio.run(source.read(Paged(), NOW))

    assert [event.uid for event in result.events] == ["1", "2", "3"]


def test_what_the_site_hides_from_its_listings_is_passed_over() -> None:
    hidden = {**ITEM, "id": 8, "global_id": "obec.example?id=8", "hide_from_listings": True}
    assert [e.uid for e in read(SETTINGS, {API: answer(ITEM, hidden)}).events] == [
        ITEM["global_id"]
    ]
