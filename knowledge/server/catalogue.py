"""The catalogue of one generation in PostgreSQL."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from knowledge.catalogue import Catalogue
from knowledge.database import Row
from knowledge.documents import Audience

#: Runs a statement and returns its rows.
Query = Callable[[str, Sequence[object]], list[Row]]

#: Columns by table, for what stands under the name of the table in every statement: the rows that
#: count in one generation.
_VERSIONED = {
    "documents": "key, url, source, title, language, audience, updated_at, hash, aliases, "
    "alternates",
    "aliases": "alias, key",
    "chunks": "number, id, document, url, title, section, text, language, audience, page, anchor, "
    "updated_at, ordinal, spans, length, tokens, repeated",
}

#: The constants of BM25, as in SQLite's FTS5.
_K1, _B = 1.2, 0.75

#: The least that a word in most chunks is worth, as there.
_LEAST_IDF = 1e-6

#: Letters of a token; a lexeme of PostgreSQL has at most 2046 bytes.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class _Hit:
    """One of the words asked for, in one chunk."""

    chunk: str
    #: Words in the chunk, and how often this one occurs there.
    length: int
    token: str
    count: int


class ServerCatalogue(Catalogue):
    """Reads one generation; what others write meanwhile is not seen."""

    def __init__(
        self, query: Query, *, number: int, dimension: int, model: str, length: float = 0.0
    ) -> None:
        """Read the generation of this number.

        model: short name of the embedding model, for the vectors of words.
        length: words in a chunk on average.
        """
        super().__init__(dimension=dimension)
        self._ask = query
        self._tables = _tables(number, model)
        self._length = length

    def lexical(
        self, tokens: Iterable[str], audiences: Iterable[Audience], limit: int
    ) -> list[tuple[str, float]]:
        """Return chunk ids with BM25 scores, best (highest) first, that share any token.

        The scores are those of SQLite's FTS5, whatever PostgreSQL would rank by itself.
        """
        wanted = [token for token in dict.fromkeys(tokens) if len(token) <= LONGEST]
        hits = self._hits(wanted, audiences)
        if not hits:
            return []
        total = self._total
        frequencies = self.frequencies(wanted)
        idf = {token: _idf(total, frequencies[token]) for token in wanted}
        by_chunk: dict[str, dict[str, _Hit]] = defaultdict(dict)
        for hit in hits:
            by_chunk[hit.chunk][hit.token] = hit
        scores = [(each, _bm25(idf, found, self._length)) for each, found in by_chunk.items()]
        return sorted(scores, key=lambda each: (-each[1], each[0]))[:limit]

    def close(self) -> None:
        """Nothing is held between two questions."""

    @cached_property
    def _total(self) -> int:
        """Return how many chunks there are, of which a word is in some."""
        return self.count_chunks()

    def _hits(self, tokens: Sequence[str], audiences: Iterable[Audience]) -> list[_Hit]:
        query = (
            "SELECT id, length, token, coalesce((repeated ->> token)::int, 1) "
            "FROM unnest(?::text[], ?::text[]) AS wanted (token, lexeme) "
            "JOIN chunks ON tokens @@ lexeme::tsquery WHERE audience = ANY (?)"
        )
        names = [audience.value for audience in audiences]
        rows = self._query(query, (list(tokens), [_lexeme(each) for each in tokens], names))
        return [_Hit(*row) for row in rows]

    def _query(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._ask(f"{self._tables} {query}", parameters)


@cache
def _tables(number: int, model: str) -> str:
    """Return what gives every table the rows of one generation."""
    counts = f"since <= {number} AND until > {number}"
    parts = [
        f"{table} AS NOT MATERIALIZED (SELECT {columns} FROM knowledge.{table} WHERE {counts})"  # noqa: S608 -- our own names
        for table, columns in _VERSIONED.items()
    ]
    parts.append("vectors AS NOT MATERIALIZED (SELECT number, rows FROM knowledge.chunks)")
    parts += [
        f"{table} AS NOT MATERIALIZED (SELECT * FROM knowledge.{table} WHERE generation = {number})"  # noqa: S608
        for table in ("means", "vocabulary")
    ]
    parts.append(
        "words AS NOT MATERIALIZED (SELECT word, chunks, vector FROM knowledge.words "  # noqa: S608
        "JOIN knowledge.word_vectors USING (word) "
        f"WHERE generation = {number} AND model = '{model}')"
    )
    return f"WITH {', '.join(parts)}"


def _lexeme(token: str) -> str:
    """Write a token as a query of PostgreSQL that means just it."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _idf(total: int, frequency: int) -> float:
    value = math.log((total - frequency + 0.5) / (frequency + 0.5))
    return value if value > 0 else _LEAST_IDF


def _bm25(idf: Mapping[str, float], hits: Mapping[str, _Hit], average: float) -> float:
    """Sum up in the order of the question, as FTS5 does, so that scores are equal to the bit."""
    score = 0.0
    for token, weight in idf.items():
        if hit := hits.get(token):
            longer = _K1 * (1 - _B + _B * hit.length / average)
            score += weight * ((hit.count * (_K1 + 1.0)) / (hit.count + longer))
    return score
