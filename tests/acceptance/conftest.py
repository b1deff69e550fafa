"""What acceptance tests start from."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.acceptance.importer import NOWS
from tests.acceptance.site import Website
from tests.acceptance.slack_world import FAKES


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    sys.path.insert(0, str(FAKES))
    try:
        async with import_module("fake_slack").FakeSlack() as server:
            yield server
    finally:
        sys.path.remove(str(FAKES))


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_site() -> Iterator[Callable[..., Website]]:
    """Return a factory of stand-in websites, each with a clock of its own."""
    sites: list[Website] = []

    def _(now: str = NOWS[0]) -> Website:
        sites.append(Website(now))
        return sites[-1]

    yield _
    for site in sites:
        site.close()
