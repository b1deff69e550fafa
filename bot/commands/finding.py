"""Finds the event that a button or an editor means, and checks who may see it."""

from __future__ import annotations

from bot.desk import Call
from bot.messages import UserError
from knowledge.documents import Audience
from scheduler.events import Event


async def event_of(call: Call, handle: str) -> Event:
    """Return the event of a button's handle.

    Raises:
        UserError: it is gone, or not for the eyes of whoever pressed.
    """
    uid = await call.desk.store.posts.uid(handle)
    event = await call.desk.agenda.event(uid) if uid else None
    if event is None or not _may_see(call, event):
        raise UserError("error.event_gone")
    return event


async def event_named(call: Call, uid: str) -> Event:
    """Return the event of a uid or handle that an editor wrote.

    Raises:
        UserError: there is none.
    """
    event = await call.desk.agenda.event(uid) if uid else None
    if event is None and uid:
        known = await call.desk.store.posts.uid(uid)
        event = await call.desk.agenda.event(known) if known else None
    if event is None:
        raise UserError("error.no_event")
    return event


def _may_see(call: Call, event: Event) -> bool:
    """Members' events are for members; buttons in a chat that was told of them are trusted."""
    audience = Audience(call.message.audience)
    return event.audience in audience.readable() or call.is_editor
