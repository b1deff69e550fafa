"""Which items of two sources are one event, and which only look alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheduler.events import Deadline, Event, EventKind, Version
from scheduler.reconciling.merging import name
from tests.scheduler.posting import at

DAY = "2027-06-17"


def talk(title: str, when: str | date = f"{DAY} 10:00", **fields: object) -> Event:
    """Return a seminar; its source and page follow from its title, unless told."""
    start = at(when) if isinstance(when, str) else when
    given = {
        "uid": f"{title}|{when}|{fields}",
        "title": title,
        "kind": EventKind.SEMINAR,
        "start": start,
        "all_day": not isinstance(when, str),
        **fields,
    }
    return Event(**given)  # type: ignore[arg-type]


def call(title: str, *days: str) -> Event:
    deadlines = tuple(Deadline(at=at(f"{day} 17:00")) for day in days)
    return Event(uid=f"{title}|{days}", title=title, kind=EventKind.CALL, deadlines=deadlines)


def pair(one: Event, other: Event) -> tuple[Event, Event]:
    """Let two sources tell of them, each on a page of its own where none is said."""
    return (
        replace(one, source="a", url=one.url or "https://a.example/1"),
        replace(other, source="b", url=other.url or "https://b.example/2"),
    )


SHARED = "https://x.example/akce"
ENGLISH = Version(language="en", title="?", url="https://b.example/2")
ONE = [
    (talk("Parkování v malém městě"), talk("Seminář: Parkování v malém městě")),
    (talk("Parkovaní v malem městě"), talk("Parkování v malém městě")),
    (talk("Data ve městě"), talk("Webinář: Data ve městě (online)", place="online")),
    (talk("Školení eGovernment"), talk("Školení eGovernment", date(2027, 6, 17))),
    (talk("Beseda o datech"), replace(
        talk("Beseda o datech"), uid="utc", start=datetime(2027, 6, 17, 8, tzinfo=UTC))),
    (talk("Parkování v malém městě", place="Písek"),
     talk("Parkování v malém městě – jak na to", place="Písek, Sál")),
    (talk("Beseda o vodě", place="Sál, Písek"), talk("Beseda o vodě", place="Písek")),
    (talk("SCSP"), talk("Smart City Symposium Prague (SCSP)")),
    (talk("Chytrá města", versions=(ENGLISH,), url="https://a.example/cs"),
     talk("Smart Cities", language="en", url="https://b.example/2")),
    (talk("Urbis: veletrh", place="BVV, Brno"),
     talk("Urbis 2027 fair", place="BVV, Brno", language="en")),
    (talk("Energetické komunity pro obce", place="Magistrát, Brno"),
     talk("Energy communities for municipalities", place="City Hall, Brno", language="en")),
    (talk("Chytré parkování v malých městech", place="Praha, CAMP"),
     talk("Smart parking in small towns", place="CAMP, Prague", language="en")),
    (talk("Kybernetická bezpečnost úřadů", place="online", url="https://a.example/cs/kyber"),
     talk("Cyber security of offices", place="online", language="en",
          url="https://a.example/en/cyber")),
    (talk("Jak na dotace", url="https://a.example/cs/akce/jak-na-dotace-2027"),
     talk("Money for towns", language="en", url="https://a.example/en/events/jak-na-dotace-2027")),
    (call("Energetické společenství obcí", "2027-06-09"),
     replace(call("Energy communities of municipalities", "2027-06-09"), language="en")),
    (talk("XII. ročník konference Voda a město"), talk("Konference Voda a město")),
    (talk("12th annual Water and Cities"), talk("Water and Cities 2027")),
    (talk("Adaptace měst na změnu kli…"), talk("Adaptace měst na změnu klimatu a sucho")),
    (talk("Letní škola mobility", date(2027, 7, 6), end=date(2027, 7, 9), place="Tábor"),
     talk("Summer School of Mobility", "2027-07-06 10:00", end=at("2027-07-09 12:00"),
          place="Tábor", language="en")),
    (call("Smart cities: HORIZON-MISS-2027-CIT-01", "2027-09-09"),
     call("HORIZON-MISS-2027-CIT-01", "2027-09-09")),
    (talk("Den otevřených dveří", url=SHARED), talk("Dveře dokořán", url=SHARED)),
    (call("10. výzva IROP – Kybernetická bezpečnost", "2027-06-09"),
     call("IROP: 10. výzva Kybernetická bezpečnost", "2027-06-09")),
    (call("Podpora obnovitelných zdrojů energie obcí", "2027-05-09"),
     call("Podpora obnovitelných zdrojů energie obcí 2027", "2027-06-09")),
]  # fmt: skip
TWO = [
    (talk("Seminář 1"), talk("Seminář 2")),
    (talk("Smart Academy I"), talk("Smart Academy II")),
    (talk("Školení GIS – modul A", place="Brno"), talk("Školení GIS", place="Brno")),
    (talk("Smart Academy – první část"), talk("Smart Academy – druhá část")),
    (talk("Seminář k výzvě – Brno"), talk("Seminář k výzvě – Praha")),
    (talk("Informační seminář Doprava", place="Krajský úřad, Ostrava"),
     talk("Informační seminář Doprava", place="Krajský úřad, Plzeň")),
    (talk("Školení eGovernment", f"{DAY} 09:00"), talk("Školení eGovernment", f"{DAY} 14:00")),
    (talk("Konference Urbis"), talk("Konference Urbis", "2028-06-15 10:00")),
    (talk("Urbis 2027", date(2027, 6, 17)), talk("Urbis 2028", date(2027, 6, 17))),
    (talk("Beseda o vodě", place="Praha"),
     talk("Energy workshop", place="Praha", language="en")),
    # Of one morning, in one house, in two languages: what each alone is about keeps them apart.
    (talk("Data v dopravě obcí", place="Brno, KUMST"),
     talk("Data for energy in municipalities", place="Brno, KUMST", language="en")),
    (talk("Chytré parkování", place="Brno, KUMST"),
     talk("Smart lighting", place="Brno, KUMST", language="en")),
    (talk("Energetické komunity 1", place="Brno"),
     talk("Energy communities 2", place="Brno", language="en")),
    (talk("Energetické komunity", f"{DAY} 09:00", place="Brno"),
     talk("Energy communities", f"{DAY} 14:00", place="Brno", language="en")),
    (talk("Energetické komunity", place="Brno"),
     talk("Energy communities", place="Ostrava", language="en")),
    (talk("Energie", place="VUT, Brno"),
     talk("Energy", place="KUMST, Brno", language="en")),
    (talk("Energie", place="online"), talk("Energy", place="online", language="en")),
    (talk("Workshop", place="Brno"), talk("Training", place="Brno", language="en")),
    (call("Energetické komunity", "2027-06-09"),
     replace(call("Energy communities of towns", "2027-06-10"), language="en")),
    (call("Energetika budov", "2027-06-09"),
     replace(call("Energy communities", "2027-06-09"), language="en")),
    (talk("Ranní beseda", f"{DAY} 09:00", url=SHARED),
     talk("Večerní koncert", f"{DAY} 19:00", url=SHARED)),
    (talk("Veletrh Urbis", date(2027, 6, 16), end=date(2027, 6, 18)),
     talk("Veletrh Urbis – den obcí", date(2027, 6, 17))),
    (call("10. výzva IROP – Bezpečnost", "2027-06-09"),
     call("11. výzva IROP – Bezpečnost", "2027-06-09")),
    (call("HORIZON-CL5-2027-D4-01-01", "2027-09-09"),
     call("HORIZON-CL5-2027-D4-01-02", "2027-09-09")),
    (call("Výzva na podporu obnovitelných zdrojů energie obcí 2026", "2026-12-09"),
     call("Výzva na podporu obnovitelných zdrojů energie obcí 2027", "2027-06-09")),
    (call("RES+", "2027-05-09"), call("RES+", "2027-10-09")),
    (call("Výzva Energie", DAY), talk("Seminář k výzvě Energie")),
    (talk("Seminář"), talk("Workshop")),
    (talk("Adaptace měst na změnu klimatu"), talk("Adaptace měst na změnu v dopravě…")),
    (call("Voda: HORIZON-MISS-2027-CIT-01", "2027-09-09"),
     call("Voda a lesy: HORIZON-MISS-2027-CIT-02", "2027-09-09")),
    (talk("Energetické komunity", date(2027, 6, 17), place="Brno"),
     talk("Energy communities", f"{DAY} 14:00", place="Brno", language="en")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ONE)
def test_what_is_one_event(one: Event, other: Event) -> None:
    for items in (pair(one, other), pair(other, one)):
        assert len(set(name(items, {}).values())) == 1


@pytest.mark.parametrize(("one", "other"), TWO)
def test_what_only_looks_alike(one: Event, other: Event) -> None:
    for items in (pair(one, other), pair(other, one)):
        assert len(set(name(items, {}).values())) == 2
