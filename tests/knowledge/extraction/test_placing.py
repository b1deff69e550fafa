from __future__ import annotations

from knowledge.extraction import Raw, extract

FIRST = "Obecní kompostárna přijímá trávu, listí a větve od všech občanů obce každou sobotu ráno."
SECOND = "Příspěvek na provoz činí 365 korun ročně za domácnost a platí se předem na úřadě obce."


def texts(table: str) -> list[str]:
    page = f"<html lang='cs'><body><table>{table}</table></body></html>"
    found = extract(Raw(body=page.encode(), name="https://a.cz/x/", content_type="text/html"))
    return [section.text for section in found.sections]


def test_what_a_table_places_around_the_content_is_left_out() -> None:
    menu = "".join(f"<a href='/{name}'>{name}</a><br>" for name in ("deska", "odbory", "kontakty"))

    assert texts(
        f"<tr><td colspan=3><font>Vítejte v obci</font></td></tr><tr><td><b>Menu</b><br>{menu}</td>"
        f"<td><b>Kompostárna</b><br><br><p>{FIRST}</p><p>{SECOND}</p></td>"
        "<td width=160><b>Počasí zítra</b></td></tr><tr><td colspan=3>Všechna práva</td></tr>"
    ) == [f"Kompostárna\n\n{FIRST}\n\n{SECOND}"]


def test_a_table_with_a_long_cell_stays_a_table() -> None:
    assert texts(
        f"<tr><td>Název</td><td>Kompostárna</td></tr><tr><td>Popis</td><td><p>{FIRST}</p></td></tr>"
    ) == [f"|  |  |\n| --- | --- |\n| Název | Kompostárna |\n| Popis | {FIRST[:-1]} |"]
