"""What is over, superseded or contradicted, on dated chunks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from knowledge.answers.standing import (
    contradicting,
    dates,
    is_over,
    is_superseded,
    newest_first,
    sums,
)
from knowledge.catalogue import Sentence
from knowledge.documents import Audience, Chunk
from knowledge.questions.asking import asked
from knowledge.search.retrieval import Candidate, Found
from tests.knowledge.lexicons import lexicon_of, word_vector

TODAY = date(2027, 6, 7)


def chunk(text: str, title: str = "Výzva na zeleň", updated: date | None = None) -> Chunk:
    return Chunk(
        id=title + text,
        url=f"https://example.org/{title}/{text}",
        title=title,
        section="",
        text=text,
        language="cs",
        audience=Audience.PUBLIC,
        updated_at=updated,
    )


def candidate(made: Chunk, score: float = 0.5) -> Candidate:
    nothing = np.zeros((0, 1))
    return Candidate(
        chunk=made,
        score=score,
        sentences=(Sentence(index=0, start=0, end=len(made.text), text=made.text, context=""),),
        sentence_scores=np.array([score]),
        best=0,
        similarities=np.array([score]),
        passage_vector=np.eye(1, 3)[0],
        vectors=np.eye(1, 3),
        titled=nothing,
        alone=nothing,
        whole=np.zeros(0),
        offered=np.ones(1),
        signals={},
    )


def found(question: str, *candidates: Candidate) -> Found:
    return Found(
        question=question,
        language="cs",
        wanted=lexicon_of().wanted(question, word_vector, lambda words: {}),
        kinds=asked(question),
        vector=np.eye(1, 3)[0],
        candidates=candidates,
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("do 30. října 2025, 11:00", {date(2025, 10, 30)}),
        ("2. 3. 2026 až 5.4.2026", {date(2026, 3, 2), date(2026, 4, 5)}),
        ("by 8 October 2026", {date(2026, 10, 8)}),
        ("on July 4th, 2026", {date(2026, 7, 4)}),
        ("2027-01-31", {date(2027, 1, 31)}),
        ("v roce 2026", set()),
    ],
)
def test_days_of_a_text(text: str, days: set[date]) -> None:
    assert dates(text) == days


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("2,3 mil. Kč", {(2_300_000.0, "CZK")}),
        ("250,000 EUR", {(250_000.0, "EUR")}),
        ("400 million CZK", {(400_000_000.0, "CZK")}),
        ("1 500 korun", {(1_500.0, "CZK")}),
        ("€20", {(20.0, "EUR")}),
        ("12 obcí", set()),
    ],
)
def test_sums_of_a_text(text: str, amounts: set[tuple[float, str]]) -> None:
    assert sums(text) == amounts


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("Příjem žádostí končí 30. dubna 2027.", True),
        ("Příjem žádostí končí 30. června 2027.", False),
        ("Výzva běžela do 1. 2. 2027, další se chystá v roce 2028.", False),
        ("Radnice byla postavena 1. května 1900.", False),
        ("Žádosti se podávají průběžně.", False),
        ("Platí od 1. května 2027.\nÚkon | Poplatek | Lhůta\nDuplikát | 300 Kč | do 3 dnů", False),
        ("Ceník je účinný ode dne 1. 1. 2026. Žádosti vyřizuje matrika.", False),
        ("Poplatek byl stanoven 4. 5. 2026, lhůta k vyřízení je 30 dnů.", False),
        ("Applications are free. The rules are valid from 1 March 2026.", False),
        ("Poukaz na přihlášku platí od 1. 1. 2027 do 31. 3. 2027.", True),
        ("Lhůta pro odevzdání prací uplynula 31. března 2027.", True),
        ("The deadline is 30 April 2027.", True),
    ],
)
def test_call_whose_last_day_has_passed_is_over(text: str, over: bool) -> None:
    assert is_over(chunk(text, title="Zeleň"), TODAY) is over


def test_older_edition_is_superseded_unless_it_was_asked_for() -> None:
    old = candidate(chunk("Přihlášky do května.", title="Chytrá města 2025"))
    new = candidate(chunk("Přihlášky do června.", title="Chytrá města 2027"))
    other = candidate(chunk("Přihlášky do srpna.", title="Chytrý venkov 2027"))

    assert is_superseded(old, [new, other], "Do kdy se přihlásit?")
    assert not is_superseded(old, [new, other], "Do kdy se přihlásit v roce 2025?")
    assert not is_superseded(new, [old, other], "Do kdy se přihlásit?")


def test_two_dates_for_the_same_contradict_and_the_newer_comes_first() -> None:
    old = candidate(
        chunk("Žádosti o dotaci na zeleň se podávají do 15. června 2027.", updated=date(2027, 1, 5))
    )
    new = candidate(
        replace(
            chunk(
                "Žádosti o dotaci na zeleň se podávají do 30. června 2027.",
                updated=date(2027, 5, 5),
            )
        ),
        0.49,
    )

    against = contradicting(found("Do kdy se podávají žádosti o dotaci na zeleň?", old, new))

    assert newest_first(against) == [new, old]


@pytest.mark.parametrize(
    "other",
    [
        chunk("Žádosti o dotaci na zeleň se podávají do 15. června 2027 ve 14 hodin."),
        chunk("Konference o parkování se koná 30. června 2027."),
        chunk(
            "Žádosti o dotaci na zeleň se podávají do 30. června 2026.", title="Výzva na zeleň 2026"
        ),
        chunk("Žádosti o dotaci na zeleň se podávají průběžně."),
    ],
)
def test_same_date_other_matter_other_year_do_not_contradict(other: Chunk) -> None:
    best = candidate(chunk("Žádosti o dotaci na zeleň se podávají do 15. června 2027."))

    question = "Do kdy se podávají žádosti o dotaci na zeleň?"
    assert contradicting(found(question, best, candidate(other, 0.49))) == []


def passage(page: str, *statements: str, score: float = 0.5) -> Candidate:
    """Return a passage of several sentences, the first the best."""
    one = candidate(replace(chunk(" ".join(statements)), url=page), score)
    starts = [one.chunk.text.index(each) for each in statements]
    return replace(
        one,
        sentences=tuple(
            Sentence(index=n, start=start, end=start + len(each), text=each, context="")
            for n, (start, each) in enumerate(zip(starts, statements, strict=True))
        ),
        sentence_scores=np.array([score - n / 100 for n in range(len(statements))]),
    )


JUNE = "Žádosti o dotaci na zeleň se podávají od 1. května 2027 do 15. června 2027."
JULY = "Žádosti o dotaci na zeleň se podávají od 1. května 2027 do 15. července 2027."


def test_what_two_pages_say_twice_contradicts_once() -> None:
    ours = [passage("https://a.example/", JUNE), passage("https://a.example/", JUNE, score=0.49)]
    theirs = [passage("https://b.example/", JULY, score=0.48 - n / 100) for n in range(2)]

    against = contradicting(found("Do kdy se podávají žádosti o zeleň?", *ours, *theirs))

    assert against == [ours[0], theirs[0]]


def test_statement_behind_a_better_sentence_contradicts() -> None:
    ours = passage("https://a.example/", JUNE)
    theirs = passage("https://b.example/", "Výzva má nového správce.", JULY, score=0.49)

    against = contradicting(found("Do kdy se podávají žádosti o zeleň?", ours, theirs))

    assert against == [ours, replace(theirs, best=1)]


def test_page_that_also_agrees_does_not_contradict() -> None:
    ours = passage("https://a.example/", JUNE)
    theirs = passage("https://b.example/", JULY, JUNE, score=0.49)

    assert contradicting(found("Do kdy se podávají žádosti o zeleň?", ours, theirs)) == []
