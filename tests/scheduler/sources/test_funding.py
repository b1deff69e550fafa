"""The EU Funding & Tenders Portal's search -> calls."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import EventSourceError
from scheduler.events import CallState, Event, EventKind, EventStatus, Precision
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult, open_source
from tests.scheduler.sources.reading import NOW, UNREACHABLE, FakeWeb, as_json, read, utc

URL = "https://portal.example/rest/search"
SETTINGS = EventSourceSettings(name="portal", kind="funding", url=URL)


def row(language: str = "en", identifier: str = "HORIZON-X-01", **values: object) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "identifier": [identifier],
        "title": ["Urban nature"],
        "language": [language],
        "startDate": ["2027-05-04T00:00:00.000+0000"],
        "deadlineDate": ["2027-09-22T17:00:00.000+0000"],
        "deadlineModel": ["single-stage"],
    }
    return {"metadata": metadata | values}


def answer(*rows: object, total: int | None = None) -> str:
    return as_json({"totalResults": len(rows) if total is None else total, "results": list(rows)})


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


def test_a_topic_is_read_once_whatever_its_languages() -> None:
    night = ["2027-09-21T22:00:00.000+0000"]

    event = only(
        read(
            SETTINGS,
            {
                URL: answer(
                    row("cs", title=["Příroda ve městě"], deadlineDate=night),
                    row("en"),
                    row("fr", deadlineDate=night),
                )
            },
        )
    )

    assert (event.uid, event.kind, event.title, event.language) == (
        "HORIZON-X-01",
        EventKind.CALL,
        "Urban nature",
        "en",
    )
    assert [(v.language, v.title) for v in event.versions] == [("cs", "Příroda ve městě")]
    assert event.open_from == date(2027, 5, 4)
    assert event.url.endswith("/topic-details/HORIZON-X-01")


HOURS = [
    # Brussels' clock, labelled as UTC.
    ("en", "2027-09-22T17:00:00.000+0000", "2027-09-22 15:00", Precision.MINUTE),
    ("en", "2027-10-31T17:00:00.000+0000", "2027-10-31 16:00", Precision.MINUTE),
    # The same hour, should it be labelled rightly one day.
    ("en", "2027-09-22T15:00:00.000+0000", "2027-09-22 15:00", Precision.MINUTE),
    ("en", "2027-12-01T16:00:00.000+0000", "2027-12-01 16:00", Precision.MINUTE),
    ("en", "2027-09-22T17:00:00.000+0200", "2027-09-22 15:00", Precision.MINUTE),
    ("en", "2027-09-22T12:00:00+02:00", "2027-09-22 10:00", Precision.MINUTE),
    ("en", "1821625200000", "2027-09-22 15:00", Precision.MINUTE),
    # No hour is known.
    ("en", "2027-09-22", "2027-09-22 21:59", Precision.DATE),
    ("en", "2027-09-22T00:00:00.000+0000", "2027-09-22 21:59", Precision.DATE),
    ("fr", "2027-09-21T22:00:00.000+0000", "2027-09-22 21:59", Precision.DATE),
    ("fr", "2027-11-30T23:00:00.000+0000", "2027-12-01 22:59", Precision.DATE),
]


@pytest.mark.parametrize(("language", "written", "at", "precision"), HOURS)
def test_the_hour_of_a_deadline(language: str, written: str, at: str, precision: Precision) -> None:
    event = only(read(SETTINGS, {URL: answer(row(language, deadlineDate=[written]))}))

    assert [(utc(d.at), d.precision, d.timezone) for d in event.deadlines] == [
        (at, precision, "Europe/Brussels")
    ]


MODELS = [
    ("single-stage", 1, [""]),
    ("two-stage", 2, ["stage 1", "stage 2"]),
    ("multiple cut-off", 3, ["cut-off 1", "cut-off 2", "cut-off 3"]),
]


@pytest.mark.parametrize(("model", "count", "labels"), MODELS)
def test_several_deadlines_are_told_apart(model: str, count: int, labels: list[str]) -> None:
    days = [f"2027-{month:02}-22T17:00:00.000+0000" for month in range(9, 9 + count)]

    event = only(read(SETTINGS, {URL: answer(row(deadlineDate=days[::-1], deadlineModel=[model]))}))

    assert [deadline.label for deadline in event.deadlines] == labels


SHAPES: list[dict[str, Any]] = [
    {"metadata": {"deadlineDate": ["2027-09-15T17:00:00.000+0000; 2028-02-20T17:00:00.000+0000"]}},
    {"metadata": {"deadlineDate": ["2027-09-15T17:00:00Z", "2028-02-20T17:00:00Z"]}},
    {"metadata": {"deadlineDate": [], "actions": [as_json([
        {"plannedOpeningDate": "2027-05-04",
         "deadlineDates": ["2027-09-15T17:00:00.000+0000", "2028-02-20T17:00:00.000+0000"]}])]}},
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_deadlines_in_other_shapes(shape: dict[str, Any]) -> None:
    event = only(read(SETTINGS, {URL: answer(row(**shape["metadata"]))}))

    assert [utc(d.at) for d in event.deadlines] == ["2027-09-15 15:00", "2028-02-20 16:00"]


def test_a_deadline_that_cannot_be_read_leaves_the_others() -> None:
    dates = ["2027-09-15T17:00:00.000+0000", "to be confirmed"]
    result = read(SETTINGS, {URL: answer(row(deadlineDate=dates))})

    (event,) = result.events
    assert [utc(d.at) for d in event.deadlines] == ["2027-09-15 15:00"]
    assert [f.error for f in result.failures] == ["'to be confirmed' is no date."]


@pytest.mark.parametrize(
    ("word", "state"), [("Forthcoming", CallState.PLANNED), ("Closed", CallState.CLOSED)]
)
def test_a_state_may_be_a_word(word: str, state: CallState) -> None:
    event = only(read(SETTINGS, {URL: answer(row(status=[word], deadlineDate=[], startDate=[]))}))

    assert event.call_state(NOW) is state


def test_facts_may_be_no_lists_or_stand_beside_the_others() -> None:
    facts = {name: values[0] for name, values in row()["metadata"].items() if name != "language"}
    beside = {"language": "en", "url": "https://portal.example/topic", "metadata": facts}

    event = only(read(SETTINGS, {URL: answer(beside)}))

    assert (event.uid, event.title, event.open_from) == (
        "HORIZON-X-01",
        "Urban nature",
        date(2027, 5, 4),
    )
    assert (event.url, [utc(d.at) for d in event.deadlines]) == (
        "https://portal.example/topic",
        ["2027-09-22 15:00"],
    )


def test_a_topic_without_deadline_is_planned() -> None:
    event = only(read(SETTINGS, {URL: answer(row(deadlineDate=[]))}))

    assert (event.deadlines, event.call_state(NOW)) == ((), "planned")


def test_a_marked_title_cancels() -> None:
    event = only(read(SETTINGS, {URL: answer(row(title=["CANCELLED - Urban nature"]))}))

    assert (event.title, event.status) == ("Urban nature", EventStatus.CANCELLED)


def test_all_pages_are_asked_for_in_the_portals_way() -> None:
    web = FakeWeb(
        {
            f"{URL}?apiKey=SEDIA&text=%2A%2A%2A&pageSize=100&pageNumber=1": answer(
                *(row(identifier=f"T{n}") for n in range(100)), total=101
            ),
            f"{URL}?apiKey=SEDIA&text=%2A%2A%2A&pageSize=100&pageNumber=2": answer(
                row(identifier="T100"), total=101
            ),
        }
    )

    result = asyncio.run(open_source(SETTINGS, first_start=NOW).read(web, NOW))

    assert (len(result.events), result.complete, len(web.sent)) == (101, True, 2)
    assert b'"status": ["31094501", "31094502", "31094503"]' in web.sent[0]


def test_a_broken_topic_is_reported_and_the_rest_goes_on() -> None:
    result = read(
        SETTINGS,
        {
            URL: answer(
                row(identifier="A", title=["Vadné"], deadlineDate=["2027-99-22T17:00"]),
                row(identifier="B"),
            )
        },
    )

    assert [event.uid for event in result.events] == ["B"]
    assert [(f.name, f.uid) for f in result.failures] == [("Vadné", "A")]


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"results": 3}', 503, UNREACHABLE])
def test_what_is_no_answer_is_an_error(body: str | int | Exception) -> None:
    with pytest.raises(EventSourceError):
        read(SETTINGS, {URL: body})


JUNK = st.none() | st.integers() | st.lists(st.none() | st.text(max_size=9) | st.integers())


@given(st.dictionaries(st.sampled_from(list(row()["metadata"])), JUNK))
def test_no_value_is_more_than_a_failure(values: dict[str, object]) -> None:
    result = read(SETTINGS, {URL: answer({"metadata": row()["metadata"] | values})})

    # It is read, reported, or read with what had to be left out of it.
    told = {event.uid for event in result.events} | {failed.uid for failed in result.failures}
    assert len(told) == 1
    assert len(result.events) <= 1


@pytest.mark.parametrize(
    ("status", "state"),
    [("31094501", CallState.PLANNED), ("31094502", CallState.OPEN), ("31094503", CallState.CLOSED)],
)
def test_the_portals_state_holds_where_it_gives_no_dates(status: str, state: CallState) -> None:
    event = only(read(SETTINGS, {URL: answer(row(startDate=[], deadlineDate=[], status=[status]))}))
    assert event.call_state(NOW) is state


def test_an_opening_that_cannot_be_read_takes_no_deadline_away() -> None:
    result = read(SETTINGS, {URL: answer(row(startDate=["soon"]))})
    (event,) = result.events
    assert (event.open_from, len(event.deadlines)) == (None, 1)
    assert [failure.error for failure in result.failures] == ["'soon' is no date."]


def test_a_plan_in_words_is_read() -> None:
    plan = [{"plannedOpeningDate": ["12 May 2027"], "deadlineDates": ["23 September 2027"]}]
    event = only(
        read(SETTINGS, {URL: answer(row(startDate=[], deadlineDate=[], actions=as_json(plan)))})
    )
    assert event.open_from == date(2027, 5, 12)
    assert [(utc(one.at), one.precision) for one in event.deadlines] == [
        ("2027-09-23 21:59", Precision.DATE)
    ]
