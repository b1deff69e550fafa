"""Events in the editors' hands: suggestions, adding, editing, cancelling."""

from __future__ import annotations

import secrets

from bot.commands.finding import event_named
from bot.desk import Call, Command
from bot.editors import in_editors_place
from bot.eventforms import day_of, read_form
from bot.markup.plaintext import escape
from bot.messages import Button, Reply, ReplyKind, UserError
from bot.wording.events import event_line
from bot.wording.reader import handle
from scheduler.events import Event, EventKind, Review

#: Suggestions listed at once.
_LISTED = 6


async def suggestions(call: Call) -> Reply:
    """List what waits for approval."""
    if not await in_editors_place(call):
        raise UserError("error.editors_place")
    waiting = await call.desk.agenda.suggested()
    if not waiting:
        return Reply(text=call.say("suggestion.nothing"))
    await call.desk.store.posts.remember(event.uid for event in waiting)
    lines = [f"**{call.say('suggestion.heading', n=len(waiting))}**", ""]
    rows = []
    for number, event in enumerate(waiting[:_LISTED], start=1):
        lines.append(f"{number}. " + event_line(event, call.reader).removeprefix("- "))
        name = handle(event.uid)
        rows.append(
            (
                Button(label=f"{number}. {call.say('button.approve')}", data=f"ok:{name}"),
                Button(label=call.say("button.edit"), data=f"edit:{name}"),
                Button(label=call.say("button.reject"), data=f"reject:{name}"),
            )
        )
    return Reply(text="\n".join(lines), buttons=tuple(rows))


async def _pressed(call: Call, name: str) -> Event:
    call.check_editor()
    uid = await call.desk.store.posts.uid(name)
    event = await call.desk.agenda.event(uid) if uid else None
    if event is None:
        raise UserError("error.event_gone")
    return event


async def approve_pressed(call: Call, name: str) -> Reply:
    """Approve an event by a button."""
    return await _decide(call, await _pressed(call, name), Review.APPROVED)


async def reject_pressed(call: Call, name: str) -> Reply:
    """Reject an event by a button; it stays rejected."""
    return await _decide(call, await _pressed(call, name), Review.REJECTED)


async def edit_pressed(call: Call, name: str) -> Reply:
    """Show the form of an event; a reply to it changes the event."""
    event = await _pressed(call, name)
    return await _form(call, event)


async def _form(call: Call, event: Event) -> Reply:
    parts = [call.say("suggestion.form", uid=escape(event.uid)), call.say("suggestion.example")]
    if event.occurrences:
        parts.append(call.say("suggestion.form_dates"))
    parts.append(event_line(event, call.reader))
    reply = Reply(text="\n\n".join(parts))
    return await call.ask_editors(reply, "suggestion", event.uid)


async def _decide(call: Call, event: Event, review: Review) -> Reply:
    """Approve or reject what waits; a message about it alone says from then on what was done."""
    if event.review is not Review.SUGGESTED:
        return call.toast(f"suggestion.already.{event.review}", title=escape(event.title))
    done = await _review(call, event, review)
    told = await call.desk.store.editors.topic(call.message.chat, call.message.ref)
    if told is None or (told.what, told.subject) != ("suggestion", event.uid):
        return done
    mark = "✅" if review is Review.APPROVED else "🚫"
    text = f"{mark} {done.text}\n\n{event_line(event, call.reader)}"
    return Reply(text=text, kind=ReplyKind.EDIT)


async def _review(call: Call, event: Event, review: Review) -> Reply:
    if event.review is review:
        return Reply(text=call.say(f"suggestion.already.{review}", title=escape(event.title)))
    await call.desk.agenda.review(event.uid, review, call.message.author)
    return Reply(text=call.say(f"suggestion.{review}", title=escape(event.title)))


async def approve(call: Call) -> Reply:
    """Approve an event by its uid."""
    event = await event_named(call, call.message.arguments.strip())
    return await _review(call, event, Review.APPROVED)


async def reject(call: Call) -> Reply:
    """Reject an event by its uid."""
    event = await event_named(call, call.message.arguments.strip())
    return await _review(call, event, Review.REJECTED)


async def cancel(call: Call) -> Reply:
    """Say that an event does not take place; who was told of it is told so."""
    uid, _, day = call.message.arguments.strip().partition(" ")
    event = await event_named(call, uid)
    of_date = _date_of(event, day.strip(), call) if day.strip() else ""
    await call.desk.agenda.cancel(event.uid, call.message.author, of_date=of_date)
    if of_date:
        return Reply(text=call.say("event.date_cancelled", title=escape(event.title), day=day))
    return Reply(text=call.say("event.cancelled", title=escape(event.title)))


def _date_of(event: Event, day: str, call: Call) -> str:
    """Return the day that names one date of a recurring event."""
    if not event.occurrences:
        raise UserError("error.event_date")
    return day_of(day, call.desk.settings.timezone, call.now)


async def edit(call: Call) -> Reply:
    """Change an event: the uid, then lines of "field: value"."""
    uid, _, lines = call.message.arguments.strip().partition("\n")
    event = await event_named(call, uid.strip())
    if not lines.strip():
        return await _form(call, event)
    form = read_form(lines, call.desk.settings.timezone, call.now, event)
    author = call.message.author
    changed = await call.desk.agenda.edit(event.uid, form.changes, author, of_date=form.of_date)
    return Reply(text=f"{call.say('suggestion.edited')}\n\n{event_line(changed, call.reader)}")


async def add(call: Call) -> Reply:
    """Add an event from lines of "field: value"; an editor's needs no approval."""
    if not call.message.arguments.strip():
        return Reply(text=f"{call.say('event.form')}\n\n{call.say('suggestion.example')}")
    timezone = call.desk.settings.timezone
    fields = read_form(call.message.arguments, timezone, call.now).changes
    if "title" not in fields or not {"start", "deadlines"} & set(fields):
        raise UserError("error.add_fields")
    fields.setdefault("kind", EventKind.SEMINAR if "start" in fields else EventKind.CALL)
    event = Event(
        **{
            "uid": f"chat-{secrets.token_hex(6)}@cscc",
            "timezone": timezone,
            "source": "editors",
            **fields,
        }
    )
    await call.desk.agenda.add(event, call.message.author)
    await call.desk.store.posts.remember([event.uid])
    call.remember_topic("suggestion", event.uid)
    added = call.say("event.added", uid=escape(event.uid))
    return Reply(text=f"{added}\n\n{event_line(event, call.reader)}")


COMMANDS = (
    Command(name="suggestions", run=suggestions, aliases=("navrhy", "návrhy"), editors=True),
    Command(name="add", run=add, aliases=("pridat", "přidat"), editors=True),
    Command(name="edit", run=edit, aliases=("upravit",), editors=True),
    Command(name="approve", run=approve, aliases=("schvalit", "schválit"), editors=True),
    Command(name="reject", run=reject, aliases=("zamitnout", "zamítnout"), editors=True),
    Command(name="cancel", run=cancel, aliases=("zrusit", "zrušit"), editors=True),
)
BUTTONS = {"ok": approve_pressed, "reject": reject_pressed, "edit": edit_pressed}
