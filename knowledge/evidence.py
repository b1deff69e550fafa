"""What speaks for and against a found answer, as numbers that do not depend on the corpus's size.

The signals compare what the question asks for (kind of answer, each of its words) with what the
best sentences offer, and the best passage with the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from knowledge.asking import Kind, fold_same_length, offers
from knowledge.lexicon import Lexicon, Wanted
from knowledge.matching import cover, text_words
from knowledge.retrieval import Candidate, Found

#: Sentences of the best passage that are looked at together.
TOP_SENTENCES = 3

#: Tokens within which a number or a name belongs to a word.
_REACH = 6.0

#: Kinds whose pieces stand close to the words they belong to.
_PLACED = (Kind.DATE, Kind.MONEY, Kind.COUNT, Kind.SHARE, Kind.MEASURE, Kind.PERSON, Kind.PLACE)

_TOKEN = re.compile(r"\w+")
_COUNTED = re.compile(r"\b(?:kol[ia][kg]\w*|how m[ae]ny|number of|pocet)\s+(?:\w+\s+)?(\w+)")

NAMES = (
    "sentence",
    "passage",
    "titled",
    "alone",
    "whole",
    "missing",
    "aspect",
    "offered",
    "placed",
    "counted",
    "margin",
    "lead",
    "names",
    "unknown",
    "kind_told",
    "other_language",
)


def signals(found: Found, lexicon: Lexicon) -> dict[str, float]:
    """Return the signals of the best candidate, all about 0..1."""
    best = found.candidates[0]
    wanted = found.wanted
    top = top_sentences(best, TOP_SENTENCES)
    weights = wanted.weights
    covered = best.alone[:, top]
    aspect = _aspect(weights, best)
    offered = bool(found.kinds) and max(float(best.offered[each]) for each in top)
    texts = [best.sentences[each].text for each in top]
    return {
        "sentence": float(best.similarities[best.best]),
        "passage": best.signals["passage"],
        "titled": float((weights @ best.titled[:, top]).max(initial=0.0)),
        "alone": float((weights @ covered).max(initial=0.0)),
        "whole": float(weights @ best.whole),
        "missing": float((weights * (1.0 - best.whole)).max(initial=0.0)),
        "aspect": float((aspect @ covered).max(initial=0.0)),
        "offered": float(offered),
        "placed": _placed(found, lexicon, texts, aspect),
        "counted": _counted(found, lexicon, texts),
        "margin": _margin(found),
        "lead": _lead(found),
        "names": _names(found),
        "unknown": float(weights @ ~wanted.known) if len(weights) else 1.0,
        "kind_told": float(bool(found.kinds)),
        "other_language": best.signals["other_language"],
    }


def top_sentences(candidate: Candidate, number: int) -> list[int]:
    """Return the positions of the best sentences, best first."""
    return [int(each) for each in np.argsort(-candidate.sentence_scores, kind="stable")[:number]]


def _aspect(weights: np.ndarray, best: Candidate) -> np.ndarray:
    """Return what each word weighs in what the title does not say already."""
    # The title's part: what a sentence has with its title beyond what it has alone, everywhere.
    in_title = (best.titled - best.alone).max(axis=1, initial=0.0) if len(weights) else weights
    left = weights * (1.0 - np.clip(in_title, 0.0, 1.0))
    total = left.sum()
    return np.asarray(left / total if total > 0.05 else weights)


def _placed(found: Found, lexicon: Lexicon, texts: Sequence[str], aspect: np.ndarray) -> float:
    """Return how close pieces of the kinds asked for stand to the words they should belong to."""
    kinds = [kind for kind in found.kinds if kind in _PLACED]
    if not kinds or not len(aspect):
        return 0.0
    best = 0.0
    for text in texts:
        tokens = [match.start() for match in _TOKEN.finditer(text)]
        strengths = _by_token(found.wanted, lexicon, text)
        for kind in kinds:
            for offer in offers(text, kind):
                places = [n for n, at in enumerate(tokens) if offer.start <= at < offer.end]
                if places:
                    best = max(best, _closeness(strengths, aspect, places))
    return best


def _closeness(strengths: np.ndarray, aspect: np.ndarray, places: Sequence[int]) -> float:
    numbers = np.arange(strengths.shape[1])
    distance = np.maximum(0, np.maximum(places[0] - numbers, numbers - places[-1]))
    return float(aspect @ (strengths * np.exp(-distance / _REACH)).max(axis=1))


def _counted(found: Found, lexicon: Lexicon, texts: Sequence[str]) -> float:
    """Return how surely a number stands right before the thing that is to be counted."""
    match = _COUNTED.search(fold_same_length(found.question))
    if Kind.COUNT not in found.kinds or match is None:
        return 0.5
    start = match.start(1)
    word = found.question[start : match.end(1)].casefold()
    if word not in found.wanted.words:
        return 0.5
    row = found.wanted.words.index(word)
    best = 0.0
    for text in texts:
        tokens = [each.start() for each in _TOKEN.finditer(text)]
        strengths = _by_token(found.wanted, lexicon, text)[row]
        for offer in offers(text, Kind.COUNT):
            place = next((n for n, at in enumerate(tokens) if at >= offer.start), None)
            if place is not None:
                best = max(best, float(strengths[max(0, place - 2) : place + 5].max(initial=0.0)))
    return best


def _by_token(wanted: Wanted, lexicon: Lexicon, text: str) -> np.ndarray:
    """Return the strength of each word of the question (row) in each token (column)."""
    tokens = [match.group().casefold() for match in _TOKEN.finditer(text)]
    return cover(lexicon, wanted, [text_words(token) for token in tokens]).found


def _margin(found: Found) -> float:
    """Return by how much the best passage leads over the next document's."""
    best, *others = found.candidates
    for other in others:
        if (other.chunk.url, other.chunk.title) != (best.chunk.url, best.chunk.title):
            return best.score - other.score
    return 0.0


def _lead(found: Found) -> float:
    """Return by how much the best passage stands out among the first twenty."""
    scores = [each.score for each in found.candidates[:20]]
    return float(scores[0] - np.mean(scores))


def _names(found: Found) -> float:
    """Return the share of the question's names and numbers that the passage holds."""
    best = found.candidates[0]
    named = [
        index
        for index, word in enumerate(found.wanted.words)
        if any(letter.isdigit() for letter in word) or _is_name(word, found.question)
    ]
    return float(np.mean([best.whole[index] for index in named])) if named else 0.5


def _is_name(word: str, question: str) -> bool:
    match = re.search(rf"(?<=\w\s)(?i:{re.escape(word)})\b", question)
    return match is not None and match.group()[:1].isupper()
