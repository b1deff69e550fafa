"""What became different, in words: old -> new."""

from __future__ import annotations

from datetime import date, datetime

from bot.markup import one_line
from bot.wording.events import deadline_when, event_when, is_past, left
from bot.wording.parts import at_next, at_occurrence, source_sentence, title_of
from bot.wording.reader import Reader, capital
from scheduler.events import CallState, Change, Deadline, Event, EventKind, EventStatus, NoticeItem

#: Changes of when something is; the calendar file is then a new one.
_TIMES = ("start", "end", "open_from", "deadline")

_OFF = (EventStatus.CANCELLED, EventStatus.POSTPONED)

Instant = datetime | date | str | None


def word_change(item: NoticeItem, reader: Reader) -> str:
    """Return the notice of a change: what it is, old -> new, and what stays."""
    head = reader.say(f"change.{_headline(item, reader)}", title=title_of(item, reader))
    lines = [_word_one(change, item, reader) for change in _worth_telling(item.changes)]
    tail = _tail(item, reader)
    return "\n".join(filter(None, (head, *lines, tail)))


def short_changes(item: NoticeItem, reader: Reader) -> str:
    """Return the changes in one line, for lists."""
    return ", ".join(
        _word_one(change, item, reader).removesuffix(".") for change in _worth_telling(item.changes)
    )


def _headline(item: NoticeItem, reader: Reader) -> str:
    """Name the phrase of the heading by what matters most."""
    kinds = {change.what for change in item.changes}
    status = _status(item)
    if "status" in kinds and status in _OFF:
        return "date_cancelled" if _one_date_is_off(item) else str(status)
    if _is_back(item) and "start" not in kinds:
        return "restored"
    deadlines = [change for change in item.changes if change.what == "deadline"]
    is_call = item.event.kind is EventKind.CALL
    if deadlines and is_call:
        if item.event.call_state(reader.now) is CallState.CLOSED:
            return "closed_early"
        return "extended" if all(_is_later(change) for change in deadlines) else "deadline"
    if "start" in kinds or "end" in kinds:
        return "start"
    if deadlines and "status" not in kinds:
        return "registration_extended" if all(map(_is_later, deadlines)) else "registration"
    if "status" in kinds and status == EventStatus.MOVED_ONLINE:
        return "moved_online"
    return "place" if kinds == {"place"} else "other"


def _is_back(item: NoticeItem) -> bool:
    """Say whether what was called off takes place after all."""
    return any(c.what == "status" and c.old in _OFF and c.new not in _OFF for c in item.changes)


def _status(item: NoticeItem) -> str:
    """Return what became of it; one date of a series may be off while the rest stands."""
    told = [change.new for change in item.changes if change.what == "status"]
    return str(told[-1]) if told else str(item.event.status)


def _one_date_is_off(item: NoticeItem) -> bool:
    return bool(item.recurrence_id) and item.event.status not in _OFF and _status(item) in _OFF


def _is_later(change: Change) -> bool:
    old, new = change.old, change.new
    return isinstance(old, datetime) and isinstance(new, datetime) and new > old


def _worth_telling(changes: tuple[Change, ...]) -> list[Change]:
    """Leave out the end where the start says it, and the status that the heading says."""
    kinds = {change.what for change in changes}
    dropped = {"status"} | ({"end"} if "start" in kinds else set())
    return [change for change in changes if change.what not in dropped]


def _word_one(change: Change, item: NoticeItem, reader: Reader) -> str:
    old = _value(change.old, change, item.event, reader)
    new = _value(change.new, change, item.event, reader)
    key = f"change.line.{change.what}"
    if change.what == "deadline" and item.event.kind is not EventKind.CALL:
        key = "change.line.registration"
    what = reader.say(key if reader.phrases.knows(key) else "change.line.other")
    if change.label:
        what = f"{one_line(change.label)}: "
    if not old:
        return reader.say("change.added", what=what, new=new)
    if not new:
        return reader.say("change.dropped", what=what, old=old)
    return reader.say("change.moved", what=what, old=old, new=new)


def _value(value: Instant, change: Change, event: Event, reader: Reader) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return one_line(value)
    if not isinstance(value, datetime):
        return reader.phrases.day(value, "short")
    if change.what != "deadline":
        return reader.say("change.instant", **_instant(reader.local(value), reader))
    for deadline in event.deadlines:
        if deadline.label == change.label:
            as_given = Deadline(
                label=deadline.label,
                at=value,
                precision=deadline.precision,
                timezone=deadline.timezone,
            )
            return deadline_when(as_given, reader, "short")
    return reader.phrases.moment(reader.local(value), "short")


def _instant(local: datetime, reader: Reader) -> dict[str, object]:
    return {"day": reader.phrases.day(local.date(), "short"), "time": reader.phrases.time(local)}


def _tail(item: NoticeItem, reader: Reader) -> str:
    """Say when it now is, what stays, and that the calendar knows."""
    event = at_occurrence(item.event, item.recurrence_id)
    kinds = {change.what for change in item.changes}
    gone = _status(item) in _OFF
    sentences = []
    if gone and event.start is not None:
        sentences.append(reader.say("change.was_to_be", when=event_when(event, reader, "on")))
    elif event.start is not None and "start" in kinds:
        sentences.append(reader.say("change.left", left=capital(left(event.start, reader))))
        if event.place and "place" not in kinds:
            sentences.append(reader.say("change.place_stays", place=one_line(event.place)))
    elif event.start is not None:
        when = event_when(event, reader, "short")
        if not is_past(event.start, reader):
            when = reader.say("event.when_left", when=when, left=left(event.start, reader))
        sentences.append(reader.say("change.when", when=when))
    if "status" in kinds and _headline(item, reader) != _status(item) == EventStatus.MOVED_ONLINE:
        sentences.append(capital(reader.say("event.status.moved_online")) + ".")
    sentences.extend(_next_date(item, reader))
    sentences.extend(_deadlines_left(item, reader))
    if kinds & set(_TIMES) or gone:
        sentences.append(reader.say("change.calendar"))
    sentences.append(source_sentence(event, reader))
    return " ".join(filter(None, sentences))


def _next_date(item: NoticeItem, reader: Reader) -> list[str]:
    """Say when a series goes on of which one date is off."""
    following = at_next(item.event, reader)
    if not _one_date_is_off(item) or following is item.event:
        return []
    return [reader.say("change.next_date", when=event_when(following, reader, "short"))]


def _deadlines_left(item: NoticeItem, reader: Reader) -> list[str]:
    moments = [
        change.new
        for change in item.changes
        if change.what == "deadline" and isinstance(change.new, datetime)
    ]
    ahead = [moment for moment in moments if moment > reader.now]
    if not ahead:
        return []
    how_long = left(min(ahead), reader)
    if item.event.kind is EventKind.CALL:
        return [reader.say("change.left", left=capital(how_long))]
    return [reader.say("change.registration_left", left=how_long)]
