"""Which questions ask for rows of the scheduler, and for which."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.documents import EventFact, EventQuery
from knowledge.questions.eventquestions import (
    continue_event_question,
    follow_event_question,
    read_event_question,
)

PRAGUE = ZoneInfo("Europe/Prague")
NOW = datetime(2027, 5, 28, 10, tzinfo=PRAGUE)


def query(text: str) -> EventQuery | None:
    read = read_event_question(text, NOW, PRAGUE)
    return read.query if read else None


def told(text: str) -> tuple[object, ...]:
    """Return what a question about events asks for, in short."""
    read = query(text)
    assert read is not None
    end = read.end.date() if read.end else None
    return read.kinds, read.aspect, read.start.date(), end, read.words, read.limit


@pytest.mark.parametrize(
    ("text", "kinds", "aspect", "start", "end", "words", "limit"),
    [
        ("kdy je příští seminář?", ("seminar",), "start", date(2027, 5, 28), None, (), 1),
        ("When is the next seminar?", ("seminar",), "start", date(2027, 5, 28), None, (), 1),
        (
            "které výzvy pro obce končí v červnu?",
            ("call",),
            "deadline",
            date(2027, 6, 1),
            date(2027, 7, 1),
            ("obce",),
            None,
        ),
        (
            "what closes next month?",
            ("call",),
            "deadline",
            date(2027, 6, 1),
            date(2027, 7, 1),
            (),
            None,
        ),
        ("co se koná příští týden?", (), "any", date(2027, 5, 31), date(2027, 6, 7), (), None),
        ("What's on this week?", (), "any", date(2027, 5, 24), date(2027, 5, 31), (), None),
        ("jake akce jsou v cervnu", (), "any", date(2027, 6, 1), date(2027, 7, 1), (), None),
        (
            "kdy je nejbližší konference v Praze",
            ("conference",),
            "start",
            date(2027, 5, 28),
            None,
            ("praze",),
            1,
        ),
        (
            "any conferences in autumn?",
            ("conference",),
            "start",
            date(2027, 9, 1),
            date(2027, 12, 1),
            (),
            None,
        ),
        (
            "open calls for universities",
            ("call",),
            "deadline",
            date(2027, 5, 28),
            None,
            ("universities",),
            None,
        ),
        (
            "Jaké výzvy vyhlásí TA ČR na podzim?",
            ("call",),
            "start",
            date(2027, 9, 1),
            date(2027, 12, 1),
            ("ta", "čr"),
            None,
        ),
        (
            "When does DUT Call 2027 close?",
            ("call",),
            "deadline",
            date(2027, 5, 28),
            None,
            ("dut",),
            None,
        ),
        (
            "Chystá se nějaké školení o datech?",
            ("seminar",),
            "start",
            date(2027, 5, 28),
            None,
            ("datech",),
            None,
        ),
        (
            "uzávěrky v příštích 14 dnech",
            ("call",),
            "deadline",
            date(2027, 5, 28),
            date(2027, 6, 12),
            (),
            None,
        ),
    ],
)
def test_question_about_what_is_coming(
    text: str,
    kinds: tuple[str, ...],
    aspect: str,
    start: date,
    end: date | None,
    words: tuple[str, ...],
    limit: int | None,
) -> None:
    assert told(text) == (kinds, aspect, start, end, words, limit)


@pytest.mark.parametrize(
    "text",
    [
        "Kdy byl seminář v Olomouci 2018?",
        "Kdo pořádá semináře?",
        "Kolik stojí účast na konferenci?",
        "When did the networked digital twins call close?",
        "Do kdy museli Češi poslat návrh do DUT v roce 2023?",
        "Jaké výhody mají členové při účasti na seminářích?",
        "What is a smart city?",
        "Jak se přihlásím na příští seminář?",
        "How do I register for the next conference?",
        "When is the short proposal due in DUT Call 2025?",
        "Jaké semináře byly minulý měsíc?",
        "How much can a town get in the next call?",
    ],
)
def test_question_for_the_documents_is_left_to_them(text: str) -> None:
    assert query(text) is None


def test_words_for_whom_can_be_left_out() -> None:
    read = read_event_question("které výzvy pro obce končí v červnu?", NOW, PRAGUE)
    assert read is not None

    looser = read.looser()

    assert looser is not None
    assert (looser.query.words, looser.general) == ((), True)
    assert looser.looser() is None


def test_follow_up_changes_the_time() -> None:
    read = continue_event_question(
        "které výzvy pro obce končí v červnu?", "a v červenci?", NOW, PRAGUE
    )

    assert read is not None
    assert (read.query.start.date(), read.query.words) == (date(2027, 7, 1), ("obce",))


def test_follow_up_changes_the_kind() -> None:
    read = continue_event_question("kdy je příští seminář?", "a konference?", NOW, PRAGUE)

    assert read is not None
    assert read.query.kinds == ("conference",)


def test_follow_up_about_something_else_is_none() -> None:
    assert continue_event_question("kdy je příští seminář?", "a kolik stojí?", NOW, PRAGUE) is None


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
    ("text", "words", "aspect"),
    [
        ("Kdy je parkování v malém městě?", ("parkování", "malém", "městě"), "any"),
        ("kdy je parkovani v malem meste", ("parkovani", "malem", "meste"), "any"),
        ("Kdy začíná Urban Mobility Days?", ("urban", "mobility"), "start"),
        ("When is the Urban Mobility Days?", ("urban", "mobility"), "any"),
        ("Koná se konference Chytré regiony?", ("chytré", "regiony"), "start"),
        ("Kde je pracovní skupina Data a interoperabilita?", ("data", "interoperabilita"), "any"),
    ],
)
def test_an_event_is_asked_for_by_its_name(text: str, words: tuple[str, ...], aspect: str) -> None:
    read = read_event_question(text, NOW, PRAGUE)

    assert read is not None
    assert (read.named, read.general, read.query.aspect) == (True, False, aspect)
    assert tuple(word for word in read.query.words if word != "days") == words


@pytest.mark.parametrize(
    "text",
    [
        "Kdy vznikl klastr?",
        "Kdy se narodil první předseda a kolik stojí členství?",
        "When would our project begin?",
        "Kdy mohou města a obce?",
        "Jak se jmenuje seminář?",
    ],
)
def test_what_names_no_event_is_left_to_documents(text: str) -> None:
    read = read_event_question(text, NOW, PRAGUE)

    assert read is None or read.kept([fact("Parkování pro města a projekty klastru")]) == []


def test_a_named_event_has_the_name_in_its_title() -> None:
    read = read_event_question("Kde je Písek?", NOW, PRAGUE)

    assert read is not None
    titles = ("Parkování v malém městě", "Setkání v Písku", "Písek pod lupou")
    assert [each.title for each in read.kept([fact(title) for title in titles])] == [
        "Setkání v Písku",
        "Písek pod lupou",
    ]


def test_days_left_are_counted_to_a_deadline() -> None:
    read = query("Kolik dní zbývá do uzávěrky veřejného osvětlení?")

    assert read is not None
    assert (read.aspect, read.words) == ("deadline", ("veřejného", "osvětlení"))


@pytest.mark.parametrize(
    ("text", "czech"),
    [
        ("Kedy je najbližší seminár?", "Kdy je nejbližší seminář?"),
        ("Ktoré výzvy sú otvorené pre obce?", "Které výzvy jsou otevřené pro obce?"),
        ("kdy je nejblizsi konfernce", "kdy je nejbližší konference"),
        ("co je zitra za akce", "co je zítra za akce"),
        ("Kdy je další semniář?", "Kdy je další seminář?"),
    ],
)
def test_slovak_and_slips_ask_for_the_same(text: str, czech: str) -> None:
    assert query(text) == query(czech) is not None


def test_the_phrase_is_spelled_as_usual() -> None:
    read = query("co je zitra za akce")

    assert read is not None
    assert read.phrase == "zítra"


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
    assert read.kept([fact("First"), fact("Second")]) == [fact("Second")]


def test_a_follow_up_of_documents_is_none_of_events() -> None:
    assert follow_event_question(("Kdo vede klastr?",), "a kde sídlí?", NOW, PRAGUE) is None
    talk = ("Kdy je příští seminář?", "Kdo vede klastr?")
    assert follow_event_question(talk, "a kdy?", NOW, PRAGUE) is None
