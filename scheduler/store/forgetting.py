"""SQL that removes what is kept of a person's own chat."""

from __future__ import annotations

from sqlalchemy import delete

import scheduler.store.tables as tables
from scheduler.events import PostState
from scheduler.store.rows import Connection
from scheduler.store.subscriptions import active

__all__ = ["forget"]


async def forget(connection: Connection, address: str) -> None:
    """Remove what was subscribed, planned and sent at an address.

    Not while the configuration subscribes it: its history says what must not be sent twice. A
    post that is on its way stays, so that its outcome can be noted.
    """
    if await active(connection, [address]):
        return
    for table in (tables.subscriptions, tables.reminders, tables.deliveries):
        await connection.execute(delete(table).where(table.c.address == address))
    posts = tables.posts.c
    settled = posts.state != PostState.SENDING.value
    await connection.execute(delete(tables.posts).where(posts.address == address, settled))
