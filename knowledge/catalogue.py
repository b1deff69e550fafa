"""What is in an index: documents, chunks, sentences, vectors, words. The reading side.

A SQLite file inside the generation, immutable once the generation is announced; `cataloguing`
writes it before.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.documents import Audience, Chunk
from knowledge.errors import IndexUnavailable

SCHEMA = """
CREATE TABLE documents (
    key TEXT PRIMARY KEY, url TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,
    language TEXT NOT NULL, audience TEXT NOT NULL, updated_at TEXT, hash TEXT NOT NULL,
    aliases TEXT NOT NULL, alternates TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX documents_url ON documents (url);
CREATE TABLE aliases (alias TEXT, key TEXT, PRIMARY KEY (alias, key)) WITHOUT ROWID;
CREATE INDEX aliases_key ON aliases (key);
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, url TEXT NOT NULL,
    title TEXT NOT NULL, section TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
    audience TEXT NOT NULL, page INTEGER, anchor TEXT, updated_at TEXT, ordinal INTEGER NOT NULL,
    spans TEXT NOT NULL
);
CREATE INDEX chunks_document ON chunks (document, ordinal);
CREATE INDEX chunks_url ON chunks (url, ordinal);
-- Of each chunk: its own vector, then those of its sentences; half precision.
CREATE TABLE vectors (number INTEGER PRIMARY KEY, rows BLOB NOT NULL);
CREATE TABLE means (
    language TEXT, audience TEXT, passages BLOB NOT NULL, passage_count INTEGER NOT NULL,
    sentences BLOB NOT NULL, sentence_count INTEGER NOT NULL, PRIMARY KEY (language, audience)
) WITHOUT ROWID;
-- Every word with its own vector, and in how many chunks it occurs.
CREATE TABLE words (word TEXT PRIMARY KEY, chunks INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE VIRTUAL TABLE lexical USING fts5 (
    tokens, tokenize="unicode61 remove_diacritics 0 tokenchars '_-./'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (lexical, 'row');
"""

#: SQLite takes at most so many parameters in one statement; a safe part of it.
_PARAMETERS = 500

#: A row of an answer of SQLite.
Row = tuple[Any, ...]

CHUNK_COLUMNS = (
    "id, url, title, section, text, language, audience, page, anchor, updated_at, ordinal"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document of the index."""

    #: Source and document within it.
    key: str
    #: What is cited; several documents may be cited by one URL.
    url: str
    source: str
    title: str
    language: str
    audience: Audience
    updated_at: date | None
    #: Of content and settings: decides whether the document changed.
    hash: str
    #: Other addresses of the same content.
    aliases: tuple[str, ...] = ()
    #: hreflang pairs: language -> URL.
    alternates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a chunk."""

    #: Position in the chunk.
    index: int
    start: int
    #: Exclusive.
    end: int
    #: Literally as in the chunk's text.
    text: str
    #: The header of its table, or the line that introduces its list; "" if none.
    context: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageMean:
    """Where the vectors of a language lie on average."""

    #: Mean of the passages' vectors.
    passages: np.ndarray
    #: Mean of the sentences' vectors.
    sentences: np.ndarray
    #: Passages it was made of.
    count: int
    sentence_count: int


class Catalogue:
    """The catalogue of one index. Safe to use from several threads."""

    def __init__(self, path: Path, *, dimension: int, mode: str = "ro&immutable=1") -> None:
        self._lock = threading.Lock()
        self._dimension = dimension
        with translated():
            self._database = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
            )

    # Reading

    def chunks(self, ids: Iterable[str]) -> dict[str, Chunk]:
        """Return the chunks by id; what is not known is left out."""
        query = f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE id"  # noqa: S608 -- our own names
        return {row[0]: _chunk(row) for row in self._in(query, ids)}

    def known(self, ids: Iterable[str]) -> set[str]:
        """Return those of the ids that are chunks of this index."""
        return {row[0] for row in self._in("SELECT id FROM chunks WHERE id", ids)}

    def document_chunks(self, url: str) -> list[Chunk]:
        """Return all chunks that are cited by this URL, in order."""
        query = f"SELECT {CHUNK_COLUMNS} FROM chunks WHERE url = ? ORDER BY document, ordinal"  # noqa: S608
        return [_chunk(row) for row in self._query(query, (url,))]

    def sentences(self, ids: Iterable[str]) -> dict[str, list[Sentence]]:
        """Return the sentences of chunks by chunk id, in order."""
        rows = self._in("SELECT id, text, spans FROM chunks WHERE id", ids)
        return {identity: _sentences(text, spans) for identity, text, spans in rows}

    def vectors(self, ids: Iterable[str]) -> dict[str, np.ndarray]:
        """Return by chunk id: its own vector in row 0, then one row for each sentence."""
        query = "SELECT id, rows FROM vectors JOIN chunks USING (number) WHERE id"
        return {identity: self._unpacked(rows) for identity, rows in self._in(query, ids)}

    def language_means(self, audience: Audience) -> dict[str, LanguageMean]:
        """Return by language the means of what this audience may read."""
        query = "SELECT * FROM means WHERE audience IN (SELECT value FROM json_each(?))"
        parts: dict[str, list[Row]] = {}
        for language, _, *sums in self._query(query, (_names(audience.readable()),)):
            parts.setdefault(language, []).append(tuple(sums))
        return {language: _mean(rows) for language, rows in parts.items()}

    def words(self) -> tuple[list[str], list[int], np.ndarray]:
        """Return all words, in how many chunks each occurs, and their vectors as rows.

        The vectors are those of questions (one word each). Meant to be read once, at warm-up.
        """
        rows = self._query("SELECT word, chunks, vector FROM words ORDER BY word")
        flat = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.float16)
        vectors = flat.astype(np.float32).reshape(len(rows), self._dimension)
        return [row[0] for row in rows], [row[1] for row in rows], vectors

    def lexical(
        self, tokens: Iterable[str], audiences: Iterable[Audience], limit: int
    ) -> list[tuple[str, float]]:
        """Return chunk ids with BM25 scores, best (highest) first, that share any token."""
        match = " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens) if '"' not in token)
        if not match:
            return []
        query = (
            "SELECT id, -bm25(lexical) AS score FROM lexical JOIN chunks ON number = lexical.rowid "
            "WHERE lexical MATCH ? AND audience IN (SELECT value FROM json_each(?)) "
            "ORDER BY score DESC, id LIMIT ?"
        )
        return [(row[0], row[1]) for row in self._query(query, (match, _names(audiences), limit))]

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each token occurs; 0 for one that does not."""
        wanted = list(dict.fromkeys(tokens))
        known: dict[str, int] = dict(
            self._in("SELECT term, doc FROM vocabulary WHERE term", wanted)
        )
        return {token: known.get(token, 0) for token in wanted}

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """Return how rare each token is, ln(1 + (n - f + 0.5) / (f + 0.5))."""
        number = self.count_chunks()
        return {
            token: float(np.log1p((number - frequency + 0.5) / (frequency + 0.5)))
            for token, frequency in self.frequencies(tokens).items()
        }

    def document(self, url: str) -> Entry | None:
        """Return the document at this address or at one that is known for the same content."""
        query = (
            "SELECT * FROM documents WHERE url = ? OR key IN "
            "(SELECT key FROM aliases WHERE alias = ?) ORDER BY url = ? DESC, key LIMIT 1"
        )
        rows = self._query(query, (url, url, url))
        return _entry(rows[0]) if rows else None

    def documents(self) -> Iterator[Entry]:
        """Yield all documents, ordered by key."""
        return map(_entry, self._query("SELECT * FROM documents ORDER BY key"))

    def count_documents(self, audience: Audience = Audience.MEMBERS) -> int:
        """Return how many documents this audience may read."""
        return self._count("documents", audience)

    def count_chunks(self, audience: Audience = Audience.MEMBERS) -> int:
        """Return how many chunks this audience may read."""
        return self._count("chunks", audience)

    def count_sentences(self) -> int:
        """Return how many sentences there are."""
        return int(self._query("SELECT coalesce(sum(sentence_count), 0) FROM means")[0][0])

    def hashes(self) -> dict[str, str]:
        """Return the hash of every document by its key."""
        return dict(self._query("SELECT key, hash FROM documents"))

    def rows(self) -> Iterator[tuple[Chunk, np.ndarray]]:
        """Yield every chunk with its vectors, for building the vector store anew."""
        query = (
            f"SELECT number, {CHUNK_COLUMNS}, rows FROM chunks JOIN vectors USING (number) "  # noqa: S608
            "WHERE number > ? ORDER BY number LIMIT 500"
        )
        last = 0
        while batch := self._query(query, (last,)):
            last = batch[-1][0]
            for row in batch:
                yield _chunk(row[1:-1]), self._unpacked(row[-1])

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _count(self, table: str, audience: Audience) -> int:
        query = f"SELECT count(*) FROM {table} WHERE audience IN (SELECT value FROM json_each(?))"  # noqa: S608
        return int(self._query(query, (_names(audience.readable()),))[0][0])

    def _unpacked(self, rows: bytes) -> np.ndarray:
        flat = np.frombuffer(rows, dtype=np.float16).astype(np.float32)
        return flat.reshape(-1, self._dimension)

    def _in(self, query: str, values: Iterable[str]) -> Iterator[Row]:
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), _PARAMETERS):
            part = wanted[start : start + _PARAMETERS]
            yield from self._query(f"{query} IN ({', '.join('?' * len(part))})", part)

    def _query(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        with translated(), self._lock:
            return self._database.execute(query, parameters).fetchall()


def _chunk(row: Sequence[object]) -> Chunk:
    identity, url, title, section, text, language, audience, page, anchor, updated_at, ordinal = row
    return Chunk(
        id=str(identity),
        url=str(url),
        title=str(title),
        section=str(section),
        text=str(text),
        language=str(language),
        audience=Audience(str(audience)),
        page=page if isinstance(page, int) else None,
        anchor=str(anchor) if anchor is not None else None,
        updated_at=_date(updated_at),
        ordinal=ordinal if isinstance(ordinal, int) else 0,
    )


def _entry(row: Sequence[object]) -> Entry:
    key, url, source, title, language, audience, updated_at, content_hash, aliases, alternates = row
    return Entry(
        key=str(key),
        url=str(url),
        source=str(source),
        title=str(title),
        language=str(language),
        audience=Audience(str(audience)),
        updated_at=_date(updated_at),
        hash=str(content_hash),
        aliases=tuple(json.loads(str(aliases))),
        alternates=json.loads(str(alternates)),
    )


def _sentences(text: str, spans: str) -> list[Sentence]:
    return [
        Sentence(index=index, start=start, end=end, text=text[start:end], context=context)
        for index, (start, end, context) in enumerate(json.loads(spans))
    ]


def _names(audiences: Iterable[Audience]) -> str:
    return json.dumps([audience.value for audience in audiences])


def _mean(rows: Sequence[Row]) -> LanguageMean:
    passages = sum(np.frombuffer(row[0]) for row in rows)
    sentences = sum(np.frombuffer(row[2]) for row in rows)
    count, sentence_count = sum(row[1] for row in rows), sum(row[3] for row in rows)
    return LanguageMean(
        passages=(passages / max(1, count)).astype(np.float32),
        sentences=(sentences / max(1, sentence_count)).astype(np.float32),
        count=count,
        sentence_count=sentence_count,
    )


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise IndexUnavailable(f"The catalogue of the index cannot be read: {error}") from error
