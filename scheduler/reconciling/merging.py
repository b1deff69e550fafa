"""What a source says now + what is known -> the events there are, each once.

An **item** is an event as one source tells it; an **event** is what its items tell together. These
are the rules:

1. Within a source an item is the one with the same uid. An item whose uid disappeared is the new
   one at the same address (if no other item stands there), or with the same title and kind: it
   was moved or renamed, and keeps its identity.
2. Items of different sources, and suggestions from different pages, are one event if they have
   the same uid, or
   a. the same page and the same title, or the same day unless they begin at different hours, or
   b. the same title and the same day, unless they name different towns or begin three hours or
      more apart; for calls the same title and a deadline in common. Titles are compared without
      accents, years, and words such as "pozvánka" and "konference"; numbers in them must agree
      ("RES+ 3" is not "RES+ 4"), and years if both name them, or
   c. the same title, and the start of one is what the other says it was before it was moved: the
      first is a stale invitation, or
   d. one title the other's abbreviation in brackets ("SCSP", "Smart City Symposium (SCSP)") or
      the same without it, and the same span, or
   e. the page of one links to that of the other as the same in another language, or
   f. most words of two titles in different languages, the same span and the same place, or
   g. titles in different languages that mean the same by a list of words (`meanings.txt`): the
      same numbers, half of what is meant in common, and no meaning that each has and the other
      lacks; the same span and the same house or town, two meanings where they are held online on
      pages of one site; for calls two meanings and all deadlines, or
   h. pages of one site with one name in two languages ("/cs/akce/parkovani", "/en/events/…") and
      the same day, or
   i. one the other's title and a subtitle, the same hour and the same place.
   When in doubt they stay two: a reminder too many is better than one too few.
3. The first uid of an event names it for ever; those of its other items become its aliases and
   stay so, whatever the items say later.
4. Where items disagree, the one is believed that is approved rather than suggested, that knows of
   a move or a cancellation, that was changed last, that names an hour; in this order. The others
   fill in what it leaves out, and are the event's titles in their languages.
5. An item is **gone** if it has yet to begin and a complete reading of its source does not have
   it any more; calendars drop by themselves what is under way. A source that comes back empty, or
   with less than half of what lay ahead, takes nothing away: that is a fault of the source until
   somebody says otherwise. What is over stays.
6. An event is gone when all its items are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.events import Event, EventKind, Review, instant
from scheduler.reconciling.likeness import Handle, handles, same_dates, same_event, same_item
from scheduler.reconciling.uniting import unite
from scheduler.sources.reading import SourceResult

#: So few may vanish at once without being taken for a fault.
MOST_VANISHED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What is to be stored after a reading."""

    #: Every item of the source, as it is now.
    items: tuple[Event, ...]
    #: Items of the source that were withdrawn.
    gone: tuple[Event, ...] = ()
    #: uid of an item -> uid of its event; only ever grows.
    aliases: Mapping[str, str]
    #: Every event of all sources, as it is now.
    events: tuple[Event, ...]
    #: Why what vanished was kept, or the whole reading refused; "" if all is well.
    refused: str = ""


def merge(
    items: Sequence[Event],
    aliases: Mapping[str, str],
    *,
    source: str,
    result: SourceResult,
    now: datetime,
) -> Merged:
    """Bring what is known in line with what a source says now.

    `items` are all that are stored, of all sources.
    """
    own = {item.uid: item for item in items if item.source == source}
    others = [item for item in items if item.source != source]
    read = _newest(result.events)
    ahead = {uid for uid, item in own.items() if _lies_ahead(item, now)}
    if not read and ahead and not result.withdrawn:
        refused = f"It came back empty, though {len(ahead)} of its events lie ahead."
        return _merged(tuple(own.values()), (), others, aliases, refused=refused)
    replaced = _replaced(own, read, aliases)
    names = {**aliases, **{new: aliases.get(old, old) for old, new in replaced.items()}}
    read = _still_approved(read, own, replaced)
    missing = [own[uid] for uid in own if uid not in read and uid not in replaced]
    gone, refused = _gone(missing, ahead, result)
    withdrawn = {item.uid for item in gone}
    kept = tuple(item for item in missing if item.uid not in withdrawn)
    return _merged((*read.values(), *kept), gone, others, names, refused=refused)


def _lies_ahead(item: Event, now: datetime) -> bool:
    """Say whether it has yet to begin; calendars drop what is under way, and withdraw nothing."""
    if item.kind is EventKind.CALL:
        return not item.over(now)
    starts = [item.start, *(occurrence.start for occurrence in item.occurrences)]
    return any(instant(start, item.timezone) > now for start in starts if start is not None)


def _newest(events: Iterable[Event]) -> dict[str, Event]:
    """Index by uid; of two versions in one reading the later one counts."""
    newest: dict[str, Event] = {}
    for event in events:
        known = newest.get(event.uid)
        if known is None or event.sequence >= known.sequence:
            newest[event.uid] = event
    return newest


def _replaced(
    own: Mapping[str, Event], read: Mapping[str, Event], aliases: Mapping[str, str]
) -> dict[str, str]:
    """Return which items came back under another uid: the old one -> the new one."""
    vanished = [item for uid, item in own.items() if uid not in read]
    fresh = [item for uid, item in read.items() if uid not in own and uid not in aliases]
    addresses = Counter(item.url for item in (*own.values(), *fresh))
    found: dict[str, str] = {}
    # One that stands where it stood was renamed; only then is another taken for moved.
    for moved in (False, True):
        for item in [one for one in fresh if one.uid not in found.values()]:
            heirs = [
                old
                for old in vanished
                if same_item(old, item, alone_there=addresses[item.url] == 2)
                and (moved or same_dates(old, item))
            ]
            if len(heirs) == 1:
                vanished.remove(heirs[0])
                found[heirs[0].uid] = item.uid
    return found


def _still_approved(
    read: Mapping[str, Event], own: Mapping[str, Event], replaced: Mapping[str, str]
) -> dict[str, Event]:
    """Keep approved what was: a page whose data broke is read as prose, which waits otherwise."""
    before = {**own, **{new: own[old] for old, new in replaced.items()}}
    return {
        uid: replace(item, review=Review.APPROVED)
        if uid in before and before[uid].review is Review.APPROVED
        else item
        for uid, item in read.items()
    }


def _gone(
    missing: Sequence[Event], ahead: set[str], result: SourceResult
) -> tuple[tuple[Event, ...], str]:
    certain = [item for item in missing if item.uid in result.withdrawn]
    if not result.complete:
        return tuple(certain), ""
    broken = {failure.uid for failure in result.failures} | {f.name for f in result.failures}
    vanished = [
        item
        for item in missing
        if item.uid in ahead
        and not {item.uid, item.title} & broken
        and _is_listed(item, result.until)
    ]
    if len(vanished) > max(MOST_VANISHED, len(ahead) // 2):
        return tuple(certain), (
            f"{len(vanished)} of the {len(ahead)} events that lay ahead are missing from it;"
            " they are kept."
        )
    return tuple({item.uid: item for item in [*certain, *vanished]}.values()), ""


def _is_listed(item: Event, until: datetime | None) -> bool:
    """Say whether a reading that lists nothing later would have listed it."""
    if until is None or item.start is None:
        return True
    return instant(item.start, item.timezone) <= until


def _merged(
    items: tuple[Event, ...],
    gone: tuple[Event, ...],
    others: Sequence[Event],
    aliases: Mapping[str, str],
    *,
    refused: str,
) -> Merged:
    everything = [*others, *items]
    names = name(everything, aliases)
    return Merged(
        items=items,
        gone=gone,
        aliases=names,
        events=tuple(events_of(everything, names)),
        refused=refused,
    )


def name(items: Sequence[Event], aliases: Mapping[str, str]) -> dict[str, str]:
    """Return which event each item is of; an item that is new may join one or begin one."""
    names = dict(aliases)
    known = _Known()
    fresh = [item for item in items if item.uid not in names]
    for item in items if fresh else ():
        if item.uid in names:
            known.add(item)
    for item in fresh:
        match = known.same_as(item)
        names[item.uid] = names[match.uid] if match else item.uid
        known.add(item)
    return names


class _Known:
    """Items by what they must have in common to be the same event: all by all takes minutes."""

    def __init__(self) -> None:
        self._items: list[Event] = []
        self._by_handle: dict[Handle, list[int]] = defaultdict(list)

    def add(self, item: Event) -> None:
        for handle in handles(item):
            self._by_handle[handle].append(len(self._items))
        self._items.append(item)

    def same_as(self, item: Event) -> Event | None:
        """Return the first that is the same event."""
        numbers = {n for handle in handles(item) for n in self._by_handle.get(handle, ())}
        candidates = (self._items[number] for number in sorted(numbers))
        return next((other for other in candidates if same_event(other, item)), None)


def events_of(items: Sequence[Event], aliases: Mapping[str, str]) -> list[Event]:
    """Return the events that the items tell of, in the order in which they became known."""
    groups: dict[str, list[Event]] = {}
    for item in items:
        groups.setdefault(aliases[item.uid], []).append(item)
    return [unite(uid, members) for uid, members in groups.items()]
