from __future__ import annotations

from collections.abc import Mapping

import pytest

from scheduler.errors import EventSourceError
from scheduler.fetching import fetch_by
from scheduler.ports import Fetched


class Refused(Exception):
    """What the fetcher below raises."""


async def get(
    url: str,
    *,
    method: str = "GET",
    data: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    if "refused" in url:
        raise Refused("the host is private")
    if "broken" in url:
        raise KeyError(url)
    return Fetched(status=404, url=url + "/", headers=headers or {}, body=(data or b"") + b"!")


async def test_what_came_is_handed_on_whole() -> None:
    got = await fetch_by(get, Refused)("https://a", method="POST", data=b"1", headers={"b": "c"})

    assert got == Fetched(status=404, url="https://a/", headers={"b": "c"}, body=b"1!")


async def test_a_fetchers_own_failure_becomes_one_of_the_source_with_its_address() -> None:
    with pytest.raises(EventSourceError, match="https://refused: the host is private"):
        await fetch_by(get, Refused)("https://refused")


async def test_a_fault_of_another_kind_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        await fetch_by(get, Refused)("https://broken")
