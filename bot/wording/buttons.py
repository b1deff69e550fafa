"""The buttons under notices and events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.i18n import Phrases, zone
from bot.messages import Button
from bot.wording.reader import Reader, handle
from scheduler.events import Event, EventKind, EventStatus, NoticeItem

Rows = tuple[tuple[Button, ...], ...]

#: Events of one post that get buttons of their own.
_WITH_BUTTONS = 4

#: From here on nothing is left to remind of.
_TOO_SOON = timedelta(minutes=65)

#: Statuses of what will not take place.
_OFF = (EventStatus.CANCELLED, EventStatus.POSTPONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a notice's buttons need to know besides the notice."""

    #: How many want to be there, or look for a partner, by the event's uid.
    counts: Mapping[str, int] = field(default_factory=dict)
    #: URL that hands a payload to the assistant in the direct chat; "" where there is none.
    deep_link: Callable[[str], str] = lambda _payload: ""


def buttons(items: tuple[NoticeItem, ...], reader: Reader, extras: Extras) -> Rows:
    """Return the buttons of a notice; each carries its event's handle."""
    events = list({item.event.uid: item.event for item in items}.values())
    numbers = numbers_of(items)
    if len(events) == 1:
        rows = [_of_one(events[0], reader, extras)]
    else:
        rows = [
            tuple(
                _numbered(numbers[event.uid], button)
                for button in _of_one(event, reader, extras)[:2]
            )
            for event in events[:_WITH_BUTTONS]
        ]
    more = Button(label=reader.say("button.more"), data=f"more:{handle(events[0].uid)}")
    return (*(row for row in rows if row), (more,))


def numbers_of(items: tuple[NoticeItem, ...]) -> dict[str, int]:
    """Return the number of each event in a post with several; 0 where there is but one."""
    uids = dict.fromkeys(item.event.uid for item in items)
    first = 1 if len(uids) > 1 else 0
    return {uid: number for number, uid in enumerate(uids, start=first)}


def _numbered(number: int, button: Button) -> Button:
    return Button(label=f"{number}. {button.label}", data=button.data, url=button.url)


def _of_one(event: Event, reader: Reader, extras: Extras) -> tuple[Button, ...]:
    name = handle(event.uid)
    calendar = Button(label=reader.say("button.calendar"), data=f"ics:{name}")
    if event.status in _OFF:
        return (calendar,)
    verb = "partner" if event.kind is EventKind.CALL else "interested"
    interest = Button(
        label=interest_label(verb, extras.counts.get(event.uid, 0), reader.phrases),
        data=f"{verb}:{name}",
    )
    remind = _remind(event, reader, extras)
    return (calendar, interest, *((remind,) if remind else ()))


def interest_label(verb: str, count: int, phrases: Phrases) -> str:
    """Return the label with the count of those who pressed it."""
    label = phrases.say(f"button.{verb}")
    return f"{label} ({count})" if count else label


def _remind(event: Event, reader: Reader, extras: Extras) -> Button | None:
    """Return "remind me", a day before where there is still time for it."""
    anchor = anchor_of(event, reader.now)
    return remind_button(event.uid, anchor, reader, extras.deep_link) if anchor else None


def remind_button(
    uid: str, anchor: datetime, reader: Reader, deep_link: Callable[[str], str]
) -> Button | None:
    """Return "remind me" of what is at an instant, None where there is no time left for it."""
    if anchor - reader.now <= _TOO_SOON:
        return None
    soon = anchor - reader.now <= timedelta(days=1)
    key = "button.remind_soon" if soon else "button.remind"
    url = deep_link(f"r_{handle(uid)}")
    data = "" if url else f"remind:{handle(uid)}"
    return Button(label=reader.say(key), data=data, url=url)


def anchor_of(event: Event, now: datetime) -> datetime | None:
    """Return what is next to be reminded of: a deadline of a call, or the start."""
    if event.kind is EventKind.CALL:
        return min((each.at for each in event.deadlines if each.at > now), default=None)
    starts = [event.start, *(each.start for each in event.occurrences if not each.cancelled)]
    ahead = [_instant(at, event.timezone) for at in starts if at is not None]
    return min((at for at in ahead if at > now), default=None)


def _instant(at: datetime | date, timezone: str) -> datetime:
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, time(0), tzinfo=zone(timezone))
