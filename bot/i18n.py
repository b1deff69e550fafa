"""Words: the catalogues of bot/locale, and dates, times and spans of time by Babel.

A catalogue is `<language>.po`, read at start. Its keys are names ("answers.none"), its values
hold `{fields}`. Patterns of dates stand in it too, so that a language is one file and its
name in LANGUAGES.
"""

from __future__ import annotations

import gettext
import io
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone_name
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

#: The languages the assistant speaks; each has its file in bot/locale.
LANGUAGES = ("cs", "en")

LOCALE = Path(__file__).parent / "locale"

#: "long": with the weekday and the month in full; "short": both cut; "bare": no weekday;
#: "near": no year; "on" and "of": short within a sentence, "v pondělí 14. 6. 2027" and (do, od)
#: "pondělí 14. 6. 2027", for the Czech "po" of Monday reads as "after" there.
DayStyle = Literal["long", "short", "bare", "near", "on", "of"]

#: A threshold that is never reached: Babel is not to change the unit it was told.
_NEVER = 1e9


@lru_cache
def catalogue(language: str) -> Catalog:
    """Return the phrases of a language, as they stand in its file."""
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@lru_cache
def _translations(language: str) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def zone(name: str) -> tzinfo:
    """Return the zone of this IANA name, UTC if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


class Phrases:
    """What is said in one language."""

    def __init__(self, language: str, *, slash: str = "/") -> None:
        """slash: how a command begins where it is said, "/" or "/cscc "."""
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._slash = slash
        self._translations = _translations(self.language)

    def say(self, key: str, **values: object) -> str:
        """Return the phrase of this key; `n` chooses its plural form.

        Values are put in as they are: what came from outside is escaped by the caller.
        """
        values.setdefault("slash", self._slash)
        n = values.get("n")
        if isinstance(n, int):
            return self._translations.ngettext(key, key, n).format(**values)
        return self._translations.gettext(key).format(**values)

    def knows(self, key: str) -> bool:
        """Tell whether the catalogue has this key; under "" it keeps no phrase but its header."""
        return bool(key) and self._translations.gettext(key) != key

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(self.say("format.locale"))

    def day(self, day: date, style: DayStyle = "long") -> str:
        """Return a day: "čtvrtek 17. června 2027", "čt 17. 6. 2027", "17. 6. 2027"."""
        if style in ("on", "of"):
            weekday = self.say(f"weekday.{style}.{day.isoweekday()}")
            return f"{weekday} {self.day(day, 'bare')}"
        return format_date(day, self.say(f"format.day.{style}"), locale=self._locale)

    def deadline_day(self, day: date) -> str:
        """Return a day as it follows "until": "pátku 18. června 2027", "Friday, 18 June 2027"."""
        weekday = self.say(f"weekday.until.{day.isoweekday()}")
        rest = format_date(day, self.say("format.day.rest"), locale=self._locale)
        return self.say("format.day.until", weekday=weekday, day=rest)

    def time(self, instant: datetime) -> str:
        """Return the time of day, "9:00", by the clock of the instant's own zone."""
        return format_time(instant, self.say("format.time"), tzinfo=_zone_of(instant), locale="en")

    def at(self, instant: datetime) -> str:
        """Return "ve 14:00", "v 17:00", "at 14:00"."""
        soft = str(instant.hour) in self.say("time.soft_hours").split()
        return self.say("time.at.soft" if soft else "time.at", time=self.time(instant))

    def moment(self, instant: datetime | date, style: DayStyle = "long") -> str:
        """Return "čtvrtek 17. června 2027 v 10:00"; only the day for a date."""
        if not isinstance(instant, datetime):
            return self.day(instant, style)
        return self.say("time.moment", day=self.day(instant, style), at=self.at(instant))

    def span(
        self, start: datetime | date, end: datetime | date | None, style: DayStyle = "long"
    ) -> str:
        """Return "čtvrtek 17. června 2027, 10:00–12:00", or the days from and to."""
        if not isinstance(start, datetime):
            return self._days(start, end, style)
        if not isinstance(end, datetime) or end <= start:
            return self.say("time.span.from", day=self.day(start, style), time=self.time(start))
        if end.date() == start.date() or end - start < timedelta(hours=12):
            times = f"{self.time(start)}–{self.time(end)}"
            return self.say("time.span", day=self.day(start, style), times=times)
        first = self.say("time.span.from", day=self.day(start, style), time=self.time(start))
        last = self.say("time.span.from", day=self.day(end, style), time=self.time(end))
        return f"{first} – {last}"

    def _days(self, start: date, end: date | None, style: DayStyle) -> str:
        if end is None or end <= start:
            return self.day(start, style)
        if style not in ("short", "long") or (start.year, start.month) != (end.year, end.month):
            return f"{self.day(start, style)} – {self.day(end, style)}"
        weekday = "EEE" if style == "short" else "EEEE"
        return self.say(
            f"time.days.{style}",
            first_weekday=format_date(start, weekday, locale=self._locale),
            last_weekday=format_date(end, weekday, locale=self._locale),
            first=format_date(start, self.say("format.days.first"), locale=self._locale),
            last=format_date(end, self.say(f"format.days.last.{style}"), locale=self._locale),
        )

    def days_left(self, days: int) -> str:
        """Return "dnes", "zítra", "za 7 dní"; by calendar days."""
        if days in (0, 1):
            return self.say("time.today" if days == 0 else "time.tomorrow")
        return self._unit(timedelta(days=days), "day")

    def left(self, span: timedelta) -> str:
        """Return what is left, by its two largest units: "za 6 dní a 19 hodin"."""
        minutes = max(1, int(span.total_seconds() + 30) // 60)
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        if days:
            return self._two((timedelta(days=days), "day"), (timedelta(hours=hours), "hour"))
        if hours:
            return self._two(
                (timedelta(hours=hours), "hour"), (timedelta(minutes=minutes), "minute")
            )
        return self._unit(timedelta(minutes=minutes), "minute")

    def _two(self, larger: tuple[timedelta, _Unit], smaller: tuple[timedelta, _Unit]) -> str:
        first = self._unit(*larger)
        if not smaller[0]:
            return first
        second = self._unit(*smaller).removeprefix(self.say("time.left.prefix"))
        return self.say("time.left.two", larger=first, smaller=second)

    def _unit(self, span: timedelta, unit: _Unit) -> str:
        return format_timedelta(
            span, granularity=unit, threshold=_NEVER, add_direction=True, locale=self._locale
        )

    def zone_name(self, name: str) -> str:
        """Return how a zone's time is called: "bruselského času", "Brussels time"."""
        key = f"zone.{name}"
        if self.knows(key):
            return self.say(key)
        city = get_timezone_name(
            zone(name), return_zone=False, width="long", zone_variant="generic", locale=self._locale
        )
        return self.say("zone.other", name=city)

    def zone_place(self, name: str) -> str:
        """Return where a zone's time holds: "v Praze", "in Prague"."""
        key = f"zone.in.{name}"
        city = name.rsplit("/", 1)[-1].replace("_", " ")
        return self.say(key) if self.knows(key) else self.say("zone.in.other", city=city)

    def decimal(self, number: float) -> str:
        """Return "81,3"."""
        return format_decimal(number, locale=self._locale)

    def list_of(self, items: list[str]) -> str:
        """Return "a, b a c"."""
        if len(items) < 2:
            return "".join(items)
        return self.say("list.last", items=", ".join(items[:-1]), last=items[-1])


_Unit = Literal["day", "hour", "minute"]


def _zone_of(instant: datetime) -> tzinfo | None:
    return instant.tzinfo
