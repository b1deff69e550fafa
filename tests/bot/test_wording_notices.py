"""Every variant of a notice, in both languages, as it is posted.

After a change of words: `python -m tests.bot.test_wording_notices` writes the files anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.messages import Button, Reply
from bot.wording.buttons import Extras
from bot.wording.notices import word_notice
from bot.wording.reader import handle
from scheduler.events import (
    Change,
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Notice,
    NoticeItem,
    Occurrence,
    Precision,
    ReminderKind,
    Version,
)

GOLDEN = Path(__file__).parent / "golden"
PRAGUE = ZoneInfo("Europe/Prague")
BRUSSELS = ZoneInfo("Europe/Brussels")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=PRAGUE)


SEMINAR = Event(
    uid="parking@cscc",
    title="Parkování v malém městě",
    kind=EventKind.SEMINAR,
    start=at(6, 17, 10),
    end=at(6, 17, 12),
    deadlines=(Deadline(at=at(6, 14, 23, 59), precision=Precision.DATE),),
    url="https://czechsmartcitycluster.com/parkovani",
    place="Písek, Technologické centrum",
    versions=(Version(language="en", title="Parking in a small town"),),
)
CONFERENCE = Event(
    uid="conference@cscc",
    title="Chytrá města 2027",
    kind=EventKind.CONFERENCE,
    start=date(2027, 9, 21),
    end=date(2027, 9, 22),
    all_day=True,
    url="https://example.org/konference",
    place="Praha",
    summary="Dva dny o datech, energii a dopravě ve městech.",
)
WITH_ABSTRACTS = replace(
    CONFERENCE, uid="abstracts", deadlines=(Deadline(label="abstrakty", at=at(6, 8, 12)),)
)
CALL = Event(
    uid="dut-2027",
    title="DUT Call 2027",
    kind=EventKind.CALL,
    open_from=at(2, 1),
    deadlines=(
        Deadline(label="plné návrhy", at=at(4, 23, 13)),
        Deadline(
            label="second stage",
            at=datetime(2027, 9, 14, 17, tzinfo=BRUSSELS),
            timezone="Europe/Brussels",
        ),
        Deadline(
            label="anywhere",
            at=datetime(2027, 10, 1, 11, 59, tzinfo=UTC),
            timezone="Etc/GMT+12",
        ),
    ),
    url="https://dutpartnership.eu/call",
    eligible=("university", "municipality", "company"),
)
LONGER = replace(
    CALL, uid="longer", deadlines=(Deadline(at=at(6, 30, 12), previous=at(6, 15, 12)),)
)
SERIES = replace(
    SEMINAR,
    uid="series",
    title="Pracovní skupina energetika",
    kind=EventKind.MEETING,
    start=at(6, 1, 14),
    end=at(6, 1, 15),
    deadlines=(),
    versions=(),
    occurrences=(
        Occurrence(recurrence_id="20270601T120000Z", start=at(6, 1, 14), end=at(6, 1, 15)),
        Occurrence(
            recurrence_id="20270608T120000Z", start=at(6, 8, 14), end=at(6, 8, 15), place="Brno"
        ),
    ),
)
#: The second date does not take place; a third does.
DATE_OFF = replace(
    SERIES,
    occurrences=(
        SERIES.occurrences[0],
        replace(SERIES.occurrences[1], cancelled=True),
        Occurrence(recurrence_id="20270615T120000Z", start=at(6, 15, 14), end=at(6, 15, 15)),
    ),
)


def start_item(event: Event, lead: str, anchor: datetime | date, **fields: object) -> NoticeItem:
    item = NoticeItem(kind=ReminderKind.BEFORE_START, event=event, lead=lead, anchor=anchor)
    return replace(item, **fields)  # type: ignore[arg-type]


def deadline_item(event: Event, number: int, lead: str) -> NoticeItem:
    deadline = event.deadlines[number]
    return NoticeItem(
        kind=ReminderKind.BEFORE_DEADLINE,
        event=event,
        label=deadline.label,
        anchor=deadline.at,
        lead=lead,
    )


def changed(event: Event, *changes: Change, recurrence_id: str = "") -> NoticeItem:
    return NoticeItem(
        kind=ReminderKind.CHANGED, event=event, changes=changes, recurrence_id=recurrence_id
    )


def listed(kind: ReminderKind, event: Event, lead: str = "", *changes: Change) -> NoticeItem:
    return NoticeItem(kind=kind, event=event, lead=lead, changes=changes)


MOVED = replace(SEMINAR, start=at(6, 24, 10), end=at(6, 24, 12), status=EventStatus.RESCHEDULED)
EXTENDED = replace(CALL, deadlines=(Deadline(label="plné návrhy", at=at(5, 7, 13)),))
OFF = replace(SEMINAR, status=EventStatus.CANCELLED)
STATUS = Change(what="status", old="scheduled", new="cancelled")

#: name -> (due, delivered, items)
VARIANTS: dict[str, tuple[datetime, datetime, tuple[NoticeItem, ...]]] = {
    "seminar in 7 days": (
        at(6, 10),
        at(6, 10),
        (start_item(SEMINAR, "7d@09:00", at(6, 17, 10)),),
    ),
    "seminar in 7 days, told late": (
        at(6, 10),
        at(6, 10, 15),
        (start_item(SEMINAR, "7d@09:00", at(6, 17, 10)),),
    ),
    "seminar tomorrow": (
        at(6, 16),
        at(6, 16),
        (start_item(SEMINAR, "1d@09:00", at(6, 17, 10)),),
    ),
    "seminar in an hour": (
        at(6, 17, 9),
        at(6, 17, 9) + timedelta(seconds=3),
        (start_item(SEMINAR, "1h", at(6, 17, 10)),),
    ),
    "conference in 30 days": (
        at(8, 22),
        at(8, 22),
        (start_item(CONFERENCE, "30d@09:00", date(2027, 9, 21)),),
    ),
    "example": (
        at(6, 10),
        at(6, 10),
        (start_item(replace(SEMINAR, example=True), "7d@09:00", at(6, 17, 10)),),
    ),
    "one date of a series": (
        at(6, 7),
        at(6, 7),
        (start_item(SERIES, "1d@09:00", at(6, 8, 14), recurrence_id="20270608T120000Z"),),
    ),
    "seminar in Brussels, by its own clock": (
        at(6, 16),
        at(6, 16),
        (
            start_item(
                replace(
                    SEMINAR,
                    start=datetime(2027, 6, 17, 9, tzinfo=ZoneInfo("Europe/London")),
                    end=datetime(2027, 6, 17, 11, tzinfo=ZoneInfo("Europe/London")),
                    timezone="Europe/London",
                ),
                "1d@09:00",
                at(6, 17, 10),
            ),
        ),
    ),
    "deadline in 14 days": (at(4, 9), at(4, 9), (deadline_item(CALL, 0, "14d@09:00"),)),
    "deadline in 3 hours": (at(4, 23, 10), at(4, 23, 10), (deadline_item(CALL, 0, "3h"),)),
    "deadline by Brussels time": (at(9, 7), at(9, 7), (deadline_item(CALL, 1, "7d@09:00"),)),
    "deadline anywhere on earth": (at(9, 29), at(9, 29), (deadline_item(CALL, 2, "2d@09:00"),)),
    "registration closes": (at(6, 12), at(6, 12), (deadline_item(SEMINAR, 0, "2d@09:00"),)),
    "abstracts close": (at(6, 1), at(6, 1), (deadline_item(WITH_ABSTRACTS, 0, "7d@09:00"),)),
    "registration closes on the day of another reminder": (
        at(6, 10),
        at(6, 10),
        (
            deadline_item(SEMINAR, 0, "7d@09:00"),
            start_item(SEMINAR, "7d@09:00", at(6, 17, 10)),
            deadline_item(WITH_ABSTRACTS, 0, "7d@09:00"),
        ),
    ),
    "registration extended": (
        at(6, 11),
        at(6, 11),
        (changed(SEMINAR, Change(what="deadline", old=at(6, 12, 23, 59), new=at(6, 14, 23, 59))),),
    ),
    "moved, registration too": (
        at(6, 11),
        at(6, 11),
        (
            changed(
                replace(MOVED, deadlines=(Deadline(at=at(6, 21, 12)),)),
                Change(what="start", old=at(6, 17, 10), new=at(6, 24, 10)),
                Change(what="deadline", old=at(6, 14, 12), new=at(6, 21, 12)),
            ),
        ),
    ),
    "call opened": (
        at(2, 1),
        at(2, 1),
        (NoticeItem(kind=ReminderKind.OPENED, event=CALL, anchor=at(2, 1)),),
    ),
    "moved": (
        at(6, 11),
        at(6, 11),
        (
            changed(
                MOVED,
                Change(what="start", old=at(6, 17, 10), new=at(6, 24, 10)),
                Change(what="end", old=at(6, 17, 12), new=at(6, 24, 12)),
                Change(what="status", old="scheduled", new="rescheduled"),
            ),
        ),
    ),
    "another place": (
        at(6, 11),
        at(6, 11),
        (changed(SEMINAR, Change(what="place", old="Tábor", new=SEMINAR.place)),),
    ),
    "online": (
        at(6, 11),
        at(6, 11),
        (
            changed(
                replace(SEMINAR, status=EventStatus.MOVED_ONLINE, place=""),
                Change(what="status", old="scheduled", new="moved_online"),
                Change(what="place", old=SEMINAR.place, new=None),
            ),
        ),
    ),
    "cancelled": (at(6, 11), at(6, 11), (changed(OFF, STATUS),)),
    "postponed": (
        at(6, 11),
        at(6, 11),
        (
            changed(
                replace(SEMINAR, status=EventStatus.POSTPONED),
                Change(what="status", old="scheduled", new="postponed"),
            ),
        ),
    ),
    "one date of a series cancelled": (
        at(6, 6),
        at(6, 6),
        (changed(DATE_OFF, STATUS, recurrence_id="20270608T120000Z"),),
    ),
    "deadline extended": (
        at(4, 20),
        at(4, 20),
        (
            changed(
                EXTENDED,
                Change(what="deadline", label="plné návrhy", old=at(4, 23, 13), new=at(5, 7, 13)),
            ),
        ),
    ),
    "back on": (
        at(6, 11),
        at(6, 11),
        (changed(SEMINAR, Change(what="status", old="cancelled", new="scheduled")),),
    ),
    "a day longer and online": (
        at(6, 11),
        at(6, 11),
        (
            changed(
                replace(CONFERENCE, status=EventStatus.MOVED_ONLINE, place=""),
                Change(what="end", old=date(2027, 9, 21), new=date(2027, 9, 22)),
                Change(what="status", old="scheduled", new="moved_online"),
            ),
        ),
    ),
    "a title that names its deadline": (
        at(4, 9),
        at(4, 9),
        (
            deadline_item(
                replace(
                    CALL,
                    title="Výzva – uzávěrka",
                    deadlines=(replace(CALL.deadlines[0], label="uzávěrka"),),
                ),
                0,
                "14d@09:00",
            ),
        ),
    ),
    "closed early": (
        at(4, 20),
        at(4, 20),
        (
            changed(
                replace(CALL, deadlines=(Deadline(at=at(4, 19, 12)),)),
                Change(what="deadline", old=at(4, 23, 13), new=at(4, 19, 12)),
            ),
        ),
    ),
    "deadline earlier, another gone": (
        at(4, 1),
        at(4, 1),
        (
            changed(
                replace(CALL, deadlines=(Deadline(label="plné návrhy", at=at(4, 20, 13)),)),
                Change(what="deadline", label="plné návrhy", old=at(4, 23, 13), new=at(4, 20, 13)),
                Change(what="deadline", label="second stage", old=at(9, 14, 17), new=None),
            ),
        ),
    ),
    "several at once": (
        at(4, 9),
        at(4, 9),
        (
            deadline_item(CALL, 0, "14d@09:00"),
            start_item(replace(SEMINAR, start=at(4, 16, 10), end=None), "7d@09:00", at(4, 16, 10)),
        ),
    ),
    "digest": (
        at(6, 7),
        at(6, 7),
        (
            listed(ReminderKind.DIGEST, CONFERENCE, "new"),
            listed(
                ReminderKind.DIGEST,
                MOVED,
                "changed",
                Change(what="start", old=at(6, 17, 10), new=at(6, 24, 10)),
            ),
            listed(ReminderKind.DIGEST, CALL, "closing"),
        ),
    ),
    "summary": (
        at(6, 7),
        at(6, 7),
        (
            listed(ReminderKind.SUMMARY, SEMINAR),
            listed(ReminderKind.SUMMARY, CALL),
            listed(ReminderKind.SUMMARY, LONGER),
        ),
    ),
    "hostile words": (
        at(6, 10),
        at(6, 10),
        (
            start_item(
                replace(
                    SEMINAR,
                    title="<!channel> @everyone [zdarma](https://evil.example) **teď**",
                    place="`Písek` | _Tábor_",
                    summary="# Nadpis\n> citace",
                    url="javascript:alert(1)",
                    versions=(),
                ),
                "7d@09:00",
                at(6, 17, 10),
            ),
        ),
    ),
}


def word(name: str, language: str) -> Reply:
    due, now, items = VARIANTS[name]
    notice = Notice(
        post_id="p1",
        address="slack:C1",
        language=language,
        timezone="Europe/Prague",
        items=items,
        due_at=due,
    )
    return word_notice(notice, now, Extras(counts={"parking@cscc": 3}))


def render(language: str) -> str:
    """Return all variants as one page."""
    parts = []
    for name in VARIANTS:
        reply = word(name, language)
        rows = "\n".join(" ".join(f"[{b.label}|{b.data}]" for b in row) for row in reply.buttons)
        parts.append(f"## {name}\n\n{reply.text}\n\n{rows}\n")
    return "\n".join(parts).replace("\u2060", "")


@pytest.mark.parametrize("language", ["cs", "en"])
def test_notices_sound_as_they_did(language: str) -> None:
    assert render(language) == (GOLDEN / f"notices.{language}.md").read_text("utf-8")


def test_buttons_fit_and_carry_the_event() -> None:
    for name in VARIANTS:
        for button in (b for row in word(name, "cs").buttons for b in row):
            assert len(button.data.encode()) <= 64


def test_nobody_is_called_by_a_title() -> None:
    assert "<!channel>" not in word("hostile words", "cs").text
    assert "@everyone" not in word("hostile words", "cs").text


def test_deep_links_take_the_place_of_buttons() -> None:
    due, now, items = VARIANTS["seminar in 7 days"]
    notice = Notice(
        post_id="p1",
        address="telegram:1",
        language="cs",
        timezone="Europe/Prague",
        items=items,
        due_at=due,
    )

    reply = word_notice(
        notice, now, Extras(deep_link=lambda payload: f"https://t.me/bot?start={payload}")
    )

    name = handle("parking@cscc")
    assert reply.buttons[0][2] == Button(
        label="Připomenout den předem", url=f"https://t.me/bot?start=r_{name}"
    )


if __name__ == "__main__":
    for each in ("cs", "en"):
        (GOLDEN / f"notices.{each}.md").write_text(render(each), "utf-8")
