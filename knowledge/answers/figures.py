"""Dates, times and numbers of a text, however they are written.

"14. 12. 2018" is "14 December 2018", "1 mil." is "1,000,000", and "three" is 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.questions.asking import fold_same_length
from knowledge.questions.timewords import MONTH, MONTHS

_YEAR = r"(?:19|20)\d\d"
_DATES = (
    re.compile(rf"\b(?P<d>\d{{1,2}})\.\s?(?P<m>{MONTH})\b(?:\s(?P<y>{_YEAR}))?"),
    re.compile(rf"(?<![\d.])(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.(?:\s?(?P<y>{_YEAR}))?(?!\d)"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{MONTH})\b(?:,? (?P<y>{_YEAR}))?"
    ),
    re.compile(rf"\b(?P<m>{MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<y>{_YEAR}))?"),
    re.compile(rf"\b(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d)\b"),
)
_MONTH_NAME = re.compile(rf"\b(?:{MONTH})\b")
_CLOCK = re.compile(
    r"\b(?P<h>[01]?\d|2[0-4])(?::|\.(?=\d\d\s?(?:h\b|hod|o.clock)))(?P<min>[0-5]\d)"
    r"\s?(?P<half>am|pm|a\.m\.|p\.m\.)?"
    r"|\b(?P<h2>[01]?\d|2[0-4])\s?(?:hod\w*\.?|h\b|o.clock)"
    r"|\b(?P<h3>1?\d)\s?(?P<half3>am|pm|a\.m\.|p\.m\.)"
)
_NUMBER = re.compile(
    r"(?<![\w])(?P<n>\d+(?:[ \u00a0.,]\d{3})*(?:[.,]\d+)?)"
    r"(?:[ \u00a0]?(?P<scale>mil\.|mili\w+|mld\.?|miliard\w*|tis\.|tisic\w*|thousand|million"
    r"|billion|mio|bn|k|m)(?![\w]))?"
)
_SCALES = {"tis": 1e3, "tho": 1e3, "k": 1e3, "mil": 1e6, "mio": 1e6, "m": 1e6}
_SCALES |= {"mld": 1e9, "bil": 1e9, "bn": 1e9}

_CZECH_WORDS = {
    2: "dva dve dvou dvema", 3: "tri trech trem tremi", 4: "ctyri ctyr ctyrech ctyrem",
    5: "pet peti", 6: "sest sesti", 7: "sedm sedmi", 8: "osm osmi", 9: "devet deviti",
    10: "deset deseti", 11: "jedenact jedenacti", 12: "dvanact dvanacti", 15: "patnact patnacti",
    20: "dvacet dvaceti", 30: "tricet triceti", 40: "ctyricet ctyriceti", 50: "padesat padesati",
    100: "sto",
}  # fmt: skip
_ENGLISH_WORDS = {
    2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
    10: "ten", 11: "eleven", 12: "twelve", 15: "fifteen", 20: "twenty", 30: "thirty", 40: "forty",
    50: "fifty",
}  # fmt: skip
_IN_WORDS = {
    "cs": {word: n for n, words in _CZECH_WORDS.items() for word in words.split()},
    "en": {word: n for n, words in _ENGLISH_WORDS.items() for word in words.split()},
}

#: Day, month, year; None: not said.
Day = tuple[int, int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a text gives as dates, times and numbers."""

    days: frozenset[Day]
    #: Months that are named or stand in a date.
    months: frozenset[int]
    #: Hour and minute.
    times: frozenset[tuple[int, int]]
    #: Values, those of scales ("1 mil.") and parts of dates too.
    numbers: frozenset[str]

    def within(self, said: Figures) -> bool:
        """Tell whether all this is given there, too."""
        same = self.months <= said.months and self.numbers <= said.numbers
        return same and self.times <= said.times and self.within_days(said)

    def within_days(self, said: Figures) -> bool:
        """Tell whether the days are given there."""
        return all(any(_same(day, other) for other in said.days) for day in self.days)


def figures(text: str, *languages: str) -> Figures:
    """Return the figures of a text; numbers in words of these languages count as well."""
    rest = fold_same_length(text).replace("\u00a0", " ")
    days, rest = _taken_days(rest)
    months = {month for _, month, _ in days}
    months |= {MONTHS[each] for each in _MONTH_NAME.findall(rest) if len(each) > len("may")}
    times, rest = _taken_times(rest)
    numbers = set(_numbers(rest))
    numbers |= {_plain(part) for day in days for part in (day[0], day[2]) if part is not None}
    numbers |= {_plain(hour) for hour, _ in times}
    for language in languages:
        known = _IN_WORDS[language]
        numbers |= {_plain(known[word]) for word in re.findall(r"[a-z]+", rest) if word in known}
    return Figures(
        days=frozenset(days),
        months=frozenset(months),
        times=frozenset(times),
        numbers=frozenset(numbers),
    )


def _same(day: Day, other: Day) -> bool:
    return day[:2] == other[:2] and (day[2] == other[2] or None in (day[2], other[2]))


def _taken_days(text: str) -> tuple[set[Day], str]:
    """Return the days of a text, and the text without them."""
    days: set[Day] = set()
    for pattern in _DATES:
        for match in pattern.finditer(text):
            month = MONTHS[match["m"]] if match["m"] in MONTHS else int(match["m"])
            if 1 <= month <= 12 and 1 <= int(match["d"]) <= 31:
                days.add((int(match["d"]), month, int(match["y"]) if match["y"] else None))
                text = _blanked(text, match)
    return days, text


def _taken_times(text: str) -> tuple[set[tuple[int, int]], str]:
    times: set[tuple[int, int]] = set()
    for match in _CLOCK.finditer(text):
        hour = int(match["h"] or match["h2"] or match["h3"])
        is_afternoon = (match["half"] or match["half3"] or "").startswith("p")
        times.add((hour % 12 + 12 if is_afternoon else hour, int(match["min"] or 0)))
        text = _blanked(text, match)
    return times, text


def _numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        digits = match["n"].replace(" ", "")
        digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
        scale = match["scale"] or ""
        factor = 1e9 if scale.startswith("miliard") else _SCALES.get(scale[:3].rstrip("."), 1.0)
        yield _plain(float(digits) * factor)


def _plain(number: float) -> str:
    return f"{number:.10g}"


def _blanked(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
