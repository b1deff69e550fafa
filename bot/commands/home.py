"""The App Home: what is next, what this person subscribed to, in which language."""

from __future__ import annotations

from bot.commands.events import ahead
from bot.commands.settings import language_choices
from bot.commands.subscribe import describe
from bot.desk import Call, Command
from bot.messages import Button, Reply
from bot.wording.events import event_line
from scheduler.events import EventKind

#: Lines of each list.
_LINES = 5


async def home(call: Call) -> Reply:
    """Return the Home of a person."""
    blocks = [f"## {call.say('home.heading')}", call.say("home.about")]
    for heading, kinds in (
        ("events.upcoming", (EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.MEETING)),
        ("events.calls", (EventKind.CALL,)),
    ):
        found = await ahead(call, kinds, limit=_LINES)
        lines = "\n".join(event_line(event, call.reader) for event in found)
        blocks.append(f"**{call.say(heading)}**\n\n{lines or call.say(f'{heading}_empty')}")
    blocks.append(await _own(call))
    subscribe = Button(label=call.say("button.subscriptions"), data="sub:menu")
    return Reply(text="\n\n".join(blocks), buttons=((subscribe,), language_choices(call)))


async def _own(call: Call) -> str:
    subscriptions = [
        f"- {describe(each, call)}"
        for each in await call.desk.agenda.subscriptions(call.message.chat)
        if not each.event_uid
    ]
    lines = "\n".join(subscriptions) or call.say("settings.no_subscription")
    return f"**{call.say('home.subscriptions')}**\n\n{lines}"


COMMANDS = (Command(name="home", run=home, hidden=True),)
