"""What ingest remembers between runs, beside the generations: `state.sqlite`, or PostgreSQL.

Pages as they were read (with what makes the next request conditional), vectors by model and text,
and the runs. Losing it costs time, never knowledge: everything is read and embedded again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from knowledge.database import Database, SqliteFile
from knowledge.index.pages import PAGE_COLUMNS, Page, page_of, row_of

#: Changes whenever the tables do; all but the vectors, which are dear, are begun anew then.
_VERSION = 5

_SCHEMA = """
CREATE TABLE pages (
    source TEXT, key TEXT, stamp TEXT NOT NULL DEFAULT '', etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '', url TEXT NOT NULL DEFAULT '',
    links TEXT NOT NULL DEFAULT '[]', body BLOB, hash TEXT NOT NULL DEFAULT '',
    signature BLOB, document BLOB, error TEXT NOT NULL DEFAULT '', checked_at TEXT NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
-- What each source is agreed to hold: changed only together with the index.
CREATE TABLE members (
    source TEXT, key TEXT, hash TEXT NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;
-- Documents whose events were handed on, with what they said then.
CREATE TABLE announced (
    source TEXT, key TEXT, hash TEXT NOT NULL, PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (
    model TEXT, hash BLOB, vector BLOB NOT NULL, PRIMARY KEY (model, hash)
) WITHOUT ROWID;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, started_at TEXT NOT NULL,
    seconds REAL NOT NULL, error TEXT NOT NULL, documents INTEGER NOT NULL, added INTEGER NOT NULL,
    updated INTEGER NOT NULL, removed INTEGER NOT NULL, failures TEXT NOT NULL
);
CREATE INDEX runs_source ON runs (source, number);
"""

#: Of each source.
_RUNS_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How reading one source ended."""

    source: str
    started_at: datetime
    seconds: float
    #: Why the source as a whole failed; "" if it did not.
    error: str = ""
    documents: int = 0
    added: int = 0
    updated: int = 0
    removed: int = 0
    #: URL -> reason.
    failures: Mapping[str, str] = field(default_factory=dict)


class State:
    """The memory of ingest. Only the process that holds the ingest lock writes to it."""

    def __init__(self, database: Database) -> None:
        """Remember in a database that has the tables."""
        self._database = database

    @classmethod
    def in_file(cls, path: Path) -> State:
        """Open a file; it is made if there is none."""
        file = SqliteFile(path)
        (version,) = file.rows("PRAGMA user_version")[0]
        if version != _VERSION:
            gone = "".join(
                f"DROP TABLE IF EXISTS {name}; "
                for name in ("pages", "members", "announced", "runs")
            )
            file.script(f"BEGIN; {gone} {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        return cls(file)

    # Pages

    def page(self, source: str, key: str) -> Page | None:
        """Return what was last read at this address."""
        query = f"SELECT {PAGE_COLUMNS} FROM pages WHERE source = ? AND key = ?"  # noqa: S608 -- our names
        rows = self._database.rows(query, (source, key))
        return page_of(rows[0]) if rows else None

    def stamps(self, source: str) -> dict[str, tuple[str, str, str]]:
        """Return stamp, hash ("" if there is no document) and error of all pages of a source."""
        query = "SELECT key, stamp, hash, error FROM pages WHERE source = ?"
        return {key: (stamp, *rest) for key, stamp, *rest in self._database.rows(query, (source,))}

    def hashes(self, source: str) -> dict[str, tuple[str, bytes]]:
        """Return hash and signature of every document of a source, by key."""
        query = (
            "SELECT key, hash, signature FROM pages WHERE source = ? AND hash != '' ORDER BY key"
        )
        return {
            key: (content, signature)
            for key, content, signature in self._database.rows(query, (source,))
        }

    def save(self, source: str, pages: Iterable[Page]) -> None:
        """Remember pages as they were read."""
        rows = [row_of(source, page) for page in pages]
        with self._database.writing() as database:
            database.executemany(_upsert("pages", PAGE_COLUMNS, 2), rows)

    def forget(self, source: str, keys: Iterable[str] | None = None) -> None:
        """Forget pages of a source; all of them if no keys are given."""
        with self._database.writing() as database:
            if keys is None:
                database.execute("DELETE FROM pages WHERE source = ?", (source,))
                database.execute("DELETE FROM members WHERE source = ?", (source,))
                database.execute("DELETE FROM announced WHERE source = ?", (source,))
                return
            query = "DELETE FROM pages WHERE source = ? AND key = ?"
            database.executemany(query, [(source, key) for key in keys])

    def tidy(self, source: str, before: datetime) -> None:
        """Forget documents the source does not hold, and pages not looked at since `before`."""
        with self._database.writing() as database:
            database.execute(
                "DELETE FROM pages WHERE source = ? AND hash != '' AND key NOT IN "
                "(SELECT key FROM members WHERE source = ?)",
                (source, source),
            )
            database.execute(
                "DELETE FROM announced WHERE source = ? AND key NOT IN "
                "(SELECT key FROM members WHERE source = ?)",
                (source, source),
            )
            database.execute(
                "DELETE FROM pages WHERE source = ? AND hash = '' AND checked_at < ?",
                (source, before.isoformat()),
            )

    # What is agreed

    def members(self, source: str) -> dict[str, str]:
        """Return the documents a source was agreed to hold, with their hashes."""
        return dict(
            self._database.rows("SELECT key, hash FROM members WHERE source = ?", (source,))
        )

    def sources(self) -> list[str]:
        """Return the names of all sources that hold documents."""
        return [
            row[0]
            for row in self._database.rows("SELECT DISTINCT source FROM members ORDER BY source")
        ]

    def agree(self, members: Mapping[str, Mapping[str, str]]) -> None:
        """Write down what these sources hold from now on."""
        with self._database.writing() as database:
            for source, keys in members.items():
                database.execute("DELETE FROM members WHERE source = ?", (source,))
                database.executemany(
                    "INSERT INTO members VALUES (?, ?, ?)",
                    [(source, key, content) for key, content in keys.items()],
                )

    # What is announced

    def unannounced(self, source: str) -> list[str]:
        """Return the documents whose events were not handed on since they changed."""
        query = (
            "SELECT members.key FROM members LEFT JOIN announced ON announced.source = "
            "members.source AND announced.key = members.key AND announced.hash = members.hash "
            "WHERE members.source = ? AND announced.key IS NULL ORDER BY members.key"
        )
        return [row[0] for row in self._database.rows(query, (source,))]

    def announce(self, source: str, hashes: Mapping[str, str]) -> None:
        """Remember that the events of documents were handed on, by key and hash."""
        with self._database.writing() as database:
            database.executemany(
                _upsert("announced", "source, key, hash", 2),
                [(source, key, content) for key, content in hashes.items()],
            )

    # Vectors

    def vectors(self, model: str, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the vectors that are known for these texts."""
        found: dict[str, np.ndarray] = {}
        by_hash = {text_hash(text): text for text in texts}
        hashes = list(by_hash)
        for start in range(0, len(hashes), 500):
            part = hashes[start : start + 500]
            marks = ", ".join("?" * len(part))
            query = f"SELECT hash, vector FROM vectors WHERE model = ? AND hash IN ({marks})"  # noqa: S608
            for content, vector in self._database.rows(query, (model, *part)):
                found[by_hash[content]] = np.frombuffer(vector, dtype=np.float32)
        return found

    def save_vectors(self, model: str, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Remember vectors, so that no text is embedded twice."""
        rows = [
            (model, text_hash(text), vector.astype(np.float32).tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        with self._database.writing() as database:
            database.executemany(_upsert("vectors", "model, hash, vector", 2), rows)

    def keep_vectors(self, model: str, hashes: set[bytes]) -> None:
        """Forget the vectors of texts that are not in the index any more, once they are many."""
        (count,) = self._database.rows("SELECT count(*) FROM vectors")[0]
        if count < 2 * len(hashes) + 10_000:
            return
        with self._database.writing() as database:
            known = [
                row[0]
                for row in self._database.rows("SELECT hash FROM vectors WHERE model = ?", (model,))
            ]
            database.execute("DELETE FROM vectors WHERE model != ?", (model,))
            database.executemany(
                "DELETE FROM vectors WHERE model = ? AND hash = ?",
                [(model, content) for content in known if content not in hashes],
            )

    # Runs

    def record(self, run: Run) -> None:
        """Remember how reading a source ended."""
        with self._database.writing() as database:
            database.execute(
                "INSERT INTO runs (source, started_at, seconds, error, documents, added, updated,"
                " removed, failures) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run.source,
                    run.started_at.isoformat(),
                    run.seconds,
                    run.error,
                    run.documents,
                    run.added,
                    run.updated,
                    run.removed,
                    json.dumps(dict(run.failures), ensure_ascii=False),
                ),
            )
            database.execute(
                "DELETE FROM runs WHERE source = ? AND number NOT IN (SELECT number FROM runs"
                " WHERE source = ? ORDER BY number DESC LIMIT ?)",
                (run.source, run.source, _RUNS_KEPT),
            )

    def last_runs(self, *, good: bool = False) -> dict[str, Run]:
        """Return the last run of each source; with `good` the last that could read it."""
        which = "WHERE error = ''" if good else ""
        query = (
            "SELECT source, started_at, seconds, error, documents, added, updated, removed,"  # noqa: S608
            " failures FROM runs WHERE number IN "
            f"(SELECT max(number) FROM runs {which} GROUP BY source)"
        )
        return {row[0]: _run(row) for row in self._database.rows(query)}

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def _upsert(table: str, columns: str, keys: int) -> str:
    """Return what writes a row, over the one that has the same first columns."""
    names = columns.split(", ")
    key, marks = ", ".join(names[:keys]), ", ".join("?" * len(names))
    taken = ", ".join(f"{name} = excluded.{name}" for name in names[keys:])
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) "  # noqa: S608 -- our own names
        f"ON CONFLICT ({key}) DO UPDATE SET {taken}"
    )


def text_hash(text: str) -> bytes:
    """Return what a text's vector is remembered by."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]


def _run(row: Sequence[object]) -> Run:
    source, started_at, seconds, error, documents, added, updated, removed, failures = row
    return Run(
        source=str(source),
        started_at=datetime.fromisoformat(str(started_at)),
        seconds=float(str(seconds)),
        error=str(error),
        documents=int(str(documents)),
        added=int(str(added)),
        updated=int(str(updated)),
        removed=int(str(removed)),
        failures=json.loads(str(failures)),
    )
