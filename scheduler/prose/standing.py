"""How a call or event stands by what its text says: called off, closed early, not open yet."""

from __future__ import annotations

import re

from scheduler.events import EventStatus
from scheduler.prose.sentences import letters_folded, sentences

_CANCELLED = re.compile(
    r"^\W*(?:zrusen\w*|cancell?ed)\b|\b(?:se|sa)\b[^.;]{0,60}\b(?:nekona|neuskutecn\w+)\b"
    r"|\bnekona se\b|\b(?:byl[aoy]?|je|jsou|was|is|has been|were)\s+zrusen\w*"
    r"|\b(?:was|is|has been|were|are)\s+(?:cancell?ed|called off|withdrawn)|\bodpada\b"
    r"|\b(?:vyzv\w|akce|seminar|konference|webinar|workshop|setkani|prednaska|kurz)\b"
    r"[^.;,]{0,30}\b(?:se|sa)\s+rusi\b"
)
_POSTPONED = re.compile(
    r"\b(?:odklada se|byl[ao]?\s+odlozen\w*|je\s+odlozen\w*|(?:is|was|has been)\s+postponed)"
    r"(?!\s+(?:na|to)\b)"
)


_CLOSED_EARLY = re.compile(
    r"\bpredcasn\w+[^.;]{0,40}?\b(?:uzavr|uzavren|ukonc|zastav)\w*"
    r"|\b(?:uzavren|ukoncen|zastaven)\w*[^.;]{0,40}?\bpredcasn\w+"
    r"|\balokac\w+\s+(?:\w+\s+){0,4}vycerpan[aoy]\b"
    r"|\bclosed\s+(?:early|prematurely|ahead of)|\b(?:budget|funds?)\b[^.;]{0,30}\bexhausted"
)
#: What only might be, or will: "výzva může být předčasně ukončena".
_MIGHT = re.compile(
    r"\b(?:muze|mohou|moci|mozn\w+|pripad\w*|prav[oa]|vyhraz\w+|pokud|may|might|can|could|if|right"
    r"|once|until|az do|dokud|bude|budou|will)\b"
)
#: "Bude vyhlášena ve 3. čtvrtletí", "expected to open in Q3 2027".
_WILL_OPEN = re.compile(
    r"\b(?:bude|budou|planuj\w*|planovan\w*|predpoklad\w*|chysta\w*|pripravuj\w*)\b[^.;]{0,40}?"
    r"\b(?:vyhlas|vyhlaseni|otevr|otvor|otevreni|spusten|zahaj)\w*"
    r"|\b(?:vyhlaseni|otevreni|otvorenie|spusteni|zahajeni)\b[^.;]{0,60}?"
    r"\b(?:planuj|planov|predpoklad|ocekav)\w*"
    r"|\b(?:will|is|are|expected|planned|scheduled|due)\b[^.;]{0,20}?\b(?:to\s+)?"
    r"(?:open|be (?:opened|launched|published)|launch)\b[^.;]{0,40}?"
    r"\b(?:in|during|by|later|soon|q[1-4])\b"
    r"|\bforthcoming\b"
)
#: What is announced then is not the call.
_OUTCOME = re.compile(r"\b(?:vysledk|vitez|results?\b|winners?\b|zprav[ayu]\b|reports?\b)")


def is_closed_early(text: str) -> bool:
    """Say whether a call closed before it was to."""
    told = (letters_folded(text[begin:end]) for begin, end in sentences(text, ()))
    return any(_CLOSED_EARLY.search(one) and not _MIGHT.search(one) for one in told)


def status_in(text: str) -> EventStatus | None:
    """Return whether a text says that something is cancelled or postponed; None: neither."""
    for begin, end in sentences(text, ()):
        folded = letters_folded(text[begin:end])
        if _CANCELLED.search(folded):
            return EventStatus.CANCELLED
        if _POSTPONED.search(folded):
            return EventStatus.POSTPONED
    return None


def will_open(text: str) -> bool:
    """Say whether a call has yet to open, be it that nobody says on which day."""
    told = (letters_folded(text[begin:end]) for begin, end in sentences(text, ()))
    return any(_WILL_OPEN.search(one) and not _OUTCOME.search(one) for one in told)
