"""What should have been told, worked out afresh from what happened, by no code of ours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from scheduler.events import Event, EventKind, EventStatus, instant
from tests.scheduler import independent

FOREVER = datetime.max.replace(tzinfo=UTC)

#: (kind of reminder, lead) by kind of event, as the documentation gives them.
LEADS = {
    EventKind.SEMINAR: ["7d@09:00", "1d@09:00", "1h"],
    EventKind.MEETING: ["7d@09:00", "1d@09:00", "1h"],
    EventKind.CONFERENCE: ["30d@09:00", "7d@09:00", "1d@09:00"],
    EventKind.CALL: ["30d@09:00", "14d@09:00", "7d@09:00", "2d@09:00", "3h"],
}


@dataclass(frozen=True)
class Count:
    """One date of an event that reminders count from."""

    #: "before-start", "before-deadline" or "opened".
    what: str
    at: datetime
    day: date | None = None


@dataclass
class Spell:
    """While an event had a date."""

    begun: datetime
    ended: datetime = FOREVER


@dataclass
class Oracle:
    """Keeps what happened, and says what follows from it."""

    #: uid -> date -> when the event had it.
    spells: dict[str, dict[Count, list[Spell]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    kinds: dict[str, EventKind] = field(default_factory=dict)
    deadlines: dict[str, list[datetime]] = field(default_factory=dict)

    def known(self, uid: str, event: Event | None, now: datetime) -> None:
        """Take in that an event is now so; None: there is none any more."""
        dates = set(_dates(event)) if event else set()
        for count, spells in self.spells[uid].items():
            if count not in dates and spells[-1].ended > now:
                spells[-1].ended = now
        for count in dates:
            spells = self.spells[uid][count]
            if not spells or spells[-1].ended <= now:
                spells.append(Spell(now))
        if event:
            self.kinds[uid] = event.kind

    def due(
        self, uid: str, since: datetime
    ) -> dict[tuple[str, str, datetime], tuple[datetime, Spell]]:
        """Return (what, lead, date) -> (due instant, spell) of all that should be considered.

        since: when the subscription began.
        """
        found = {}
        for count, spells in self.spells[uid].items():
            leads = [""] if count.what == "opened" else LEADS[self.kinds[uid]]
            for lead in leads:
                due = _due(count, lead)
                if due is None:
                    continue
                for spell in spells:
                    if max(spell.begun, since) <= due < spell.ended:
                        found[count.what, lead, count.at] = (due, spell)
        return found


def _dates(event: Event) -> list[Count]:
    if event.status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        return []
    found = []
    if event.kind is EventKind.CALL:
        found += [Count("before-deadline", one.at) for one in event.deadlines]
        if event.open_from:
            found.append(Count("opened", instant(event.open_from, event.timezone)))
    elif isinstance(event.start, datetime):
        found.append(Count("before-start", event.start))
    elif event.start:
        found.append(Count("before-start", independent.to_utc(event.start, 0), event.start))
    return found


def _due(count: Count, lead: str) -> datetime | None:
    if count.what == "opened":
        return allowed(count.at)
    if "@" not in lead:
        hours = int(lead[:-1])
        return None if count.day else count.at - timedelta(hours=hours)
    days, _, clock = lead.partition("d@")
    day = count.day or independent.local_day(count.at)
    due = independent.day_lead(day, int(days), int(clock[:2]) * 60 + int(clock[3:]), quiet=True)
    return due if count.day or due < count.at else None


def allowed(at: datetime) -> datetime:
    """Return the next minute in which a quiet chat may be written to."""
    while not may_write(at):
        at = (at + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return at


def may_write(at: datetime) -> bool:
    """Say whether a quiet chat may be written to."""
    day = independent.local_day(at)
    begin, end = independent.to_utc(day, 8 * 60), independent.to_utc(day, 20 * 60)
    return begin <= at < end and not independent.day_off(day)
