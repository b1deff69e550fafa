"""Every form in which a site publishes events, against the stand-in website, and what becomes of
them as the site changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus, Review
from scheduler.merging import Merged, merge
from scheduler.pages import read_page
from scheduler.settings import EventSourceSettings
from scheduler.sources import SourceResult, open_source
from scheduler.suggestions import suggestions
from tests.acceptance.site import SERVER, Website, fetch

pytestmark = pytest.mark.skipif(
    not SERVER.is_file(), reason="the stand-in website is not beside the repository"
)

NOWS = [
    "2027-03-01T08:00:00+01:00",
    "2027-10-25T08:00:00+02:00",
    "2028-02-29T23:30:00+01:00",
    "2026-08-31T06:00:00+02:00",
]
#: Their text, title or data do not say what they are: a guess is as good as another.
KIND_UNSAID = {"isss-ohlednuti", "zruseno"}
LANGUAGE_UNSAID = {"scsp-tribe"}
#: States that this project has no word for, or spells otherwise.
STATUSES = {"tentative": "scheduled", "movedonline": "moved_online"}


@pytest.fixture
def new_site() -> Iterator[Callable[..., Website]]:
    sites: list[Website] = []

    def _(now: str = NOWS[0]) -> Website:
        sites.append(Website(now))
        return sites[-1]

    yield _
    for site in sites:
        site.close()


class Importer:
    """What stands between the sources and the store, without the store."""

    def __init__(self, site: Website) -> None:
        self.site = site
        self.now = datetime.fromisoformat(site.now)
        self.items: list[Event] = []
        self.aliases: dict[str, str] = {}
        self.events: dict[str, Event] = {}
        self.results: dict[str, SourceResult] = {}

    def settings(self) -> list[EventSourceSettings]:
        base = self.site.base
        forms = [(e.form, e.lang, base + e.path) for e in self.site.state.events()]
        slovak = [url for form, lang, url in forms if lang == "sk" and form in ("jsonld", "html")]
        host = base.removeprefix("http://")
        return [
            EventSourceSettings.model_validate({"trusted_hosts": (host,), **own})
            for own in (
                {"name": "calendar", "kind": "ics", "url": f"{base}/events.ics"},
                {"name": "bad-calendar", "kind": "ics", "url": f"{base}/events-vadny.ics"},
                {
                    "name": "pages",
                    "kind": "jsonld",
                    "url": f"{base}/cs/akce/",
                    "urls": (f"{base}/en/events/", *slovak),
                },
                {"name": "plugin", "kind": "tribe", "url": base},
                {
                    "name": "calls",
                    "kind": "feed",
                    "url": f"{base}/cs/vyzvy/feed/",
                    "event_kind": "call",
                },
                {
                    "name": "calls-en",
                    "kind": "feed",
                    "url": f"{base}/en/calls/feed/",
                    "event_kind": "call",
                    "language": "en",
                },
                {
                    "name": "portal",
                    "kind": "funding",
                    "url": f"{base}/search-api/prod/rest/search",
                },
                {
                    "name": "invitations",
                    "kind": "jsonld",
                    "url": f"{base}/cs/pozvanky/",
                    "urls": (f"{base}/en/invitations/",),
                },
            )
        ]

    async def sync(self, *names: str) -> dict[str, Merged]:
        merged = {}
        for settings in self.settings():
            if not names or settings.name in names:
                merged[settings.name] = await self.read(settings)
        return merged

    async def read(self, settings: EventSourceSettings) -> Merged:
        source = open_source(settings, first_start=self.now)
        known = [i for i in self.items if i.source == settings.name and not i.over(self.now)]
        result = await source.read(fetch, self.now, known)
        merged = merge(self.items, self.aliases, source=settings.name, result=result, now=self.now)
        others = [item for item in self.items if item.source != settings.name]
        self.items = [*others, *(item for item in merged.items)]
        self.aliases = dict(merged.aliases)
        self.events = {event.uid: event for event in merged.events}
        self.results[settings.name] = result
        return merged

    def item(self, wanted: dict[str, Any]) -> Event | None:
        """Return the item that is the wanted one, by its uid or else its title."""
        for item in self.items:
            if item.uid.removeprefix(self.site.base) == wanted["uid"]:
                return item
        return next((item for item in self.items if item.title == wanted["title"]), None)

    def by_id(self, name: str) -> Event:
        wanted = next(e for e in self.site.expected() if e["id"] == name)
        item = self.item(wanted)
        assert item is not None, name
        return item

    def event_of(self, name: str) -> Event:
        return self.events[self.aliases[self.by_id(name).uid]]


def utc(value: datetime | date | None) -> str | None:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else None


def told(event: Event, wanted: dict[str, Any]) -> dict[str, Any]:
    """What an item says, as the site's list puts it."""
    opening = event.open_from
    fields: dict[str, Any] = {
        "title": event.title,
        "kind": event.kind.value,
        "lang": event.language,
        "status": event.status.value,
        "deadlines": [(utc(d.at), d.precision.value) for d in event.deadlines],
        "open_from": str(opening.date() if isinstance(opening, datetime) else opening),
    }
    if wanted["source_form"] != "rss" or wanted["lang"] != "en":
        fields["place"] = event.place
    if event.start is None:
        fields["span"] = (None, None)
    elif wanted["all_day"]:
        fields["span"] = (str(event.start), str(event.end))
    else:
        fields["span"] = (utc(event.start), utc(event.end))
    if event.occurrences:
        fields["dates"] = [(utc(o.start), utc(o.end), o.cancelled) for o in event.occurrences]
    return fields


def expected(wanted: dict[str, Any], got: Event) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": wanted["title"],
        "kind": got.kind.value if wanted["id"] in KIND_UNSAID else wanted["kind"],
        "lang": got.language if wanted["id"] in LANGUAGE_UNSAID else wanted["lang"],
        "status": STATUSES.get(wanted["status"], wanted["status"]),
        "deadlines": [(d["utc"], d["precision"]) for d in wanted["deadlines"]],
        "open_from": str(wanted["open_from"]),
    }
    if wanted["source_form"] != "rss" or wanted["lang"] != "en":
        fields["place"] = wanted["place"]
    if wanted["start_utc"] is None:
        fields["span"] = (None, None)
    elif wanted["all_day"]:
        fields["span"] = (wanted["start_date"], wanted["end_date"])
    else:
        fields["span"] = (wanted["start_utc"], wanted["end_utc"])
    if "occurrences" in wanted:
        fields["dates"] = [
            (o["start_utc"], o["end_utc"], o["status"] == "cancelled")
            for o in wanted["occurrences"]
        ]
    return fields


@pytest.mark.parametrize("now", NOWS)
async def test_all_forms_give_what_the_site_lists(
    now: str, new_site: Callable[..., Website]
) -> None:
    site = new_site(now)
    importer = Importer(site)

    await importer.sync()

    wanted = [e for e in site.expected() if e["import"] == "yes"]
    # Nothing is announced by an invitation to what has already begun.
    wanted = [e for e in wanted if e["source_form"] != "html" or _ahead(e, importer.now)]
    found = {e["id"]: importer.item(e) for e in wanted}
    assert [name for name, item in found.items() if item is None] == []
    # Their opening is not in the text.
    silent = {"horizon-miss-2026-04-cit", "twin-cities"}
    for e in wanted:
        item = found[e["id"]]
        assert item is not None
        want = expected({**e, "open_from": None} if e["id"] in silent else e, item)
        assert told(item, e) == want, e["id"]


def _ahead(wanted: dict[str, Any], now: datetime) -> bool:
    times = [wanted["start_utc"], *(d["utc"] for d in wanted["deadlines"])]
    return any(t and datetime.fromisoformat(t.replace("Z", "+00:00")) > now for t in times)


async def test_what_must_not_be_imported_is_reported_by_name(
    new_site: Callable[..., Website],
) -> None:
    importer = Importer(new_site())

    await importer.sync("bad-calendar")

    failures = importer.results["bad-calendar"].failures
    refused = [e["title"] for e in importer.site.expected() if e["import"] == "no"]
    titles = {event.title for event in importer.events.values()}
    assert refused == ["Vadný začátek", "Bez začátku"]
    assert titles & set(refused) == set()
    assert set(refused) <= {failure.name for failure in failures}


async def test_the_same_event_from_several_sources_is_one(
    new_site: Callable[..., Website],
) -> None:
    site = new_site()
    importer = Importer(site)

    await importer.sync()

    groups: dict[str, set[str]] = {}
    for e in site.expected():
        if e["import"] != "no" and (item := importer.item(e)) is not None:
            groups.setdefault(importer.aliases[item.uid], set()).add(e["id"])
    wanted: dict[str, set[str]] = {}
    for e in site.expected():
        if e["group"]:
            wanted.setdefault(e["group"], set()).add(e["id"])
    assert sorted(map(sorted, (g for g in groups.values() if len(g) > 1))) == sorted(
        map(sorted, wanted.values())
    )


async def test_a_stale_invitation_yields_to_what_knows_of_the_move(
    new_site: Callable[..., Website],
) -> None:
    importer = Importer(new_site())
    # The invitation, with the old date, is known first.
    await importer.sync("invitations")
    await importer.sync("pages")

    event = importer.event_of("v4-pozvanka-stara")
    moved = importer.by_id("v4-smart-agenda")

    assert (event.start, event.status) == (moved.start, EventStatus.RESCHEDULED)
    assert len([e for e in importer.events.values() if "V4 SMART AGENDA" in e.title]) == 1


async def test_prose_is_suggested_and_data_of_a_trusted_host_is_not(
    new_site: Callable[..., Website],
) -> None:
    importer = Importer(new_site())

    await importer.sync()

    reviews = {
        name: {item.review for item in importer.items if item.source == name}
        for name in importer.results
    }
    assert reviews["calendar"] == reviews["plugin"] == reviews["portal"] == {Review.APPROVED}
    assert reviews["calls"] == reviews["calls-en"] == {Review.SUGGESTED}
    assert reviews["invitations"] == {Review.SUGGESTED}


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


async def test_pages_that_were_crawled_are_suggested(new_site: Callable[..., Website]) -> None:
    site = new_site()
    now = datetime.fromisoformat(site.now)
    paths = [e["url"] for e in site.expected() if e["source_form"] in ("jsonld", "html")]

    found: list[Event] = []
    for path in dict.fromkeys(paths):
        fetched = await fetch(site.base + path)
        page = read_page(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
        found += suggestions(page, now, source="web")

    wanted = [
        e["title"]
        for e in site.expected()
        if e["source_form"] in ("jsonld", "html") and e["import"] == "yes"
    ]
    assert set(wanted) <= {event.title for event in found}
    assert {event.review for event in found} == {Review.SUGGESTED}


async def test_articles_that_mention_dates_announce_nothing(
    new_site: Callable[..., Website],
) -> None:
    site = new_site()
    now = datetime.fromisoformat(site.now)
    articles = [
        path
        for path, page in site.state.pages.items()
        if "/aktuality/" in path or "/news/" in path or "/archiv" in path or "/prirucky/" in path
        if page["type"].startswith("text/html") and path.isascii()
    ]

    found: list[Event] = []
    for path in articles:
        fetched = await fetch(site.base + path)
        if fetched.status == 200:
            page = read_page(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
            found += suggestions(page, now, source="web")

    assert len(articles) > 100
    assert [(event.title, event.url) for event in found] == []


async def test_calls_have_no_start(new_site: Callable[..., Website]) -> None:
    importer = Importer(new_site())

    await importer.sync("calls", "calls-en", "portal")

    assert {event.kind for event in importer.events.values()} == {EventKind.CALL}
    assert {event.start for event in importer.events.values()} == {None}


async def test_what_was_crawled_and_what_sources_tell_is_one_event(
    new_site: Callable[..., Website],
) -> None:
    site = new_site()
    importer = Importer(site)
    found: list[Event] = []
    for path in {e.path for e in site.state.events() if e.path in site.state.event_pages()}:
        fetched = await fetch(site.base + path)
        page = read_page(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
        found += suggestions(page, importer.now, source="web")
    crawled = merge(
        [],
        {},
        source="web",
        result=SourceResult(events=tuple(found), complete=False),
        now=importer.now,
    )
    importer.items, importer.aliases = list(crawled.items), dict(crawled.aliases)

    await importer.sync()

    told = [
        (event.title, utc(event.start) or str(event.start)) for event in importer.events.values()
    ]
    twice = [one for one in told if told.count(one) > 1]
    assert len(found) > 70
    assert twice == []
    assert {
        event.review
        for event in importer.events.values()
        if event.source in ("calendar", "plugin", "portal")
    } == {Review.APPROVED}
