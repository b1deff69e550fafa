"""A found answer -> what would have been found if nobody had written it down.

Such near misses (right topic, the asked-for detail missing) are what a confidence has to refuse,
and there are as many of them as there are questions with an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from knowledge.documents import Chunk
from knowledge.measuring.evaluation import contains
from knowledge.search.retrieval import WEIGHTS, Candidate, Found

#: Chunks and texts they are left with -> by how much each is now more similar to the question.
Change = Callable[[Sequence[tuple[Chunk, str]]], Sequence[float]]


def without_sentences(found: Found, key: Collection[str], change: Change) -> Found:
    """Return what is found if every sentence that holds an expected fact is taken out."""
    kept = [(each, _kept(each, key)) for each in found.candidates]
    cut = [(each, rows) for each, rows in kept if 0 < len(rows) < len(each.sentences)]
    texts = [(each.chunk, " ".join(each.sentences[row].text for row in rows)) for each, rows in cut]
    changes = change(texts) if texts else ()
    whole = [each for each, rows in kept if len(rows) == len(each.sentences)]
    shortened = (
        _shortened(found, candidate, rows, text, difference)
        for (candidate, rows), (_, text), difference in zip(cut, texts, changes, strict=True)
    )
    return _ordered(found, [*whole, *shortened])


def without_pages(found: Found, key: Collection[str], urls: Collection[str]) -> Found:
    """Return what is found if the pages with the answer do not exist."""
    left = [
        each
        for each in found.candidates
        if each.chunk.url not in urls and len(_kept(each, key)) == len(each.sentences)
    ]
    return _ordered(found, left)


def _ordered(found: Found, candidates: Iterable[Candidate]) -> Found:
    ordered = sorted(candidates, key=lambda each: (-each.score, each.chunk.id))
    return replace(found, candidates=tuple(ordered))


def _kept(candidate: Candidate, key: Collection[str]) -> list[int]:
    """Return the positions of sentences without an expected fact; none if the title tells it."""
    if contains(candidate.chunk.title, key):
        return []
    return [n for n, each in enumerate(candidate.sentences) if not contains(each.text, key)]


def _shortened(
    found: Found, candidate: Candidate, rows: list[int], text: str, change: float
) -> Candidate:
    """Judge a candidate anew by the sentences that are left, as retrieval would."""
    titled, alone = candidate.titled[:, rows], candidate.alone[:, rows]
    weights = found.wanted.weights
    whole = titled.max(axis=1, initial=0.0)
    scores = candidate.sentence_scores[rows]
    best = int(np.argmax(scores))
    share = float(weights @ whole) if len(weights) else 0.0
    foreign = candidate.signals["other_language"] > 0.0
    signals = {
        "passage": candidate.signals["passage"] + change,
        "sentence": float(candidate.similarities[rows][best]),
        "sentence_words": float(weights @ titled[:, best]) if len(weights) else 0.0,
        "passage_words": share,
        "kind": float(candidate.offered[rows][best]),
        "other_language": (1.0 - share) if foreign else 0.0,
    }
    return replace(
        candidate,
        chunk=replace(candidate.chunk, text=text),
        score=sum(WEIGHTS[name] * value for name, value in signals.items()),
        sentences=tuple(candidate.sentences[row] for row in rows),
        sentence_scores=scores,
        best=best,
        similarities=candidate.similarities[rows],
        vectors=candidate.vectors[rows],
        titled=titled,
        alone=alone,
        whole=whole,
        offered=candidate.offered[rows],
        signals=signals,
    )
