"""The tables, and events as text."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from scheduler.database import open_database, reading
from scheduler.events import Deadline, EventKind, Occurrence, Version
from scheduler.store import Store
from scheduler.store.codec import dump_event, load_event
from scheduler.store.rows import GENTLE, gently
from scheduler.store.tables import metadata
from tests.scheduler.posting import at, seminar


async def test_the_migrations_make_the_tables(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/s.sqlite")
    await Store(engine).upgrade()

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"version_table": "scheduler_version"}
        )
        return list(compare_metadata(context, metadata))

    async with reading(engine) as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_an_event_comes_back_as_it_was_also_within_a_doubled_hour() -> None:
    event = seminar(
        kind=EventKind.CALL,
        start=None,
        open_from=date(2027, 1, 1),
        deadlines=(Deadline(label="full", at=at("2027-10-31 02:30").replace(fold=1)),),
        occurrences=(Occurrence(recurrence_id="1", start=at("2027-10-31 02:30"), end=None),),
        versions=(Version(language="en", title="t"),),
        topics=("a", "b"),
    )

    loaded = load_event(dump_event(event))

    assert loaded == event
    assert loaded.deadlines[0].at.fold == 1
    assert dump_event(loaded) == dump_event(event)


async def test_a_long_list_is_gone_through_piece_by_piece_while_others_run() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    met = [(len(piece), turns) async for piece in gently(range(2 * GENTLE + 1))]
    task.cancel()

    assert met == [(GENTLE, 0), (GENTLE, 1), (1, 2)]
