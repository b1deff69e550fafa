"""Which questions ask for rows of the scheduler, and for which."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.documents import EventFact, EventQuery
from knowledge.questions.eventquestions import read_event_question

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
            (),
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
            (),
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
        "Do kdy museli Češi poslat návrh do DUT v roce 2023?",
        "What is a smart city?",
        "Jak se přihlásím na příští seminář?",
        "How do I register for the next conference?",
        "When is the short proposal due in DUT Call 2025?",
        "How much can a town get in the next call?",
    ],
)
def test_question_for_the_documents_is_left_to_them(text: str) -> None:
    assert query(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Jaké výhody mají členové při účasti na seminářích?",
        "When did the networked digital twins call close?",
        "Kdo všechno smí na semináře klastru?",
        "Co podporuje výzva IROP?",
    ],
)
def test_what_no_row_holds_is_left_to_documents(text: str) -> None:
    read = read_event_question(text, NOW, PRAGUE)

    assert read is None or (read.general, read.sure) == (False, False)


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
        ("stihnu ještě podat žádost do SIGMA?", ("sigma",), "deadline"),
        ("until when can I apply for SIGMA?", ("sigma",), "deadline"),
        ("Kdy se otevře SIGMA?", ("sigma",), "start"),
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

    assert read is None or read.kept([fact("Parkování pro města a projekty klastru")], NOW) == []


def test_a_named_event_has_the_name_in_its_title() -> None:
    read = read_event_question("Kde je Písek?", NOW, PRAGUE)

    assert read is not None
    titles = ("Parkování v malém městě", "Setkání v Písku", "Písek pod lupou")
    assert [each.title for each in read.kept([fact(title) for title in titles], NOW)] == [
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
    ("text", "kinds", "words"),
    [
        ("Does the cluster have a seminar on parking?", ("seminar",), ("parking",)),
        ("Koná se konference Chytré regiony?", ("conference",), ("chytré", "regiony")),
        ("výzvy v Plzeňském kraji", ("call",), ("plzeňském",)),
        ("Events about transport", (), ("transport",)),
        ("Které akce se týkají dopravy?", (), ("dopravy",)),
        ("Co bude v Praze?", (), ("praze",)),
        ("a co výzvy?", ("call",), ()),
        ("Co mě čeká zítra?", (), ()),
        ("co je příští týden", (), ()),
        ("What is on next week?", (), ()),
    ],
)
def test_a_question_without_a_verb_of_time_is_one_too(
    text: str, kinds: tuple[str, ...], words: tuple[str, ...]
) -> None:
    read = read_event_question(text, NOW, PRAGUE)

    assert read is not None
    assert (read.query.kinds, tuple(w for w in read.query.words if w != "kraji")) == (kinds, words)
    assert read.general == (not words)


@pytest.mark.parametrize(
    ("text", "eligible", "inhabitants"),
    [
        ("které výzvy pro obce končí v červnu?", ("municipality",), None),
        ("Calls for universities and companies?", ("university", "company"), None),
        ("výzvy pro obce do 5 000 obyvatel", ("municipality",), (0, 5000)),
        ("calls for towns over 10,000 inhabitants", ("municipality",), (10_000, 10**9)),
        ("jsme obec se 3 200 obyvateli, jaké výzvy jsou pro nás?", ("municipality",), (3200, 3200)),
        ("výzvy pro města do 50 tisíc obyvatel", ("municipality",), (0, 50_000)),
        ("jaké dotace jsou teď pro kraje", ("region",), None),
        ("open calls for the NGOs", ("ngo",), None),
    ],
)
def test_for_whom_a_call_is(
    text: str, eligible: tuple[str, ...], inhabitants: tuple[int, int] | None
) -> None:
    read = query(text)

    assert read is not None
    assert (read.kinds, read.eligible, read.inhabitants) == (("call",), eligible, inhabitants)


@pytest.mark.parametrize(
    ("text", "state", "aspect", "asks_state"),
    [
        ("Které výzvy jsou otevřené?", "open", "deadline", False),
        ("How many calls are open?", "open", "deadline", False),
        ("chystané výzvy", "planned", "start", False),
        ("Which calls are planned?", "planned", "start", False),
        ("Is the SIGMA call still open?", "", "deadline", True),
        ("Je výzva OPST otevřená?", "", "deadline", True),
        ("When does the DUT call open?", "", "start", False),
        ("Která výzva se otevírá příští měsíc?", "", "start", False),
    ],
)
def test_in_which_state_calls_are_asked_for(
    text: str, state: str, aspect: str, asks_state: bool
) -> None:
    read = query(text)

    assert read is not None
    assert (read.state, read.aspect, read.asks_state) == (state, aspect, asks_state)


@pytest.mark.parametrize(
    ("text", "start", "end", "picked"),
    [
        ("Jaké semináře byly minulý měsíc?", date(2027, 4, 1), date(2027, 5, 1), 0),
        ("Jaké semináře byly v květnu?", date(2027, 5, 1), NOW.date(), 0),
        ("Jaké semináře byly v prosinci?", date(2026, 12, 1), date(2027, 1, 1), 0),
        ("co jsem zmeškal?", date(2027, 4, 27), NOW.date(), 0),
        ("What did I miss last week?", date(2027, 5, 17), date(2027, 5, 24), 0),
        ("Kdy byl poslední webinář?", date(2026, 4, 23), NOW.date(), -1),
        ("Kdy byl webinář o bezpečnosti?", date(2026, 4, 23), NOW.date(), 0),
    ],
)
def test_what_was_is_asked_of_rows_too(text: str, start: date, end: date, picked: int) -> None:
    read = read_event_question(text, NOW, PRAGUE)

    assert read is not None
    assert read.query.end is not None
    assert (read.query.past, read.picked) == (True, picked)
    assert (read.query.start.date(), read.query.end.date()) == (start, end)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Co se koná v prosnici?", "v prosinci"),
        ("seminare v cervnnu", "v červnu"),
        ("akce do konce litsopadu", "do konce listopadu"),
        ("co je v zari za akce", "v září"),
        ("events in septmber", "in september"),
        ("akce v cervenc", "v červenci"),
    ],
)
def test_a_month_is_known_in_spite_of_a_slip(text: str, phrase: str) -> None:
    read = query(text)

    assert read is not None
    assert read.phrase == phrase


@pytest.mark.parametrize(
    ("text", "weak"),
    [
        ("super, a co výzvy?", False),
        ("Jaké výzvy máte?", False),
        ("Jaké semináře klastr pořádá?", True),
        ("Jaké pracovní skupiny klastr má?", True),
        ("Kdy je pracovní skupina Doprava?", False),
    ],
)
def test_what_documents_may_know_better_is_asked_of_them_first(text: str, weak: bool) -> None:
    read = read_event_question(text, NOW, PRAGUE)

    assert read is not None
    assert read.weak is weak


@pytest.mark.parametrize(
    ("text", "of_rows"),
    [
        ("Kolik je otevřených výzev?", True),
        ("How many seminars are there in June?", True),
        ("Kolik je dotace na osvětlení?", False),
        ("Kolik stojí seminář?", False),
        ("What is the deadline of HORIZON-MISS-2026-04-CIT?", True),
        ("Kdy byl seminář v roce 2018?", False),
    ],
)
def test_numbers_of_events_are_counted_and_sums_are_not(text: str, of_rows: bool) -> None:
    assert (query(text) is not None) is of_rows
