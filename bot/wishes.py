"""What somebody writes after /subscribe, in their own words: which events, when, in which language.

"Semináře o energetice v Jihočeském kraji týden předem, anglicky, bez přehledu."
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.languages import fold, stem, words
from knowledge.questions.asking import fold_same_length
from knowledge.questions.eventwords import FOR_WHOM, KINDS, WHOM
from knowledge.questions.terms import spelled
from scheduler.addressees import region_in
from scheduler.events import EventKind, Lead

#: What is held, as against calls.
_HELD = (EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.MEETING)

_ANY_HELD = re.compile(r"\b(?:akc[ei]\w*|udalost\w*|events?)\b")
_KIND = "|".join(pattern.pattern for pattern in (*KINDS.values(), _ANY_HELD))
_NAMES_KIND = re.compile(_KIND)

_ALL = re.compile(r"\b(?:vse(?:chno?|chny|ch)?|all|everything)\b")

#: Instead of what was chosen before, not besides it.
_ONLY = re.compile(r"\b(?:jen|jenom|pouze|only|just)\b")

_NOT = (
    r"(?:bez|zadn\w+|ne|krome|mimo|nechc\w+|neposil\w+|nepripom\w+|zrus\w*|odhlas\w*|without|no"
    r"|not|except(?: for)?|stop)"
)
_DIGEST = re.compile(
    rf"(?P<no>\b{_NOT} (?:the )?)?\b(?:(?:tyden\w*|weekly|pravideln\w*) )?"
    r"(?:digest\w*|prehled\w*|souhrn\w*|summar\w+)\b|\b(?:weekly|tydenni\w*|tydne)\b"
)
_NOT_KIND = re.compile(rf"\b{_NOT} (?P<kind>{_KIND})")

_LANGUAGE = re.compile(
    r"\b(?:(?:v|in) )?(?:(?P<en>anglick\w+|anglictin\w+|english)"
    r"|(?P<cs>cesky|cestin\w+|czech|slovensk[yu]|slovencin\w+|slovenstin\w+|slovak))\b"
)

_REGION = re.compile(
    r"\b(?:(?:v|ve|na|z|ze|in|from|the) )*"
    r"(?:\w+ (?:kraj\w*|region\w*)|kraj\w* vysocin\w*|vysocin\w*|prah\w|praze|prague)\b"
)
_PRAGUE = re.compile(r"\b(?:prah\w|praze|prague)$")

#: "Týden", "3 dny", "1h", within "týden a den předem", "a week ahead".
_UNITS = {"min": "m", "h": "h", "d": "d", "t": "w", "w": "w", "mes": "M", "month": "M"}
_NUMBERS = {"jed": 1, "one": 1, "an": 1, "dv": 2, "two": 2, "tri": 3, "three": 3, "ctyr": 4}
_SPAN = (
    r"\b(?:(?:\d{1,3}|jed\w+|dv[ae]|tri|ctyri|pet|an?|one|two|three) ?)?"
    r"(?:min\w*|hod\w*|hours?|h|dny|dni|dnu|den|days?|d|tyd\w+|weeks?|t|w|mesic\w*|months?)\b"
)
_LEADS = re.compile(
    rf"{_SPAN}(?:(?:,| a| i| and|, a) {_SPAN})*"
    r" (?:predem|dopredu|napred|pred\b(?: (?:akc\w+|konan\w+|uzaverk\w+|termin\w+|zacatk\w+))?"
    r"|before(?:hand)?|ahead|earlier|in advance)|\b\d{1,3}(?:d(?:@\d{1,2}:\d\d)?|h|m)\b"
)
_ONE_SPAN = re.compile(_SPAN)

#: A Czech adjective belongs to the word that follows: "chytrá doprava".
_ADJECTIVE = re.compile(r"\w{2,}(?:á|é|ém|ého|ých|ými|ému)")

#: What says nothing of what is meant, folded.
_SMALL_WORDS = (
    "a i and na for pro o to s se v ve z ze k ke do od u po nebo or the of on in at about with "
    "me mi mne nam nas us sem here prosim please chci chtel chtela bych want i'd like would my "
    "tema temata tematu temat tematem tykajici zamerene zamerenim oblast oblasti topic topics "
    "pripominej pripomente pripomen pripominat pripominky posilej posilejte posilat dej dejte "
    "send remind odebirat odebirej zajima zajimaji budu informace zpravy vas te jen jenom pouze "
    "only just akce akci every vsechny vsechno vse all everything kraj kraji bez krome mimo "
    "except without kazdy kazda kazde konci zaciname zacinaji ktere ktery ktera"
)
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to be told of; empty: nothing was said of it."""

    kinds: tuple[EventKind, ...] = ()
    #: Kinds that are not wanted.
    not_kinds: tuple[EventKind, ...] = ()
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    eligible: tuple[str, ...] = ()
    leads: tuple[Lead, ...] = ()
    #: Of the notices.
    language: str = ""
    digest: bool | None = None
    #: Everything, whatever was chosen before.
    everything: bool = False
    #: In place of what was chosen before.
    only: bool = False


def read_wish(text: str, known: Sequence[str] = ()) -> Wish:
    """Return what the words say. known: topics that events have, as they are spelled there."""
    said = _Said(" ".join(text.split()))
    digest = said.take(_DIGEST)
    leads = said.take(_LEADS)
    language = said.take(_LANGUAGE)
    regions = said.take(_REGION, _region_of)
    eligible = said.take(FOR_WHOM)
    not_kinds = said.take(_NOT_KIND)
    kinds = said.take(_NAMES_KIND)
    left = [word for word in words(said.left) if fold(word) not in _SMALL]
    return Wish(
        kinds=ordered(kind for one in kinds for kind in _kinds_of(one[0])),
        not_kinds=ordered(kind for one in not_kinds for kind in _kinds_of(one["kind"])),
        topics=_topics(left, known),
        regions=tuple(dict.fromkeys(_region_of(one) for one in regions)),
        eligible=tuple(
            who for who, one in WHOM.items() if any(one.search(each[0]) for each in eligible)
        ),
        leads=tuple(dict.fromkeys(lead for one in leads for lead in _leads(one[0]))),
        language=next((str(one.lastgroup) for one in language), ""),
        digest=None if not digest else not any(one["no"] for one in digest),
        everything=_ALL.search(fold(text)) is not None,
        only=_ONLY.search(fold(text)) is not None,
    )


class _Said:
    """A text that is taken apart bit by bit."""

    def __init__(self, text: str) -> None:
        self.left = text

    def take(
        self, pattern: re.Pattern[str], meant: Callable[[re.Match[str]], str] = lambda _: "x"
    ) -> list[re.Match[str]]:
        """Cut out what fits a folded pattern and means something; return the matches."""
        found = [one for one in pattern.finditer(fold_same_length(self.left)) if meant(one)]
        for one in reversed(found):
            self.left = f"{self.left[: one.start()]} , {self.left[one.end() :]}"
        return found


def _kinds_of(folded: str) -> list[EventKind]:
    named = [EventKind(kind) for kind, pattern in KINDS.items() if pattern.search(folded)]
    return [*named, *(_HELD if _ANY_HELD.search(folded) else ())]


def ordered(kinds: Iterable[EventKind]) -> tuple[EventKind, ...]:
    """Return kinds in the order in which they are told."""
    chosen = set(kinds)
    return tuple(kind for kind in EventKind if kind in chosen)


def _region_of(match: re.Match[str]) -> str:
    text = match[0]
    if _PRAGUE.search(text):
        return "Praha"
    if "vysocin" in text:
        return region_in("kraj vysocina")
    return region_in(text)


def _leads(text: str) -> list[Lead]:
    """Return the leads of "týden a den předem", or of "7d@09:00"."""
    if "@" in text:
        return [Lead.parse(text)]
    return [_lead(one[0]) for one in _ONE_SPAN.finditer(text)]


def _lead(span: str) -> Lead:
    number = re.match(r"\d+", span)
    named = next((n for start, n in _NUMBERS.items() if span.startswith(start)), 1)
    count = int(number[0]) if number else named
    unit_word = span.split()[-1].lstrip("0123456789")
    unit = next(unit for start, unit in _UNITS.items() if unit_word.startswith(start))
    if unit in "wM":
        count, unit = count * (7 if unit == "w" else 30), "d"
    return Lead.parse(f"{count}{unit}")


def _topics(said: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the topics that words name, as events spell them where they do."""
    phrases = {tuple(map(_key, words(each))): each for each in known}
    found, rest = [], list(said)
    while rest:
        size = next((n for n in (3, 2) if tuple(map(_key, rest[:n])) in phrases), 0)
        size = size or (2 if len(rest) > 1 and _ADJECTIVE.fullmatch(rest[0]) else 1)
        one = rest[:size]
        known_as = phrases.get(tuple(map(_key, one)))
        found.append(known_as or (size == 1 and spelled(one[0])) or " ".join(one))
        del rest[:size]
    return tuple(dict.fromkeys(found))


def _key(word: str) -> str:
    return stem(word, "cs")
