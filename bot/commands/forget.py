"""/forget: removes what is kept of a person."""

from __future__ import annotations

from bot.desk import Call, Command
from bot.messages import ChatKind, Reply


async def forget(call: Call) -> Reply:
    """Remove the author's conversations, questions, votes, interests, choices and reminders."""
    author = call.message.author
    platform = call.desk.platforms[call.message.platform]
    address = platform.direct(author)
    is_direct = call.message.chat_kind is ChatKind.DIRECT
    direct = sorted({address, *([call.message.chat] if is_direct else [])})
    ended = [
        one
        for each in direct
        for one in await call.desk.agenda.subscriptions(each)
        if one.origin == "chat"
    ]
    single = sum(bool(one.event_uid) for one in ended)
    has_settings = bool(call.person.language or call.person.consent)
    for each in direct:
        await call.desk.agenda.forget(author, each)
    questions = await call.desk.store.forget(author, direct)
    counts = [call.say("count.questions", n=questions)] if questions else []
    counts += [call.say("count.reminders", n=single)] if single else []
    counts += [call.say("forget.settings")] if has_settings else []
    lines = [call.say("forget.nothing")]
    if counts:
        lines = [call.say("forget.done", counts=call.phrases.list_of(counts))]
    if len(ended) > single:
        lines.append(call.say("forget.ended"))
    return Reply(text=" ".join(lines))


COMMANDS = (Command(name="forget", run=forget, aliases=("zapomen", "zapomeň")),)
