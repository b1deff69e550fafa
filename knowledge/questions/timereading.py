"""What the words of time mean: each reader turns one match of a rule of `timeranges` into days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from knowledge.questions.timewords import (
    MONTH,
    MONTHS,
    NUMBERS,
    PARTS_OF_MONTH,
    SEASONS,
    UNITS,
    VAGUE,
    WEEKDAYS,
    YEAR,
)

#: Inclusive days; None: open.
Days = tuple[date | None, date | None]


def between(match: re.Match[str], today: date) -> Days | None:
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


def up_to(match: re.Match[str], today: date) -> Days | None:
    """Up to a point: "do 15. června", "by the end of June", "until 2027"."""
    point = _point(match["to"], today)
    if point is None or point[1] is None:
        return None
    at_end = match.groupdict().get("end") or len(match["to"]) < 3 or not _is_month(match["to"])
    # "do června": until it begins; "do konce června": until it is over.
    last = point[1] if at_end or point[0] is None else point[0] - timedelta(days=1)
    return (today, last) if last >= today else (today, point[1])


def since_then(match: re.Match[str], today: date) -> Days | None:
    """ "Since January": from the last one that was."""
    point = _point(match["since"], today)
    if point is None or point[0] is None:
        return None
    return (_earlier_year(point[0]) if point[0] > today else point[0]), None


def since(match: re.Match[str], today: date) -> Days | None:
    point = _point(match["since"], today)
    return (point[0], None) if point and point[0] else None


def after(match: re.Match[str], today: date) -> Days | None:
    point = _point(match["since"], today)
    return (point[1] + timedelta(days=1), None) if point and point[1] else None


def at_point(match: re.Match[str], today: date) -> Days | None:
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


def _earlier_year(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


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


def to_end_of(match: re.Match[str], today: date) -> Days:
    groups = match.groupdict()
    return today, _whole(match["unit"], today, 1 if groups.get("next") else 0)[1]


def season(match: re.Match[str], today: date) -> Days:
    """Return the season of the year named, else the one that goes on or comes next."""
    span = SEASONS[match["season"]]
    year = match.groupdict().get("year")
    if year:
        return _season(span, int(year))
    # In January it is still the winter that began last year.
    coming = (_season(span, today.year + more) for more in (-1, 0, 1))
    return next(days for days in coming if days[1] is not None and days[1] >= today)


def before_season(match: re.Match[str], today: date) -> Days:
    """ "Do léta", "before the summer": until it begins."""
    span = SEASONS[match["season"]]
    starts = (_season(span, today.year + more)[0] for more in (0, 1))
    return today, next(day for day in starts if day and day > today) - timedelta(days=1)


def after_season(match: re.Match[str], today: date) -> Days:
    """ "Po prázdninách": from when they are over."""
    last = season(match, today)[1]
    assert last is not None
    return last + timedelta(days=1), None


def _season(span: tuple[int, int], year: int) -> Days:
    first, last = span
    end_year = year + (last < first)
    return date(year, first, 1), date(end_year, last, monthrange(end_year, last)[1])


def christmas(_: re.Match[str], today: date) -> Days:
    """Return the days around the next Christmas."""
    year = today.year + (today > date(today.year, 12, 31))
    return date(year, 12, 20), date(year, 12, 31)


def by_christmas(_: re.Match[str], today: date) -> Days:
    """Up to the next Christmas."""
    year = today.year + (today > date(today.year, 12, 24))
    return today, date(year, 12, 24)


def part_of_month(match: re.Match[str], today: date) -> Days | None:
    """ "Začátkem června", "mid-June", "v první polovině září"."""
    first, last = _point(match["at"], today) or (None, None)
    if first is None or last is None:
        return None
    begin, end = PARTS_OF_MONTH[
        next(word for word in PARTS_OF_MONTH if match["part"].startswith(word))
    ]
    return first.replace(day=begin), first.replace(day=end) if end else last


def by_part_of_month(match: re.Match[str], today: date) -> Days | None:
    """ "Do poloviny června"."""
    first, _ = _point(match["at"], today) or (None, None)
    return (today, first.replace(day=15)) if first else None


def two_points(match: re.Match[str], today: date) -> Days | None:
    """ "V červnu a červenci", "in June and July"."""
    one, other = _point(match["at"], today), _point(match["to"], today)
    if one is None or other is None or one[0] is None or other[1] is None:
        return None
    last = other[1] if other[1] >= one[0] else _later_year(other[1])
    return one[0], last


def days_of_month(match: re.Match[str], today: date) -> Days | None:
    """ "June 1-15", "1 to 15 June"."""
    month = match["month"]
    first, last = (_point(f"{match[day]} {month}", today) for day in ("d1", "d2"))
    return (first[0], last[1]) if first and last else None


def numbered_month(match: re.Match[str], _: date) -> Days | None:
    """ "06/2027"."""
    return (
        _month(int(match["m"]), int(match["y"]), date.min) if 1 <= int(match["m"]) <= 12 else None
    )


def numbered_week(match: re.Match[str], today: date) -> Days | None:
    """ "Ve 25. týdnu", "week 25": by the ISO calendar."""
    try:
        number = int(match["n"] or match["n2"])
        monday = date.fromisocalendar(today.year, number, 1)
    except ValueError:
        return None
    if monday + timedelta(days=6) < today:
        monday = date.fromisocalendar(today.year + 1, min(number, 52), 1)
    return monday, monday + timedelta(days=6)


def within(match: re.Match[str], today: date) -> Days:
    count, unit = _count(match)
    return today, today + timedelta(days=count * unit)


def some_day_in(match: re.Match[str], today: date) -> Days:
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


def weekday(match: re.Match[str], today: date) -> Days:
    """ "v pátek" is the coming one (today counts); "příští pátek" that of next week."""
    wanted = WEEKDAYS[match["day"]]
    if match.groupdict().get("next"):
        day = _week(today, 1)[0]
        assert day is not None
        day += timedelta(days=wanted)
    else:
        day = today + timedelta(days=(wanted - today.weekday()) % 7)
    return day, day


def by_weekday(match: re.Match[str], today: date) -> Days:
    """ "Do pátku", "by next Friday": from today."""
    return today, weekday(match, today)[1]


def weekdays(match: re.Match[str], today: date) -> Days:
    """ "Od pondělí do středy": the next ones."""
    first = today + timedelta(days=(WEEKDAYS[match["since"]] - today.weekday()) % 7)
    return first, first + timedelta(days=(WEEKDAYS[match["day"]] - first.weekday()) % 7)


def last_weekday(match: re.Match[str], today: date) -> Days:
    """ "Minulý pátek", "last Friday": the one before today."""
    back = (today.weekday() - WEEKDAYS[match["day"]] - 1) % 7 + 1
    return (day := today - timedelta(days=back)), day


def day_from_now(offset: int) -> Callable[[re.Match[str], date], Days]:
    def read(_: re.Match[str], today: date) -> Days:
        day = today + timedelta(days=offset)
        return day, day

    return read


def open_from(offset: int) -> Callable[[re.Match[str], date], Days]:
    """ "Ode dneška", "from tomorrow": with no end."""
    return lambda _, today: (today + timedelta(days=offset), None)


def whole_ahead(ahead: int) -> Callable[[re.Match[str], date], Days]:
    return lambda match, today: _whole(match["unit"], today, ahead)


def year_from_now(offset: int) -> Callable[[re.Match[str], date], Days]:
    return lambda _, today: (date(today.year + offset, 1, 1), date(today.year + offset, 12, 31))


_ORDINALS = {"prv": 1, "fir": 1, "i": 1, "dru": 2, "sec": 2, "ii": 2, "tre": 3, "thi": 3, "iii": 3}
_ORDINALS |= {"ctv": 4, "fou": 4, "iv": 4}


def part_of_year(match: re.Match[str], today: date) -> Days:
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


def year_so_far(_: re.Match[str], today: date) -> Days:
    """ "Od začátku roku"."""
    return date(today.year, 1, 1), today


def next_months(match: re.Match[str], today: date) -> Days:
    """ "V následujících týdnech", "in the coming months": so many are not said."""
    is_months = re.match("mes|month", match["unit"]) is not None
    return today, today + timedelta(days=90 if is_months else 30)


def soon(_: re.Match[str], today: date) -> Days:
    return today, today + timedelta(days=30)
