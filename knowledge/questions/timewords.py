"""The words of time in Czech and English, folded, for `timeranges`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MONTH_NAMES = (
    "leden|ledna|lednu|lednem|january|jan",
    "unor|unora|unoru|unorem|february|feb",
    "brezen|brezna|breznu|breznem|march|mar",
    "duben|dubna|dubnu|dubnem|april|apr",
    "kveten|kvetna|kvetnu|kvetnem|may",
    "cerven|cervna|cervnu|cervnem|june|jun",
    "cervenec|cervence|cervenci|cervencem|july|jul",
    "srpen|srpna|srpnu|srpnem|august|aug",
    "zari|september|sept|sep",
    "rijen|rijna|rijnu|rijnem|october|oct",
    "listopad|listopadu|listopadem|november|nov",
    "prosinec|prosince|prosinci|prosincem|december|dec",
)
MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split("|")}
_ENGLISH_NAMES = (
    "january jan february feb march mar april apr may june jun july jul august aug september sept "
    "sep october oct november nov december dec"
)
ENGLISH_MONTHS = frozenset(_ENGLISH_NAMES.split())
#: Months as they follow "v", from January.
IN_MONTH = (
    "lednu", "únoru", "březnu", "dubnu", "květnu", "červnu", "červenci", "srpnu", "září", "říjnu",
    "listopadu", "prosinci",
)  # fmt: skip
_WEEKDAY_NAMES = (
    "pondeli|pondelek|pondelka|monday|mon",
    "utery|uterek|uterka|tuesday|tue",
    "streda|stredu|stredy|wednesday|wed",
    "ctvrtek|ctvrtka|thursday|thu",
    "patek|patku|patka|friday|fri",
    "sobota|sobotu|soboty|saturday|sat",
    "nedele|nedeli|sunday|sun",
)
WEEKDAYS = {name: n for n, names in enumerate(_WEEKDAY_NAMES) for name in names.split("|")}
_NUMBER_WORDS = {
    1: "jeden jednoho jednu one a an", 2: "dva dve dvou two", 3: "tri trech three",
    4: "ctyri ctyr ctyrech four", 5: "pet peti five", 6: "sest sesti six", 7: "sedm sedmi seven",
    8: "osm osmi eight", 9: "devet deviti nine", 10: "deset deseti ten",
    14: "ctrnact ctrnacti fourteen", 30: "tricet triceti thirty",
}  # fmt: skip
#: "A few": days are taken for two weeks, longer units three times.
VAGUE = ("par", "nekolik", "few", "a few", "several", "couple of", "a couple of")
NUMBERS = {name: n for n, names in _NUMBER_WORDS.items() for name in names.split()}
NUMBERS |= dict.fromkeys(VAGUE, 3)
_SEASON_WORDS = {
    (3, 5): "na jare|jara|jaro|jarem|in spring|in the spring|spring",
    (6, 8): "v lete|pres leto|leto|leta|lete|letem|in summer|in the summer|over the summer|summer",
    (9, 11): "na podzim|podzimu|podzimem|podzim|in autumn|in the autumn|autumn|in fall|in the fall",
    (12, 2): "v zime|zimy|zimou|in winter|in the winter|winter",
    (7, 8): "o prazdninach|prazdninach|prazdninami|prazdnin|the holidays|holidays",
}  # fmt: skip
#: Beginnings of words for a part of a month -> its first and last day; None: the last.
PARTS_OF_MONTH: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(("zacat", "pocat", "early", "the beginning", "beginning"), (1, 10)),
    **dict.fromkeys(("prvni polovi", "first half"), (1, 15)),
    **dict.fromkeys(("druhe polovi", "druha polovi", "second half"), (16, None)),
    **dict.fromkeys(("polovi", "mid", "the middle"), (10, 20)),
}
SEASONS = {name: span for span, names in _SEASON_WORDS.items() for name in names.split("|")}


def any_of(names: Iterable[str]) -> str:
    """Return a pattern of the names, longest first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


MONTH, WEEKDAY, NUMBER = any_of(MONTHS), any_of(WEEKDAYS), any_of(NUMBERS)
NEXT = (
    r"(?:pristi(?:ho|m|mu|ch)?|dalsi(?:ho|m)?|nasledujici(?:ho|m|mu|ch)?|nadchazejici(?:ho|m|ch)?"
    r"|next|following|coming|upcoming)"
)
THIS = (
    r"(?:tento|tenhle|tohoto|tohohle|tomto|toto|tuto|teto|tato|tuhle|tyto|soucasn\w+"
    r"|this|the current)"
)
LAST = r"(?:minul\w+|predchozi\w*|last|past|previous)"
#: First letters of a unit -> days.
UNITS = {
    **{"den": 1, "day": 1, "tyd": 7, "wee": 7, "for": 14},
    **{"mes": 30, "mon": 30, "rok": 365, "let": 365, "yea": 365},
}
UNIT = (
    r"(?:dn[iuey]|den|dnech|days?|tyden|tydn\w+|weeks?|fortnight|mesic\w*|months?|rok\w*|let"
    r"|years?)"
)
#: A stretch that has a number of its own: "this week", "next quarter".
WHOLE = (
    r"(?P<unit>vikend\w*|weekend|tyden|tydn\w+|week|mesic\w*|month|ctvrtleti\w*|kvartal\w*"
    r"|quarter|pololeti\w*|half|rok\w*|roce|year)\b"
)
YEAR = r"(?:19|20)\d\d"
DATE = (
    rf"(?:\d{{1,2}}\.\s?(?:{MONTH})(?:\s{YEAR})?|\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?{YEAR})?"
    rf"|{YEAR}-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTH})(?:,? {YEAR})?"
    rf"|(?:{MONTH}) \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,? {YEAR})?)"
)
#: A date, a month or a year.
POINT = rf"(?:{DATE}|(?:{MONTH})(?: {YEAR})?|{YEAR})"
