"""What somebody writes: whether it asks, what it says to an offer, whether two ask the same."""

from __future__ import annotations

import re

from knowledge.languages import fold, stem, words
from knowledge.questions.terms import content_words

#: Words a question begins with, folded.
_ASKING_WORDS = (
    "kdo co kdy kde kam kudy proc jak jaky jaka jake jakou kolik ktery ktera ktere kterou "
    "cim komu ceho koho lze muze muzu mohu existuje who what when where why how which whom "
    "whose can could does do is are will would should"
)
_ASKING = frozenset(_ASKING_WORDS.split())

#: Of them those that do not tell one question from another.
_ALIKE_WORDS = "lze muze muzu mohu existuje can could does do is are will would should"
_ALIKE = frozenset(_ALIKE_WORDS.split())

#: From so many words on a message may ask without a question mark.
_LEAST_WORDS = 3

#: What is said to an offer; folded, without marks.
_POLITE = r"(?: (?:prosim\w*|dekuji|diky|budu rad\w?|please|thanks|thank you))*"
_HAND_ON = (
    r"(?:preda[jtv]\w*|predej\w*|posli\w*|poslete|zeptej\w*|pass|ask|hand)"
    r"(?: (?:to|ho|jim|jich|dotaz|otazku|se|redakci|redakce|it|on|them|that|the|editors))*"
)
_YES = re.compile(
    r"(?:(?:ano|jo|jojo|jasne|urcite|dobre|ok|okay|yes|yep|yeah|sure)"
    rf"(?:{_POLITE} {_HAND_ON})?|{_HAND_ON}|👍){_POLITE}"
)
_NO = re.compile(
    r"(?:ne|nee|radeji ne|netreba|neni treba|nepredavej\w*|neposilej\w*|nemusis|nemusite"
    rf"|no|nope|not needed|do not|dont)(?: to)?{_POLITE}"
)

#: Says only "and you?" about what is quoted; folded, without marks.
_NUDGE = re.compile(
    r"(?:(?:a|tak|hele|hej|prosim|please|and|so|hey|ty|vy|you|bote|bot|pls)? ?)*"
    r"(?:nevis\w*|nevite|vis|vite|umis|umite|poradis|poradite|porad|pomuzes|pomuzete|pomoz|pomozte"
    r"|odpovez\w*|zodpovez\w*|mrkni|mrknete|co (?:na to|je|znamena|myslis)|jak to je|je to tak"
    r"|do you know|know|any ideas?|can you (?:help|answer)|could you (?:help|answer)|help|answer"
    r"|what is|whats|what about|what do you (?:say|think)|thoughts|tohle|toto|this)"
    r"(?: (?:to|ty|vy|tohle|toto|tomu|tom|tim|na|s|o|k|neco|nekdo|odpoved|prosim|pls|please|this"
    r"|that|it|with|to|the|answer|anything|about|me|us|mi|nam))*"
)

_MARKS = re.compile(r"[^\w\s👍]+")

#: "Petře, ", "Ahoj Jano: ", "Jana Nová, ".
_CALLED = re.compile(
    r"(?:(?i:ahoj|čau|hej|zdravím|pane|paní|milý|milá|kolego|kolegyně|hi|hey|hello|dear) )*"
    r"(?P<name>[A-ZÀ-Ž][a-zß-ž]+)(?: [A-ZÀ-Ž][a-zß-ž]+)?[,:] ?(?!//)"
)
_CALLED_LAST = re.compile(r", ?[A-ZÀ-Ž][a-zß-ž]+[?!. ]*$")
_AT = re.compile(r"(?:^|[\s(])@[^\W\d]\w+")

#: What else stands before a comma, folded.
_SAID_BEFORE = (
    "ahoj ahojte cau caute hej zdravim dobry prosim prosimvas diky dekuji dekuju ano ne no jo tak "
    "jasne mimochodem jinak kolegove kolegyne pratele vsichni vsem lidi lide panove nekdo omlouvam "
    "pardon promin prominte hi hello hey please thanks yes ok okay sorry folks all everyone "
    "everybody guys btw so well now dotaz otazka question prosba rychly quick"
)
_POLITE_WORDS = frozenset(_SAID_BEFORE.split())

#: Asks for a nod alone; folded.
_TAG = re.compile(
    r",? (?:ze jo|zejo|no ne|ze ano|vid|vidte)\?+$|, (?:co|ze|ne|right|huh|eh|isn.?t it)\?+$"
)


def names_somebody(text: str) -> bool:
    """Tell whether a message calls somebody: begins or ends with a name, or has one after "@"."""
    called = _CALLED.match(text.strip())
    polite = called is not None and fold(called["name"]) in _POLITE_WORDS
    named = (called is not None and not polite) or _CALLED_LAST.search(text) is not None
    return named or _AT.search(text) is not None


def looks_like_question(text: str) -> bool:
    """Tell whether somebody asks something, rather than wants to be nodded at: "…, co?"."""
    text = text.strip()
    if _TAG.search(fold(text)):
        return False
    if text.endswith("?") or "? " in text:
        return True
    said = fold(text).split()
    return len(said) >= _LEAST_WORDS and said[0] in _ASKING


def said_to_offer(text: str) -> bool | None:
    """Tell whether a message says yes or no to what was offered; None if neither."""
    said = " ".join(_MARKS.sub(" ", fold(text)).split())
    if not said:
        return None
    if _NO.fullmatch(said):
        return False
    return True if _YES.fullmatch(said) else None


def is_nudge(text: str) -> bool:
    """Tell whether a message has no question of its own, but points at what it quotes."""
    return bool(_NUDGE.fullmatch(" ".join(_MARKS.sub(" ", fold(text)).split())))


def same_question(one: str, other: str) -> bool:
    """Tell whether two texts ask the same: they differ only in words that say nothing.

    A number, a name or "where" instead of "when" makes another question of it.
    """
    differing = _differing(one, other)
    if any(_tells(word) for word in differing):
        return False
    return bool(content_words(one)) or not differing


def _differing(one: str, other: str) -> list[str]:
    """Return the words that stand in one of the texts alone, endings and accents apart."""
    first = {_key(word): fold(word) for word in words(one)}
    second = {_key(word): fold(word) for word in words(other)}
    return [*(first[k] for k in first.keys() - second), *(second[k] for k in second.keys() - first)]


def _key(word: str) -> tuple[str, str]:
    return stem(word, "cs"), stem(word, "en")


def _tells(word: str) -> bool:
    is_asking = word in _ASKING and word not in _ALIKE
    return is_asking or any(sign.isdigit() for sign in word) or bool(content_words(word))
