"""Whom an event is for."""

from __future__ import annotations

import pytest

from scheduler.addressees import eligible_in, region_in

REGIONS = [
    ("Ústecký kraj", "Ústecký kraj"),
    ("Smart Region Tour – Jihočeský kraj", "Jihočeský kraj"),
    ("Výzva pro obce v Moravskoslezském kraji", "Moravskoslezský kraj"),
    ("Pracovní skupina Středočeského kraje", "Středočeský kraj"),
    ("Chytrý Plzeňský kraj", "Plzeňský kraj"),
    ("Královéhradecký kraj", "Královéhradecký kraj"),
    ("Kraj Vysočina", "Kraj Vysočina"),
    ("dotace Kraje Vysočina", "Kraj Vysočina"),
    ("Olomouc", ""),
    ("Brno, výstaviště", ""),
    ("kraje KVK, ÚK, MSK", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "region"), REGIONS)
def test_regions(text: str, region: str) -> None:
    assert region_in("", text) == region


ELIGIBLE = [
    ("", "Žádat mohou obce, kraje a jejich organizace.", ("municipality", "region")),
    ("Výzva pro obce", "", ("municipality",)),
    ("", "Oprávnění žadatelé: podniky a výzkumné organizace.", ("university", "company")),
    ("", "Municipalities may take part, as may SMEs and NGOs.", ("municipality", "company", "ngo")),
    ("", "Open to universities.", ("university",)),
    ("", "Podpora je určena obcím v Jihočeském kraji.", ("municipality",)),
    ("", "Žádat mohou obce z Karlovarského, Ústeckého a Zlínského kraje.", ("municipality",)),
    ("", "Žadatelé z obcí a krajů.", ("municipality", "region")),
    ("", "Žádat mohou obce v kraji i kraj sám.", ("municipality", "region")),
    ("", "Eligible: municipalities in the South Bohemian Region.", ("municipality",)),
    ("", "Applicants come from the cities and regions.", ("municipality", "region")),
    ("", "Výzvu vyhlásilo město Písek.", ()),
    ("", "", ()),
]


@pytest.mark.parametrize(("title", "text", "who"), ELIGIBLE)
def test_who_may_apply(title: str, text: str, who: tuple[str, ...]) -> None:
    assert eligible_in(title, text) == who
