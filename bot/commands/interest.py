"""Interest in events and the search for partners: a count for all, names among those alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.commands.finding import event_of
from bot.desk import Call
from bot.markup.plaintext import escape
from bot.messages import Button, DeliveryError, Reply, Undeliverable
from bot.store import Post
from bot.wording.buttons import interest_label
from bot.wording.reader import handle
from scheduler.events import EventKind

#: How long the question whether interest may be kept stands.
_ASKED = timedelta(hours=1)

#: Names shown at once.
_NAMES = 10


async def interested(call: Call, name: str) -> Reply:
    """Count the person among those interested, or no longer."""
    return await _toggle(call, name, "interested")


async def partner(call: Call, name: str) -> Reply:
    """Count the person among those who look for a partner, or no longer."""
    return await _toggle(call, name, "partner")


async def _toggle(call: Call, name: str, kind: str) -> Reply:
    event = await event_of(call, name)
    if not await _consents(call):
        return call.toast("interest.consent")
    posts = call.desk.store.posts
    called = call.message.author_name or call.message.author.partition(":")[2]
    is_in = await posts.toggle(event.uid, kind, call.message.author, called, call.now)
    everyone = await posts.interested(event.uid, kind)
    await _show_count(call, event.uid, kind, len(everyone))
    if not is_in:
        return call.toast(f"interest.{kind}.out")
    others = [escape(each) for author, each in everyone if author != call.message.author]
    if not others:
        return call.toast(f"interest.{kind}.first")
    names = call.phrases.list_of(others[:_NAMES])
    return call.toast(f"interest.{kind}.in", names=names, n=len(others))


async def who(call: Call, name: str) -> Reply:
    """Show who else pressed the same, to those who did."""
    event = await event_of(call, name)
    kind = "partner" if event.kind is EventKind.CALL else "interested"
    everyone = await call.desk.store.posts.interested(event.uid, kind)
    if not everyone:
        return call.toast("interest.nobody_yet")
    if call.message.author not in {author for author, _ in everyone}:
        return call.toast(f"interest.{kind}.hidden", n=len(everyone))
    others = [escape(each) for author, each in everyone if author != call.message.author]
    if not others:
        return call.toast("interest.nobody_else")
    names = call.phrases.list_of(others[:_NAMES])
    return call.toast(f"interest.{kind}.names", names=names, n=len(others))


async def _consents(call: Call) -> bool:
    """Ask once whether it may be kept; the second press says yes."""
    if call.person.consent:
        return True
    chats, author = call.desk.store.chats, call.message.author
    asked = call.person.asked_at
    if asked is None or call.now - asked > _ASKED:
        await chats.set_person(author, asked_at=call.now)
        return False
    await chats.set_person(author, consent=True)
    return True


async def _show_count(call: Call, uid: str, kind: str, count: int) -> None:
    """Put the count on the button of the post, if it is known."""
    post = await call.desk.store.posts.by_ref(call.message.platform, call.message.ref, uid)
    platform = call.desk.platform_of(call.message.address)
    if post is None or platform is None:
        return
    label = interest_label(kind, count, call.reader_in(post.language))
    changed = _relabelled(post, f"{kind}:{handle(uid)}", label)
    if changed == post:
        return
    try:
        await platform.edit(post.address, post.ref, changed.reply())
    except (DeliveryError, Undeliverable):
        return  # the count is right in the rows; the next press shows it
    await call.desk.store.posts.keep(changed)


def _relabelled(post: Post, data: str, label: str) -> Post:
    """Return the post with another label on one button; numbers of several events stay."""
    rows = tuple(
        tuple(
            replace(button, label=_number(post, button) + label) if button.data == data else button
            for button in row
        )
        for row in post.buttons
    )
    return replace(post, buttons=rows)


def _number(post: Post, button: Button) -> str:
    return button.label.partition(". ")[0] + ". " if len(post.uids) > 1 else ""


COMMANDS = ()
BUTTONS = {"interested": interested, "partner": partner, "who": who}
