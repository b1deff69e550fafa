"""The words of an index with their vectors: which words of a text stand for those of a question.

Word vectors of the embedding model, centred, are alike for inflected forms, for words spelled
wrongly and, less so, for translations; the term list adds what they do not know. A word that the
index does not hold is taken for the nearest spelling that it does.
"""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.languages import detect, fold
from knowledge.questions.terms import Alternatives, Terms, content_words, keys

#: Cosines of centred word vectors: below the first no relation, from the second on the same.
_UNRELATED, _SAME = 0.35, 0.75

#: What an equivalent of the term list counts for, what a corrected spelling does, and what a
#: word counts for that shares the root of an equivalent: "podepsali" where it says "podepsat".
_TERM, _SPELLING, _KIN = 0.9, 0.85, 0.7

#: Letters that words of one root share, and their share of the shorter word.
_ROOT, _ROOT_SHARE = 5, 0.75

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

#: Words up to which vectors are kept in full precision (30 MB).
_SMALL = 20_000

#: What a word of the conversation before counts for, against one of the question itself.
_CONTEXT = 0.3

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
    #: How many of the words are the question's own; those of its context follow.
    own: int
    #: Keys of the words of the index that share the root of an equivalent of each.
    kin: tuple[frozenset[str], ...] = ()


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
        # Half precision halves the memory of a large index, and costs time at each question.
        precision = np.float32 if len(words) <= _SMALL else np.float16
        self._vectors = _unit(vectors - self._mean).astype(precision)
        self._total = max(1, total)
        self._terms = terms
        #: Words without a vector: numbers, and what came after the index was made.
        self._others: dict[str, int] = {}
        self._lock = threading.Lock()
        self._chunks_by_key: Counter[str] = Counter()
        self._ids_by_key: dict[str, list[int]] = {}
        self._rows_by_gram: dict[str, list[int]] = {}
        #: Of each beginning, the words in full, folded, with their keys.
        self._words_by_root: dict[str, list[tuple[str, frozenset[str]]]] = {}
        frequent: dict[str, int] = {}
        self._by_folded: dict[str, str] = {}
        for row, (word, count) in enumerate(zip(words, chunks, strict=True)):
            folded = fold(word)
            if count > frequent.get(folded, 0):
                frequent[folded], self._by_folded[folded] = count, word
            if len(folded) >= _ROOT:
                self._words_by_root.setdefault(folded[:_ROOT], []).append((folded, keys(word)))
            for key in keys(word):
                self._chunks_by_key[key] += count
                self._ids_by_key.setdefault(key, []).append(row)
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
        numbers = number_frequencies([word for word in found if not _is_word(word)])
        alternatives = self._terms.alternatives(found)
        # Of a language that the index hardly holds most words are unknown as such.
        known = np.array(
            [
                self._is_known(word, numbers) or self._is_said_otherwise(others)
                for word, others in zip(found, alternatives, strict=True)
            ],
            dtype=bool,
        )
        spellings = tuple(
            frozenset() if is_known or not _is_word(word) else self._spellings(word)
            for word, is_known in zip(found, known, strict=True)
        )
        rarity = np.array(
            [self._rarity(word, near, numbers) for word, near in zip(found, spellings, strict=True)]
        )
        rarity[len(own) :] *= _CONTEXT
        return Wanted(
            words=found,
            weights=rarity / rarity.sum() if len(found) else rarity,
            vectors=self._vectors_of(found, spellings, embed),
            alternatives=alternatives,
            spellings=spellings,
            known=known,
            own=len(own),
            kin=tuple(map(self._kin, alternatives)),
        )

    def known_wanted(self, words: Sequence[str]) -> Wanted:
        """Return these words alone, ready to be looked for; unknown ones only as written."""
        found = tuple(word.casefold() for word in words)
        known = np.array([self._is_known(word, {}) for word in found], dtype=bool)
        spellings = tuple(frozenset[str]() for _ in found)
        return Wanted(
            words=found,
            weights=np.full(len(found), 1.0 / max(1, len(found))),
            vectors=self._vectors_of(found, spellings, lambda _: self._mean),
            alternatives=self._terms.alternatives(found),
            spellings=spellings,
            known=known,
            own=len(found),
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

    def ids(self, words: Iterable[str]) -> np.ndarray:
        """Return a number for each word, the same for ever; words without a vector get one too."""
        with self._lock:
            return np.array([self._id(word) for word in words], dtype=np.int32)

    def compare(self, wanted: Wanted, ids: np.ndarray) -> np.ndarray:
        """Return how far each word of a text (columns, by increasing id) stands for each of the
        question (rows): 0 not at all, 1 the same. Further rows follow for the parts of the
        phrases of the term list, in the order of `phrases`."""
        count = len(wanted.words)
        parts = [part for _, phrase in phrases(wanted) for part in phrase]
        strength = np.zeros((count + len(parts), len(ids)), dtype=np.float32)
        known = int(np.searchsorted(ids, len(self._words)))
        if known and count:
            cosines = wanted.vectors @ self._vectors[ids[:known]].astype(np.float32, copy=False).T
            strength[:count, :known] = np.clip((cosines - _UNRELATED) / (_SAME - _UNRELATED), 0, 1)
        for index, (word, alternatives, near) in enumerate(
            zip(wanted.words, wanted.alternatives, wanted.spellings, strict=True)
        ):
            self._raise(strength[index], ids, alternatives.single, _TERM)
            self._raise(
                strength[index], ids, (key for each in near for key in keys(each)), _SPELLING
            )
            self._raise(strength[index], ids, keys(word), 1.0)
        for index, names in enumerate(wanted.kin):
            self._raise(strength[index], ids, names, _KIN)
        for index, part in enumerate(parts, start=count):
            self._raise(strength[index], ids, part, _TERM)
        return strength

    def _raise(self, row: np.ndarray, ids: np.ndarray, names: Iterable[str], to: float) -> None:
        wanted = [each for name in names for each in self._ids_by_key.get(name, ())]
        if not wanted:
            return
        places = np.searchsorted(ids, wanted)
        places[places == len(ids)] = 0
        places = places[ids[places] == wanted] if len(ids) else places[:0]
        row[places] = np.maximum(row[places], to)

    def _id(self, word: str) -> int:
        row = self._rows.get(word)
        if row is not None:
            return row
        if word not in self._others:
            self._others[word] = len(self._words) + len(self._others)
            for key in keys(word):
                self._ids_by_key.setdefault(key, []).append(self._others[word])
        return self._others[word]

    def _is_known(self, word: str, numbers: Mapping[str, int]) -> bool:
        if not _is_word(word):
            return numbers.get(word, 0) > 0 or word in self._rows
        return bool(self._rows_of(word))

    def _is_said_otherwise(self, alternatives: Alternatives) -> bool:
        """Tell whether the index holds an equivalent of the term list."""
        phrases = (*alternatives.phrases, *((frozenset({key}),) for key in alternatives.single))
        return any(
            all(any(key in self._ids_by_key for key in part) for part in phrase)
            for phrase in phrases
        )

    def _rarity(self, word: str, spellings: frozenset[str], numbers: Mapping[str, int]) -> float:
        if len(word) == 1 and word.isalpha():
            # A letter that names one of several: as a word of its own it may be common, "a".
            return float(np.log1p(self._total))
        names = {key for each in (spellings or {word}) for key in keys(each)}
        count = max((self._chunks_by_key[key] for key in names), default=0)
        count = min(self._total, max(count, numbers.get(word, 0)))
        return float(np.log1p((self._total - count + 0.5) / (count + 0.5)))

    def _vectors_of(
        self,
        words: Sequence[str],
        spellings: Sequence[frozenset[str]],
        embed: Callable[[str], np.ndarray],
    ) -> np.ndarray:
        vectors = np.zeros((len(words), self._vectors.shape[1]), dtype=np.float32)
        left = _EMBEDDED
        for index, (word, near) in enumerate(zip(words, spellings, strict=True)):
            if not _is_word(word):
                continue
            rows = self._rows_of(word) or [self._rows[each] for each in near]
            if rows:
                vectors[index] = _unit(self._vectors[rows].astype(np.float32).mean(axis=0))
            elif left:
                left -= 1
                vectors[index] = _unit(embed(word) - self._mean)
        return vectors

    def _rows_of(self, word: str) -> list[int]:
        if word in self._rows:
            return [self._rows[word]]
        number = len(self._words)
        return [row for key in keys(word) for row in self._ids_by_key.get(key, ()) if row < number]

    def _kin(self, alternatives: Alternatives) -> frozenset[str]:
        """Return the keys of the known words that share the root of an equivalent."""
        return frozenset(
            key
            for root in alternatives.single
            for folded, names in self._words_by_root.get(root[:_ROOT], ())
            if _share_root(root, folded)
            for key in names
        )

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


def _is_word(word: str) -> bool:
    """Tell whether a word has forms and a meaning: a number, a code or one letter has not."""
    return word.isalpha() and len(word) > 1


def phrases(wanted: Wanted) -> list[tuple[int, tuple[frozenset[str], ...]]]:
    """Return the phrases that may stand for a word of the question, with the word's index."""
    return [
        (index, phrase)
        for index, alternatives in enumerate(wanted.alternatives)
        for phrase in alternatives.phrases
    ]


def _share_root(one: str, other: str) -> bool:
    needed = max(_ROOT, math.ceil(_ROOT_SHARE * min(len(one), len(other))))
    return len(one) >= needed and one[:needed] == other[:needed]


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
