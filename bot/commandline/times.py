"""Instants on the command line: read from options, shown in tables."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UsageError


def read_instant(text: str, timezone: str) -> datetime:
    """Read ISO 8601; without an offset it is meant in the zone, a day is its first moment.

    Raises:
        UsageError.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f'"{text}" is no instant; write it like 2027-06-17T10:00 or 2027-06-17.'
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))


def read_end(text: str, timezone: str) -> datetime:
    """Read the end of a range: a day counts whole."""
    found = read_instant(text, timezone)
    return found + timedelta(days=1) if len(text) == len("2027-06-17") else found


def read_moment(text: str, timezone: str) -> datetime | date:
    """Read an instant, or a day as a day."""
    if len(text) == len("2027-06-17"):
        return read_instant(text, timezone).date()
    return read_instant(text, timezone)


def shown(value: datetime | date | None, timezone: str) -> str:
    """Return "2027-06-17 10:00" in the zone, "2027-06-17" for a day, "" for nothing."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
    return value.isoformat() if value else ""


def spoken(text: str) -> str:
    """Return "17 Jun 2027 10:00" for an instant in ISO 8601, "17 Jun 2027" for a day."""
    found = datetime.fromisoformat(text)
    clock = f" {found:%H:%M}" if "T" in text else ""
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}{clock}"


def ago(age: timedelta) -> str:
    """Return a length as a table shows it: "1 min", "5 h", "3 d"."""
    minutes = max(1, int(age.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
