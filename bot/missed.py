""" "Co jsem zmeškal?": what was posted in a chat since the person was last here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.desk import Call
from bot.messages import Reply
from bot.store import Post
from bot.wording.events import MOST, event_line
from bot.wording.parts import told_in
from knowledge.questions.eventquestions import hear
from knowledge.questions.eventwords import MISSED

#: Who asks again within this time was not away.
_AWAY = timedelta(hours=1)

#: Looked back at, where nobody knows when somebody was here, and at most.
_USUALLY, _LONGEST = timedelta(days=7), timedelta(days=60)


async def missed(call: Call, text: str) -> Reply | None:
    """Return what was posted here meanwhile; None where that is not asked, or nothing was.

    "Jaké výzvy jsem zmeškal?" asks the calendar, not what was posted.
    """
    heard = hear(text, call.now, call.desk.zone)
    if not call.message.addressed or not MISSED.search(heard.folded):
        return None
    if heard.tells_which or heard.kinds:
        return None
    since = await _last_here(call)
    until = call.now
    if heard.times is not None:
        since, until = heard.times.start or since, heard.times.end or until
    posted = await call.desk.store.posts.since(call.place, since)
    posts = [post for post in posted if post.at <= until]
    return await _told(call, posts, since, text) if posts else None


async def _last_here(call: Call) -> datetime:
    """Return when the person was here before this conversation began."""
    earliest = call.now - _LONGEST
    times = await call.desk.store.questions.asked_by(call.message.author, call.message.chat)
    began = call.now
    for at in times:
        if began - at > _AWAY:
            return max(at, earliest)
        began = at
    return call.now - _USUALLY


async def _told(call: Call, posts: Sequence[Post], since: datetime, text: str) -> Reply:
    """Say of each event how it stands now, and of each announcement what it said."""
    language = call.language_for(text)
    reader = call.reader_in(language)
    lines: dict[str, str] = {}
    for post in posts:
        for uid in post.uids:
            event = await call.desk.agenda.event(uid)
            if event is not None:
                lines[event.uid] = event_line(told_in(event, language), reader)
        if not post.uids and (first := post.text.partition("\n")[0].strip()):
            lines[post.id] = f"- {first}"
    day = reader.phrases.moment(reader.local(since), "of")
    shown = list(lines.values())
    if len(shown) > MOST:
        shown = [*shown[:MOST], "- " + reader.say("events.more", n=len(shown) - MOST)]
    return Reply(text="\n".join((f"**{reader.say('missed.heading', day=day)}**", "", *shown)))
