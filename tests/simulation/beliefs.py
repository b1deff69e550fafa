"""What chats believe of events, and what of it is no longer so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.events import Event, EventStatus, Notice

#: An old date is believed for too long after so many checks and so much time.
ENOUGH_CHECKS, LONG = 20, timedelta(hours=4)


@dataclass
class Beliefs:
    """What each address was told last of each event, and which of it is out of date."""

    #: uid -> address -> the event as it was told there.
    last: dict[str, dict[str, Event]] = field(default_factory=lambda: defaultdict(dict))
    stale: list[str] = field(default_factory=list)
    doubted: set[str] = field(default_factory=set)
    #: (uid, address) -> the checks that found it out of date.
    found: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    checked_at: datetime | None = None

    def doubt(self, uid: str) -> None:
        """Say that an event has changed: it is looked at in the next check."""
        self.doubted.add(uid)

    def check(self, posted: list[Notice], there: dict[str, Event], now: datetime) -> None:
        """Take in what was posted, then look for what is told otherwise than it is."""
        for notice in posted:
            for item in notice.items:
                self.last[item.event.uid][notice.address] = item.event
                self.doubted.add(item.event.uid)
        self.doubted = {uid for uid in self.doubted if self._old(uid, there.get(uid), now)}
        self.checked_at = now

    def _old(self, uid: str, event: Event | None, now: datetime) -> bool:
        """Say whether anybody believes what is no longer so."""
        before = self.checked_at or now
        # What was over the last time is believed by nobody any more.
        told = {a: e for a, e in self.last[uid].items() if not e.over(before)}
        self.last[uid] = told
        old = set()
        if event and not event.over(now):
            old = {a for a, e in told.items() if _facts(e) != _facts(event)}
        for address in told.keys() - old:
            self.found.pop((uid, address), None)
        for address in old:
            checks = self.found.setdefault((uid, address), [])
            checks.append(now)
            # A post that was refused for now or got no answer is tried again before long.
            if len(checks) == ENOUGH_CHECKS or checks[-1] - checks[0] > LONG:
                self.stale.append(f"{address} {uid} at {now}, {len(checks)} checks")
        return bool(old)


def _facts(event: Event) -> object:
    off = event.status is EventStatus.CANCELLED
    return off or (event.start, event.deadlines, event.status)
