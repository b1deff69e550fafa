"""Questions about what is coming: which rows of the scheduler they ask for.

"Kdy je příští seminář?" and "What closes next month?" are answered from rows. Questions about what
documents tell ("Kdy byl seminář v Olomouci 2018?") are not: they speak of the past, or of a year
that is over, or ask for something that a row does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from knowledge.documents import EventFact, EventQuery
from knowledge.languages import fold, words
from knowledge.questions.asking import Kind, asked, fold_same_length
from knowledge.questions.spelling import tidied
from knowledge.questions.terms import content_words, keys
from knowledge.questions.timeranges import TimeRange, find_range

_KIND_WORDS = {
    "seminar": r"seminar\w*|skolen\w+|webinar\w*|workshop\w*|trainings?|kurz\w*|prednas\w+"
    r"|lectures?",
    "conference": r"konferenc\w+|conferences?|sympozi\w+|symposiums?|kongres\w*|summit\w*|veletr\w+"
    r"|fairs?",
    "call": r"vyz(?:va|vy|ve|vu|vou|vach|vam|vami|ev)|calls?|uzaver\w+|deadlines?|dotac\w+|grants?"
    r"|prij(?:em|mu|my) zadosti",
    "meeting": r"schuz\w+|jednani|meetings?|setkani|pracovni skupin\w+|working groups?",
}
_KINDS = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _KIND_WORDS.items()}
_ANY_KIND = re.compile(
    r"\b(?:akc[ei]\w*|udalost\w*|kalendar\w*|terminy?|events?|calendar|agenda|what.?s on"
    r"|what.?s happening|co se (?:\w+ )?(?:kona|deje|chysta))\b"
)
_CLOSING = re.compile(
    r"\bwhat(?: \w+)? (?:closes|opens|ends|is (?:due|closing))\b"
    r"|\bco (?:se )?(?:konci|zavira|uzavira)\b"
)

#: It looks ahead.
_AHEAD = re.compile(
    r"\b(?:pristi|dalsi|nejblizsi|nadchazejic\w+|blizi|chysta\w*|planuj\w*|planovan\w+|otevren\w+"
    r"|otevre|vyhlasi|bude|budou|ceka|probihaj\w*|bezi|aktualn\w+|prave|zbyva\w*|next|upcoming|coming|planned"
    r"|scheduled|will|open|current\w*|running|soon|brzy"
    r"|(?:je|jsou|mate|kona se|konaji se) (?:\w+ )?nejak\w+|is there|are there|any|left)\b"
)
_ASKS_WHEN = re.compile(
    r"\b(?:kdy (?:je|se kona|zacina|konci|zavira|otevira)|do ?kdy|when (?:is|are|does)|by when"
    r"|until when)\b"
)
#: It speaks of the past.
_PAST = re.compile(
    r"\b(?:byl[aoyi]?|(?:kon|zac|uskutecni|skonci|vyhlasi|otevre|zavre|prob?eh)l[aoyi]?"
    r"|(?:mus[ei]|moh|me)l[aoyi]?"
    r"|kona[lo]\w?|musel\w*|minul\w+|loni|vloni"
    r"|was|were|did|had|ended|closed|opened|took place|held|last)\b"
)
_DEADLINE = re.compile(
    r"\b(?:kon[cč]i|skonci|uzaver\w+|do ?kdy|zavira\w*|uzavira\w*|podat|podani|closes?|closing"
    r"|deadlines?|ends?|ending|due|apply by|until when|by when|expires?)\b"
)
_OPENING = re.compile(
    r"\b(?:zacina\w*|otevira\w*|otevre|otevrou|vyhlas\w+|startuj\w*|spoust\w+|opens|opening|starts?"
    r"|starting|launch\w*|begins?)\b"
)
_ONE = re.compile(r"\b(?:kdy (?:je|bude|se kona)|pristi|dalsi|nejblizsi|next)\b")
_SEVERAL = re.compile(
    r"\b(?:jake|ktere|kolik|vsechny|vypis|seznam|ukaz|which|what|list|all|any|seminare|vyzvy|vyzev|akce"
    r"|skoleni|udalosti|schuzky|konference jsou|seminars|conferences|calls|events|meetings|webinars"
    r"|deadlines)\b"
)

#: Words that say nothing about which event is meant: beginnings, and whole words; folded.
_GENERAL = re.compile(
    r"(?:pristi|dals|nejbliz|nadchaz|bliz|chyst|planuj|planov|otevr|otvir|otevir|aktualn|prave|probih"
    r"|kon[ac]|konc|skonc|zacin|zavir|uzavir|uzaver|termin|podat|podan|prihlas|zadost|prijem|prijm"
    r"|vyhlas|startuj|ucast|porad|organiz|uskutec|probehn|nejak|neco|ceka|schedul|clos|launch|runn"
    r"|deadline|happen|klastr|clen|member|hodin|seznam|ukaz|prehled|kalendar|akc[ei]|udalost|event"
    r"|dotac)"
)
_GENERAL_LIST = (
    "next upcoming coming planned open opens opening end ends ending start starts begin begins "
    "current currently due apply applications hold held take place there will cscc cluster "
    "datum date dates time cas list vypis show give calendar soon brzy dnes zitra ted now what "
    "whats rok mesic tyden year month week day den dny je jsou bezi deje on pro grant grants "
    "project projects projekt projekty projektu dni zbyva left remaining days"
)
_GENERAL_WORDS = frozenset(_GENERAL_LIST.split())  # fmt: skip

#: It asks when or where something is, or whether it is.
_ASKS_OF_ONE = re.compile(
    r"\b(?:kdy|dokdy|kde|kam|when|where)\b|\b(?:kona|konaji|porada\w*) se\b|\bkolik dni\b"
    r"|\b(?:uzaverka|termin|deadline)\b|\b(?:is|are) there\b|\bhow many days\b"
)
#: Words beside the name of an event that is asked for; folded.
_BESIDE_NAME = re.compile(
    r"(?:pristi|nejbliz|kona|konc|skonc|zacin|zavir|uzavir|otevir|uzaver|termin|zbyv|zbyd|uskutec"
    r"|probih|probehn|porad|nejak|datum|podat|prihlas)\w*$"
    r"|(?:start|begin|end|clos|open|take|place|held|hold|due|left|day|dni|dny|deadline|date"
    r"|happen|remain)(?:s|ing)?$"
)
_CLOSES = re.compile(r"\b(?:uzaver\w+|do ?kdy|podat|deadlines?|apply|uzavira|zavira|closes?)\b")
_BEGINS = re.compile(r"\b(?:zacina\w*|starts?|begins?|kona|konaji)\b")
#: Words of so many letters are alike where all but the last ones are the same.
_LONG, _ENDING = 5, 2

#: A follow-up that asks for the one after, or more of what was told; folded.
_AFTER = re.compile(
    r"(?:(?:a|i|and|tak|co) )*(?:(?:ten|ta|to|ty|the|jeste|nejak\w+|what about) )*"
    r"(?:dalsi|pristi|pak|potom|nasledujici|next|another|after that|then)(?: one| nejak\w+)?\W*"
)
_MORE_OF_IT = re.compile(
    r"(?:(?:a|i|and|tak) )*(?:kde|kdy|v kolik|od kolika|do ?kdy|jak dlouho|where|when|what time"
    r"|until when)(?: (?:se|to|ten|ta|je|jsou|bude|budou|kona|konaji|presne|vlastne|zacina|konci"
    r"|zacinaji|hodin|is|are|it|does|do|they|that|will|be|held|start|end|take|place))*\W*"
)

#: For whom a call is: a calendar seldom says.
_FOR_WHOM = re.compile(
    r"(?:obc|obec|mest|kraj|firm|podnik|univerzit|skol|neziskov|spol[ek]|municipal|town|cit(?:y|ies)"
    r"|region|compan|business|universit|school|ngo|village|vesnic)"
)

#: What rows do not tell: with these kinds asked for, documents answer.
_NOT_IN_ROWS = frozenset(
    {Kind.MONEY, Kind.SHARE, Kind.PERSON, Kind.MEASURE, Kind.NAME, Kind.CONTACT}
)

#: How and why are told by documents, unless it is asked when too.
_HOW = re.compile(r"\b(?:jak|proc|how|why)\b(?! (?:soon|brzy|many))")
_WHEN = re.compile(r"\b(?:kdy|dokdy|when)\b")

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuestion:
    """What to ask the scheduler for."""

    query: EventQuery
    #: Nothing but kind and time is asked for: if there is nothing, that is the answer.
    general: bool
    #: The event is asked for by its name: its title must say one of the words.
    named: bool = False
    #: So many of the soonest were told before.
    skipped: int = 0

    def kept(self, facts: Sequence[EventFact]) -> list[EventFact]:
        """Return the rows that are meant, of those that were found."""
        return [fact for fact in facts if not self.named or self._names(fact)][self.skipped :]

    def _names(self, fact: EventFact) -> bool:
        title = words(fact.title)
        return any(
            _alike(word, other) for word in self.query.words if _is_telling(word) for other in title
        )

    def looser(self) -> EventQuestion | None:
        """Return the same without the words that tell for whom, None if there are none."""
        kept = tuple(
            word for word in self.query.words if not _FOR_WHOM.match(fold_same_length(word))
        )
        if self.named or kept == self.query.words:
            return None
        return EventQuestion(query=replace(self.query, words=kept), general=not kept)


def read_event_question(question: str, now: datetime, zone: tzinfo) -> EventQuestion | None:
    """Return which rows a question asks for, None if it is one for the documents."""
    question = tidied(question)
    folded = fold_same_length(question)
    kinds = tuple(kind for kind, pattern in _KINDS.items() if pattern.search(folded))
    is_closing = _CLOSING.search(folded) is not None
    times = find_range(question, now, zone)
    if _is_for_documents(folded, times, now):
        return None
    if not (kinds or is_closing or _ANY_KIND.search(folded)):
        return _named(question, times, now)
    if times is None and not _AHEAD.search(folded) and not _ASKS_WHEN.search(folded):
        return _named(question, times, now, kinds)
    if is_closing and not kinds:
        kinds = ("call",)
    telling = _telling(question, folded, times, now)
    is_one = bool(_ONE.search(folded)) and not _SEVERAL.search(folded) and times is None
    query = EventQuery(
        start=times.start if times and times.start else now,
        end=times.end if times else None,
        kinds=kinds,
        aspect=_aspect(folded, kinds),
        words=telling,
        limit=1 if is_one else None,
        phrase=times.phrase if times else "",
    )
    return EventQuestion(query=query, general=not telling)


def _named(
    question: str, times: TimeRange | None, now: datetime, kinds: tuple[str, ...] = ()
) -> EventQuestion | None:
    """Return what asks for an event by its name."""
    folded = fold_same_length(question)
    if not _ASKS_OF_ONE.search(folded):
        return None
    rest = _without(_without_kinds(question), [times.span] if times else [])
    telling = tuple(
        word for word in content_words(rest) if not _BESIDE_NAME.match(fold_same_length(word))
    )
    if not any(map(_is_telling, telling)):
        return None
    aspect = "start" if _BEGINS.search(folded) else "any"
    query = EventQuery(
        start=times.start if times and times.start else now,
        end=times.end if times else None,
        kinds=kinds,
        aspect="deadline" if _CLOSES.search(folded) else aspect,
        words=telling,
        phrase=times.phrase if times else "",
    )
    return EventQuestion(query=query, general=False, named=True)


def _is_telling(word: str) -> bool:
    """Tell whether a word can be the name of one event."""
    plain = fold_same_length(word)
    return plain not in _GENERAL_WORDS and not _GENERAL.match(plain) and not _FOR_WHOM.match(plain)


def _alike(one: str, other: str) -> bool:
    """Tell whether two words are forms of one, or derived."""
    if keys(one) & keys(other):
        return True
    one, other = fold(one), fold(other)
    same = min(len(one), len(other)) - _ENDING
    return same >= _LONG - _ENDING and one[:same] == other[:same]


def speaks_of_the_past(question: str, today: date) -> bool:
    """Tell whether a question is about something that was, or about a year that is over."""
    folded = fold_same_length(question)
    years = [int(year) for year in _YEAR.findall(folded)]
    return bool(_PAST.search(folded)) or (bool(years) and max(years) < today.year)


def continue_event_question(
    previous: str, question: str, now: datetime, zone: tzinfo
) -> EventQuestion | None:
    """Return what "a v červenci?" asks for after a question about events, None if nothing."""
    whole = _continued(previous, question, now, zone)
    return read_event_question(whole, now, zone) if whole else None


def follow_event_question(
    previous: Sequence[str], question: str, now: datetime, zone: tzinfo
) -> EventQuestion | None:
    """Return what a message asks for after earlier ones, None if they were not about events."""
    begin = next(
        (n for n in reversed(range(len(previous))) if read_event_question(previous[n], now, zone)),
        None,
    )
    if begin is None:
        return None
    whole, skipped = previous[begin], 0
    for said in (*previous[begin + 1 :], question):
        folded = fold_same_length(said.strip())
        if _AFTER.fullmatch(folded):
            skipped += 1
        elif not _MORE_OF_IT.fullmatch(folded):
            whole, skipped = _continued(whole, said, now, zone), 0
        if not whole:
            return None
    read = read_event_question(whole, now, zone)
    if read is None or not skipped or read.query.limit is None:
        return read
    return replace(read, query=replace(read.query, limit=skipped + 1), skipped=skipped)


def _continued(previous: str, question: str, now: datetime, zone: tzinfo) -> str:
    """Return a question about events with the time or kind that a follow-up changes, or ""."""
    if read_event_question(previous, now, zone) is None:
        return ""
    previous, question = tidied(previous), tidied(question)
    times = find_range(previous, now, zone)
    is_new_time = find_range(question, now, zone) is not None
    if times and is_new_time:
        previous = previous[: times.span[0]] + previous[times.span[1] :]
    new_kind = any(pattern.search(fold_same_length(question)) for pattern in _KINDS.values())
    if not is_new_time and not new_kind:
        return ""
    if new_kind:
        previous = _without_kinds(previous)
    return f"{previous.rstrip(' ?.!')} {question}"


def _is_for_documents(folded: str, times: TimeRange | None, now: datetime) -> bool:
    is_over = times is not None and times.end is not None and times.end <= now
    is_past = speaks_of_the_past(folded, now.date())
    asks_how = bool(_HOW.search(folded)) and not _WHEN.search(folded)
    return is_over or is_past or asks_how or not _NOT_IN_ROWS.isdisjoint(asked(folded))


def _aspect(folded: str, kinds: tuple[str, ...]) -> str:
    about_calls = not kinds or "call" in kinds
    if _DEADLINE.search(folded):
        return "deadline" if about_calls else "any"
    if kinds == ("call",):
        return "start" if _OPENING.search(folded) else "deadline"
    return "any" if about_calls else "start"


def _telling(question: str, folded: str, times: TimeRange | None, now: datetime) -> tuple[str, ...]:
    """Return the words that tell which event is meant."""
    spans = [times.span] if times else []
    patterns = (*_KINDS.values(), _ANY_KIND)
    spans += [match.span() for pattern in patterns for match in pattern.finditer(folded)]
    telling = []
    for word in content_words(_without(question, spans)):
        plain = fold_same_length(word)
        is_coming_year = _YEAR.fullmatch(word) is not None and int(word) >= now.year
        if plain not in _GENERAL_WORDS and not _GENERAL.match(plain) and not is_coming_year:
            telling.append(word)
    return tuple(telling)


def _without_kinds(question: str) -> str:
    folded = fold_same_length(question)
    found = (match.span() for pattern in _KINDS.values() for match in pattern.finditer(folded))
    return _without(question, found)


def _without(question: str, spans: Iterable[tuple[int, int]]) -> str:
    rest = list(question)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return "".join(rest)
