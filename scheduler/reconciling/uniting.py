"""The items of one event -> the event; the rules stand in `scheduler.reconciling.merging`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from scheduler.events import Event, EventStatus, Review, Version
from scheduler.reconciling.likeness import same_instant
from scheduler.texts import shortened

#: In characters.
LONGEST_TITLE, LONGEST_PLACE = 300, 300
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def unite(uid: str, items: Sequence[Event]) -> Event:
    """Return the event that the items tell of together, known by `uid`."""
    # When a source last touched its item is no fact about the event.
    if len(items) == 1:
        return _told_shortly(replace(items[0], uid=uid, group="", updated=None))
    # The same whatever the order in which they come: first the one that named the event.
    items = sorted(items, key=lambda item: (item.uid != uid, item.source, item.uid))
    ranked = sorted(items, key=lambda item: _credit(item, items), reverse=True)
    leader = ranked[0]
    united = replace(
        _filled(_with_hour(leader, ranked), ranked),
        uid=uid,
        group=uid,
        updated=None,
        versions=_versions(leader, ranked),
        sequence=max(item.sequence for item in items),
        review=_review(items),
        audience="public" if any(i.audience == "public" for i in items) else leader.audience,
        example=all(item.example for item in items),
    )
    return _told_shortly(united)


def _told_shortly(event: Event) -> Event:
    """Cut a title and places that are whole pages: a notice holds several events."""
    return replace(
        event,
        title=shortened(event.title, LONGEST_TITLE),
        place=shortened(event.place, LONGEST_PLACE),
        occurrences=tuple(
            replace(one, place=shortened(one.place, LONGEST_PLACE)) for one in event.occurrences
        ),
        versions=tuple(
            replace(one, title=shortened(one.title, LONGEST_TITLE)) for one in event.versions
        ),
    )


def _credit(item: Event, items: Sequence[Event]) -> tuple[bool, bool, datetime, bool]:
    """Order items by how far they are to be believed."""
    return (
        item.review is not Review.SUGGESTED,
        _knows_of_change(item, items),
        item.updated or _LONG_AGO,
        not item.all_day,
    )


def _knows_of_change(item: Event, items: Sequence[Event]) -> bool:
    if item.status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        return True
    if item.original_start is None:
        return False
    old = _day(item.original_start, item.timezone)
    return any(
        other.start is not None and _day(other.start, other.timezone) == old
        for other in items
        if other is not item
    )


def _day(value: datetime | date, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value


def _with_hour(leader: Event, ranked: Sequence[Event]) -> Event:
    """Take the hours from an item of the same days that has them."""
    if not leader.all_day or leader.start is None:
        return leader
    for item in ranked:
        if not item.all_day and item.start is not None and _days(item) == _days(leader):
            return replace(
                leader, start=item.start, end=item.end, all_day=False, timezone=item.timezone
            )
    return leader


def _days(event: Event) -> tuple[date, date]:
    assert event.start is not None
    last = event.end or event.start
    return _day(event.start, event.timezone), _day(last, event.timezone)


def _filled(leader: Event, ranked: Sequence[Event]) -> Event:
    same_start = [i for i in ranked if same_instant(i.start, leader.start)]
    return replace(
        leader,
        end=leader.end or next((i.end for i in same_start if i.end), None),
        occurrences=leader.occurrences
        or next((i.occurrences for i in ranked if i.occurrences), ()),
        deadlines=leader.deadlines or next((i.deadlines for i in ranked if i.deadlines), ()),
        stands=leader.stands or next((i.stands for i in ranked if i.stands), None),
        open_from=leader.open_from or next((i.open_from for i in ranked if i.open_from), None),
        place=leader.place or _first(i.place for i in ranked),
        url=leader.url or _first(i.url for i in ranked),
        region=leader.region or _first(i.region for i in ranked),
        summary=leader.summary or _first(i.summary for i in ranked),
        topics=tuple(dict.fromkeys(topic for item in ranked for topic in item.topics)),
        eligible=tuple(dict.fromkeys(who for item in ranked for who in item.eligible)),
    )


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")


def _versions(leader: Event, ranked: Sequence[Event]) -> tuple[Version, ...]:
    versions: dict[str, Version] = {}
    for item in ranked:
        if item.language != leader.language:
            told = Version(language=item.language, title=item.title, url=item.url)
            versions.setdefault(item.language, told)
    # Pages that are only linked to; what their titles are nobody has read.
    for version in leader.versions:
        versions.setdefault(version.language, version)
    return tuple(versions.values())


def _review(items: Sequence[Event]) -> Review:
    reviews = {item.review for item in items}
    if Review.APPROVED in reviews:
        return Review.APPROVED
    return Review.REJECTED if reviews == {Review.REJECTED} else Review.SUGGESTED
