"""Lets the dates of a series keep their names when its rule moves: a moved date is the same one.

Calendars name a date by the start that the rule gives it. When "every Thursday at 10" becomes
"at 11", all names are new; what was told of a date, and what an editor set of it, is under the old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from scheduler.events import Event, Occurrence, instant

__all__ = ["lasting"]

#: How far apart the dates of a series are taken to be that has but one.
USUAL = timedelta(days=7)


def lasting(old: Event, new: Event) -> Event:
    """Return the new event with its dates named as before: by name, else by start, else nearest.

    The nearest is less than half the way to the next date off.
    """
    known = {one.recurrence_id for one in old.occurrences}
    if known.issuperset(one.recurrence_id for one in new.occurrences):
        return new
    names = _names(old, new)
    renamed = (
        replace(one, recurrence_id=names.get(one.recurrence_id, one.recurrence_id))
        for one in new.occurrences
    )
    return replace(new, occurrences=tuple(sorted(renamed, key=_name)))


def _names(old: Event, new: Event) -> dict[str, str]:
    """Return the names that dates had before, by those that they have now."""
    named = {one.recurrence_id for one in new.occurrences}
    gone = {one.recurrence_id: _start(old, one) for one in old.occurrences}
    gone = {name: start for name, start in gone.items() if name not in named}
    known = {one.recurrence_id for one in old.occurrences}
    come = [one for one in new.occurrences if one.recurrence_id not in known]
    reach = _shortest(_start(old, one) for one in old.occurrences) / 2
    found: dict[str, str] = {}
    for farthest in (timedelta(), reach):
        for one in come:
            if one.recurrence_id not in found and gone:
                start = _start(new, one)
                nearest = min(gone, key=lambda name: (abs(gone[name] - start), name))
                off = abs(gone[nearest] - start)
                if off <= farthest and (off < reach or not off):
                    found[one.recurrence_id] = nearest
                    del gone[nearest]
    return found


def _shortest(starts: Iterable[datetime]) -> timedelta:
    ordered: Sequence[datetime] = sorted(set(starts))
    return min((after - before for before, after in pairwise(ordered)), default=USUAL)


def _start(event: Event, one: Occurrence) -> datetime:
    return instant(one.start, event.timezone)


def _name(one: Occurrence) -> str:
    return one.recurrence_id
