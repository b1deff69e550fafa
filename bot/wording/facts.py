"""Answers about dates in words: what was found, how calls stand, and what there is instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.i18n import DayStyle
from bot.markup import escape, link, one_line
from bot.wording.events import MOST, PLACELESS, full_name, is_past, left, moved_from, with_zone
from bot.wording.reader import Reader, capital, joined
from knowledge.documents import Answer, EventFact, EventQuery
from knowledge.languages import fold
from knowledge.questions.eventrows import opening
from knowledge.questions.eventwords import DEADLINE, REGISTERING
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
    told = by_line(answer.events)
    lines = [
        fact_line(facts, reader, query, told_whom=not answer.answered) for facts in told[:MOST]
    ]
    rest = len(told) - MOST
    if rest > 0:
        lines.append("- " + reader.say("events.more", n=rest))
    return "\n".join((_heading(answer, reader), "", *lines))


def by_line(facts: Sequence[EventFact]) -> list[tuple[EventFact, ...]]:
    """Return the rows as they are told, a line each: all deadlines of one event in one."""
    lines: dict[object, list[EventFact]] = {}
    for index, fact in enumerate(facts):
        is_one_of_several = is_deadline(fact) and not _is_opening(fact)
        lines.setdefault(fact.uid if is_one_of_several else index, []).append(fact)
    return [tuple(line) for line in lines.values()]


def fact_line(
    facts: Sequence[EventFact],
    reader: Reader,
    query: EventQuery | None = None,
    *,
    told_whom: bool = False,
) -> str:
    """Return one line of an answer about dates: a start, or the deadlines of one event.

    told_whom: say for whom a call is, if that is known.
    """
    fact = _told_in(facts[0], reader.phrases.language)
    is_one = len(facts) == 1
    title = f"**{full_name(fact.title, _label(fact, reader) if is_one else '')}**"
    when = _one_when(fact, reader, query) if is_one else _stages(facts, reader)
    asked = query is not None and bool(query.eligible)
    whom = _whom(fact, reader) if asked or (told_whom and fact.eligible) else ""
    source = link(reader.say("event.source"), fact.url) if fact.url else ""
    return f"- {title} – {joined(when, one_line(fact.place), whom, source)}"


def _label(fact: EventFact, reader: Reader) -> str:
    # Of what is no call the deadline without a name is that of registration.
    return reader.say("event.registration") if fact.label == REGISTRATION else fact.label


def _one_when(fact: EventFact, reader: Reader, query: EventQuery | None) -> str:
    """Return when it is, and what became of that."""
    when = _call_when(fact, reader) if is_deadline(fact) else _when(fact, reader)
    state = _state(fact, reader)
    if not state and query is not None and query.aspect == "registration":
        state = _registration_state(fact, reader)
    return reader.say("event.with_state", when=when, state=state) if state else when


def _registration_state(fact: EventFact, reader: Reader) -> str:
    """Say of what is still to be held that registration is over, or that its end is not known."""
    if is_deadline(fact) or is_past(fact.at, reader):
        return ""
    if fact.closes is None:
        return reader.say("event.registration_unknown")
    if fact.closes < reader.now:
        return reader.say("event.registration_over", when=_moment(fact.closes, reader))
    return ""


def _stages(facts: Sequence[EventFact], reader: Reader) -> str:
    """Return the deadlines of one event, one after the other; when it opens, once."""
    told = []
    opens, is_off = opening(facts[0]), facts[0].status in _OFF
    if opens is not None and opens > reader.now and not is_off:
        day = _opening_day(facts[0], opens, reader)
        told.append(reader.say("event.opens", day=day, left=left(_as_day(facts[0], opens), reader)))
    for fact in facts:
        bare = replace(fact, open_from=None, status="" if is_off else fact.status, due=None)
        when, label = _one_when(bare, reader, None), one_line(_label(fact, reader))
        told.append(reader.say("event.stage", label=label, when=when) if label else when)
    if is_off:
        told.append(reader.say(f"event.status.{facts[0].status}"))
    return "; ".join(told)


def is_deadline(fact: EventFact) -> bool:
    """Tell whether a row is one that things end by, a deadline, or the opening of a call."""
    return fact.kind == "call" or bool(fact.label)


def is_registration(fact: EventFact) -> bool:
    """Tell whether a row says until when one registers for what is no call."""
    return fact.kind != "call" and bool(fact.label)


def _is_signing_up(fact: EventFact) -> bool:
    """Tell whether people register by it, rather than hand in papers, say."""
    named = fact.label == REGISTRATION or REGISTERING.search(fold(fact.label)) is not None
    return is_registration(fact) and named


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
    deadline = _due(fact, reader) if _is_opening(fact) else fact.at
    until = _moment(deadline, reader) if deadline else ""
    if fact.status in _OFF:
        return until or _span(fact, reader)
    if opens is not None and opens > reader.now:
        day = _opening_day(fact, opens, reader)
        key = "event.opens_until" if until else "event.opens"
        return reader.say(key, day=day, left=left(_as_day(fact, opens), reader), until=until)
    if deadline is None:
        assert opens is not None
        return reader.say("event.open_since", day=_opening_day(fact, opens, reader, "of"))
    if deadline < reader.now:
        is_closed = fact.kind == "call" and (fact.closes is None or fact.closes < reader.now)
        return reader.say("event.closed" if is_closed else "event.deadline_over", when=until)
    return reader.say("event.deadline", when=until, left=left(deadline, reader))


def _is_opening(fact: EventFact) -> bool:
    return fact.kind == "call" and not fact.label and opening(fact) == fact.at


def _due(fact: EventFact, reader: Reader) -> datetime | None:
    """Return the deadline to tell beside an opening: the first, unless that is over."""
    return fact.due if fact.due and fact.due >= reader.now else fact.closes


def _opening_day(fact: EventFact, opens: datetime, reader: Reader, style: DayStyle = "on") -> str:
    day = _as_day(fact, opens)
    if isinstance(day, datetime):
        return _moment(day, reader, style)
    return reader.phrases.day(day, style)


def _as_day(fact: EventFact, opens: datetime) -> datetime | date:
    return opens if isinstance(fact.open_from, datetime) else opens.date()


def _moment(at: datetime, reader: Reader, style: DayStyle = "on") -> str:
    """Return an instant; the end of a day as its day, since nobody named the minute."""
    if (at.hour, at.minute) == _END_OF_DAY:
        return reader.say("event.until_day", day=reader.phrases.day(at.date(), "of"))
    own = getattr(at.tzinfo, "key", reader.timezone)
    if at.tzinfo is UTC or own in (reader.timezone, *PLACELESS):
        return reader.phrases.moment(reader.local(at), style)
    return with_zone(reader.phrases.moment(at, style), at, own, reader)


def _span(fact: EventFact, reader: Reader) -> str:
    if fact.all_day:
        return reader.phrases.span(fact.at.date(), fact.end.date() if fact.end else None, "short")
    own = getattr(fact.at.tzinfo, "key", reader.timezone)
    if fact.end is None or own not in (reader.timezone, *PLACELESS):
        return _moment(fact.at, reader, "short")
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
        return reader.say(f"events.stands.{_standing(answer, reader)}")
    if query and query.past:
        return reader.say("events.past")
    if query and query.limit is not None:
        if all(map(_is_signing_up, answer.events)):
            return reader.say("events.next_registration")
        is_due = query.aspect != "start" and all(map(is_deadline, answer.events))
        return reader.say("events.next_deadline" if is_due else "events.next")
    n = _count(answer.events)
    values: dict[str, object] = {"n": n, "what": _counted(answer.events, n, reader)}
    key = f"events.{_topic(answer, reader)}"
    if phrase := _phrase(query):
        return capital(reader.say(f"{key}_in", phrase=phrase, **values))
    return capital(reader.say(key, **values))


def _standing(answer: Answer, reader: Reader) -> str:
    """Return how the one that was asked about stands."""
    facts, query = answer.events, answer.event_query
    if any(fact.status in _OFF for fact in facts):
        return "off"
    if query and query.aspect == "registration" and facts[0].kind != "call":
        return _registering(facts, reader)
    ends_by = is_deadline(facts[0])
    if all(_is_later_stage(fact, reader) for fact in facts):
        return "later_stage"
    opens = opening(facts[0])
    if opens is not None and opens > reader.now:
        return "planned"
    ends = [fact.closes or fact.end or fact.at for fact in facts]
    over = all(is_past(end, reader) for end in ends)
    if facts[0].kind == "call":
        return "closed" if over else "open"
    if ends_by:  # papers for a conference, say: nobody applies for anything
        return "due_over" if over else "due_ahead"
    return "over" if over else "ahead"


def _registering(facts: Sequence[EventFact], reader: Reader) -> str:
    """Return whether one can still register for what is held."""
    ends = facts[0].closes
    if is_past(facts[-1].end or facts[-1].at, reader) and not is_registration(facts[-1]):
        return "over"
    if ends is None:
        return "ahead"
    return "registration_over" if ends < reader.now else "registration_open"


def _topic(answer: Answer, reader: Reader) -> str:
    """Return what the found ones are: "deadlines", "open", "planned" or "opening" calls,
    "registrations", or "found"."""
    query = answer.event_query
    if answer.events and all(map(_is_signing_up, answer.events)):
        return "registrations"
    if any(fact.kind != "call" for fact in answer.events):
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
    lines = [fact_line(facts, reader, answer.event_query) for facts in by_line(answer.instead)]
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
