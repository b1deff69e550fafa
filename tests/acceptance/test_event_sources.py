"""Every form in which a site publishes events, against the stand-in website."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from scheduler.events import Event, EventKind, EventStatus, Review
from scheduler.pages import read_page
from scheduler.reconciling.merging import merge
from scheduler.sources import SourceResult
from scheduler.suggestions import suggestions
from tests.acceptance.importer import NOWS, Importer, utc
from tests.acceptance.site import SERVER, Website, fetch

pytestmark = pytest.mark.skipif(
    not SERVER.is_file(), reason="the stand-in website is not beside the repository"
)

#: Neither its title nor its data say what it is: a guess is as good as another.
KIND_UNSAID = {"isss-ohlednuti"}
#: States that this project has no word for, or spells otherwise.
STATUSES = {"tentative": "scheduled", "movedonline": "moved_online"}


def told(event: Event, wanted: dict[str, Any]) -> dict[str, Any]:
    """What an item says, as the site's list puts it."""
    opening = event.open_from
    fields: dict[str, Any] = {
        "title": event.title,
        "kind": event.kind.value,
        "lang": event.language,
        "status": event.status.value,
        "deadlines": [
            (utc(d.at), d.precision.value, d.previous and str(d.previous.date()))
            for d in event.deadlines
        ],
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
        "lang": wanted["lang"],
        "status": STATUSES.get(wanted["status"], wanted["status"]),
        "deadlines": [
            (d["utc"], d["precision"], d.get("previous_date")) for d in wanted["deadlines"]
        ],
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


@pytest.mark.parametrize("now", NOWS)
async def test_nothing_else_is_imported(now: str, new_site: Callable[..., Website]) -> None:
    importer = Importer(new_site(now))

    await importer.sync()

    listed = [e for e in importer.site.expected() if e["import"] != "no"]
    wanted = {id(importer.item(e)) for e in listed}
    assert [item.title for item in importer.items if id(item) not in wanted] == []


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
