"""Whatever is edited between ticks, each occasion is told once: against an independent count."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scheduler.events import (
    Deadline,
    Event,
    EventKind,
    EventStatus,
    Lead,
    NoticeItem,
    Occurrence,
    Subscription,
)
from tests.scheduler import independent
from tests.scheduler.posting import World, at, chat, make_world, seminar
from tests.simulation.oracle import LEADS, allowed

EXAMPLES = int(os.environ.get("CSCC_EXAMPLES", "4"))
#: Edits come at odd seconds, so that none falls on an instant at which something is due.
BEGIN = at("2027-03-15 10:07") + timedelta(seconds=13)
LEADING = ("before-start", "before-deadline", "opened")

#: (address, uid, recurrence id, kind, date it counts from, lead)
Occasion = tuple[str, str, str, str, datetime, str]


def first_events() -> dict[str, Event]:
    """Return one event of each shape."""
    days = [at(f"2027-03-{day:02} 14:00") for day in (18, 25)] + [at("2027-04-01 14:00")]
    events = [
        seminar("single", "2027-03-29 09:30"),
        seminar("days", None, kind=EventKind.CONFERENCE, all_day=True),
        seminar("call", None, kind=EventKind.CALL, open_from=at("2027-03-20 12:00")),
        seminar("weekly", "2027-03-18 14:00"),
    ]
    made = {one.uid: one for one in events}
    made["days"] = replace(made["days"], start=date(2027, 4, 6))
    stages = (
        Deadline(label="first", at=at("2027-03-31 17:00")),
        Deadline(at=at("2027-04-14 12:00")),
    )
    made["call"] = replace(made["call"], deadlines=stages)
    dates = tuple(
        Occurrence(recurrence_id=f"{day.astimezone(UTC):%Y%m%dT%H%M%SZ}", start=day, end=None)
        for day in days
    )
    made["weekly"] = replace(made["weekly"], occurrences=dates)
    return made


def first_subscriptions() -> dict[str, Subscription]:
    """Return two chats, one of which has subscribed twice."""
    often = {"call": leads("10d@08:00", "45m"), "seminar": leads("3d@12:00", "20m")}
    return {
        "all": chat("slack:A", id="all"),
        "calls": chat("slack:A", id="calls", kinds=(EventKind.CALL,), leads=often),
        "loud": chat("telegram:7", id="loud", quiet=False),
    }


def leads(*texts: str) -> tuple[Lead, ...]:
    return tuple(map(Lead.parse, texts))


@dataclass
class Story:
    """What was so from when on."""

    events: dict[str, Event] = field(default_factory=first_events)
    withdrawn: dict[str, Event] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=first_subscriptions)
    ended: dict[str, Subscription] = field(default_factory=dict)
    chapters: list[tuple[datetime, tuple[Event, ...], tuple[Subscription, ...]]] = field(
        default_factory=list
    )

    def turn(self, now: datetime) -> None:
        """Begin a chapter."""
        told = tuple(self.events.values()), tuple(self.subscriptions.values())
        self.chapters.append((now, *told))

    def expected(self, end: datetime) -> set[Occasion]:
        """Return what had to be told: what fell due in a chapter that knows of it."""
        found = set()
        ends = [begun for begun, *_ in self.chapters[1:]] + [end]
        for (begun, events, subscriptions), until in zip(self.chapters, ends, strict=True):
            for one in subscriptions:
                for event in events:
                    found |= {
                        occasion for due, occasion in _due(one, event) if begun < due <= until
                    }
        return found

    def opened_sooner(self, occasion: Occasion) -> bool:
        """Say whether a call was made to open at an instant that had passed by then."""
        _, uid, _, kind, when, _ = occasion
        opens = [
            (begun, {event.uid: event.open_from for event in events}.get(uid))
            for begun, events, _ in self.chapters
        ]
        return kind == "opened" and any(
            isinstance(was, datetime) and was > begun >= when == is_
            for (_, was), (begun, is_) in pairwise(opens)
        )


def _due(one: Subscription, event: Event) -> Iterator[tuple[datetime, Occasion]]:
    if one.kinds and event.kind not in one.kinds:
        return
    own = one.leads.get(event.kind.value)
    texts = [str(lead) for lead in own] if own is not None else LEADS[event.kind]
    for recurrence_id, kind, when in _dates(event):
        day = when if not isinstance(when, datetime) else None
        moment = independent.to_utc(day, 0) if day else when
        assert isinstance(moment, datetime)
        key = (one.address, event.uid, recurrence_id, kind, moment.astimezone(UTC))
        if kind == "opened":
            yield (allowed(moment) if one.quiet else moment), (*key, "")
            continue
        for text in texts:
            due = _before(moment, day, text, one.quiet)
            if due is not None and due < moment:
                yield due, (*key, text)


def _before(moment: datetime, day: date | None, lead: str, quiet: bool) -> datetime | None:
    if "@" not in lead:
        size = timedelta(hours=1) if lead.endswith("h") else timedelta(minutes=1)
        return None if day else moment - int(lead[:-1]) * size
    days, _, clock = lead.partition("d@")
    minutes = int(clock[:2]) * 60 + int(clock[3:])
    local = day or independent.local_day(moment)
    return independent.day_lead(local, int(days), minutes, quiet=quiet)


def _dates(event: Event) -> Iterator[tuple[str, str, datetime | date]]:
    if event.status is EventStatus.CANCELLED:
        return
    if event.kind is EventKind.CALL:
        for deadline in event.deadlines:
            yield "", "before-deadline", deadline.at
        assert event.open_from is not None
        yield "", "opened", event.open_from
    elif event.occurrences:
        for one in event.occurrences:
            if not one.cancelled:
                yield one.recurrence_id, "before-start", one.start
    else:
        assert event.start is not None
        yield "", "before-start", event.start


DAYS = [-9, -3, -1, 1, 2, 7, 12]


def moved(event: Event, n: int, m: int) -> Event:
    """Move it, one date of it, or one deadline."""
    by = timedelta(days=DAYS[n % len(DAYS)], hours=0 if event.all_day else m % 3)
    if event.occurrences:
        changed = list(event.occurrences)
        at_ = m % len(changed)
        changed[at_] = replace(changed[at_], start=changed[at_].start + by)
        return replace(event, occurrences=tuple(changed))
    if event.deadlines:
        stages = list(event.deadlines)
        at_ = m % len(stages)
        stages[at_] = replace(stages[at_], at=stages[at_].at + by)
        return replace(event, deadlines=tuple(stages))
    assert event.start is not None
    return replace(event, start=event.start + by)


def called_off(event: Event, n: int, m: int) -> Event:
    """Cancel it or one date of it, or take that back."""
    if event.occurrences and n % 2:
        changed = list(event.occurrences)
        at_ = m % len(changed)
        changed[at_] = replace(changed[at_], cancelled=not changed[at_].cancelled)
        return replace(event, occurrences=tuple(changed))
    off = event.status is EventStatus.CANCELLED
    return replace(event, status=EventStatus.SCHEDULED if off else EventStatus.CANCELLED)


def staged(event: Event, n: int, m: int) -> Event:
    """Add a deadline, take one away, or open at another time."""
    if not event.deadlines:
        return replace(event, place=f"Hall {n}", title=f"{event.title} {m}")
    if n % 3 == 0 and len(event.deadlines) > 1:
        return replace(event, deadlines=event.deadlines[1:])
    if n % 3 == 1:
        more = Deadline(label=f"stage {n}", at=at("2027-04-20 12:00") + timedelta(hours=n % 50))
        return replace(event, deadlines=(*event.deadlines, more))
    assert isinstance(event.open_from, datetime)
    return replace(event, open_from=event.open_from + timedelta(days=DAYS[m % len(DAYS)]))


EDITS: list[Callable[[Event, int, int], Event]] = [moved, moved, called_off, staged]
WISHES = [
    {"leads": {"seminar": leads("5d@09:00", "2h")}},
    {"leads": {"seminar": leads("2d@16:00"), "call": leads("1d@09:00", "6h")}},
    {"leads": {}},
    {"kinds": (EventKind.SEMINAR, EventKind.CONFERENCE)},
    {"kinds": ()},
]


async def act(world: World, story: Story, step: tuple[int, int, int, int]) -> None:
    """Do one thing to an event or a subscription."""
    what, which, n, m = step
    if what < len(EDITS) + 1:
        _edit(story, what, which, n, m)
        await world.tell(*story.events.values())
        return
    uid = sorted([*story.subscriptions, *story.ended])[which % 3]
    if uid in story.ended:
        story.subscriptions[uid] = story.ended.pop(uid)
    elif n % 4 == 0:
        story.ended[uid] = story.subscriptions.pop(uid)
        await world.scheduler.subscribing.unsubscribe(uid)
        return
    else:
        wish = WISHES[m % len(WISHES)]
        story.subscriptions[uid] = replace(story.subscriptions[uid], **wish)  # type: ignore[arg-type]
    await world.scheduler.subscribing.subscribe(story.subscriptions[uid])


def _edit(story: Story, what: int, which: int, n: int, m: int) -> None:
    uid = sorted([*story.events, *story.withdrawn])[which % 4]
    if uid in story.withdrawn:
        story.events[uid] = story.withdrawn.pop(uid)
    elif what == len(EDITS) and len(story.events) > 3:
        story.withdrawn[uid] = story.events.pop(uid)
    else:
        story.events[uid] = EDITS[what % len(EDITS)](story.events[uid], n, m)


async def tell(steps: list[tuple[int, tuple[int, int, int, int]]], folder: Path) -> None:
    """Live through edits at their times and compare what was told."""
    story = Story()
    world = await make_world(folder, BEGIN, *story.subscriptions.values())
    try:
        await world.tell(*story.events.values())
        story.turn(world.now)
        for minutes, step in steps:
            await world.until(world.now + timedelta(minutes=minutes))
            await act(world, story, step)
            story.turn(world.now)
            await world.go(world.now)
        await world.until(at("2027-05-31 10:00"))
        every = await world.store.deliveries(limit=100_000)
    finally:
        await world.engine.dispose()
    rows = [
        row
        for row in every
        if row.kind in LEADING and row.outcome not in ("cancelled", "scheduled")
    ]

    told = Counter(
        (row.address, row.event_uid, row.recurrence_id, row.kind, row.anchor, row.lead)
        for row in rows
    )
    due = Counter(story.expected(world.now))
    assert told - due == Counter(filter(story.opened_sooner, told - due))
    assert due - told == Counter()
    assert {row.outcome for row in rows} <= {"sent"}
    assert _posted_once(world) == {(row.post_id, row.event_uid, row.anchor) for row in rows}


def _posted_once(world: World) -> set[tuple[str, str, datetime]]:
    posts = [notice.post_id for notice in world.deliverer.posted]
    assert len(posts) == len(set(posts))
    items = [
        (notice.post_id, item)
        for notice in world.deliverer.posted
        for item in notice.items
        if item.kind in LEADING
    ]
    said = [(post_id, item.event.uid, item.recurrence_id, _anchor(item)) for post_id, item in items]
    assert len(said) == len(set(said))
    return {(post_id, uid, moment) for post_id, uid, _, moment in said}


def _anchor(item: NoticeItem) -> datetime:
    assert item.anchor is not None
    if isinstance(item.anchor, datetime):
        return item.anchor.astimezone(UTC)
    return independent.to_utc(item.anchor, 0)


numbers = st.integers(0, 60)
steps = st.lists(
    st.tuples(st.integers(1, 60 * 24 * 5), st.tuples(st.integers(0, 6), *[numbers] * 3)),
    max_size=12,
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    # To find the smallest would take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps)
def test_edits_between_ticks_neither_lose_nor_double_an_occasion(
    steps: list[tuple[int, tuple[int, int, int, int]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(tell(steps, Path(folder)))
