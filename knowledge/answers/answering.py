"""Found passages -> an extractive answer: the sentences that answer, quoted, with their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answers import standing
from knowledge.answers.confidence import Outcome, confidence, outcome
from knowledge.answers.evidence import signals
from knowledge.answers.gathering import gathered
from knowledge.answers.quoting import citation, quote
from knowledge.answers.writing import Written
from knowledge.documents import Answer, Chunk, Citation, Mode
from knowledge.questions.conversation import Resolved
from knowledge.questions.eventquestions import speaks_of_the_past
from knowledge.search.lexicon import Lexicon
from knowledge.search.retrieval import Candidate, Found

#: Further documents named below an answer.
_RELATED = 2

#: How much worse a further document may fit; beyond, it is about something else.
_RELATED_LAG = 0.08

OUTCOME_MODES = {
    Outcome.ANSWERED: Mode.EXTRACTIVE,
    Outcome.NEAREST: Mode.NEAREST,
    Outcome.NONE: Mode.NONE,
}


def extract(
    question: Resolved,
    found: Found,
    lexicon: Lexicon,
    *,
    language: str,
    searched: int,
    today: date,
) -> Answer:
    """Answer by quoting the best passage, as far as it can be trusted to answer."""
    if not found.candidates:
        return nothing(question, language=language, searched=searched)
    evidence = signals(found, lexicon)
    chance = confidence(evidence)
    result = outcome(evidence)
    if result is Outcome.NONE:
        return Answer(
            question=question.text,
            language=language,
            mode=Mode.NONE,
            answered=False,
            confidence=chance,
            searched_for=question.whole,
            searched_documents=searched,
        )
    is_answer = result is Outcome.ANSWERED
    conflicts = _conflicts(found) if is_answer else ()
    quoted = (*quote(found), *(gathered(found, lexicon) if is_answer else ()))
    return Answer(
        question=question.text,
        language=language,
        mode=OUTCOME_MODES[result],
        answered=is_answer,
        confidence=chance,
        citations=_with_standing(quoted, found, today),
        conflicts=conflicts,
        related=_related(found, (*conflicts, *quoted)),
        searched_for=question.whole,
        searched_documents=searched,
    )


def written(extracted: Answer, by_model: Written, found: Found, today: date) -> Answer:
    """Return the answer as the model wrote it; its marks count the citations."""
    numbers = {old: new for new, old in enumerate(sorted(by_model.checked.used), start=1)}
    return replace(
        extracted,
        mode=Mode.GENERATED,
        answered=True,
        written=_renumbered(by_model.checked.text, numbers),
        citations=tuple(_whole(by_model.chunks[old - 1], found, today) for old in numbers),
    )


def _whole(chunk: Chunk, found: Found, today: date) -> Citation:
    """Cite a passage by its best sentence, and say whether it still stands."""
    candidate = next(each for each in found.candidates if each.chunk == chunk)
    cited = citation(candidate, [candidate.best])
    return replace(cited, stale=_is_stale(candidate, found, today))


def _renumbered(text: str, numbers: Mapping[int, int]) -> str:
    return re.sub(r"\[(\d+)\]", lambda match: f"[{numbers[int(match[1])]}]", text)


def as_nearest(answer: Answer) -> Answer:
    """Return an answer as no more than the nearest that was found."""
    if answer.mode is not Mode.EXTRACTIVE:
        return answer
    return replace(answer, mode=Mode.NEAREST, answered=False, conflicts=())


def nothing(question: Resolved, *, language: str, searched: int) -> Answer:
    """Answer that there is nothing at all."""
    return Answer(
        question=question.text,
        language=language,
        mode=Mode.NONE,
        answered=False,
        confidence=0.0,
        searched_for=question.whole,
        searched_documents=searched,
    )


def _with_standing(
    citations: Sequence[Citation], found: Found, today: date
) -> tuple[Citation, ...]:
    is_stale = _is_stale(found.candidates[0], found, today)
    return tuple(replace(each, stale=is_stale) for each in citations)


def _is_stale(candidate: Candidate, found: Found, today: date) -> bool:
    others = [each for each in found.candidates if each is not candidate]
    # Who asks what was, knows that it is over.
    is_over = standing.is_over(candidate.chunk, today) and not speaks_of_the_past(
        found.question, today
    )
    return is_over or standing.is_superseded(candidate, others, found.question)


def _conflicts(found: Found) -> tuple[Citation, ...]:
    """Quote sources that contradict each other, newest first."""
    return tuple(
        citation(each, [each.best]) for each in standing.newest_first(standing.contradicting(found))
    )


def _related(found: Found, shown: Sequence[Citation]) -> tuple[Citation, ...]:
    """Return the best passages of further documents that are nearly as good."""
    best, *others = found.candidates
    seen = {(best.chunk.url, best.chunk.title)}
    seen |= {(each.url, each.title) for each in shown}
    related: list[Citation] = []
    for candidate in others:
        if best.score - candidate.score > _RELATED_LAG:
            break
        document = (candidate.chunk.url, candidate.chunk.title)
        if document not in seen and len(related) < _RELATED:
            seen.add(document)
            related.append(citation(candidate, [candidate.best]))
    return tuple(related)
