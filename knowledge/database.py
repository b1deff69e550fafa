"""A database as the state of ingest uses it: one set of statements, two places.

Statements are in the SQL that SQLite and PostgreSQL share, with `?` for values.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from knowledge.diskspace import why
from knowledge.errors import KnowledgeError

#: A row of an answer.
Row = tuple[Any, ...]


class Transaction(Protocol):
    """What is done wholly or not at all."""

    def execute(self, query: str, parameters: Sequence[object] = (), /) -> object:
        """Run a statement."""

    def executemany(self, query: str, rows: Iterable[Sequence[object]], /) -> object:
        """Run a statement for each of the rows."""


class Database(Protocol):
    """Safe to use from several threads."""

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of an answer."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Open a transaction; it ends with the block."""

    def close(self) -> None:
        """Let go of the database."""


class SqliteFile:
    """A file of SQLite that several processes may use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self.translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("PRAGMA busy_timeout = 10000")

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of an answer."""
        with self.translated(), self._lock:
            return self._database.execute(query, parameters).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that holds the write lock from its first moment."""
        with self.translated(), self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def script(self, statements: str) -> None:
        """Run statements that bring their own transaction."""
        with self.translated(), self._lock:
            self._database.executescript(statements)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Say in one sentence what is wrong with the file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise KnowledgeError(f"{why(self._path.parent, error)} Nothing was changed.") from error
