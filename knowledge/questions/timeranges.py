"""Ranges of time in Czech and English: "v červnu", "do konce roku", "next Friday".

A small grammar of our own. The first rule that fits decides, from the most exact to the least.
Days begin and end at midnight of the zone given.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from knowledge.languages import fold
from knowledge.questions.timewords import (
    DATE,
    ENGLISH_MONTHS,
    IN_MONTH,
    LAST,
    MONTH,
    MONTHS,
    NEXT,
    NUMBER,
    NUMBERS,
    POINT,
    SEASONS,
    THIS,
    UNIT,
    UNITS,
    VAGUE,
    WEEKDAY,
    WEEKDAYS,
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


#: Inclusive days; None: open.
Days = tuple[date | None, date | None]

Read = Callable[[re.Match[str], date], Days | None]


def find_range(
    text: str, now: datetime, zone: tzinfo, *, bare_month: bool = False
) -> TimeRange | None:
    """Return the range of time a text names, None if it names none.

    bare_month: a month by itself is one, "prosinec", "what about July?".
    """
    folded = _fold(text)
    today = now.astimezone(zone).date()
    for pattern, read in (*_RULES, *(((_BARE, _at),) if bare_month else ())):
        match = pattern.search(folded)
        if match is None:
            continue
        days = read(match, today)
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


# What the parts mean


def _between(match: re.Match[str], today: date) -> Days | None:
    """From one point to another: "od června do srpna", "15.-20. 6.", "between May and July"."""
    end = _point(match["to"], today)
    if end is None or end[1] is None:
        return None
    start = _point(_with_month(match["since"], end[1]), today, like=end[1])
    if start is None or start[0] is None:
        return None
    first, last = start[0], end[1]
    if last < first:
        last = _later_year(last)
    return first, last


def _with_month(text: str, like: date) -> str:
    """Return "14." as "14. 9." where it goes up to a day of September."""
    return f"{text} {like.month}." if re.fullmatch(r"\d{1,2}\.", text.strip()) else text


def _by(match: re.Match[str], today: date) -> Days | None:
    """Up to a point: "do 15. června", "by the end of June", "until 2027"."""
    point = _point(match["to"], today)
    if point is None or point[1] is None:
        return None
    at_end = match.groupdict().get("end") or len(match["to"]) < 3 or not _is_month(match["to"])
    # "do června": until it begins; "do konce června": until it is over.
    last = point[1] if at_end or point[0] is None else point[0] - timedelta(days=1)
    return (today, last) if last >= today else (today, point[1])


def _since(match: re.Match[str], today: date) -> Days | None:
    point = _point(match["since"], today)
    return (point[0], None) if point and point[0] else None


def _after(match: re.Match[str], today: date) -> Days | None:
    point = _point(match["since"], today)
    return (point[1] + timedelta(days=1), None) if point and point[1] else None


def _at(match: re.Match[str], today: date) -> Days | None:
    return _point(match["at"], today)


def _point(text: str, today: date, like: date | None = None) -> Days | None:
    """Read a date, a month or a year. A month without a year is the next one to come."""
    text = text.strip()
    if re.fullmatch(YEAR, text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    month = re.fullmatch(rf"({MONTH})(?: ({YEAR}))?", text)
    if month:
        return _month(MONTHS[month[1]], int(month[2]) if month[2] else None, today, like)
    return _date(text, today, like)


def _date(text: str, today: date, like: date | None) -> Days | None:
    year = re.search(rf"\b{YEAR}\b", text)
    rest = text.replace(year.group(), " ") if year else text
    name = re.search(rf"\b({MONTH})\b", rest)
    numbers = [int(each) for each in re.findall(r"\d{1,2}", rest)]
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    try:
        if iso:
            day = date(int(iso[1]), int(iso[2]), int(iso[3]))
            return day, day
        month = MONTHS[name[1]] if name else numbers[1]
        day = date(int(year.group()) if year else (like or today).year, month, numbers[0])
    except (ValueError, IndexError):
        return None
    if not year and not like and day < today:
        day = _later_year(day)
    return day, day


def _month(month: int, year: int | None, today: date, like: date | None = None) -> Days:
    if year is None:
        reference = like or today
        year = reference.year + (not like and month < today.month)
        year -= bool(like and month > like.month)
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _is_month(text: str) -> bool:
    return re.fullmatch(rf"(?:{MONTH})(?: {YEAR})?", text.strip()) is not None


def _later_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


def _week(today: date, ahead: int) -> Days:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    return monday, monday + timedelta(days=6)


def _weekend(today: date, ahead: int) -> Days:
    saturday = today - timedelta(days=today.weekday()) + timedelta(days=5, weeks=ahead)
    return saturday, saturday + timedelta(days=1)


def _month_ahead(today: date, ahead: int) -> Days:
    index = today.year * 12 + today.month - 1 + ahead
    return _month(index % 12 + 1, index // 12, today)


def _quarter(number: int, year: int) -> Days:
    return date(year, 3 * number - 2, 1), _month(3 * number, year, date(year, 1, 1))[1]


def _half(number: int, year: int) -> Days:
    return date(year, 6 * number - 5, 1), _month(6 * number, year, date(year, 1, 1))[1]


def _whole(unit: str, today: date, ahead: int) -> Days:
    """Return this (0), the next (1) or the last (-1) week, weekend, month, quarter or year."""
    if re.match("vikend|weekend", unit):
        return _weekend(today, ahead)
    if re.match("tyd|week", unit):
        return _week(today, ahead)
    if re.match("mes|month", unit):
        return _month_ahead(today, ahead)
    if re.match("ctvrtlet|kvart|quarter", unit):
        index = today.year * 4 + (today.month - 1) // 3 + ahead
        return _quarter(index % 4 + 1, index // 4)
    if re.match("pololet|half", unit):
        index = today.year * 2 + (today.month - 1) // 6 + ahead
        return _half(index % 2 + 1, index // 2)
    return date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31)


def _end_of(match: re.Match[str], today: date) -> Days:
    groups = match.groupdict()
    return today, _whole(match["unit"], today, 1 if groups.get("next") else 0)[1]


def _season(match: re.Match[str], today: date) -> Days:
    first, last = SEASONS[match["season"]]
    year = int(match["year"]) if match["year"] else today.year
    end_year = year + (last < first)
    days = date(year, first, 1), date(end_year, last, monthrange(end_year, last)[1])
    if not match["year"] and days[1] < today:
        return _later_year(days[0]), date(end_year + 1, last, monthrange(end_year + 1, last)[1])
    return days


def _within(match: re.Match[str], today: date) -> Days:
    count, unit = _count(match)
    return today, today + timedelta(days=count * unit)


def _in(match: re.Match[str], today: date) -> Days:
    """ "Za týden": some day of that week; "za 3 dny": that day."""
    count, unit = _count(match)
    day = today + timedelta(days=count * unit)
    if unit == 1:
        return day, day
    return _week(day, 0) if unit in (7, 14) else _month_ahead(day, 0)


def _count(match: re.Match[str]) -> tuple[int, int]:
    """Return how many units, and how many days a unit has."""
    number = match.groupdict().get("n") or "1"
    unit = UNITS.get(match["unit"][:3], 1)
    if number in VAGUE and unit == 1:
        return 14, 1
    return (int(number) if number.isdigit() else NUMBERS[number]), unit


def _weekday(match: re.Match[str], today: date) -> Days:
    """ "v pátek" is the coming one (today counts); "příští pátek" that of next week."""
    wanted = WEEKDAYS[match["day"]]
    if match.groupdict().get("next"):
        day = _week(today, 1)[0]
        assert day is not None
        day += timedelta(days=wanted)
    else:
        day = today + timedelta(days=(wanted - today.weekday()) % 7)
    return day, day


def _day(offset: int) -> Callable[[re.Match[str], date], Days]:
    def read(_: re.Match[str], today: date) -> Days:
        day = today + timedelta(days=offset)
        return day, day

    return read


def _ahead(ahead: int) -> Callable[[re.Match[str], date], Days]:
    return lambda match, today: _whole(match["unit"], today, ahead)


def _year(offset: int) -> Callable[[re.Match[str], date], Days]:
    return lambda _, today: (date(today.year + offset, 1, 1), date(today.year + offset, 12, 31))


_ORDINALS = {"prv": 1, "fir": 1, "i": 1, "dru": 2, "sec": 2, "ii": 2, "tre": 3, "thi": 3, "iii": 3}
_ORDINALS |= {"ctv": 4, "fou": 4, "iv": 4}


def _part_of_year(match: re.Match[str], today: date) -> Days:
    """ "Ve 3. čtvrtletí", "Q3 2027", "second half of the year"; else the next year's."""
    text = match["n"].rstrip(".")
    number = int(text) if text.isdigit() else _ORDINALS[text[:3]]
    made, parts = (_half, 2) if re.match("pololet|h", match["unit"]) else (_quarter, 4)
    number = min(number, parts)
    if match["year"]:
        return made(number, int(match["year"]))
    days = made(number, today.year)
    is_over = days[1] is not None and days[1] < today
    return made(number, today.year + 1) if is_over else days


def _soon(_: re.Match[str], today: date) -> Days:
    return today, today + timedelta(days=30)


#: Prepositions, for folded text.
_AT = r"(?:(?:v|ve|na|o|pro|do|behem|v prubehu|in|on|over|for|by|during|within)\s+)?"
_BY = r"\b(?:do|by|until|till|before|nejpozdeji do|nejpozdeji|pred)\s+"


def _stretches() -> Iterator[tuple[str, Read]]:
    """Yield the rules for what lies between two points or before one, the most exact first."""
    end = r"(?:the )?(?P<end>konce|end of|end)\s+"
    count = rf"(?P<n>\d{{1,3}}|{NUMBER})"
    ordinal = (
        r"(?P<n>\d\.?|prvnim?|druhem|druhe|tretim?|ctvrtem|first|second|third|fourth|i{1,3}|iv)"
    )
    yield (
        rf"\b(?:od|from|since|mezi|between)\s+(?P<since>{POINT}|\d{{1,2}}\.)\s*"
        rf"(?:do|az do|az|to|till|until|a|and|-|–)\s*(?P<to>{POINT})",
        _between,
    )
    yield (
        rf"(?<![\w.])(?P<since>\d{{1,2}}\.(?:\s?\d{{1,2}}\.)?|{DATE})"
        rf"\s?(?:-|–| az )\s?(?P<to>{DATE})",
        _between,
    )
    yield rf"{_BY}{end}(?P<next>{NEXT} )?(?:the |tohoto |this )?{WHOLE}(?! {YEAR})", _end_of
    yield rf"{_BY}{end}(?:roku )?(?P<to>{POINT})", _by
    yield rf"\b(?:na konci|koncem|at the end of|end of)\s+(?:the |tohoto |this )?{WHOLE}", _end_of
    yield (
        rf"\b(?:na konci|koncem|at the end of|(?:in )?late)\s+(?P<at>(?:{MONTH})(?: {YEAR})?)\b",
        _at,
    )
    yield (
        rf"\b{_AT}(?:the )?{ordinal}\s+(?P<unit>pololeti|ctvrtleti|kvartal\w*|quarter|half)"
        rf"(?: of the year)?(?: (?:roku |of )?(?P<year>{YEAR}))?",
        _part_of_year,
    )
    yield rf"\b(?P<unit>q|h)(?P<n>[1-4])(?:[ /](?P<year>{YEAR}))?(?!\w)", _part_of_year
    soonest = rf"(?:{NEXT}|nejblizsi(?:ch|m)?)"
    yield rf"\b{_AT}(?:the )?{soonest}\s+{count}\s+(?P<unit>{UNIT})\b", _within
    yield (
        rf"\b(?:behem|v prubehu|do|within|in less than)\s+(?:the )?{count}\s+(?P<unit>{UNIT})\b",
        _within,
    )
    one = r"(?P<unit>tydne|mesice|roku|week|month|year)\b"
    yield rf"\b(?:do|within a|within the|within one)\s+{one}(?! (?:\d|{MONTH}))", _within
    yield rf"\b(?:za|in)\s+(?:{count}\s+)?(?P<unit>{UNIT})\b(?: time)?", _in


def _points() -> Iterator[tuple[str, Read]]:
    """Yield the rules for stretches and days that are named, the most exact first."""
    yield rf"\b{_AT}(?:the )?{NEXT}\s+{WHOLE}", _ahead(1)
    yield rf"\b{_AT}{THIS}\s+{WHOLE}", _ahead(0)
    yield rf"\b{_AT}(?:the )?{LAST}\s+{WHOLE}", _ahead(-1)
    yield r"\b(?:o|over the|at the|on the) (?P<unit>vikendu?|weekend)\b", _ahead(0)
    yield rf"\b{_AT}(?P<next>{NEXT}) (?P<day>{WEEKDAY})\b", _weekday
    yield rf"\b(?:(?:v|ve|na|o|on|by|do|this|tento|tuto|toto)\s+)(?P<day>{WEEKDAY})\b", _weekday
    yield r"\b(?:pozitri|the day after tomorrow|day after tomorrow)\b", _day(2)
    yield r"\b(?:zitra|zejtra|tomorrow)\b", _day(1)
    yield r"\b(?:dnes|dneska|today|tonight)\b", _day(0)
    yield r"\b(?:vcera|yesterday)\b", _day(-1)
    yield r"\b(?:letos|letosni\w*)\b", _year(0)
    yield r"\b(?:loni|vloni|lonsk\w+)\b", _year(-1)
    yield rf"{_BY}(?P<to>{POINT})\b", _by
    yield rf"\b(?:po|after)\s+(?P<since>{POINT})\b", _after
    yield rf"\b(?:od|since|from|starting(?: in)?)\s+(?P<since>{POINT})\b", _since
    yield rf"(?:\b(?:dne|on|v|ve|the)\s+)?(?<![\w.])(?P<at>{DATE})", _at
    month = rf"(?P<at>(?:{MONTH})(?: {YEAR})?)\b"
    yield (
        rf"\b(?:v|ve|behem|v prubehu|na|pro|za|in|during|for|throughout)\s+(?:mesici )?{month}",
        _at,
    )
    yield rf"\b(?P<at>(?:{MONTH}) {YEAR})\b", _at
    yield rf"\b(?P<season>{any_of(SEASONS)})(?: (?:roku )?(?P<year>{YEAR}))?\b", _season
    yield rf"\b{_AT}(?:roce|roku|rok|in|during|for|by)\s+(?P<at>{YEAR})\b", _at
    yield (
        r"\b(?:brzy|v nejblizsi dobe|v dohledne dobe|v nejblizsich (?:dnech|tydnech)"
        r"|soon|shortly|in the near future|in the coming (?:days|weeks))\b",
        _soon,
    )


_RULES = tuple((re.compile(pattern), read) for pattern, read in (*_stretches(), *_points()))
_BARE = re.compile(rf"\b(?P<at>{MONTH})\b")
