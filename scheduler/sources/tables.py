"""Events that people keep by hand, in YAML and CSV, -> events.

Both have the same fields; a CSV has them as columns, also under Czech names.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

import yaml

from scheduler.classifying import kind_of, language_code, language_of, status_in_title
from scheduler.errors import EventSourceError
from scheduler.events import Event, EventKind, EventStatus
from scheduler.prose.registering import registration_in
from scheduler.settings import EventSourceSettings
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.sources.columns import (
    FIELDS,
    audience_written,
    eligible_written,
    field_of,
    kind_written,
    status_written,
)
from scheduler.sources.reading import ItemFailure, SourceResult, default_kind
from scheduler.sources.rowdates import Row, RowDates, dates_of
from scheduler.sources.rowdates import text_of as _text
from scheduler.texts import decoded, made_uid, one_line, plain, summary, web_address
from scheduler.zones import PRAGUE, fold, zone_named

#: Lines before the heading are a title, a date of issue, empty ones; not more than so many.
LONGEST_PREAMBLE = 10
_DELIMITERS = ";,\t|"
#: What a list of events is called in YAML, folded.
_ROOTS = frozenset(["events", "akce", "udalosti", "seminare", "calls", "vyzvy"])


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    settings: EventSourceSettings
    now: datetime


def read_yaml(body: bytes, name: str, settings: EventSourceSettings, now: datetime) -> SourceResult:
    """Return the events of a YAML file: a list, or a mapping with `events:` or `akce:`.

    Raises:
        EventSourceError: this is no such file.
    """
    try:
        # The base loader leaves every value as it is written: a time without a zone is ours.
        content = yaml.load(decoded(body), Loader=yaml.BaseLoader)  # noqa: S506 -- makes strings only
    except yaml.YAMLError as error:
        raise EventSourceError(f"{_where(error)[:1].upper()}{_where(error)[1:]}.") from error
    if isinstance(content, dict):
        lists = [
            value
            for key, value in content.items()
            if fold(str(key)) in _ROOTS and isinstance(value, list)
        ]
        content = list(chain.from_iterable(lists)) if lists else None
    if not isinstance(content, list):
        raise EventSourceError("Expected a list of events, or `events:` with one.")
    rows = [(n, _named(row) if isinstance(row, dict) else row) for n, row in enumerate(content, 1)]
    result = _result(iter(rows), _Table(name, settings, now))
    return replace(result, failures=(*result.failures, *_unknown_fields(rows)))


def _named(row: Row) -> Row:
    return {field_of(str(key)): value for key, value in row.items()}


def _unknown_fields(rows: Sequence[tuple[int, object]]) -> Iterator[ItemFailure]:
    """Report fields that nobody knows: they are mistyped, or ask for what there is not."""
    for _, row in rows:
        unknown = sorted(set(row) - FIELDS) if isinstance(row, dict) else []
        if unknown and isinstance(row, dict):
            yield ItemFailure(
                name=_text(row, "title"), error=f"Nobody knows its field {', '.join(unknown)}."
            )


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}: " if mark else ""
    return f"{place}{getattr(error, 'problem', None) or 'this is no YAML'}"


def read_csv(body: bytes, name: str, settings: EventSourceSettings, now: datetime) -> SourceResult:
    """Return the events of a CSV file with a heading; `,` `;` `|` and tabs are understood.

    Raises:
        EventSourceError: there is no column for titles.
    """
    text = decoded(body)
    for delimiter in sorted(_DELIMITERS, key=text[:2000].count, reverse=True):
        lines = _cells(text, delimiter)
        for number, (_, cells) in enumerate(lines[:LONGEST_PREAMBLE], 1):
            fields = [field_of(cell) for cell in cells]
            if "title" in fields and len(FIELDS & set(fields)) > 1:
                rows = ((line, _row(fields, below)) for line, below in lines[number:])
                return _result(rows, _Table(name, settings, now))
    raise EventSourceError("There is no column 'title' (or 'název') beside others.")


def _cells(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise EventSourceError(f"Line {reader.line_num}: {error}.") from error


def _row(fields: Sequence[str], cells: Sequence[str]) -> Row:
    """Return a line by fields; of several columns of one field the first that is filled counts."""
    row: dict[str, str] = {}
    for field, cell in zip(fields, cells, strict=False):
        if cell.strip():
            row.setdefault(field, cell)
    return row


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
    return SourceResult(events=tuple(_told_apart(events)), failures=tuple(failures))


def _told_apart(events: Sequence[Event]) -> Iterator[Event]:
    """Give rows of one title names of their own, by their dates."""
    shared = Counter(event.uid for event in events)
    for event in events:
        day = event.start or event.open_from or next((d.at for d in event.deadlines), "")
        alone = shared[event.uid] == 1
        yield event if alone else replace(event, uid=made_uid(event.uid, str(day)))


def _event(row: Row, table: _Table) -> Event:
    settings = table.settings
    marked, title = status_in_title(_text(row, "title"))
    if not title:
        raise UnreadableItem("It has no title.")
    zone = zone_named(_text(row, "timezone"), PRAGUE)
    dates = dates_of(row, zone, table.now)
    kind = kind_written(_text(row, "kind")) or _kind(title, dates, settings)
    dates = dates.of_call(zone) if kind is EventKind.CALL else dates.of_event(zone)
    details = str(row.get("summary") or "")
    deadlines = dates.deadlines
    if dates.start is not None and not deadlines:
        deadlines = registration_in(plain(details), dates.start, zone)
    return Event(
        uid=_text(row, "uid") or made_uid(settings.name, table.name, kind, title),
        title=title,
        kind=kind,
        start=dates.start,
        end=dates.end,
        all_day=dates.start is not None and not isinstance(dates.start, datetime),
        timezone=zone,
        open_from=dates.open_from,
        deadlines=deadlines,
        status=status_written(_text(row, "status")) or marked or EventStatus.SCHEDULED,
        url=web_address(_text(row, "url")),
        place=_text(row, "place"),
        language=language_code(_text(row, "language")) or language_of(title, settings.language),
        audience=audience_written(_text(row, "audience"), settings.audience),
        topics=tuple(dict.fromkeys([*_list(row, "topics"), *settings.topics])),
        region=_text(row, "region") or settings.region,
        eligible=eligible_written(_list(row, "eligible")),
        source=settings.name,
        summary=summary(details),
        example=settings.example,
    )


def _kind(title: str, dates: RowDates, settings: EventSourceSettings) -> EventKind:
    if dates.start is None and (dates.open_from is not None or dates.deadlines):
        return EventKind.CALL
    return kind_of(title, default=default_kind(settings, dates.start, dates.end))


def _list(row: Row, field: str) -> list[str]:
    value = row.get(field)
    items = value if isinstance(value, list) else str(value or "").replace(";", ",").split(",")
    return [text for item in items if (text := one_line(str(item)))]
