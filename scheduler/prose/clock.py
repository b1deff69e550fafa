"""Times of day and zones in prose: "ve 14:00", "od 9.30 do 16 hodin", "4:30 pm", "17:00 AoE"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from scheduler.zones import zone_named

_HALF = r"a\.?m\.?(?![a-z])|p\.?m\.?(?![a-z])"
_UNIT = r"hodin[aeuy]?\b|hod\b\.?|h\b"
_CLOCK = (
    r"(?P<hour{n}>[01]?\d|2[0-4])(?:\s?(?P<mark{n}>[:.]|h(?=[0-5]\d))\s?(?P<minute{n}>[0-5]\d)(?::[0-5]\d)?)?"
    rf"(?![\d])(?:\s*(?P<half{{n}}>{_HALF}))?(?:\s*(?P<unit{{n}}>{_UNIT}))?"
)
_ONE = _CLOCK.replace("{n}", "1")
_TWO = _CLOCK.replace("{n}", "2")
_WORD = r"\b(?P<word>(?:v\s+)?poledne|napoludnie|noon|midday|(?:o\s+)?pulnoci|polnoci?|midnight)\b"
_ZONED = r"(?:\s*\(?(?:cest|cet|selc|sec|utc|gmt|bst|eest|eet)\b\)?)?"
_TIME = re.compile(
    rf"(?<![\d:.,/+])(?:{_ONE}(?:{_ZONED}\s*(?:[-–—]|\bdo\b|\baz\b|\bto\b|\buntil\b|\btill\b|\band\b)\s*"
    rf"(?:do\s+)?{_TWO})?|{_WORD})(?![\d/%])"
    r"(?!\s*(?:kc|eur|€|mil|mld|tis|%|ha\b|km|m2))"
)
_MILITARY = re.compile(r"\b([01]\d|2[0-3])([0-5]\d)\s(?:hours|hrs)\b")
#: Before an hour that stands without minutes, or with a dot that might be a date's.
_BEFORE = re.compile(
    r"(?:\b(?:v|ve|od|do|o|k|ke|az|at|from|by|to|until|till|before|between|around|cca|kolem|mezi)"
    r"|[(,;:|·•\x01–—-])\s*$"
)
_NOON, _MIDNIGHT = time(12), time(0)

_BRUSSELS = (
    r"(?:mistni\w* cas\w* v\s+brusel\w*|brusel\w+ (?:mistni\w* )?cas\w*|cas\w* v\s+brusel\w*"
    r"|brussels?(?: local)? time|local time in brussels|time in brussels)"
)
_PRAGUE = (
    r"(?:prazsk\w+ cas\w*|cas\w* v\s+praze|prague(?: local)? time|czech time|local time in prague"
    r"|stredoevropsk\w+ (?:letni\w* )?cas\w*|central european (?:summer )?time)"
)
_ZONE = re.compile(
    rf"(?P<brussels>{_BRUSSELS})|(?P<prague>{_PRAGUE})|(?P<aoe>\baoe\b|anywhere on earth)"
    r"|(?P<offset>\b(?:utc|gmt)\s*[+−-]\s*\d{1,2}(?::00)?\b)"
    r"|(?P<name>\b(?:cest|cet|selc|sec|utc|gmt|eest|eet|bst|wet)\b|(?<=\d)z\b)"
    r"|(?P<eastern>(?:(?<=[\dm.]\s)|(?<=\())(?:est|edt)\b|\beastern (?:standard |daylight )?time)"
    r"|(?P<uk>\b(?:uk|british)(?: local)? time)"
    r"|(?P<city>london|londyn\w*|bratislav\w*|vienna|vide\w*|berlin\w*|pari[sz]\w*)"
    r"(?:sk\w+)?(?: local)? (?:time|cas\w*)"
)

#: "both at 13:00"; "13:00 Brussels time each".
_OF_EACH = re.compile(r"\b(?:both|all|vzdy|shodne|ob[ae]|u obou|kazd\w+|vsechny|each)\b")
_EACH_AFTER = re.compile(r"[^.;,\x01\d]{0,30}?\b(?:each|both|vzdy|shodne|u obou|v obou|pokazde)\b")
_OF_ALL = re.compile(
    r"\b(?:all (?:the )?(?:times|deadlines|hours)|vsechny casy|veskere casy|casy jsou)\b[^.;]*"
)
_EMPTY = re.compile(r"\(\s*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMention:
    """A time of day, or a span of them, that a text names."""

    at: int
    until: int
    start: time
    end: time | None = None
    #: 24:00: the midnight that ends the day.
    ends_day: bool = False
    #: Called midnight, without figures: of a deadline it is the one that ends the day.
    midnight: bool = False
    #: "both at 13:00": of all dates of its sentence.
    of_all: bool = False
    #: IANA; "" if the text names none.
    zone: str = ""


def find_times(folded: str) -> list[ClockMention]:
    """Return the times of day in a folded text whose dates were blanked out."""
    folded = _MILITARY.sub(_with_colon, folded)
    return [mention for found in _TIME.finditer(folded) for mention in _mention(found, folded)]


def _with_colon(found: re.Match[str]) -> str:
    """Write "1700 hours" as "17:00 hod.", of the same length."""
    return f"{found[1]}:{found[2]} hod.".ljust(len(found[0]))[: len(found[0])]


def _mention(found: re.Match[str], folded: str) -> Iterator[ClockMention]:
    if found["word"]:
        yield _at(found, folded, _named(found), None, ends_day=False)
        return
    if not _is_time(found, folded):
        return
    first = _time(found, 1, half=found["half1"] or (found["half2"] if found["hour2"] else None))
    second = _time(found, 2, half=found["half2"]) if found["hour2"] else None
    if first is None or (found["hour2"] and second is None):
        return
    end = second[0] if second else None
    yield _at(found, folded, first[0], end, ends_day=first[1])


def _named(found: re.Match[str]) -> time:
    if re.search("poled|polud|noon|midday", found["word"]):
        return _NOON
    return _MIDNIGHT


def _is_time(found: re.Match[str], folded: str) -> bool:
    cued = _BEFORE.search(folded[max(0, found.start() - 12) : found.start()]) is not None
    if found["half1"] or found["half2"] or found["mark1"] == ":" or found["mark2"] == ":":
        return True
    if "h" in (found["mark1"], found["mark2"]):
        return True
    if found["mark1"] == "." or found["mark2"] == ".":
        return cued or bool(found["unit1"] or found["unit2"])
    # A bare number of hours is a length unless a preposition makes it a time.
    return cued and bool(found["unit1"] or found["unit2"])


def _time(found: re.Match[str], number: int, *, half: str | None) -> tuple[time, bool] | None:
    hour, minute = int(found[f"hour{number}"]), int(found[f"minute{number}"] or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour == 24:
        return (_MIDNIGHT, True) if minute == 0 else None
    return time(hour, minute), False


def _at(
    found: re.Match[str], folded: str, start: time, end: time | None, *, ends_day: bool
) -> ClockMention:
    before = folded[max(0, found.start() - 30) : found.start()]
    return ClockMention(
        at=found.start(),
        until=found.end(),
        start=start,
        end=end,
        ends_day=ends_day,
        midnight=bool(found["word"]) and start == _MIDNIGHT,
        of_all=_OF_EACH.search(before) is not None
        or _EACH_AFTER.match(folded[found.end() : found.end() + 45]) is not None,
        zone=zone_in(folded[found.end() : found.end() + 45]),
    )


def zone_of_all(folded: str) -> str:
    """Return the zone that a sentence gives all times of its text; "" if none does."""
    found = _OF_ALL.search(folded)
    return zone_in(found[0]) if found else ""


def without_zones(folded: str) -> str:
    """Blank out the names of zones with the brackets around them, letter for letter."""
    for pattern in (_ZONE, _EMPTY):
        folded = pattern.sub(lambda found: " " * len(found[0]), folded)
    return folded


def zone_in(folded: str) -> str:
    """Return the IANA zone that a folded text names first; "" if none."""
    found = _ZONE.search(folded)
    if found is None:
        return ""
    if found["brussels"]:
        return "Europe/Brussels"
    if found["prague"]:
        return "Europe/Prague"
    if found["uk"]:
        return "Europe/London"
    if found["eastern"]:
        return "America/New_York"
    if found["aoe"]:
        return "Etc/GMT+12"
    name = found["offset"] or found["name"] or re.sub(r"(?:sk\w+|[eua])$", "", found["city"])
    return zone_named(name.replace(" ", ""))
