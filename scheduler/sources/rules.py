"""Recurrence rules that can be worked out.

The library walks on to the year 9999 in search of a date that never comes, and for ever where a
rule does not move on: who writes such a rule would keep the assistant from everything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scheduler.sources.calendartimes import UnreadableItem

#: No event takes place every second or minute.
_FREQUENCIES = frozenset(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"])
_INTERVAL = re.compile(r"0*[1-9]\d{0,5}")
_NUMBER = re.compile(r"\s*[+-]?\d{1,3}\s*")
#: How large the numbers of a part may be; most count from the end as well, "-1".
_LARGEST = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
#: Of a day there are no more dates to choose from than it has hours.
_OF_A_DAY = 24
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_rule(rule: str) -> None:
    """Make sure that the dates of an RRULE can be worked out.

    Raises:
        UnreadableItem: they cannot, or no event has them.
    """
    parts = {
        name.strip().upper(): value.strip().upper()
        for name, _, value in (part.partition("=") for part in rule.split(";"))
    }
    if (
        parts.get("FREQ") not in _FREQUENCIES
        or not _INTERVAL.fullmatch(parts.get("INTERVAL", "1"))
        or not all(_is_within(parts, name) for name in _LARGEST)
        or not _has_days(parts)
    ):
        raise UnreadableItem(f"No event recurs as its rule says: {rule[:60]}")


def _is_within(parts: Mapping[str, str], name: str) -> bool:
    largest = _LARGEST[name]
    if name == "BYSETPOS" and parts["FREQ"] in ("DAILY", "HOURLY"):
        largest = _OF_A_DAY
    said = _numbers(parts, name)
    return name not in parts or (bool(said) and all(0 < abs(one) <= largest for one in said))


def _has_days(parts: Mapping[str, str]) -> bool:
    """Say whether any of its months is long enough: there is no 31 February."""
    days = _numbers(parts, "BYMONTHDAY")
    longest = max((_LONGEST[one - 1] for one in _numbers(parts, "BYMONTH") if one > 0), default=31)
    return not days or min(abs(day) for day in days) <= longest


def _numbers(parts: Mapping[str, str], name: str) -> list[int]:
    texts = parts.get(name, "").split(",")
    return [int(text) for text in texts] if all(map(_NUMBER.fullmatch, texts)) else []
