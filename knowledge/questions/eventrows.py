"""Which of the scheduler's rows are meant by a question about events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from knowledge.documents import EventFact, EventQuery
from knowledge.languages import fold, words
from knowledge.questions import eventwords as say
from knowledge.questions.asking import fold_same_length
from knowledge.questions.terms import keys

#: Words are alike where all but the last letters are the same, and so many at least.
_ENDING, _SHORT, _LONG = 2, 3, 4

#: Tells whether a text holds all these words, in whatever form or language.
Holds = Callable[[Sequence[str], str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuestion:
    """What to ask the scheduler for."""

    query: EventQuery
    #: Nothing but kind and time is asked for: if there is nothing, that is the answer.
    general: bool
    #: The event is asked for by its name: its title must say one of the words.
    named: bool = False
    #: Beyond doubt about rows, even if none fits.
    sure: bool = False
    #: Documents may know better: rows are told only if they do not.
    weak: bool = False
    #: If nothing lies ahead, what is over is told.
    also_past: bool = False
    #: Its words were said of something else before: without a row for them they are given up.
    carried: bool = False
    #: Calls count as open that open before this; None: now.
    opens_before: datetime | None = None
    #: So many of the soonest were told before.
    skipped: int = 0
    #: Only this one of what was told, from 1; negative from the end; 0: all.
    picked: int = 0

    def kept(self, facts: Sequence[EventFact], now: datetime) -> list[EventFact]:
        """Return the rows that are meant, of those that were found."""
        fitting = [
            fact
            for fact in facts
            if (not self.named or self._names(fact)) and self._is_in_state(fact, now)
        ]
        if self.query.eligible:
            fitting = _for(fitting, self.query.eligible)
        fitting = fitting[: self.query.limit][self.skipped :]
        return _picked(fitting, self.picked) if self.picked else fitting

    def _names(self, fact: EventFact) -> bool:
        title = words(fact.title)
        return any(
            alike(word, other) for word in self.query.words if _tells(word) for other in title
        )

    def _is_in_state(self, fact: EventFact, now: datetime) -> bool:
        if not self.query.state or fact.kind != "call":
            return True
        opens = opening(fact)
        if self.query.state == "planned":
            return opens is not None and opens > now
        return opens is None or opens < (self.opens_before or now) or opens <= now

    def looser(self) -> EventQuestion | None:
        """Return the same without the words that tell for whom, None if there are none."""
        if self.carried:
            query = replace(self.query, words=(), eligible=(), inhabitants=None)
            return replace(self, query=query, general=True, carried=False)
        kept = tuple(
            word for word in self.query.words if not say.IS_WHOM.match(fold_same_length(word))
        )
        if self.named or kept == self.query.words:
            return None
        general = not kept and not self.query.eligible
        return replace(self, query=replace(self.query, words=kept), general=general)

    def at_any_time(self, now: datetime) -> EventQuestion | None:
        """Return the same without its range of time, None if it has none."""
        if self.query.end is None or self.query.past:
            return None
        query = replace(self.query, start=now, end=None)
        return replace(self, query=query, general=False, also_past=False)

    def before(self, start: datetime, now: datetime) -> EventQuestion | None:
        """Return the same for what is over, None if only what lies ahead is asked for."""
        if not self.also_past or self.query.past or self.query.end is not None:
            return None
        query = replace(
            self.query, start=start, end=now, past=True, state="", limit=None, aspect="any"
        )
        return replace(self, query=query, general=False, also_past=False)

    def still_ahead(self, now: datetime) -> EventQuestion | None:
        """Return the same for what lies ahead, where what was is asked for by its name."""
        if not self.query.past or not self.query.words:
            return None
        query = replace(self.query, start=now, end=None, past=False, phrase="", asks_state=True)
        return replace(self, query=query, picked=0)


def opening(fact: EventFact) -> datetime | None:
    """Return when a call opens, None where that is not known."""
    if fact.open_from is None or isinstance(fact.open_from, datetime):
        return fact.open_from
    return datetime.combine(fact.open_from, time(), fact.at.tzinfo or UTC)


def text_of(fact: EventFact) -> str:
    """Return what a row says of itself."""
    titles = (title for title, _ in fact.versions.values())
    return " ".join((fact.title, *titles, fact.place, fact.region, *fact.topics))


def latest(facts: Sequence[EventFact]) -> list[EventFact]:
    """Return the rows of the event that was last."""
    if not facts:
        return []
    last = max(facts, key=lambda fact: fact.at)
    return [fact for fact in facts if fact.uid == last.uid]


def alike(one: str, other: str) -> bool:
    """Tell whether two words are forms of one, or derived: "Praha" and "v Praze", "dopravní"."""
    if keys(one) & keys(other):
        return True
    one, other = fold(one), fold(other)
    same = min(len(one), len(other)) - _ENDING
    # "Praha" and "Praze", but not "Praze" and "pracovní".
    least = _SHORT if abs(len(one) - len(other)) <= 2 else _LONG
    return same >= least and one[:same] == other[:same]


def _tells(word: str) -> bool:
    plain = fold_same_length(word)
    is_general = plain in say.GENERAL_WORDS or say.GENERAL.match(plain)
    return not is_general and not say.IS_WHOM.match(plain)


def _for(facts: Sequence[EventFact], eligible: Sequence[str]) -> list[EventFact]:
    """Return the rows for one of these; where none says for whom it is, those that do not say."""
    said = [fact for fact in facts if set(fact.eligible) & set(eligible)]
    return said or [fact for fact in facts if not fact.eligible]


def _picked(facts: Sequence[EventFact], place: int) -> list[EventFact]:
    """Return the rows of one event, by its place in what was told."""
    order = list(dict.fromkeys(fact.uid for fact in facts))
    index = place - 1 if place > 0 else place
    if not -len(order) <= index < len(order):
        return list(facts)
    return [fact for fact in facts if fact.uid == order[index]]
