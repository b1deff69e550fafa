"""Whether a passage is about what a question names: "Kolik stojí parkování v Kolíně?" is not
answered by what parking costs in another town, however well all else fits."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import numpy as np

from knowledge.languages import fold, group, stem
from knowledge.questions.spelling import near
from knowledge.questions.terms import content_words
from knowledge.search.matching import text_words
from knowledge.search.retrieval import Candidate, Found

#: A word with a capital that does not begin the question or a sentence of it.
_NAME = re.compile(r"(?<=[\w,]\s)[^\W\d_]\w+")

#: "EFEKT 3/2024": one of many of that name.
_NUMBERED = re.compile(r"\b\d{1,3}/(?:19|20)\d\d\b")

#: Strength up to which a word is not there: not inflected, not translated, not alike.
_ABSENT = 0.2

#: Names up to which a question may hold no other word: "Kdo je Petr Novák?".
_FEW = 2

#: Letters of a name that an address must hold, whatever ending the question gives it.
_LEAST_STEM = 4

#: What English writes with a capital, but is the name of nothing.
_NO_NAMES = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)


def names_another(found: Found) -> bool:
    """Tell whether the question names something that the best passage's document does not."""
    best = found.candidates[0]
    own = found.wanted.words[: found.wanted.own or None]
    is_foreign = group(best.chunk.language) != group(found.language)
    names = _names(found.question, is_foreign=is_foreign)
    rows = [row for row, word in enumerate(own) if word in names]
    same = [each for each in found.candidates if _is_of(each, best)]
    if _is_numbered_otherwise(found.question, same):
        return True
    if not rows:
        return False
    strengths = np.max([each.whole[rows] for each in same], axis=0)
    missing = [row for row, strength in zip(rows, strengths, strict=True) if strength <= _ABSENT]
    if is_foreign:
        # A word that no document holds may be a name in the other language.
        missing = [row for row in missing if found.wanted.known[row]]
    return any(not _is_held(own[row], same) for row in missing)


def _names(question: str, *, is_foreign: bool) -> frozenset[str]:
    """Return the names in a question, in small letters; none where capitals tell nothing.

    is_foreign: the passage is in another language, in which names of several words ("Centre for
    Innovation") are other words.
    """
    matches = [each for each in _NAME.finditer(question) if each.group()[0].isupper()]
    said = {each.group().casefold() for each in matches}
    names = {each for each in said if not _NO_NAMES.fullmatch(each)}
    others = [word for word in content_words(question) if word not in names]
    if len(others) <= 1 and len(names) > _FEW:
        return frozenset()
    if is_foreign:
        ends = {each.end() + 1 for each in matches}
        starts = {each.start() - 1 for each in matches}
        names -= {
            each.group().casefold()
            for each in matches
            if each.start() in ends or each.end() in starts
        }
    return frozenset(names)


def _is_numbered_otherwise(question: str, chunks: list[Candidate]) -> bool:
    """Tell whether a document names others by such numbers, and not the one asked for."""
    wanted = set(_NUMBERED.findall(question))
    said = f"{chunks[0].chunk.title} {' '.join(each.chunk.text for each in chunks)}"
    told = set(_NUMBERED.findall(said))
    return bool(told) and bool(wanted - told)


def _is_of(candidate: Candidate, best: Candidate) -> bool:
    return (candidate.chunk.url, candidate.chunk.title) == (best.chunk.url, best.chunk.title)


def _is_held(name: str, chunks: list[Candidate]) -> bool:
    """Tell whether a name is in the address of the document, or misspelled in its text."""
    short = stem(name, "cs")
    address = urlsplit(unquote(chunks[0].chunk.url))
    if len(short) >= _LEAST_STEM and short in fold(f"{address.netloc}{address.path}"):
        return True
    said = {stem(word, "cs") for each in chunks for word in text_words(each.chunk.text)}
    return any(near(short, other) for other in said if len(other) >= _LEAST_STEM)
