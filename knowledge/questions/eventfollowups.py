"""Follow-ups of questions about events: "a kde to je?", "a pro firmy?", "what about July?"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from knowledge.questions import eventwords as say
from knowledge.questions.asking import fold_same_length
from knowledge.questions.chatter import chatter
from knowledge.questions.conversation import leans, may_stand_alone
from knowledge.questions.eventquestions import (
    Heard,
    hear,
    is_for_documents,
    past_range,
    read_event_question,
)
from knowledge.questions.eventrows import EventQuestion
from knowledge.questions.terms import content_words

#: Earlier messages that are looked at.
_TURNS = 8

#: A follow-up that asks for the one after; folded.
_AFTER = re.compile(
    r"(?:(?:a|i|and|tak|co|what about) )*(?:(?:ten|ta|to|ty|the|jeste|nejak\w+|je|kdy|when is) )*"
    r"(?:dalsi|pristi|pak|potom|nasledujici|next|another|after that|then)"
    r"(?: (?:one|nejak\w+|je|bude))*\W*"
)
#: More of what was told.
_MORE_OF_IT = re.compile(
    r"(?:(?:a|i|and|tak|ok|but) )*(?:(?:kde|kdy|v kolik|od kolika|do ?kdy|jak dlouho|where|when"
    r"|what time|until when|kolik (?:dni|casu)|how many days|how long)\b"
    r"|(?=(?:je|jsou|is|are|bude|stihn\w+|da se|can) ))"
    r"(?:[ ,]+(?:se|to|ten|ta|tam|tim|je|jsou|bude|budou|kona|konaji|presne|vlastne|zacina|konci"
    r"|zacinaji|hodin|zbyva|do|jeste|porad|otevren\w*|online|stihnu|stihneme|da|prihlasit|podat"
    r"|is|are|it|does|that|they|will|be|held|start|end|take|place|still|open|left|there|we|i"
    r"|can|apply|register|until|exactly)|(?<![^ ])(?:je|jsou|is|are|bude|stihn\w+|da|se|can))*\W*"
)
_NOW = re.compile(r"\b(?:ted|nyni|momentalne|aktualne|now|currently|at the moment)\b")
_PLACES: Mapping[str, int] = {
    **dict.fromkeys(("prvni", "first", "1st"), 1),
    **dict.fromkeys(("druhy", "druha", "druhe", "druhou", "second", "2nd"), 2),
    **dict.fromkeys(("treti", "third", "3rd"), 3),
    **dict.fromkeys(("ctvrty", "ctvrta", "ctvrte", "ctvrtou", "fourth", "4th"), 4),
    **dict.fromkeys(("paty", "pata", "pate", "patou", "fifth", "5th"), 5),
    **dict.fromkeys(("posledni", "last"), -1),
}
#: "And the second one?", "a kde je ta třetí?"
_PICK = re.compile(
    r"(?:(?:a|i|and|tak|co|what about|how about|kdy|kde|when|where|je|is|s|se|ten|ta|to|tu|tou"
    r"|the|that|z nich|do ?kdy|konci|kona|zacina|does|do|did|will|until) )*"
    rf"(?P<place>{'|'.join(_PLACES)})(?: (?:one|z nich|of them|v seznamu|akce|vyzva|seminar"
    r"|event|call|je|se kona|konci|held|close|closes|end|ends|open|opens|start|take place))*\W*"
)


def follow_event_question(
    previous: Sequence[str], question: str, now: datetime, zone: tzinfo
) -> EventQuestion | None:
    """Return what a message asks for after earlier ones, None if they were not about events."""
    before = events_before(previous, now, zone)
    return _next(before, question, now, zone) if before else None


def events_before(previous: Sequence[str], now: datetime, zone: tzinfo) -> EventQuestion | None:
    """Return which rows the conversation was about last, None if it was about something else."""
    about: EventQuestion | None = None
    for said in (each for each in previous[-_TURNS:] if not chatter(each)):
        read = read_event_question(said, now, zone)
        if read is not None:
            about = read
        elif about is not None:
            stays = _is_of_an_event(said, now, zone)
            about = about if stays else _next(about, said, now, zone)
    return about


def _is_of_an_event(said: str, now: datetime, zone: tzinfo) -> bool:
    """Tell whether a message asks of the event that was spoken of what rows do not tell."""
    if not leans(said):
        return False
    words = content_words(said)
    if words and all(say.OF_AN_EVENT.match(fold_same_length(word)) for word in words):
        return True
    return not may_stand_alone(said) and is_for_documents(hear(said, now, zone))


def _next(about: EventQuestion, said: str, now: datetime, zone: tzinfo) -> EventQuestion | None:
    """Return what is asked for by a message that follows a question about these rows."""
    folded = " ".join(fold_same_length(said).split())
    pick = _PICK.fullmatch(folded)
    if pick:
        query = replace(about.query, phrase="")
        return replace(about, query=query, picked=_PLACES[pick["place"]])
    if _AFTER.fullmatch(folded):
        return _after(about)
    if _MORE_OF_IT.fullmatch(folded):
        asks_state = say.STATE.search(folded) is not None
        return replace(about, query=replace(about.query, asks_state=asks_state))
    heard = hear(said, now, zone, bare_month=True)
    if _is_of_an_event(said, now, zone) or is_for_documents(heard) or not leans(said):
        return None
    return _changed(about, heard)


def _after(about: EventQuestion) -> EventQuestion | None:
    query = about.query
    if about.picked > 0:
        return replace(about, picked=about.picked + 1)
    if query.limit is not None:
        skipped = about.skipped + 1
        return replace(about, query=replace(query, limit=skipped + 1), skipped=skipped)
    if query.end is not None and not query.past:
        after = replace(query, start=query.end, end=None, phrase="", limit=1)
        return replace(about, query=after, general=False)
    return about


def _changed(about: EventQuestion, heard: Heard) -> EventQuestion | None:
    """Return the question with the time, kind, topic or addressee that a follow-up changes."""
    query = about.query
    if _NOW.search(heard.folded):
        query = replace(query, start=heard.now, end=None, phrase="", past=False)
    if heard.times is not None:
        start, end = _range(about, heard)
        if start is None or (end is not None and end <= start):
            return None
        query = replace(query, start=start, end=end, phrase=heard.times.phrase, limit=None)
    if heard.kinds:
        aspect = query.aspect if "call" in heard.kinds and "call" in query.kinds else "any"
        query = replace(
            query, kinds=heard.kinds, kind_words=heard.kind_words, aspect=aspect, state=""
        )
    if heard.eligible or heard.inhabitants:
        query = replace(query, eligible=heard.eligible, inhabitants=heard.inhabitants)
    if heard.telling:
        query = replace(query, words=heard.telling)
    if say.OPEN.search(heard.folded) and (not query.kinds or "call" in query.kinds):
        query = replace(query, kinds=("call",), kind_words=(), state="open", aspect="deadline")
    if query == about.query:
        return None
    general = not (query.words or query.eligible or query.inhabitants)
    carried = not (general or heard.tells_which)
    changed = replace(about, query=query, general=general, carried=carried, named=False)
    return replace(changed, picked=0, skipped=0, opens_before=query.end)


def _range(about: EventQuestion, heard: Heard) -> tuple[datetime | None, datetime | None]:
    assert heard.times is not None
    if not about.query.past:
        return heard.times.start or heard.now, heard.times.end
    start, end = past_range(heard)
    return start, min(end, heard.now) if end else heard.now
