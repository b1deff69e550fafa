"""/forget: removes what is kept of a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk import Call, Command
from bot.markup.plaintext import escape
from bot.messages import ChatKind, Reply
from bot.pinned import drop_pin
from bot.store import Forgotten
from scheduler.events import Subscription


async def forget(call: Call) -> Reply:
    """Remove the author's conversations, questions, votes, interests, choices and reminders.

    What they agreed to have among the sources goes, too: the words are theirs.
    """
    author = call.message.author
    direct = _direct_chats(call)
    have = [one for each in direct for one in await call.desk.agenda.subscriptions(each)]
    own = [one for one in have if one.origin == "chat"]
    for each in direct:
        await call.desk.agenda.forget(author, each)
    agreed = await call.desk.store.questions.agreed(author)
    for each in agreed:
        await drop_pin(call, each)
    gone = await call.desk.store.forget(author, direct)
    counts = _counts(call, gone, own, resources=len(agreed))
    lines = [call.say("forget.nothing")]
    if counts:
        lines = [call.say("forget.done", counts=call.phrases.list_of(counts))]
    if any(not one.event_uid for one in own):
        lines.append(call.say("forget.ended"))
    if len(own) < len(have):
        lines.append(call.say("forget.config"))
    return Reply(text=" ".join(lines if direct else _of_hidden(call, counts)))


def _of_hidden(call: Call, counts: list[str]) -> list[str]:
    """Return what is said to somebody who writes as a group or channel: it could be anybody."""
    lines = [call.say("forget.hidden")]
    if counts:
        name = escape(call.message.author_name)
        gone = call.say("forget.hidden_done", name=name, counts=call.phrases.list_of(counts))
        lines.insert(0, gone)
    return lines


def _direct_chats(call: Call) -> list[str]:
    """Return the addresses where nobody but the author reads; none of who writes as a chat."""
    message = call.message
    chats = {call.desk.platforms[message.platform].direct(message.author)} - {""}
    if message.chat_kind is ChatKind.DIRECT:
        chats.add(message.chat)
    return sorted(chats)


def _counts(
    call: Call, gone: Forgotten, own: Sequence[Subscription], *, resources: int
) -> list[str]:
    """Return in words how much there was of what."""
    reminders = sum(bool(one.event_uid) for one in own)
    numbers = {
        "count.questions": gone.questions,
        "count.resources": resources,
        "count.messages": gone.messages,
        "count.votes": gone.votes,
        "count.interests": gone.interests,
        "count.subscriptions": len(own) - reminders,
        "count.reminders": reminders,
    }
    counts = [call.say(key, n=n) for key, n in numbers.items() if n]
    return [*counts, call.say("forget.settings")] if gone.settings else counts


COMMANDS = (Command(name="forget", run=forget, aliases=("zapomen", "zapomeň")),)
