from __future__ import annotations

import pytest

from knowledge.extraction import Raw, extract

INTRO = "Úvodní odstavec stránky o věcech obecních a městských, který má smysl."


def read(body: str) -> str:
    page = f"<html lang='cs'><body><main><h1>Titul</h1><p>{INTRO}</p>{body}</main></body></html>"
    found = extract(Raw(body=page.encode(), name="https://a.cz/x/", content_type="text/html"))
    (section,) = found.sections
    return section.text.removeprefix(INTRO).strip()


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "<thead><tr><th rowspan=2>Obec<th colspan=2>Rok</tr><tr><th>2026<th>2027</tr></thead>"
            "<tr><td>Písek<td>5<td>6</tr>",
            "| Obec | Rok 2026 | Rok 2027 |\n| --- | --- | --- |\n| Písek | 5 | 6 |",
        ),
        (
            "<tr><th colspan=2>Psi v obci</tr><tr><th>Druh<th>Sazba</tr><tr><td>Pes<td>500</tr>",
            "Psi v obci\n\n| Druh | Sazba |\n| --- | --- |\n| Pes | 500 |",
        ),
        (
            "<tr><td><strong>Druh</strong><td><p><b>Sazba</b></p></tr><tr><td>Pes<td>500</tr>",
            "| Druh | Sazba |\n| --- | --- |\n| Pes | 500 |",
        ),
        (
            "<tr><td><b>Druh</b><td><b>Pes</b></tr><tr><td><b>Sazba</b><td><b>500</b></tr>",
            "|  |  |\n| --- | --- |\n| Druh | Pes |\n| Sazba | 500 |",
        ),
        (
            "<tr><th>Starosta<td>Jan Nový</tr><tr><th>Telefon<td>381</tr>",
            "|  |  |\n| --- | --- |\n| Starosta | Jan Nový |\n| Telefon | 381 |",
        ),
    ],
)
def test_a_table_has_one_header_that_says_all_above_a_column(table: str, expected: str) -> None:
    assert read(f"<table>{table}</table>") == expected


def test_items_keep_their_numbers_and_numbers_their_units() -> None:
    items = "<ol start=3><li>činí 1\u202f200\u00a0Kč</li><li value=7>druhá</li><li>třetí</li></ol>"

    assert read(items) == "3. činí 1 200 Kč\n7. druhá\n8. třetí"
