"""SQL of single values, of the sources' state and of the audit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

import scheduler.store.tables as tables
from scheduler.events import ReminderState
from scheduler.store.rows import Connection, upsert

__all__ = [
    "AuditEntry",
    "Glance",
    "SourceState",
    "audit",
    "audit_log",
    "first_start",
    "get",
    "glance",
    "lock_planner",
    "put",
    "remove",
    "source_states",
    "source_went",
]

META, SOURCES = tables.meta.c, tables.sources.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How an event source fares."""

    name: str
    last_run_at: datetime
    last_ok_at: datetime | None = None
    #: In a row, since the last run that went well.
    failures: int = 0
    #: Why the last run changed nothing; "" if it went well.
    error: str = ""
    #: (name, error) of items that could not be read.
    broken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """All that says whether there is anything to do."""

    planned_until: datetime | None
    paused: bool
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """What somebody did."""

    at: datetime
    #: "slack:U024BE7LH"; "cli" for the command line.
    who: str
    #: "approve", "edit" …
    action: str
    #: uid of the event, address of the chat …
    subject: str
    details: str = ""


async def get(connection: Connection, name: str) -> tuple[str, datetime | None] | None:
    """Return a single value with its instant, None where it was not set."""
    row = (await connection.execute(select(tables.meta).where(META.name == name))).first()
    return (row.value, row.at) if row else None


async def glance(connection: Connection) -> Glance:
    """Look whether there is anything to do, in one statement: it is asked every other second."""
    planned = tables.reminders.c
    waits = planned.state == ReminderState.SCHEDULED.value
    query = select(
        select(META.at).where(META.name == "planned_until").scalar_subquery(),
        select(META.name).where(META.name == "paused").scalar_subquery(),
        select(func.min(planned.due_at)).where(waits).scalar_subquery(),
    )
    planned_until, paused, next_due = (await connection.execute(query)).one()
    return Glance(planned_until=planned_until, paused=paused is not None, next_due=next_due)


async def put(
    connection: Connection, name: str, value: str = "", at: datetime | None = None
) -> None:
    """Set a single value."""
    await upsert(connection, tables.meta, [{"name": name, "value": value, "at": at}])


async def remove(connection: Connection, name: str) -> None:
    """Unset a single value."""
    await connection.execute(delete(tables.meta).where(META.name == name))


async def lock_planner(connection: Connection) -> None:
    """Let one process at a time plan, until the transaction ends."""
    # SQLite's writing transactions are alone anyway; elsewhere a row is locked.
    if connection.dialect.name != "sqlite":
        await upsert(connection, tables.meta, [{"name": "planner", "value": "", "at": None}])


async def first_start(connection: Connection, now: datetime) -> datetime:
    """Return the instant of the very first start, which is `now` if there was none."""
    found = await get(connection, "first_start")
    if found and found[1]:
        return found[1]
    await put(connection, "first_start", at=now)
    return now


async def source_states(connection: Connection) -> list[SourceState]:
    """Return how the sources fare, by name."""
    rows = await connection.execute(select(tables.sources).order_by(SOURCES.name))
    return [
        SourceState(
            name=row.name,
            last_run_at=row.last_run_at,
            last_ok_at=row.last_ok_at,
            failures=row.failures,
            error=row.error,
            broken=tuple((name, error) for name, error in json.loads(row.broken or "[]")),
        )
        for row in rows
    ]


async def source_went(
    connection: Connection,
    name: str,
    now: datetime,
    *,
    error: str = "",
    broken: Sequence[tuple[str, str]] = (),
) -> None:
    """Write down how the reading of a source went; an error counts as a failure."""
    row: dict[str, Any] = {"name": name, "last_run_at": now, "error": error}
    row["broken"] = json.dumps(list(broken), ensure_ascii=False)
    if not error:
        row |= {"last_ok_at": now, "failures": 0}
    await upsert(connection, tables.sources, [row])
    if error:
        statement = update(tables.sources).where(SOURCES.name == name)
        await connection.execute(statement.values(failures=SOURCES.failures + 1))


async def audit(connection: Connection, entry: AuditEntry) -> None:
    """Keep what somebody did."""
    await connection.execute(
        insert(tables.audit).values(
            at=entry.at,
            who=entry.who,
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )
    )


async def audit_log(
    connection: Connection, *, subject: str = "", limit: int = 100
) -> list[AuditEntry]:
    """Return what people did, newest first."""
    table = tables.audit.c
    query = select(tables.audit).order_by(table.id.desc()).limit(limit)
    if subject:
        query = query.where(table.subject == subject)
    return [
        AuditEntry(
            at=row.at, who=row.who, action=row.action, subject=row.subject, details=row.details
        )
        for row in await connection.execute(query)
    ]


async def forget(connection: Connection, who: str) -> None:
    """Take a person's name out of the audit."""
    await connection.execute(update(tables.audit).where(tables.audit.c.who == who).values(who=""))
