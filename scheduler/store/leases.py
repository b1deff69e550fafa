"""SQL of leases: who may do what alone, by the clock that all processes share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select, text, update

import scheduler.store.tables as tables
from scheduler.store.rows import Connection, upsert

__all__ = ["acquire", "database_now", "held", "holds", "release"]


async def database_now(connection: Connection) -> datetime:
    """Return the time by the database's clock, which all processes share."""
    if connection.dialect.name == "sqlite":
        value = await connection.scalar(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"))
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    found = await connection.scalar(text("SELECT clock_timestamp()"))
    assert isinstance(found, datetime)
    return found


async def acquire(
    connection: Connection,
    name: str,
    owner: str,
    *,
    at: datetime,
    lease: timedelta,
    is_dead: Callable[[str], bool],
) -> bool:
    """Get or keep the right to do something alone; False while another has it and lives."""
    leases = tables.leases.c
    row = {"name": name, "owner": owner, "until": at + lease}
    free = or_(leases.owner == owner, leases.until < at)
    await upsert(connection, tables.leases, [row], where=free)
    query = select(leases.owner).where(leases.name == name)
    holder = str((await connection.execute(query)).scalar())
    if holder != owner and is_dead(holder):
        theirs = update(tables.leases).where(leases.name == name, leases.owner == holder)
        changed = await connection.execute(theirs.values(owner=owner, until=at + lease))
        return changed.rowcount == 1
    return holder == owner


async def holds(connection: Connection, name: str, owner: str, *, at: datetime) -> bool:
    """Say whether the right is still held."""
    leases = tables.leases.c
    query = select(leases.until).where(leases.name == name, leases.owner == owner)
    until = (await connection.execute(query)).scalar()
    return until is not None and until >= at


async def held(connection: Connection, name: str, *, at: datetime) -> bool:
    """Say whether anybody has the right."""
    leases = tables.leases.c
    query = select(leases.owner).where(leases.name == name, leases.until >= at)
    return (await connection.execute(query)).first() is not None


async def release(connection: Connection, owner: str) -> None:
    """Give back all that one owner may do alone."""
    await connection.execute(delete(tables.leases).where(tables.leases.c.owner == owner))
