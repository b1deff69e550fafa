"""Which leads hold where a subscription names none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scheduler.events import EventKind, Lead

__all__ = ["DEFAULT_LEADS", "REGISTRATION"]

#: Under this name are the leads before the registration for an event ends.
REGISTRATION = "registration"


def _leads(*texts: str) -> tuple[Lead, ...]:
    return tuple(Lead.parse(text) for text in texts)


#: By kind of event; a call's count from each of its deadlines.
DEFAULT_LEADS: Mapping[str, tuple[Lead, ...]] = MappingProxyType(
    {
        EventKind.SEMINAR: _leads("7d@09:00", "1d@09:00", "1h"),
        EventKind.MEETING: _leads("7d@09:00", "1d@09:00", "1h"),
        EventKind.CONFERENCE: _leads("30d@09:00", "7d@09:00", "1d@09:00"),
        EventKind.CALL: _leads("30d@09:00", "14d@09:00", "7d@09:00", "2d@09:00", "3h"),
        REGISTRATION: _leads("7d@09:00", "1d@09:00"),
    }
)
