"""Parts that all notices are put together from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.markup import escape, link, one_line
from bot.wording.reader import Reader, capital, shortened
from scheduler.events import Deadline, Event, EventKind, NoticeItem

#: Ends of a title that says itself that it is an example, in whatever language.
_EXAMPLE_MARKS = ("(ukázka)", "(example)")

#: Characters of an event's summary that a notice shows.
_SUMMARY = 240


def title_of(item: NoticeItem, reader: Reader, label: str = "") -> str:
    """Return the title with a deadline's label; an example says that it is one."""
    title = with_label(item.event.title, label)
    mark = reader.say("notice.example")
    says_so = title.endswith((mark, *_EXAMPLE_MARKS))
    return escape(title) + (mark if item.event.example and not says_so else "")


def with_label(title: str, label: str) -> str:
    """Return the title with the label of a deadline, unless it says that itself; in one line."""
    named = label and label.casefold() not in title.casefold()
    return " ".join((f"{title}, {label}" if named else title).split())


def source_of(event: Event, reader: Reader) -> str:
    """Return the link to where the event stands, or the name of its source."""
    if event.url:
        key = "notice.call_link" if event.kind is EventKind.CALL else "notice.link"
        return link(reader.say(key), event.url)
    return reader.say("notice.source", name=one_line(event.source)) if event.source else ""


def source_sentence(event: Event, reader: Reader) -> str:
    """Return the same as it follows a sentence: with a capital letter."""
    if event.url:
        key = "notice.call_link" if event.kind is EventKind.CALL else "notice.link"
        return link(capital(reader.say(key)), event.url)
    return capital(source_of(event, reader))


def summary_of(event: Event) -> str:
    """Return the beginning of what the source says of the event."""
    return escape(shortened(event.summary, _SUMMARY))


def deadline_of(item: NoticeItem) -> Deadline | None:
    """Return the deadline that an item is about."""
    fitting = [each for each in item.event.deadlines if each.label == item.label]
    exact = [each for each in fitting if each.at == item.anchor]
    if exact or fitting:
        return (exact or fitting)[0]
    if isinstance(item.anchor, datetime):
        return Deadline(label=item.label, at=item.anchor, timezone=item.event.timezone)
    return None


def at_occurrence(event: Event, recurrence_id: str) -> Event:
    """Return the event as it is on one of its dates."""
    for occurrence in event.occurrences:
        if recurrence_id and occurrence.recurrence_id == recurrence_id:
            place = occurrence.place or event.place
            return replace(event, start=occurrence.start, end=occurrence.end, place=place)
    return event


def at_next(event: Event, reader: Reader) -> Event:
    """Return a recurring event as it is on its next date; others as they are."""
    for occurrence in event.occurrences:
        last = occurrence.end or occurrence.start
        over = last < reader.now if isinstance(last, datetime) else last < reader.today()
        if not over and not occurrence.cancelled:
            return at_occurrence(event, occurrence.recurrence_id)
    return event


def told_in(event: Event, language: str) -> Event:
    """Return the event with title and link in this language, if it has them."""
    for version in event.versions:
        if version.language == language != event.language:
            url = version.url or event.url
            return replace(event, title=version.title, url=url, language=language)
    return event
