from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.documents import Section
from knowledge.extraction import Extracted
from knowledge.sources.absence import nowhere, says_not_found
from tests.knowledge.standins import Site


def page(title: str, text: str, heading: str = "") -> Extracted:
    path = (heading,) if heading else ()
    return Extracted(title=title, sections=(Section(path=path, text=text),))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Stránka nebyla nalezena", "Zkuste to znovu."),
        ("Chyba 404", "Tady nic není."),
        ("404 – Lhotka", "Vraťte se na úvod."),
        ("Lhotka", "Hledaný obsah na tomto webu již není k dispozici."),
        ("Lhotka", "Tuto stránku jsme nemohli najít."),
        ("Lhotka", "Zadali jste neplatnou adresu."),
        ("Lhotka", "Tento článek byl odstraněn."),
        ("Oops! That page can’t be found.", "Maybe try a search?"),
        ("Site", "Sorry, the page you are looking for doesn't exist."),
        ("Site", "It looks like nothing was found at this location."),
        ("Obec", "Ľutujeme, stránka sa nenašla: stránka neexistuje."),
    ],
)
def test_a_page_that_says_it_is_not_there_is_understood(title: str, text: str) -> None:
    assert says_not_found(page(title, text))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ztráty a nálezy: co nebylo nalezeno", "Nenalezené věci se po třech letech prodají."),
        ("Výzva č. 404/2027", "Žádosti se podávají do konce června."),
        ("Dotace 404 tisíc korun", "Obec získala dotaci na lávku."),
        ("Strategie", "Dokument schválila rada. " + "Cíle plní odbory úřadu. " * 20),
        ("Vodovod", "Voda není dnes k dispozici v ulici Dlouhá."),
    ],
)
def test_a_page_about_what_is_missing_is_a_page(title: str, text: str) -> None:
    assert not says_not_found(page(title, text))


def test_what_a_site_shows_for_any_address_is_not_taken_for_a_page(
    tmp_path: Path, site: Site
) -> None:
    from tests.knowledge.test_web import found, read, start  # noqa: PLC0415 -- shares its site

    wordless = "<h1>Jejda</h1><p>Někam se to zatoulalo, zkuste to prosím jinudy.</p>"
    start(site, "/a", "/gone")
    site.page("/a", "<h1>A</h1><p>Článek o tématu, který stojí jen na této stránce webu.</p>")
    site.page("/gone", wordless)
    site.page(nowhere("/"), wordless)

    items = read(tmp_path, site.source())

    assert found(site, items) == ["/", "/a"]
