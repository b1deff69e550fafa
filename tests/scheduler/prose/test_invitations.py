"""Texts of invitations -> when events take place."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.prose import Context, read_event
from tests.scheduler.prose import announced_amid
from tests.scheduler.prose.announced_events import ANNOUNCED
from tests.scheduler.prose.invitations_czech import CZECH
from tests.scheduler.prose.invitations_english import ENGLISH
from tests.scheduler.prose.invitations_slovak import SLOVAK

NEAR = date(2027, 3, 1)


def written(value: datetime | date | None) -> str | None:
    """Write an instant by Prague's clock, as in the tables."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo('Europe/Prague')):%Y-%m-%d %H:%M}"
    return str(value) if value else None


@pytest.mark.parametrize(
    ("text", "start", "end", "previous"),
    [*CZECH, *ENGLISH, *SLOVAK, *ANNOUNCED, *announced_amid.EVENTS],
)
def test_the_text_of_an_invitation(
    text: str, start: str | None, end: str | None, previous: str | None
) -> None:
    reading = read_event(text, Context(near=NEAR))

    assert (written(reading.start), written(reading.end), written(reading.previous)) == (
        start,
        end,
        previous,
    )
