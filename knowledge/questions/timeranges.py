"""Ranges of time in Czech and English: "v červnu", "do konce roku", "next Friday".

A small grammar of our own. The first rule that fits decides, from the most exact to the least.
Days begin and end at midnight of the zone given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from knowledge.languages import fold
from knowledge.questions import timereading as read
from knowledge.questions.timewords import (
    DATE,
    ENGLISH_MONTHS,
    IN_MONTH,
    LAST,
    MONTH,
    MONTHS,
    NEXT,
    NUMBER,
    PARTS_OF_MONTH,
    POINT,
    SEASONS,
    THIS,
    UNIT,
    WEEKDAY,
    WHOLE,
    YEAR,
    any_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """What a phrase about time means."""

    #: Inclusive; None: open.
    start: datetime | None
    #: Exclusive; None: open.
    end: datetime | None
    #: The phrase itself, as written.
    phrase: str
    #: Where it stands in the text.
    span: tuple[int, int]


Read = Callable[[re.Match[str], date], read.Days | None]


def find_range(
    text: str, now: datetime, zone: tzinfo, *, bare_month: bool = False
) -> TimeRange | None:
    """Return the range of time a text names, None if it names none.

    bare_month: a month by itself is one, "prosinec", "what about July?".
    """
    folded = _fold(text)
    today = now.astimezone(zone).date()
    for pattern, meaning in (*_RULES, *(((_BARE, read.at_point),) if bare_month else ())):
        match = pattern.search(folded)
        if match is None:
            continue
        days = meaning(match, today)
        if days is None:
            continue
        first, last = days
        return TimeRange(
            start=datetime.combine(first, time(), zone) if first else None,
            end=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
            phrase=_phrase(text, match, bare=pattern is _BARE),
            span=match.span(),
        )
    return None


def _phrase(text: str, match: re.Match[str], *, bare: bool) -> str:
    """Return the words of a range as they stand in a sentence; a bare month with its "in"."""
    said = text[match.start() : match.end()].strip()
    if not bare:
        return said
    name = match["at"]
    is_english = name in ENGLISH_MONTHS
    return f"in {said}" if is_english else f"v {IN_MONTH[MONTHS[name] - 1]}"


def _fold(text: str) -> str:
    """Fold letter by letter, so that positions stay."""
    return "".join(folded if len(folded := fold(letter)) == 1 else " " for letter in text)


#: Prepositions, for folded text.
_AT = r"(?:(?:v|ve|na|o|pro|do|behem|v prubehu|in|on|over|for|by|during|read.within)\s+)?"
_BY = r"\b(?:do|by|until|till|before|nejpozdeji do|nejpozdeji|pred)\s+"


def _stretches() -> Iterator[tuple[str, Read]]:
    """Yield the rules for what lies between two points, the most exact first."""
    yield (
        rf"\b(?:od|from|since|mezi|between)\s+(?P<since>{POINT}|\d{{1,2}}\.)\s*"
        rf"(?:do|az do|az|to|till|until|a|and|-|–)\s*(?P<to>{POINT})",
        read.between,
    )
    yield (
        rf"\b(?:od|from|mezi|between)\s+(?P<since>{WEEKDAY})\s+(?:do|az do|to|till|a|and)\s+"
        rf"(?P<day>{WEEKDAY})\b",
        read.weekdays,
    )
    yield (
        rf"\b(?P<month>{MONTH}) (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:-|–|to|until)\s?"
        r"(?P<d2>\d{1,2})(?:st|nd|rd|th)?(?!\w)",
        read.days_of_month,
    )
    yield (
        rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:-|–|to|until)\s?(?P<d2>\d{{1,2}})"
        rf"(?:st|nd|rd|th)?\.? (?P<month>{MONTH})\b",
        read.days_of_month,
    )
    yield (
        rf"(?<![\w.])(?P<since>\d{{1,2}}\.(?:\s?\d{{1,2}}\.)?|{DATE})"
        rf"\s?(?:-|–| az )\s?(?P<to>{DATE})",
        read.between,
    )


def _ends() -> Iterator[tuple[str, Read]]:
    """Yield the rules for what goes up to an end, and for ends themselves."""
    end = r"(?:the )?(?P<end>konce|end of|end)\s+"
    yield rf"{_BY}{end}(?P<next>{NEXT} )?(?:the |tohoto |this )?{WHOLE}(?! {YEAR})", read.to_end_of
    yield rf"{_BY}{end}(?:roku )?(?P<to>{POINT})", read.up_to
    yield (
        rf"\b(?:na konci|koncem|at the end of|end of)\s+(?:the |tohoto |this )?{WHOLE}",
        read.to_end_of,
    )
    yield (
        rf"\b(?:na konci|koncem|at the end of|(?:in )?late)\s+(?P<at>(?:{MONTH})(?: {YEAR})?)\b",
        read.at_point,
    )


def _parts() -> Iterator[tuple[str, Read]]:
    """Yield the rules for parts of months, pairs of them, seasons and feasts."""
    part = any_of(PARTS_OF_MONTH)
    yield (
        rf"\b(?:v |ve |na |in |in the )?(?P<part>{part})\w*(?: of)?[ -]"
        rf"(?P<at>(?:{MONTH})(?: {YEAR})?)\b",
        read.part_of_month,
    )
    yield (
        rf"\b(?:do|by) (?:poloviny|pulky|mid|the middle of)[ -](?P<at>(?:{MONTH})(?: {YEAR})?)\b",
        read.by_part_of_month,
    )
    yield (
        rf"\b(?:v|ve|in|during)\s+(?P<at>{MONTH})\s+(?:a|nebo|i|and|or)\s+(?:v |ve |in )?"
        rf"(?P<to>(?:{MONTH})(?: {YEAR})?)\b",
        read.two_points,
    )
    seasons = any_of(name.split()[-1] for name in SEASONS)
    yield (
        rf"\b(?:do|pred|before|by|until)\s+(?:the )?(?P<season>{seasons})\b(?! {YEAR})",
        read.before_season,
    )
    yield rf"\b(?:po|after)\s+(?:the )?(?P<season>{seasons})\b", read.after_season
    yield r"\b(?:do|pred|by|before|until)\s+(?:vanoc\w*|christmas)\b", read.by_christmas
    yield r"\b(?:o|kolem|pres|at|around|over)\s+(?:vanoc\w*|christmas)\b", read.christmas
    yield r"\bod (?:zacatku|pocatku) roku\b", read.year_so_far


def _counted() -> Iterator[tuple[str, Read]]:
    """Yield the rules for numbered parts of the year, and for so many days or weeks."""
    count = rf"(?P<n>\d{{1,3}}|{NUMBER})"
    ordinal = (
        r"(?P<n>\d\.?|prvnim?|druhem|druhe|tretim?|ctvrtem|first|second|third|fourth|i{1,3}|iv)"
    )
    yield (
        rf"\b{_AT}(?:the )?{ordinal}\s+(?P<unit>pololeti|ctvrtleti|kvartal\w*|quarter|half)"
        rf"(?: of the year)?(?: (?:roku |of )?(?P<year>{YEAR}))?",
        read.part_of_year,
    )
    yield rf"\b(?P<unit>q|h)(?P<n>[1-4])(?:[ /](?P<year>{YEAR}))?(?!\w)", read.part_of_year
    soonest = rf"(?:{NEXT}|nejblizsi(?:ch|m)?)"
    yield rf"\b{_AT}(?:the )?{soonest}\s+{count}\s+(?P<unit>{UNIT})\b", read.within
    yield (
        rf"\b(?:behem|v prubehu|do|within|in less than)\s+(?:the )?{count}\s+(?P<unit>{UNIT})\b",
        read.within,
    )
    one = r"(?P<unit>tydne|mesice|roku|week|month|year)\b"
    yield rf"\b(?:do|within a|within the|within one)\s+{one}(?! (?:\d|{MONTH}))", read.within
    yield rf"\b(?:za|in)\s+(?:{count}\s+)?(?P<unit>{UNIT})\b(?: time)?", read.some_day_in


def _points() -> Iterator[tuple[str, Read]]:
    """Yield the rules for stretches, dates and weekdays, the most exact first."""
    yield (
        rf"\b{_AT}(?:the )?(?:nasledujici\w*|pristi\w*|dalsi\w*|nejblizsi\w*|coming|next)\s+"
        r"(?P<unit>tydnech|mesicich|weeks|months)\b",
        read.next_months,
    )
    yield rf"\b{_AT}(?:the )?{NEXT}\s+{WHOLE}", read.whole_ahead(1)
    yield rf"\b{_AT}{THIS}\s+{WHOLE}", read.whole_ahead(0)
    yield rf"\b{_AT}(?:the )?{LAST}\s+{WHOLE}", read.whole_ahead(-1)
    yield r"\b(?:o|over the|at the|on the) (?P<unit>vikendu?|weekend)\b", read.whole_ahead(0)
    yield rf"{_BY}(?:(?:{WEEKDAY}) )?(?P<to>{DATE})(?!\w)", read.up_to
    yield rf"\b(?:po|after)\s+(?P<since>{DATE})(?!\w)", read.after
    yield rf"\bsince\s+(?P<since>{POINT})(?!\w)", read.since_then
    yield rf"\b(?:od|from|starting(?: in)?)\s+(?P<since>{DATE})(?!\w)", read.since
    yield (
        rf"(?:\b(?:dne|on|v|ve|the)\s+)?(?:\b(?:{WEEKDAY}),? )?(?<![\w.])(?P<at>{DATE})(?!\w)",
        read.at_point,
    )
    yield rf"{_BY}(?:(?P<next>{NEXT}) )?(?P<day>{WEEKDAY})\b", read.by_weekday
    yield rf"\b{_AT}{LAST} (?P<day>{WEEKDAY})\b", read.last_weekday
    yield rf"\b{_AT}(?P<next>{NEXT}) (?P<day>{WEEKDAY})\b", read.weekday
    yield rf"\b(?:(?:v|ve|na|o|on|by|do|this|tento|tuto|toto)\s+)(?P<day>{WEEKDAY})\b", read.weekday


def _relative() -> Iterator[tuple[str, Read]]:
    """Yield the rules for days and years counted from today."""
    yield r"\b(?:pozitri|the day after tomorrow|day after tomorrow)\b", read.day_from_now(2)
    yield r"\b(?:zitra|zejtra|tomorrow)\b", read.day_from_now(1)
    yield r"\b(?<!ode )(?:dnes|dneska|today|tonight)\b", read.day_from_now(0)
    yield r"\b(?:ode dneska?|from today|od ted)\b", read.open_from(0)
    yield r"\b(?:od zitrka|from tomorrow)\b", read.open_from(1)
    yield r"\b(?:vcera|yesterday)\b", read.day_from_now(-1)
    yield r"\b(?:letos|letosni\w*)\b", read.year_from_now(0)
    yield r"\b(?:loni|vloni|lonsk\w+)\b", read.year_from_now(-1)


def _months() -> Iterator[tuple[str, Read]]:
    """Yield the rules for months, seasons and years, and for what is soon."""
    yield rf"{_BY}(?P<to>{POINT})\b", read.up_to
    yield rf"\b(?:po|after)\s+(?P<since>{POINT})\b", read.after
    yield rf"\b(?:od|from|starting(?: in)?)\s+(?P<since>{POINT})\b", read.since
    yield r"(?<![\w/.])(?P<m>\d{1,2})/(?P<y>(?:19|20)\d\d)(?!\w)", read.numbered_month
    yield r"\bve? (?P<n>\d{1,2})\. tydnu\b|\bin week (?P<n2>\d{1,2})\b", read.numbered_week
    month = rf"(?P<at>(?:{MONTH})(?: {YEAR})?)\b"
    yield (
        rf"\b(?:v|ve|behem|v prubehu|na|pro|za|in|during|for|throughout)\s+(?:mesici )?{month}",
        read.at_point,
    )
    yield rf"\b(?P<at>(?:{MONTH}) {YEAR})\b", read.at_point
    yield rf"\b(?P<season>{any_of(SEASONS)})(?: (?:roku )?(?P<year>{YEAR}))?\b", read.season
    yield rf"\b{_AT}(?:roce|roku|rok|in|during|for|by)\s+(?P<at>{YEAR})\b", read.at_point
    yield (
        r"\b(?:brzy|v nejblizsi dobe|v dohledne dobe|v nejblizsich (?:dnech|tydnech)"
        r"|soon|shortly|in the near future|in the coming (?:days|weeks))\b",
        read.soon,
    )


_ALL = (*_stretches(), *_ends(), *_parts(), *_counted(), *_points(), *_relative(), *_months())
_RULES = tuple((re.compile(pattern), meaning) for pattern, meaning in _ALL)
_BARE = re.compile(rf"\b(?P<at>{MONTH})\b")
