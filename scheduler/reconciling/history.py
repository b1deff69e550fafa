"""What a changed event was before: so that "extended from … to …" can be said later, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.events import Deadline, Event
from scheduler.reminders.change import LONG_OVER


def remembered(old: Event, new: Event, now: datetime) -> Event:
    """Return the new event with what its deadlines were; a source that says so is believed."""
    deadlines = tuple(_remembered(one, old, new, now) for one in new.deadlines)
    return new if deadlines == new.deadlines else replace(new, deadlines=deadlines)


def _remembered(one: Deadline, old: Event, new: Event, now: datetime) -> Deadline:
    if one.previous is not None:
        return one
    same = [was for was in old.deadlines if was.at == one.at and was.label == one.label]
    if same:
        return replace(one, previous=same[0].previous)
    was = _paired(one, old.deadlines, new.deadlines)
    if was is None or was.at < now - LONG_OVER:
        return one
    if _day(was, one.timezone) == _day(one, one.timezone):
        return one
    return replace(one, previous=was.at)


def _paired(one: Deadline, olds: Sequence[Deadline], news: Sequence[Deadline]) -> Deadline | None:
    """Return what a deadline was: of the same label, in their order; what stayed is no pair."""
    kept = {was.at for was in olds} & {is_.at for is_ in news}
    gone = sorted(
        (was for was in olds if was.label == one.label and was.at not in kept), key=_instant
    )
    come = sorted(
        (is_ for is_ in news if is_.label == one.label and is_.at not in kept), key=_instant
    )
    return gone[come.index(one)] if one in come and len(gone) == len(come) else None


def _instant(deadline: Deadline) -> datetime:
    return deadline.at


def _day(deadline: Deadline, zone: str) -> object:
    return deadline.at.astimezone(ZoneInfo(zone)).date()
