"""Ends of registration: from every kind of source, planned, told, and told again when moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.events import Change, Deadline, Event, EventKind, Lead, Precision
from scheduler.reminders import anchors
from scheduler.settings import EventSourceSettings
from scheduler.sources.tables import read_csv
from tests.scheduler.conftest import MakeWorld
from tests.scheduler.posting import at, chat, seminar
from tests.scheduler.sources.reading import NOW, as_json, read

ENDS = Deadline(at=at("2027-06-14 23:59"), precision=Precision.DATE)
LATE_MAY = at("2027-05-25 12:00")


def open_seminar() -> Event:
    return seminar(deadlines=(ENDS,))


def event_page(**more: object) -> str:
    event = {"@type": "Event", "name": "Seminář", "startDate": "2027-06-17T10:00+02:00"}
    data = as_json({"@context": "https://schema.org", **event, **more})
    return f"<h1>Seminář</h1><script type='application/ld+json'>{data}</script>"


ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:s
SUMMARY:Seminář
DTSTART;TZID=Europe/Prague:20270617T100000
{line}
END:VEVENT
END:VCALENDAR"""
PLUGIN_EVENT = {
    "id": 7,
    "title": "Seminář",
    "start_date": "2027-06-17 10:00:00",
    "timezone": "Europe/Prague",
}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("ics", ICS.format(line="DESCRIPTION:Zveme vás.\\nPřihlášky do 14. 6.")),
        ("ics", ICS.format(line="X-CSCC-DEADLINE;VALUE=DATE:20270614")),
        ("jsonld", event_page(offers={"validThrough": "2027-06-14"})),
        ("jsonld", event_page(offers=[{"availabilityEnds": "2027-06-14"}])),
        ("jsonld", event_page(description="<p>Registrace do 14.&nbsp;června.</p>")),
        ("jsonld", event_page() + "<p>Registrujte se nejpozději do 14. 6. 2027.</p>"),
        ("tribe", {"description": "<p>Registrace končí 14. 6.</p>"}),
        ("tribe", {"custom_fields": {"f1": {"label": "Registrace do", "value": "14. 6. 2027"}}}),
        ("tribe", {"custom_fields": {"Registration deadline": "14/06/2027"}}),
        ("tribe", {"tickets": [{"available_until": "2027-06-14"}]}),
    ],
)
def test_a_source_says_until_when_one_registers(kind: str, body: str | dict[str, object]) -> None:
    url = "https://obec.example/"
    settings = EventSourceSettings.model_validate({"name": "s", "kind": kind, "url": url})
    if isinstance(body, dict):
        answer = as_json({"events": [{**PLUGIN_EVENT, **body}], "total_pages": 1})
        pages = {f"{url}wp-json/tribe/events/v1/events": answer}
    else:
        pages = {url: body}
    (event,) = read(settings, pages).events
    assert (event.start, event.deadlines) == (at("2027-06-17 10:00"), (ENDS,))


def test_a_column_says_until_when_one_registers() -> None:
    table = (
        "Název;Datum;Přihlášky do;Odkaz na registraci\n"
        "Seminář;17. 6. 2027 10:00;14. 6. 2027;https://obec.example/\n"
        "Exkurze;18. 6. 2027 10:00;do naplnění kapacity;\n"
        "Výzva Mosty;;14. 6. 2027;\n"
    )
    settings = EventSourceSettings(name="s", kind="files", path="x.csv")
    result = read_csv(table.encode(), "x.csv", settings, NOW)
    assert result.failures == ()
    assert [(one.kind, one.deadlines) for one in result.events] == [
        (EventKind.SEMINAR, (ENDS,)),
        (EventKind.SEMINAR, ()),
        (EventKind.CALL, (ENDS,)),
    ]


async def test_it_is_told_before_it_ends_and_before_the_event_begins(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(open_seminar())
    await world.until(at("2027-06-18 12:00"))
    told = [(n.due_at, n.items[0].kind.value) for n in world.deliverer.posted]
    assert told == [
        (at("2027-06-07 09:00"), "before-deadline"),
        (at("2027-06-10 09:00"), "before-start"),
        (at("2027-06-11 09:00"), "before-deadline"),  # the day before is a Sunday
        (at("2027-06-16 09:00"), "before-start"),
        (at("2027-06-17 09:00"), "before-start"),
    ]


async def test_its_leads_can_be_chosen_or_left_out(new_world: MakeWorld) -> None:
    none = chat("slack:C2", leads={"seminar": (), "registration": ()})
    own = chat("slack:C3", leads={"seminar": (), "registration": (Lead.parse("3h"),)})
    world = await new_world(LATE_MAY, none, own)
    await world.tell(open_seminar())
    await world.until(at("2027-06-18 12:00"))
    assert world.deliverer.said() == [("slack:C3", "s", "3h")]


async def test_who_asked_to_be_reminded_of_one_event_gets_that_reminder_alone(
    new_world: MakeWorld,
) -> None:
    asked = chat("slack:C2", event_uid="s", leads={"seminar": (Lead.parse("1d@09:00"),)})
    world = await new_world(LATE_MAY, asked)
    await world.tell(open_seminar())
    await world.until(at("2027-06-18 12:00"))
    assert world.deliverer.said() == [("slack:C2", "s", "1d@09:00")]


async def test_who_was_told_is_told_that_it_was_extended(new_world: MakeWorld) -> None:
    world = await new_world(LATE_MAY, chat())
    await world.tell(open_seminar())
    await world.until(at("2027-06-11 12:00"))
    later = replace(ENDS, at=ENDS.at + timedelta(days=1))
    await world.tell(seminar(deadlines=(later,)))
    await world.until(at("2027-06-12 12:00"))
    assert world.deliverer.posted[-1].items[0].changes == (
        Change(what="deadline", old=ENDS.at, new=later.at),
    )


def test_a_registration_that_would_end_after_the_event_is_no_anchor() -> None:
    moved = seminar(start="2027-06-10 10:00", deadlines=(ENDS,))
    assert [anchor.kind.value for anchor in anchors(moved)] == ["before-start"]
