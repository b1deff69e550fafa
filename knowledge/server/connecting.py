"""Connections to PostgreSQL, as `knowledge` uses them.

Statements are written for SQLite and PostgreSQL alike, with `?` for values.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from knowledge.database import Row
from knowledge.errors import ConfigurationError, ServerUnavailable

#: Seconds until a server that does not answer is given up, and milliseconds for one statement.
_CONNECT_TIMEOUT, _READ_TIMEOUT = 10, 30_000

#: Of each connection. A peer that vanished is noticed within a minute, and its locks are free.
_OPTIONS = (
    "SET search_path TO knowledge",
    "SET jit TO off",
    "SET max_parallel_workers_per_gather TO 0",
    "SET tcp_keepalives_idle TO 20",
    "SET tcp_keepalives_interval TO 10",
    "SET tcp_keepalives_count TO 3",
)

_VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"


def open_engine(url: str) -> Engine:
    """Return a pool of connections to the database, whose tables are up to date at first use."""
    engine = create_engine(
        _address(url),
        pool_size=2,
        max_overflow=8,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT,
            "keepalives_idle": 20,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 60_000,
        },
    )
    event.listen(engine, "connect", _prepare)
    return engine


def ensure_tables(engine: Engine) -> None:
    """Bring the tables up to date, if they are not."""
    newest = max(path.name[:4] for path in _VERSIONS.glob("[0-9]*.py"))
    with translated(), engine.connect() as connection:
        there = connection.exec_driver_sql("SELECT to_regclass('knowledge.version')").scalar()
        query = "SELECT version_num FROM knowledge.version"
        if there and connection.exec_driver_sql(query).scalar() == newest:
            return
    from knowledge.migrations import upgrade  # noqa: PLC0415 -- slow import, seldom needed

    with translated():
        upgrade(engine.execution_options(isolation_level="READ COMMITTED"))


class Pool:
    """Reads from several threads, each by a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of an answer."""
        with translated(), self._engine.connect() as connection:
            return _rows(connection, query, parameters)


class Session:
    """One connection; safe to use from several threads, one after the other."""

    def __init__(self, engine: Engine) -> None:
        self._lock = threading.RLock()
        with translated():
            self._connection = engine.connect()

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of an answer."""
        with self._lock, translated():
            return _rows(self._connection, query, parameters)

    def execute(self, query: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement."""
        with self._lock, translated():
            self._connection.exec_driver_sql(_marked(query), _storable(parameters))

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each of the rows."""
        given = [_storable(row) for row in rows]
        with self._lock, translated():
            if given:
                self._connection.exec_driver_sql(_marked(query), given)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Run what follows as one transaction."""
        with self._lock:
            self.execute("BEGIN")
            try:
                yield self
            except BaseException:
                with suppress(ServerUnavailable):  # the connection is gone, and with it all of it
                    self.execute("ROLLBACK")
                raise
            self.execute("COMMIT")

    def close(self) -> None:
        """Give the connection back, with what it holds: locks end."""
        with suppress(SQLAlchemyError):
            self._connection.invalidate()
        with suppress(SQLAlchemyError):
            self._connection.close()


@contextmanager
def translated() -> Iterator[None]:
    """Say in one sentence what is wrong with the database."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        lines = str(cause).strip().splitlines()
        raise ServerUnavailable(
            f"The database of the index does not answer: {lines[0] if lines else 'no reason'}"
        ) from error


def _rows(connection: Connection, query: str, parameters: Sequence[object]) -> list[Row]:
    result = connection.exec_driver_sql(_marked(query), _storable(parameters))
    return [tuple(row) for row in result]


def _storable(values: Iterable[object]) -> tuple[object, ...]:
    """PostgreSQL keeps no NUL in a text; a sign of the same length stands for it."""
    return tuple(
        value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values
    )


@cache
def _marked(query: str) -> str:
    """Write `?` as psycopg wants it."""
    return query.replace("%", "%%").replace("?", "%s")


def _address(url: str) -> URL:
    try:
        return make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:  # the latter for a port that is none
        raise ConfigurationError(
            "CSCC_DATABASE_URL is no address of a database: postgresql://USER:PASSWORD@HOST/NAME."
        ) from error


def _prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.autocommit = True
    for statement in _OPTIONS:
        connection.execute(statement)
