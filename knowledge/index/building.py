"""Build the next generation of the index from a plan."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge import generations
from knowledge.catalogue import Catalogue, Entry
from knowledge.chunking import Piece, chunk
from knowledge.documents import Audience, Chunk, Document
from knowledge.embeddings import query_vector, token_counter, vectors
from knowledge.errors import IndexUnavailable
from knowledge.generations import Manifest
from knowledge.index.cataloguing import MOST_WORDS, CatalogueWriter, Stored
from knowledge.index.planning import Plan, Put
from knowledge.index.reports import Progress, Step
from knowledge.index.state import State
from knowledge.languages import tokens
from knowledge.settings import KnowledgeSettings
from knowledge.vectorstore import Row, VectorStore

logger = logging.getLogger(__name__)

#: Documents that are cut, embedded and written together: bounds memory.
_DOCUMENTS = 64

#: Texts in one call of the model: what a kill loses, and how often progress is shown.
_TEXTS = 64

#: Vectors that are looked up in the finished store.
_SAMPLES = 20


#: Similarity of a vector with itself, after rounding.
_SAME = 0.999


class Embedder:
    """Gives vectors to texts, through the memory of ingest: no text is embedded twice."""

    def __init__(self, state: State, embeddings: Embeddings, model: str) -> None:
        self._state = state
        self._embeddings = embeddings
        self._model = model
        self.count_tokens = token_counter(embeddings)
        #: Texts that went through the model.
        self.embedded = 0

    def dimension(self) -> int:
        """Return the length of the model's vectors."""
        known = self._state.vectors(f"{self._model} query", ["a"])
        if "a" not in known:
            known["a"] = query_vector(self._embeddings, "a")
            self._state.save_vectors(f"{self._model} query", ["a"], known["a"][None, :])
        return len(known["a"])

    def vectors(self, texts: Sequence[str], *, query: bool = False) -> dict[str, np.ndarray]:
        """Return the vectors of passages (or of questions) by text."""
        model = f"{self._model} query" if query else self._model
        found = self._state.vectors(model, texts)
        # Short ones together: the model's time goes with the longest of a call.
        missing = iter(sorted({text for text in texts if text not in found}, key=len))
        while batch := list(islice(missing, _TEXTS)):
            rows = vectors(self._embeddings, batch, query=query)
            self._state.save_vectors(model, batch, rows)
            self.embedded += len(batch)
            found.update(zip(batch, rows, strict=True))
        return found


def build(
    settings: KnowledgeSettings,
    state: State,
    plan: Plan,
    embedder: Embedder,
    base: Manifest | None,
    report: Progress,
    now: datetime,
) -> Manifest:
    """Make the generation that the plan leads to from `base`, announce it and return it."""
    dimension = embedder.dimension()
    with generations.building(settings, base=base) as folder:
        with closing(generations.open_vectors(settings, folder)) as store:
            file = generations.catalogue_file(folder)
            with closing(CatalogueWriter(file, dimension=dimension)) as catalogue:
                _remove(store, [each for name in plan.removals for each in catalogue.remove(name)])
                _write(plan.puts, state, embedder, catalogue, store, report)
                _write_words(catalogue, embedder, report)
                catalogue.finish()
                manifest = _manifest(settings, catalogue, dimension, now)
        _verify(settings, folder, dimension)
        generations.announce(settings, folder, manifest)
    return manifest


def _write(
    puts: Sequence[Put],
    state: State,
    embedder: Embedder,
    catalogue: CatalogueWriter,
    store: VectorStore,
    report: Progress,
) -> None:
    remaining, done = iter(puts), 0
    while batch := list(islice(remaining, _DOCUMENTS)):
        made = [(put, *_cut(put, state, embedder)) for put in batch]
        texts = [
            text
            for _, _, pieces in made
            for piece in pieces
            for text in (piece.passage_text, *piece.sentence_texts)
        ]
        found = embedder.vectors(texts)
        added: list[Row] = []
        removed: list[str] = []
        for _, entry, pieces in made:
            new, gone = catalogue.put(entry, [_stored(piece, found) for piece in pieces])
            removed += gone
            added += [row for piece in new for row in _rows(piece.chunk, piece.vectors)]
        # Each call is a transaction of Chroma's, with a wait for the disk.
        _remove(store, removed)
        store.add(added)
        done += len(batch)
        report(Step(stage="embedding", done=done, total=len(puts)))


def _remove(store: VectorStore, ids: Sequence[str]) -> None:
    """Remove vectors; where others share the store, they go once nobody refers to them."""
    if not store.shared:
        store.remove(ids)


def _cut(put: Put, state: State, embedder: Embedder) -> tuple[Entry, tuple[Piece, ...]]:
    document = _document(state, put.document.source, put.document.key)
    aliases = dict.fromkeys(document.aliases)
    for other in put.repeated_by:
        repeated = _document(state, other.source, other.key)
        aliases.update(dict.fromkeys([repeated.url, *repeated.aliases]))
    aliases.pop(document.url, None)
    entry = Entry(
        key=put.document.name,
        url=document.url,
        source=document.source,
        title=document.title,
        language=document.language,
        audience=document.audience,
        updated_at=document.updated_at,
        hash=put.hash,
        aliases=tuple(aliases),
        alternates=document.alternates,
    )
    return entry, chunk(document, embedder.count_tokens)


def _document(state: State, source: str, key: str) -> Document:
    page = state.page(source, key)
    assert page is not None
    assert page.document is not None
    return page.document


def _stored(piece: Piece, found: dict[str, np.ndarray]) -> Stored:
    texts = (piece.passage_text, *piece.sentence_texts)
    made = piece.chunk
    searched = f"{made.title}\n{made.section}\n{made.text}"
    return Stored(
        chunk=made,
        spans=piece.sentences,
        tokens=tokens(searched, made.language),
        vectors=np.stack([found[text] for text in texts]),
    )


def _rows(chunk: Chunk, found: np.ndarray) -> Iterator[Row]:
    for at, vector in enumerate(found):
        yield Row(
            chunk_id=chunk.id,
            sentence=at - 1 if at else None,
            language=chunk.language,
            audience=chunk.audience,
            vector=vector,
        )


def _write_words(catalogue: CatalogueWriter, embedder: Embedder, report: Progress) -> None:
    words = sorted(catalogue.count_words().most_common(MOST_WORDS))
    report(Step(stage="writing", done=0, total=len(words)))
    if words:
        found = embedder.vectors([word for word, _ in words], query=True)
        catalogue.put_words(words, np.stack([found[word] for word, _ in words]))
    report(Step(stage="writing", done=len(words), total=len(words)))


def _manifest(
    settings: KnowledgeSettings, catalogue: CatalogueWriter, dimension: int, now: datetime
) -> Manifest:
    return Manifest(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        built_at=now,
        embeddings=settings.embeddings,
        dimension=dimension,
        documents=catalogue.count_documents(),
        chunks=catalogue.count_chunks(),
        sentences=catalogue.count_sentences(),
        previous=generations.current_id(settings) or "",
        version=generations.version(),
    )


def _verify(settings: KnowledgeSettings, folder: Path, dimension: int) -> None:
    """Open the store as a reader would; make it anew from the catalogue if it lost rows."""
    file = generations.catalogue_file(folder)
    with closing(Catalogue(file, dimension=dimension)) as catalogue:
        if _holds(settings, folder, catalogue):
            return
        logger.warning("The vector store lost rows; it is made anew from the catalogue.")
        with closing(generations.open_vectors(settings, folder)) as store:
            if not store.shared:
                store.clear()
            store.add(row for chunk, found in catalogue.rows() for row in _rows(chunk, found))
        if not _holds(settings, folder, catalogue):
            raise IndexUnavailable("The vector store does not keep what is written to it.")


def _holds(settings: KnowledgeSettings, folder: Path, catalogue: Catalogue) -> bool:
    """Tell whether the store has the rows of the catalogue, and finds some of them."""
    every = max(1, catalogue.count_chunks() // _SAMPLES)
    with closing(generations.open_vectors(settings, folder)) as store:
        expected: set[str] = set()
        samples = []
        for at, (chunk, found) in enumerate(catalogue.rows()):
            expected.update(row.id for row in _rows(chunk, found))
            samples += [(chunk.id, found[0])] if at % every == 0 else []
        there = set(store.ids())
        if not (expected <= there if store.shared else expected == there):
            return False
        hits = (store.nearest(vector, audience=Audience.MEMBERS, limit=1) for _, vector in samples)
        return all(found and found[0].similarity > _SAME for found in hits)
