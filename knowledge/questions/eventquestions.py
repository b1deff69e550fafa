"""Questions about events and calls: which rows of the scheduler they ask for.

"Kdy je příští seminář?" and "What closes next month?" are answered from rows. What a row does not
hold (how, why, for how much, by whom) is asked of the documents; so is a year that is over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from knowledge.documents import EventQuery
from knowledge.questions import eventwords as say
from knowledge.questions.asking import Kind, asked, fold_same_length
from knowledge.questions.eventrows import EventQuestion
from knowledge.questions.spelling import tidied
from knowledge.questions.terms import content_words
from knowledge.questions.timeranges import TimeRange, find_range

#: What rows do not tell: with these kinds asked for, documents answer.
_NOT_IN_ROWS = frozenset(
    Kind(each)
    for each in Kind
    if each.value
    in {"money", "share", "person", "measure", "name", "contact", "duration", "frequency"}
)
_HOW_MUCH = re.compile(
    r"\b(?:kol[ia][kg]|jak vysok\w+|how (?:much|high|large))\b(?! dn[iuy]| days)"
)

#: "A co výzvy?" asks for those to come; "Jaké semináře klastr pořádá?" for what is told of them.
_FEW_WORDS = 2

#: How far back is looked for what is over: by its name, and by its kind alone.
LONG_AGO, LATELY = timedelta(days=400), timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A question about events, taken apart."""

    text: str
    folded: str
    times: TimeRange | None
    #: Named kinds of events.
    kinds: tuple[str, ...]
    #: The words that named them, of what is no call.
    kind_words: tuple[str, ...]
    #: It speaks of events of whatever kind.
    any_kind: bool
    #: Words that tell which event is meant.
    telling: tuple[str, ...]
    eligible: tuple[str, ...]
    inhabitants: tuple[int, int] | None
    now: datetime

    @property
    def is_past(self) -> bool:
        """Whether it speaks of what was."""
        is_over = say.PAST.search(self.folded) and not say.FATE.search(self.folded)
        return bool(is_over) and not self.asks_state

    @property
    def asks_state(self) -> bool:
        """Whether it asks how a call stands, or whether something can still be reached."""
        return say.STATE.search(self.folded) is not None

    @property
    def tells_which(self) -> bool:
        """Whether it tells more than kind and time."""
        return bool(self.telling or self.eligible or self.inhabitants)


def read_event_question(question: str, now: datetime, zone: tzinfo) -> EventQuestion | None:
    """Return which rows a question asks for, None if it is one for the documents."""
    heard = hear(question, now, zone)
    if is_for_documents(heard):
        return None
    if heard.is_past or say.MISSED.search(heard.folded):
        return _past(heard)
    if heard.times is not None and heard.times.end is not None and heard.times.end <= now:
        return None
    if heard.kinds or heard.any_kind:
        if _looks_ahead(heard):
            return _ahead(heard)
        if not say.EXPLAINS.search(heard.folded):
            return replace(_ahead(heard), sure=False, weak=_is_weak(heard))
    return _named(heard)


def _looks_ahead(heard: Heard) -> bool:
    """Tell whether it asks beyond doubt for what lies ahead, or goes on."""
    if not heard.kinds and not say.ANY_KIND.search(heard.folded) and heard.telling:
        return False
    patterns = (say.AHEAD, say.ASKS_WHEN, say.STATE, say.CLOSING)
    return heard.times is not None or any(each.search(heard.folded) for each in patterns)


def _is_weak(heard: Heard) -> bool:
    """Tell whether it says so little of events that documents are asked first."""
    if say.GROUPS.search(heard.folded):
        return True
    said = [word for word in re.findall(r"\w+", heard.folded) if word not in say.FILLER]
    return not heard.tells_which and len(said) > _FEW_WORDS


def hear(question: str, now: datetime, zone: tzinfo, *, bare_month: bool = False) -> Heard:
    """Take a question apart. bare_month: a month by itself is a time ("what about July?")."""
    text = tidied(question)
    times = find_range(text, now, zone, bare_month=bare_month)
    folded = fold_same_length(text)
    kinds = _kinds(folded)
    if say.CLOSING.search(folded) and not kinds:
        kinds = ("call",)
    telling, eligible, inhabitants = _which(text, folded, times, kinds, now)
    is_what = say.WHAT_IS_AT.search(folded) and (
        say.COMING.search(folded) if telling else times or say.AHEAD.search(folded)
    )
    any_kind = bool(is_what) or say.ANY_KIND.search(folded) is not None
    return Heard(
        text=text,
        folded=folded,
        times=times,
        kinds=kinds,
        kind_words=_kind_words(folded, kinds),
        any_kind=any_kind,
        telling=telling,
        eligible=eligible,
        inhabitants=inhabitants,
        now=now,
    )


def _kinds(folded: str) -> tuple[str, ...]:
    is_registration = say.REGISTERING.search(folded) is not None
    of_calls = say.ANY_DEADLINE.sub(" ", folded) if is_registration else folded
    return tuple(
        kind
        for kind, pattern in say.KINDS.items()
        if pattern.search(of_calls if kind == "call" else folded)
    )


def _kind_words(folded: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    held = (say.KINDS[kind] for kind in kinds if kind != "call")
    return tuple(match.group() for pattern in held for match in pattern.finditer(folded))


def speaks_of_the_past(question: str, today: date) -> bool:
    """Tell whether a question is about something that was, or about a year that is over."""
    folded = fold_same_length(question)
    return bool(say.PAST.search(folded)) or _is_of_a_year_over(folded, today)


def _is_of_a_year_over(folded: str, today: date) -> bool:
    years = [int(year) for year in say.YEAR.findall(folded)]
    return bool(years) and max(years) < today.year


def is_for_documents(heard: Heard) -> bool:
    """Tell whether rows cannot tell what is asked: how, why, for how much, by whom, long ago."""
    asks_how = say.HOW.search(heard.folded) and not say.WHEN.search(heard.folded)
    asks_who = say.WHO.search(heard.folded) and not say.WHEN.search(heard.folded)
    is_of_rows = say.COUNTS.search(heard.folded) or say.HOW_LONG_UNTIL.search(heard.folded)
    kinds = set() if is_of_rows else set(asked(heard.text))
    if Kind.MONEY in kinds and not _HOW_MUCH.search(heard.folded):
        # "Jaké dotace jsou otevřené?" asks for calls.
        kinds = set(asked(without(heard.text, _kind_spans(heard.folded))))
    is_of_a_year_over = _is_of_a_year_over(heard.folded, heard.now.date())
    is_other = bool(asks_how or asks_who) or is_of_a_year_over
    return is_other or not _NOT_IN_ROWS.isdisjoint(kinds)


def _ahead(heard: Heard) -> EventQuestion:
    """Return what asks for what lies ahead, or goes on."""
    asks_state = heard.asks_state and bool(heard.telling)
    start, end = _range(heard)
    is_one = say.ONE.search(heard.folded) and not say.SEVERAL.search(heard.folded)
    is_of_call = asks_state and "call" in heard.kinds and not _registration(heard)
    aspect = "deadline" if is_of_call else _aspect(heard)
    state = "" if asks_state else _state(heard, aspect)
    query = EventQuery(
        start=start,
        # Open in June is what closes in July, too.
        end=None if state == "open" else end,
        kinds=heard.kinds,
        kind_words=heard.kind_words,
        aspect=aspect,
        words=heard.telling,
        eligible=heard.eligible,
        inhabitants=heard.inhabitants,
        limit=1 if is_one and heard.times is None else None,
        phrase=heard.times.phrase if heard.times else "",
        state=state,
        asks_state=asks_state,
    )
    return EventQuestion(
        query=query,
        general=not heard.tells_which,
        sure=True,
        also_past=bool(heard.telling),
        opens_before=end,
    )


def _range(heard: Heard) -> tuple[datetime, datetime | None]:
    """Return the stretch that is asked for; without one, all that lies ahead."""
    if heard.times is None:
        return heard.now, None
    return heard.times.start or heard.now, heard.times.end


def _past(heard: Heard) -> EventQuestion | None:
    """Return what asks for what was; None if nothing tells that rows are meant."""
    is_missed = say.MISSED.search(heard.folded) is not None
    is_of_rows = heard.kinds or heard.any_kind or is_missed
    if not is_of_rows and not (say.ASKS_OF_ONE.search(heard.folded) and heard.telling):
        return None
    telling = _names(heard) if not is_of_rows else heard.telling
    if not is_of_rows and not telling:
        return None
    is_last = say.LAST.search(heard.folded) is not None
    start, end = past_range(heard, LONG_AGO if heard.tells_which or is_last else LATELY)
    if start is None or start >= heard.now:
        return None
    query = EventQuery(
        start=start,
        end=min(end, heard.now) if end else heard.now,
        kinds=heard.kinds,
        kind_words=heard.kind_words,
        aspect=_past_aspect(heard),
        words=telling,
        eligible=heard.eligible,
        phrase=heard.times.phrase if heard.times else "",
        past=True,
    )
    picked = -1 if is_last else 0
    # Who asks what was missed is told that nothing was, where nothing was.
    general = is_missed and not heard.tells_which
    return EventQuestion(query=query, general=general, named=not is_of_rows, picked=picked)


def _past_aspect(heard: Heard) -> str:
    if say.CLOSES.search(heard.folded):
        return "deadline"
    is_opening = say.OPENING.search(heard.folded) or say.OPENED.search(heard.folded)
    return "start" if heard.kinds == ("call",) and is_opening else "any"


def past_range(heard: Heard, back: timedelta = LATELY) -> tuple[datetime | None, datetime | None]:
    """Return the stretch that is meant: "v prosinci" is the last December, not the next."""
    if heard.times is None:
        return heard.now - back, heard.now
    start, end = heard.times.start, heard.times.end
    if start and start > heard.now and not say.YEAR.search(heard.times.phrase):
        start, end = _year_before(start), end and _year_before(end)
    return start, end


def _year_before(moment: datetime) -> datetime:
    is_leap_day = (moment.month, moment.day) == (2, 29)
    return moment.replace(year=moment.year - 1, day=28 if is_leap_day else moment.day)


def _named(heard: Heard) -> EventQuestion | None:
    """Return what asks for an event by its name."""
    if not say.ASKS_OF_ONE.search(heard.folded) and not heard.asks_state:
        return None
    telling = _names(heard)
    if not any(map(tells, telling)):
        return None
    aspect = "start" if say.BEGINS.search(heard.folded) else "any"
    start, end = _range(heard)
    query = EventQuery(
        start=start,
        end=end,
        kinds=heard.kinds,
        kind_words=heard.kind_words,
        aspect=_registration(heard) or ("deadline" if say.CLOSES.search(heard.folded) else aspect),
        words=telling,
        phrase=heard.times.phrase if heard.times else "",
        asks_state=heard.asks_state,
    )
    return EventQuestion(query=query, general=False, named=True, also_past=True)


def named_event(question: str, now: datetime, zone: tzinfo) -> EventQuestion | None:
    """Return which events of a kind a question names in passing ("Kdo vede seminář o parkování?").

    One of its words in the title is enough; for when nothing else answers.
    """
    heard = hear(question, now, zone)
    telling = tuple(word for word in heard.telling if tells(word) and not _is_aside(word))
    if not heard.kinds or not telling:
        return None
    query = EventQuery(
        start=now, end=None, kinds=heard.kinds, kind_words=heard.kind_words, words=telling
    )
    return EventQuestion(query=query, general=False, named=True)


def _is_aside(word: str) -> bool:
    return say.OF_AN_EVENT.match(fold_same_length(word)) is not None


def _names(heard: Heard) -> tuple[str, ...]:
    """Return the words that may be the name of an event."""
    spans = [*_kind_spans(heard.folded), *([heard.times.span] if heard.times else [])]
    return tuple(
        word
        for word in content_words(without(heard.text, spans))
        if not say.BESIDE_NAME.match(fold_same_length(word)) and _says_something(word)
    )


def tells(word: str) -> bool:
    """Tell whether a word can be the name of one event."""
    return _says_something(word) and not say.IS_WHOM.match(fold_same_length(word))


def _says_something(word: str) -> bool:
    plain = fold_same_length(word)
    is_general = plain in say.GENERAL_WORDS or plain in say.FILLER or say.GENERAL.match(plain)
    return not is_general


def _aspect(heard: Heard) -> str:
    if aspect := _registration(heard):
        return aspect
    about_calls = not heard.kinds or "call" in heard.kinds
    if say.DEADLINE.search(heard.folded):
        return "deadline" if about_calls else "any"
    if heard.kinds == ("call",):
        is_opening = say.OPENING.search(heard.folded) or _is_planned(heard)
        return "start" if is_opening else "deadline"
    return "any" if about_calls else "start"


def _registration(heard: Heard) -> str:
    """Return "registration" where until when one registers for an event is asked for, else ""."""
    is_until = say.DEADLINE.search(heard.folded) or say.WHEN.search(heard.folded)
    is_asked = say.REGISTERING.search(heard.folded) and (is_until or heard.asks_state)
    return "registration" if is_asked and heard.kinds != ("call",) else ""


def _is_planned(heard: Heard) -> bool:
    return heard.kinds == ("call",) and say.PLANNED.search(heard.folded) is not None


def _state(heard: Heard, aspect: str) -> str:
    """Return in which state calls are asked for, "" for whichever."""
    if _is_planned(heard):
        return "planned"
    is_open = aspect == "deadline" and say.OPEN.search(heard.folded)
    return "open" if is_open and "call" in heard.kinds else ""


def _which(
    text: str,
    folded: str,
    times: TimeRange | None,
    kinds: tuple[str, ...],
    now: datetime,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, int] | None]:
    """Return the words that tell which event is meant, for whom it is, and for how large ones."""
    spans = [times.span] if times else []
    spans += _kind_spans(folded)
    spans += [match.span() for match in say.ANY_KIND.finditer(folded)]
    eligible: tuple[str, ...] = ()
    whom = say.FOR_WHOM.search(folded)
    if whom and (not kinds or "call" in kinds):
        eligible = tuple(kind for kind, one in say.WHOM.items() if one.search(whom.group()))
        spans.append(whom.span())
    people = say.INHABITANTS.search(folded)
    if people:
        spans.append(people.span())
    telling = tuple(
        word
        for word in content_words(without(text, spans))
        if _says_something(word) and not _is_coming_year(word, now)
    )
    return telling, eligible, inhabitants(people) if people else None


def _is_coming_year(word: str, now: datetime) -> bool:
    return say.YEAR.fullmatch(word) is not None and int(word) >= now.year


def inhabitants(match: re.Match[str]) -> tuple[int, int]:
    """Return from how many to how many inhabitants are meant."""
    number = int(re.sub(r"\D", "", match["n"])) * (1000 if match["scale"] else 1)
    if match["most"]:
        return 0, number
    return (number, 10**9) if match["least"] else (number, number)


def _kind_spans(folded: str) -> list[tuple[int, int]]:
    patterns = say.KINDS.values()
    return [match.span() for pattern in patterns for match in pattern.finditer(folded)]


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with blanks in the place of these spans."""
    rest = list(text)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return "".join(rest)
