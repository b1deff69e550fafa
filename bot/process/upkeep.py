"""What is done again and again beside reminders: sources are read, what was kept is dropped."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from bot.app import Stores
from bot.process.refreshing import Refreshing
from bot.resources import write_resources
from bot.settings import Settings
from knowledge.configuration import with_answers
from knowledge.errors import KnowledgeError
from knowledge.overview import due
from scheduler.ports import Clock
from scheduler.service import Job

logger = logging.getLogger(__name__)

#: How often what is kept of people is looked through for what is old enough to go.
PRUNING = timedelta(hours=1)
#: How often it is looked which knowledge sources are due.
LOOKING = timedelta(minutes=1)


def upkeep(settings: Settings, stores: Stores, clock: Clock, refreshing: Refreshing) -> list[Job]:
    """Return the jobs for the scheduler."""
    keep = settings.keep

    async def prune() -> None:
        await stores.bot.prune(clock(), conversations=keep.conversations, questions=keep.questions)

    async def read_due() -> None:
        if settings.knowledge.on_postgresql:
            # Editors may have answered on another machine: their answers stand in the database.
            pins = await stores.bot.editors.pins()
            await asyncio.to_thread(write_resources, settings.data_dir, pins)
        if refreshing.changed:
            # Also what is configured no longer, or for other readers now, must be looked at.
            await refreshing.read()
            return
        try:
            # The runs may be noted in a database that takes its time.
            names = await asyncio.to_thread(due, with_answers(settings.knowledge), clock())
        except KnowledgeError as error:
            logger.warning("It cannot be told which sources are due: %s", error)
            return
        if names:
            await refreshing.read(names)

    return [
        Job(name="prune", every=PRUNING, run=prune, at_once=True),
        Job(name="read knowledge", every=LOOKING, run=read_due),
    ]
