"""Mistakes in the settings are said in one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.settings import EventSourceSettings, SchedulerSettings, SubscriptionSettings

MISTAKES: list[tuple[type[Any], dict[str, Any], str]] = [
    (EventSourceSettings, {"name": "x", "kind": "ics"}, 'of kind "ics" needs a url'),
    (EventSourceSettings, {"name": "x", "kind": "files"}, 'of kind "files" needs a path'),
    (EventSourceSettings, {"name": "x", "kind": "ics", "url": "u", "refresh": "x"}, "length of"),
    (SubscriptionSettings, {"address": "a", "leads": {"seminar": ["7x"]}}, "'7x' is no lead"),
    (SubscriptionSettings, {"address": "a", "timezone": "Mars"}, '"Mars" is no time zone'),
    (
        SchedulerSettings,
        {"sources": [{"name": "x", "kind": "ics", "url": "u"}] * 2},
        'two event sources are named "x"',
    ),
]


@pytest.mark.parametrize(("section", "values", "message"), MISTAKES)
def test_mistakes_are_named(section: type[Any], values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        section(**values)


def test_the_defaults_are_the_starter() -> None:
    (source,) = SchedulerSettings().sources

    assert (source.name, source.kind, source.example) == ("starter", "files", True)
