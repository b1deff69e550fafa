"""Events in words: when, how long still, where, what became of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.i18n import DayStyle, zone
from bot.markup import escape, link
from bot.wording.parts import at_next, told_in
from bot.wording.reader import Reader, capital, joined
from knowledge.documents import Answer, EventFact, EventQuery
from knowledge.languages import fold
from knowledge.questions.timewords import MONTHS, WEEKDAYS
from scheduler.events import Deadline, Event, EventKind, EventStatus, Precision

#: Zones that say nothing of where an event is.
_PLACELESS = ("UTC", "Etc/UTC", "GMT")

#: The question is about calls that are open, folded.
_OPEN = re.compile(r"\b(?:otevren|open\b)")

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
        return reader.say("event.until_day", day=reader.phrases.day(own.date(), style))
    here = reader.phrases.moment(own, style)
    if deadline.timezone == reader.timezone:
        return here
    return _with_zone(here, own, deadline.timezone, reader)


def deadline_until(deadline: Deadline, reader: Reader) -> str:
    """Return a deadline's instant as it follows "until": "pátku 23. dubna 2027 ve 13:00"."""
    own = deadline.at.astimezone(zone(deadline.timezone))
    day = reader.phrases.deadline_day(own.date())
    if deadline.precision is not Precision.MINUTE:
        return day
    here = reader.say("time.moment", day=day, at=reader.phrases.at(own))
    if deadline.timezone == reader.timezone:
        return here
    return _with_zone(here, own, deadline.timezone, reader)


def _with_zone(here: str, own: datetime, name: str, reader: Reader) -> str:
    """Return the instant with its zone and the reader's time."""
    local = reader.local(own)
    there = reader.phrases.time(local)
    if local.date() != own.date():
        there = reader.phrases.moment(local, "short")
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
    if event.timezone in (reader.timezone, *_PLACELESS):
        return here
    own = start.astimezone(zone(event.timezone))
    if own.utcoffset() == reader.local(start).utcoffset():
        return here
    own_end = end and end.astimezone(zone(event.timezone))
    there = reader.phrases.span(own, own_end, style)
    return _with_zone(there, own, event.timezone, reader)


def kind_name(kind: str, reader: Reader) -> str:
    """Return "seminář", "konference", "výzva" or "setkání"."""
    return reader.say(f"kind.{kind}")


def eligible_names(event: Event, reader: Reader) -> str:
    """Return whom a call is for: "univerzity, města, firmy"."""
    names = []
    for name in event.eligible:
        key = f"eligible.{name}"
        names.append(reader.say(key) if reader.phrases.knows(key) else escape(name))
    return ", ".join(names)


def next_deadline(event: Event, reader: Reader) -> Deadline | None:
    """Return the first deadline that is still ahead."""
    ahead = [deadline for deadline in event.deadlines if deadline.at > reader.now]
    return min(ahead, key=lambda deadline: deadline.at, default=None)


def event_line(event: Event, reader: Reader, *, number: int = 0) -> str:
    """Return one line of a list: title, when, how long still, where, source."""
    event = at_next(event, reader)
    deadline = next_deadline(event, reader) if event.kind is EventKind.CALL else None
    name = _name(event.title, deadline.label if deadline else "")
    title = f"**{number}. {name}**" if number else f"**{name}**"
    when = _line_when(event, deadline, reader)
    source = link(reader.say("event.source"), event.url) if event.url else ""
    return "- " + " – ".join(
        filter(None, (title, joined(when, escape(" ".join(event.place.split())), source)))
    )


def _line_when(event: Event, deadline: Deadline | None, reader: Reader) -> str:
    """Return when it is, how long still, and what became of it."""
    state = event.status
    off = state in (EventStatus.CANCELLED, EventStatus.POSTPONED)
    if deadline:
        when = deadline_when(deadline, reader, "short")
        if not off:
            remaining = left(deadline.at, reader)
            when = reader.say("event.deadline", when=when, left=remaining)
    else:
        when = event_when(event, reader, "short")
        if when and not off:
            when = reader.say("event.when_left", when=when, left=_event_left(event, reader))
    if off or state is EventStatus.MOVED_ONLINE:
        told = reader.say(f"event.status.{state}")
        return reader.say("event.with_state", when=when, state=told) if when else told
    return when


def _event_left(event: Event, reader: Reader) -> str:
    if event.start is None or is_past(event.end or event.start, reader):
        return reader.say("event.past")
    if is_past(event.start, reader):
        return reader.say("event.running")
    return left(event.start, reader)


def _name(title: str, label: str) -> str:
    return escape(" ".join((f"{title}, {label}" if label else title).split()))


def fact_line(fact: EventFact, reader: Reader) -> str:
    """Return one line of an answer about dates."""
    title = f"**{_name(fact.title, fact.label)}**"
    when = _fact_when(fact, reader)
    if fact.status not in ("cancelled", "postponed"):
        when = reader.say("event.when_left", when=when, left=_fact_left(fact, reader))
    state = _fact_state(fact, reader)
    if state:
        when = reader.say("event.with_state", when=when, state=state)
    source = link(reader.say("event.source"), fact.url) if fact.url else ""
    return f"- {title} – {joined(when, escape(fact.place), source)}"


def _fact_when(fact: EventFact, reader: Reader) -> str:
    at = fact.at
    if fact.all_day:
        return reader.phrases.span(at.date(), fact.end.date() if fact.end else None, "short")
    own = getattr(at.tzinfo, "key", reader.timezone)
    here = reader.phrases.span(reader.local(at), fact.end and reader.local(fact.end), "short")
    if fact.end is None:
        here = reader.phrases.moment(reader.local(at), "short")
    if own in (reader.timezone, *_PLACELESS):
        return here
    return _with_zone(reader.phrases.moment(at, "short"), at, own, reader)


def _fact_left(fact: EventFact, reader: Reader) -> str:
    if is_past(fact.end or fact.at, reader) and not _is_today(fact, reader):
        return reader.say("event.past")
    if fact.at <= reader.now and not fact.all_day:
        return reader.say("event.running")
    return left(fact.at.date() if fact.all_day else fact.at, reader)


def _is_today(fact: EventFact, reader: Reader) -> bool:
    return fact.all_day and (fact.end or fact.at).date() >= reader.today()


def _fact_state(fact: EventFact, reader: Reader) -> str:
    if fact.status in ("cancelled", "postponed", "moved_online"):
        return reader.say(f"event.status.{fact.status}")
    if fact.moved_from is None:
        return ""
    moved_from = reader.local(fact.moved_from).date()
    is_near = moved_from.year == reader.today().year
    day = reader.phrases.day(moved_from, "near" if is_near else "bare")
    is_extended = bool(fact.label) or fact.kind == "call"
    key = "event.extended_from" if is_extended and fact.at > fact.moved_from else "event.moved_from"
    return reader.say(key, day=day)


def word_facts(answer: Answer, reader: Reader) -> str:
    """Return the answer to a question about dates."""
    query = answer.event_query
    if not answer.events:
        return _nothing(query, reader)
    lines = [fact_line(fact, reader) for fact in answer.events[:MOST]]
    rest = len(answer.events) - MOST
    if rest > 0:
        lines.append("- " + reader.say("events.more", n=rest))
    return "\n".join((_heading(answer, reader), "", *lines))


def _heading(answer: Answer, reader: Reader) -> str:
    query = answer.event_query
    if query and query.limit == 1:
        deadlines = _topic(answer) in ("deadlines", "open")
        return reader.say("events.next_deadline" if deadlines else "events.next")
    n = _count(answer.events)
    values: dict[str, object] = {"n": n, "what": _counted(answer.events, n, reader)}
    key = f"events.{_topic(answer)}"
    if phrase := _phrase(query):
        return capital(reader.say(f"{key}_in", phrase=phrase, **values))
    return capital(reader.say(key, **values))


def _topic(answer: Answer) -> str:
    """Return what the found ones are: "deadlines", "open" or "opening" calls, or "found"."""
    if not all(_is_deadline(fact) for fact in answer.events):
        return "found"
    if answer.event_query and answer.event_query.aspect == "start":
        return "opening"
    return "open" if _OPEN.search(fold(answer.question)) else "deadlines"


def _phrase(query: EventQuery | None) -> str:
    """Return the words for the range as they stand within a sentence."""
    phrase = query.phrase.strip() if query else ""
    if fold(phrase.partition(" ")[0]) not in {*MONTHS, *WEEKDAYS}:
        phrase = phrase[:1].lower() + phrase[1:]
    return escape(phrase)


def _is_deadline(fact: EventFact) -> bool:
    return fact.kind == "call" or bool(fact.label)


def _count(facts: Sequence[EventFact]) -> int:
    """Count each start, and each event of which there are only deadlines once."""
    starts = [fact.uid for fact in facts if not _is_deadline(fact)]
    return len(starts) + len({fact.uid for fact in facts} - {*starts})


def _counted(facts: Sequence[EventFact], n: int, reader: Reader) -> str:
    kinds = {fact.kind for fact in facts}
    kind = kinds.pop() if len(kinds) == 1 else "any"
    return reader.say(f"count.{kind}", n=n)


def _nothing(query: EventQuery | None, reader: Reader) -> str:
    phrase, kinds = _phrase(query), query.kinds if query else ()
    what = reader.say(f"none.{kinds[0]}" if len(kinds) == 1 else "none.any")
    if query is None or not phrase:
        return capital(reader.say("events.nothing", what=what))
    if query.words:
        return capital(reader.say("events.nothing_such_in", phrase=phrase, what=what))
    if kinds == ("call",) and query.aspect == "deadline":
        return capital(reader.say("events.nothing_closes_in", phrase=phrase))
    if phrase.split()[0] in reader.say("events.bare_phrases").split():
        phrase = reader.say("events.bare_phrase", phrase=phrase)
    return capital(reader.say("events.nothing_in", phrase=phrase, what=what))


def word_list(events: Sequence[Event], reader: Reader, *, heading: str, empty: str) -> str:
    """Return a list of events under a heading (for /events and /calls)."""
    if not events:
        return reader.say(empty)
    told = [told_in(event, reader.phrases.language) for event in events[:MOST]]
    lines = [event_line(event, reader) for event in told]
    if len(events) > MOST:
        lines.append("- " + reader.say("events.more", n=len(events) - MOST))
    return "\n".join((f"**{reader.say(heading)}**", "", *lines))
