"""Fixtures of the scheduler's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.scheduler.posting import World, make_world

# How long an example takes depends on what else runs; no test here measures it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

MakeWorld = Callable[..., Awaitable[World]]


@pytest.fixture
async def new_world(tmp_path: Path) -> AsyncIterator[MakeWorld]:
    """Return a factory of worlds, each with a database in this test's folder."""
    made: list[World] = []

    async def _(*args: object, **named: object) -> World:
        world = await make_world(tmp_path, *args, **named)  # type: ignore[arg-type]
        made.append(world)
        return world

    yield _
    for world in made:
        await world.engine.dispose()
