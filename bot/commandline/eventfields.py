"""Fields of an event as options of `cscc events add` and `edit` give them."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.commandline.times import read_moment
from bot.errors import UsageError
from knowledge.documents import Audience
from scheduler.events import Deadline, EventKind, EventStatus, Precision
from scheduler.sources.columns import eligible_written
from scheduler.texts import web_address
from scheduler.zones import zone_named


def fields_of(
    timezone: str,
    *,
    start: str | None,
    end: str | None,
    deadlines: list[str] | None,
    opens: str | None,
    topics: list[str] | None,
    eligible: list[str] | None,
    audience: Audience | None,
    **plain: str | EventKind | EventStatus | None,
) -> dict[str, object]:
    """Return the fields that were given, by the names and types of `Event`.

    Raises:
        UsageError: a date or address cannot be read, or start and end do not go together.
    """
    fields: dict[str, object] = {k: v for k, v in plain.items() if v is not None}
    if plain.get("url"):
        fields["url"] = web_address(str(plain["url"]))
        if not fields["url"]:
            raise UsageError("--url takes an http or https address.")
    if start:
        fields["start"] = read_moment(start, timezone)
        fields["all_day"] = not isinstance(fields["start"], datetime)
    if end:
        fields["end"] = read_moment(end, timezone)
    if (
        start
        and end
        and isinstance(fields["start"], datetime) != isinstance(fields["end"], datetime)
    ):
        raise UsageError("Give --start and --end both with a time, or both as days.")
    if deadlines:
        fields["deadlines"] = tuple(read_deadline(text, timezone) for text in deadlines)
    if opens:
        fields["open_from"] = read_moment(opens, timezone)
    if topics:
        fields["topics"] = tuple(topics)
    if eligible:
        fields["eligible"] = eligible_written(eligible)
    if audience:
        fields["audience"] = audience.value
    return fields


def read_deadline(text: str, timezone: str) -> Deadline:
    """Read "2027-06-09T14:00", "first stage=2027-06-09", "papers=2027-06-09 AoE".

    A day ends at 23:59.
    """
    label, _, when = text.rpartition("=")
    day, _, zone = when.strip().rpartition(" ")
    if named := zone_named(zone):
        when, timezone = day, named
    moment = read_moment(when, timezone)
    if isinstance(moment, datetime):
        return Deadline(label=label, at=moment, timezone=timezone)
    last = datetime.combine(moment, time(23, 59), ZoneInfo(timezone))
    return Deadline(label=label, at=last, precision=Precision.DATE, timezone=timezone)
