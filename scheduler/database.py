"""Opens the database and brings a schema up to date; the only module that knows Alembic.

`scheduler/store/` and `bot/store.py` sit on it, each with its own migrations and version table.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import DateTime, Dialect, event, inspect, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from scheduler.errors import SchedulerError

__all__ = ["DatabaseError", "Instant", "open_database", "reading", "upgrade", "writing"]

#: How long SQLite waits for another process's write lock; ingest and backups write for seconds.
BUSY_TIMEOUT = 30  # seconds
#: Key of PostgreSQL's advisory lock around migrations: any number that is only ours.
UPGRADE_LOCK = 0x43534343

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
#: In one process, writers queue here rather than in SQLite's unfair sleep-and-retry.
_WRITERS: WeakKeyDictionary[AsyncEngine, asyncio.Lock] = WeakKeyDictionary()


class DatabaseError(SchedulerError):
    """The database cannot be opened. CSCC_DATABASE_URL is sqlite:///FILE or postgresql://…"""


class Instant(TypeDecorator[datetime]):
    """An aware instant; kept in UTC, and comes back in UTC from every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite has no zones, so there the column is UTC by agreement."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- SQLAlchemy calls it so
    ) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def open_database(url: str) -> AsyncEngine:
    """Return an engine for `sqlite:///FILE` or `postgresql://…`; the file's folder is made.

    Use it through `reading` and `writing`.

    Raises:
        DatabaseError: the URL is not one of these, or the folder cannot be made.
    """
    address = _address(url)
    # What people write stands in the rows: an error that is logged must not tell it.
    make = partial(create_async_engine, address, hide_parameters=True)
    if address.get_backend_name() == "postgresql":
        return make(pool_size=8, max_overflow=8, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        try:
            Path(address.database).absolute().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"The database's folder cannot be made: {error}") from error
    engine = make(connect_args={"timeout": BUSY_TIMEOUT})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        return address.set(drivername=_DRIVERS[address.drivername.partition("+")[0]])
    except (ArgumentError, KeyError, ValueError) as error:  # ValueError: of a port
        raise DatabaseError from error


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that only reads: it sees one state and blocks nobody."""
    async with engine.connect() as connection:
        reader = await connection.execution_options(cscc_read_only=True)
        async with reader.begin():
            yield reader


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that may write; on SQLite it holds the write lock from its first moment.

    What it reads can therefore not change before it writes.
    """
    if engine.dialect.name != "sqlite":
        async with engine.begin() as connection:
            yield connection
        return
    async with _WRITERS.setdefault(engine, asyncio.Lock()), engine.begin() as connection:
        yield connection


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # pysqlite would begin transactions by itself, deferred
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # A power cut may not forget that something was sent.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("cscc_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


async def upgrade(engine: AsyncEngine, script_location: Path, version_table: str) -> None:
    """Bring one schema to its newest version, alone: other processes wait.

    script_location: a folder with `versions/NNNN_what.py`, whose `revision` is "NNNN".
    """
    newest = max(path.name[:4] for path in (script_location / "versions").glob("[0-9]*.py"))
    async with reading(engine) as connection:
        if await connection.run_sync(_version, version_table) == newest:
            return
    async with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK}
            )
        await connection.run_sync(_migrate, script_location, version_table)


def _version(connection: Connection, table: str) -> str | None:
    if not inspect(connection).has_table(table):
        return None
    return connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar()  # noqa: S608


def _migrate(connection: Connection, script_location: Path, version_table: str) -> None:
    # Most starts find the schema up to date and need none of it.
    from alembic.config import Config  # noqa: PLC0415 -- slow import
    from alembic.migration import MigrationContext  # noqa: PLC0415 -- slow import
    from alembic.operations import Operations  # noqa: PLC0415 -- slow import
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- slow import

    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    current = context.get_current_revision()
    if current and current not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseError(
            f"The database is of a newer version of the assistant (schema {current}). Update the "
            "assistant, or restore a backup of this version; nothing was changed."
        )
    with Operations.context(context):
        for script in reversed([*scripts.iterate_revisions("head", current or "base")]):
            if script.revision != current:
                script.module.upgrade()
                context.stamp(scripts, script.revision)
