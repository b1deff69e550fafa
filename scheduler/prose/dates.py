"""Dates in Czech, Slovak and English prose, as they are written, and the years they leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scheduler.events import Precision
from scheduler.prose.months import MONTHS, ROMAN, WEEKDAYS, either

_MONTH = rf"(?P<month>{either(MONTHS)})\b"
_YEAR = r"(?P<year>(?:19|20)\d{2})\b"
_TO = r"\s*(?:[-–—]|\baz\b|\ba\b|\band\b|\bto\b|\bdo\b|&)\s*"
_NTH = r"(?:st\b|nd\b|rd\b|th\b|\.)?"
_MAYBE_YEAR = rf"(?:\s*,?\s*{_YEAR})?"
#: In the order in which they are tried at the same place.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>(?:19|20)\d{2})-(?P<number>\d{1,2})-(?P<day>\d{1,2})(?![\d-])",
        # 12.–13. dubna 2027, 6–7 April 2027
        rf"(?P<day>\d{{1,2}}){_NTH}{_TO}(?P<last>\d{{1,2}}){_NTH}\s*(?:of\s+)?{_MONTH}{_MAYBE_YEAR}",
        # 15. dubna 2027, 15th of April, 2027
        rf"(?P<day>\d{{1,2}}){_NTH}\s*(?:of\s+)?{_MONTH}\.?{_MAYBE_YEAR}",
        # April 6–7, 2027
        rf"{_MONTH}\.?\s+(?P<day>\d{{1,2}}){_NTH}{_TO}(?P<last>\d{{1,2}})\b{_NTH}{_MAYBE_YEAR}",
        rf"{_MONTH}\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d){_MAYBE_YEAR}",
        # 12.–13. 4. 2027
        rf"(?P<day>\d{{1,2}})\.{_TO}(?P<last>\d{{1,2}})\.\s*(?P<number>\d{{1,2}})\.(?:\s*{_YEAR})?",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<number>\d{{1,2}})\.\s?{_YEAR}",
        # 12. IV. 2027
        rf"(?P<day>\d{{1,2}})\.\s?(?P<roman>{either(ROMAN)})\.?\s?{_YEAR}",
        # 12. 4., and with the hour after it: 12. 4. 18:00
        r"(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})\.(?!\s?\d)",
        r"(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})\.(?=\s\d{1,2}(?::\d\d\b|\.\d\d\s?h))",
        rf"(?P<day>\d{{1,2}})/(?P<number>\d{{1,2}})/{_YEAR}",
        # 5.3.27
        r"(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<short>[23]\d)\b(?![.:,/]?\d|\s?(?:h\b|hod|%))",
    )
)
_END_OF = r"(?P<end>do konce|koncem|ke konci|konec|do konca|koncom|(?:the )?end of)\s+"
_MONTH_END = re.compile(rf"{_END_OF}(?:mesice\s+|mesiaca\s+)?{_MONTH}{_MAYBE_YEAR}")
_QUARTER_END = re.compile(
    rf"{_END_OF}(?:the\s+)?(?:q(?P<q>[1-4])|(?P<nth>[1-4])\.\s*(?:ctvrtleti|kvartal\w*|stvrtrok\w*))"
    rf"(?:\s*/?\s*(?:roku\s+|of\s+)?{_YEAR})?"
)
_YEAR_END = re.compile(
    rf"{_END_OF}(?:(?P<which>letosniho|tohoto|pristiho|tohto|buduceho|this|next|the)\s+)?"
    rf"(?:(?:roku|roka|year)\b(?:\s*{_YEAR})?|(?P<bare>(?:19|20)\d{{2}})\b)"
)
_NEXT_WEEKDAY = re.compile(
    rf"\b(?P<next>pristi|nadchazejici|buduci|next|coming)\s+(?P<weekday>{either(WEEKDAYS)})\b"
)
_WEEKDAY_BEFORE = re.compile(rf"\b({either(WEEKDAYS)})\b\.?,?\s*(?:the\s+|dne\s+|dna\s+)?$")
_NEXT_YEAR = re.compile(
    r"\s*(?:,\s*)?(?:nasledujiciho|pristiho|nasledujuceho|buduceho)\s+ro[kc]\w"
    r"|\s*(?:of\s+)?(?:the\s+)?(?:following|next)\s+year"
)
#: What is numbered in parts, "body 1.2. až 1.4."; no day without a year.
_NUMBERED = re.compile(
    r"(?:§|\b(?:cl|clan\w+|bod(?:u|em|y|ech)?|kap|kapitol\w*|odst\w*|pism\w*|oddil\w*|priloh\w*|opatreni"
    r"|priorit\w*|verz[ei]|sc|version|section|sections|articles?|annex|chapters?|topics?)\b\.?)"
    r"\s*(?:c\.\s*)?(?:\d[\d.]*\s*(?:,|\ba\b|\baz\b|\band\b|\bto\b|[-–])\s*)*$"
)
#: "červen 2021": a month of a year, no day.
_MONTH_OF_YEAR = re.compile(rf"(?<![\w.]){_MONTH}\.?\s+(?:roku\s+)?{_YEAR}")
_DAY_BEFORE = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.)?\s*(?:of\s+)?$")
#: What is told of another time than the date beside it is.
_LAST_TIME = re.compile(r"\b(?:v?lonsk\w+|v?loni|minul\w+ ro[ck]\w*|last (?:year|edition|time))\b")
_THIS_TIME = re.compile(r"\b(?:letos\w*|tentokrat\w*|this (?:year|time))\b")
#: "od 1. prosince 2027 do 31. ledna": the second follows the first.
_RANGE = re.compile(r"[^.;]{0,20}?(?:\b(?:do|az|to|until|till)\b|[-–—])[^.;]{0,15}")
#: A date without a year is of the time around its publication: at most so long before it.
LOOK_BACK = timedelta(days=60)


#: Dates farther apart than this, in letters, say nothing of each other's year.
FAR = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A day, or a span of days, that a text names."""

    at: int
    until: int
    first: date
    #: The same as `first` for a single day.
    last: date
    precision: Precision = Precision.DATE
    #: The text gives it; otherwise it was inferred.
    has_year: bool = True
    #: Whether the weekday that the text names is that day's; None if it names none.
    weekday_fits: bool | None = None


@dataclass(frozen=True, slots=True)
class _Raw:
    """What a match says, before missing years are filled in."""

    at: int
    until: int
    day: int
    last: int
    month: int
    year: int | None
    weekday: int | None
    precision: Precision
    #: The year after the one of the date before.
    next_year: bool = False


def find_days(
    folded: str,
    text: str,
    *,
    near: date,
    published: date | None = None,
    year: int | None = None,
    months: Mapping[int, int] | None = None,
) -> list[DateMention]:
    """Return the dates in a text, in their order.

    `folded` is `text` without accents, letter for letter. A missing year is taken from the
    dates around it, from "June 2021" if the text says so of its month or `months` (a title's)
    do, from `year` (a title's), from the weekday, else it is the next such day from `near` on.
    "Next Tuesday" counts from `published`, and means nothing without it.
    """
    raws = sorted(_raws(folded, text), key=lambda raw: (raw.at, -raw.until))
    chosen: list[_Raw] = []
    for raw in raws:
        if not chosen or raw.at >= chosen[-1].until:
            chosen.append(raw)
    # "Last year's was in June 2026" says nothing of what the title dates.
    told = {} if year is not None and year >= near.year else months_of_years(folded, near)
    past = {**told, **(months or {})}
    mentions = list(_with_years(chosen, folded, near=near, title_year=year, past=past))
    if published is not None:
        mentions += _next_weekdays(folded, published)
    return sorted(mentions, key=lambda mention: mention.at)


def months_of_years(folded: str, near: date) -> dict[int, int]:
    """Return the months of the past that a text names with their years: "June 2021"."""
    found = [
        (MONTHS[match["month"]], int(match["year"]))
        for match in _MONTH_OF_YEAR.finditer(folded)
        if not _DAY_BEFORE.search(folded[: match.start()][-8:])
    ]
    return {month: year for month, year in found if (year, month) < (near.year, near.month)}


def _raws(folded: str, text: str) -> Iterator[_Raw]:
    for pattern in _PATTERNS:
        for found in pattern.finditer(folded):
            if (raw := _raw(found, folded, text)) is not None:
                yield raw
    for found in _MONTH_END.finditer(folded):
        yield _ending(found, MONTHS[found["month"]], found["year"], Precision.MONTH_END, folded)
    for found in _QUARTER_END.finditer(folded):
        month = 3 * int(found["q"] or found["nth"])
        yield _ending(found, month, found["year"], Precision.MONTH_END, folded)
    for found in _YEAR_END.finditer(folded):
        year = found["year"] or found["bare"]
        raw = _ending(found, 12, year, Precision.YEAR_END, folded)
        yield replace(raw, next_year=found["which"] in ("pristiho", "buduceho", "next"))


def _raw(found: re.Match[str], folded: str, text: str) -> _Raw | None:
    if found.start() and (
        folded[found.start() - 1].isalnum() or folded[found.start() - 1] in "/.,"
    ):
        return None
    groups = found.groupdict()
    month = _month(groups)
    if groups.get("month") == "may" and not text[found.start("month")].isupper():
        return None
    if groups.get("short"):
        groups["year"] = f"20{groups['short']}"
    elif not groups.get("year") and _NUMBERED.search(folded[: found.start()][-60:]):
        return None
    day, last = int(groups["day"]), int(groups.get("last") or groups["day"])
    year = int(groups["year"]) if groups.get("year") else None
    if "/" in found[0] and month > 12 >= day:
        day, last, month = month, month, day
    if not (1 <= month <= 12 and _exists(day, month, year) and _exists(last, month, year)):
        return None
    following = _NEXT_YEAR.match(folded, found.end())
    return _Raw(
        at=found.start(),
        until=following.end() if following and year is None else found.end(),
        day=day,
        last=last if last >= day else day,
        month=month,
        year=year,
        weekday=_weekday_before(folded, found.start()),
        precision=Precision.DATE,
        next_year=following is not None and year is None,
    )


def _month(groups: Mapping[str, str | None]) -> int:
    for names, name in ((MONTHS, groups.get("month")), (ROMAN, groups.get("roman"))):
        if name:
            return names[name]
    return int(groups["number"] or 0)


def _exists(day: int, month: int, year: int | None) -> bool:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True


def _ending(
    found: re.Match[str], month: int, year: str | None, precision: Precision, folded: str
) -> _Raw:
    following = _NEXT_YEAR.match(folded, found.end())
    return _Raw(
        at=found.start(),
        until=found.end(),
        day=0,
        last=0,
        month=month,
        year=int(year) if year else None,
        weekday=None,
        precision=precision,
        next_year=following is not None and year is None,
    )


def _weekday_before(folded: str, position: int) -> int | None:
    found = _WEEKDAY_BEFORE.search(folded[max(0, position - 24) : position])
    return WEEKDAYS[found[1]] if found else None


def _with_years(
    raws: Sequence[_Raw],
    folded: str,
    *,
    near: date,
    title_year: int | None,
    past: Mapping[int, int],
) -> Iterator[DateMention]:
    previous: DateMention | None = None
    for number, raw in enumerate(raws):
        year = raw.year
        if year is None:
            following = raws[number + 1 :]
            year = _of_neighbours(raw, following, previous, folded, near)
            written = (previous and previous.has_year) or any(other.year for other in following)
            if raw.month in past and not (year and written):
                year = past[raw.month]
            year = year or _by_calendar(raw, near=near, title_year=title_year)
        mention = _dated(raw, year)
        if mention is not None:
            previous = mention
            yield mention


def _of_neighbours(
    raw: _Raw,
    following: Sequence[_Raw],
    previous: DateMention | None,
    folded: str,
    near: date,
) -> int | None:
    """Return the year that the dates around it give a date without one; None if they do not."""
    if raw.next_year:
        return _following_year(raw, previous, near)
    later = next((other for other in following if other.year and not other.next_year), None)
    if later is not None and later.year is not None:
        between = folded[raw.until : later.at]
        if len(between) <= FAR and not _LAST_TIME.search(between):
            # "od 1. prosince do 31. ledna 2028": the first is of the year before.
            return later.year - (raw.month > later.month)
    between = folded[previous.until : raw.at] if previous else ""
    if previous is None or len(between) > FAR or _THIS_TIME.search(between):
        return None
    before = previous.first
    if _RANGE.fullmatch(between):
        return before.year + ((before.month, before.day) > (raw.month, raw.day or 31))
    dated = [d for year in (-1, 0, 1) if (d := _dated(raw, before.year + year)) is not None]
    nearest = min(dated, key=lambda mention: abs(mention.first - before), default=None)
    return nearest.first.year if nearest else None


def _following_year(raw: _Raw, previous: DateMention | None, near: date) -> int:
    """ "Of the following year": after a year that was written, else after that of writing."""
    if previous is not None and previous.has_year:
        return previous.first.year + 1
    year = near.year + 1
    too_early = previous is not None and (
        (year, raw.month, raw.day or 31)
        < (previous.first.year, previous.first.month, previous.first.day)
    )
    return year + too_early


def _by_calendar(raw: _Raw, *, near: date, title_year: int | None) -> int:
    years = [near.year - 1, near.year, near.year + 1]
    dated = [(year, mention.first) for year in years if (mention := _dated(raw, year))]
    ahead = [(year, day) for year, day in dated if day >= near - LOOK_BACK] or dated[-1:]
    fitting = [item for item in ahead if raw.weekday in (None, item[1].weekday())] or ahead
    if title_year is not None and any(year == title_year for year, _ in fitting):
        return title_year
    from_now = [year for year, day in fitting if day >= near]
    return (from_now or [fitting[-1][0] if fitting else near.year])[0]


def _dated(raw: _Raw, year: int) -> DateMention | None:
    try:
        if raw.precision is Precision.DATE:
            first, last = date(year, raw.month, raw.day), date(year, raw.month, raw.last)
        else:
            first = last = date(year + raw.month // 12, raw.month % 12 + 1, 1) - timedelta(days=1)
    except ValueError:
        return None
    return DateMention(
        at=raw.at,
        until=raw.until,
        first=first,
        last=last,
        precision=raw.precision,
        has_year=raw.year is not None,
        weekday_fits=None if raw.weekday is None else first.weekday() == raw.weekday,
    )


def _next_weekdays(folded: str, published: date) -> Iterator[DateMention]:
    """ "Next Tuesday" is the one of the week after that of publication."""
    for found in _NEXT_WEEKDAY.finditer(folded):
        monday = published - timedelta(days=published.weekday())
        day = monday + timedelta(days=7 + WEEKDAYS[found["weekday"]])
        yield DateMention(at=found.start(), until=found.end(), first=day, last=day, has_year=False)
