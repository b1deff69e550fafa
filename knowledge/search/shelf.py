"""Chunks as retrieval needs them, kept at hand: what does not depend on the question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from knowledge.catalogue import Catalogue, Sentence
from knowledge.documents import Chunk
from knowledge.questions.asking import Kind, offers
from knowledge.search.lexicon import Lexicon
from knowledge.search.matching import text_words
from knowledge.sentences import is_in_item

#: Between the headings of a path.
_BELOW = " › "

#: Chunks kept; each takes about 10 kB.
_KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A chunk with its sentences, vectors and words."""

    chunk: Chunk
    sentences: tuple[Sentence, ...]
    #: Of the passage in row 0, then of each sentence.
    vectors: np.ndarray
    #: Ids of the words of title and headings, of the text.
    title: np.ndarray
    whole: np.ndarray
    #: Of the last heading, if there is one below the document's own.
    heading: np.ndarray
    #: Of each sentence.
    alone: tuple[np.ndarray, ...]
    _offered: dict[Kind, np.ndarray] = field(default_factory=dict)

    def offered(self, kinds: Sequence[Kind]) -> np.ndarray:
        """Return the share of these kinds of answer that each sentence offers."""
        for kind in kinds:
            if kind not in self._offered:
                found = [bool(offers(each.text, kind, each.context)) for each in self.sentences]
                self._offered[kind] = np.array(found, dtype=np.float32)
        rows = [self._offered[kind] for kind in kinds]
        return sum(rows[1:], rows[0]) / len(rows) if rows else np.zeros(len(self.sentences))


class Shelf:
    """Takes chunks from the catalogue and keeps those that were asked for last."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, ids: Iterable[str]) -> list[Prepared]:
        """Return the chunks that the catalogue knows and that have a sentence."""
        wanted = list(dict.fromkeys(ids))
        with self._lock:
            held = {each: self._kept[each] for each in wanted if each in self._kept}
        fresh = self._prepare([each for each in wanted if each not in held])
        with self._lock:
            self._kept.update(fresh)
            for each in held:
                self._kept.move_to_end(each)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        found = held | fresh
        return [found[each] for each in wanted if each in found]

    def _prepare(self, ids: Sequence[str]) -> dict[str, Prepared]:
        if not ids:
            return {}
        chunks = self._catalogue.chunks(ids)
        sentences = {
            each: [_introduced(chunks[each], one) for one in those]
            for each, those in self._catalogue.sentences(chunks).items()
        }
        vectors = self._catalogue.vectors(chunks)
        return {
            each: Prepared(
                chunk=chunk,
                sentences=tuple(sentences[each]),
                vectors=vectors[each],
                title=self._words(f"{chunk.title} {chunk.section}"),
                whole=self._words(chunk.text),
                heading=self._words(_heading(chunk)),
                alone=tuple(self._words(f"{one.context} {one.text}") for one in sentences[each]),
            )
            for each, chunk in chunks.items()
            if sentences[each]
        }

    def _words(self, text: str) -> np.ndarray:
        return self._lexicon.ids(text_words(text))


def _introduced(chunk: Chunk, sentence: Sentence) -> Sentence:
    """Return a sentence; an item of a list that no line introduces stands under its heading."""
    if sentence.context or not is_in_item(chunk.text, sentence.start):
        return sentence
    return replace(sentence, context=_heading(chunk) or chunk.title)


def _heading(chunk: Chunk) -> str:
    """Return the heading right above a chunk; "" for that of the whole document."""
    _, below, heading = chunk.section.rpartition(_BELOW)
    return heading if below else ""
