"""Build the next generation of the index from a plan."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.catalogue import Catalogue, Entry
from knowledge.chunking import Piece, chunk
from knowledge.documents import Audience, Chunk, Document
from knowledge.embeddings import query_vector, token_counter, vectors
from knowledge.errors import IndexUnavailable
from knowledge.index.cataloguing import MOST_WORDS, Stored
from knowledge.index.home import CatalogueWriter, Making, Workplace
from knowledge.index.manifest import Manifest, version
from knowledge.index.planning import Plan, Put
from knowledge.index.reports import Progress, Step
from knowledge.index.state import State
from knowledge.languages import tokens
from knowledge.vectorstore import Row, VectorStore, row_id

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
        self.model = model
        self.count_tokens = token_counter(embeddings)
        #: Texts that went through the model.
        self.embedded = 0

    def dimension(self) -> int:
        """Return the length of the model's vectors."""
        known = self._state.vectors(f"{self.model} query", ["a"])
        if "a" not in known:
            known["a"] = query_vector(self._embeddings, "a")
            self._state.save_vectors(f"{self.model} query", ["a"], known["a"][None, :])
        return len(known["a"])

    def vectors(self, texts: Sequence[str], *, query: bool = False) -> dict[str, np.ndarray]:
        """Return the vectors of passages (or of questions) by text."""
        model = f"{self.model} query" if query else self.model
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
    place: Workplace,
    state: State,
    plan: Plan,
    embedder: Embedder,
    base: Manifest | None,
    report: Progress,
    now: datetime,
) -> Manifest:
    """Make the generation that the plan leads to from `base`, announce it and return it."""
    dimension = embedder.dimension()
    with place.making(base) as making:
        with closing(making.vectors()) as store, closing(making.writer(dimension)) as catalogue:
            _remove(store, [each for name in plan.removals for each in catalogue.remove(name)])
            _write(plan.puts, state, embedder, catalogue, store, report)
            _write_words(catalogue, embedder, report)
            catalogue.finish()
            manifest = _manifest(place, embedder.model, catalogue, dimension, now)
        _verify(making, dimension)
        making.announce(manifest)
    return manifest


def mend(place: Workplace, manifest: Manifest) -> None:
    """Give a server back the vectors that it lost; what stands in a folder loses none.

    Raises:
        ServerUnavailable: it does not answer.
    """
    making = place.reopened(manifest)
    with closing(making.vectors()) as store:
        shared = store.shared
    if shared:
        _verify(making, manifest.dimension)


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
    place: Workplace, model: str, catalogue: CatalogueWriter, dimension: int, now: datetime
) -> Manifest:
    before = place.current_manifest()
    return Manifest(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        built_at=now,
        embeddings=model,
        dimension=dimension,
        documents=catalogue.count_documents(),
        chunks=catalogue.count_chunks(),
        sentences=catalogue.count_sentences(),
        previous=before.id if before else "",
        version=version(),
    )


def _verify(making: Making, dimension: int) -> None:
    """Open the store as a reader would; write from the catalogue what it lost."""
    with closing(making.catalogue(dimension)) as catalogue:
        lost = _lost(making, catalogue)
        if lost is None:
            return
        logger.warning("The vector store lost rows; they are written again from the catalogue.")
        with closing(making.vectors()) as store:
            if not store.shared:
                store.clear()
            rows = (row for chunk, found in catalogue.rows() for row in _rows(chunk, found))
            store.add(row for row in rows if not lost or row.id in lost)
        if _lost(making, catalogue) is not None:
            raise IndexUnavailable("The vector store does not keep what is written to it.")


def _lost(making: Making, catalogue: Catalogue) -> set[str] | None:
    """Return the ids that the store lacks; none if it must be made anew, None if all is well."""
    counts = dict(catalogue.vector_ids())
    expected = {
        row_id(each, at - 1 if at else None)
        for each, count in counts.items()
        for at in range(count)
    }
    samples = catalogue.vectors([*counts][:: max(1, len(counts) // _SAMPLES)])
    with closing(making.vectors()) as store:
        there = set(store.ids())
        if store.shared and expected - there:
            return expected - there
        if not store.shared and expected != there:
            return set()
        hits = (
            store.nearest(rows[0], audience=Audience.MEMBERS, limit=1) for rows in samples.values()
        )
        return None if all(found and found[0].similarity > _SAME for found in hits) else set()
