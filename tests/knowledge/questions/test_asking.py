"""What questions ask for, and what sentences offer."""

from __future__ import annotations

import pytest

from knowledge.questions.asking import Kind, asked, asking_words, offers


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Kdy začíná konference?", (Kind.DATE,)),
        ("Do kdy se podávají žádosti?", (Kind.DATE,)),
        ("By when must the project be finished?", (Kind.DATE,)),
        ("Kolik stojí členství?", (Kind.MONEY,)),
        ("kolik z toho může dostat jedna obec?", (Kind.MONEY,)),
        ("How much is the fee?", (Kind.MONEY,)),
        ("Kolik členů má klastr?", (Kind.COUNT,)),
        ("How many cities took part?", (Kind.COUNT,)),
        ("Kdo je prezidentem?", (Kind.PERSON,)),
        ("Who chairs the committee?", (Kind.PERSON,)),
        ("Kde se koná setkání?", (Kind.PLACE,)),
        ("What share of costs is covered by the programme?", (Kind.MONEY, Kind.SHARE)),
        ("Jak dlouho trvá studium?", (Kind.DURATION,)),
        ("How often does the group meet?", (Kind.FREQUENCY,)),
        ("V kolik hodin to začíná?", (Kind.HOUR,)),
        ("V kolika městech to běží?", (Kind.COUNT,)),
        ("Jak velká je expozice?", (Kind.MEASURE,)),
        ("Kolik celá expozice v Tampere stála?", (Kind.MONEY,)),
        ("Kolik město za koncepci zaplatilo?", (Kind.MONEY,)),
        ("Jaký plat má ředitel?", (Kind.MONEY,)),
        ("Kolik má třetí výzva?", (Kind.COUNT, Kind.MONEY)),
        ("Koľko členov má klub?", (Kind.COUNT,)),
        ("Dokedy sa dá prihlásiť?", (Kind.DATE,)),
        ("Kdo může žádat?", (Kind.LIST,)),
        ("Který slovenský ministr vystoupil?", (Kind.PERSON,)),
        ("Ve kterém městě byla konference?", (Kind.PLACE,)),
        ("Which four bodies signed it?", (Kind.PERSON,)),
        ("Co je koncept SMART?", ()),
        ("Od kdy se přijímají žádosti o dotace?", (Kind.DATE,)),
        ("Kdo vybírá poplatky?", (Kind.PERSON,)),
        ("Dostanu dotaci na plynový kotel?", ()),
        ("Kdy je seminář a jaká je cena?", (Kind.DATE, Kind.MONEY)),
        ("Jaká je výše dotace?", (Kind.MONEY,)),
        ("rozpočet projektu", (Kind.MONEY,)),
        ("Kdo je členem klastru?", (Kind.LIST,)),
    ],
)
def test_kind_of_answer_is_read_from_the_question(question: str, kinds: tuple[Kind, ...]) -> None:
    assert asked(question) == kinds


@pytest.mark.parametrize(
    ("sentence", "kind", "pieces"),
    [
        ("Žádosti do 30. 10. 2025 v 11:00.", Kind.DATE, ["30. 10. 2025"]),
        ("It opens on 4 February 2026.", Kind.DATE, ["4 February", "2026"]),
        ("Rozpočet je 2,3 milionu korun.", Kind.MONEY, ["2,3 milionu korun"]),
        ("Membership costs nothing.", Kind.MONEY, ["costs nothing"]),
        ("ISO 37122 vyšla v květnu 2019 a má 80 ukazatelů.", Kind.COUNT, ["80"]),
        ("Na 3. místě skončilo sedm měst, 15 % z nich poprvé.", Kind.COUNT, ["sedm"]),
        ("Výzkum vede Jana Nováková.", Kind.PERSON, ["Jana Nováková"]),
        ("Projekt trvá až 48 měsíců.", Kind.DURATION, ["48 měsíců"]),
        ("It has 57 pages.", Kind.DURATION, ["57 pages"]),
        ("Schází se třikrát ročně.", Kind.FREQUENCY, ["třikrát", "ročně"]),
        ("Začíná v 17 hodin.", Kind.HOUR, ["v 17"]),
    ],
)
def test_pieces_of_a_kind_are_found(sentence: str, kind: Kind, pieces: list[str]) -> None:
    assert [sentence[each.start : each.end].strip() for each in offers(sentence, kind)] == pieces


def test_words_that_tell_the_kind_are_known() -> None:
    assert asking_words("Kolik peněz je ve třetí výzvě?") == {"kolik", "penez"}
    assert asking_words("Co je koncept?") == frozenset()
