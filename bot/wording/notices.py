"""Notices of the scheduler in words, with their buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.i18n import Phrases
from bot.markup import one_line
from bot.messages import Reply
from bot.wording.buttons import Extras, buttons, numbers_of
from bot.wording.changes import short_changes, word_change
from bot.wording.events import (
    deadline_until,
    deadline_when,
    eligible_names,
    event_line,
    event_when,
    kind_name,
    left,
    next_deadline,
)
from bot.wording.parts import (
    at_next,
    at_occurrence,
    deadline_of,
    source_of,
    summary_of,
    title_of,
    told_in,
)
from bot.wording.reader import Reader, capital, joined
from scheduler.events import Event, EventKind, Notice, NoticeItem, ReminderKind

#: A notice that is later than this is worded by what is really left.
LATE = timedelta(minutes=10)

#: Items that are told in full; further ones take a line each.
IN_FULL = 5

#: Kinds that are lists of what lies ahead.
_LISTS = (ReminderKind.DIGEST, ReminderKind.SUMMARY)

#: Parts of a digest, in their order; an item's lead says which it belongs to.
_PARTS = ("new", "changed", "closing", "")


def word_notice(notice: Notice, now: datetime, extras: Extras | None = None) -> Reply:
    """Return the post: every item with title, when, how long still, where, source, buttons."""
    reader = Reader(phrases=Phrases(notice.language), timezone=notice.timezone, now=now)
    late = now - notice.due_at > LATE
    items = tuple(
        replace(item, event=told_in(item.event, notice.language))
        for item in notice.items
        if not _said_with_start(item, notice.items)
    )
    notice = replace(notice, items=items)
    if len({item.kind for item in items}) == 1 and items[0].kind in _LISTS:
        text = _word_list(notice, reader)
    elif len(items) == 1:
        text = word_item(items[0], reader, late=late)
    else:
        text = _word_several(items, reader, late=late)
    return Reply(text=text, buttons=buttons(items, reader, extras or Extras()))


def _said_with_start(item: NoticeItem, items: Sequence[NoticeItem]) -> bool:
    """Say whether the reminder of the event itself, beside it, tells when registration ends."""
    if item.kind is not ReminderKind.BEFORE_DEADLINE or item.event.kind is EventKind.CALL:
        return False
    return any(
        other.kind is ReminderKind.BEFORE_START and other.event.uid == item.event.uid
        for other in items
    )


def _word_list(notice: Notice, reader: Reader) -> str:
    kind = notice.items[0].kind
    parts = [f"**{reader.say(f'notice.{kind}')}**"]
    numbers = numbers_of(notice.items)
    for part in _PARTS:
        items = [item for item in notice.items if _part(item) == part]
        lines = "\n".join(_list_line(item, numbers[item.event.uid], reader) for item in items)
        heading = reader.say(f"notice.digest.{part}") + "\n\n" if part else ""
        if lines:
            parts.append(heading + lines)
    return "\n\n".join(parts)


def _part(item: NoticeItem) -> str:
    return item.lead if item.lead in _PARTS else ""


def _list_line(item: NoticeItem, number: int, reader: Reader) -> str:
    line = event_line(item.event, reader, number=number)
    told = short_changes(item, reader)
    return f"{line} – {told}" if told else line


def _word_several(items: tuple[NoticeItem, ...], reader: Reader, *, late: bool) -> str:
    """Return several items under one heading, numbered as their buttons are."""
    numbers = numbers_of(items)
    full = [
        f"**{numbers[item.event.uid]}.** {word_item(item, reader, late=late)}"
        for item in items[:IN_FULL]
    ]
    rest = [
        event_line(item.event, reader, number=numbers[item.event.uid]) for item in items[IN_FULL:]
    ]
    heading = reader.say("notice.several", n=len(items))
    return "\n\n".join([heading, *full, *(["\n".join(rest)] if rest else [])])


def word_item(item: NoticeItem, reader: Reader, *, late: bool = False) -> str:
    """Return one item: its heading and what belongs to it."""
    if item.kind is ReminderKind.CHANGED:
        return word_change(item, reader)
    if item.kind is ReminderKind.OPENED:
        return _word_opened(item, reader)
    if item.kind is ReminderKind.BEFORE_DEADLINE:
        return _word_deadline(item, reader, late=late)
    return _word_start(item, reader, late=late)


def _left(item: NoticeItem, reader: Reader, *, late: bool) -> str:
    """Return "za 7 dní" for a lead in days that is in time, what is really left otherwise."""
    anchor = item.anchor
    if anchor is None:
        return ""
    if not isinstance(anchor, datetime):
        return left(anchor, reader)
    if anchor <= reader.now:
        return reader.say("notice.now")
    return left(anchor, reader, exact=late or "d" not in item.lead)


def _word_start(item: NoticeItem, reader: Reader, *, late: bool) -> str:
    event = at_occurrence(item.event, item.recurrence_id)
    head = reader.say(
        "notice.start",
        left=capital(_left(item, reader, late=late)),
        title=title_of(item, reader),
        kind=kind_name(event.kind, reader),
    )
    where = joined(event_when(event, reader), one_line(event.place))
    last = " ".join(filter(None, (_registration(event, reader), source_of(event, reader))))
    return "\n".join(filter(None, (head, where, summary_of(event), last)))


def _registration(event: Event, reader: Reader) -> str:
    deadline = next_deadline(event, reader)
    if deadline is None:
        return ""
    until = deadline_until(deadline, reader)
    if deadline.label:
        return reader.say("notice.labelled", what=one_line(capital(deadline.label)), when=until)
    return reader.say("notice.registration", when=until)


def _word_deadline(item: NoticeItem, reader: Reader, *, late: bool) -> str:
    event = item.event
    registers = event.kind is not EventKind.CALL and not item.label
    head = reader.say(
        "notice.registration_ends" if registers else "notice.deadline",
        left=_left(item, reader, late=late),
        title=title_of(item, reader, item.label),
    )
    deadline = deadline_of(item)
    when = deadline_when(deadline, reader) if deadline else ""
    line = joined(when, eligible_names(event, reader), source_of(event, reader))
    return "\n".join(filter(None, (head, line, _held(event, reader), summary_of(event))))


def _held(event: Event, reader: Reader) -> str:
    """Return when and where that is held which one registers for."""
    event = at_next(event, reader)
    if event.kind is EventKind.CALL or event.start is None:
        return ""
    return joined(event_when(event, reader), one_line(event.place))


def _word_opened(item: NoticeItem, reader: Reader) -> str:
    event = item.event
    head = reader.say("notice.opened", title=title_of(item, reader))
    deadline = next_deadline(event, reader)
    until = ""
    if deadline:
        until = reader.say(
            "notice.until",
            what=one_line(deadline.label) or reader.say("notice.applications"),
            when=deadline_until(deadline, reader),
            left=left(deadline.at, reader),
        )
    line = joined(until, eligible_names(event, reader), source_of(event, reader))
    return "\n".join(filter(None, (head, line, summary_of(event))))
