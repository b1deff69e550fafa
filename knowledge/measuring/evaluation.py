"""Golden questions -> measures: what is found, what is answered, what is rightly refused."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.documents import Answer, Mode, Passage, Turn
from knowledge.errors import KnowledgeError
from knowledge.languages import fold

Ask = Callable[[str, Sequence[Turn]], Awaitable[Answer]]
Search = Callable[[str, Sequence[Turn]], Awaitable[list[Passage]]]

#: Kinds of questions that have no answer in the documents.
_UNANSWERABLE, _CHATTER = "unanswerable", "chatter"

#: Rank of a page that was not found.
_NOT_FOUND = 10**6

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """A question whose answer is known."""

    id: str
    question: str
    #: Language that the answer is to be worded in.
    language: str
    kind: str
    #: "near-miss" or "off-topic", for what has no answer.
    kind2: str = ""
    #: The answer is right if one of these occurs in it.
    key: tuple[str, ...] = ()
    #: Any of these is the right page.
    urls: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()

    @property
    def is_answerable(self) -> bool:
        """Tell whether the documents hold an answer."""
        return self.kind not in (_UNANSWERABLE, _CHATTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question."""

    golden: Golden
    #: Position of the first right page among the pages found, from 0.
    rank: int
    mode: Mode
    answered: bool
    confidence: float
    #: An expected fact is in the answer; None where none is expected.
    is_right: bool | None
    #: Quotes, and how many of them stand literally in a passage of their page.
    quotes: int
    quotes_found: int
    is_in_language: bool
    ask_seconds: float
    search_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Measures of a group of questions; NaN where they mean nothing."""

    name: str
    number: int
    hit1: float
    hit3: float
    hit5: float
    mrr: float
    answered: float
    #: Of those answered with confidence.
    right: float
    #: Told "not found".
    none: float
    in_language: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One threshold of the risk-coverage curve."""

    threshold: float
    #: Share of answerable questions answered rightly, and of unanswerable ones refused.
    answered_right: float
    refused_right: float
    #: Share of all answers given that are wrong.
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All measures of one run."""

    groups: tuple[Group, ...]
    curve: tuple[Point, ...]
    #: Share of quotes that stand literally in their source.
    quotes_found: float
    #: Milliseconds.
    latency: dict[str, float]
    outcomes: tuple[Outcome, ...] = field(repr=False)

    def group(self, name: str) -> Group:
        """Return the measures of "all", of a kind, or of a language ("lang:cs")."""
        return next(group for group in self.groups if group.name == name)

    def rows(self) -> list[tuple[object, ...]]:
        """Return a table: the names of its columns, then a row for each group."""
        header = (
            "group",
            "n",
            "hit@1",
            "hit@3",
            "hit@5",
            "MRR",
            "answered",
            "right",
            "none",
            "language",
        )
        return [header, *(tuple(map(_shown, asdict(group).values())) for group in self.groups)]

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON, the single questions included."""
        return {
            "groups": [_clean(asdict(group)) for group in self.groups],
            "quotes_found": _number(self.quotes_found),
            "latency_ms": {name: round(value, 1) for name, value in self.latency.items()},
            "curve": [_clean(asdict(point)) for point in self.curve],
            "questions": [_told(outcome) for outcome in self.outcomes],
        }


def load_questions(path: Path) -> list[Golden]:
    """Read golden questions, one JSON object a line.

    Raises:
        KnowledgeError: the file cannot be read, or a line is not a question; names the line.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise KnowledgeError(f"{path} cannot be read: {error.strerror}.") from error
    return [_golden(line, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]


def _golden(line: str, place: str) -> Golden:
    try:
        read = json.loads(line)
        return Golden(
            id=str(read["id"]),
            question=read["question"],
            language=read.get("lang", ""),
            kind=read.get("kind", "fact"),
            kind2=read.get("kind2", ""),
            key=tuple(read.get("key", ())),
            urls=tuple(read.get("urls", ())),
            history=tuple(Turn(role=t["role"], text=t["text"]) for t in read.get("history", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"{place} is not a question: {error!r}") from error


async def evaluate(questions: Iterable[Golden], ask: Ask, search: Search) -> Measures:
    """Ask all questions, one after the other, and measure."""
    return measure([await _outcome(golden, ask, search) for golden in questions])


async def _outcome(golden: Golden, ask: Ask, search: Search) -> Outcome:
    began = time.perf_counter()
    passages = await search(golden.question, golden.history)
    searched = time.perf_counter()
    answer = await ask(golden.question, golden.history)
    ended = time.perf_counter()
    pages = list(dict.fromkeys(passage.chunk.url for passage in passages))
    ranks = (n for n, url in enumerate(pages) if url in golden.urls)
    quotes = [(each.url.partition("#")[0], each.quote) for each in _parts_citations(answer)]
    held = [(passage.chunk.url, passage.chunk.text) for passage in passages]
    # Quotes of pages that the search did not return cannot be looked up here.
    known = [(url, quote) for url, quote in quotes if any(url == each for each, _ in held)]
    return Outcome(
        golden=golden,
        rank=next(ranks, _NOT_FOUND),
        mode=answer.mode,
        answered=answer.answered,
        confidence=answer.confidence,
        is_right=contains(text_of(answer), golden.key) if golden.key else None,
        quotes=len(known),
        quotes_found=sum(any(u == url and q in text for u, text in held) for url, q in known),
        is_in_language=answer.language == golden.language or not golden.language,
        ask_seconds=ended - searched,
        search_seconds=searched - began,
    )


def text_of(answer: Answer) -> str:
    """Return the words of an answer that may hold a fact."""
    quotes = " ".join(citation.quote for citation in _parts_citations(answer))
    events = " ".join(f"{fact.title} {fact.at.isoformat()} {fact.place}" for fact in answer.events)
    return f"{answer.written} {quotes} {events}"


def _parts_citations(answer: Answer) -> list[Any]:
    return [each for part in (answer.parts or (answer,)) for each in part.citations]


def contains(text: str, key: Iterable[str]) -> bool:
    """Tell whether one of the facts occurs; case, accents, dashes and blanks do not matter."""
    plain = _plain(text)
    return any(_plain(each) in plain for each in key)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", fold(text.translate(_DASHES)))


def measure(outcomes: Sequence[Outcome]) -> Measures:
    """Return the measures of all outcomes, by kind and language."""
    answerable = [each for each in outcomes if each.golden.is_answerable]
    groups = [_group("all", answerable)]
    for language in sorted({each.golden.language for each in answerable}):
        same = [each for each in answerable if each.golden.language == language]
        groups.append(_group(f"lang:{language}", same))
    names = dict.fromkeys(each.golden.kind2 or each.golden.kind for each in outcomes)
    for name in names:
        same = [each for each in outcomes if (each.golden.kind2 or each.golden.kind) == name]
        groups.append(_group(name, same))
    quotes = sum(each.quotes for each in outcomes)
    return Measures(
        groups=tuple(groups),
        curve=_curve(outcomes),
        quotes_found=sum(each.quotes_found for each in outcomes) / quotes if quotes else 1.0,
        latency=_latency(outcomes),
        outcomes=tuple(outcomes),
    )


def _group(name: str, outcomes: Sequence[Outcome]) -> Group:
    ranks = np.array([each.rank for each in outcomes if each.golden.urls], dtype=float)
    given = [each.is_right for each in outcomes if each.answered and each.is_right is not None]
    return Group(
        name=name,
        number=len(outcomes),
        hit1=_share(ranks < 1),
        hit3=_share(ranks < 3),
        hit5=_share(ranks < 5),
        mrr=_share(np.where(ranks < _NOT_FOUND, 1.0 / (ranks + 1.0), 0.0)),
        answered=_share([each.answered for each in outcomes]),
        right=_share(given),
        none=_share([each.mode is Mode.NONE for each in outcomes]),
        in_language=_share([each.is_in_language for each in outcomes]),
    )


def _share(values: Any) -> float:
    found = np.asarray(values, dtype=float)
    return float(found.mean()) if found.size else float("nan")


def _curve(outcomes: Sequence[Outcome]) -> tuple[Point, ...]:
    """Return what other thresholds of confidence would have given."""
    searched = [each for each in outcomes if each.golden.kind != _CHATTER]
    can = [each for each in searched if each.golden.is_answerable]
    cannot = [each for each in searched if not each.golden.is_answerable]
    points = []
    for threshold in np.round(np.arange(0.0, 1.0001, 0.02), 2):
        given = [each for each in searched if each.confidence >= threshold]
        right = sum(bool(each.is_right) and each.confidence >= threshold for each in can)
        points.append(
            Point(
                threshold=float(threshold),
                answered_right=right / len(can) if can else float("nan"),
                refused_right=_share([each.confidence < threshold for each in cannot]),
                risk=1.0 - right / len(given) if given else 0.0,
            )
        )
    return tuple(points)


def _latency(outcomes: Sequence[Outcome]) -> dict[str, float]:
    latency = {}
    for name, seconds in (
        ("search", [each.search_seconds for each in outcomes]),
        ("ask", [each.ask_seconds for each in outcomes]),
    ):
        for percent in (50, 95):
            value = float(np.percentile(seconds, percent)) * 1000 if seconds else 0.0
            latency[f"{name}_p{percent}"] = value
    return latency


def _told(outcome: Outcome) -> dict[str, Any]:
    golden = outcome.golden
    return {
        "id": golden.id,
        "kind": golden.kind2 or golden.kind,
        "question": golden.question,
        "rank": outcome.rank + 1 if outcome.rank < _NOT_FOUND else None,
        "mode": outcome.mode.value,
        "answered": outcome.answered,
        "confidence": round(outcome.confidence, 3),
        "right": outcome.is_right,
    }


def _shown(value: object) -> object:
    if not isinstance(value, float):
        return value
    return "" if np.isnan(value) else f"{value:.2f}"


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _number(value) if isinstance(value, float) else value
        for name, value in values.items()
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)
