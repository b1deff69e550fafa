"""Brings the tables of `knowledge` in PostgreSQL to their newest version."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine

#: The schema of PostgreSQL that holds all tables of ours, and the table of versions in it.
SCHEMA, _VERSIONS = "knowledge", "version"

#: Key of the advisory lock around migrations: any number that is only ours.
_LOCK = 0x43534B55

_HERE = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Bring the tables to their newest version, alone: other processes wait."""
    newest = max(path.name[:4] for path in (_HERE / "versions").glob("[0-9]*.py"))
    with engine.begin() as connection:
        if _version(connection) == newest:
            return
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        _migrate(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS, schema=SCHEMA):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {SCHEMA}.{_VERSIONS}"))  # noqa: S608
    return found


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    context = MigrationContext.configure(
        connection, opts={"version_table": _VERSIONS, "version_table_schema": SCHEMA}
    )
    current = context.get_current_revision()
    with Operations.context(context):
        for script in reversed([*scripts.iterate_revisions("head", current or "base")]):
            if script.revision != current:
                script.module.upgrade()
                context.stamp(scripts, script.revision)
