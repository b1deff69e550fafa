from __future__ import annotations

import pytest

from knowledge.sentences import split


def texts(text: str) -> list[str]:
    return [span.of(text) for span in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Začíná 5. června 2027. Končí ve 14 hod.", ["Začíná 5. června 2027.", "Končí ve 14 hod."]),
        ("Podle čl. 3 odst. 2 platí to. Ano.", ["Podle čl. 3 odst. 2 platí to.", "Ano."]),
        ("Stojí 5 mil. Kč ročně. Více ne.", ["Stojí 5 mil. Kč ročně.", "Více ne."]),
        ("Ing. Jan Novák, Ph.D., řekl ano.", ["Ing. Jan Novák, Ph.D., řekl ano."]),
        ("Řekl: „Ano.“ Pak odešel.", ["Řekl: „Ano.“", "Pak odešel."]),
        ("Termín je 30. 6. 2027. Místo Písek.", ["Termín je 30. 6. 2027.", "Místo Písek."]),
        ("V roce 2024. Potom nic.", ["V roce 2024.", "Potom nic."]),
        ("10. výzva IROP běží. Je to tak?", ["10. výzva IROP běží.", "Je to tak?"]),
        ("The fee (approx. 5 EUR) is due. Pay.", ["The fee (approx. 5 EUR) is due.", "Pay."]),
        ("Města, obce atd. Další věta.", ["Města, obce atd.", "Další věta."]),
        ("Bez tečky", ["Bez tečky"]),
        ("— … —", []),
    ],
)
def test_split_knows_abbreviations_and_dates(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_split_takes_items_and_rows_alone_with_their_context() -> None:
    table = "| Rok | Cena |\n| --- | --- |\n| 2027 | 5 Kč |"
    text = f"Členové mají:\n\n- slevu\n- radu. A pomoc.\n\n{table}"

    assert [(span.of(text), span.context) for span in split(text)] == [
        ("Členové mají:", ""),
        ("slevu", "Členové mají:"),
        ("radu.", "Členové mají:"),
        ("A pomoc.", "Členové mají:"),
        ("| 2027 | 5 Kč |", "| Rok | Cena |"),
    ]


def test_split_keeps_lines_of_a_paragraph_together() -> None:
    assert texts("První řádek\ndruhý řádek.\n\nDalší.") == ["První řádek\ndruhý řádek.", "Další."]
