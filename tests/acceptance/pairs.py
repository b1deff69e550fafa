"""Two `cscc run` processes on one PostgreSQL, as behind a load balancer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from tests.acceptance.processes import Home, Running
from tests.knowledge.servers import postgres

__all__ = ["database", "pair"]


@contextmanager
def database() -> Iterator[str]:
    """Run a server of PostgreSQL; yield its address."""
    with postgres() as server:
        yield server.url


@asynccontextmanager
async def pair(
    home: Home, database_url: str, **more: str
) -> AsyncIterator[tuple[Running, Running]]:
    """Run two processes at once in one folder, which is ingested already.

    Each has a port of its own. One that was killed meanwhile is left alone.
    """
    more = {"CSCC_DATABASE_URL": database_url, **more}
    both = [await home.launch(**more), await home.launch(**more)]
    try:
        await asyncio.gather(*(each.up() for each in both))
        yield both[0], both[1]
    finally:
        await asyncio.gather(*(each.stop() for each in both))
