"""What else pages say of events in schema.org's words, and in which syntax."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scheduler.events import Event, EventKind, EventStatus, Version
from scheduler.sources import SourceResult
from tests.scheduler.sources.reading import read, utc
from tests.scheduler.sources.test_jsonld import SETTINGS, TALK, URL, of_page, only, page


def dates(event: Event) -> list[tuple[str | None, str | None]]:
    return [(utc(one.start), utc(one.end)) for one in event.occurrences]


SCHEDULE: dict[str, Any] = {
    "@type": "Schedule",
    "startDate": "2027-10-19",
    "endDate": "2027-11-09",
    "repeatFrequency": "P1W",
    "byDay": "https://schema.org/Tuesday",
    "startTime": "10:00:00",
    "endTime": "12:00",
    "scheduleTimezone": "Europe/Prague",
    "exceptDate": "2027-11-02",
}
TUESDAYS = [
    ("2027-10-19 08:00", "2027-10-19 10:00"),
    ("2027-10-26 08:00", "2027-10-26 10:00"),
    ("2027-11-09 09:00", "2027-11-09 11:00"),
]


def test_a_schedule_gives_dates_by_the_wall_clock() -> None:
    event = only(of_page({"@type": "Event", "name": "Kurz", "eventSchedule": SCHEDULE}))

    assert dates(event) == TUESDAYS
    assert (utc(event.start), utc(event.end)) == TUESDAYS[0]


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"repeatFrequency": "weekly"}, ["10-19", "10-26", "11-09"]),
        ({"repeatFrequency": "P2W", "exceptDate": []}, ["10-19", "11-02"]),
        ({"repeatFrequency": "P1D", "byDay": [], "repeatCount": 9, "endDate": "2027-10-21"},
         ["10-19", "10-20", "10-21"]),
        ({"repeatFrequency": "P1D", "byDay": None, "repeatCount": 2, "endDate": None},
         ["10-19", "10-20"]),
        ({"repeatFrequency": "P1M", "byDay": None, "byMonthDay": [19, 30]},
         ["10-19", "10-30"]),
        # Not a Tuesday itself.
        ({"startDate": "2027-10-18"}, ["10-19", "10-26", "11-09"]),
        ({"repeatFrequency": "monthly", "byMonthWeek": 1, "byDay": ["MO"]}, ["11-01"]),
    ],
)  # fmt: skip
def test_schedules(changes: dict[str, object], days: list[str]) -> None:
    event = only(of_page({"@type": "Event", "name": "Kurz", "eventSchedule": SCHEDULE | changes}))

    assert [f"{one.start:%m-%d}" for one in event.occurrences] == days


@pytest.mark.parametrize(
    "changes", [{"repeatFrequency": "sometimes"}, {"startTime": "ten"}, {"startDate": "soon"}]
)
def test_a_schedule_that_cannot_be_read_is_reported_and_the_event_stays(
    changes: dict[str, object],
) -> None:
    result = of_page(TALK | {"eventSchedule": SCHEDULE | changes})

    assert [(e.title, e.occurrences) for e in result.events] == [(TALK["name"], ())]
    assert [failure.name for failure in result.failures] == [TALK["name"]]


def test_dates_of_a_course_are_events_with_what_the_course_says() -> None:
    dated = {"@type": "CourseInstance", "startDate": "2027-05-04"}
    result = of_page(
        {
            "@type": "Course",
            "name": "Kurz řízení",
            "description": "Pro úředníky.",
            "hasCourseInstance": [
                dated,
                dated | {"startDate": "2027-10-05"},
                dated | {"name": "Zimní kurz", "courseSchedule": SCHEDULE},
            ],
        }
    )

    assert [(e.title, utc(e.start), e.summary, len(e.occurrences)) for e in result.events] == [
        ("Kurz řízení", "2027-05-04", "Pro úředníky.", 0),
        ("Kurz řízení", "2027-10-05", "Pro úředníky.", 0),
        ("Zimní kurz", "2027-10-19 08:00", "Pro úředníky.", 3),
    ]
    assert len({event.uid for event in result.events}) == 3


def test_a_series_that_only_holds_its_parts_is_no_event_itself() -> None:
    result = of_page({"@type": "EventSeries", "name": "Cyklus", "subEvent": [TALK]})

    assert ([e.title for e in result.events], result.failures) == ([TALK["name"]], ())


def test_what_is_only_referred_to_is_found_in_the_same_page() -> None:
    event = only(
        of_page(
            {
                "@graph": [
                    TALK | {"location": {"@id": "#hall"}, "eventSchedule": {"@id": "#dates"}},
                    SCHEDULE | {"@id": "#dates"},
                    {"@id": "#hall", "@type": "Place", "name": "Zámek", "address": {"@id": "#a"}},
                ]
            },
            {"@id": "#a", "@type": "PostalAddress", "addressLocality": "Litomyšl"},
        )
    )

    assert (event.place, len(event.occurrences)) == ("Zámek, Litomyšl", 3)


def test_things_that_refer_to_each_other_come_to_an_end() -> None:
    result = of_page(
        TALK | {"location": {"@id": "#a"}},
        [{"@id": "#a", "address": {"@id": "#b"}}, {"@id": "#b", "address": {"@id": "#a"}}],
    )

    assert [event.title for event in result.events] == [TALK["name"]]


@pytest.mark.parametrize(
    "status",
    ["EventCancelled", "schema:EventCancelled", "http://schema.org/EventCancelled",
     {"@id": "https://schema.org/EventCancelled"}, ["https://schema.org/EventCancelled"]],
)  # fmt: skip
def test_a_status_in_every_form(status: object) -> None:
    assert only(of_page(TALK | {"eventStatus": status})).status is EventStatus.CANCELLED


@pytest.mark.parametrize(
    ("said", "language"),
    [("en-GB", "en"), ("English", "en"), ("čeština", "cs"), ("cz", "cs"), ("neznámý", "cs"),
     (["sk", "en"], "sk"), ({"@type": "Language", "name": "Czech", "alternateName": "cs"}, "cs")],
)  # fmt: skip
def test_languages(said: object, language: str) -> None:
    assert only(of_page(TALK | {"inLanguage": said})).language == language


def test_names_in_several_languages_are_titles_in_them() -> None:
    names = [
        {"@value": "Parking in a small town", "@language": "en"},
        {"@value": "Parkování", "@language": "cs"},
    ]

    event = only(of_page(TALK | {"name": names}))

    assert (event.title, event.language) == ("Parkování", "cs")
    assert event.versions == (Version(language="en", title="Parking in a small town", url=URL),)


@pytest.mark.parametrize(
    ("offers", "deadlines"),
    [
        ({"validThrough": "2027-06-10"}, ["2027-06-10 21:59"]),
        ([{"validThrough": "2027-05-01T12:00"}, {"validThrough": "2027-06-10T12:00"}],
         ["2027-06-10 10:00"]),
        ([{"validThrough": "2027-05-01"}, {"price": "500"}], []),
        ({"validThrough": "2027-06-17T12:00"}, []),
        ({"validThrough": "brzy"}, []),
    ],
)  # fmt: skip
def test_the_end_of_all_offers_is_that_of_registration(
    offers: object, deadlines: list[str]
) -> None:
    event = only(of_page(TALK | {"offers": offers}))

    assert [utc(deadline.at) for deadline in event.deadlines] == deadlines


def test_a_length_gives_the_end() -> None:
    told = {name: value for name, value in TALK.items() if name != "endDate"}

    assert utc(only(of_page(told | {"duration": "PT2H30M"})).end) == "2027-06-17 10:30"
    assert only(of_page(told | {"duration": "dlouho"})).end is None


MICRODATA = """
<div itemscope itemtype="https://schema.org/EducationEvent">
  <h2 itemprop="name">Seminář o vodě</h2>
  <p><time itemprop="startDate" datetime="2027-05-04T10:00">4. května</time></p>
  <meta itemprop="endDate" content="2027-05-04T12:00">
  <div itemprop="location" itemscope itemtype="https://schema.org/Place">
    <b itemprop="name">Radnice</b>
    <i itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
      <u itemprop="addressLocality">Kolín</u></i>
  </div>
  <link itemprop="eventStatus" href="https://schema.org/EventCancelled">
  <a itemprop="url" href="/akce/voda">více</a><!-- -->
  <p itemprop="description">Vstup volný.</p>
</div>"""
RDFA = """
<div vocab="https://schema.org/" typeof="EducationEvent">
  <h2 property="name">Seminář o vodě</h2>
  <time property="schema:startDate" datetime="2027-05-04T10:00">4. května</time>
  <span property="endDate" content="2027-05-04T12:00">do poledne</span>
  <div property="location" typeof="Place">
    <b property="name">Radnice</b>
    <i property="address" typeof="PostalAddress"><u property="addressLocality">Kolín</u></i>
  </div>
  <span property="eventStatus" resource="https://schema.org/EventCancelled"></span>
  <a property="url" href="/akce/voda">více</a>
  <p property="http://schema.org/description">Vstup volný.</p>
</div>"""


def told(result: SourceResult) -> tuple[object, ...]:
    event = only(result)
    return (event.uid, event.title, utc(event.start), utc(event.end), event.place, event.status,
            event.summary)  # fmt: skip


@pytest.mark.parametrize("body", [MICRODATA, RDFA])
def test_microdata_and_rdfa_say_what_json_ld_does(body: str) -> None:
    assert told(read(SETTINGS, {URL: page(body=f"<h1>Akce</h1>{body}")})) == (
        "https://obec.example/akce/voda",
        "Seminář o vodě",
        "2027-05-04 08:00",
        "2027-05-04 10:00",
        "Radnice, Kolín",
        EventStatus.CANCELLED,
        "Vstup volný.",
    )


def test_json_ld_goes_before_other_markup() -> None:
    from_both = read(SETTINGS, {URL: page(str(TALK).replace("'", '"'), body=MICRODATA)})

    assert [event.title for event in from_both.events] == [TALK["name"]]


def test_markup_nested_without_end_is_read_as_far_as_it_goes() -> None:
    deep = '<div itemscope itemprop="subEvent" itemtype="https://schema.org/Event">' * 3000
    start = '<meta itemprop="startDate" content="2027-05-04"><b itemprop="name">Den</b>'
    body = f'<div itemscope itemtype="https://schema.org/Event">{start}{deep}</div>'

    assert [event.title for event in read(SETTINGS, {URL: page(body=body)}).events] == ["Den"]


def test_a_series_that_holds_its_parts_is_none_itself() -> None:
    part = {"@type": "Event", "name": "Díl 1", "startDate": "2027-05-10T17:00+02:00"}
    series = {
        "@type": "EventSeries",
        "name": "Cyklus Město",
        "startDate": "2027-05-01",
        "endDate": "2027-06-30",
        "subEvent": [part],
    }
    assert [event.title for event in of_page(series).events] == ["Díl 1"]


def test_what_lasts_for_weeks_is_no_call() -> None:
    shown = {"name": "Město v datech", "startDate": "2027-05-01", "endDate": "2027-06-30"}
    (event,) = of_page({"@type": "Event", **shown}).events
    assert (event.kind, event.deadlines) == (EventKind.CONFERENCE, ())


@pytest.mark.parametrize("end", ["2027-05-17T00:00:00+02:00", "2027-05-16T23:59:00+02:00"])
def test_from_midnight_to_midnight_are_whole_days(end: str) -> None:
    days = {"@type": "Event", "name": "A", "startDate": "2027-05-15T00:00:00+02:00"}
    (event,) = of_page({**days, "endDate": end}).events
    assert (event.start, event.end, event.all_day) == (date(2027, 5, 15), date(2027, 5, 16), True)
