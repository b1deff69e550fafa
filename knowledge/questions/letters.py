"""A message -> its questions; of a long one with what it says before them, without the courtesies.

Who writes as in a letter greets, tells of the town, asks, thanks and signs. Searched for as a whole
such a message is like everything and nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge import sentences
from knowledge.questions.asking import fold_same_length
from knowledge.questions.conversation import questions
from knowledge.questions.eventwords import FOR_WHOM, INHABITANTS
from knowledge.questions.terms import content_words

#: A message of so many words, or of so many sentences, is a letter.
_LONG, _SEVERAL = 30, 3

#: Words of what is said before a question that may still be about it.
_NEAR = 45

#: Quoted mail, up to the end of its line.
_QUOTED = re.compile(
    r"^[ \t]*>.*$|^(?:Dne|On) .{5,120}(?:napsala?\(?a?\)?|wrote):?\s*$", re.MULTILINE
)

#: What a letter begins with; folded.
_SALUTATION = re.compile(
    r"^\W*(?:(?:vazen\w+|mil[aiye]\b|drah\w+|dear)\b[^,.!?\n]{0,60}[,!\n]\s*"
    r"|(?:dobry (?:den|vecer)|dobre (?:rano|odpoledne)|ahoj\w*|zdravim\w*|hello|hi"
    r"|good (?:morning|day|afternoon|evening))(?: (?:vsem\w*|vsichni|pan[ie]|panove|damy"
    r"|kolego|kolegove|kolegyne|pratele|team|tyme|all|everyone|everybody|there|to you|vam))*"
    r"\s*[,.!\n–-]\s*)+"
)
#: What it ends with, and all that follows; folded.
_CLOSING = re.compile(
    r"(?:^|(?<=[\n.!?,;–-]))\s*(?:s (?:(?:pratelskym |srdecnym )?pozdravem|uctou|pranim)"
    r"|(?:mnohokrat|predem|moc|velice|velmi)? ?dekuj\w+|diky(?= moc| predem| za|[,.!\n]|$)|zdravi\b"
    r"|(?:preji|mejte)? ?(?:hezk|pekn)\w+ (?:zbytek )?(?:den|dne|vecer|vikend)"
    r"|(?:best|kind|kindest|warm|many)? ?regards|sincerely|yours\b|(?:many )?thanks?\b"
    r"|cheers(?=[,.!\n])|--\s)"
)
_ASKING = (
    r"(?:kdo|koho|komu|kdy|kde|kam|kolik\w*|jak\w*|kter\w+|proc|zda|jestli|co|dokdy|cim|cemu"
    r"|who|whom|when|where|how|which|what|why|whether|if)"
)
#: "Rád bych věděl, kdy …", "could you tell me whether …"; folded.
_INDIRECT = re.compile(
    r"\b(?:zajim(?:a|alo|aly|aji)|vedet|vedel\w*|zjistit|zeptat|zeptala?|ptam|ptame|dotaz|poradit"
    r"|poradte|poradil\w*|poradi|sdelit|sdelte|sdelil\w*|rict|reknete|rekl[ai]? bys\w*|napsat"
    r"|napiste|napsali? byste|upresnit|vysvetlit|potvrdit|informac[ie]"
    r"|know|ask|tell|wondering|wonder|find out|advise|explain|clarify|confirm)"
    rf"\b[^.?!]*\b{_ASKING}\b"
)
#: Where the question itself begins in a sentence that leads up to it.
_AFTER_COMMA = re.compile(
    rf",\s+(?=(?:(?:v|ve|na|do|od|za|pro|s|z|o|k|for|to|by|in) )?{_ASKING}\b)"
)
#: What begins with an asking word asks, without a mark too; folded.
_BEGINS = re.compile(
    rf"\W*(?:(?:a|and|also|dale|take|v|ve|na|do|od|za|pro|s|z) )?{_ASKING}\b(?! by\b)"
)
#: A request; folded.
_REQUEST = re.compile(
    r"\b(?:prosim|prosime|zadam|zadame|potreb(?:uj\w*|oval\w*)|hleda(?:m|me)|shani(?:m|me)"
    r"|chtel\w* by\w*|uvital\w*|posl(?:ete|at|ali)|zasl(?:ete|ani|at)|vyjmenuj\w*|zajima\w*"
    r"|please|looking for|(?:i|we) (?:would|need|want)|could you|send (?:me|us))\b"
)
#: Words that lead up to a question and say nothing of it.
_INTRODUCTION = re.compile(
    r"\b(?:r[aá]d\w*|v[eě]d[eě]\w*|zjistit|zeptat|napsat|napi[sš]te|sd[eě]l\w*|porad\w*|zaj[ií]m\w*"
    r"|pot[rř]eb\w*|informac\w*|know|ask|tell|wonder\w*|find|like|interested)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question of a message."""

    text: str
    #: What a letter says shortly before it; "" where the question says all.
    background: str = ""
    #: What a letter says of those who ask: "Jsme obec s 800 obyvateli."
    who: str = ""

    @property
    def whole(self) -> str:
        """Return the question with what was said before it."""
        return f"{self.background} {self.text}".strip()

    @property
    def by_whom(self) -> str:
        """Return the question with who asks it."""
        return f"{self.who} {self.text}".strip()


def parts(message: str) -> tuple[Part, ...]:
    """Return the questions of a message in order; one that asks nothing is returned whole."""
    body = _without_courtesies(message)
    said = [" ".join(each.of(body).split()) for each in sentences.split(body)]
    if len(body.split()) < _LONG and len(said) < _SEVERAL:
        return tuple(Part(text=each) for each in questions(body))
    return _of_letter(said) or tuple(Part(text=each) for each in questions(body))


def _without_courtesies(message: str) -> str:
    """Return a message without quoted mail, salutation and signature, if anything is left."""
    body = _QUOTED.sub("", message).strip()
    salutation = _SALUTATION.match(fold_same_length(body))
    rest = body[salutation.end() :] if salutation else body
    for closing in _CLOSING.finditer(fold_same_length(rest)):
        if "?" not in rest[closing.start() :] and len(rest[: closing.start()].split()) > 2:
            rest = rest[: closing.start()]
            break
    return rest.strip() or message.strip()


def _of_letter(said: list[str]) -> tuple[Part, ...]:
    """Return the sentences of a letter that ask, each with those before it."""
    asking = [place for place, text in enumerate(said) if _asks(text)]
    if not asking:
        asking = [place for place, text in enumerate(said) if _requests(text)][-1:]
    who = " ".join(text for place, text in enumerate(said) if place not in asking and _is_who(text))
    found: list[Part] = []
    after = 0
    for place in asking:
        lead, text = _apart(said[place])
        before = [each for each in said[after:place] if not _thanks(each)]
        background = _near([*before, *([lead] if lead else [])])
        found.append(Part(text=text, background=background, who=who))
        after = place + 1
    return tuple(found)


def _apart(text: str) -> tuple[str, str]:
    """Return what leads up to a question, and the question: "Prosím o radu, kdy …"."""
    folded = fold_same_length(text).casefold()
    comma = _AFTER_COMMA.search(folded)
    if comma and (_INDIRECT.search(folded) or _requests(text[: comma.start()])):
        lead, asked = text[: comma.start()], text[comma.end() :].rstrip(" .")
        says_more = len(content_words(_INTRODUCTION.sub(" ", lead))) > 1
        return lead if says_more else "", asked if asked.endswith("?") else f"{asked}?"
    return "", text


def _near(before: list[str]) -> str:
    """Return the last sentences before a question, as far as they are near."""
    kept: list[str] = []
    for text in reversed(before):
        if kept and sum(len(each.split()) for each in (*kept, text)) > _NEAR:
            break
        kept.insert(0, text)
    return " ".join(kept)


def _asks(text: str) -> bool:
    folded = fold_same_length(text).casefold()
    is_marked = folded.rstrip('"”“) ').endswith("?")
    is_long = len(folded.split()) > 2
    return is_marked or (is_long and bool(_INDIRECT.search(folded) or _BEGINS.match(folded)))


def _thanks(text: str) -> bool:
    return _CLOSING.match(fold_same_length(text).casefold()) is not None


def _requests(text: str) -> bool:
    return _REQUEST.search(fold_same_length(text).casefold()) is not None


def _is_who(text: str) -> bool:
    folded = fold_same_length(text).casefold()
    return bool(FOR_WHOM.search(folded) or INHABITANTS.search(folded))
