"""/pause and /resume of a chat's notices, and the menu under a notice."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from bot.desk import Call, Command
from bot.messages import (
    Button,
    ChatKind,
    DeliveryError,
    Reply,
    ReplyKind,
    Undeliverable,
    UserError,
)
from bot.wording.buttons import Rows
from knowledge.languages import fold
from knowledge.questions.spelling import tidied
from knowledge.questions.timeranges import find_range

#: "7", "7d", "2 týdny", "3 days", "měsíc"; folded.
_SPAN = re.compile(r"(?:na |for )?(?:a |an )?(\d{1,3})?\s*([a-z]*)")

#: Beginnings of units, and how long each is; a bare number means days.
_UNITS = (
    (("min",), timedelta(minutes=1)),
    (("h",), timedelta(hours=1)),
    (("d", "day"), timedelta(days=1)),
    (("t", "w"), timedelta(weeks=1)),
    (("m",), timedelta(days=30)),
    (("r", "let", "y"), timedelta(days=365)),
)

#: What names a day instead; folded.
_TILL = re.compile(r"(?:do|until|till|til)\b")

_LONGEST = timedelta(days=365)

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
    for subscription in await call.subscriptions():
        if subscription.paused_until:
            await call.desk.agenda.pause(subscription.id, None)
            count += 1
    return Reply(text=call.say("resume.done" if count else "resume.nothing"))


def _until(text: str, call: Call) -> datetime:
    """Return until when, in the zone of the chat; from a day on in the morning.

    Raises:
        UserError: the words name no time.
    """
    said = fold(text).strip()
    if _TILL.match(said):
        return _morning(_day(text, call), call)
    span = _span(said) if said else _WEEK
    until = call.reader.local(call.now + min(span, _LONGEST))
    return until if span < timedelta(days=1) else _morning(until.date(), call)


def _span(said: str) -> timedelta:
    match = _SPAN.fullmatch(said)
    number, name = (match[1], match[2]) if match else (None, "")
    known = [span for starts, span in _UNITS if name.startswith(starts)] if name else []
    if number and not name:
        known = [timedelta(days=1)]
    if not known:
        raise UserError("error.pause")
    return int(number or 1) * known[0]


def _day(text: str, call: Call) -> date:
    """Return the day up to which a range of days goes, or the one after it: "do konce června"."""
    found = find_range(tidied(text), call.now, call.desk.zone, bare_month=True)
    if found is None or found.end is None or found.end <= call.now:
        raise UserError("error.pause")
    last = min(found.end, call.now + _LONGEST)
    whole = re.search(r"\b(?:konc|end)", fold(text))
    return call.reader.local(last if whole else last - timedelta(days=1)).date()


def _morning(day: date, call: Call) -> datetime:
    return datetime.combine(day, time(8), call.reader.local(call.now).tzinfo)


async def _pause(call: Call, until: datetime) -> str:
    subscriptions = await call.subscriptions()
    for subscription in subscriptions:
        await call.desk.agenda.pause(subscription.id, until)
    if not subscriptions:
        return call.say("pause.nothing")
    return call.say("pause.done", when=call.phrases.moment(call.reader.local(until), "of"))


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
