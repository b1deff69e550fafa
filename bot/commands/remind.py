"""Reminders of one event for one person, in the direct chat; snoozing."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.commands.finding import event_of
from bot.desk import Call
from bot.i18n import zone
from bot.markup.plaintext import escape
from bot.messages import Button, ChatKind, Reply, ReplyKind, UserError
from bot.wording.buttons import anchor_of
from bot.wording.reader import handle as handle_of
from scheduler.events import Event, EventStatus, Lead, Subscription

#: When in the day a reminder a day before comes.
_MORNING = time(9)


async def remind(call: Call, handle: str) -> Reply:
    """Remind the person who pressed, in the direct chat."""
    text = await _remind(call, handle)
    return Reply(text=text, kind=ReplyKind.TOAST)


async def remind_by_link(call: Call, handle: str) -> Reply:
    """Remind whoever came by a deep link; they have written to us by that."""
    text = await _remind(call, handle)
    drop = Button(label=call.say("button.unremind"), data=f"unremind:{handle}")
    return Reply(text=text, buttons=((drop,),))


async def unremind(call: Call, handle: str) -> Reply:
    """Take back what is to be reminded of here about one event."""
    await call.check_admin()
    uid = await call.desk.store.posts.uid(handle)
    event = await call.desk.agenda.event(uid) if uid else None
    uids = {uid, event.uid if event else uid} - {None}
    ours = [one for one in await call.subscriptions() if one.event_uid in uids]
    for one in ours:
        await call.desk.agenda.unsubscribe(one.id)
    return call.toast("unremind.done" if ours else "error.old_button")


async def _event(call: Call, handle: str) -> Event:
    """Return the event to be reminded of.

    Raises:
        UserError: it is gone, or does not take place.
    """
    event = await event_of(call, handle)
    if event.status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        raise UserError("error.event_off")
    return event


async def _remind(call: Call, handle: str) -> str:
    event = await _event(call, handle)
    anchor = anchor_of(event, call.now)
    if anchor is None:
        raise UserError("error.event_over")
    lead, at = _lead(anchor, call)
    if event.all_day and lead.days is None:
        lead, at = _by_clock(at, anchor, call)
    await _subscribe(call, event, lead, address=_direct(call))
    when = call.phrases.moment(call.reader.local(at), "on")
    return call.say("remind.done", title=escape(event.title), when=when)


def _direct(call: Call) -> str:
    if call.message.chat_kind is ChatKind.DIRECT:
        return call.place
    return call.desk.platforms[call.message.platform].direct(call.message.author)


def _lead(anchor: datetime, call: Call) -> tuple[Lead, datetime]:
    """Return a day before at nine if that is still to come, else an hour, else half of the rest."""
    local = anchor.astimezone(zone(call.desk.settings.timezone))
    day_before = datetime.combine(local.date() - timedelta(days=1), _MORNING, local.tzinfo)
    if day_before > call.now:
        return Lead(days=1, at=_MORNING), day_before
    rest = anchor - call.now
    before = timedelta(hours=1) if rest > timedelta(hours=1, minutes=5) else rest / 2
    before = timedelta(minutes=max(1, before // timedelta(minutes=1)))
    return Lead(before=before), anchor - before


def _by_clock(at: datetime, anchor: datetime, call: Call) -> tuple[Lead, datetime]:
    """Return the lead that falls due at an instant, to the minute; whole days know no hours."""
    here = zone(call.desk.settings.timezone)
    local = at.astimezone(here).replace(second=0, microsecond=0)
    days = (anchor.astimezone(here).date() - local.date()).days
    return Lead(days=days, at=local.time()), local


async def _subscribe(
    call: Call, event: Event, lead: Lead, *, address: str, until: datetime | None = None
) -> None:
    settings = call.desk.settings
    mark = str(lead) if until or lead.days is None else f"{lead.days}d"
    await call.desk.agenda.subscribe(
        Subscription(
            id=f"event:{handle_of(event.uid)}:{address}:{mark}",
            address=address,
            language=call.person.language or call.language,
            timezone=settings.timezone,
            audience=call.message.audience,
            leads={str(event.kind): (lead,)},
            quiet=False,
            origin="chat",
            since=call.now,
            until=until,
            event_uid=event.uid,
        )
    )


async def snooze(call: Call, argument: str) -> Reply:
    """Remind of an event here again: in an hour, or tomorrow morning."""
    await call.check_admin()
    how, _, handle = argument.partition(":")
    event = await _event(call, handle)
    at = call.now + timedelta(hours=1)
    if how == "1d":
        local = call.reader.local(call.now) + timedelta(days=1)
        at = datetime.combine(local.date(), _MORNING, local.tzinfo)
    anchor = anchor_of(event, call.now)
    if anchor is None or anchor <= at:
        raise UserError("error.snooze_too_late")
    before = timedelta(minutes=(anchor - at) // timedelta(minutes=1))
    lead, at = Lead(before=before), anchor - before
    if event.all_day:
        lead, at = _by_clock(at, anchor, call)
    # Once: neither before its other dates nor before the one that it may be moved to.
    await _subscribe(call, event, lead, address=call.place, until=at)
    when = call.phrases.moment(call.reader.local(at), "on")
    return call.toast("snooze.done", when=when)


COMMANDS = ()
BUTTONS = {"remind": remind, "unremind": unremind, "snooze": snooze}
