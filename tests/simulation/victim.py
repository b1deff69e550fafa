"""The process that is killed: a real scheduler that posts over HTTP to a stand-in.

`python -m tests.simulation.victim DATABASE_URL STAND_IN_URL PLATFORM`
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import httpx

from scheduler.database import open_database
from scheduler.errors import CannotTell, NotDelivered
from scheduler.events import Notice
from scheduler.service import Scheduler
from scheduler.settings import SchedulerSettings
from scheduler.store import Store


class HttpDeliverer:
    """Posts to the stand-in, which can be asked what it has only as Slack can."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ready(self, address: str) -> None:
        """Wait a moment, as for a limit."""
        await asyncio.sleep(0.01)

    async def deliver(self, notice: Notice) -> str:
        """Post."""
        try:
            answer = await self._client.post(f"/post/{notice.address}/{notice.post_id}")
        except httpx.ConnectError as error:
            raise NotDelivered(str(error)) from error
        except httpx.HTTPError as error:
            raise NotDelivered(str(error), certain=False) from error
        return answer.text

    async def find(self, address: str, post_id: str, since: datetime) -> str | None:
        """Look up."""
        if address.startswith("telegram:"):
            raise CannotTell
        try:
            answer = await self._client.get(f"/find/{address}/{post_id}")
        except httpx.HTTPError as error:
            raise NotDelivered(str(error)) from error
        return answer.text or None


async def main(database: str, stand_in: str) -> None:
    """Run until killed."""
    store = Store(open_database(database))
    await store.upgrade()
    async with httpx.AsyncClient(base_url=stand_in, trust_env=False) as client:
        scheduler = Scheduler(
            SchedulerSettings(sources=()),
            store=store,
            clock=lambda: datetime.now(UTC),
            deliverer=HttpDeliverer(client),
        )
        await scheduler.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
