from __future__ import annotations

import pytest

from knowledge.languages import detect, detect_within, fold, group, stem, tokens


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kdy je další seminář o parkování?", "cs"),
        ("kdy je dalsi seminar o parkovani", "cs"),
        ("Ktoré mestá sú členmi klastra?", "sk"),
        ("ktore mesta su clenmi a kedy bol klaster zalozeny", "sk"),
        ("How much does membership cost?", "en"),
        ("open calls for cities", "en"),
        ("Wann findet die nächste Konferenz für Städte statt?", "de"),
        ("Kiedy odbędzie się konferencja i kto może wziąć udział?", "pl"),
        ("Коли відбудеться наступна конференція?", "uk"),
        ("12. 5. 2027", "und"),
        ("", "und"),
    ],
)
def test_detect_tells_the_language_of_a_few_words(text: str, language: str) -> None:
    assert detect(text) == language


def test_detect_falls_back_to_the_given_language() -> None:
    assert detect("2027", "cs") == "cs"


def test_tokens_hold_stems_codes_and_grams() -> None:
    assert tokens("Výzva TA-01", "cs") == [
        "ta-01",
        "vyzv",
        "_vyzv",
        "_yzva",
        "ta",
        "_ta",
        "01",
        "_01",
    ]


def test_tokens_of_inflected_words_meet() -> None:
    shared = set(tokens("členství univerzity", "cs")) & set(tokens("členstvím univerzitám", "cs"))

    assert {"_clen", "_lens", "univerzit"} <= shared


def test_stem_leaves_words_of_other_languages_whole() -> None:
    assert stem("Städte", "de") == "stadte"


def test_fold_drops_case_and_accents() -> None:
    assert fold("Žluťoučký KŮŇ") == "zlutoucky kun"


def test_group_puts_slovak_with_czech() -> None:
    assert [group(language) for language in ("cs", "sk", "en", "pl", "und")] == [
        "cs",
        "cs",
        "en",
        "other",
        "other",
    ]


@pytest.mark.parametrize(
    ("text", "around", "language"),
    [
        ("Konference The Pathway to the Future of Cities se koná v Ostravě 7. dubna.", "cs", "cs"),
        ("The Ministry (Ministerstvo pro místní rozvoj) opens the call in May.", "en", "en"),
        ("Membership of universities in the cluster is free of charge.", "cs", "en"),
        ("Členství univerzit v klastru je zdarma, o přijetí rozhoduje rada.", "en", "cs"),
        ("Členstvo univerzít v klastri je bezplatné, o prijatí rozhoduje rada.", "cs", "sk"),
        ("2027", "en", "en"),
    ],
)
def test_a_piece_is_in_another_language_only_where_more_speaks_for_it(
    text: str, around: str, language: str
) -> None:
    assert detect_within(text, around) == language
