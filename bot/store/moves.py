"""Rows of chats that have another address now: a group that became a supergroup."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import moves


class MoveRows:
    """Old addresses and new ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, old: str, new: str) -> None:
        """Keep where a chat has gone; who moved there before goes along."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(update(moves).where(moves.c.new == old).values(new=new))
            await connection.execute(delete(moves).where(moves.c.old == new))  # and back again
            await connection.execute(
                self._database.insert(moves)
                .values(old=old, new=new)
                .on_conflict_do_update(index_elements=["old"], set_={"new": new})
            )

        await self._database.write(work)

    async def now(self, address: str) -> str:
        """Return the address that a chat has now."""
        query = select(moves.c.new).where(moves.c.old == address)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar() or address

    async def all(self) -> dict[str, str]:
        """Return the new addresses by the old ones."""
        async with self._database.reading() as connection:
            return {row.old: row.new for row in (await connection.execute(select(moves))).all()}
