"""Looks how the process does, for /readyz and /metrics."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.app import Stores, failing_sources
from bot.platforms import Platform
from bot.platforms.web.health import Health
from bot.settings import Settings
from knowledge.diskspace import is_full

if TYPE_CHECKING:
    from knowledge.service import IndexStatus

logger = logging.getLogger(__name__)

#: Seconds in which the database answers if it is well.
PATIENCE = 2.0


Figures = dict[tuple[str, str, str], dict[str, float]]


async def look(
    settings: Settings,
    stores: Stores,
    platforms: Mapping[str, Platform],
    *,
    index: IndexStatus | None,
    is_answering: bool,
) -> Health:
    """Return how things are now; a process that answers nothing needs no index."""
    counted = await _counted(settings, stores)
    return Health(
        index=not is_answering or _answers(index),
        database=counted is not None and not _lacks_space(settings),
        platforms={name: platform.connected for name, platform in platforms.items()},
        figures={**(counted or {}), **_indexed(index)},
    )


def _lacks_space(settings: Settings) -> bool:
    """Tell whether the database can be read, but takes nothing in: then no message is taken."""
    return not settings.database_url and is_full(settings.data_dir)


def _answers(index: IndexStatus | None) -> bool:
    return index is not None and index.generation is not None and index.reachable


def _indexed(index: IndexStatus | None) -> Figures:
    if index is None or index.built_at is None:
        return {}
    built = "When the index that answers was built, in seconds since 1970."
    return {
        ("cscc_index_documents", "Documents in the index.", ""): {"": index.documents},
        ("cscc_index_chunks", "Chunks in the index.", ""): {"": index.chunks},
        ("cscc_index_built_seconds", built, ""): {"": index.built_at.timestamp()},
    }


async def _counted(settings: Settings, stores: Stores) -> Figures | None:
    """Return what is counted in the database; None where it does not answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            counts = await stores.scheduler.counts()
            failing = len(await failing_sources(settings, stores))
    except (SQLAlchemyError, OSError, TimeoutError):
        logger.warning("The database does not answer.")
        return None
    figures: Figures = {}
    for name, count in counts.items():
        what, _, state = name.partition(" ")
        family = (f"cscc_{what}s", f"How many {what}s stand where.", "state")
        figures.setdefault(family, {})[state] = count
    family = ("cscc_event_sources", "How many event sources stand where.", "state")
    read = len(settings.scheduler.sources) - failing
    figures[family] = {"failing": failing, "read": read}
    return figures
