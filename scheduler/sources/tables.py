"""Events that people keep by hand, in YAML and CSV, -> events.

Both have the same fields; a CSV has them as columns, also under Czech names.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import yaml

from scheduler.classifying import kind_of, language_of, status_in_title
from scheduler.errors import EventSourceError
from scheduler.events import Deadline, Event, EventKind, EventStatus, Precision
from scheduler.prose import written_time
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.deadlines import end_of_day
from scheduler.sources.reading import ItemFailure, SourceResult
from scheduler.texts import made_uid, one_line, summary, web_address
from scheduler.zones import PRAGUE, fold, zone_named

#: Folded column names -> fields.
_COLUMNS = {
    "nazev": "title",
    "akce": "title",
    "druh": "kind",
    "typ": "kind",
    "zacatek": "start",
    "od": "start",
    "datum": "start",
    "konec": "end",
    "do": "end",
    "misto": "place",
    "odkaz": "url",
    "jazyk": "language",
    "temata": "topics",
    "region": "region",
    "kraj": "region",
    "pro": "eligible",
    "otevreni": "open_from",
    "uzaverka": "deadlines",
    "uzaverky": "deadlines",
    "deadline": "deadlines",
    "stav": "status",
    "popis": "summary",
    "zona": "timezone",
    "pristup": "audience",
}
_FIELDS = frozenset(_COLUMNS.values()) | {"uid"}
#: Whom the words of a table mean.
_KINDS = {"seminar": "seminar", "konference": "conference", "vyzva": "call", "schuze": "meeting"}

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    settings: EventSourceSettings
    now: datetime


def read_yaml(body: bytes, name: str, settings: EventSourceSettings, now: datetime) -> SourceResult:
    """Return the events of a YAML file: a list, or a mapping with `events:`.

    Raises:
        EventSourceError: this is no such file.
    """
    try:
        # The base loader leaves every value as it is written: a time without a zone is ours.
        content = yaml.load(body, Loader=yaml.BaseLoader)  # noqa: S506 -- makes strings only
    except yaml.YAMLError as error:
        raise EventSourceError(f"{name}: {_where(error)}") from error
    if isinstance(content, dict):
        content = content.get("events")
    if not isinstance(content, list):
        raise EventSourceError(f"{name}: expected a list of events, or `events:` with one.")
    return _result(enumerate(content, start=1), _Table(name, settings, now))


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}: " if mark else ""
    return f"{place}{getattr(error, 'problem', None) or 'this is no YAML'}"


def read_csv(body: bytes, name: str, settings: EventSourceSettings, now: datetime) -> SourceResult:
    """Return the events of a CSV file with a header line; `,` `;` and tabs are understood.

    Raises:
        EventSourceError: there is no column for titles.
    """
    text = _decoded(body)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        header = [_column(cell) for cell in next(reader, [])]
        if "title" not in header:
            raise EventSourceError(f"{name}: there is no column 'title' (or 'název').")
        rows = [
            (reader.line_num, dict(zip(header, cells, strict=False)))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise EventSourceError(f"{name}: line {reader.line_num}: {error}") from error
    return _result(iter(rows), _Table(name, settings, now))


def _column(cell: str) -> str:
    folded = fold(cell.strip()).replace(" ", "_")
    return folded if folded in _FIELDS else _COLUMNS.get(folded, folded)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1250", errors="replace")


def _result(rows: Iterator[tuple[int, object]], table: _Table) -> SourceResult:
    events: list[Event] = []
    failures: list[ItemFailure] = []
    for number, row in rows:
        try:
            if not isinstance(row, dict):
                raise UnreadableItem("This is no event: expected fields such as `title:`.")
            events.append(_event(row, table))
        except UnreadableItem as error:
            title = _text(row, "title") if isinstance(row, dict) else ""
            failures.append(
                ItemFailure(
                    name=title or f"{table.name}, {number}",
                    error=str(error),
                    uid=_text(row, "uid") if isinstance(row, dict) else "",
                )
            )
    return SourceResult(events=tuple(events), failures=tuple(failures))


def _text(row: Row, field: str) -> str:
    value = row.get(field)
    return one_line(value) if isinstance(value, str) else ""


def _event(row: Row, table: _Table) -> Event:
    settings = table.settings
    marked, title = status_in_title(_text(row, "title"))
    if not title:
        raise UnreadableItem("It has no title.")
    zone = zone_named(_text(row, "timezone"), PRAGUE)
    kind = _kind(row, title, settings)
    deadlines = tuple(_deadlines(row, zone, table.now))
    start, end = (_time(row, field, zone, table.now) for field in ("start", "end"))
    open_from = _time(row, "open_from", zone, table.now)
    if kind is EventKind.CALL:
        open_from, start, end, deadlines = _call_dates(open_from, start, end, deadlines, zone)
    elif start is None:
        raise UnreadableItem("It has no start.")
    if start is not None and end is not None and _key(end, zone) < _key(start, zone):
        raise UnreadableItem("It ends before it starts.")
    return Event(
        uid=_text(row, "uid") or made_uid(settings.name, table.name, kind, title),
        title=title,
        kind=kind,
        start=start,
        end=end,
        all_day=start is not None and not isinstance(start, datetime),
        timezone=zone,
        open_from=open_from,
        deadlines=deadlines,
        status=_status(row, marked),
        url=web_address(_text(row, "url")),
        place=_text(row, "place"),
        language=_text(row, "language")[:2].lower() or language_of(title, settings.language),
        audience="members"
        if "members" in (_text(row, "audience"), settings.audience)
        else "public",
        topics=tuple(dict.fromkeys([*_list(row, "topics"), *settings.topics])),
        region=_text(row, "region") or settings.region,
        eligible=tuple(_list(row, "eligible")),
        source=settings.name,
        summary=summary(str(row.get("summary") or "")),
        example=settings.example,
    )


def _key(value: datetime | date, zone: str) -> datetime:
    if isinstance(value, datetime):
        return value
    return end_of_day(value, zone)


def _kind(row: Row, title: str, settings: EventSourceSettings) -> EventKind:
    said = fold(_text(row, "kind"))
    said = _KINDS.get(said, said)
    if not said:
        return kind_of(title, default=settings.event_kind)
    if said not in set(EventKind):
        raise UnreadableItem(f"kind {said!r} is none of {', '.join(EventKind)}.")
    return EventKind(said)


def _status(row: Row, marked: EventStatus | None) -> EventStatus:
    said = _text(row, "status").lower()
    if said and said not in set(EventStatus):
        raise UnreadableItem(f"status {said!r} is none of {', '.join(EventStatus)}.")
    return EventStatus(said) if said else marked or EventStatus.SCHEDULED


def _list(row: Row, field: str) -> list[str]:
    value = row.get(field)
    items = value if isinstance(value, list) else str(value or "").replace(";", ",").split(",")
    return [text for item in items if (text := one_line(str(item)))]


def _time(row: Row, field: str, zone: str, now: datetime) -> datetime | date | None:
    text = _text(row, field)
    return _read(text, field, zone, now) if text else None


def _read(text: str, field: str, zone: str, now: datetime) -> datetime | date:
    value = written_time(text, zone, now)
    if value is None:
        raise UnreadableItem(f"{field} {text[:40]!r} is no date; write 2027-05-04 10:00.")
    return value


def _deadlines(row: Row, zone: str, now: datetime) -> Iterator[Deadline]:
    value = row.get("deadlines")
    if isinstance(value, str):
        # In a CSV: "1. kolo = 2027-05-04 14:00; 2. kolo = 2027-10-04"
        for part in value.split(";"):
            label, _, at = part.rpartition("=")
            if at.strip():
                yield _deadline(one_line(label), one_line(at), zone, now)
        return
    for item in value if isinstance(value, list) else []:
        if not isinstance(item, dict):
            yield _deadline("", one_line(str(item)), zone, now)
        else:
            own = zone_named(_text(item, "timezone"), zone)
            yield _deadline(_text(item, "label"), _text(item, "at"), own, now)


def _deadline(label: str, text: str, zone: str, now: datetime) -> Deadline:
    at = _read(text, "deadline", zone, now)
    if isinstance(at, datetime):
        return Deadline(label=label, at=at, timezone=zone)
    return Deadline(label=label, at=end_of_day(at, zone), precision=Precision.DATE, timezone=zone)


def _call_dates(
    open_from: datetime | date | None,
    start: datetime | date | None,
    end: datetime | date | None,
    deadlines: tuple[Deadline, ...],
    zone: str,
) -> tuple[datetime | date | None, None, None, tuple[Deadline, ...]]:
    """A call has no start: what is written there is its opening, and its end the deadline."""
    if end is not None and not deadlines:
        precise = isinstance(end, datetime)
        at = end if isinstance(end, datetime) else end_of_day(end, zone)
        precision = Precision.MINUTE if precise else Precision.DATE
        deadlines = (Deadline(at=at, precision=precision, timezone=zone),)
    if open_from is None and start is None and not deadlines:
        raise UnreadableItem("It has neither an opening nor a deadline.")
    return open_from or start, None, None, deadlines
