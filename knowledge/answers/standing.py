"""Whether what a source says still stands: over, superseded by a newer one, or contradicted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answers.evidence import TOP_SENTENCES, top_sentences
from knowledge.answers.numbering import numbers
from knowledge.documents import Chunk
from knowledge.questions.asking import Kind, fold_same_length
from knowledge.questions.terms import content_words, keys
from knowledge.questions.timewords import MONTH, MONTHS
from knowledge.search.matching import text_words
from knowledge.search.retrieval import Candidate, Found

#: Words of calls, registrations and events, which are over at some time; folded.
_ENDS = re.compile(
    r"\b(?:vyzv\w+|prijem|prijm\w+ zadosti|zadosti|uzaverk\w+|prihlas\w+"
    r"|alokac\w+|soutez\w*"
    r"|calls?|proposals?|applications?|submission|registration|register)\b"
)
#: Words of a last day, unless it is told how long something takes; folded.
_TERM = re.compile(r"\b(?:lhut\w+|terminy?|deadlines?)\b")
_TAKES = re.compile(
    r"\b(?:\d+|jedn\w+|dvou|tri|trech|peti|two|three|five|ten) ?(?:(?:pracovni\w*|kalendarni\w*"
    r"|working|business|calendar) )?(?:dn[uiy]|den|dny|tyd\w+|mesic\w*|hodin\w*|let|rok[uy]?"
    r"|days?|weeks?|months?|hours?|years?)\b"
)
#: What stands before the day from which something holds, which is no last day; folded.
_IN_FORCE = re.compile(
    r"\b(?:plat|ucin|effective|valid|in force|applies|apply)\w*"
    r"(?:[ :]+(?!do |until |to |till )\w+){0,2}?[ :]+(?:od|ode|dnem|dne|from|since|as of|on)"
    r"(?: (?:dne|the))?[ :]+$"
)
#: How much before a day may say so.
_BEFORE = 60
_DATES = (
    re.compile(rf"\b(?P<d>\d{{1,2}})\.\s?(?P<m>{MONTH})\s(?P<y>(?:19|20)\d\d)\b"),
    re.compile(r"\b(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>(?:19|20)\d\d)\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<m>{MONTH}),? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(rf"\b(?P<m>{MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUM = re.compile(
    r"(?P<n>\d+(?:[ \u00a0.,]\d{3})*(?:[.,]\d+)?)\s*"
    r"(?P<scale>tis|mil|mld|thousand|million|billion|miliard)?\w*\.?\s*"
    r"(?P<unit>kc|czk|korun\w*|eur\w*|€)"
    r"|(?P<unit2>czk|eur|€)\s?(?P<n2>\d+(?:[ \u00a0.,]\d{3})*(?:[.,]\d+)?)"
)
_SCALES = {"tis": 1e3, "tho": 1e3, "mil": 1e6, "mld": 1e9, "bil": 1e9}

_COMPARED = {Kind.DATE, Kind.MONEY}

#: How much of the words of two statements, figures left out, must be the same.
_SAME_MATTER, _FEWEST_WORDS = 0.7, 3

#: How much of the words of a sentence another must hold to make it a repetition.
_REPEATED = 0.8

#: How far behind the best passage a contradicting one may lie, and how many are looked at.
_NEAR, _LOOKED_AT = 0.04, 6


def dates(text: str) -> set[date]:
    """Return the days that a text names with their year."""
    return {day for _, day in _dated(fold_same_length(text))}


def _dated(folded: str) -> list[tuple[int, date]]:
    """Return the days that a folded text names, each with where it begins."""
    found: list[tuple[int, date]] = []
    for pattern in _DATES:
        for match in pattern.finditer(folded):
            month = MONTHS[match["m"]] if match["m"] in MONTHS else int(match["m"])
            if 1 <= month <= 12 and 1 <= int(match["d"]) <= 31:
                day = min(
                    int(match["d"]), 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
                )
                found.append((match.start(), date(int(match["y"]), month, day)))
    return found


def sums(text: str) -> set[tuple[float, str]]:
    """Return the sums of money in a text, as value and currency."""
    found = set()
    for match in _SUM.finditer(fold_same_length(text)):
        digits = re.sub(r"[ \u00a0]", "", match["n"] or match["n2"])
        digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
        scale = match["scale"] or ""
        factor = 1e9 if scale == "miliard" else _SCALES.get(scale[:3], 1.0)
        unit = (match["unit"] or match["unit2"])[:1]
        found.add((float(digits) * factor, "CZK" if unit in "kc" else "EUR"))
    return found


def is_over(chunk: Chunk, today: date) -> bool:
    """Tell whether a chunk is about a call, registration or the like whose last day has passed."""
    said = f"{chunk.title}\n{chunk.text}"
    folded = fold_same_length(said)
    ends = _ENDS.search(folded) or (_TERM.search(folded) and not _TAKES.search(folded))
    if not ends:
        return False
    days = _last_days(chunk.text)
    latest_year = max((int(year) for year in _YEAR.findall(said)), default=0)
    return bool(days) and max(days) < today and latest_year <= today.year


def _last_days(text: str) -> set[date]:
    """Return the days that a text names, but for those from which on something holds."""
    folded = fold_same_length(text)
    return {
        day
        for start, day in _dated(folded)
        if not _IN_FORCE.search(folded[max(0, start - _BEFORE) : start])
    }


def is_superseded(candidate: Candidate, others: Iterable[Candidate], question: str) -> bool:
    """Tell whether a newer edition of the same was found too, and the older was not asked for."""
    mine = _edition(candidate.chunk)
    if mine is None or set(_YEAR.findall(question)) & set(_YEAR.findall(candidate.chunk.title)):
        return False
    return any(
        (edition := _edition(other.chunk)) is not None
        and edition[0] == mine[0]
        and edition[1] > mine[1]
        for other in others
    )


def _edition(chunk: Chunk) -> tuple[str, tuple[int, date]] | None:
    """Return the title without its numbers, and how new the document is; None if unknown."""
    years = [int(year) for year in _YEAR.findall(chunk.title)]
    if not years and chunk.updated_at is None:
        return None
    name = re.sub(r"[\W\d_]+|\b[ivx]+\b", " ", fold_same_length(chunk.title)).strip()
    return name, (max(years, default=0), chunk.updated_at or date.min)


def contradicting(found: Found) -> list[Candidate]:
    """Return the best candidate and others that give another day or sum for the same; or none.

    Only statements that are the same but for their figures are compared: different calls and
    different years have different deadlines without contradicting each other. Each is returned
    with the statement in question as its best sentence.
    """
    # "Kolik lze získat?" may ask for a sum, too.
    kinds = {Kind.MONEY if kind is Kind.COUNT else kind for kind in found.kinds} & _COMPARED
    best = found.candidates[0]
    others = [
        each
        for each in found.candidates[1:]
        if each.chunk.url != best.chunk.url
        and best.score - each.score <= _NEAR
        and _numbers(best.chunk.title) == _numbers(each.chunk.title)
    ]
    against: dict[str, Candidate] = {}
    for other in others[:_LOOKED_AT]:
        position = _denial(best, other, kinds)
        if position is not None:
            # What a page says twice contradicts once.
            against.setdefault(other.chunk.url, replace(other, best=position))
    return [best, *against.values()] if against else []


def _denial(best: Candidate, other: Candidate, kinds: Collection[Kind]) -> int | None:
    """Return which sentence of another passage says the same as the best one, but otherwise.

    None if there is none, or if another sentence of it agrees.
    """
    ours = _statement(best)
    same = [
        position
        for position in top_sentences(other, TOP_SENTENCES)
        if _same_matter(ours, other.sentences[position].text)
    ]
    for kind in kinds:
        said = [(each, _figures(other.sentences[each].text, kind)) for each in same]
        if any(figures and figures == _figures(ours, kind) for _, figures in said):
            continue
        for position, figures in said:
            if _differ(_figures(ours, kind), figures):
                return position
    return None


def newest_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates by the date of their documents; those without a date last."""
    return sorted(candidates, key=lambda each: each.chunk.updated_at or date.min, reverse=True)


def _statement(candidate: Candidate) -> str:
    return candidate.sentences[candidate.best].text


def _numbers(title: str) -> set[str]:
    """Return years, ordinals and Roman numerals of a title: what tells editions apart."""
    return set(re.findall(r"\d+|\b[ivx]+\b", fold_same_length(title))) - {"i", "v"}


def _figures(text: str, kind: Kind) -> frozenset[object]:
    return frozenset(dates(text) if kind is Kind.DATE else sums(text))


def _differ(ours: frozenset[object], theirs: frozenset[object]) -> bool:
    """Tell whether both give days (sums), and not the same.

    Of as many on both sides one that differs is enough: "from 1 March to 30 June".
    """
    if not ours or not theirs:
        return False
    return ours.isdisjoint(theirs) or (len(ours) == len(theirs) and ours != theirs)


def _same_matter(one: str, other: str) -> bool:
    ours, theirs = _matter(one), _matter(other)
    fewer = min(len(ours), len(theirs))
    return fewer >= _FEWEST_WORDS and len(ours & theirs) >= _SAME_MATTER * fewer


def repeats(text: str, said: str) -> bool:
    """Tell whether a statement says nothing that another does not: words, days and sums."""
    mine = _matter(text)
    return (
        bool(mine)
        and len(mine & _matter(said)) >= _REPEATED * len(mine)
        and numbers(text) <= numbers(said)
    )


def _matter(text: str) -> set[frozenset[str]]:
    """Return the words of a statement without its figures."""
    telling = set(content_words(text))
    return {
        keys(word)
        for word in text_words(text)
        if word in telling and word.isalpha() and fold_same_length(word) not in MONTHS
    }
