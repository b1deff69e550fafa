"""Texts of calls -> when they open and close."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.events import Precision
from scheduler.prose import Context, read_call
from tests.scheduler.prose.calls_czech import CZECH
from tests.scheduler.prose.calls_english import ENGLISH
from tests.scheduler.prose.calls_slovak import SLOVAK

NEAR = date(2027, 3, 1)


def written(value: datetime | date | None) -> str | None:
    """Write an instant by Prague's clock, as in the tables."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo('Europe/Prague')):%Y-%m-%d %H:%M}"
    return str(value) if value else None


@pytest.mark.parametrize(("text", "opening", "deadlines"), [*CZECH, *ENGLISH, *SLOVAK])
def test_the_text_of_a_call(text: str, opening: str | None, deadlines: list[str]) -> None:
    reading = read_call(text, Context(near=NEAR))

    assert [
        written(d.at if d.precision is Precision.MINUTE else d.at.date()) for d in reading.deadlines
    ] == deadlines
    assert (written(reading.open_from) or "")[:10] == (opening or "")
