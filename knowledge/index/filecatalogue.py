"""The catalogue in a SQLite file inside the generation, immutable once that is announced."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from knowledge.catalogue import Catalogue
from knowledge.database import Row
from knowledge.documents import Audience
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


class FileCatalogue(Catalogue):
    """The catalogue of one generation."""

    def __init__(self, path: Path, *, dimension: int, mode: str = "ro&immutable=1") -> None:
        super().__init__(dimension=dimension)
        self._lock = threading.Lock()
        with translated():
            self._database = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
            )

    def lexical(
        self, tokens: Iterable[str], audiences: Iterable[Audience], limit: int
    ) -> list[tuple[str, float]]:
        """Return chunk ids with BM25 scores, best (highest) first, that share any token."""
        match = " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens) if '"' not in token)
        if not match:
            return []
        names = json.dumps([audience.value for audience in audiences])
        query = (
            "SELECT id, -bm25(lexical) AS score FROM lexical JOIN chunks ON number = lexical.rowid "
            "WHERE lexical MATCH ? AND audience IN (SELECT value FROM json_each(?)) "
            "ORDER BY score DESC, id LIMIT ?"
        )
        return [(row[0], row[1]) for row in self._query(query, (match, names, limit))]

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _query(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        with translated(), self._lock:
            return self._database.execute(query, parameters).fetchall()


@contextmanager
def translated() -> Iterator[None]:
    """Say in one sentence what is wrong with the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise IndexUnavailable(f"The catalogue of the index cannot be read: {error}") from error
