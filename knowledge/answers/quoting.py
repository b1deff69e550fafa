"""Which sentences of a passage are quoted, and how far: whole lists, one row, to the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from knowledge.answers.evidence import TOP_SENTENCES, top_sentences
from knowledge.documents import Chunk, Citation
from knowledge.search.retrieval import Candidate

#: Characters quoted of one passage; a single longer sentence is quoted whole.
_QUOTED = 480

#: A sentence is quoted only if it scores nearly as well as the best one.
_NEARLY = 0.06

_MARKDOWN_EDGE = re.compile(r"^[\s|>#*+-]+|[\s|]+$")
_LAST_EDGE = re.compile(r"[\s|]+$")

#: Characters of a list that is quoted whole; of a longer one, a part around the best item.
_LISTED = 800

#: What an item of a list begins with.
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s")

#: What is not said to its end.
_OPEN_END = (",", ":")


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
    return tuple(citation(candidate, run) for run in runs)


def _chosen(candidate: Candidate) -> list[int]:
    """Return the sentences to quote: the best, and others as good while there is room."""
    best, *others = top_sentences(candidate, TOP_SENTENCES)
    if _is_row(candidate, best):
        return [best]
    chosen = _list_around(candidate, best) or _to_its_end(candidate, best)
    if len(chosen) > 1:
        return chosen
    used = _length(candidate, chosen)
    for position in [each for each in others if _adds(candidate, each)]:
        used += len(candidate.sentences[position].text)
        lag = candidate.sentence_scores[best] - candidate.sentence_scores[position]
        if used <= _QUOTED and lag <= _NEARLY:
            chosen.append(position)
    return chosen


def _adds(candidate: Candidate, position: int) -> bool:
    """Tell whether a further sentence can stand by itself: no row, item or introduction."""
    is_part = _is_item(candidate, position) or _is_row(candidate, position)
    return not is_part and not candidate.sentences[position].text.rstrip().endswith(":")


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


def _is_row(candidate: Candidate, position: int) -> bool:
    return candidate.sentences[position].text.lstrip().startswith("|")


def _line(text: str, position: int) -> int:
    """Return where the line of a position begins."""
    return text.rfind("\n", 0, position) + 1


def citation(candidate: Candidate, run: Sequence[int]) -> Citation:
    chunk = candidate.chunk
    start = candidate.sentences[run[0]].start
    end = candidate.sentences[run[-1]].end
    if len(run) > 1 and _is_item(candidate, run[0]):
        # With its mark, as those after it.
        return cited(chunk, chunk.text[_line(chunk.text, start) : end].strip(), edge=_LAST_EDGE)
    header = candidate.sentences[run[0]].context if _is_row(candidate, run[0]) else ""
    return cited(chunk, chunk.text[start:end], header=header)


def cited(
    chunk: Chunk, text: str, edge: re.Pattern[str] = _MARKDOWN_EDGE, header: str = ""
) -> Citation:
    return Citation(
        url=chunk.link,
        title=chunk.title,
        section=chunk.section,
        page=chunk.page,
        quote=edge.sub("", text),
        language=chunk.language,
        updated_at=chunk.updated_at,
        header=header,
    )
