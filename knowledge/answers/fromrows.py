"""Answers about dates from the scheduler's rows: what fits, else what there is instead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from knowledge.documents import Answer, Audience, EventFact, EventQuery, Mode, Turn
from knowledge.questions.conversation import leans
from knowledge.questions.eventfollowups import events_before, follow_event_question
from knowledge.questions.eventquestions import LONG_AGO, named_event, read_event_question
from knowledge.questions.eventrows import EventQuestion, Holds, latest, text_of
from knowledge.questions.reminding import without_wish

#: Looks up the scheduler's rows; handed in by bot/app.py.
Events = Callable[[EventQuery, Audience], Awaitable[list[EventFact]]]

#: What the scheduler's rows say is as sure as the calendars they come from.
_CONFIDENCE = 0.95

#: Rows that are told instead of what does not exist; and a follow-up may be about so many.
_INSTEAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfRows:
    """A question as it is put to the rows: by whom, when, after what."""

    question: str
    history: Sequence[Turn]
    audience: Audience
    language: str
    now: datetime
    zone: tzinfo
    #: What the message says shortly before the question, and of those who ask.
    background: str = ""
    who: str = ""

    def meant(self) -> EventQuestion | None:
        """Return which rows it asks for, None where it asks for none."""
        question = without_wish(self.question)
        wanted = read_event_question(f"{self.who} {question}".strip(), self.now, self.zone)
        if wanted is None and leans(question):
            return follow_event_question(self._said(), question, self.now, self.zone)
        return wanted

    def meant_before(self) -> EventQuestion | None:
        """Return which rows were spoken of before, if the question leans on that."""
        if not leans(without_wish(self.question)):
            return None
        return events_before(self._said(), self.now, self.zone)

    def _said(self) -> list[str]:
        return [turn.text for turn in self.history if turn.role == "user"]


class Rows:
    """Answers from rows. `holds` tells in what a row says whether the words asked for stand."""

    def __init__(self, events: Events, holds: Holds | None = None) -> None:
        self._events = events
        self._holds = holds

    async def answer(self, asked: AskedOfRows) -> Answer | None:
        """Return what the rows say; None where documents are to answer."""
        wanted = asked.meant()
        while wanted is not None and not wanted.weak:
            answer = await self._answer(wanted, asked)
            if answer is not None:
                return answer
            wanted = wanted.looser()
        return None

    async def otherwise(self, asked: AskedOfRows) -> Answer | None:
        """Return what rows say to a question that the documents have no answer to.

        That is rows that were asked for in passing, or those ahead where what was is asked for;
        and for a question beyond doubt about rows, that nothing fits, and what comes next.
        """
        wanted = asked.meant()
        if wanted is None:
            return await self._not_told(asked)
        named = await self._in_part(asked)
        if named is not None:
            return named
        if wanted.weak:
            return await self._answer(wanted, asked)
        ahead = wanted.still_ahead(asked.now)
        # Only what is named in the same words: another one of the kind is no answer.
        facts = await Rows(self._events)._find(ahead, asked) if ahead else []
        if ahead and facts:
            return _told(asked, ahead.query, facts)
        if wanted.sure and not wanted.query.past:
            return await self._nothing(wanted, asked, answered=False)
        return None

    async def spoken_of(self, asked: AskedOfRows) -> list[EventFact]:
        """Return the few rows that were spoken of before and the question leans on."""
        wanted = asked.meant_before()
        facts = await self._find(wanted, asked) if wanted else []
        return facts if len({fact.uid for fact in facts}) <= _INSTEAD else []

    async def _not_told(self, asked: AskedOfRows) -> Answer | None:
        """Return the rows that a follow-up is about which asks what they do not tell."""
        wanted = asked.meant_before()
        facts = await self._find(wanted, asked) if wanted else []
        if wanted is None or not facts or len({fact.uid for fact in facts}) > _INSTEAD:
            return await self._in_part(asked)
        return _told(asked, wanted.query, facts, answered=False)

    async def _in_part(self, asked: AskedOfRows) -> Answer | None:
        """Return the few rows that are named, and of which something else is asked."""
        wanted = named_event(asked.question, asked.now, asked.zone)
        if wanted is None:
            return None
        query = replace(wanted.query, words=())
        facts = wanted.kept(await self._events(query, asked.audience), asked.now)
        if not facts or len({fact.uid for fact in facts}) > _INSTEAD:
            return None
        return _told(asked, wanted.query, facts, answered=False)

    async def _answer(self, wanted: EventQuestion, asked: AskedOfRows) -> Answer | None:
        facts = await self._find(wanted, asked)
        if facts:
            return _told(asked, wanted.query, facts)
        over = wanted.before(asked.now - LONG_AGO, asked.now)
        facts = latest(await self._find(over, asked)) if over else []
        if over and facts and (wanted.named or wanted.query.asks_state):
            return _told(asked, over.query, facts)
        if facts:
            return _told(asked, wanted.query, (), instead=facts)
        later = wanted.at_any_time(asked.now)
        others = await self._find(later, asked) if later and not wanted.general else []
        if others:
            return _told(asked, wanted.query, (), instead=others[:_INSTEAD])
        return await self._nothing(wanted, asked) if wanted.general else None

    async def _nothing(
        self, wanted: EventQuestion, asked: AskedOfRows, *, answered: bool = True
    ) -> Answer | None:
        """Return that nothing fits, if rows of these kinds are kept at all."""
        query = replace(
            wanted.query, start=asked.now, end=None, words=(), eligible=(), inhabitants=None
        )
        planned = replace(query, state="", aspect="any")
        found = await self._events(replace(query, limit=None), asked.audience)
        found = found or await self._events(replace(planned, limit=None), asked.audience)
        if not found:
            found = await self._last(planned, asked)
        if not found:
            return None
        first = [fact for fact in found if fact.uid == found[0].uid][:1]
        return _told(asked, wanted.query, (), instead=first, answered=answered)

    async def _last(self, query: EventQuery, asked: AskedOfRows) -> list[EventFact]:
        """Return what was last of these kinds."""
        past = replace(query, start=asked.now - LONG_AGO, end=asked.now, limit=None)
        return latest(await self._events(past, asked.audience))

    async def _find(self, wanted: EventQuestion, asked: AskedOfRows) -> list[EventFact]:
        """Return the rows that hold all the words, as they are written or in other words."""
        query = replace(wanted.query, limit=None)
        facts = wanted.kept(await self._events(query, asked.audience), asked.now)
        if facts or not query.words or self._holds is None:
            return facts
        every = await self._events(replace(query, words=()), asked.audience)
        meant = [fact for fact in every if self._holds(query.words, text_of(fact))]
        return replace(wanted, named=False).kept(meant, asked.now)


def _told(
    asked: AskedOfRows,
    query: EventQuery,
    facts: Sequence[EventFact],
    *,
    instead: Sequence[EventFact] = (),
    answered: bool = True,
) -> Answer:
    return Answer(
        question=asked.question,
        language=asked.language,
        mode=Mode.EVENTS,
        answered=answered,
        confidence=_CONFIDENCE if answered else 1.0 - _CONFIDENCE,
        events=tuple(facts),
        event_query=query,
        instead=tuple(instead),
        searched_for=asked.question,
    )
