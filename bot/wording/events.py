"""Events in words: when, how long still, where, what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.i18n import DayStyle, zone
from bot.markup import escape, link, one_line
from bot.wording.parts import at_next, told_in, with_label
from bot.wording.reader import Reader, joined
from scheduler.events import CallState, Deadline, Event, EventKind, EventStatus, Precision

#: Zones that say nothing of where an event is.
PLACELESS = ("UTC", "Etc/UTC", "GMT")

#: At most so many lines in one answer; the rest is counted.
MOST = 12


def left(moment: datetime | date, reader: Reader, *, exact: bool = False) -> str:
    """Return how long it still is: "za 12 dní"; by calendar days unless `exact` or near."""
    if not isinstance(moment, datetime):
        return reader.phrases.days_left((moment - reader.today()).days)
    span = moment - reader.now
    days = (reader.local(moment).date() - reader.today()).days
    if exact or days < 1:
        return reader.phrases.left(span)
    return reader.phrases.days_left(days)


def is_past(moment: datetime | date, reader: Reader) -> bool:
    """Tell whether it is over for the reader."""
    if isinstance(moment, datetime):
        return moment < reader.now
    return moment < reader.today()


def deadline_when(deadline: Deadline, reader: Reader, style: DayStyle = "long") -> str:
    """Return a deadline's instant, with its zone where it is not the reader's."""
    own = deadline.at.astimezone(zone(deadline.timezone))
    if deadline.precision is not Precision.MINUTE:
        day = own.date()
        is_long = style == "long"
        told = reader.phrases.deadline_day(day) if is_long else reader.phrases.day(day, "of")
        return reader.say("event.until_day", day=told)
    here = reader.phrases.moment(own, style)
    if deadline.timezone == reader.timezone:
        return here
    return with_zone(here, own, deadline.timezone, reader)


def deadline_until(deadline: Deadline, reader: Reader) -> str:
    """Return a deadline's instant as it follows "until": "pátku 23. dubna 2027 ve 13:00"."""
    own = deadline.at.astimezone(zone(deadline.timezone))
    day = reader.phrases.deadline_day(own.date())
    if deadline.precision is not Precision.MINUTE:
        return day
    here = reader.say("time.moment", day=day, at=reader.phrases.at(own))
    if deadline.timezone == reader.timezone:
        return here
    return with_zone(here, own, deadline.timezone, reader)


def with_zone(here: str, own: datetime, name: str, reader: Reader) -> str:
    """Return the instant with its zone and the reader's time."""
    local = reader.local(own)
    there = reader.phrases.time(local)
    if local.date() != own.date():
        there = reader.phrases.moment(local, "on")
    return reader.say(
        "event.in_zone",
        when=here,
        zone=reader.phrases.zone_name(name),
        local=there,
        place=reader.phrases.zone_place(reader.timezone),
    )


def event_when(event: Event, reader: Reader, style: DayStyle = "long") -> str:
    """Return when an event is held; "" where that is not known."""
    if event.start is None:
        return ""
    if not isinstance(event.start, datetime):
        return reader.phrases.span(event.start, event.end, style)
    start, end = event.start, event.end if isinstance(event.end, datetime) else None
    here = reader.phrases.span(reader.local(start), end and reader.local(end), style)
    if event.timezone in (reader.timezone, *PLACELESS):
        return here
    own = start.astimezone(zone(event.timezone))
    if own.utcoffset() == reader.local(start).utcoffset():
        return here
    own_end = end and end.astimezone(zone(event.timezone))
    there = reader.phrases.span(own, own_end, style)
    return with_zone(there, own, event.timezone, reader)


def kind_name(kind: str, reader: Reader) -> str:
    """Return "seminář", "konference", "výzva" or "setkání"."""
    return reader.say(f"kind.{kind}")


def eligible_names(event: Event, reader: Reader) -> str:
    """Return whom a call is for: "univerzity, města, firmy"."""
    names = []
    for name in event.eligible:
        key = f"eligible.{name}"
        names.append(reader.say(key) if reader.phrases.knows(key) else one_line(name))
    return ", ".join(names)


def next_deadline(event: Event, reader: Reader) -> Deadline | None:
    """Return the first deadline that is still ahead."""
    ahead = [deadline for deadline in event.deadlines if deadline.at > reader.now]
    return min(ahead, key=lambda deadline: deadline.at, default=None)


def event_line(event: Event, reader: Reader, *, number: int = 0) -> str:
    """Return one line of a list: title, when, how long still, where, source."""
    event = at_next(event, reader)
    deadline = next_deadline(event, reader) if event.kind is EventKind.CALL else None
    name = full_name(event.title, deadline.label if deadline else "")
    title = f"**{number}. {name}**" if number else f"**{name}**"
    when = _line_when(event, deadline, reader)
    source = link(reader.say("event.source"), event.url) if event.url else ""
    return "- " + " – ".join(filter(None, (title, joined(when, one_line(event.place), source))))


def _line_when(event: Event, deadline: Deadline | None, reader: Reader) -> str:
    """Return when it is, how long still, and what became of it."""
    state = event.status
    off = state in (EventStatus.CANCELLED, EventStatus.POSTPONED)
    if deadline:
        when = deadline_when(deadline, reader, "on")
        if not off:
            when = _deadline_line(event, deadline, when, reader)
    else:
        when = event_when(event, reader, "short")
        if when and not off:
            when = reader.say("event.when_left", when=when, left=_event_left(event, reader))
    if off or state is EventStatus.MOVED_ONLINE:
        told = reader.say(f"event.status.{state}")
        when = reader.say("event.with_state", when=when, state=told) if when else told
    if off:
        return when
    if event.opening is None and event.call_state(reader.now) is CallState.PLANNED:
        told = reader.say("event.not_open")
        return reader.say("event.with_state", when=when, state=told) if when else told
    return _with_registration(event, when, reader)


def _with_registration(event: Event, when: str, reader: Reader) -> str:
    """Add until when one can register for what is no call."""
    ends = next_deadline(event, reader) if event.kind is not EventKind.CALL else None
    if ends is None:
        return when
    what = one_line(ends.label) or reader.say("event.registration")
    until = reader.say("event.until", what=what, day=_near(ends.at, reader))
    return reader.say("event.with_state", when=when, state=until) if when else until


def _deadline_line(event: Event, deadline: Deadline, until: str, reader: Reader) -> str:
    """Return until when a call is open; of one that is not open yet, when it opens, too."""
    opens = event.opening
    if opens is None or event.call_state(reader.now) is not CallState.PLANNED:
        when = reader.say("event.deadline", when=until, left=left(deadline.at, reader))
    else:
        at = reader.local(opens) if isinstance(opens, datetime) else opens
        day = reader.phrases.moment(at, "on")
        when = reader.say("event.opens_until", day=day, left=left(opens, reader), until=until)
    if deadline.previous is None:
        return when
    told = moved_from(deadline.previous, deadline.at, reader, is_deadline=True)
    return reader.say("event.with_state", when=when, state=told)


def moved_from(old: datetime, new: datetime, reader: Reader, *, is_deadline: bool) -> str:
    """Return "přesunuto z 15. 6.", of a deadline that was put off "prodlouženo z 15. 6."."""
    key = "event.extended_from" if is_deadline and new > old else "event.moved_from"
    return reader.say(key, day=_near(old, reader))


def _near(at: datetime, reader: Reader) -> str:
    """Return a day in short, without its year if that is this one: "15. 6."."""
    day = reader.local(at).date()
    return reader.phrases.day(day, "near" if day.year == reader.today().year else "bare")


def _event_left(event: Event, reader: Reader) -> str:
    if event.start is None or is_past(event.end or event.start, reader):
        return reader.say("event.past")
    if is_past(event.start, reader):
        return reader.say("event.running")
    return left(event.start, reader)


def full_name(title: str, label: str) -> str:
    """Return the title with the label of a deadline, in one line."""
    return escape(with_label(title, label))


def word_list(events: Sequence[Event], reader: Reader, *, heading: str, empty: str) -> str:
    """Return a list of events under a heading (for /events and /calls)."""
    if not events:
        return reader.say(empty)
    told = [told_in(event, reader.phrases.language) for event in events[:MOST]]
    lines = [event_line(event, reader) for event in told]
    if len(events) > MOST:
        lines.append("- " + reader.say("events.more", n=len(events) - MOST))
    return "\n".join((f"**{reader.say(heading)}**", "", *lines))
