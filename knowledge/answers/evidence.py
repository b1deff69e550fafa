"""What speaks for and against a found answer, as numbers that do not depend on the corpus's size.

The signals compare what the question asks for (kind of answer, each of its words, its numbers)
with what the best sentences offer, and the best passage with the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from knowledge.answers.listing import is_item
from knowledge.answers.naming import names_another
from knowledge.answers.numbering import numbers
from knowledge.answers.offering import Offered, offered
from knowledge.languages import fold
from knowledge.questions.asking import Kind, asking_words, fold_same_length
from knowledge.questions.terms import content_words, letters
from knowledge.search.lexicon import Lexicon, Wanted
from knowledge.search.retrieval import Candidate, Found

#: Sentences of the best passage that are looked at together.
TOP_SENTENCES = 3

#: A word that does not begin the question.
_INSIDE = re.compile(r"(?<=\w\s)\w+")

#: Up to the word that asks; what follows it is what is asked for.
_FOCUS = re.compile(
    r"\b(?:kdo|kto|koho|komu|kym|co|kdy|kedy|dokdy|dokedy|odkdy|kde|kam|odkud|odkial"
    r"|kol[ia][kg]\w*|kolko|jak\w*|ak[yaeo]|kter\w+|ktor\w+|proc|preco|cim|cem|ceho"
    r"|who|whom|whose|what|when|wen|where|which|why|how(?: m[ae]ny| much| long| big| often)?)\b"
)

#: Words after the asking word that belong to what is asked for.
_FOCUSED = 2

_ONE_LETTER = re.compile(r"\b[^\W\d_]\b")

#: Strength from which on a word counts as present.
_PRESENT = 0.4

#: What a share is taken for where there is nothing to share.
_UNTOLD = 0.6

#: Candidates that the best one is compared with.
_COMPARED = 20

NAMES = (
    "sentence",
    "passage",
    "apart",
    "over_passage",
    "margin",
    "lead",
    "titled",
    "alone",
    "whole",
    "missing",
    "absent",
    "elsewhere",
    "unknown",
    "other_language",
    "aspect",
    "aspect_best",
    "aspect_top",
    "aspect_whole",
    "aspect_least",
    "aspect_least_whole",
    "aspect_weak",
    "foreign_weak",
    "names",
    "numbers_missing",
    "focus",
    "focus_whole",
    "kind_told",
    "unoffered",
    "unoffered_best",
    "offered_aspect",
    "placed",
    "placed_focus",
    "counted",
)

#: Signals that are no matter of weights: whatever speaks for a passage, they speak against it.
AGAINST = ("another",)


def signals(found: Found, lexicon: Lexicon) -> dict[str, float]:
    """Return the signals of the best candidate, all about 0..1."""
    seen = _look(found, lexicon)
    another = {"another": float(names_another(found))}
    return {**_likeness(found, seen), **_words(seen), **_aspects(seen), **_kinds(seen), **another}


def top_sentences(candidate: Candidate, number: int) -> list[int]:
    """Return the positions of the best sentences, best first."""
    return [int(each) for each in np.argsort(-candidate.sentence_scores, kind="stable")[:number]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The best candidate, looked at with the question's own words in mind."""

    found: Found
    best: Candidate
    #: Positions of the best sentences, best first, and what they offer.
    top: list[int]
    offered: list[Offered]
    #: What each word weighs: in the question, and in what the title does not say already.
    weights: np.ndarray
    beyond_title: np.ndarray
    #: Strength of each word in each of the best sentences, and in the passage with its title.
    covered: np.ndarray
    whole: np.ndarray
    #: Which words are names or numbers; the others say what is asked about them.
    is_name: np.ndarray
    #: Which words say what kind of answer is asked for, where that kind is offered.
    is_met: np.ndarray
    known: np.ndarray
    foreign: bool

    @property
    def strongest(self) -> np.ndarray:
        """Return the strength of each word in the best of the sentences."""
        return np.asarray(self.covered.max(axis=1, initial=0.0))


def _look(found: Found, lexicon: Lexicon) -> _Seen:
    best = found.candidates[0]
    top = top_sentences(best, TOP_SENTENCES)
    weights = own_weights(found.wanted)
    own = len(weights)
    pieces = offered(found, lexicon, [best.sentences[each] for each in top])
    return _Seen(
        found=found,
        best=best,
        top=top,
        offered=pieces,
        weights=weights,
        beyond_title=_beyond_title(weights, best),
        covered=(best.titled if _is_listed(found) else best.alone)[:own, top],
        whole=best.whole[:own],
        is_name=_are_names(found),
        is_met=_are_met(found, pieces),
        known=found.wanted.known[:own],
        foreign=best.signals["other_language"] > 0.0,
    )


def _is_listed(found: Found) -> bool:
    """Tell whether an item is found for a question that asks for a list.

    What its items are is said once, above them: "Výhody členství".
    """
    best = found.candidates[0]
    return Kind.LIST in found.kinds and is_item(best, best.best)


def _likeness(found: Found, seen: _Seen) -> dict[str, float]:
    """Compare vectors: with the question, and with the other candidates."""
    best = seen.best
    return {
        "sentence": float(best.similarities[best.best]),
        "passage": best.signals["passage"],
        "apart": _apart(found, best),
        "over_passage": _over_passage(found, best),
        "margin": _margin(found),
        "lead": _lead(found),
    }


def _words(seen: _Seen) -> dict[str, float]:
    """Compare all words of the question with the sentences and the passage."""
    best, weights, whole = seen.best, seen.weights, seen.whole
    own = len(weights)
    titled = best.titled[:own, seen.top]
    return {
        "titled": float((weights @ titled).max(initial=0.0)),
        "alone": float((weights @ seen.covered).max(initial=0.0)),
        "whole": float(weights @ whole),
        "missing": float((weights * (1.0 - whole)).max(initial=0.0)),
        "absent": float(np.mean(whole < _PRESENT)) if own else 1.0,
        "elsewhere": float((weights * seen.known) @ (whole < _PRESENT)),
        "unknown": float(weights @ ~seen.known) if own else 1.0,
        "other_language": float(seen.foreign),
    }


def _aspects(seen: _Seen) -> dict[str, float]:
    """Compare what is asked about something apart from the names and numbers that say of what."""
    asked = ~seen.is_name & ~seen.is_met
    strongest = seen.strongest
    weights = seen.weights * asked
    weak = float(weights @ (strongest < _PRESENT))
    first = seen.covered[:, 0] if seen.covered.shape[1] else strongest
    return {
        "aspect": float((seen.beyond_title @ seen.covered).max(initial=0.0)),
        "aspect_best": _share(weights, first),
        "aspect_top": _share(weights, strongest),
        "aspect_whole": _share(weights, seen.whole),
        "aspect_least": float(strongest[asked].min()) if asked.any() else _UNTOLD,
        "aspect_least_whole": float(seen.whole[asked].min()) if asked.any() else _UNTOLD,
        "aspect_weak": weak,
        # Words are harder to find in another language: what is missing there says less.
        "foreign_weak": weak * seen.foreign,
        "names": _share(seen.weights * seen.is_name, seen.whole),
        "numbers_missing": _numbers_missing(seen),
    }


def _kinds(seen: _Seen) -> dict[str, float]:
    """Compare the kinds of answer that are asked for with the pieces that are offered."""
    told = bool(seen.found.kinds)
    news = [each.is_news for each in seen.offered]
    aspects = _share(seen.weights * ~seen.is_name * ~seen.is_met, seen.strongest)
    focus = _focus_rows(seen.found)
    rows = range(len(seen.weights))
    even = np.full(len(focus), 1.0 / max(1, len(focus)))
    return {
        "focus": float(seen.strongest[focus].min()) if focus else 0.5,
        "focus_whole": float(seen.whole[focus].min()) if focus else 0.5,
        "kind_told": float(told),
        "unoffered": float(told and not any(news)),
        "unoffered_best": float(told and not any(news[:1])),
        "offered_aspect": aspects * any(news),
        "placed": max(
            (each.closeness(rows, seen.beyond_title) for each in seen.offered), default=0
        ),
        "placed_focus": max((each.closeness(focus, even) for each in seen.offered), default=0),
        "counted": _counted(seen, focus),
    }


def own_weights(wanted: Wanted) -> np.ndarray:
    """Return the weights of the question's own words: its context is no evidence for it."""
    own = wanted.weights[: wanted.own or None]
    total = own.sum()
    return np.asarray(own / total if total > 0 else own)


def _beyond_title(weights: np.ndarray, best: Candidate) -> np.ndarray:
    """Return what each word weighs in what the title does not say already."""
    # The title's part: what a sentence has with its title beyond what it has alone, everywhere.
    beyond = (best.titled - best.alone)[: len(weights)]
    in_title = beyond.max(axis=1, initial=0.0) if len(weights) else weights
    left = weights * (1.0 - np.clip(in_title, 0.0, 1.0))
    total = left.sum()
    return np.asarray(left / total if total > 0.05 else weights)


def _are_names(found: Found) -> np.ndarray:
    """Tell of each word whether it is a name or a number."""
    names = {word.casefold() for word in _INSIDE.findall(found.question) if word[:1].isupper()}
    words = found.wanted.words[: found.wanted.own or None]
    return np.array(
        [word in names or len(word) == 1 or _has_digit(word) for word in words], dtype=bool
    )


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _are_met(found: Found, pieces: list[Offered]) -> np.ndarray:
    """Tell of each word whether a piece of the kind it asks for is offered."""
    words = found.wanted.words[: found.wanted.own or None]
    asking = asking_words(found.question) if any(each.is_news for each in pieces) else frozenset()
    return np.array([fold(word) in asking for word in words], dtype=bool)


def _share(weights: np.ndarray, strengths: np.ndarray) -> float:
    total = float(weights.sum())
    return float(weights @ strengths) / total if total > 1e-6 else _UNTOLD


def _numbers_missing(seen: _Seen) -> float:
    """Return the share of the question's numbers, and of letters, that the passage lacks."""
    question = seen.found.question
    wanted = numbers(question) | letters(question)
    if not wanted:
        return 0.0
    chunk = seen.best.chunk
    said = f"{chunk.title} {chunk.section} {chunk.text}"
    named = numbers(said) | {letter.casefold() for letter in _ONE_LETTER.findall(said)}
    return len(wanted - named) / len(wanted)


def _focus_rows(found: Found) -> list[int]:
    """Return the rows of the first words behind the asking word that can be looked for."""
    match = _FOCUS.search(fold_same_length(found.question))
    rest = found.question[match.end() :] if match else found.question
    own = found.wanted.words[: found.wanted.own]
    return [own.index(word) for word in content_words(rest) if word in own][:_FOCUSED]


def _counted(seen: _Seen, focus: list[int]) -> float:
    """Return how surely a number stands right before the thing that is to be counted."""
    # What is counted is seldom recognised in another language.
    if Kind.COUNT not in seen.found.kinds or not focus or seen.foreign:
        return 0.5
    return max((each.before(focus[0]) for each in seen.offered), default=0.0)


def _apart(found: Found, best: Candidate) -> float:
    """Return how alike question and sentence are in what sets the sentence apart from the rest."""
    if len(best.vectors) < 2:
        return 0.0
    shared = best.vectors.mean(axis=0)
    shared = shared / np.linalg.norm(shared)
    question = found.vector - (found.vector @ shared) * shared
    sentence = best.vectors[best.best]
    sentence = sentence - (sentence @ shared) * shared
    lengths = float(np.linalg.norm(question) * np.linalg.norm(sentence))
    return float(question @ sentence) / lengths if lengths > 1e-6 else 0.0


def _over_passage(found: Found, best: Candidate) -> float:
    """Return by how much more the sentence is like the question than its passage is."""
    return float(best.vectors[best.best] @ found.vector - best.passage_vector @ found.vector)


def _margin(found: Found) -> float:
    """Return by how much the best passage leads over the next document's."""
    best, *others = found.candidates
    for other in others:
        if (other.chunk.url, other.chunk.title) != (best.chunk.url, best.chunk.title):
            return best.score - other.score
    return 0.0


def _lead(found: Found) -> float:
    """Return by how much the best passage stands out among the first twenty."""
    scores = [each.score for each in found.candidates[:_COMPARED]]
    return float(scores[0] - np.mean(scores))
