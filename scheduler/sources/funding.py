"""Event source: the search of the EU Funding & Tenders Portal."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from scheduler.addressees import eligible_in
from scheduler.classifying import status_in_title
from scheduler.errors import EventSourceError
from scheduler.events import CallState, Deadline, Event, EventKind, EventStatus, Precision, Version
from scheduler.ports import Fetch
from scheduler.prose import written_time
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.deadlines import end_of_day
from scheduler.sources.reading import ItemFailure, SourceResult, json_of, there
from scheduler.texts import one_line, plain, summary, web_address
from scheduler.zones import POSSIBLE_YEARS, at_local

PORTAL = "https://api.tech.ec.europa.eu/search-api/prod/rest/search"
TOPIC = (
    "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/"
    "topic-details/"
)
PAGE_SIZE = 100
MOST_PAGES = 30
BRUSSELS = "Europe/Brussels"
#: Calls close at this hour unless they say otherwise.
USUAL_HOUR = time(17)
FORTHCOMING, OPEN, CLOSED = "31094501", "31094502", "31094503"
_STATES = {
    FORTHCOMING: CallState.PLANNED,
    CLOSED: CallState.CLOSED,
    "forthcoming": CallState.PLANNED,
    "closed": CallState.CLOSED,
}
#: Dates in words have their years.
_ANY_TIME = datetime(2027, 1, 1, tzinfo=UTC)
_BOUNDARY = "cscc-assistant-form"
_STAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:T(?P<time>\d\d:\d\d)[\d:.]*\s*(?P<offset>[+-]\d\d:?\d\d)?)?"
)
_MILLISECONDS = re.compile(r"\d{12,13}")
#: What may stand beside a result's facts.
_BESIDE = ("language", "reference", "title", "url")

Row = Mapping[str, object]


class FundingSource:
    """The topics that a search finds, each once whatever its languages."""

    def __init__(self, settings: EventSourceSettings) -> None:
        self.name = settings.name
        self._settings = settings

    async def read(
        self,
        fetch: Fetch,
        now: datetime,  # noqa: ARG002
        known: Sequence[Event] = (),  # noqa: ARG002
    ) -> SourceResult:
        """Read all pages of the search.

        Raises:
            EventSourceError: the first page cannot be read.
        """
        topics: dict[str, list[Row]] = defaultdict(list)
        failures: list[ItemFailure] = []
        complete = True
        number, pages = 1, 1
        while number <= pages:
            try:
                rows, total = await self._page(fetch, number)
            except EventSourceError as error:
                if number == 1:
                    raise
                failures.append(ItemFailure(name=f"page {number}", error=str(error)))
                complete = False
                break
            for row in rows:
                topics[_first(row, "identifier") or _first(row, "reference")].append(row)
            pages = min(-(-total // PAGE_SIZE), MOST_PAGES)
            complete = complete and total <= MOST_PAGES * PAGE_SIZE
            number += 1
        events = tuple(_events(topics, self._settings, failures))
        return SourceResult(events=events, failures=tuple(failures), complete=complete)

    async def _page(self, fetch: Fetch, number: int) -> tuple[list[Row], int]:
        url = self._address(number)
        fetched = await fetch(
            url,
            method="POST",
            data=_form(),
            headers={"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"},
        )
        data = json_of(there(fetched))
        if not isinstance(data, dict) or not isinstance(results := data.get("results"), list):
            raise EventSourceError(f"{url}: this is no answer of the portal's search.")
        rows = [_row(row) for row in results if isinstance(row, dict)]
        total = data.get("totalResults")
        return rows, total if isinstance(total, int) else len(results)

    def _address(self, number: int) -> str:
        parts = urlsplit(self._settings.url or PORTAL)
        words = {"apiKey": "SEDIA", "text": self._settings.query, **dict(parse_qsl(parts.query))}
        words |= {"pageSize": str(PAGE_SIZE), "pageNumber": str(number)}
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(words), ""))


def _form() -> bytes:
    """Write the search as the portal's own page does: topics of calls, the newest first."""
    fields = {
        "query": {
            "bool": {
                "must": [
                    {"terms": {"type": ["1"]}},
                    {"terms": {"status": [FORTHCOMING, OPEN, CLOSED]}},
                ]
            }
        },
        "languages": ["en", "cs"],
        "sort": {"field": "startDate", "order": "DESC"},
    }
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="blob"\r\n'
        f"Content-Type: application/json\r\n\r\n{json.dumps(value)}\r\n"
        for name, value in fields.items()
    ]
    return ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode()


def _row(result: Row) -> Row:
    """Return the facts of a result; some stand beside them and not among them."""
    metadata = result.get("metadata")
    beside = {name: result[name] for name in _BESIDE if result.get(name)}
    return {**beside, **(metadata if isinstance(metadata, dict) else {})}


def _values(row: Row, name: str) -> list[str]:
    value = row.get(name)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [str(item) for item in values]


def _first(row: Row, name: str) -> str:
    return next(iter(_values(row, name)), "").strip()


def _events(
    topics: Mapping[str, list[Row]], settings: EventSourceSettings, failures: list[ItemFailure]
) -> Iterator[Event]:
    for identifier, rows in topics.items():
        # English rows first: they alone know the hour.
        rows.sort(key=lambda row: (_first(row, "language") != "en", _first(row, "language")))
        try:
            if not identifier:
                raise UnreadableItem("It has no identifier.")
            event = _event(identifier, rows, settings)
        except UnreadableItem as error:
            failures.append(_failure(identifier, rows, error))
            continue
        if event.deadlines:  # those that can be read; what cannot is told beside them
            failures += [_failure(identifier, rows, error) for error in _instants(rows)[1]]
        try:
            yield replace(event, open_from=_opening(rows[0]))
        except UnreadableItem as error:
            failures.append(_failure(identifier, rows, error))
            yield event  # its deadline is what matters


def _failure(identifier: str, rows: Sequence[Row], error: UnreadableItem) -> ItemFailure:
    name = one_line(_first(rows[0], "title")) or identifier or "(no title)"
    return ItemFailure(name=name, error=str(error), uid=identifier)


def _event(identifier: str, rows: Sequence[Row], settings: EventSourceSettings) -> Event:
    row = rows[0]
    marked, title = status_in_title(one_line(_first(row, "title")))
    if not title:
        raise UnreadableItem("It has no title.")
    language = _first(row, "language") or "en"
    return Event(
        uid=identifier,
        title=title,
        kind=EventKind.CALL,
        timezone=BRUSSELS,
        stands=_STATES.get(_first(row, "status").lower()),
        deadlines=tuple(_deadlines(rows)),
        status=marked or EventStatus.SCHEDULED,
        url=web_address(_first(row, "esST_URL") or _first(row, "url")) or TOPIC + identifier,
        # Proposals are handed in on the portal.
        place="online",
        language=language,
        versions=tuple(_versions(rows[1:], title, language)),
        audience=settings.audience,
        topics=settings.topics,
        region=settings.region,
        eligible=eligible_in("", plain(_first(row, "descriptionByte"))),
        source=settings.name,
        summary=summary(_first(row, "descriptionByte")),
        example=settings.example,
    )


def _versions(rows: Sequence[Row], title: str, language: str) -> Iterator[Version]:
    seen = {language}
    for row in rows:
        other = _first(row, "language")
        _, named = status_in_title(one_line(_first(row, "title")))
        if other and other not in seen and named and named != title:
            seen.add(other)
            yield Version(language=other, title=named, url=web_address(_first(row, "esST_URL")))


def _opening(row: Row) -> date | None:
    text = _first(row, "startDate") or _planned(row, "plannedOpeningDate")[0]
    if not text:
        return None
    # Midnight, be it labelled as UTC's or be it Brussels' written in UTC: the same day there.
    return _stamp(text)[0].astimezone(ZoneInfo(BRUSSELS)).date()


def _planned(row: Row, name: str) -> list[str]:
    """Return what the plan of a topic says, a text in JSON among its facts; at least one text."""
    try:
        actions = json.loads(_first(row, "actions") or "[]")
    except ValueError:
        actions = []
    plans = [plan for plan in actions if isinstance(plan, dict)] if actions else []
    return [said for plan in plans for said in _values(plan, name)] or [""]


def _stamp(text: str) -> tuple[datetime, bool]:
    """Return the instant, and whether its offset is to be believed: "+0000" is always there."""
    try:
        if _MILLISECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC), True
        found = _STAMP.match(text)
        if found is None:
            return _in_words(text)
        offset = (found["offset"] or "+0000").replace(":", "")
        moment = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{offset}")
        if moment.year not in POSSIBLE_YEARS:
            raise ValueError
    except ValueError as error:
        raise UnreadableItem(f"{text[:40]!r} is no date.") from error
    return moment.astimezone(UTC), offset[1:] != "0000"


def _in_words(text: str) -> tuple[datetime, bool]:
    """Read "12 May 2027", as plans of topics have it; midnight in UTC where no hour is said."""
    said = written_time(text, BRUSSELS, _ANY_TIME) if re.search(r"\b20\d\d\b", text) else None
    if said is None:
        raise ValueError
    if isinstance(said, datetime):
        return said.astimezone(UTC), True
    return datetime.combine(said, time(), UTC), False


def _with_deadlines(rows: Sequence[Row]) -> Row:
    return next((row for row in rows if _values(row, "deadlineDate")), rows[0])


def _instants(rows: Sequence[Row]) -> tuple[list[tuple[datetime, bool]], list[UnreadableItem]]:
    """Return the deadlines, and whether their hours are known; and those that are none."""
    row = _with_deadlines(rows)
    english = _first(row, "language") in ("", "en")
    said = _values(row, "deadlineDate") or _planned(row, "deadlineDates")
    found: set[tuple[datetime, bool]] = set()
    errors: list[UnreadableItem] = []
    for text in (text for one in said for text in re.split(r"[;,]\s*", one) if text):
        try:
            found.add(_deadline(text, english=english))
        except UnreadableItem as error:
            errors.append(error)
    return sorted(found), errors


def _deadlines(rows: Sequence[Row]) -> Iterator[Deadline]:
    instants, errors = _instants(rows)
    if errors and not instants:
        raise errors[0]
    model = _first(_with_deadlines(rows), "deadlineModel").lower()
    for number, (at, hour_known) in enumerate(instants, start=1):
        yield Deadline(
            label=_label(model, number, len(instants)),
            at=at,
            precision=Precision.MINUTE if hour_known else Precision.DATE,
            timezone=BRUSSELS,
        )


def _deadline(text: str, *, english: bool) -> tuple[datetime, bool]:
    """Return the instant, and whether its hour is known.

    English rows give Brussels' wall clock and label it +0000; the other languages give midnight
    in Brussels, in UTC: their date is that of the day before. Should the portal mend this, an
    hour that is 17:00 in Brussels only when read as UTC is UTC.
    """
    stamp, believed = _stamp(text)
    there = stamp.astimezone(ZoneInfo(BRUSSELS))
    if english and not believed and stamp.time() == time():
        return end_of_day(stamp.date(), BRUSSELS), False
    if there.time() == time() or (there.time() != USUAL_HOUR and not english):
        return end_of_day(there.date(), BRUSSELS), False
    if believed or (there.time() == USUAL_HOUR and stamp.time() != USUAL_HOUR):
        return there, True
    return at_local(stamp.replace(tzinfo=None), BRUSSELS), True


def _label(model: str, number: int, count: int) -> str:
    if "two-stage" in model and count > 1:
        return f"stage {number}"
    if "cut-off" in model and count > 1:
        return f"cut-off {number}"
    return "" if count == 1 else str(number)
