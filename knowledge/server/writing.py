"""Writes the next generation of the catalogue into PostgreSQL, beside the one that answers.

All of it goes through the connection that holds the lock of ingest: a writer whose lock is lost
cannot write any more.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from knowledge.catalogue import Entry
from knowledge.documents import Chunk
from knowledge.index.cataloguing import MOVING, Stored, document_row, moving, words_of
from knowledge.server.catalogue import LONGEST, ServerCatalogue
from knowledge.server.connecting import Session
from knowledge.server.derived import write_means, write_vocabulary
from knowledge.server.versions import ALWAYS, VERSIONED, end

_NEW_CHUNK = (
    f"INSERT INTO chunks (id, title, section, text, language, audience, {MOVING}, spans, "  # noqa: S608
    "document, rows, length, tokens, repeated, since) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, array_to_tsvector(?), ?::jsonb, ?)"
)


#: What SQLite's index divides our tokens at; for both to count alike they are divided here, too.
_SEPARATORS = re.compile(r"[^\w./-]+")


class ServerCatalogueWriter(ServerCatalogue):
    """The next generation, made from `base` (None: from nothing); it counts once it is announced.

    A row that is new counts from the next generation on, one that goes is ended before it: so
    whatever stands here when the writer is killed, nobody sees, and the next one takes back.
    """

    def __init__(
        self, session: Session, *, number: int, base: int | None, dimension: int, model: str
    ) -> None:
        super().__init__(session.rows, number=number, dimension=dimension, model=model)
        self._session = session
        self._number = number
        self._base = base
        self._model = model
        if base is None:
            with session.writing():
                for table in VERSIONED:
                    self._end(table, "true")

    def put(self, entry: Entry, pieces: Sequence[Stored]) -> tuple[list[Stored], list[str]]:
        """Write a document with exactly these chunks.

        Returns the chunks that were not there before; vectors go once no generation has them.
        """
        known = self._known(entry.key)
        wanted = {piece.chunk.id for piece in pieces}
        with self._session.writing() as writing:
            # What is announced at the end is kept for sure, with all that was written before.
            writing.execute("SET LOCAL synchronous_commit TO off")
            self._write_entry(entry)
            self._end_chunks(known.keys() - wanted)
            new = [piece for piece in pieces if piece.chunk.id not in known]
            writing.executemany(_NEW_CHUNK, (self._row(entry.key, piece) for piece in new))
            for piece in pieces:
                if known.get(piece.chunk.id, moving(piece.chunk)) != moving(piece.chunk):
                    self._touch(piece.chunk)
        return new, []

    def remove(self, key: str) -> list[str]:
        """Remove a document with all its chunks; vectors go once no generation has them."""
        with self._session.writing() as writing:
            writing.execute("SET LOCAL synchronous_commit TO off")
            for table in ("documents", "aliases"):
                self._end(table, "key = ?", (key,))
            self._end("chunks", "document = ?", (key,))
        return []

    def count_words(self) -> Counter[str]:
        """Return in how many chunks each word occurs, as written but in small letters."""
        counts: Counter[str] = Counter()
        seen: set[int] = set()
        query = (
            "SELECT number, title, section, text FROM chunks "
            "WHERE number > ? ORDER BY number LIMIT 500"
        )
        last = 0
        while batch := self._query(query, (last,)):
            last = batch[-1][0]
            texts = [row[1:] for row in batch if hash(row[1:]) not in seen]
            seen.update(map(hash, texts))
            for text in dict.fromkeys(texts):
                counts.update(words_of(" ".join(text)))
        return counts

    def put_words(self, words: Sequence[tuple[str, int]], vectors: np.ndarray) -> None:
        """Write all words with their counts and vectors."""
        packed = vectors.astype(np.float16)
        query = "SELECT word FROM word_vectors WHERE model = ?"
        known = {row[0] for row in self._session.rows(query, (self._model,))}
        new = [at for at, (word, _) in enumerate(words) if word not in known]
        with self._session.writing() as writing:
            writing.execute("DELETE FROM words WHERE generation = ?", (self._number,))
            writing.execute(
                "INSERT INTO words SELECT ?, * FROM unnest(?::text[], ?::int[])",
                (self._number, [word for word, _ in words], [count for _, count in words]),
            )
            for start in range(0, len(new), 5000):
                part = new[start : start + 5000]
                writing.execute(
                    "INSERT INTO word_vectors SELECT ?, * FROM unnest(?::text[], ?::bytea[])",
                    (
                        self._model,
                        [words[at][0] for at in part],
                        [packed[at].tobytes() for at in part],
                    ),
                )

    def finish(self) -> None:
        """Compute what is derived from the whole."""
        with self._session.writing():
            write_means(self._session, self._number, self._base, self._dimension)
            write_vocabulary(self._session, self._number, self._base)
        for table in ("documents", "chunks", "vocabulary", "words"):
            self._session.execute(f"ANALYZE {table}")

    def count_tokens(self) -> int:
        """Return how many words there are in all chunks together."""
        return int(self._query("SELECT coalesce(sum(length), 0) FROM chunks")[0][0])

    def _known(self, document: str) -> dict[str, tuple[object, ...]]:
        if self._base is None:
            return {}
        query = f"SELECT id, {MOVING} FROM chunks WHERE document = ?"  # noqa: S608 -- our names
        return {row[0]: row[1:] for row in self._query(query, (document,))}

    def _write_entry(self, entry: Entry) -> None:
        for table in ("documents", "aliases") if self._base is not None else ():
            self._end(table, "key = ?", (entry.key,))
        self._session.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*document_row(entry), self._number),
        )
        self._session.executemany(
            "INSERT INTO aliases VALUES (?, ?, ?)",
            [(alias, entry.key, self._number) for alias in dict.fromkeys(entry.aliases)],
        )

    def _row(self, document: str, piece: Stored) -> tuple[object, ...]:
        chunk = piece.chunk
        tokens = [part for token in piece.tokens for part in _SEPARATORS.split(token) if part]
        counts = Counter(token for token in tokens if len(token) <= LONGEST)
        repeated = {token: count for token, count in counts.items() if count > 1}
        return (
            chunk.id,
            chunk.title,
            chunk.section,
            chunk.text,
            chunk.language,
            chunk.audience.value,
            *moving(chunk),
            piece.packed_spans,
            document,
            piece.packed_vectors,
            len(tokens),
            list(counts),
            json.dumps(repeated, ensure_ascii=False),
            self._number,
        )

    def _touch(self, chunk: Chunk) -> None:
        """Bring what is not part of a chunk's identity up to date: in a row that takes over."""
        kept = (
            "id, title, section, text, language, audience, spans, document, rows, length, "
            "tokens, repeated"
        )
        self._session.execute(
            f"INSERT INTO chunks ({kept}, {MOVING}, since) "  # noqa: S608 -- our own names
            f"SELECT {kept}, ?, ?, ?, ?, ?, ? FROM chunks "
            f"WHERE id = ? AND until = {ALWAYS}",
            (*moving(chunk), self._number, chunk.id),
        )
        self._session.execute(
            f"UPDATE chunks SET until = ? WHERE id = ? AND until = {ALWAYS} AND since < ?",  # noqa: S608
            (self._number, chunk.id, self._number),
        )

    def _end_chunks(self, ids: Iterable[str]) -> None:
        if gone := list(ids):
            self._end("chunks", "id = ANY (?)", (gone,))

    def _end(self, table: str, which: str, parameters: Sequence[object] = ()) -> None:
        end(self._session, self._number, table, which, parameters)
