"""/events and /calls: what lies ahead, from the rows of the scheduler."""

from __future__ import annotations

from bot.bridges.eventfacts import event_facts
from bot.commands.finding import event_of
from bot.desk import Call, Command
from bot.markup.plaintext import escape
from bot.messages import ChatKind, File, Reply, ReplyKind
from bot.wording.events import word_list
from knowledge.documents import Audience, EventQuery
from knowledge.languages import fold, stem, words
from knowledge.questions.eventwords import WHOM
from knowledge.questions.spelling import tidied
from knowledge.questions.timeranges import TimeRange, find_range
from scheduler.events import Event, EventKind

#: Platforms that are shown the starter's examples.
EXAMPLES = ("console", "web")

#: Says only that whom it is for follows.
_FOR = ("pro", "for")

_HELD = (EventKind.SEMINAR, EventKind.CONFERENCE, EventKind.MEETING)


async def events(call: Call) -> Reply:
    """List seminars, conferences and meetings ahead; further words and times choose of them."""
    return await _list(call, _HELD, "events.upcoming")


async def calls(call: Call) -> Reply:
    """List calls that are open or planned."""
    return await _list(call, (EventKind.CALL,), "events.calls")


async def _list(call: Call, kinds: tuple[EventKind, ...], heading: str) -> Reply:
    found = await ahead(call, kinds)
    wanted = call.message.arguments.strip()
    wanted = wanted if words(wanted) else ""
    empty = f"{heading}_empty"
    if wanted and found:
        times, rest = _time_in(wanted, call)
        found = [
            event
            for event in found
            if matches(event, rest, call.language) and (times is None or _is_in(event, times, call))
        ]
        empty = "events.none_match"
    text = word_list(found, call.reader, heading=heading, empty=empty)
    if wanted and found:
        text = text.replace("**\n", f" – {escape(wanted)}**\n", 1)
    return Reply(text=text)


def _time_in(wanted: str, call: Call) -> tuple[TimeRange | None, str]:
    """Return the time that was asked for ("v lednu", "prosinec"), and the other words."""
    text = tidied(wanted)
    times = find_range(text, call.now, call.desk.zone, bare_month=True)
    if times is not None:
        first, last = times.span
        return times, text[:first] + text[last:]
    return None, wanted


def _is_in(event: Event, times: TimeRange, call: Call) -> bool:
    start = max(times.start, call.now) if times.start else call.now
    query = EventQuery(start=start, end=times.end)
    return bool(event_facts([event], query, Audience(call.message.audience)))


async def ahead(call: Call, kinds: tuple[EventKind, ...] = (), limit: int = 50) -> list[Event]:
    """Return what lies ahead and may be read by the author in this place."""
    return await call.desk.agenda.events(
        after=call.now,
        kinds=kinds,
        audience=call.message.audience,
        examples=call.message.platform in EXAMPLES,
        limit=limit,
    )


def matches(event: Event, wanted: str, language: str) -> bool:
    """Tell whether an event has all these words in its title, topics, place or region.

    "Obce", "for universities" ask for calls for them.
    """
    text = " ".join((event.title, *event.topics, event.place, event.region))
    have = {stem(word, event.language) for word in words(text)}
    have |= {stem(word, language) for word in words(text)}
    return all(
        any(one.startswith(stem(word, language)) for one in have) or _is_for(event, word)
        for word in words(wanted)
        if fold(word) not in _FOR
    )


def _is_for(event: Event, word: str) -> bool:
    return any(WHOM[kind].fullmatch(fold(word)) for kind in event.eligible if kind in WHOM)


async def calendar(call: Call, handle: str) -> Reply:
    """Send the calendar file of an event: to who pressed, where that can be."""
    event = await event_of(call, handle)
    content = await call.desk.agenda.calendar([event], call.language)
    file = File(name="cscc.ics", content=content, media_type="text/calendar; charset=utf-8")
    direct = call.message.chat_kind is ChatKind.DIRECT
    return Reply(
        text=call.say("calendar.file", title=escape(event.title)),
        kind=ReplyKind.POST if direct else ReplyKind.PRIVATE,
        files=(file,),
    )


COMMANDS = (
    Command(name="events", run=events, aliases=("akce", "seminare", "semináře")),
    Command(name="calls", run=calls, aliases=("vyzvy", "výzvy")),
)
BUTTONS = {"ics": calendar}
