"""/subscribe and /unsubscribe: what a chat is reminded of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.commands.events import ahead
from bot.desk import Call, Command
from bot.markup.plaintext import escape, link
from bot.messages import Button, Reply, ReplyKind
from bot.wishes import Wish, ordered, read_wish
from knowledge.languages import words
from scheduler.events import EventKind, Lead, Subscription
from scheduler.reminders.matching import mismatch

#: What the configuration subscribed cannot be ended from the chat, only be silent.
FOR_GOOD = timedelta(days=3650)


def own_id(call: Call) -> str:
    """Return the id of the subscription that a place made for itself."""
    return f"chat:{call.place}"


async def current(call: Call) -> Subscription | None:
    """Return the subscription that this place made for itself."""
    mine = own_id(call)
    for subscription in await call.desk.agenda.subscriptions(call.message.chat):
        if subscription.id == mine:
            return subscription
    return None


async def subscribe(call: Call) -> Reply:
    """Subscribe to what the words name; without words show what can be chosen."""
    await call.check_reach()
    text = call.message.arguments.strip()
    if not words(text):
        return await _menu(call)
    await call.check_admin()
    events = await ahead(call)
    topics = dict.fromkeys(topic for event in events for topic in event.topics)
    wish = read_wish(text, tuple(topics))
    subscription = _as_wished(await current(call) or _new(call), wish)
    if await _comes_already(call, subscription):
        what = describe(replace(subscription, digest=False), call)
        return Reply(text=call.say("subscribe.already", what=what))
    told = [] if wish.digest is not False else [call.say("subscribe.no_digest")]
    if events and subscription.topics and all(mismatch(subscription, event) for event in events):
        told.append(call.say("subscribe.none_yet"))
    return await _begin(call, subscription, *told)


def _as_wished(subscription: Subscription, wish: Wish) -> Subscription:
    """Return the subscription as it is to be: what was chosen before stays unless it was said."""
    if wish.everything or wish.only:
        bare: dict[str, Any] = dict.fromkeys(("kinds", "topics", "regions", "eligible"), ())
        subscription = replace(subscription, **bare)
    return replace(
        subscription,
        kinds=_kinds(subscription, wish),
        topics=_joined(subscription.topics, wish.topics),
        regions=_joined(subscription.regions, wish.regions),
        eligible=_joined(subscription.eligible, wish.eligible),
        language=wish.language or subscription.language,
        digest=subscription.digest if wish.digest is None else wish.digest,
        leads=dict.fromkeys(EventKind, wish.leads) if wish.leads else subscription.leads,
    )


def _kinds(subscription: Subscription, wish: Wish) -> tuple[EventKind, ...]:
    chosen = {*subscription.kinds, *wish.kinds} if wish.kinds else {*subscription.kinds}
    if wish.not_kinds:
        chosen = (chosen or {*EventKind}) - {*wish.not_kinds}
    return ordered(chosen) if len(chosen) < len(EventKind) else ()


def _joined(have: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*have, *more)))


async def _comes_already(call: Call, wanted: Subscription) -> bool:
    """Tell whether everything is sent here anyway, by a subscription of the configuration."""
    return any(
        one.address == call.place
        and one.id != wanted.id
        and not (one.kinds or one.topics or one.regions or one.event_uid)
        and (one.paused_until is None or one.paused_until <= call.now)
        and one.digest >= wanted.digest
        for one in await call.desk.agenda.subscriptions(call.message.chat)
    )


async def _begin(call: Call, subscription: Subscription, *told: str) -> Reply:
    await call.desk.agenda.subscribe(subscription)
    done = call.say("subscribe.done", what=describe(subscription, call))
    return Reply(text=" ".join(filter(None, (done, *told, await feed_link(call)))))


async def feed_link(call: Call) -> str:
    """Return the link to this place's own calendar, "" where the world cannot reach us."""
    public_url = call.desk.settings.web.public_url.rstrip("/")
    if not public_url:
        return ""
    token = await call.desk.agenda.feed_token(call.place)
    return link(call.say("subscribe.feed"), f"{public_url}/events/{token}.ics")


async def subscribe_by_link(call: Call, kind: str) -> Reply:
    """Subscribe the direct chat to a kind named in a deep link; "": show what there is."""
    if kind not in set(EventKind):
        return await _menu(call)
    subscription = await current(call) or _new(call)
    subscription = replace(subscription, kinds=ordered({*subscription.kinds, EventKind(kind)}))
    return await _begin(call, subscription)


def _new(call: Call) -> Subscription:
    return Subscription(
        id=own_id(call),
        address=call.place,
        language=call.language,
        timezone=call.desk.settings.timezone,
        audience=call.message.audience,
        origin="chat",
        since=call.now,
    )


def describe(subscription: Subscription, call: Call) -> str:
    """Return what a subscription is for, in words."""
    kinds = [call.say(f"kinds.{kind}") for kind in subscription.kinds]
    what = call.phrases.list_of(kinds) if kinds else call.say("subscribe.everything")
    narrower = _narrower(subscription, call)
    if narrower:
        what = call.say("subscribe.narrower", what=what, limits="; ".join(narrower))
    if subscription.digest:
        what = call.say("subscribe.with_digest", what=what)
    leads = dict.fromkeys(lead for each in subscription.leads.values() for lead in each)
    parts = [what, call.phrases.list_of([_lead(lead, call) for lead in leads])]
    if subscription.language != call.language:
        parts.append(call.say(f"answer.in.{subscription.language}"))
    return ", ".join(filter(None, parts))


def _narrower(subscription: Subscription, call: Call) -> list[str]:
    """Return by what the events are chosen besides their kind."""
    whom = [call.say(f"eligible.{one}") for one in subscription.eligible]
    named = {
        "subscribe.topics": subscription.topics,
        "subscribe.regions": subscription.regions,
        "event.for": whom,
    }
    return [
        call.say(key, whom=names, names=names)
        for key, said in named.items()
        if (names := escape(", ".join(said)))
    ]


def _lead(lead: Lead, call: Call) -> str:
    """Return "týden předem", "2 hodiny předem"."""
    if lead.days is not None:
        days, weeks = lead.days, lead.days // 7
        by_week = days and not days % 7
        return call.say("lead.weeks", n=weeks) if by_week else call.say("lead.days", n=days)
    minutes = (lead.before or timedelta(0)) // timedelta(minutes=1)
    by_hour = minutes and not minutes % 60
    return (
        call.say("lead.hours", n=minutes // 60) if by_hour else call.say("lead.minutes", n=minutes)
    )


async def _menu(call: Call, kind: ReplyKind = ReplyKind.POST) -> Reply:
    subscription = await current(call)
    text = call.say("subscribe.menu")
    if subscription:
        text = call.say("subscribe.menu_now", what=describe(subscription, call))
    chosen = set(subscription.kinds or EventKind) if subscription else set()
    row = tuple(_choice(each, chosen, call) for each in EventKind)
    last = [_digest_choice(subscription, call)]
    if subscription:
        last.append(Button(label=call.say("button.unsubscribe"), data="unsub:", style="danger"))
    return Reply(text=text, kind=kind, buttons=(row[:2], row[2:], tuple(last)))


def _choice(kind: EventKind, chosen: set[EventKind], call: Call) -> Button:
    mark = "✓ " if kind in chosen else ""
    return Button(label=mark + call.say(f"choice.{kind}"), data=f"sub:{kind}")


def _digest_choice(subscription: Subscription | None, call: Call) -> Button:
    mark = "✓ " if subscription and subscription.digest else ""
    return Button(label=mark + call.say("choice.digest"), data="sub:digest")


async def choose(call: Call, what: str) -> Reply:
    """Switch one kind, or the digest, on or off by a button."""
    await call.check_reach()
    await call.check_admin()
    if what not in {*EventKind, "digest", "menu"}:
        return call.toast("error.old_button")
    subscription = await current(call)
    if what == "digest":
        subscription = subscription or _new(call)
        await call.desk.agenda.subscribe(replace(subscription, digest=not subscription.digest))
    elif what != "menu":
        await _switch(call, subscription, EventKind(what))
    return await _menu(call, ReplyKind.EDIT)


async def _switch(call: Call, subscription: Subscription | None, kind: EventKind) -> None:
    chosen = set(subscription.kinds or EventKind) if subscription else set()
    chosen ^= {kind}
    if not chosen:
        await call.desk.agenda.unsubscribe(own_id(call))
        return
    kinds = ordered(chosen) if len(chosen) < len(EventKind) else ()
    await call.desk.agenda.subscribe(replace(subscription or _new(call), kinds=kinds))


async def unsubscribe(call: Call) -> Reply:
    """End what this chat subscribed to; what the configuration set is only paused."""
    await call.check_admin()
    return Reply(text=await _end(call))


async def unsubscribe_pressed(call: Call, _argument: str) -> Reply:
    """The same by a button, under a notice or in the settings."""
    await call.check_admin()
    return Reply(text=await _end(call), kind=ReplyKind.TOAST)


async def _end(call: Call) -> str:
    ours = await call.subscriptions()
    for subscription in ours:
        if subscription.origin == "chat":
            await call.desk.agenda.unsubscribe(subscription.id)
        else:
            await call.desk.agenda.pause(subscription.id, call.now + FOR_GOOD)
    if any(each.origin != "chat" for each in ours):
        return call.say("unsubscribe.config")
    return call.say("unsubscribe.done" if ours else "unsubscribe.nothing")


COMMANDS = (
    Command(name="subscribe", run=subscribe, aliases=("odebirat", "odebírat", "odber", "odběr")),
    Command(name="unsubscribe", run=unsubscribe, aliases=("odhlasit", "odhlásit")),
)
BUTTONS = {"sub": choose, "unsub": unsubscribe_pressed}
