"""Interest in events and the search for partners: a count for all, names among those alike."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.finding import event_of
from bot.desk import Call, Desk
from bot.i18n import Phrases
from bot.markup.plaintext import escape
from bot.messages import Button, DeliveryError, Reply, Undeliverable
from bot.store import Post
from bot.wording.buttons import interest_label
from bot.wording.reader import handle
from scheduler.events import Event, EventKind, EventStatus

logger = logging.getLogger(__name__)

#: What is counted, as the buttons' verbs.
KINDS = ("interested", "partner")

#: Posts whose counts are kept right: how old they may be, how many are looked at, and how many
#: are changed at once; answers to people need the platforms' limits more.
_RECENT, _LOOKED_AT, _AT_ONCE = timedelta(days=14), 200, 5

#: How long the question whether interest may be kept stands.
_ASKED = timedelta(hours=1)

#: How long after an event its names are kept.
_AFTERWARDS = timedelta(days=1)

#: Characters of the names shown at once: a note holds 200 in all (Telegram).
_NAMES = 110

#: Characters of one name.
_NAME = 30


async def interested(call: Call, name: str) -> Reply:
    """Count the person among those interested, or no longer."""
    return await _toggle(call, name, "interested")


async def partner(call: Call, name: str) -> Reply:
    """Count the person among those who look for a partner, or no longer."""
    return await _toggle(call, name, "partner")


async def _toggle(call: Call, name: str, kind: str) -> Reply:
    event = await event_of(call, name)
    if await _is_too_late(call, event, kind):
        return call.toast("interest.closed")
    called = (call.message.author_name or call.message.author.partition(":")[2])[:_NAME]
    if not await _consents(call, kind, event.uid):
        return call.toast("interest.consent", name=escape(called))
    rows = call.desk.store.interests
    is_in = await rows.toggle(event.uid, kind, call.message.author, called, call.now)
    everyone = await rows.people(event.uid, kind)
    await _show_count(call, event.uid, kind, len(everyone))
    if not is_in:
        return call.toast(f"interest.{kind}.out")
    others = _others(call, everyone)
    if not others:
        return call.toast(f"interest.{kind}.first")
    return call.toast(f"interest.{kind}.in", names=_named(call, others), n=len(others))


async def _is_too_late(call: Call, event: Event, kind: str) -> bool:
    """Tell whether an event is off or over; who stands in the list may still leave it."""
    if event.status is not EventStatus.CANCELLED and not event.over(call.now):
        return False
    everyone = await call.desk.store.interests.people(event.uid, kind)
    return call.message.author not in {author for author, _ in everyone}


async def who(call: Call, name: str) -> Reply:
    """Show who else pressed the same, to those who did."""
    event = await event_of(call, name)
    kind = "partner" if event.kind is EventKind.CALL else "interested"
    everyone = await call.desk.store.interests.people(event.uid, kind)
    if not everyone:
        return call.toast("interest.nobody_yet")
    if call.message.author not in {author for author, _ in everyone}:
        return call.toast(f"interest.{kind}.hidden", n=len(everyone))
    others = _others(call, everyone)
    if not others:
        return call.toast("interest.nobody_else")
    return call.toast(f"interest.{kind}.names", names=_named(call, others), n=len(others))


def _others(call: Call, everyone: Sequence[tuple[str, str]]) -> list[str]:
    return [name for author, name in everyone if author != call.message.author]


def _named(call: Call, names: Sequence[str]) -> str:
    """Return as many names as a note can hold, and how many there are besides."""
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join((*shown, name))) > _NAMES:
            break
        shown.append(name)
    rest = len(names) - len(shown)
    more = [call.say("interest.more", n=rest)] if rest else []
    return call.phrases.list_of([*map(escape, shown), *more])


async def _consents(call: Call, kind: str, uid: str) -> bool:
    """Tell whether the name may be kept; asked first, the next press of the same button says yes.

    A press that was on its way before the question was shown, as of a double tap, does not. As
    long as somebody stands in a list of this kind, that holds for others of the kind.
    """
    rows, author, button = call.desk.store.interests, call.message.author, f"{kind}:{uid}"
    if await rows.takes_part(author, kind):
        return True
    asked, pressed = await rows.asked(author, button), call.message.received_at or call.now
    if asked is not None and timedelta(0) <= pressed - asked <= _ASKED:
        await rows.answered(author, button)
        return True

    async def shown(_ref: str) -> None:
        await rows.ask(author, button, call.desk.clock())

    if asked is None or pressed - asked > _ASKED:
        call.on_posted.append(shown)
    return False


async def forget_what_is_over(desk: Desk) -> None:
    """Drop the names under events that have passed; those of merged events come together."""
    rows = desk.store.interests
    for uid in await rows.events():
        event = await desk.agenda.event(uid)
        if event is None or event.over(desk.clock() - _AFTERWARDS):
            await rows.drop(uid)
        elif event.uid != uid:
            await rows.join(uid, event.uid)


async def _show_count(call: Call, uid: str, kind: str, count: int) -> None:
    """Put the count on the button of the post, if it is known."""
    post = await call.desk.store.posts.by_ref(call.message.platform, call.message.ref, uid)
    if post is None:
        return
    changed = _relabelled(post, {f"{kind}:{handle(uid)}": count})
    if changed != post:
        await _put_up(call.desk, changed)


async def _put_up(desk: Desk, post: Post) -> None:
    """Show a post's buttons as they are now; where that cannot be, it is not tried again."""
    platform = desk.platform_of(post.address)
    if platform is None:
        return
    try:
        await platform.edit(post.address, post.ref, post.reply())
    except DeliveryError:
        return  # the next errand shows it
    except Undeliverable as error:
        logger.info("Post %s keeps its old count: %s", post.id, error)
    await desk.store.posts.keep(post)


async def recount(desk: Desk) -> None:
    """Put the counts on recent posts of the same events in other chats, a few at a time."""
    now, changed = desk.clock(), 0
    posts = [post for post in await desk.store.posts.latest(_LOOKED_AT) if _counts(post, now)]
    counts = await desk.store.interests.counts({uid for post in posts for uid in post.uids})
    for post in posts:
        platform = desk.platform_of(post.address)
        if platform is None or _recounted(post, post.uids, counts) == post:
            continue
        new = _recounted(post, await _ahead(desk, post.uids), counts)
        if new == post:
            continue
        if changed == _AT_ONCE:
            return
        changed += 1
        await platform.slot(post.address, urgent=False)
        await _put_up(desk, new)


def _counts(post: Post, now: datetime) -> bool:
    """Tell whether a post shows counts that are kept right."""
    verbs = {button.data.partition(":")[0] for row in post.buttons for button in row}
    return now - post.at <= _RECENT and not verbs.isdisjoint(KINDS)


def _recounted(post: Post, uids: Iterable[str], counts: Mapping[str, int]) -> Post:
    return _relabelled(
        post, {f"{kind}:{handle(uid)}": counts.get(uid, 0) for uid in uids for kind in KINDS}
    )


async def _ahead(desk: Desk, uids: Sequence[str]) -> list[str]:
    """Return the events that are not over: of those the names are dropped, the counts stay."""
    found = [(uid, await desk.agenda.event(uid)) for uid in uids]
    return [uid for uid, event in found if event is not None and not event.over(desk.clock())]


def _relabelled(post: Post, counts: Mapping[str, int]) -> Post:
    """Return the post with counts on buttons, by their data; numbers of several events stay."""
    phrases = Phrases(post.language)

    def label(button: Button) -> Button:
        if button.data not in counts:
            return button
        kind = button.data.partition(":")[0]
        new = interest_label(kind, counts[button.data], phrases)
        return replace(button, label=_number(post, button) + new)

    return replace(post, buttons=tuple(tuple(map(label, row)) for row in post.buttons))


def _number(post: Post, button: Button) -> str:
    return button.label.partition(". ")[0] + ". " if len(post.uids) > 1 else ""


COMMANDS = ()
BUTTONS = {"interested": interested, "partner": partner, "who": who}
