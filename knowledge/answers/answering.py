"""Found passages -> an extractive answer: the sentences that answer, quoted, with their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answers import standing
from knowledge.answers.confidence import Outcome, confidence, outcome
from knowledge.answers.evidence import TOP_SENTENCES, signals, top_sentences
from knowledge.answers.writing import Written
from knowledge.documents import Answer, Chunk, Citation, Mode
from knowledge.questions.conversation import Resolved
from knowledge.questions.eventquestions import speaks_of_the_past
from knowledge.search.lexicon import Lexicon
from knowledge.search.retrieval import Candidate, Found

#: Characters quoted of one passage; a single longer sentence is quoted whole.
_QUOTED = 480

#: A sentence is quoted only if it scores nearly as well as the best one.
_NEARLY = 0.06

#: Further documents named below an answer.
_RELATED = 2

#: How much worse a further document may fit; beyond, it is about something else.
_RELATED_LAG = 0.08

_MARKDOWN_EDGE = re.compile(r"^[\s|>#*+-]+|[\s|]+$")
_LAST_EDGE = re.compile(r"[\s|]+$")

#: Characters of a list that is quoted whole; of a longer one, a part around the best item.
_LISTED = 800

#: What an item of a list begins with.
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s")

#: What is not said to its end.
_OPEN_END = (",", ":")

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
    return Answer(
        question=question.text,
        language=language,
        mode=OUTCOME_MODES[result],
        answered=result is Outcome.ANSWERED,
        confidence=chance,
        citations=_with_standing(quote(found.candidates[0]), found, today),
        conflicts=_conflicts(found) if result is Outcome.ANSWERED else (),
        related=_related(found),
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
    cited = _citation(candidate, [candidate.best])
    return replace(cited, stale=_is_stale(candidate, found, today))


def _renumbered(text: str, numbers: Mapping[int, int]) -> str:
    return re.sub(r"\[(\d+)\]", lambda match: f"[{numbers[int(match[1])]}]", text)


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


def quote(candidate: Candidate) -> tuple[Citation, ...]:
    """Quote the best sentences of a passage: one citation for each that stand together."""
    chosen = _chosen(candidate)
    runs: list[list[int]] = []
    for position in sorted(chosen):
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    runs.sort(key=lambda run: -max(candidate.sentence_scores[each] for each in run))
    return tuple(_citation(candidate, run) for run in runs)


def _chosen(candidate: Candidate) -> list[int]:
    """Return the sentences to quote: the best, and others as good while there is room."""
    best, *others = top_sentences(candidate, TOP_SENTENCES)
    chosen = _list_around(candidate, best) or _to_its_end(candidate, best)
    if len(chosen) > 1:
        return chosen
    used = _length(candidate, chosen)
    for position in others:
        used += len(candidate.sentences[position].text)
        lag = candidate.sentence_scores[best] - candidate.sentence_scores[position]
        if used <= _QUOTED and lag <= _NEARLY:
            chosen.append(position)
    return chosen


def _list_around(candidate: Candidate, best: int) -> list[int]:
    """Return the list that a sentence stands in or introduces, with its introduction.

    Of a long list, the part around the sentence. Empty if there is no list.
    """
    begin = best if _is_item(candidate, best) else best + 1
    if begin != best and not candidate.sentences[best].text.rstrip().endswith(":"):
        return []
    first, last = begin, begin - 1
    while _is_item(candidate, last + 1):
        last += 1
    while _is_item(candidate, first - 1):
        first -= 1
    if last < first:
        return []
    if first > 0 and candidate.sentences[first - 1].text.rstrip().endswith(":"):
        first -= 1
    whole = list(range(first, last + 1))
    return whole if _length(candidate, whole) <= _LISTED else _near(candidate, best, whole)


def _near(candidate: Candidate, best: int, whole: Sequence[int]) -> list[int]:
    """Return the sentences around the best one, those after it first, as many as there is room."""
    first = last = best
    while True:
        steps = [(first, last + 1), (first - 1, last)]
        fitting = [
            (start, end)
            for start, end in steps
            if whole[0] <= start
            and end <= whole[-1]
            and _length(candidate, range(start, end + 1)) <= _QUOTED
        ]
        if not fitting:
            return list(range(first, last + 1))
        first, last = fitting[0]


def _to_its_end(candidate: Candidate, best: int) -> list[int]:
    """Return a sentence with what it goes on with, where a line broke it: "…," and the rest."""
    first = last = best
    texts = [each.text.strip() for each in candidate.sentences]
    while last + 1 < len(texts) and texts[last].endswith(_OPEN_END):
        last += 1
    while first > 0 and texts[first - 1].endswith(_OPEN_END):
        first -= 1
    run = list(range(first, last + 1))
    return run if _length(candidate, run) <= _LISTED else [best]


def _length(candidate: Candidate, positions: Iterable[int]) -> int:
    return sum(len(candidate.sentences[each].text) for each in positions)


def _is_item(candidate: Candidate, position: int) -> bool:
    if not 0 <= position < len(candidate.sentences):
        return False
    text, start = candidate.chunk.text, candidate.sentences[position].start
    return _ITEM.match(text, _line(text, start), start) is not None


def _line(text: str, position: int) -> int:
    """Return where the line of a position begins."""
    return text.rfind("\n", 0, position) + 1


def _citation(candidate: Candidate, run: Sequence[int]) -> Citation:
    chunk = candidate.chunk
    start = candidate.sentences[run[0]].start
    end = candidate.sentences[run[-1]].end
    if len(run) > 1 and _is_item(candidate, run[0]):
        # With its mark, as those after it.
        return _cited(chunk, chunk.text[_line(chunk.text, start) : end].strip(), edge=_LAST_EDGE)
    return _cited(chunk, chunk.text[start:end])


def _cited(chunk: Chunk, text: str, edge: re.Pattern[str] = _MARKDOWN_EDGE) -> Citation:
    return Citation(
        url=chunk.link,
        title=chunk.title,
        section=chunk.section,
        page=chunk.page,
        quote=edge.sub("", text),
        language=chunk.language,
        updated_at=chunk.updated_at,
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
        _citation(each, [each.best])
        for each in standing.newest_first(standing.contradicting(found))
    )


def _related(found: Found) -> tuple[Citation, ...]:
    """Return the best passages of further documents that are nearly as good."""
    best, *others = found.candidates
    seen = {(best.chunk.url, best.chunk.title)}
    related: list[Citation] = []
    for candidate in others:
        if best.score - candidate.score > _RELATED_LAG:
            break
        document = (candidate.chunk.url, candidate.chunk.title)
        if document not in seen and len(related) < _RELATED:
            seen.add(document)
            related.append(_citation(candidate, [candidate.best]))
    return tuple(related)
