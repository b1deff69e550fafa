"""Looks how the process does, for /readyz and /metrics."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from bot.app import Stores
from bot.platforms import Platform
from bot.platforms.web.health import Health

logger = logging.getLogger(__name__)

#: Seconds in which the database answers if it is well.
PATIENCE = 2.0


async def look(stores: Stores, platforms: Mapping[str, Platform], *, index: bool) -> Health:
    """Return how things are now."""
    figures = await _figures(stores)
    return Health(
        index=index,
        database=figures is not None,
        platforms={name: platform.connected for name, platform in platforms.items()},
        figures=figures or {},
    )


async def _figures(stores: Stores) -> dict[tuple[str, str, str], dict[str, float]] | None:
    """Return what is counted in the database; None where it does not answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            counts = await stores.scheduler.counts()
    except (SQLAlchemyError, OSError, TimeoutError):
        logger.warning("The database does not answer.")
        return None
    figures: dict[tuple[str, str, str], dict[str, float]] = {}
    for name, count in counts.items():
        what, _, state = name.partition(" ")
        family = (f"cscc_{what}s", f"How many {what}s stand where.", "state")
        figures.setdefault(family, {})[state] = count
    return figures
