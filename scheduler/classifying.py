"""What sort of event a text is about, in which language, and what has become of it.

Pure guesses from words, Czech, Slovak and English, used where a source does not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from scheduler.events import EventKind, EventStatus
from scheduler.zones import fold

_CALL = re.compile(
    r"\b(?:vyzv|uzaverk|dotac|grant|soutez(?!ic)|sutaz|prijem zadost|prijem projekt"
    r"|call for (?:proposal|project|paper|application|expression)|calls?\b(?! for help)"
    r"|public competition|funding opportunit|cut-off|prihlask|vyjadren\w* za?ujmu|vyjadren\w* zajmu"
    r"|expressions? of interest|predklad\w+ (?:navrh|projekt)|pod[aá](?:van|n)\w+ (?:zadost|navrh)"
    r"|prijem (?:navrh|nominac)|nominac)"
)
_CONFERENCE = re.compile(
    r"\b(?:konferenc|conference|kongres|congress|sympozi|symposi|summit|veletrh|\bfair\b|trade fair"
    r"|expo\b|festival|vyhlasen|award ceremon"
    r"|vystav(?:[auye]|ou)\b|exhibition|gala\b|debat|panelov|dny\b|days\b|dni\b)"
)
_SEMINAR = re.compile(
    r"\b(?:seminar|webinar|workshop|skolen|prednask|lecture|training|kurz|course\b|instruktaz"
    r"|hackat|info ?-?d(?:ay|en)|informacni d|setkani|stretnuti|meet(?:ing|up)|exkurz|porad[ay]\b"
    r"|launch event|beseda|schuzk|kulaty stul|snidane|breakfast|masterclass|vzdelavaci|tour\b"
    r"|summer school|letni skol|letna skol|akademi)"
)
_MEETING = re.compile(
    r"\b(?:pracovni(?:ch|mi)? skupin|pracovn(?:a|ej) skupin|working groups?|zasedani|zasadnuti"
    r"|jednani (?:vyboru|rady|skupiny)|valna hromada|general assembly)"
)
#: In the order in which they are believed: "konference … – informační schůzka" is a meeting-up.
_KINDS = (
    (_MEETING, EventKind.MEETING),
    (_SEMINAR, EventKind.SEMINAR),
    (_CONFERENCE, EventKind.CONFERENCE),
    (_CALL, EventKind.CALL),
)
#: What follows the last of these in a title says what it is: "ISSS – otevření registrace".
_SEGMENT = re.compile(r"\s[–—-]\s|:\s|\s/\s")

_STATUS = (
    (
        EventStatus.CANCELLED,
        r"zrusen[oaey]?|odvolan[oaey]?|neuskutecni se|nekona se|cancell?ed|called off|zrusene",
    ),
    (EventStatus.POSTPONED, r"odlozen[oaey]?|odklada se|postponed|odlozene"),
    (
        EventStatus.RESCHEDULED,
        r"presunut[oaey]?|novy termin|zmena terminu|prodlouzen[oaey]?|predlzen[oaey]?|rescheduled"
        r"|extended|new date|deadline extended|presunute",
    ),
    (EventStatus.MOVED_ONLINE, r"presunuto online|presunuto na online|moved online"),
)
_PREFIX = re.compile(
    r"^[\W_]*(?P<word>"
    + "|".join(p for _, p in reversed(_STATUS))
    + r")\s*(?:[\])]+\s*[!:.–—-]*|[!:.–—-]+)\s*"
)
_SUFFIX = re.compile(
    r"[\s]*[\[(–—-]+\s*(?P<word>" + "|".join(p for _, p in reversed(_STATUS)) + r")\s*[\])!.]*$"
)


#: Longer than this is no event.
LONGEST_EVENT = timedelta(days=21)
#: So long is no seminar.
A_WHOLE_DAY = timedelta(hours=6)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS = {
    "cs": _set(
        "a v ve na do od pro se je jsou které která který bude budou nebo při také města obce "
        "měst obcí akce výzva výzvy dne hodin přihlášky seminář konference žádosti příjem "
        "uzávěrka termín místo k o z s po za jako podrobnosti webu předem počet míst"
    ),
    "sk": _set(
        "a v na do od pre sa je sú ktoré ktorá ktorý bude budú alebo pri tiež mesta obce miest "
        "obcí súťaž výzva výzvy dňa hodín prihlášky seminár konferencia žiadosti uzávierka "
        "termín miesto k o z s po za ako treba môžu odoslať záujmu výročná národná vyjadrenie "
        "misia"
    ),
    "en": _set(
        "the of and to in on for is are will be with from at by an or as we you our this that "
        "city cities conference seminar workshop call calls deadline applications proposals "
        "open opens day info event meeting launch session world congress forum symposium submit "
        "register free details website advance places supporters systems approaches lecture "
        "round table take place urban data week training"
    ),
}
#: Beginnings of languages' names, folded -> their codes.
_LANGUAGES = {
    "czech": "cs",
    "cest": "cs",
    "cesk": "cs",
    "ces": "cs",
    "cze": "cs",
    "slov": "sk",
    "engl": "en",
    "angl": "en",
    "eng": "en",
    "germ": "de",
    "nemc": "de",
    "deut": "de",
    "pol": "pl",
}
#: Codes of countries that are taken for those of their languages.
_COUNTRIES = {"cz": "cs", "gb": "en", "us": "en"}
_CZECH_LETTERS = re.compile("[ěřůĚŘŮ]")
_SLOVAK_LETTERS = re.compile("[ľĺŕôäĽĹŔÔÄ]|\\b(?:sa|pre|súťaž\\w*|\\w+ách|\\w+ého)\\b")
_SHARED_LETTERS = re.compile("[áčďéíňóšťúýž]", re.IGNORECASE)


def kind_of(
    title: str,
    *,
    categories: Sequence[str] = (),
    text: str = "",
    default: EventKind = EventKind.SEMINAR,
) -> EventKind:
    """Say what kind of event it is: by its categories, its title's end, its title, its text."""
    candidates = (" ; ".join(categories), *reversed(_SEGMENT.split(title)), title, text)
    for candidate in candidates:
        if (kind := kind_named(fold(candidate))) is not None:
            return kind
    return default


def kind_named(folded: str) -> EventKind | None:
    """Return the kind that a folded text names; None if none."""
    return next((kind for pattern, kind in _KINDS if pattern.search(folded)), None)


def lasts_long(start: datetime | date | None, end: datetime | date | None) -> bool:
    """Say whether it takes the whole day or several, as conferences do and seminars do not."""
    if start is None or end is None:
        return False
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end - start >= A_WHOLE_DAY
    return end > start


def lasts_weeks(start: datetime | date, end: datetime | date) -> bool:
    """Say whether it takes longer than any event does."""
    return _day(end) - _day(start) > LONGEST_EVENT


def _day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value


def status_in_title(title: str) -> tuple[EventStatus | None, str]:
    """Return what a title's mark says ("ZRUŠENO: …", "… (cancelled)"), and the title without."""
    for pattern in (_PREFIX, _SUFFIX):
        # Folding keeps the length of Czech and English text, so positions carry over.
        if (found := pattern.search(_folded_alike(title))) is not None:
            rest = (title[: found.start()] + title[found.end() :]).strip()
            if rest:
                return status_named(found["word"]), rest
    return None, title


def status_named(text: str) -> EventStatus | None:
    """Return what the words say has become of the event; None if nothing."""
    folded = fold(text)
    for status, words in reversed(_STATUS):
        if re.search(rf"\b(?:{words})\b", folded):
            return status
    return None


def _folded_alike(text: str) -> str:
    folded = "".join(fold(letter)[:1] or " " for letter in text)
    return folded if len(folded) == len(text) else text.lower()


def language_code(text: str) -> str:
    """Return the ISO 639-1 code of "cs-CZ", "Czech" or "angličtina"; "" for anything else."""
    word = re.split(r"[-_ ]", fold(text.strip()))[0]
    if re.fullmatch(r"[a-z]{2}", word):
        return _COUNTRIES.get(word, word)
    return next((code for stem, code in _LANGUAGES.items() if word.startswith(stem)), "")


def language_of(text: str, default: str) -> str:
    """Return "cs", "sk" or "en" if the text shows it, else `default`."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    scores = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    scores["cs"] += 2 * len(_CZECH_LETTERS.findall(text))
    scores["sk"] += 2 * len(_SLOVAK_LETTERS.findall(text))
    shared = min(len(_SHARED_LETTERS.findall(text)), 6)
    if shared:
        scores["cs"] += shared
        scores["sk"] += shared
    best = max(scores.values())
    leaders = [code for code, score in scores.items() if score == best]
    if best < 2 or len(leaders) > 1:
        return default if best < 2 or default in leaders else leaders[0]
    return leaders[0]
