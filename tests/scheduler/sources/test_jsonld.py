"""Pages with JSON-LD -> events."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus, Review, Version
from scheduler.pages import read_page
from scheduler.reconciling.merging import merge
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult
from scheduler.sources.schemaorg import events_in
from tests.scheduler.sources.reading import NOW, UNREACHABLE, as_json, read, utc

URL = "https://obec.example/akce/parkovani/"
SETTINGS = EventSourceSettings(
    name="pages", kind="jsonld", url=URL, trusted_hosts=("obec.example",)
)
TALK: dict[str, Any] = {
    "@type": "Event",
    "name": "Parkování v malém městě",
    "startDate": "2027-06-17T10:00:00+02:00",
    "endDate": "2027-06-17T12:00:00+02:00",
}


def page(*scripts: str, lang: str = "cs", body: str = "<h1>Stránka</h1>") -> str:
    inside = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f'<html lang="{lang}"><head>{inside}</head><body><main>{body}</main></body></html>'


def of_page(*scripts: object, lang: str = "cs") -> SourceResult:
    texts = [script if isinstance(script, str) else as_json(script) for script in scripts]
    return read(SETTINGS, {URL: page(*texts, lang=lang)})


def only(result: SourceResult) -> Event:
    assert result.failures == ()
    (event,) = result.events
    return event


def test_an_event_is_read_with_all_it_says() -> None:
    event = only(
        of_page(
            TALK
            | {
                "@context": "https://schema.org",
                "@id": f"{URL}#event",
                "url": URL,
                "description": "<p>Vstup &amp; oběd zdarma.</p>",
                "location": {
                    "@type": "Place",
                    "name": "Technologické centrum",
                    "address": {"@type": "PostalAddress", "addressLocality": "Písek"},
                },
            }
        )
    )

    assert event == Event(
        uid=f"{URL}#event",
        title="Parkování v malém městě",
        kind=EventKind.SEMINAR,
        start=event.start,
        end=event.end,
        url=URL,
        place="Technologické centrum, Písek",
        source="pages",
        summary="Vstup & oběd zdarma.",
    )
    assert (utc(event.start), utc(event.end)) == ("2027-06-17 08:00", "2027-06-17 10:00")


FORMS = [
    as_json([TALK, TALK | {"name": "Druhá"}]),
    as_json({"@context": "x", "@graph": [{"@type": "WebSite"}, TALK, TALK | {"name": "Druhá"}]}),
    as_json({"@type": "WebPage", "mainEntity": [TALK, TALK | {"name": "Druhá"}]}),
    as_json({"@type": "ItemList", "itemListElement": [{"item": TALK}, {"item": TALK}]}).replace(
        "Parkování", "Druhá", 1
    ),
    as_json(TALK | {"subEvent": [TALK | {"name": "Druhá"}]}),
]


@pytest.mark.parametrize("script", FORMS)
def test_events_are_found_in_every_form(script: str) -> None:
    assert len(of_page(script).events) == 2


TYPES = [
    ("EducationEvent", EventKind.SEMINAR),
    ("schema:BusinessEvent", EventKind.SEMINAR),
    ("https://schema.org/ExhibitionEvent", EventKind.CONFERENCE),
    (["Event", "Thing"], EventKind.SEMINAR),
]


@pytest.mark.parametrize(("kind", "wanted"), TYPES)
def test_types_say_the_kind(kind: object, wanted: EventKind) -> None:
    assert only(of_page(TALK | {"@type": kind, "name": "Setkání se starosty"})).kind in (
        wanted,
        EventKind.SEMINAR,
    )


@pytest.mark.parametrize("kind", ["DeliveryEvent", "PublicationEvent", "Organization", "", None])
def test_what_is_no_event_is_passed_over(kind: object) -> None:
    assert of_page(TALK | {"@type": kind}).events == ()


TIMES = [
    ("2027-06-17T10:00", None, "2027-06-17 08:00", None),
    ("2027-06-17T08:00:00Z", None, "2027-06-17 08:00", None),
    ("2027-06-17 10:00:00", None, "2027-06-17 08:00", None),
    ("2027-06-17T10:00:00+0200", None, "2027-06-17 08:00", None),
    ("20270617T1000", None, "2027-06-17 08:00", None),
    ("2027-06-17", None, "2027-06-17", "2027-06-17"),
    ("2027-06-17", "2027-06-18", "2027-06-17", "2027-06-18"),
    ("2027-06-17T00:00:00", "2027-06-18T23:59:59", "2027-06-17", "2027-06-18"),
    ("2027-03-28T00:00+01:00", "2027-03-28T04:00+02:00", "2027-03-27 23:00", "2027-03-28 02:00"),
    # The second pass through the repeated hour.
    ("2027-10-31T02:30:00+01:00", None, "2027-10-31 01:30", None),
    ("17. června 2027 10:00", None, "2027-06-17 08:00", None),
]


@pytest.mark.parametrize(("start", "end", "from_", "until"), TIMES)
def test_times(start: str, end: str | None, from_: str, until: str | None) -> None:
    event = only(of_page(TALK | {"startDate": start, "endDate": end}))

    assert (utc(event.start), utc(event.end)) == (from_, until)


STATUSES = [
    ("https://schema.org/EventCancelled", EventStatus.CANCELLED),
    ("http://schema.org/EventPostponed", EventStatus.POSTPONED),
    ("EventMovedOnline", EventStatus.MOVED_ONLINE),
    ("EventScheduled", EventStatus.SCHEDULED),
    ("", EventStatus.SCHEDULED),
]


@pytest.mark.parametrize(("status", "wanted"), STATUSES)
def test_statuses(status: str, wanted: EventStatus) -> None:
    assert only(of_page(TALK | {"eventStatus": status})).status is wanted


def test_a_rescheduled_event_says_where_it_was() -> None:
    event = only(
        of_page(
            TALK
            | {
                "eventStatus": "https://schema.org/EventRescheduled",
                "previousStartDate": "2027-06-10T10:00:00+02:00",
            }
        )
    )

    assert (event.status, utc(event.original_start)) == (
        EventStatus.RESCHEDULED,
        "2027-06-10 08:00",
    )


PLACES = [
    ("Písek", "Písek"),
    ({"@type": "Place", "name": "Písek", "address": "Písek"}, "Písek"),
    ({"@type": "VirtualLocation", "url": URL}, "online"),
    ("https://meet.example/1", "online"),
    ([{"@type": "VirtualLocation"}, {"@type": "Place", "name": "Brno"}], "Brno"),
    (None, ""),
]


@pytest.mark.parametrize(("location", "place"), PLACES)
def test_places(location: object, place: str) -> None:
    assert only(of_page(TALK | {"location": location})).place == place


UIDS = [
    ([{"@id": "#a"}], [f"{URL}#a"]),
    ([{"@id": "_:b0"}], [URL]),
    ([{"url": URL}], [URL]),
    ([{"url": "https://obec.example/akce/jina/"}], ["https://obec.example/akce/jina/"]),
    # Where tickets are sold, and the home page, are of many events.
    ([{"url": "https://vstupenky.example/123"}], [URL]),
    ([{"url": "https://obec.example/"}], [URL]),
]


@pytest.mark.parametrize(("things", "uids"), UIDS)
def test_uids_are_of_one_event(things: list[dict[str, str]], uids: list[str]) -> None:
    found = of_page([TALK | thing for thing in things]).events

    assert [event.uid for event in found] == uids


def test_an_event_that_two_scripts_tell_is_one() -> None:
    thing = TALK | {"@id": "#event"}

    assert [event.uid for event in of_page(thing, thing).events] == [f"{URL}#event"]


def test_events_that_share_a_page_are_told_apart() -> None:
    shared = "https://obec.example/akce/festival/"
    first, second = (TALK | {"url": shared, "name": name} for name in ("Ráno", "Večer"))

    uids = [event.uid for event in of_page([first, second]).events]

    assert len(set(uids)) == 2


def test_events_without_a_page_of_their_own_are_told_apart_by_their_names() -> None:
    first, second = (TALK | {"url": URL, "name": name} for name in ("Ráno", "Večer"))

    uids = {event.title: event.uid for event in of_page([first, second]).events}

    assert uids == {e.title: e.uid for e in of_page([second, first]).events}
    assert len(set(uids.values())) == 2


MENDED = [
    as_json(TALK).replace('"@type"', '"note": "two\nlines", "@type"'),
    as_json(TALK)[:-1] + ",}",
    f"<!-- {as_json(TALK)} -->",
    f"//<![CDATA[\n{as_json(TALK)}\n//]]>",
    as_json(TALK) + ";",
    as_json(TALK).replace('"', "&quot;"),
]


@pytest.mark.parametrize("script", MENDED)
def test_json_as_people_write_it_is_read(script: str) -> None:
    assert only(of_page(script)).title == TALK["name"]


def test_broken_json_is_reported_and_the_prose_is_read() -> None:
    broken = page(
        as_json(TALK)[:-9],
        body="<h1>Parkování v malém městě</h1><p>Seminář se koná 17. června 2027 od 10:00.</p>",
    )

    result = read(SETTINGS, {URL: broken})

    assert [failure.name for failure in result.failures] == ["Parkování v malém městě"]
    assert [(e.title, utc(e.start), e.review) for e in result.events] == [
        ("Parkování v malém městě", "2027-06-17 08:00", Review.SUGGESTED)
    ]


@pytest.mark.parametrize("field", ["name", "startDate"])
def test_an_event_without_name_or_start_is_reported(field: str) -> None:
    result = of_page([TALK | {field: ""}, TALK | {"name": "Druhá"}])

    assert [event.title for event in result.events] == ["Druhá"]
    assert len(result.failures) == 1


def test_a_listing_leads_to_the_pages_below_it() -> None:
    listing = "https://obec.example/akce/"
    links = '<a href="/akce/parkovani/">P</a><a href="/akce/pryc/">x</a><a href="/kontakt/">K</a>'
    settings = SETTINGS.model_copy(update={"url": listing})

    result = read(
        settings,
        {
            listing: page(body=f"<h1>Akce</h1><p>Přehled všech akcí obce.</p>{links}"),
            URL: page(as_json(TALK)),
            "https://obec.example/akce/pryc/": 410,
        },
    )

    assert [event.title for event in result.events] == [TALK["name"]]
    assert [failure.name for failure in result.failures] == ["https://obec.example/akce/pryc/"]
    assert result.complete


def test_a_page_that_is_gone_withdraws_its_events() -> None:
    other = "https://obec.example/akce/druha/"
    settings = SETTINGS.model_copy(update={"urls": (other,)})
    known = only(of_page(TALK))

    result = read(settings, {URL: 410, other: page(as_json(TALK))}, known=[known])

    assert result.withdrawn == (known.uid,)


def test_a_page_that_does_not_answer_takes_nothing_away() -> None:
    other = "https://obec.example/akce/druha/"
    settings = SETTINGS.model_copy(update={"urls": (other,)})

    result = read(settings, {URL: UNREACHABLE, other: page(as_json(TALK))})

    assert (result.complete, result.withdrawn) == (False, ())


@pytest.mark.parametrize("answer", [503, 404, UNREACHABLE])
def test_when_no_page_can_be_read_the_source_fails(answer: int | Exception) -> None:
    with pytest.raises(EventSourceError):
        read(SETTINGS, {URL: answer})


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*TALK, "location", "eventStatus", "@id", "url"]), JUNK))
def test_no_value_is_more_than_a_failure(values: dict[str, object]) -> None:
    script = as_json(TALK | values).replace("</", "<\\/")

    events, failures = events_in(read_page(page(script), URL), SETTINGS, NOW)

    assert len(events) + len(failures) <= 2
    assert all(event.title for event in events)


def test_pages_that_are_each_others_translation_are_one_event() -> None:
    english = "https://obec.example/en/events/parking/"
    head = (
        '<link rel="alternate" hreflang="{}" href="{}">'
        '<link rel="alternate" hreflang="x-default" href="/">'
    )
    data = as_json(TALK)
    settings = SETTINGS.model_copy(update={"urls": (english,)})

    result = read(
        settings,
        {
            URL: page(data, body=head.format("en", english) + "<h1>x</h1>"),
            english: page(
                data.replace("Parkování v malém městě", "Parking in a small town"),
                lang="en",
                body=head.format("cs", URL) + "<h1>x</h1>",
            ),
        },
    )
    merged = merge([], {}, source="pages", result=result, now=NOW)

    assert [(e.title, e.versions) for e in merged.events] == [
        (
            "Parkování v malém městě",
            (Version(language="en", title="Parking in a small town", url=english),),
        )
    ]


def test_a_page_that_only_says_that_its_event_is_off_keeps_the_date() -> None:
    told = "<main><h1>Seminář A</h1><p>Seminář se koná 30. 4. 2027 od 14:00.</p></main>"
    off = "<main><h1>Seminář A</h1><p>Seminář se ruší, omlouváme se všem přihlášeným.</p></main>"
    before = read(SETTINGS, {URL: told}).events

    (event,) = read(SETTINGS, {URL: off}, known=before).events

    assert (event.start, event.status) == (before[0].start, EventStatus.CANCELLED)
