"""What speaks for and against a found answer, as numbers that do not depend on the corpus's size.

The signals compare what the question asks for (kind of answer, each of its words) with what the
best sentences offer, and the best passage with the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from knowledge.questions.asking import Kind, fold_same_length, offers
from knowledge.questions.terms import content_words
from knowledge.search.lexicon import Lexicon, Wanted
from knowledge.search.matching import cover
from knowledge.search.retrieval import Candidate, Found

#: Sentences of the best passage that are looked at together.
TOP_SENTENCES = 3

#: Tokens within which a number or a name belongs to a word.
_REACH = 6.0

#: Kinds whose pieces stand close to the words they belong to.
_PLACED = (Kind.DATE, Kind.MONEY, Kind.COUNT, Kind.SHARE, Kind.MEASURE, Kind.PERSON, Kind.PLACE)

_TOKEN = re.compile(r"\w+")

#: A word that does not begin the question.
_INSIDE = re.compile(r"(?<=\w\s)\w+")

#: Up to the word that asks; what follows it is what is asked for.
_FOCUS = re.compile(
    r"\b(?:kdo|koho|komu|kym|co|kdy|dokdy|odkdy|kde|kam|odkud|kol[ia][kg]\w*|jak\w*|kter\w+|proc|cim|cem|ceho"
    r"|who|whom|whose|what|when|wen|where|which|why|how(?: m[ae]ny| much| long| big)?)\b"
)

#: Words after the asking word that belong to what is asked for.
_FOCUSED = 2

#: Strength from which on a word counts as present.
_PRESENT = 0.4

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
    "focus",
    "focus_whole",
    "absent",
    "elsewhere",
    "together",
    "other_language",
)


def signals(found: Found, lexicon: Lexicon) -> dict[str, float]:
    """Return the signals of the best candidate, all about 0..1."""
    best = found.candidates[0]
    top = top_sentences(best, TOP_SENTENCES)
    weights = _own_weights(found.wanted)
    own = len(weights)
    known = found.wanted.known[:own]
    covered = best.alone[:own, top]
    whole = best.whole[:own]
    aspect = _aspect(weights, best)
    offered = best.offered[top] if found.kinds else np.zeros(len(top))
    texts = [best.sentences[each].text for each in top]
    return {
        "sentence": float(best.similarities[best.best]),
        "passage": best.signals["passage"],
        "titled": float((weights @ best.titled[:own, top]).max(initial=0.0)),
        "alone": float((weights @ covered).max(initial=0.0)),
        "whole": float(weights @ whole),
        "missing": float((weights * (1.0 - whole)).max(initial=0.0)),
        "aspect": float((aspect @ covered).max(initial=0.0)),
        "offered": float(offered.max()),
        "together": float((offered * (aspect @ covered)).max(initial=0.0)),
        "placed": _placed(found, lexicon, texts, aspect),
        "counted": _counted(found, lexicon, texts),
        "margin": _margin(found),
        "lead": _lead(found),
        "names": _names(found),
        "unknown": float(weights @ ~known) if own else 1.0,
        "kind_told": float(bool(found.kinds)),
        **_focus(found, covered),
        "absent": float(np.mean(whole < _PRESENT)) if own else 1.0,
        "elsewhere": float((weights * known) @ (whole < _PRESENT)),
        "other_language": float(best.signals["other_language"] > 0.0),
    }


def _own_weights(wanted: Wanted) -> np.ndarray:
    """Return the weights of the question's own words: its context is no evidence for it."""
    own = wanted.weights[: wanted.own or None]
    total = own.sum()
    return np.asarray(own / total if total > 0 else own)


def _focus(found: Found, covered: np.ndarray) -> dict[str, float]:
    """Return how far what is asked for itself, the words behind the asking word, is there."""
    words = _focus_words(found)
    if not words:
        return {"focus": 0.5, "focus_whole": 0.5}
    rows = [found.wanted.words.index(word) for word in words]
    return {
        "focus": float(covered[rows].max(axis=1, initial=0.0).min()),
        "focus_whole": float(found.candidates[0].whole[rows].min()),
    }


def _focus_words(found: Found) -> list[str]:
    """Return the first words behind the asking word that can be looked for."""
    match = _FOCUS.search(fold_same_length(found.question))
    rest = found.question[match.end() :] if match else found.question
    return [word for word in content_words(rest) if word in found.wanted.words[: found.wanted.own]][
        :_FOCUSED
    ]


def top_sentences(candidate: Candidate, number: int) -> list[int]:
    """Return the positions of the best sentences, best first."""
    return [int(each) for each in np.argsort(-candidate.sentence_scores, kind="stable")[:number]]


def _aspect(weights: np.ndarray, best: Candidate) -> np.ndarray:
    """Return what each word weighs in what the title does not say already."""
    # The title's part: what a sentence has with its title beyond what it has alone, everywhere.
    beyond = (best.titled - best.alone)[: len(weights)]
    in_title = beyond.max(axis=1, initial=0.0) if len(weights) else weights
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
    near = (strengths[: len(aspect)] * np.exp(-distance / _REACH)).max(axis=1)
    return float(aspect @ near)


def _counted(found: Found, lexicon: Lexicon, texts: Sequence[str]) -> float:
    """Return how surely a number stands right before the thing that is to be counted."""
    words = _focus_words(found)
    if Kind.COUNT not in found.kinds or not words:
        return 0.5
    row = found.wanted.words.index(words[0])
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
    return cover(lexicon, wanted, list(lexicon.ids(tokens)[:, None])).found


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
    names = {word.casefold() for word in _INSIDE.findall(found.question) if word[:1].isupper()}
    named = [
        index
        for index, word in enumerate(found.wanted.words[: found.wanted.own])
        if word in names or any(letter.isdigit() for letter in word)
    ]
    return float(np.mean([best.whole[index] for index in named])) if named else 0.5
