"""Answers about dates in words: what was found, how calls stand, and what there is instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.markup import escape, link
from bot.wording.events import MOST, PLACELESS, full_name, is_past, left, moved_from, with_zone
from bot.wording.reader import Reader, capital, joined
from knowledge.documents import Answer, EventFact, EventQuery
from knowledge.languages import fold
from knowledge.questions.eventrows import opening
from knowledge.questions.eventwords import DEADLINE
from knowledge.questions.timewords import MONTHS, WEEKDAYS

#: What the end of a day is written as where only the day is known.
_END_OF_DAY = (23, 59)

_OFF = ("cancelled", "postponed")

#: Label of the row that says until when one can register for an event.
REGISTRATION = "registration"


def word_facts(answer: Answer, reader: Reader) -> str:
    """Return the answer to a question about dates."""
    query = answer.event_query
    if not answer.events:
        return _nothing(answer, reader)
    lines = [
        fact_line(fact, reader, query, told_whom=not answer.answered)
        for fact in answer.events[:MOST]
    ]
    rest = len(answer.events) - MOST
    if rest > 0:
        lines.append("- " + reader.say("events.more", n=rest))
    return "\n".join((_heading(answer, reader), "", *lines))


def fact_line(
    fact: EventFact, reader: Reader, query: EventQuery | None = None, *, told_whom: bool = False
) -> str:
    """Return one line of an answer about dates.

    told_whom: say for whom a call is, if that is known.
    """
    fact = _told_in(fact, reader.phrases.language)
    # Of what is no call the deadline without a name is that of registration.
    label = reader.say("event.registration") if fact.label == REGISTRATION else fact.label
    title = f"**{full_name(fact.title, label)}**"
    when = _call_when(fact, reader) if is_deadline(fact) else _when(fact, reader)
    state = _state(fact, reader)
    if state:
        when = reader.say("event.with_state", when=when, state=state)
    asked = query is not None and bool(query.eligible)
    whom = _whom(fact, reader) if asked or (told_whom and fact.eligible) else ""
    source = link(reader.say("event.source"), fact.url) if fact.url else ""
    return f"- {title} – {joined(when, escape(fact.place), whom, source)}"


def is_deadline(fact: EventFact) -> bool:
    """Tell whether a row is about a call: a deadline, or its opening."""
    return fact.kind == "call" or bool(fact.label)


def _told_in(fact: EventFact, language: str) -> EventFact:
    """Return the row with title and link in this language, if it has them."""
    version = fact.versions.get(language)
    if version is None or fact.language == language:
        return fact
    return replace(fact, title=version[0], url=version[1], language=language)


def _when(fact: EventFact, reader: Reader) -> str:
    when = _span(fact, reader)
    if fact.status in _OFF:
        return when
    return reader.say("event.when_left", when=when, left=_left(fact, reader))


def _call_when(fact: EventFact, reader: Reader) -> str:
    """Return how a call stands: when it opens, until when it is open, since when it is closed."""
    opens = opening(fact)
    is_opening = opens is not None and opens == fact.at and not fact.label
    deadline = _due(fact, reader) if is_opening else fact.at
    until = _moment(deadline, reader) if deadline else ""
    if fact.status in _OFF:
        return until or _span(fact, reader)
    if opens is not None and opens > reader.now:
        day = _opening_day(fact, opens, reader)
        key = "event.opens_until" if until else "event.opens"
        return reader.say(key, day=day, left=left(_as_day(fact, opens), reader), until=until)
    if deadline is None:
        assert opens is not None
        return reader.say("event.open_since", day=_opening_day(fact, opens, reader))
    if deadline < reader.now:
        is_closed = fact.closes is None or fact.closes < reader.now
        return reader.say("event.closed" if is_closed else "event.deadline_over", when=until)
    return reader.say("event.deadline", when=until, left=left(deadline, reader))


def _due(fact: EventFact, reader: Reader) -> datetime | None:
    """Return the deadline to tell beside an opening: the first, unless that is over."""
    return fact.due if fact.due and fact.due >= reader.now else fact.closes


def _opening_day(fact: EventFact, opens: datetime, reader: Reader) -> str:
    day = _as_day(fact, opens)
    if isinstance(day, datetime):
        return _moment(day, reader)
    return reader.phrases.day(day, "short")


def _as_day(fact: EventFact, opens: datetime) -> datetime | date:
    return opens if isinstance(fact.open_from, datetime) else opens.date()


def _moment(at: datetime, reader: Reader) -> str:
    """Return an instant; the end of a day as its day, since nobody named the minute."""
    if (at.hour, at.minute) == _END_OF_DAY:
        return reader.say("event.until_day", day=reader.phrases.day(at.date(), "short"))
    own = getattr(at.tzinfo, "key", reader.timezone)
    if at.tzinfo is UTC or own in (reader.timezone, *PLACELESS):
        return reader.phrases.moment(reader.local(at), "short")
    return with_zone(reader.phrases.moment(at, "short"), at, own, reader)


def _span(fact: EventFact, reader: Reader) -> str:
    if fact.all_day:
        return reader.phrases.span(fact.at.date(), fact.end.date() if fact.end else None, "short")
    own = getattr(fact.at.tzinfo, "key", reader.timezone)
    if fact.end is None or own not in (reader.timezone, *PLACELESS):
        return _moment(fact.at, reader)
    return reader.phrases.span(reader.local(fact.at), reader.local(fact.end), "short")


def _left(fact: EventFact, reader: Reader) -> str:
    if is_past(fact.end or fact.at, reader) and not _is_today(fact, reader):
        return reader.say("event.past")
    if fact.at <= reader.now and not fact.all_day:
        return reader.say("event.running")
    return left(fact.at.date() if fact.all_day else fact.at, reader)


def _is_today(fact: EventFact, reader: Reader) -> bool:
    return fact.all_day and (fact.end or fact.at).date() >= reader.today()


def _state(fact: EventFact, reader: Reader) -> str:
    if fact.status in (*_OFF, "moved_online"):
        return reader.say(f"event.status.{fact.status}")
    if _is_later_stage(fact, reader):
        assert fact.due is not None
        return reader.say("event.first_over", when=_moment(fact.due, reader))
    if fact.moved_from is None:
        return ""
    return moved_from(fact.moved_from, fact.at, reader, is_deadline=is_deadline(fact))


def _is_later_stage(fact: EventFact, reader: Reader) -> bool:
    """Tell whether a deadline is still ahead while an earlier one of its call has passed."""
    return is_deadline(fact) and fact.due is not None and fact.due < reader.now < fact.at


def _whom(fact: EventFact, reader: Reader) -> str:
    """Return for whom a call is, or that its calendar does not say."""
    if not fact.eligible:
        return reader.say("event.for_unknown")
    names = [reader.say(f"eligible.{name}") for name in fact.eligible]
    return reader.say("event.for", whom=", ".join(names))


def _heading(answer: Answer, reader: Reader) -> str:
    query = answer.event_query
    if not answer.answered:
        return reader.say("events.not_told")
    one = len({fact.uid for fact in answer.events}) == 1
    if query and query.asks_state and one:
        return reader.say(f"events.stands.{_standing(answer.events, reader)}")
    if query and query.past:
        return reader.say("events.past")
    if query and query.limit is not None:
        is_due = query.aspect != "start" and all(map(is_deadline, answer.events))
        return reader.say("events.next_deadline" if is_due else "events.next")
    n = _count(answer.events)
    values: dict[str, object] = {"n": n, "what": _counted(answer.events, n, reader)}
    key = f"events.{_topic(answer, reader)}"
    if phrase := _phrase(query):
        return capital(reader.say(f"{key}_in", phrase=phrase, **values))
    return capital(reader.say(key, **values))


def _standing(facts: Sequence[EventFact], reader: Reader) -> str:
    """Return how the one that was asked about stands."""
    if any(fact.status in _OFF for fact in facts):
        return "off"
    is_call = is_deadline(facts[0])
    if all(_is_later_stage(fact, reader) for fact in facts):
        return "later_stage"
    opens = opening(facts[0])
    if opens is not None and opens > reader.now:
        return "planned"
    ends = [fact.closes or fact.end or fact.at for fact in facts]
    if all(is_past(end, reader) for end in ends):
        return "closed" if is_call else "over"
    return "open" if is_call else "ahead"


def _topic(answer: Answer, reader: Reader) -> str:
    """Return what the found ones are: "deadlines", "open", "planned" or "opening" calls,
    or "found"."""
    query = answer.event_query
    if not all(map(is_deadline, answer.events)):
        return "found"
    if query and query.state == "planned":
        return "planned"
    if query and query.aspect == "start":
        return "opening"
    if query and query.state == "open":
        return "open"
    is_planned = any((opening(fact) or reader.now) > reader.now for fact in answer.events)
    asks_deadline = _phrase(query) or DEADLINE.search(fold(answer.question))
    return "deadlines" if asks_deadline and not is_planned else "found"


def _phrase(query: EventQuery | None) -> str:
    """Return the words for the range as they stand within a sentence."""
    phrase = query.phrase.strip() if query else ""
    if fold(phrase.partition(" ")[0]) not in {*MONTHS, *WEEKDAYS}:
        phrase = phrase[:1].lower() + phrase[1:]
    return escape(phrase)


def _count(facts: Sequence[EventFact]) -> int:
    """Count each start, and each event of which there are only deadlines once."""
    starts = [fact.uid for fact in facts if not is_deadline(fact)]
    return len(starts) + len({fact.uid for fact in facts} - {*starts})


def _counted(facts: Sequence[EventFact], n: int, reader: Reader) -> str:
    kinds = {fact.kind for fact in facts}
    kind = kinds.pop() if len(kinds) == 1 else "any"
    return reader.say(f"count.{kind}", n=n)


def _nothing(answer: Answer, reader: Reader) -> str:
    """Say that nothing fits, and what there is instead."""
    nothing = _none(answer.event_query, reader)
    if not answer.instead:
        return nothing
    one = len({fact.uid for fact in answer.instead}) == 1
    is_over = all(is_past(fact.end or fact.at, reader) for fact in answer.instead)
    key = "events.last_was" if is_over else "events.instead_one" if one else "events.instead"
    heading = reader.say(key)
    lines = [fact_line(fact, reader, answer.event_query) for fact in answer.instead]
    return "\n".join((f"{nothing} {heading}", "", *lines))


def _none(query: EventQuery | None, reader: Reader) -> str:
    phrase, kinds = _phrase(query), query.kinds if query else ()
    what = reader.say(f"none.{kinds[0]}" if len(kinds) == 1 else "none.any")
    if query is not None and query.state and not query.words and not query.eligible:
        return reader.say(f"events.nothing_{query.state}")
    if query is None or not phrase:
        return capital(reader.say("events.nothing", what=what))
    if query.words or query.eligible:
        return capital(reader.say("events.nothing_such_in", phrase=phrase, what=what))
    if kinds == ("call",) and query.aspect == "deadline":
        return capital(reader.say("events.nothing_closes_in", phrase=phrase))
    if phrase.split()[0] in reader.say("events.bare_phrases").split():
        phrase = reader.say("events.bare_phrase", phrase=phrase)
    return capital(reader.say("events.nothing_in", phrase=phrase, what=what))
