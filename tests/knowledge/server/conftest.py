"""PostgreSQL for the tests of the index on servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.knowledge.servers import Postgres, postgres


@pytest.fixture(scope="session")
def running() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def database(running: Postgres) -> Postgres:
    """Return a server that holds nothing of an index."""
    running.empty()
    return running
