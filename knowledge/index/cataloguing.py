"""Writes the catalogue of a generation that nobody reads yet."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.catalogue import CHUNK_COLUMNS, Entry
from knowledge.documents import Chunk
from knowledge.index.filecatalogue import SCHEMA, FileCatalogue, translated
from knowledge.sentences import Span

#: More words than this would cost a question more than they help; the rarest are left out.
MOST_WORDS = 60_000

#: What is not part of a chunk's identity: where it stands, and its date.
MOVING = "url, page, anchor, updated_at, ordinal"

_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A chunk as it is written: with its sentences, tokens and vectors."""

    chunk: Chunk
    spans: Sequence[Span]
    tokens: Sequence[str]
    #: The chunk's vector, then one for each sentence.
    vectors: np.ndarray

    @property
    def packed_spans(self) -> str:
        """Return the spans as they are written."""
        spans = [[span.start, span.end, span.context] for span in self.spans]
        return json.dumps(spans, ensure_ascii=False)

    @property
    def packed_vectors(self) -> bytes:
        """Return the vectors as they are written."""
        return self.vectors.astype(np.float16).tobytes()


def document_row(entry: Entry) -> tuple[object, ...]:
    """Return what is written of a document, in the order of the table's columns."""
    return (
        entry.key,
        entry.url,
        entry.source,
        entry.title,
        entry.language,
        entry.audience.value,
        entry.updated_at and entry.updated_at.isoformat(),
        entry.hash,
        json.dumps(entry.aliases, ensure_ascii=False),
        json.dumps(dict(entry.alternates), ensure_ascii=False),
    )


def moving(chunk: Chunk) -> tuple[object, ...]:
    """Return what is not part of a chunk's identity, as it is written: `MOVING`."""
    updated_at = chunk.updated_at and chunk.updated_at.isoformat()
    return (chunk.url, chunk.page, chunk.anchor, updated_at, chunk.ordinal)


def words_of(text: str) -> set[str]:
    """Return the words of a text that get a vector: in small letters, without numbers."""
    return {word for word in _WORD.findall(text.lower()) if not word.isdigit()}


class FileCatalogueWriter(FileCatalogue):
    """A catalogue that is being made; it counts only once `finish` has been called."""

    def __init__(self, path: Path, *, dimension: int) -> None:
        super().__init__(path, dimension=dimension, mode="rwc")
        with translated():
            # Nobody reads this file before it is whole; after a crash it is thrown away.
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("PRAGMA synchronous = OFF")
            if not self._query("SELECT 1 FROM sqlite_master WHERE name = 'documents'"):
                self._database.executescript(SCHEMA)
            self._database.execute("BEGIN")

    def put(self, entry: Entry, pieces: Sequence[Stored]) -> tuple[list[Stored], list[str]]:
        """Write a document with exactly these chunks.

        Returns the chunks that were not there before, and the ids of the vectors that are gone.
        """
        self._write_entry(entry)
        wanted = {piece.chunk.id for piece in pieces}
        known = {
            row[0] for row in self._query("SELECT id FROM chunks WHERE document = ?", (entry.key,))
        }
        query = "SELECT id, spans FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
        gone = self._vector_ids(query, (json.dumps(sorted(known - wanted)),))
        self._remove_chunks(known - wanted)
        new = [piece for piece in pieces if piece.chunk.id not in known]
        for piece in new:
            self._insert(entry.key, piece)
        for piece in pieces:
            if piece.chunk.id in known:
                self._touch(piece.chunk)
        return new, gone

    def remove(self, key: str) -> list[str]:
        """Remove a document with all its chunks; return the ids of their vectors."""
        gone = self._vector_ids("SELECT id, spans FROM chunks WHERE document = ?", (key,))
        self._remove_chunks(
            row[0] for row in self._query("SELECT id FROM chunks WHERE document = ?", (key,))
        )
        self._database.execute("DELETE FROM aliases WHERE key = ?", (key,))
        self._database.execute("DELETE FROM documents WHERE key = ?", (key,))
        return gone

    def count_words(self) -> Counter[str]:
        """Return in how many chunks each word occurs, as written but in small letters."""
        counts: Counter[str] = Counter()
        query = "SELECT DISTINCT title, section, text FROM chunks"
        for row in self._database.execute(query):
            counts.update(words_of(" ".join(row)))
        return counts

    def put_words(self, words: Sequence[tuple[str, int]], vectors: np.ndarray) -> None:
        """Write all words with their counts and vectors."""
        packed = vectors.astype(np.float16)
        rows = zip(words, packed, strict=True)
        self._database.execute("DELETE FROM words")
        self._database.executemany(
            "INSERT INTO words VALUES (?, ?, ?)",
            ((word, count, vector.tobytes()) for (word, count), vector in rows),
        )

    def finish(self) -> None:
        """Compute what is derived from the whole, and commit."""
        self._write_means()
        self._database.execute("INSERT INTO lexical (lexical) VALUES ('optimize')")
        self._database.execute("COMMIT")
        self._database.execute("PRAGMA optimize")

    def _write_entry(self, entry: Entry) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            document_row(entry),
        )
        self._database.execute("DELETE FROM aliases WHERE key = ?", (entry.key,))
        self._database.executemany(
            "INSERT OR REPLACE INTO aliases VALUES (?, ?)",
            [(alias, entry.key) for alias in entry.aliases],
        )

    def _insert(self, document: str, piece: Stored) -> None:
        chunk = piece.chunk
        cursor = self._database.execute(
            f"INSERT INTO chunks ({CHUNK_COLUMNS}, spans, document) "  # noqa: S608 -- our own names
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                chunk.id,
                chunk.url,
                chunk.title,
                chunk.section,
                chunk.text,
                chunk.language,
                chunk.audience.value,
                chunk.page,
                chunk.anchor,
                chunk.updated_at and chunk.updated_at.isoformat(),
                chunk.ordinal,
                piece.packed_spans,
                document,
            ),
        )
        number = cursor.lastrowid
        self._database.execute("INSERT INTO vectors VALUES (?, ?)", (number, piece.packed_vectors))
        self._database.execute(
            "INSERT INTO lexical (rowid, tokens) VALUES (?, ?)", (number, " ".join(piece.tokens))
        )

    def _touch(self, chunk: Chunk) -> None:
        """Bring what is not part of a chunk's identity up to date."""
        self._database.execute(
            f"UPDATE chunks SET ({MOVING}) = (?, ?, ?, ?, ?) WHERE id = ?",  # noqa: S608 -- ours
            (*moving(chunk), chunk.id),
        )

    def _remove_chunks(self, ids: Iterable[str]) -> None:
        for identity in list(ids):
            (number,) = self._query("SELECT number FROM chunks WHERE id = ?", (identity,))[0]
            self._database.execute("DELETE FROM lexical WHERE rowid = ?", (number,))
            self._database.execute("DELETE FROM vectors WHERE number = ?", (number,))
            self._database.execute("DELETE FROM chunks WHERE number = ?", (number,))

    def _vector_ids(self, query: str, parameters: Sequence[object]) -> list[str]:
        return [
            identity
            for chunk_id, spans in self._query(query, parameters)
            for identity in (chunk_id, *(f"{chunk_id}:{n}" for n in range(len(json.loads(spans)))))
        ]

    def _write_means(self) -> None:
        sums: dict[tuple[str, str], list[np.ndarray]] = {}
        counts: Counter[tuple[str, str, str]] = Counter()
        for chunk, vectors in self.rows():
            key = (chunk.language, chunk.audience.value)
            totals = sums.setdefault(key, [np.zeros(vectors.shape[1]), np.zeros(vectors.shape[1])])
            totals[0] += vectors[0]
            totals[1] += vectors[1:].sum(axis=0)
            counts[*key, "passages"] += 1
            counts[*key, "sentences"] += len(vectors) - 1
        self._database.execute("DELETE FROM means")
        self._database.executemany(
            "INSERT INTO means VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    *key,
                    passages.tobytes(),
                    counts[*key, "passages"],
                    sentences.tobytes(),
                    counts[*key, "sentences"],
                )
                for key, (passages, sentences) in sums.items()
            ],
        )
