"""What follows a question about events, and whether it still is about them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.documents import EventFact
from knowledge.questions.eventfollowups import events_before, follow_event_question

PRAGUE = ZoneInfo("Europe/Prague")
NOW = datetime(2027, 5, 28, 10, tzinfo=PRAGUE)


def fact(title: str) -> EventFact:
    return EventFact(
        uid=title,
        title=title,
        kind="seminar",
        at=NOW,
        end=None,
        all_day=False,
        label="",
        status="scheduled",
        moved_from=None,
        url="",
        place="",
        language="cs",
    )


@pytest.mark.parametrize(
    ("said", "question", "limit", "skipped"),
    [
        (("Kdy je příští seminář?",), "a kde se koná?", 1, 0),
        (("Kdy je příští seminář?",), "a další?", 2, 1),
        (("Kdy je příští seminář?", "a další?"), "a další?", 3, 2),
        (("Kdy je příští seminář?", "a další?"), "A kde?", 2, 1),
        (("When is the next seminar?",), "and the next one?", 2, 1),
        (("When is the next seminar?",), "where is it?", 1, 0),
        (("Které semináře jsou v červnu?",), "a kde?", None, 0),
    ],
)
def test_a_follow_up_asks_for_more_of_the_rows(
    said: tuple[str, ...], question: str, limit: int | None, skipped: int
) -> None:
    read = follow_event_question(said, question, NOW, PRAGUE)

    assert read is not None
    assert read.query.kinds == ("seminar",)
    assert (read.query.limit, read.skipped) == (limit, skipped)


def test_what_was_told_is_not_told_again() -> None:
    read = follow_event_question(("Kdy je příští seminář?",), "a další?", NOW, PRAGUE)

    assert read is not None
    assert read.kept([fact("First"), fact("Second")], NOW) == [fact("Second")]


def test_a_follow_up_of_documents_is_none_of_events() -> None:
    assert follow_event_question(("Kdo vede klastr?",), "a kde sídlí?", NOW, PRAGUE) is None
    talk = ("Kdy je příští seminář?", "Kdo vede klastr?")
    assert follow_event_question(talk, "a kdy?", NOW, PRAGUE) is None


def told(*said: str) -> tuple[object, ...] | None:
    """Return what the last of these messages asks for, in short."""
    *before, question = said
    read = follow_event_question(before, question, NOW, PRAGUE)
    if read is None:
        return None
    query = read.query
    return query.kinds, query.start.date(), query.words, query.eligible, query.phrase


SEMINAR, CALL, CONFERENCE = ("seminar",), ("call",), ("conference",)
TODAY, JULY, AUGUST = NOW.date(), date(2027, 7, 1), date(2027, 8, 1)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (
            ("které výzvy pro obce končí v červnu?", "a v červenci?"),
            (CALL, JULY, (), ("municipality",), "v červenci"),
        ),
        (("What events are in June?", "what about July?"), ((), JULY, (), (), "in July")),
        (("Jaké akce jsou v červnu?", "a červenec?"), ((), JULY, (), (), "v červenci")),
        (("kdy je příští seminář?", "a konference?"), (CONFERENCE, TODAY, (), (), "")),
        (("Které výzvy jsou otevřené?", "a pro firmy?"), (CALL, TODAY, (), ("company",), "")),
        (("Which calls are open?", "and for NGOs?"), (CALL, TODAY, (), ("ngo",), "")),
        (
            ("Jaké semináře jsou v srpnu?", "a o energetice?"),
            (SEMINAR, AUGUST, ("energetice",), (), "v srpnu"),
        ),
        (
            ("Jaké výzvy končí v srpnu?", "které jsou otevřené teď?"),
            (CALL, TODAY, (), (), ""),
        ),
        (
            ("Které semináře jsou v červnu?", "díky", "a v srpnu?"),
            (SEMINAR, AUGUST, (), (), "v srpnu"),
        ),
    ],
)
def test_a_follow_up_changes_one_thing(said: tuple[str, ...], asked: tuple[object, ...]) -> None:
    assert told(*said) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Kolik stojí vstupné?",
        "a kolik stojí?",
        "a jak se přihlásím?",
        "Who can apply for it?",
        "kdo přednáší?",
    ],
)
def test_what_rows_do_not_tell_leaves_them_in_mind(question: str) -> None:
    said = ("Kdy je příští seminář?", question)

    assert told(*said) is None
    about = events_before(said, NOW, PRAGUE)
    assert about is not None
    assert about.query.kinds == SEMINAR


@pytest.mark.parametrize(
    ("question", "picked"),
    [
        ("and the second one?", 2),
        ("a ta druhá?", 2),
        ("co ta třetí?", 3),
        ("kdy končí ta poslední?", -1),
        ("where is the first one?", 1),
        ("When does the first one close?", 1),
    ],
)
def test_one_of_those_told_is_picked(question: str, picked: int) -> None:
    read = follow_event_question(["Které výzvy jsou otevřené?"], question, NOW, PRAGUE)

    assert read is not None
    assert read.picked == picked


def test_the_picked_one_is_that_event_with_all_its_rows() -> None:
    read = follow_event_question(["Které semináře jsou v červnu?"], "a ten druhý?", NOW, PRAGUE)

    assert read is not None
    facts = [fact("First"), fact("Second"), fact("Third"), fact("Second")]
    assert [each.title for each in read.kept(facts, NOW)] == ["Second", "Second"]
    assert read.kept([fact("First")], NOW) == [fact("First")]


def test_another_topic_ends_the_talk_of_events() -> None:
    said = ("Kdy je příští seminář?", "Kdo vede Smart City Polygon v Písku?")

    assert events_before(said, NOW, PRAGUE) is None
