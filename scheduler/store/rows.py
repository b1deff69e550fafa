"""What all SQL of `scheduler` is written with: upserts of both dialects, lists in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["Connection", "gently", "pieces", "upsert"]

Connection = AsyncConnection
T = TypeVar("T")

#: Parameters of one `IN (…)`; SQLite takes 32,766 in a statement.
PIECE = 1000
#: Rows read or written without letting anything else run: some hundredths of a second.
GENTLE = 200


def pieces(values: Iterable[T], size: int = PIECE) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that fit a statement."""
    whole = list(values)
    for begin in range(0, len(whole), size):
        yield whole[begin : begin + size]


async def gently(values: Iterable[T]) -> AsyncIterator[Sequence[T]]:
    """Cut a list into short pieces; between them, chats are answered."""
    for number, piece in enumerate(pieces(values, GENTLE)):
        if number:
            await asyncio.sleep(0)
        yield piece


async def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    where: ColumnElement[bool] | None = None,
    keep: Iterable[str] = (),
    key: Iterable[str] = (),
) -> None:
    """Insert rows; where the key is taken, update all but the key and `keep`, if `where` holds.

    key: the columns of a unique constraint; those of the primary key unless given.
    """
    if not rows:
        return
    make: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    names = list(key) or [column.name for column in table.primary_key.columns]
    statement = make(table)
    changes = {name: statement.excluded[name] for name in rows[0] if name not in {*names, *keep}}
    conflict: Insert = (
        statement.on_conflict_do_update(index_elements=names, set_=changes, where=where)
        if changes
        else statement.on_conflict_do_nothing(index_elements=names)
    )
    async for piece in gently(rows):
        await connection.execute(conflict, list(piece))
