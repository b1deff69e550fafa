"""When exactly: leads, wall clocks, quiet hours, weekends and Czech public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from scheduler.events import Lead
from scheduler.reminders.anchors import Anchor

__all__ = ["Due", "allowed_from", "before", "next_weekly"]

#: Hours of a working day in which a quiet chat may be written to.
DAY_BEGINS, DAY_ENDS = time(8), time(20)

_HOLIDAYS = country_holidays("CZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a reminder is due, and why then."""

    at: datetime
    #: "lead", "instant", or what moved it: "weekend", "holiday", "quiet-hours".
    reason: str


def before(anchor: Anchor, lead: Lead, timezone: str, *, quiet: bool) -> Due | None:
    """Return when a lead falls due; None where it makes no sense.

    Day-leads are by the chat's wall clock and move earlier to a working day; others are absolute
    and never move. An hour-lead of an all-day event, and a lead not before its anchor, are none.
    """
    if lead.days is None or lead.at is None:
        if anchor.day is not None:
            return None
        return Due(at=anchor.at - (lead.before or timedelta()), reason="lead")
    zone = ZoneInfo(timezone)
    day = (anchor.day or anchor.at.astimezone(zone).date()) - timedelta(days=lead.days)
    reason = "lead"
    while quiet and (why := _day_off(day)):
        day, reason = day - timedelta(days=1), why
    at = _wall_clock(day, lead.at, zone)
    if at >= anchor.at and anchor.day != day:
        return None
    return Due(at=at, reason=reason)


def allowed_from(
    at: datetime, timezone: str, *, quiet: bool, limit: datetime | None = None, reason: str
) -> Due:
    """Return the first allowed instant from `at` on; `at` itself if `limit` would come first."""
    zone = ZoneInfo(timezone)
    local = at.astimezone(zone)
    moved, why = local, reason
    if quiet and not DAY_BEGINS <= local.time() < DAY_ENDS:
        day = local.date() + timedelta(days=local.time() >= DAY_ENDS)
        moved, why = datetime.combine(day, DAY_BEGINS, tzinfo=zone), "quiet-hours"
    while quiet and (off := _day_off(moved.date())):
        next_day = moved.date() + timedelta(days=1)
        moved, why = datetime.combine(next_day, DAY_BEGINS, tzinfo=zone), off
    if limit is not None and moved >= limit:
        moved, why = local, reason
    return Due(at=moved.astimezone(UTC), reason=why)


def next_weekly(after: datetime, timezone: str, weekday: int, at: time) -> datetime:
    """Return the first instant after `after` on this weekday (0 is Monday) at this wall clock."""
    zone = ZoneInfo(timezone)
    day = after.astimezone(zone).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    found = _wall_clock(day, at, zone)
    return found if found > after else _wall_clock(day + timedelta(days=7), at, zone)


@lru_cache(maxsize=4096)
def _wall_clock(day: date, at: time, zone: ZoneInfo) -> datetime:
    # A time that does not exist is taken with the offset before the gap, a doubled one the first.
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def _day_off(day: date) -> str:
    if day in _HOLIDAYS:
        return "holiday"
    return "weekend" if day.weekday() >= 5 else ""
