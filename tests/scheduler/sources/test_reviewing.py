"""Which events wait for an editor."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.events import Review
from scheduler.settings import EventSourceSettings
from scheduler.sources.reviewing import trusted
from tests.scheduler.sources.reading import as_json, read

URL = "https://www.obec.example/akce/"
DATA = (
    '<script type="application/ld+json">'
    + as_json({"@type": "Event", "name": "Parkování", "startDate": "2027-06-17"})
    + "</script>"
)
PROSE = "<h1>Seminář Parkování</h1><p>Koná se 17. června 2027 od 10:00 v Písku.</p>"

CASES = [
    ({}, DATA, Review.SUGGESTED),
    ({"trusted_hosts": ("jinde.example",)}, DATA, Review.SUGGESTED),
    ({"trusted_hosts": ("example",)}, DATA, Review.APPROVED),
    ({"trusted_hosts": ("obec.example",)}, DATA, Review.APPROVED),
    ({"trusted_hosts": ("WWW.obec.example",)}, DATA, Review.APPROVED),
    ({"trusted_hosts": ("ec.example",)}, DATA, Review.SUGGESTED),
    ({"trusted_hosts": ("obec.example",)}, PROSE, Review.SUGGESTED),
    ({"trusted_hosts": ("obec.example",), "review": True}, DATA, Review.SUGGESTED),
    ({"review": False}, DATA, Review.APPROVED),
    ({"review": False}, PROSE, Review.APPROVED),
]


def test_the_eu_portal_is_trusted_by_its_own_host() -> None:
    assert trusted(EventSourceSettings(name="eu", kind="funding", trusted_hosts=("ec.europa.eu",)))
    assert not trusted(EventSourceSettings(name="eu", kind="funding"))


@pytest.mark.parametrize(("values", "page", "wanted"), CASES)
def test_what_is_unsaid_waits_for_prose_and_strangers(
    values: dict[str, Any], page: str, wanted: Review
) -> None:
    settings = EventSourceSettings(name="pages", kind="jsonld", url=URL, **values)

    result = read(settings, {URL: f"<html><body>{page}</body></html>"})

    assert [event.review for event in result.events] == [wanted]
