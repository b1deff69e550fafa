"""What ingest remembers between runs, beside the generations: `state.sqlite`.

Pages as they were read (with what makes the next request conditional), vectors by model and text,
and the runs. Losing it costs time, never knowledge: everything is read and embedded again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.diskspace import why
from knowledge.documents import Audience, Document, Section
from knowledge.errors import KnowledgeError

#: Changes whenever the tables do; all but the vectors, which are dear, are begun anew then.
_VERSION = 4

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

#: A row of an answer of SQLite.
Row = tuple[Any, ...]

#: Of each source.
_RUNS_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page or file as it was last read."""

    #: Address or path within its source.
    key: str
    #: A file's time and size; a page's digest of what it was made from.
    stamp: str = ""
    etag: str = ""
    last_modified: str = ""
    #: Where it was found in the end; "" : at its key.
    url: str = ""
    #: Addresses it leads to.
    links: tuple[str, ...] = ()
    #: Kept for sitemaps, feeds and robots.txt, which are read again when the server says 304.
    body: bytes | None = None
    #: None: it holds no document.
    document: Document | None = None
    #: Of the document's content; "" if there is none.
    hash: str = ""
    #: For finding near-duplicates.
    signature: bytes = b""
    #: Why it holds no document, where it should.
    error: str = ""
    checked_at: datetime


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

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        with translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("PRAGMA busy_timeout = 10000")
            self._upgrade()
        self._path = path

    # Pages

    def page(self, source: str, key: str) -> Page | None:
        """Return what was last read at this address."""
        rows = self._rows("SELECT * FROM pages WHERE source = ? AND key = ?", (source, key))
        return _page(rows[0]) if rows else None

    def stamps(self, source: str) -> dict[str, tuple[str, str, str]]:
        """Return stamp, hash ("" if there is no document) and error of all pages of a source."""
        query = "SELECT key, stamp, hash, error FROM pages WHERE source = ?"
        return {key: (stamp, *rest) for key, stamp, *rest in self._rows(query, (source,))}

    def hashes(self, source: str) -> dict[str, tuple[str, bytes]]:
        """Return hash and signature of every document of a source, by key."""
        query = (
            "SELECT key, hash, signature FROM pages WHERE source = ? AND hash != '' ORDER BY key"
        )
        return {
            key: (content, signature) for key, content, signature in self._rows(query, (source,))
        }

    def save(self, source: str, pages: Iterable[Page]) -> None:
        """Remember pages as they were read."""
        rows = [
            (
                source,
                page.key,
                page.stamp,
                page.etag,
                page.last_modified,
                page.url,
                json.dumps(page.links, ensure_ascii=False),
                zlib.compress(page.body) if page.body is not None else None,
                page.hash,
                page.signature,
                _packed(page.document) if page.document else None,
                page.error,
                page.checked_at.isoformat(),
            )
            for page in pages
        ]
        marks = ", ".join("?" * 13)
        with self._writing() as database:
            database.executemany(f"INSERT OR REPLACE INTO pages VALUES ({marks})", rows)  # noqa: S608

    def forget(self, source: str, keys: Iterable[str] | None = None) -> None:
        """Forget pages of a source; all of them if no keys are given."""
        with self._writing() as database:
            if keys is None:
                database.execute("DELETE FROM pages WHERE source = ?", (source,))
                database.execute("DELETE FROM members WHERE source = ?", (source,))
                return
            query = "DELETE FROM pages WHERE source = ? AND key = ?"
            database.executemany(query, [(source, key) for key in keys])

    def tidy(self, source: str, before: datetime) -> None:
        """Forget documents the source does not hold, and pages not looked at since `before`."""
        with self._writing() as database:
            database.execute(
                "DELETE FROM pages WHERE source = ?1 AND hash != '' AND key NOT IN "
                "(SELECT key FROM members WHERE source = ?1)",
                (source,),
            )
            database.execute(
                "DELETE FROM pages WHERE source = ? AND hash = '' AND checked_at < ?",
                (source, before.isoformat()),
            )

    # What is agreed

    def members(self, source: str) -> dict[str, str]:
        """Return the documents a source was agreed to hold, with their hashes."""
        return dict(self._rows("SELECT key, hash FROM members WHERE source = ?", (source,)))

    def sources(self) -> list[str]:
        """Return the names of all sources that hold documents."""
        return [row[0] for row in self._rows("SELECT DISTINCT source FROM members ORDER BY source")]

    def agree(self, members: Mapping[str, Mapping[str, str]]) -> None:
        """Write down what these sources hold from now on."""
        with self._writing() as database:
            for source, keys in members.items():
                database.execute("DELETE FROM members WHERE source = ?", (source,))
                database.executemany(
                    "INSERT INTO members VALUES (?, ?, ?)",
                    [(source, key, content) for key, content in keys.items()],
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
            for content, vector in self._rows(query, (model, *part)):
                found[by_hash[content]] = np.frombuffer(vector, dtype=np.float32)
        return found

    def save_vectors(self, model: str, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Remember vectors, so that no text is embedded twice."""
        rows = [
            (model, text_hash(text), vector.astype(np.float32).tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        with self._writing() as database:
            database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def keep_vectors(self, model: str, hashes: set[bytes]) -> None:
        """Forget the vectors of texts that are not in the index any more, once they are many."""
        (count,) = self._rows("SELECT count(*) FROM vectors")[0]
        if count < 2 * len(hashes) + 10_000:
            return
        with self._writing() as database:
            known = [
                row[0] for row in self._rows("SELECT hash FROM vectors WHERE model = ?", (model,))
            ]
            database.execute("DELETE FROM vectors WHERE model != ?", (model,))
            database.executemany(
                "DELETE FROM vectors WHERE model = ? AND hash = ?",
                [(model, content) for content in known if content not in hashes],
            )

    # Runs

    def record(self, run: Run) -> None:
        """Remember how reading a source ended."""
        with self._writing() as database:
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
        return {row[0]: _run(row) for row in self._rows(query)}

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Inside

    def _upgrade(self) -> None:
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version == _VERSION:
            return
        for name in ("pages", "members", "runs"):
            self._database.execute(f"DROP TABLE IF EXISTS {name}")
        self._database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with translated(self._path), self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _rows(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        with translated(self._path), self._lock:
            return self._database.execute(query, parameters).fetchall()


def text_hash(text: str) -> bytes:
    """Return what a text's vector is remembered by."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]


def content_hash(document: Document) -> str:
    """Return a hash of all that a document says, however it was come by."""
    return hashlib.sha256(json.dumps(_plain(document), sort_keys=True).encode()).hexdigest()[:32]


def _plain(document: Document) -> dict[str, object]:
    sections = [
        [list(each.path), each.text, each.page, each.anchor, each.language]
        for each in document.sections
    ]
    return {
        "url": document.url,
        "title": document.title,
        "sections": sections,
        "language": document.language,
        "audience": document.audience.value,
        "updated_at": document.updated_at and document.updated_at.isoformat(),
        "aliases": list(document.aliases),
        "alternates": dict(document.alternates),
        "structured": list(document.structured),
    }


def _packed(document: Document) -> bytes:
    kept = {**_plain(document), "source": document.source, "key": document.key}
    return zlib.compress(json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"), 6)


def _document(packed: bytes) -> Document:
    kept = json.loads(zlib.decompress(packed))
    sections = tuple(
        Section(path=tuple(path), text=text, page=page, anchor=anchor, language=language)
        for path, text, page, anchor, language in kept.pop("sections")
    )
    updated_at = kept.pop("updated_at")
    return Document(
        **{
            **kept,
            "sections": sections,
            "updated_at": date.fromisoformat(updated_at) if updated_at else None,
            "aliases": tuple(kept["aliases"]),
            "structured": tuple(kept["structured"]),
            "audience": Audience(kept["audience"]),
        }
    )


def _page(row: Sequence[object]) -> Page:
    _, key, stamp, etag, last_modified, url, links, body, content, *rest = row
    signature, document, error, checked = rest
    return Page(
        key=str(key),
        stamp=str(stamp),
        etag=str(etag),
        last_modified=str(last_modified),
        url=str(url),
        links=tuple(json.loads(str(links))),
        body=zlib.decompress(body) if isinstance(body, bytes) else None,
        hash=str(content),
        signature=signature if isinstance(signature, bytes) else b"",
        document=_document(document) if isinstance(document, bytes) else None,
        error=str(error),
        checked_at=datetime.fromisoformat(str(checked)),
    )


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


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Say in one sentence what is wrong with the file."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise KnowledgeError(f"{why(path.parent, error)} Nothing was changed.") from error
