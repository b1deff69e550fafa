"""The words of an index with their vectors: which words of a text stand for those of a question.

Word vectors of the embedding model, centred, are alike for inflected forms, for words spelled
wrongly and, less so, for translations; the term list adds what they do not know. A word that the
index does not hold is taken for the nearest spelling that it does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.languages import detect, fold
from knowledge.terms import Alternatives, Terms, content_words, keys

#: Cosines of centred word vectors: below the first no relation, from the second on the same.
_UNRELATED, _SAME = 0.35, 0.75

#: What an equivalent of the term list counts for, and what a corrected spelling does.
_TERM, _SPELLING = 0.9, 0.85

#: Share of character 4-grams from which an unknown word is taken for a known one.
_ALIKE = 0.45

_ASCII_WORD = re.compile(r"[A-Za-z]{2,}")

#: Asking words, which an index may hold without their accents by chance or not at all.
_ASKING = (
    "která které který kterém kterého kterou kterých jaký jaká jaké jakou jakým měl měla mělo "
    "mají může můžu můžeme už když ještě při před řeší dělá dělají musí není příští kteří čem číslo"
)
_ACCENTED = {
    word.translate(str.maketrans("áéěíóúůýčďňřšťž", "aeeiouuycdnrstz")): word
    for word in _ASKING.split()
}

#: What a word of the conversation before counts for, against one of the question itself.
_CONTEXT = 0.5

#: At most so many unknown words of a question are embedded; each costs a third of a question.
_EMBEDDED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The words of a question, ready to be looked for."""

    words: tuple[str, ...]
    #: Share of each in the question's meaning; they sum up to 1.
    weights: np.ndarray
    #: Centred word vectors as rows; zeros where only the word itself counts (numbers, codes).
    vectors: np.ndarray
    alternatives: tuple[Alternatives, ...]
    #: Words of the index that an unknown word is probably meant to be.
    spellings: tuple[frozenset[str], ...]
    #: Whether the index holds the word, or one of its forms.
    known: np.ndarray


class Lexicon:
    """All words of one index. Built once for a generation."""

    def __init__(
        self,
        words: Sequence[str],
        chunks: Sequence[int],
        vectors: np.ndarray,
        *,
        total: int,
        terms: Terms,
    ) -> None:
        self._words = list(words)
        self._rows = {word: row for row, word in enumerate(words)}
        self._mean = vectors.mean(axis=0) if len(words) else np.zeros(vectors.shape[1:])
        self._vectors = _unit(vectors - self._mean).astype(np.float16)
        self._total = max(1, total)
        self._terms = terms
        self._chunks_by_key: Counter[str] = Counter()
        self._rows_by_key: dict[str, list[int]] = {}
        self._rows_by_gram: dict[str, list[int]] = {}
        frequent: dict[str, int] = {}
        self._by_folded: dict[str, str] = {}
        for row, (word, count) in enumerate(zip(words, chunks, strict=True)):
            folded = fold(word)
            if count > frequent.get(folded, 0):
                frequent[folded], self._by_folded[folded] = count, word
            for key in keys(word):
                self._chunks_by_key[key] += count
                self._rows_by_key.setdefault(key, []).append(row)
            for gram in set(_grams(word)):
                self._rows_by_gram.setdefault(gram, []).append(row)

    def wanted(
        self,
        question: str,
        embed: Callable[[str], np.ndarray],
        number_frequencies: Callable[[Sequence[str]], Mapping[str, int]],
        *,
        context: str = "",
    ) -> Wanted:
        """Take a question apart. `embed` gives the vector of a word that the index lacks,
        `number_frequencies` in how many chunks a number stands. Words of the context, which the
        question leans on, count for less."""
        own = content_words(question)
        found = tuple(dict.fromkeys((*own, *content_words(context))))
        numbers = number_frequencies([word for word in found if not word.isalpha()])
        known = np.array([self._is_known(word, numbers) for word in found], dtype=bool)
        spellings = tuple(
            frozenset() if is_known or not word.isalpha() else self._spellings(word)
            for word, is_known in zip(found, known, strict=True)
        )
        rarity = np.array(
            [self._rarity(word, near, numbers) for word, near in zip(found, spellings, strict=True)]
        )
        rarity[len(own) :] *= _CONTEXT
        return Wanted(
            words=found,
            weights=rarity / rarity.sum() if len(found) else rarity,
            vectors=self._vectors_of(found, known, embed),
            alternatives=self._terms.alternatives(found),
            spellings=spellings,
            known=known,
        )

    def known_wanted(self, words: Sequence[str]) -> Wanted:
        """Return these words alone, ready to be looked for; unknown ones only as written."""
        found = tuple(word.casefold() for word in words)
        known = np.array([self._is_known(word, {}) for word in found], dtype=bool)
        nothing = np.zeros(self._vectors.shape[1], dtype=np.float32)
        return Wanted(
            words=found,
            weights=np.full(len(found), 1.0 / max(1, len(found))),
            vectors=self._vectors_of(found, known, lambda _: nothing + self._mean),
            alternatives=self._terms.alternatives(found),
            spellings=tuple(frozenset() for _ in found),
            known=known,
        )

    def accented(self, question: str) -> str:
        """Return the question with the accents that its words have in the index.

        A question typed without them is further from its answer than its words are.
        """
        if not question.isascii() or detect(question, "cs") not in ("cs", "sk"):
            return question
        return _ASCII_WORD.sub(lambda match: self._accented(match.group()), question)

    def _accented(self, word: str) -> str:
        lower = word.casefold()
        if lower in self._rows:
            return word
        if lower in _ACCENTED:
            return _ACCENTED[lower]
        return self._by_folded.get(lower, word)

    def compare(self, wanted: Wanted, words: Sequence[str]) -> np.ndarray:
        """Return how far each of these words of a text (columns) stands for each of the question
        (rows): 0 not at all, 1 the same. Further rows follow for the parts of the phrases of the
        term list, in the order of `phrase_parts`."""
        rows = np.array([self._rows.get(word, -1) for word in words], dtype=int)
        known = rows >= 0
        strength = np.zeros((len(wanted.words), len(words)), dtype=np.float32)
        if known.any() and len(wanted.words):
            cosines = wanted.vectors @ self._vectors[rows[known]].astype(np.float32).T
            strength[:, known] = np.clip((cosines - _UNRELATED) / (_SAME - _UNRELATED), 0.0, 1.0)
        columns = _by_key(words)
        for index, (word, alternatives, near) in enumerate(
            zip(wanted.words, wanted.alternatives, wanted.spellings, strict=True)
        ):
            _raise(strength[index], columns, alternatives.single, _TERM)
            _raise(
                strength[index], columns, (key for each in near for key in keys(each)), _SPELLING
            )
            _raise(strength[index], columns, keys(word), 1.0)
        parts = [part for _, phrase in phrases(wanted) for part in phrase]
        extra = np.zeros((len(parts), len(words)), dtype=np.float32)
        for index, part in enumerate(parts):
            _raise(extra[index], columns, part, _TERM)
        return np.concatenate([strength, extra])

    def _is_known(self, word: str, numbers: Mapping[str, int]) -> bool:
        if not word.isalpha():
            return numbers.get(word, 0) > 0 or word in self._rows
        return any(key in self._rows_by_key for key in keys(word))

    def _rarity(self, word: str, spellings: frozenset[str], numbers: Mapping[str, int]) -> float:
        names = {key for each in (spellings or {word}) for key in keys(each)}
        count = max((self._chunks_by_key[key] for key in names), default=0)
        count = min(self._total, max(count, numbers.get(word, 0)))
        return float(np.log1p((self._total - count + 0.5) / (count + 0.5)))

    def _vectors_of(
        self,
        words: Sequence[str],
        known: np.ndarray,
        embed: Callable[[str], np.ndarray],
    ) -> np.ndarray:
        vectors = np.zeros((len(words), self._vectors.shape[1]), dtype=np.float32)
        left = _EMBEDDED
        for index, word in enumerate(words):
            if not word.isalpha():
                continue
            if word in self._rows:
                vectors[index] = self._vectors[self._rows[word]]
            elif known[index]:
                rows = [row for key in keys(word) for row in self._rows_by_key.get(key, ())]
                vectors[index] = _unit(self._vectors[rows].astype(np.float32).mean(axis=0))
            elif left:
                left -= 1
                vectors[index] = _unit(embed(word) - self._mean)
        return vectors

    def _spellings(self, word: str) -> frozenset[str]:
        """Return the known words that share most of an unknown word's 4-grams."""
        mine = set(_grams(word))
        shared = Counter(row for gram in mine for row in self._rows_by_gram.get(gram, ()))
        near = {
            self._words[row]: alike
            for row, _ in shared.most_common(20)
            if (alike := _alike(word, self._words[row])) >= _ALIKE
        }
        best = max(near.values(), default=0.0)
        return frozenset(each for each, alike in near.items() if alike >= best - 0.05)


def phrases(wanted: Wanted) -> list[tuple[int, tuple[frozenset[str], ...]]]:
    """Return the phrases that may stand for a word of the question, with the word's index."""
    return [
        (index, phrase)
        for index, alternatives in enumerate(wanted.alternatives)
        for phrase in alternatives.phrases
    ]


def _raise(
    row: np.ndarray,
    columns: Mapping[str, list[int]],
    names: Iterable[str],
    to: float,
) -> None:
    for name in names:
        for column in columns.get(name, ()):
            if row[column] < to:
                row[column] = to


def _by_key(words: Sequence[str]) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for column, word in enumerate(words):
        for key in keys(word):
            columns.setdefault(key, []).append(column)
    return columns


def _grams(word: str) -> list[str]:
    padded = f" {fold(word)} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _alike(one: str, other: str) -> float:
    """Return the share of character 3-grams that two words have in common."""
    a, b = set(_grams(one)), set(_grams(other))
    return 2 * len(a & b) / (len(a) + len(b))


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)
