"""The scheduler's events as the facts that answers about dates are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.wording.facts import REGISTRATION
from knowledge.documents import Audience, EventFact, EventQuery
from knowledge.languages import words as split
from knowledge.questions.asking import fold_same_length
from knowledge.questions.eventquestions import inhabitants
from knowledge.questions.eventrows import alike
from knowledge.questions.eventwords import INHABITANTS
from scheduler.events import Event, EventKind, Occurrence, Review, instant, last_instant

#: Words by which people ask for those whom a call is for.
_ELIGIBLE = {
    "municipality": "obec obce obci mesto mesta mestum municipality municipalities city cities",
    "region": "kraj kraje kraju region regions",
    "university": "univerzita univerzity vysoka skola university universities academic",
    "company": "firma firmy podnik podniky company companies business",
    "ngo": "neziskova neziskove spolek spolky ngo nonprofit",
}


def event_facts(events: Iterable[Event], query: EventQuery, audience: Audience) -> list[EventFact]:
    """Return what the query asks for, soonest first; only what editors approved."""
    readable = {one.value for one in audience.readable()}
    found = [
        fact
        for event in events
        if event.review is Review.APPROVED and event.audience in readable
        if not query.kinds or event.kind.value in query.kinds or _is_called(event, query.kind_words)
        if _shares(event, query.words) and _is_for_size(event, query.inhabitants)
        if not (query.eligible and event.eligible) or set(query.eligible) & set(event.eligible)
        for fact in _facts(event, _aspect(event, query))
        if _within(fact, query)
    ]
    found.sort(key=lambda fact: (fact.at, fact.title))
    return found[: query.limit]


def _is_called(event: Event, names: tuple[str, ...]) -> bool:
    """Tell whether an event bears one of these names of kinds in its title, whatever its kind."""
    if event.kind is EventKind.CALL:
        return False
    titles = (event.title, *(version.title for version in event.versions))
    said = [word for title in titles for word in split(title)]
    return any(
        all(any(alike(part, word) for word in said) for part in split(name)) for name in names
    )


def _aspect(event: Event, query: EventQuery) -> str:
    """Return what of an event is told; of one that takes no more registrations, when it is."""
    if query.aspect != "registration":
        return query.aspect
    is_one = bool(query.words) or query.limit is not None
    ahead = any(deadline.at >= query.start for deadline in event.deadlines)
    if event.kind is EventKind.CALL or ahead or not is_one or query.end is not None:
        return "deadline"
    return "start"


def _facts(event: Event, aspect: str) -> Iterator[EventFact]:
    is_call = event.kind is EventKind.CALL
    if aspect == "deadline" or (aspect == "any" and is_call):
        for deadline in event.deadlines:
            yield _fact(
                event,
                at=deadline.at.astimezone(ZoneInfo(deadline.timezone)),
                label=deadline.label or ("" if is_call else REGISTRATION),
                moved_from=deadline.previous,
            )
    if aspect in ("start", "any") and event.kind is not EventKind.CALL:
        if event.occurrences:
            yield from (_occurrence(event, one) for one in event.occurrences)
        elif event.start is not None:
            yield _fact(
                event,
                at=instant(event.start, event.timezone),
                end=_last_moment(event.start, event.end, event.timezone),
                moved_from=_instant(event.original_start, event.timezone),
            )
    if aspect == "start" and event.kind is EventKind.CALL and event.opening is not None:
        at = instant(event.opening, event.timezone)
        yield _fact(event, at=at, all_day=not isinstance(event.opening, datetime))


def _occurrence(event: Event, one: Occurrence) -> EventFact:
    return _fact(
        event,
        at=instant(one.start, event.timezone),
        end=_last_moment(one.start, one.end, event.timezone),
        status="cancelled" if one.cancelled else event.status.value,
        place=one.place or event.place,
    )


def _fact(
    event: Event,
    *,
    at: datetime,
    label: str = "",
    end: datetime | None = None,
    moved_from: datetime | None = None,
    status: str = "",
    place: str = "",
    all_day: bool | None = None,
) -> EventFact:
    return EventFact(
        uid=event.uid,
        title=event.title,
        kind=event.kind.value,
        at=at,
        end=end,
        all_day=event.all_day and not label if all_day is None else all_day,
        label=label,
        status=status or event.status.value,
        moved_from=moved_from,
        url=event.url,
        place=place or event.place,
        language=event.language,
        topics=event.topics,
        open_from=event.opening,
        due=min((deadline.at for deadline in event.deadlines), default=None),
        closes=max((deadline.at for deadline in event.deadlines), default=None),
        region=event.region,
        eligible=event.eligible,
        versions={one.language: (one.title, one.url or event.url) for one in event.versions},
    )


def _instant(value: object, timezone: str) -> datetime | None:
    return None if value is None else instant(value, timezone)  # type: ignore[arg-type]


def _last_moment(
    start: datetime | date, end: datetime | date | None, timezone: str
) -> datetime | None:
    """Return the end, of whole days the last moment of the last one: its date is the last day."""
    if end is None or isinstance(end, datetime):
        return end
    return last_instant(start, end, timezone) - timedelta(minutes=1)


def _within(fact: EventFact, query: EventQuery) -> bool:
    """What goes on during the range counts, not only what begins in it."""
    over = fact.end or (fact.at + timedelta(hours=23, minutes=59) if fact.all_day else fact.at)
    return over >= query.start and (query.end is None or fact.at < query.end)


def _shares(event: Event, words: tuple[str, ...]) -> bool:
    """Tell whether each word is, in some form, in what the event says of itself."""
    if not words:
        return True
    names = [version.title for version in event.versions]
    said = (event.title, *names, event.place, event.region, *event.topics)
    eligible = (_ELIGIBLE.get(one, one) for one in event.eligible)
    told = split(" ".join((*said, *eligible)))
    return all(any(alike(one, other) for other in told) for word in words for one in split(word))


def _is_for_size(event: Event, asked: tuple[int, int] | None) -> bool:
    """Tell whether towns of this size are not left out by what a call says of itself."""
    if asked is None:
        return True
    said = INHABITANTS.search(fold_same_length(f"{event.title} {event.summary}"))
    if said is None:
        return True
    least, most = inhabitants(said)
    return least <= asked[1] and asked[0] <= most
