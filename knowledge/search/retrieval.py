"""A question -> passages, best first.

Candidates come from the vectors of passages and sentences and from the lexical index; all of them
are then judged by the same signals: `docs/why.md` says which were measured and what they are worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.catalogue import Catalogue, Sentence
from knowledge.documents import Audience, Chunk, Passage
from knowledge.embeddings import query_vector
from knowledge.languages import detect, group, tokens
from knowledge.questions.asking import Kind, asked, matter
from knowledge.questions.terms import Terms
from knowledge.search.lexicon import Lexicon, Wanted
from knowledge.search.matching import cover
from knowledge.search.shelf import Prepared, Shelf
from knowledge.vectorstore import Hit

#: Vectors asked for in each collection, and candidates taken from them.
_NEAREST, _CANDIDATES = 64, 40

#: Candidates by words alone: rare tokens only, since common ones cost time and find nothing.
_LEXICAL, _RARE_TOKENS, _RARE_SHARE = 12, 12, 0.02

#: Chunks that the rare tokens may stand in altogether; in a large index "rare" is no few.
_RARE_CHUNKS = 600

#: Share of a language's mean similarity that is taken off (the model prefers the question's own).
_CORRECTION = 0.75

#: Passages from which on a language's own mean counts for half; below, a usual one is assumed.
_FEW = 8

#: By how much less similar a passage in another language usually is.
_OTHER_LANGUAGE_GAP = 0.025

#: What the signals are worth, fitted by cross-validation (`docs/why.md`).
WEIGHTS: Mapping[str, float] = {
    "sentence": 0.51,
    "passage": 0.49,
    "sentence_words": 0.06,
    "passage_words": 0.04,
    "kind": 0.03,
    "other_language": 0.026,
}

#: What the kind of answer is worth where a follow-up says nothing else: "a kdy?".
_KIND_ALONE = 0.12

#: What the heading right above a passage is worth against others of the same document, and how
#: much worse it may fit; other documents are not measured by it, their headings are of all sorts.
_HEADED, _HEADED_LAG = 0.05, 0.02

#: Passages of one document before those of others are preferred.
_PER_DOCUMENT = 2

#: Words of questions that no document has, whose vectors are kept: 1.7 kB each.
_UNKNOWN_WORDS = 1000


class Vectors(Protocol):
    """What is needed of the vector store."""

    def nearest(self, vector: np.ndarray, *, audience: Audience, limit: int) -> list[Hit]:
        """Return the nearest passages and sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a question led to, with all that later steps need."""

    question: str
    language: str
    wanted: Wanted
    kinds: tuple[Kind, ...]
    #: Of the question.
    vector: np.ndarray
    #: Best first, all candidates.
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A chunk that may answer, with everything that was measured about it."""

    chunk: Chunk
    score: float
    sentences: tuple[Sentence, ...]
    #: Of each sentence, as far as it alone is concerned.
    sentence_scores: np.ndarray
    #: Position of the best sentence.
    best: int
    #: Cosine to the question minus what is usual for the language, by sentence.
    similarities: np.ndarray
    #: Of the passage, and of each sentence as a row.
    passage_vector: np.ndarray
    vectors: np.ndarray
    #: Word of the question (row) in each sentence with its title, in it alone, in the passage.
    titled: np.ndarray
    alone: np.ndarray
    whole: np.ndarray
    #: Share of the kinds asked for that each sentence offers.
    offered: np.ndarray
    #: Share of the question that the heading right above it holds.
    heading: float = 0.0
    signals: Mapping[str, float]


class Retriever:
    """Answers with passages from one index."""

    def __init__(
        self, *, catalogue: Catalogue, vectors: Vectors, embeddings: Embeddings, terms: Terms
    ) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._embeddings = embeddings
        words, chunks, rows = catalogue.words()
        self._total = catalogue.count_chunks()
        self.lexicon = Lexicon(words, chunks, rows, total=self._total, terms=terms)
        self._means = {audience: catalogue.language_means(audience) for audience in Audience}
        self._shelf = Shelf(catalogue, self.lexicon)
        self._word_vectors: dict[str, np.ndarray] = {}

    def find(self, question: str, *, audience: Audience, context: str = "") -> Found:
        """Return all candidates for a question, judged. Blocking: call it in a thread.

        context: what was said before, where the question leans on it.
        """
        language = detect(question, detect(context, "cs"))
        whole = f"{context} {question}".strip()
        vector = query_vector(self._embeddings, self.lexicon.accented(whole))
        wanted = self.lexicon.wanted(
            matter(question), self._word_vector, self._catalogue.frequencies, context=context
        )
        kinds = asked(question)
        usual = self._usual(vector, language, audience)
        ids = self._candidates(whole, language, vector, usual, audience)
        chunks = self._shelf.take(ids)
        judged = self._judge(chunks, vector, wanted, kinds, usual, language)
        ordered = sorted(judged, key=lambda each: (-each.score, each.chunk.id))
        return Found(
            question=question,
            language=language,
            wanted=wanted,
            kinds=kinds,
            vector=vector,
            candidates=_under_its_heading(ordered),
        )

    def _candidates(
        self,
        question: str,
        language: str,
        vector: np.ndarray,
        usual: Mapping[str, tuple[float, float]],
        audience: Audience,
    ) -> list[str]:
        best: dict[str, float] = {}
        for hit in self._vectors.nearest(vector, audience=audience, limit=_NEAREST):
            passage, sentence = usual.get(hit.language, (0.0, 0.0))
            score = hit.similarity - (passage if hit.sentence is None else sentence)
            best[hit.chunk_id] = max(best.get(hit.chunk_id, -1.0), score)
        near = sorted(best, key=lambda each: -best[each])[:_CANDIDATES]
        return list(dict.fromkeys([*near, *self._by_words(question, language, audience)]))

    def _by_words(self, question: str, language: str, audience: Audience) -> list[str]:
        frequencies = self._catalogue.frequencies(tokens(question, language))
        most = max(2, self._total * _RARE_SHARE)
        rare = sorted((count, token) for token, count in frequencies.items() if 0 < count <= most)
        counts = accumulate(count for count, _ in rare)
        fitting = zip(rare[:_RARE_TOKENS], counts, strict=False)
        found = [token for (_, token), together in fitting if together <= _RARE_CHUNKS]
        return [each for each, _ in self._catalogue.lexical(found, audience.readable(), _LEXICAL)]

    def _usual(
        self, vector: np.ndarray, language: str, audience: Audience
    ) -> dict[str, tuple[float, float]]:
        """Return what is taken off the similarity of passages and of sentences, by language.

        The mean of few pages is noise: it is drawn towards what the larger languages suggest.
        """
        means = self._means[audience]
        if not means:
            return {}
        raw = {
            each: (float(mean.passages @ vector), float(mean.sentences @ vector))
            for each, mean in means.items()
        }
        largest = max(means, key=lambda each: means[each].count)
        usual = {}
        for each, mean in means.items():
            gap = _gap(each, largest, language)
            passage, sentence = (
                _CORRECTION * _shrunk(own, mean.count, reference + gap)
                for own, reference in zip(raw[each], raw[largest], strict=True)
            )
            usual[each] = (passage, sentence)
        return usual

    def _judge(
        self,
        chunks: Sequence[Prepared],
        vector: np.ndarray,
        wanted: Wanted,
        kinds: Sequence[Kind],
        usual: Mapping[str, tuple[float, float]],
        language: str,
    ) -> Iterable[Candidate]:
        covers = _covers(self.lexicon, wanted, chunks)
        for prepared, covered in zip(chunks, covers, strict=True):
            passage, sentence = usual.get(prepared.chunk.language, (0.0, 0.0))
            similarities = prepared.vectors @ vector
            measured = _Measured(
                passage=float(similarities[0] - passage),
                similarities=similarities[1:] - sentence,
                covers=covered,
                offered=prepared.offered(kinds),
                is_foreign=group(prepared.chunk.language) != group(language),
            )
            yield _candidate(prepared, measured, wanted)

    def _word_vector(self, word: str) -> np.ndarray:
        if word not in self._word_vectors:
            if len(self._word_vectors) >= _UNKNOWN_WORDS:
                self._word_vectors.clear()
            self._word_vectors[word] = query_vector(self._embeddings, word)
        return self._word_vectors[word]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Covers:
    """The question's words in a chunk."""

    whole: np.ndarray
    heading: np.ndarray
    alone: np.ndarray
    titled: np.ndarray


def _covers(lexicon: Lexicon, wanted: Wanted, chunks: Sequence[Prepared]) -> list[_Covers]:
    texts = [
        text
        for prepared in chunks
        for text in (prepared.title, prepared.whole, prepared.heading, *prepared.alone)
    ]
    found: np.ndarray = cover(lexicon, wanted, texts).found
    made: list[_Covers] = []
    place = 0
    for prepared in chunks:
        title, whole, heading = found[:, place : place + 3].T
        place += 3
        alone = found[:, place : place + len(prepared.alone)]
        place += len(prepared.alone)
        made.append(
            _Covers(
                whole=np.maximum(title, whole),
                heading=heading,
                alone=alone,
                titled=np.maximum(alone, title[:, None]),
            )
        )
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """A chunk compared with the question."""

    #: Similarities less what is usual for the language.
    passage: float
    similarities: np.ndarray
    covers: _Covers
    offered: np.ndarray
    is_foreign: bool


def _candidate(prepared: Prepared, measured: _Measured, wanted: Wanted) -> Candidate:
    covers, weights = measured.covers, wanted.weights
    worth = WEIGHTS if wanted.own else {**WEIGHTS, "kind": _KIND_ALONE}
    titled_share = weights @ covers.titled if len(weights) else np.zeros(len(prepared.sentences))
    scores = (
        worth["sentence"] * measured.similarities
        + worth["sentence_words"] * titled_share
        + worth["kind"] * measured.offered
    )
    best = int(np.argmax(scores))
    passage_share = float(weights @ covers.whole) if len(weights) else 0.0
    signals = {
        "passage": measured.passage,
        "sentence": float(measured.similarities[best]),
        "sentence_words": float(titled_share[best]),
        "passage_words": passage_share,
        "kind": float(measured.offered[best]),
        # Words are harder to find in another language: what is missing there says less.
        "other_language": (1.0 - passage_share) if measured.is_foreign else 0.0,
    }
    return Candidate(
        chunk=prepared.chunk,
        score=sum(worth[name] * value for name, value in signals.items()),
        sentences=prepared.sentences,
        sentence_scores=scores,
        best=best,
        similarities=measured.similarities,
        passage_vector=prepared.vectors[0],
        vectors=prepared.vectors[1:],
        titled=covers.titled,
        alone=covers.alone,
        whole=covers.whole,
        offered=measured.offered,
        heading=float(weights @ covers.heading) if len(weights) else 0.0,
        signals=signals,
    )


def _under_its_heading(ordered: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Put that passage of the best document first whose heading says what is asked for.

    Among those that fit nearly as well: what is under "Jak se stát členem" seldom says so again.
    """
    if not ordered:
        return ()
    best = ordered[0]
    own = [
        each
        for each in ordered
        if (each.chunk.url, each.chunk.title) == (best.chunk.url, best.chunk.title)
        and best.score - each.score <= _HEADED_LAG
    ]
    first = max(own, key=lambda each: each.score + _HEADED * each.heading)
    return (first, *(each for each in ordered if each is not first))


def _shrunk(own: float, count: int, expected: float) -> float:
    return (count * own + _FEW * expected) / (count + _FEW)


def _gap(language: str, reference: str, asked_in: str) -> float:
    """Return by how much a language is expected to lie above the reference."""
    foreign = group(language) != group(asked_in)
    reference_foreign = group(reference) != group(asked_in)
    return _OTHER_LANGUAGE_GAP * (int(reference_foreign) - int(foreign))


def passages(found: Found, limit: int) -> list[Passage]:
    """Return the best passages; after two of a document, others come first."""
    seen: Counter[tuple[str, str]] = Counter()
    first: list[Candidate] = []
    later: list[Candidate] = []
    for candidate in found.candidates:
        document = (candidate.chunk.url, candidate.chunk.title)
        (first if seen[document] < _PER_DOCUMENT else later).append(candidate)
        seen[document] += 1
    return [_passage(candidate) for candidate in [*first, *later][:limit]]


def _passage(candidate: Candidate) -> Passage:
    return Passage(
        chunk=candidate.chunk,
        score=candidate.score,
        sentence=candidate.sentences[candidate.best].text,
        signals=candidate.signals,
    )
