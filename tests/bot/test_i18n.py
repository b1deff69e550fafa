"""Words, dates and spans in both languages; both catalogues say the same things."""

from __future__ import annotations

import ast
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import LANGUAGES, LOCALE, Phrases, catalogue

PRAGUE = ZoneInfo("Europe/Prague")
BOT = Path(__file__).parents[2] / "bot"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def texts(language: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            value = message.string or ""
            found[key] = (value,) if isinstance(value, str) else tuple(value)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_in_a_catalogue_twice(language: str) -> None:
    keys = re.findall(r'^msgid "(.+)"$', (LOCALE / f"{language}.po").read_text("utf-8"), re.M)

    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_catalogues_have_the_same_keys() -> None:
    assert sorted(texts("cs")) == sorted(texts("en"))


@pytest.mark.parametrize("key", sorted(texts("cs")))
def test_phrases_are_complete_and_share_their_fields(key: str) -> None:
    czech, english = texts("cs")[key], texts("en")[key]

    assert all(czech)
    assert all(english)
    assert len({frozenset(fields(text) - {"n"}) for text in czech + english}) == 1
    assert (len(czech) > 1) == (len(english) > 1)


def said(tree: ast.AST) -> set[str]:
    """Return the keys that a module says, shows as a toast or raises as an error."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    keys = set()
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        first = call.args[0]
        if name in ("say", "toast", "UserError") and isinstance(first, ast.Constant):
            keys.add(str(first.value))
    return {key for key in keys if re.fullmatch(r"[a-z_]+(\.\S+)+", key)}


def test_every_key_in_the_code_is_in_the_catalogues() -> None:
    keys = set().union(*(said(ast.parse(path.read_text("utf-8"))) for path in BOT.rglob("*.py")))

    assert sorted(keys - texts("cs").keys()) == []


#: Phrases that pages say: their templates and scripts name the keys.
OF_PAGES = ("web.", "editors.")


def shaped(tree: ast.AST) -> list[re.Pattern[str]]:
    """Return the shapes of the keys that a module puts together: f"respond.{mode}.done"."""
    made = [node.values for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    shapes = [
        "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in values)
        for values in made
    ]
    return [re.compile(shape) for shape in shapes if re.match(r"[a-z_]+\\\.", shape)]


def test_every_phrase_is_said_somewhere() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in BOT.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = {node.value for node in nodes if isinstance(node, ast.Constant)}
    shapes = [shape for tree in trees for shape in shaped(tree)]

    assert [
        key
        for key in texts("cs")
        if key not in named
        and not key.startswith(OF_PAGES)
        and not any(shape.fullmatch(key) for shape in shapes)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_shouted_and_reminders_have_one_name(language: str) -> None:
    said = {key: " ".join(values) for key, values in texts(language).items()}

    assert [key for key, text in said.items() if "!" in text.replace("[!", "")] == []
    assert [key for key, text in said.items() if re.search(r"\bnotices?\b", text, re.I)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "key", ["interest.consent", "error.admins_only", "interest.partner.first", "hand_on.done"]
)
def test_what_is_shown_to_who_pressed_fits_a_note(language: str, key: str) -> None:
    assert len(Phrases(language).say(key, name="J" * 30)) <= 200  # Telegram's limit


@pytest.mark.parametrize(
    ("n", "czech", "english"),
    [
        (0, "0 seminářů", "0 seminars"),
        (1, "1 seminář", "1 seminar"),
        (2, "2 semináře", "2 seminars"),
        (4, "4 semináře", "4 seminars"),
        (5, "5 seminářů", "5 seminars"),
        (21, "21 seminářů", "21 seminars"),
    ],
)
def test_plurals(n: int, czech: str, english: str) -> None:
    assert Phrases("cs").say("count.seminar", n=n) == czech
    assert Phrases("en").say("count.seminar", n=n) == english


@pytest.mark.parametrize(
    ("span", "czech", "english"),
    [
        ({"days": 7}, "za 7 dní", "in 7 days"),
        ({"days": 6, "hours": 19}, "za 6 dní a 19 hodin", "in 6 days and 19 hours"),
        ({"days": 1, "hours": 1}, "za 1 den a 1 hodinu", "in 1 day and 1 hour"),
        ({"days": 2, "hours": 3}, "za 2 dny a 3 hodiny", "in 2 days and 3 hours"),
        ({"hours": 1}, "za 1 hodinu", "in 1 hour"),
        ({"hours": 2, "minutes": 40}, "za 2 hodiny a 40 minut", "in 2 hours and 40 minutes"),
        ({"minutes": 59, "seconds": 57}, "za 1 hodinu", "in 1 hour"),
        ({"minutes": 22}, "za 22 minut", "in 22 minutes"),
        ({"seconds": 10}, "za 1 minutu", "in 1 minute"),
    ],
)
def test_left(span: dict[str, float], czech: str, english: str) -> None:
    assert Phrases("cs").left(timedelta(**span)) == czech
    assert Phrases("en").left(timedelta(**span)) == english


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (1, "v 1:30"),
        (2, "ve 2:30"),
        (9, "v 9:30"),
        (12, "ve 12:30"),
        (14, "ve 14:30"),
        (17, "v 17:30"),
        (20, "ve 20:30"),
    ],
)
def test_czech_preposition_before_hours(hour: int, said: str) -> None:
    assert Phrases("cs").at(datetime(2027, 6, 17, hour, 30, tzinfo=PRAGUE)) == said


def test_spans() -> None:
    start = datetime(2027, 6, 17, 10, tzinfo=PRAGUE)
    czech, english = Phrases("cs"), Phrases("en")

    assert czech.span(start, start.replace(hour=12)) == "čtvrtek 17. června 2027, 10:00–12:00"
    assert english.span(start, start.replace(hour=12)) == "Thursday, 17 June 2027, 10:00–12:00"
    assert czech.span(start, None, "short") == "čt 17. 6. 2027, 10:00"
    first, last = date(2027, 6, 17), date(2027, 6, 18)
    assert czech.span(first, last, "short") == "čt–pá 17.–18. 6. 2027"
    assert czech.span(first, last) == "čtvrtek 17. – pátek 18. června 2027"
    assert english.span(first, last, "short") == "Thu–Fri 17–18 Jun 2027"
    assert (
        czech.span(date(2027, 6, 30), date(2027, 7, 1), "short") == "st 30. 6. 2027 – čt 1. 7. 2027"
    )
    assert (
        english.span(start, start + timedelta(days=1, hours=3), "short")
        == "Thu 17 Jun 2027, 10:00 – Fri 18 Jun 2027, 13:00"
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (14, "pondělí 14. června 2027"),
        (16, "středy 16. června 2027"),
        (18, "pátku 18. června 2027"),
        (20, "neděle 20. června 2027"),
    ],
)
def test_czech_day_after_until(day: int, said: str) -> None:
    assert Phrases("cs").deadline_day(date(2027, 6, day)) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_zones_it_does_not_know(language: str) -> None:
    phrases = Phrases(language)

    assert phrases.zone_name("Europe/Brussels") in ("bruselského času", "Brussels time")
    assert phrases.zone_place("Asia/Tokyo") in ("v pásmu Tokyo", "Tokyo time")


def test_an_empty_word_is_no_phrase() -> None:
    assert [Phrases(language).knows("") for language in LANGUAGES] == [False, False]
