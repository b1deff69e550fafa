"""Event source: the REST API of The Events Calendar, a WordPress plugin."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from scheduler.addressees import region_in
from scheduler.classifying import kind_of, language_of, status_in_title, status_named
from scheduler.errors import EventSourceError
from scheduler.events import Deadline, Event, EventKind, EventStatus
from scheduler.ports import Fetch
from scheduler.prose.registering import registration_in
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.deadlines import with_deadline_of_span
from scheduler.sources.reading import ItemFailure, SourceResult, default_kind, json_of, there
from scheduler.texts import one_line, plain, summary, web_address
from scheduler.zones import POSSIBLE_YEARS, PRAGUE, at_local, zone_named

ENDPOINT = "/wp-json/tribe/events/v1/events"
#: The API shows today to two years ahead unless it is told otherwise.
YEARS_BACK, YEARS_AHEAD = 1, 4
PER_PAGE = 50
MOST_PAGES = 40

Item = Mapping[str, object]


class TribeSource:
    """A site, or its API's address."""

    def __init__(self, settings: EventSourceSettings) -> None:
        self.name = settings.name
        self._settings = settings
        url = settings.url.split("?")[0].rstrip("/")
        self._url = url if "/wp-json/" in url or "/tribe/" in url else _root(url) + ENDPOINT

    async def read(
        self,
        fetch: Fetch,
        now: datetime,
        known: Sequence[Event] = (),  # noqa: ARG002
    ) -> SourceResult:
        """Read all pages.

        Raises:
            EventSourceError: the first page cannot be read.
        """
        events: dict[str, Event] = {}
        failures: list[ItemFailure] = []
        number, pages = 1, 1
        while number <= min(pages, MOST_PAGES):
            try:
                items, pages = await self._page(fetch, now, number)
            except EventSourceError as error:
                if number == 1:
                    raise
                failures.append(ItemFailure(name=f"page {number}", error=str(error)))
                return SourceResult(
                    events=tuple(events.values()), failures=tuple(failures), complete=False
                )
            for item in items:
                self._take(item, events, failures)
            number += 1
        complete = pages <= MOST_PAGES
        return SourceResult(
            events=tuple(events.values()), failures=tuple(failures), complete=complete
        )

    async def _page(self, fetch: Fetch, now: datetime, number: int) -> tuple[list[object], int]:
        words = {
            "page": number,
            "per_page": PER_PAGE,
            "start_date": f"{now.year - YEARS_BACK}-01-01 00:00:00",
            "end_date": f"{now.year + YEARS_AHEAD}-12-31 23:59:59",
        }
        data = json_of(there(await fetch(f"{self._url}?{urlencode(words)}")))
        if not isinstance(data, dict) or not isinstance(data.get("events"), list):
            raise EventSourceError(f"{self._url}: this is no answer of The Events Calendar.")
        return data["events"], _pages(data, number)

    def _take(self, item: object, events: dict[str, Event], failures: list[ItemFailure]) -> None:
        if not isinstance(item, dict):
            failures.append(ItemFailure(name="(no title)", error="This is no event."))
            return
        uid = str(item.get("global_id") or item.get("id") or "")
        item = {**item, "title": _rendered(item.get("title"))}
        try:
            if item.get("status", "publish") == "publish" and not _is_hidden(item):
                event = _event(item, uid, self._settings)
                events[event.uid] = event
        except UnreadableItem as error:
            name = one_line(str(item.get("title") or "")) or uid or "(no title)"
            failures.append(ItemFailure(name=name, error=str(error), uid=uid))


def _is_hidden(item: Item) -> bool:
    """Say whether the site itself leaves it out of its listings."""
    said = item.get("hide_from_listings") or item.get("hide_from_upcoming")
    return str(said).lower() in ("true", "1", "yes")


def _pages(data: Item, number: int) -> int:
    """Return how many pages there are, as the answer says or shows by naming a next one."""
    pages = str(data.get("total_pages") or "")
    if pages.isdecimal():
        return int(pages)
    return number + 1 if data.get("next_rest_url") else number


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _rendered(value: object) -> str:
    """Return a text that may be wrapped as WordPress's own API wraps it."""
    return str((value.get("rendered") if isinstance(value, dict) else value) or "")


def _event(item: Item, uid: str, settings: EventSourceSettings) -> Event:
    # Titles are HTML: "Veletrh &#8211; Brno".
    marked, title = status_in_title(one_line(str(item.get("title") or "")))
    if not uid or not title:
        raise UnreadableItem("It has no id or no title.")
    zone = zone_named(str(item.get("timezone") or ""), PRAGUE)
    start, end = _span(item, zone)
    categories = _names(item.get("categories"))
    details = plain(str(item.get("description") or item.get("excerpt") or ""))
    place = _place(item.get("venue")) or _online(item)
    event = Event(
        uid=uid,
        title=title,
        kind=kind_of(title, categories=categories, default=default_kind(settings, start, end)),
        start=start,
        end=end,
        all_day=not isinstance(start, datetime),
        timezone=zone,
        status=marked or _status(item),
        url=web_address(str(item.get("url") or ""), settings.url),
        place=place,
        language=language_of(f"{title}\n{details}", settings.language),
        audience=settings.audience,
        topics=tuple(dict.fromkeys([*_names(item.get("tags")), *settings.topics])),
        region=region_in(title, place) or settings.region,
        source=settings.name,
        summary=summary(details),
        updated=_stamp(item.get("modified_utc"), UTC_NAME),
        example=settings.example,
    )
    if event.kind is not EventKind.CALL:
        return replace(event, deadlines=_registration(item, details, event))
    return with_deadline_of_span(event)


def _registration(item: Item, details: str, event: Event) -> tuple[Deadline, ...]:
    """Return until when one registers: as a field of its own says, the tickets, or the text."""
    assert event.start is not None
    for told in (_own_fields(item), _of_tickets(item), details):
        if found := registration_in(told, event.start, event.timezone):
            return found
    return ()


def _own_fields(item: Item) -> str:
    """Return the site's own fields as a text: "Registrace do 12. 3. 2027"."""
    fields = item.get("custom_fields")
    if isinstance(fields, Mapping):
        pairs = [(name, said) for name, said in fields.items()]
    else:
        pairs = [("", said) for said in fields] if isinstance(fields, list) else []
    told = []
    for name, said in pairs:
        if isinstance(said, Mapping):
            name, said = said.get("label") or said.get("name") or name, said.get("value")
        told.append(f"{one_line(str(name)).rstrip(' :')} {one_line(str(said or ''))}")
    return "\n".join(told)


def _of_tickets(item: Item) -> str:
    """Return until when the last of the tickets is offered, as a text."""
    tickets = item.get("tickets") or item.get("rsvp")
    ends = [
        str(ticket.get("available_until") or ticket.get("end_date") or "")
        for ticket in (tickets if isinstance(tickets, list) else ())
        if isinstance(ticket, Mapping)
    ]
    return f"Tickets until {max(ends)[:16]}" if ends and all(ends) else ""


UTC_NAME = "UTC"


def _span(item: Item, zone: str) -> tuple[datetime | date, datetime | date | None]:
    start = _instant(item, "start_date", zone)
    if start is None:
        raise UnreadableItem(f"start_date {str(item.get('start_date'))[:40]!r} is no date.")
    end = _instant(item, "end_date", zone)
    if end is not None and end < start:
        end = None
    if str(item.get("all_day")).lower() in ("true", "1", "yes"):
        # By the wall clock of the event; its last day ends at 23:59:59.
        first = _day(item, "start_date") or start.date()
        return first, max(_day(item, "end_date") or first, first)
    return start, end if end != start else None


def _instant(item: Item, name: str, zone: str) -> datetime | None:
    local = _stamp(item.get(name), zone)
    utc = _stamp(item.get(f"utc_{name}"), UTC_NAME)
    # Where both agree the one in UTC is unambiguous; else the local one is what people are shown.
    if utc is not None and (local is None or abs(utc - local) <= timedelta(hours=1)):
        return utc.astimezone(ZoneInfo(zone))
    return local


def _stamp(value: object, zone: str) -> datetime | None:
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)", str(value or ""))
    if not found or int(found[1][:4]) not in POSSIBLE_YEARS:
        return None
    try:
        return at_local(datetime.fromisoformat(f"{found[1]}T{found[2]}"), zone)
    except ValueError:
        return None


def _day(item: Item, name: str) -> date | None:
    stamp = _stamp(item.get(name), UTC_NAME)
    return stamp.astimezone(UTC).date() if stamp else None


def _names(value: object) -> list[str]:
    items = value if isinstance(value, list) else []
    names = (one_line(str(item.get("name") or "")) for item in items if isinstance(item, dict))
    return [name for name in names if name]


def _status(item: Item) -> EventStatus:
    """Return what the plugin's own field says, a word or an object with one."""
    said = item.get("event_status")
    word = str((said.get("status") if isinstance(said, dict) else said) or "")
    return status_named(word) or EventStatus.SCHEDULED


def _place(venue: object) -> str:
    venue = next(iter(venue), None) if isinstance(venue, list) else venue
    if not isinstance(venue, dict):
        return one_line(venue) if isinstance(venue, str) else ""
    name, city, street = (
        one_line(str(venue.get(key) or "")) for key in ("venue", "city", "address")
    )
    if name and city and city.lower() not in name.lower():
        return f"{name}, {city}"
    return name or ", ".join(part for part in (street, city) if part)


def _online(item: Item) -> str:
    return "online" if item.get("is_virtual") is True or item.get("virtual_url") else ""
