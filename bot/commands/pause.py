"""/pause and /resume of a chat's notices, and the menu under a notice."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from bot.desk import Call, Command
from bot.messages import Button, ChatKind, DeliveryError, Reply, ReplyKind, Undeliverable
from bot.wording.buttons import Rows

#: "7", "7d", "2 týdny", "3 days".
_SPAN = re.compile(r"(\d{1,3})\s*(d|t|w|h)?", re.IGNORECASE)

_UNITS = {"d": timedelta(days=1), "t": timedelta(weeks=1), "w": timedelta(weeks=1)}

_UNITS_SMALL = {"h": timedelta(hours=1)}

#: Where nothing is said.
_WEEK = timedelta(days=7)


async def pause(call: Call) -> Reply:
    """Send nothing here for some days, a week where nothing is said."""
    await call.check_admin()
    return Reply(text=await _pause(call, _until(call.message.arguments, call)))


async def resume(call: Call) -> Reply:
    """Send again."""
    await call.check_admin()
    count = 0
    for subscription in await call.desk.agenda.subscriptions(call.message.chat):
        if subscription.paused_until:
            await call.desk.agenda.pause(subscription.id, None)
            count += 1
    return Reply(text=call.say("resume.done" if count else "resume.nothing"))


def _until(text: str, call: Call) -> datetime:
    match = _SPAN.search(text)
    span = _WEEK
    if match:
        unit = (match[2] or "d").lower()
        span = int(match[1]) * {**_UNITS, **_UNITS_SMALL}[unit]
    until = call.reader.local(call.now + min(span, timedelta(days=365)))
    if span >= timedelta(days=1):
        until = datetime.combine(until.date(), time(8), until.tzinfo)
    return until


async def _pause(call: Call, until: datetime) -> str:
    subscriptions = await call.desk.agenda.subscriptions(call.message.chat)
    for subscription in subscriptions:
        await call.desk.agenda.pause(subscription.id, until)
    if not subscriptions:
        return call.say("pause.nothing")
    return call.say("pause.done", when=call.phrases.moment(call.reader.local(until), "short"))


async def pause_pressed(call: Call, argument: str) -> Reply:
    """The same by a button."""
    await call.check_admin()
    return Reply(text=await _pause(call, _until(argument, call)), kind=ReplyKind.TOAST)


async def more(call: Call, handle: str) -> Reply:
    """Show what can be done with notices: snooze, pause, unsubscribe.

    In place of the post's buttons where nothing can be shown to one person alone in a group.
    """
    message = call.message
    platform = call.desk.platforms[message.platform]
    if message.chat_kind is ChatKind.GROUP and platform.deep_link("x"):
        back = Button(label=call.say("button.back"), data=f"back:{handle}")
        return await _change_buttons(call, handle, (*menu(call, handle), (back,)))
    return Reply(text=call.say("more.text"), kind=ReplyKind.PRIVATE, buttons=menu(call, handle))


async def back(call: Call, handle: str) -> Reply:
    """Show the post's own buttons again."""
    return await _change_buttons(call, handle, None)


async def _change_buttons(call: Call, handle: str, rows: Rows | None) -> Reply:
    """Put other buttons under the post that was pressed; None: its own."""
    posts = call.desk.store.posts
    uid = await posts.uid(handle)
    post = await posts.by_ref(call.message.platform, call.message.ref, uid or "")
    if post is None:
        return call.toast("error.old_button")
    shown = post.reply() if rows is None else Reply(text=post.text, buttons=rows)
    try:
        await call.desk.platforms[call.message.platform].edit(post.address, post.ref, shown)
    except (DeliveryError, Undeliverable):
        return call.toast("error.failed")
    return Reply(text="", kind=ReplyKind.TOAST)


def menu(call: Call, handle: str) -> Rows:
    """Return the buttons of the menu under a notice."""
    return (
        (
            Button(label=call.say("button.snooze_hour"), data=f"snooze:1h:{handle}"),
            Button(label=call.say("button.snooze_day"), data=f"snooze:1d:{handle}"),
        ),
        (
            Button(label=call.say("button.pause_week"), data="pause:7d"),
            Button(label=call.say("button.unsubscribe"), data="unsub:", style="danger"),
        ),
        (Button(label=call.say("button.who"), data=f"who:{handle}"),),
    )


COMMANDS = (
    Command(name="pause", run=pause, aliases=("pauza", "pozastavit", "snooze")),
    Command(name="resume", run=resume, aliases=("pokracovat", "pokračovat")),
)
BUTTONS = {"pause": pause_pressed, "more": more, "back": back}
