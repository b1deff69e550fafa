"""Which events a subscription is for."""

from __future__ import annotations

import pytest

from scheduler.events import Version
from scheduler.reminders.matching import mismatch
from tests.scheduler.posting import chat, seminar


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [((), ""), (("cs",), ""), (("en",), ""), (("de", "en"), ""), (("sk",), "language")],
)
def test_a_language_is_any_in_which_the_event_is_told(wanted: tuple[str, ...], reason: str) -> None:
    event = seminar(language="cs", versions=(Version(language="en", title="Workshop"),))

    assert mismatch(chat(languages=wanted), event) == reason
