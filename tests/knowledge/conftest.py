from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.knowledge.standins import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server of a few pages."""
    with serving() as running:
        yield running
