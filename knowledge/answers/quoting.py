"""Which sentences of a passage are quoted, and how far: whole lists, one row, to the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from knowledge.answers.evidence import TOP_SENTENCES, own_weights, top_sentences
from knowledge.answers.listing import (
    is_item,
    is_row,
    length,
    list_around,
    table_around,
)
from knowledge.answers.standing import repeats
from knowledge.documents import Chunk, Citation
from knowledge.questions.asking import wants_several
from knowledge.search.retrieval import Candidate, Found
from knowledge.sentences import line_start

#: Characters quoted of one passage; a single longer sentence is quoted whole.
_QUOTED = 480

#: A sentence is quoted only if it scores nearly as well as the best one.
_NEARLY = 0.06

#: A further sentence is quoted if it fits as well as the best one, or holds so much more of the
#: question's words (`docs/why.md`).
_ALIKE, _MORE = 0.02, 0.1

_MARKDOWN_EDGE = re.compile(r"^[\s|>#*+-]+|[\s|]+$")
_LAST_EDGE = re.compile(r"[\s|]+$")

#: Characters of a list that is quoted whole; of a longer one, a part around the best item.
_LISTED = 800

#: The same where a list is asked for.
_ASKED_LIST = 1800

#: What is not said to its end.
_OPEN_END = (",", ":")


def quote(found: Found) -> tuple[Citation, ...]:
    """Quote the best sentences of the best passage: one citation for each that stand together."""
    candidate = found.candidates[0]
    chosen = _chosen(candidate, own_weights(found.wanted), is_list=wants_several(found.question))
    runs: list[list[int]] = []
    for position in sorted(chosen):
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    runs.sort(key=lambda run: -max(candidate.sentence_scores[each] for each in run))
    return tuple(citation(candidate, run) for run in runs)


def _chosen(candidate: Candidate, weights: np.ndarray, *, is_list: bool) -> list[int]:
    """Return the sentences to quote: the best, and others that add to it while there is room.

    is_list: a list is asked for, which is then quoted as a whole.
    """
    best, *others = top_sentences(candidate, TOP_SENTENCES)
    most = _ASKED_LIST if is_list else _LISTED
    if is_row(candidate, best):
        rows = table_around(candidate, best, most=most, part=_QUOTED) if is_list else []
        return rows or [best]
    chosen = list_around(candidate, best, most=most, part=_QUOTED) or _to_its_end(candidate, best)
    if len(chosen) > 1:
        return chosen
    used = length(candidate, chosen)
    for position in [each for each in others if _adds(candidate, best, each, weights)]:
        used += len(candidate.sentences[position].text)
        if used <= _QUOTED:
            chosen.append(position)
    return chosen


def _adds(candidate: Candidate, best: int, position: int, weights: np.ndarray) -> bool:
    """Tell whether a further sentence stands by itself and says something that is asked for.

    That is: more of the question's words, or a piece of the kind asked for which the best
    sentence lacks; or it fits as well as the best.
    """
    is_part = is_item(candidate, position) or is_row(candidate, position)
    lag = candidate.sentence_scores[best] - candidate.sentence_scores[position]
    if is_part or candidate.sentences[position].text.rstrip().endswith(":") or lag > _NEARLY:
        return False
    if repeats(candidate.sentences[position].text, candidate.sentences[best].text):
        return False
    said = candidate.alone[: len(weights)]
    more = float(weights @ np.maximum(0.0, said[:, position] - said[:, best]))
    offers_more = candidate.offered[position] > candidate.offered[best]
    return bool(lag <= _ALIKE or more >= _MORE or offers_more)


def _to_its_end(candidate: Candidate, best: int) -> list[int]:
    """Return a sentence with what it goes on with, where a line broke it: "…," and the rest."""
    first = last = best
    texts = [each.text.strip() for each in candidate.sentences]
    while last + 1 < len(texts) and texts[last].endswith(_OPEN_END):
        last += 1
    while first > 0 and texts[first - 1].endswith(_OPEN_END):
        first -= 1
    run = list(range(first, last + 1))
    return run if length(candidate, run) <= _LISTED else [best]


def citation(candidate: Candidate, run: Sequence[int]) -> Citation:
    chunk = candidate.chunk
    start = candidate.sentences[run[0]].start
    end = candidate.sentences[run[-1]].end
    if len(run) > 1 and is_item(candidate, run[0]):
        # With its mark, as those after it.
        return cited(
            chunk, chunk.text[line_start(chunk.text, start) : end].strip(), edge=_LAST_EDGE
        )
    header = candidate.sentences[run[0]].context if is_row(candidate, run[0]) else ""
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
