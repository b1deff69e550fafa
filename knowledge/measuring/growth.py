"""How search slows down as the index grows, with distractors made from the corpus's sentences.

A distractor is a chunk of sentences that stand in the corpus, shuffled, with vectors near theirs:
random vectors would make the nearest-neighbour index look far worse than it is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.catalogue import Catalogue, Entry
from knowledge.documents import Chunk
from knowledge.generations import Generation
from knowledge.index.cataloguing import FileCatalogueWriter, Stored
from knowledge.index.filecatalogue import FileCatalogue
from knowledge.languages import tokens
from knowledge.measuring.speed import speed
from knowledge.questions.terms import load_terms
from knowledge.search.retrieval import Retriever
from knowledge.sentences import Span
from knowledge.vectorstore import Row, VectorStore, open_folder

#: Sentences of a distractor, and how far its vectors lie from those of its sentences.
_SENTENCES, _NOISE = 3, 0.15

#: Questions asked at each size.
_ASKED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A sentence of the corpus with its vector."""

    text: str
    vector: np.ndarray


def grow(
    generation: Generation, questions: Sequence[str], embeddings: Embeddings, sizes: Sequence[int]
) -> Iterator[dict[str, float]]:
    """Yield how fast the index is as it stands, and then for each number of chunks."""
    asked = questions[:_ASKED]

    def row(catalogue: Catalogue, vectors: VectorStore) -> dict[str, float]:
        retriever = Retriever(
            catalogue=catalogue, vectors=vectors, embeddings=embeddings, terms=load_terms()
        )
        return {"chunks": catalogue.count_chunks(), **speed(retriever, asked, embeddings)}

    yield row(generation.catalogue, generation.vectors)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            catalogue, vectors = _build(generation, Path(folder), size)
            yield row(catalogue, vectors)
            vectors.close()
            catalogue.close()


def _build(generation: Generation, folder: Path, size: int) -> tuple[Catalogue, VectorStore]:
    dimension = generation.manifest.dimension
    writer = FileCatalogueWriter(folder / "catalogue.sqlite", dimension=dimension)
    store = open_folder(folder / "chroma")
    real = list(generation.catalogue.rows())
    stored = [_stored(generation, chunk, rows) for chunk, rows in real]
    random = np.random.default_rng(7)
    made = (_distractor(generation, real, n, random) for n in range(max(0, size - len(real))))
    batch: list[Row] = []
    for number, piece in enumerate((*stored, *made)):
        writer.put(_entry(piece.chunk, number), [piece])
        batch += _rows(piece)
        if len(batch) > 5000:
            store.add(batch)
            batch = []
    store.add(batch)
    words, counts, vectors = generation.catalogue.words()
    writer.put_words(list(zip(words, counts, strict=True)), vectors)
    writer.finish()
    writer.close()
    return FileCatalogue(folder / "catalogue.sqlite", dimension=dimension), store


def _stored(generation: Generation, chunk: Chunk, rows: np.ndarray) -> Stored:
    found = generation.catalogue.sentences([chunk.id])[chunk.id]
    spans = [Span(start=each.start, end=each.end, context=each.context) for each in found]
    return Stored(
        chunk=chunk,
        spans=spans,
        tokens=tokens(f"{chunk.title} {chunk.text}", chunk.language),
        vectors=rows,
    )


def _distractor(
    generation: Generation,
    real: Sequence[tuple[Chunk, np.ndarray]],
    number: int,
    random: np.random.Generator,
) -> Stored:
    model, _ = real[int(random.integers(len(real)))]
    pieces = [_piece(generation, real, random) for _ in range(_SENTENCES)]
    spans, text = [], ""
    for piece in pieces:
        start = len(text) + bool(text)
        text = f"{text} {piece.text}".strip()
        spans.append(Span(start=start, end=start + len(piece.text), context=""))
    vectors = np.array([piece.vector for piece in pieces])
    rows = np.vstack([vectors.mean(axis=0), vectors])
    rows = rows + random.normal(scale=_NOISE / np.sqrt(rows.shape[1]), size=rows.shape)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    chunk = replace(
        model, id=f"distractor{number:06d}", url=f"https://example.org/{number}", text=text
    )
    return Stored(
        chunk=chunk,
        spans=spans,
        tokens=tokens(text, chunk.language),
        vectors=rows.astype(np.float32),
    )


def _piece(
    generation: Generation,
    real: Sequence[tuple[Chunk, np.ndarray]],
    random: np.random.Generator,
) -> _Piece:
    while True:
        chunk, rows = real[int(random.integers(len(real)))]
        if len(rows) > 1:
            place = int(random.integers(len(rows) - 1))
            sentence = generation.catalogue.sentences([chunk.id])[chunk.id][place]
            return _Piece(text=sentence.text, vector=rows[1 + place])


def _entry(chunk: Chunk, number: int) -> Entry:
    return Entry(
        key=f"{number:06d}",
        url=chunk.url,
        source="bench",
        title=chunk.title,
        language=chunk.language,
        audience=chunk.audience,
        updated_at=chunk.updated_at,
        hash=chunk.id,
    )


def _rows(piece: Stored) -> list[Row]:
    return [
        Row(
            chunk_id=piece.chunk.id,
            sentence=n - 1 if n else None,
            language=piece.chunk.language,
            audience=piece.chunk.audience,
            vector=vector,
        )
        for n, vector in enumerate(piece.vectors)
    ]
