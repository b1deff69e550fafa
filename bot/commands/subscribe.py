"""/subscribe and /unsubscribe: what a chat is reminded of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.desk import Call, Command
from bot.markup.plaintext import escape, link
from bot.messages import Button, Reply, ReplyKind
from knowledge.languages import fold
from scheduler.events import EventKind, Subscription

#: Beginnings of words that name a kind, folded.
_KINDS = {
    "seminar": EventKind.SEMINAR,
    "skolen": EventKind.SEMINAR,
    "webinar": EventKind.SEMINAR,
    "konferenc": EventKind.CONFERENCE,
    "conferenc": EventKind.CONFERENCE,
    "vyzv": EventKind.CALL,
    "call": EventKind.CALL,
    "dotac": EventKind.CALL,
    "setkan": EventKind.MEETING,
    "meeting": EventKind.MEETING,
}

_ALL = ("vse", "vsechno", "all", "everything")

_DIGEST = ("prehled", "digest", "tydenni", "weekly")

#: What the configuration subscribed cannot be ended from the chat, only be silent.
FOR_GOOD = timedelta(days=3650)

#: Words between what is meant.
_SMALL = ("a", "i", "and", "na", "for", "pro", "o", "to", "s", "me", "mi")


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
    words = [word.strip(",.;") for word in call.message.arguments.split()]
    words = [word for word in words if word and fold(word) not in _SMALL]
    if not words:
        return await _menu(call)
    await call.check_admin()
    subscription = await current(call) or _new(call)
    kinds, topics, digest = _read(words)
    subscription = replace(
        subscription,
        kinds=_ordered({*subscription.kinds, *kinds}) if kinds else subscription.kinds,
        topics=tuple(dict.fromkeys((*subscription.topics, *topics))),
        digest=subscription.digest or digest,
    )
    if any(fold(word) in _ALL for word in words):
        subscription = replace(subscription, kinds=(), topics=())
    if await _comes_already(call, subscription):
        what = describe(replace(subscription, digest=False), call)
        return Reply(text=call.say("subscribe.already", what=what))
    return await _begin(call, subscription)


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


async def _begin(call: Call, subscription: Subscription) -> Reply:
    await call.desk.agenda.subscribe(subscription)
    done = call.say("subscribe.done", what=describe(subscription, call))
    return Reply(text=" ".join(filter(None, (done, await feed_link(call)))))


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
    subscription = replace(subscription, kinds=_ordered({*subscription.kinds, EventKind(kind)}))
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


def _read(words: list[str]) -> tuple[list[EventKind], list[str], bool]:
    kinds, topics, digest = [], [], False
    for word in words:
        folded = fold(word)
        found = [kind for start, kind in _KINDS.items() if folded.startswith(start)]
        if found:
            kinds.append(found[0])
        elif folded.startswith(_DIGEST):
            digest = True
        elif folded not in _ALL:
            topics.append(word)
    return kinds, topics, digest


def _ordered(kinds: set[EventKind]) -> tuple[EventKind, ...]:
    return tuple(kind for kind in EventKind if kind in kinds)


def describe(subscription: Subscription, call: Call) -> str:
    """Return what a subscription is for, in words."""
    kinds = [call.say(f"kinds.{kind}") for kind in subscription.kinds]
    what = call.phrases.list_of(kinds) if kinds else call.say("subscribe.everything")
    narrower = [*subscription.topics, *subscription.regions]
    if narrower:
        what = call.say("subscribe.about", what=what, topics=escape(", ".join(narrower)))
    if subscription.digest:
        what = call.say("subscribe.with_digest", what=what)
    return what


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
    kinds = _ordered(chosen) if len(chosen) < len(EventKind) else ()
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
