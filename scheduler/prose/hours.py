"""Which hour is of which day, where a sentence holds several, or the hour alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from scheduler.prose.clock import ClockMention, find_times
from scheduler.prose.dates import DateMention, find_days
from scheduler.prose.sentences import letters_folded, sentences

#: Between a time and the day it is of.
_OF_DAY = re.compile(
    r"\s*(?:hod\w*\.?|h\b)?\s*(?:(?:brussels|prague|local|bruselsk\w+|prazsk\w+|mistni\w*)\s+"
    r"(?:time|cas\w*)|cet|cest|sec|selc|utc|gmt|aoe)?\s*,?\s*\b(?:dne|dna|on)\s*(?:\w{5,9},?)?\s*"
)
#: A line that gives the hour alone: "Čas: 9:00–17:00".
_HOUR_LINE = re.compile(r"\W*(?:cas|time|hodina|zacatek|zaciatok|zahajeni|start|hours?)\b\W")
#: "Program začíná v 9.00"; not the registration that does.
_BEGINS = re.compile(
    r"(?:^|[,;])(?:(?!regist|prihlas|prezenc)[^,;])*?"
    r"\b(?:zacin\w*|zacatek|zaciatok|zahaj\w*|starts?|begins?|program\w*)\b"
)
_ENDS = re.compile(r"\b(?:konci|skonci|konec|koniec|ukonceni|zaver|ends?|finish\w*|do|until)\b")


#: Before an hour at which nothing begins yet.
_REGISTERS = re.compile(r"(?:regist|prezenc|prihlas|prijezd|arrival|coffee|kava)[^,;.]{0,30}$")
#: Whether there is a date is asked, not which.
_ANY_DAY = date(2000, 1, 1)


def clocks_of(
    times: Sequence[ClockMention], days: Sequence[DateMention], masked: str
) -> dict[int, ClockMention]:
    """Give each time to the date before it; "15:00 dne …" and the first one to the date after."""
    clocks: dict[int, ClockMention] = {}
    surely: set[int] = set()
    for clock in times:
        before = [number for number, day in enumerate(days) if day.until <= clock.at]
        after = len(before)
        if clock.of_all:
            clocks.update((number, clock) for number in before if number not in clocks)
        elif after < len(days) and _OF_DAY.fullmatch(masked[clock.until : days[after].at]):
            if after not in surely:
                clocks[after] = clock
            surely.add(after)
        else:
            nearest = before[-1] if before else 0
            if nearest not in clocks or _of_registration(clocks[nearest], masked):
                clocks[nearest] = clock
    return clocks


def _of_registration(clock: ClockMention, masked: str) -> bool:
    return _REGISTERS.search(masked[: clock.at]) is not None


def shared_by_list(
    clocks: dict[int, ClockMention], days: Sequence[DateMention], masked: str
) -> dict[int, ClockMention]:
    """Give the hour at the end of a list of deadlines to all of it: "A, B and C, 17:00"."""
    shared = dict(clocks)
    for last, clock in clocks.items():
        first = last
        while first and first - 1 not in clocks and _listed(days, first, masked):
            first -= 1
            shared[first] = clock
    return shared


def _listed(days: Sequence[DateMention], number: int, masked: str) -> bool:
    between = masked[days[number - 1].until : days[number].at]
    return re.fullmatch(r"\s*(?:,|,?\s*(?:a|and|&|oraz))\s*", between) is not None


def hour_elsewhere(text: str) -> ClockMention | None:
    """Return the hour that a sentence without a date gives: "Program začíná v 9.00"."""
    for begin, end in sentences(text, ()):
        folded = letters_folded(text[begin:end])
        if (cue := _HOUR_LINE.match(folded) or _BEGINS.search(folded)) is None:
            continue
        times = [one for one in find_times(folded) if one.at >= cue.end() - 1]
        if times and not find_days(folded, text[begin:end], near=_ANY_DAY):
            return _ended(times, folded)
    return None


def _ended(times: Sequence[ClockMention], folded: str) -> ClockMention:
    """Return the first time, with the end that the next one says: "… a končí v 15.30"."""
    first, *others = times
    if first.end is None and others and _ENDS.search(folded[first.until : others[0].at]):
        return replace(first, end=others[0].start)
    return first
