"""Names of zones, and local times in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scheduler.zones import at_local, fold, zone_named

NAMES = [
    ("Europe/Prague", "Europe/Prague"),
    ("UTC", "UTC"),
    ("Z", "UTC"),
    ("CET", "Europe/Prague"),
    ("SELČ", "Europe/Prague"),
    ("Praha", "Europe/Prague"),
    ("Brussels", "Europe/Brussels"),
    ("Brusel", "Europe/Brussels"),
    ("AoE", "Etc/GMT+12"),
    ("UTC-12", "Etc/GMT+12"),
    ("UTC+2", "Etc/GMT-2"),
    ("GMT+1:00", "Etc/GMT-1"),
    ("UTC+0", "UTC"),
    ("UTC+14", "Etc/GMT-14"),
    ("UTC-13", ""),
    ("UTC+15", ""),
    ("-99", ""),
    ("/freeassociation.sourceforge.net/Europe/London", "Europe/London"),
    ("(UTC+01:00) Praha, Bratislava", "Europe/Prague"),
    ("Nikde", ""),
    ("", ""),
    ("EST", ""),
]


@pytest.mark.parametrize(("name", "zone"), NAMES)
def test_names_of_zones(name: str, zone: str) -> None:
    assert zone_named(name) == zone


def test_a_name_that_means_nothing_gives_the_other() -> None:
    assert zone_named("Nikde", "Europe/Prague") == "Europe/Prague"


LOCAL = [
    ("2027-06-17T10:00", "2027-06-17T08:00", "2027-06-17T10:00:00+02:00"),
    ("2027-03-28T02:30", "2027-03-28T01:30", "2027-03-28T03:30:00+02:00"),
    ("2027-10-31T02:30", "2027-10-31T00:30", "2027-10-31T02:30:00+02:00"),
]


@pytest.mark.parametrize(("local", "utc", "shown"), LOCAL)
def test_local_times(local: str, utc: str, shown: str) -> None:
    instant = at_local(datetime.fromisoformat(local), "Europe/Prague")

    assert instant.astimezone(UTC) == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert instant.isoformat() == shown


def test_folding() -> None:
    assert fold("Příliš ŽLUŤOUČKÝ kůň ľĺŕ") == "prilis zlutoucky kun llr"
