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


@pytest.mark.parametrize(
    ("wanted", "topics", "title", "reason"),
    [
        ("energetice", ("Energetika",), "Seminář", ""),
        ("energy", ("energetika",), "Seminář", ""),
        ("bydlením", ("Bydlení",), "Seminář", ""),
        ("chytrá doprava", ("doprava", "mobilita"), "Chytrá doprava", "topic"),
        ("chytrá doprava", ("Chytrá doprava ve městě",), "Seminář", ""),
        ("data", ("datum",), "Seminář", "topic"),
        ("odpady", ("voda",), "Odpady v obci", "topic"),
        ("odpady", (), "Jak na odpad v obci", ""),
        ("odpady", (), "Parkování v obci", "topic"),
    ],
)
def test_topics_are_compared_by_what_they_mean(
    wanted: str, topics: tuple[str, ...], title: str, reason: str
) -> None:
    assert mismatch(chat(topics=(wanted,)), seminar(topics=topics, title=title)) == reason
