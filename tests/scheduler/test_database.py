"""Opening a database: one writer at a time, instants in UTC, migrations under a lock, no words in
errors."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text, update
from sqlalchemy.exc import OperationalError

from scheduler.database import DatabaseError, Instant, open_database, reading, upgrade, writing

MIGRATION = '''"""First."""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("counter", sa.Column("n", sa.Integer, nullable=False))
    op.execute("INSERT INTO counter VALUES (0)")
'''


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "scripts"
    (folder / "versions").mkdir(parents=True)
    (folder / "versions" / "0001_first.py").write_text(MIGRATION)
    return folder


async def test_concurrent_increments_are_all_kept(tmp_path: Path, scripts: Path) -> None:
    engines = [open_database(f"sqlite:///{tmp_path}/a/b.sqlite") for _ in range(3)]
    await upgrade(engines[0], scripts, "version_a")
    counter = Table("counter", MetaData(), Column("n", Integer))

    async def increment(n: int) -> None:
        async with writing(engines[n % 3]) as connection:
            value = (await connection.execute(select(counter.c.n))).scalar_one()
            await connection.execute(update(counter).values(n=value + 1))

    await asyncio.gather(*(increment(n) for n in range(60)))

    async with reading(engines[0]) as connection:
        assert (await connection.execute(select(counter.c.n))).scalar_one() == 60
    for engine in engines:
        await engine.dispose()


async def test_upgrade_runs_once_for_all(tmp_path: Path, scripts: Path) -> None:
    engines = [open_database(f"sqlite:///{tmp_path}/b.sqlite") for _ in range(4)]

    await asyncio.gather(*(upgrade(engine, scripts, "version_b") for engine in engines))

    async with reading(engines[0]) as connection:
        counts = await connection.execute(
            text("SELECT (SELECT count(*) FROM counter), (SELECT version_num FROM version_b)")
        )
        assert counts.one() == (1, "0001")
    for engine in engines:
        await engine.dispose()


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, scripts: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/b.sqlite")
    await upgrade(engine, scripts, "version_b")
    async with writing(engine) as connection:
        await connection.execute(text("UPDATE version_b SET version_num = '0099'"))

    with pytest.raises(DatabaseError) as refused:
        await upgrade(engine, scripts, "version_b")

    await engine.dispose()
    assert str(refused.value) == (
        "The database is of a newer version of the assistant (schema 0099). Update the assistant, "
        "or restore a backup of this version; nothing was changed."
    )


async def test_instants_come_back_in_utc(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/c.sqlite")
    table = Table("t", MetaData(), Column("at", Instant))
    at = datetime(2027, 3, 28, 3, 30, tzinfo=timezone(timedelta(hours=2)))

    async with writing(engine) as connection:
        await connection.run_sync(table.metadata.create_all)
        await connection.execute(insert(table).values(at=at))

    async with reading(engine) as connection:
        found = (await connection.execute(select(table.c.at))).scalar_one()
    assert (found, found.tzinfo) == (at, UTC)
    await engine.dispose()


@pytest.mark.parametrize(
    "url",
    ["mysql://a/b", "nonsense", "", "postgresql://u:p@host:port/db", "postgresql://h:99999x/d"],
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(DatabaseError):
        open_database(url)


async def test_an_error_does_not_tell_what_people_wrote(tmp_path: Path, scripts: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/b.sqlite")
    await upgrade(engine, scripts, "version_a")

    with pytest.raises(OperationalError) as raised:
        async with writing(engine) as connection:
            await connection.execute(text("INSERT INTO nothing VALUES (:said)"), {"said": "Kdy?"})
    await engine.dispose()

    assert ("INSERT INTO nothing" in str(raised.value), "Kdy?" in str(raised.value)) == (
        True,
        False,
    )
