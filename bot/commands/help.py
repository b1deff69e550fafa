"""/help and /start: what the assistant can do, on one screen."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.remind import remind_by_link
from bot.commands.subscribe import subscribe_by_link
from bot.desk import Call, Command
from bot.messages import ChatKind, Reply


async def help_(call: Call) -> Reply:
    """Say what can be asked and which commands there are."""
    parts = [call.say("help.text")]
    if call.message.chat_kind is ChatKind.GROUP:
        spoken_to = call.chat.respond in (None, "mention")
        parts.append(call.say("help.group" if spoken_to else f"respond.{call.chat.respond}"))
    if call.is_editor:
        parts.append(call.say("help.editors"))
    return Reply(text="\n\n".join(parts))


async def start(call: Call) -> Reply:
    """Say hello, or do what a deep link asks for."""
    verb, _, argument = call.message.arguments.strip().partition("_")
    if verb == "r" and argument:
        return await remind_by_link(call, argument)
    if verb == "s":
        return await subscribe_by_link(call, argument)
    return Reply(text=f"{call.say('start.hello')}\n\n{call.say('help.text')}")


async def joined(call: Call) -> Reply:
    """Say hello once in a chat that the assistant was added to."""
    return Reply(text=call.say("start.joined"))


async def moved(call: Call) -> None:
    """Follow a chat to its new address."""
    old, new = call.message.chat, call.message.arguments.strip()
    if new:
        await call.desk.follow(old, new)


async def left(call: Call) -> None:
    """End what was subscribed in a chat that the assistant was removed from."""
    for subscription in await call.desk.agenda.subscriptions(call.message.chat):
        if subscription.origin == "chat":
            await call.desk.agenda.unsubscribe(subscription.id)


async def opened(call: Call) -> None:
    """Send only what is public where others than members have come to read."""
    for subscription in await call.desk.agenda.subscriptions(call.message.chat):
        if subscription.origin == "chat" and subscription.audience != "public":
            await call.desk.agenda.subscribe(replace(subscription, audience="public"))


COMMANDS = (
    Command(name="help", run=help_, aliases=("napoveda", "nápověda", "pomoc")),
    Command(name="start", run=start, hidden=True),
    Command(name=":joined", run=joined, hidden=True),
    Command(name=":moved", run=moved, hidden=True),
    Command(name=":left", run=left, hidden=True),
    Command(name=":opened", run=opened, hidden=True),
)
