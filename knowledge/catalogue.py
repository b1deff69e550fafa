"""What is in an index: documents, chunks, sentences, vectors, words. The reading side.

The same statements serve a SQLite file inside the generation (`index/filecatalogue`) and, for many
machines, PostgreSQL (`server/catalogue`); what the two do not share is left to them.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from knowledge.database import Row
from knowledge.documents import Audience, Chunk

#: SQLite takes at most so many parameters in one statement; a safe part of it.
_PARAMETERS = 500

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


class Catalogue(ABC):
    """The catalogue of one index. Safe to use from several threads."""

    def __init__(self, *, dimension: int) -> None:
        self._dimension = dimension

    @abstractmethod
    def lexical(
        self, tokens: Iterable[str], audiences: Iterable[Audience], limit: int
    ) -> list[tuple[str, float]]:
        """Return chunk ids with BM25 scores, best (highest) first, that share any token."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what holds the catalogue."""

    @abstractmethod
    def _query(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of an answer."""

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
        query = (
            "SELECT language, passages, passage_count, sentences, sentence_count FROM means "
            "WHERE audience"
        )
        parts: dict[str, list[Row]] = {}
        for language, *sums in self._in(query, _names(audience)):
            parts.setdefault(language, []).append(tuple(sums))
        return {language: _mean(parts[language]) for language in sorted(parts)}

    def words(self) -> tuple[list[str], list[int], np.ndarray]:
        """Return all words, in how many chunks each occurs, and their vectors as rows.

        The vectors are those of questions (one word each). Meant to be read once, at warm-up.
        """
        rows = self._query("SELECT word, chunks, vector FROM words ORDER BY word")
        flat = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.float16)
        vectors = flat.astype(np.float32).reshape(len(rows), self._dimension)
        return [row[0] for row in rows], [row[1] for row in rows], vectors

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

    def vector_ids(self) -> Iterator[tuple[str, int]]:
        """Yield the id of every chunk with the number of its vectors."""
        query = (
            "SELECT number, id, length(rows) FROM chunks JOIN vectors USING (number) "
            "WHERE number > ? ORDER BY number LIMIT 5000"
        )
        last, width = 0, self._dimension * np.dtype(np.float16).itemsize
        while batch := self._query(query, (last,)):
            last = batch[-1][0]
            yield from ((identity, size // width) for _, identity, size in batch)

    def _count(self, table: str, audience: Audience) -> int:
        query = f"SELECT count(*) FROM {table} WHERE audience"  # noqa: S608 -- our own names
        return sum(int(row[0]) for row in self._in(query, _names(audience)))

    def _unpacked(self, rows: bytes) -> np.ndarray:
        flat = np.frombuffer(rows, dtype=np.float16).astype(np.float32)
        return flat.reshape(-1, self._dimension)

    def _in(self, query: str, values: Iterable[str]) -> Iterator[Row]:
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), _PARAMETERS):
            part = wanted[start : start + _PARAMETERS]
            yield from self._query(f"{query} IN ({', '.join('?' * len(part))})", part)


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


def _names(audience: Audience) -> list[str]:
    return [each.value for each in audience.readable()]


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
