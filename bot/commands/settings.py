"""/settings and /language: how the assistant behaves in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.subscribe import describe, feed_link
from bot.desk import Call, Command
from bot.i18n import LANGUAGES, Phrases
from bot.markup.plaintext import escape
from bot.messages import Button, ChatKind, Reply, ReplyKind, UserError
from bot.wording.reader import handle, shortened
from knowledge.languages import fold
from scheduler.events import Subscription

#: When the assistant answers in a group.
RESPOND = ("mention", "questions", "all", "never")

#: Reminders of events with a button, and characters of a title on one.
_REMINDERS, _TITLE = 5, 40

#: Beginnings of words for when it answers, folded.
_RESPOND = {
    **dict.fromkeys(("mention", "zmink", "oslov", "na oslov"), "mention"),
    **dict.fromkeys(("questions", "dotaz", "otazk", "i na dotaz"), "questions"),
    **dict.fromkeys(("all", "vse", "na vse"), "all"),
    **dict.fromkeys(("never", "nikdy", "neodpov"), "never"),
}

#: Beginnings of the languages' names, folded.
_NAMES = {
    **dict.fromkeys(("ces", "cz", "cs", "slov", "sk"), "cs"),
    **dict.fromkeys(("en", "ang"), "en"),
    **dict.fromkeys(("auto", "podle", "dotaz", "question", "as asked", "any", "kazd"), "auto"),
}

#: Of the question: nothing is chosen any more.
_AUTO = "auto"


async def settings(call: Call) -> Reply:
    """Show what holds here, with buttons to change it; a word changes it at once."""
    word = fold(call.message.arguments.strip())
    mode = _meant(word, _RESPOND)
    if mode and call.message.chat_kind is ChatKind.GROUP:
        await call.check_admin()
        await call.desk.store.chats.set_chat(call.message.chat, respond=mode)
        return Reply(text=call.say(f"respond.{mode}.done"))
    shown = await _show(call)
    if not word:
        return shown
    said = call.say("error.settings", word=escape(call.message.arguments.strip()[:60]))
    return replace(shown, text=f"{said}\n\n{shown.text}")


def _meant(word: str, beginnings: Mapping[str, str]) -> str:
    return next((value for start, value in beginnings.items() if word.startswith(start)), "")


async def _show(call: Call, kind: ReplyKind = ReplyKind.POST) -> Reply:
    chat = await call.desk.store.chats.chat(call.message.chat)
    lines = [f"**{call.say('settings.heading')}**", ""]
    lines.append("- " + call.say("settings.language", language=_language_name(call)))
    group = call.message.chat_kind is ChatKind.GROUP
    if group:
        lines.append("- " + call.say(f"respond.{chat.respond or 'mention'}"))
    lines.extend(await _subscriptions(call))
    rows = [language_choices(call)]
    if group:
        rows.append(tuple(_respond(each, call) for each in RESPOND))
    rows.append((Button(label=call.say("button.subscriptions"), data="sub:menu"),))
    rows.extend(await _reminders(call))
    return Reply(text="\n".join(lines), kind=kind, buttons=tuple(rows))


def _language_name(call: Call) -> str:
    chosen = call.chosen_language
    if chosen is None:
        return call.say("settings.guessed")
    return Phrases(chosen).say("language.name")


async def _subscriptions(call: Call) -> list[str]:
    here = await call.subscriptions()
    lines = [line for each in here if (line := await _line(call, each))]
    feed = await feed_link(call) if lines else ""
    lines = [*lines, feed] if feed else lines or [call.say("settings.no_subscription")]
    others = [
        call.say("settings.elsewhere", what=describe(each, call))
        for each in await call.desk.agenda.subscriptions(call.message.chat)
        if each not in here and not each.event_uid
    ]
    return [f"- {line}" for line in (*lines, *others)]


async def _reminders(call: Call) -> list[tuple[Button, ...]]:
    """Return a button for each event that is reminded of here, to take that back."""
    uids = dict.fromkeys(one.event_uid for one in await call.subscriptions() if one.event_uid)
    found = [event for uid in uids if (event := await call.desk.agenda.event(uid)) is not None]
    await call.desk.store.posts.remember(event.uid for event in found)
    rows: list[tuple[Button, ...]] = []
    for event in found[:_REMINDERS]:
        title = shortened(event.title, _TITLE)
        label = call.say("button.unremind_of", title=title)
        rows.append((Button(label=label, data=f"unremind:{handle(event.uid)}"),))
    return rows


async def _line(call: Call, subscription: Subscription) -> str:
    """Return what a subscription is for; "" for a reminder of an event that is gone."""
    if subscription.event_uid:
        event = await call.desk.agenda.event(subscription.event_uid)
        return call.say("settings.reminder", title=escape(event.title)) if event else ""
    line = call.say("settings.subscription", what=describe(subscription, call))
    if subscription.paused_until and subscription.paused_until > call.now:
        until = call.reader.local(subscription.paused_until)
        line += call.say("settings.paused", day=call.phrases.day(until.date(), "of"))
    return line


def language_row() -> tuple[Button, ...]:
    """Return a button for each language, in its own words."""
    return tuple(
        Button(label=Phrases(each).say("language.name"), data=f"lang:{each}") for each in LANGUAGES
    )


def language_choices(call: Call) -> tuple[Button, ...]:
    """Return a button for each language, and one for that of the question."""
    auto = Button(label=call.say("choice.language.auto"), data=f"lang:{_AUTO}")
    return (*language_row(), auto)


def _respond(mode: str, call: Call) -> Button:
    return Button(label=call.say(f"choice.respond.{mode}"), data=f"respond:{mode}")


async def language(call: Call) -> Reply:
    """Choose the language; without a word show what can be chosen."""
    word = fold(call.message.arguments.strip())
    found = _meant(word, _NAMES)
    if not word:
        return Reply(text=call.say("language.ask"), buttons=(language_choices(call),))
    if not found:
        raise UserError("error.tongue")
    return Reply(text=await _choose(call, found))


async def language_pressed(call: Call, argument: str) -> Reply:
    """The same by a button."""
    if argument not in (*LANGUAGES, _AUTO):
        return call.toast("error.old_button")
    return Reply(text=await _choose(call, argument), kind=ReplyKind.TOAST)


async def _choose(call: Call, language: str) -> str:
    """Set the language of the chat; in a direct chat that of the person everywhere."""
    await call.check_admin()
    chosen = None if language == _AUTO else language
    if call.message.chat_kind is ChatKind.DIRECT:
        await call.desk.store.chats.set_person(call.message.author, language=chosen)
    await call.desk.store.chats.set_chat(call.message.chat, language=chosen, asked=True)
    return Phrases(chosen).say("language.done") if chosen else call.say("language.auto")


async def respond(call: Call, mode: str) -> Reply:
    """Choose by a button when the assistant answers in a group."""
    await call.check_admin()
    if mode not in RESPOND:
        return call.toast("error.old_button")
    await call.desk.store.chats.set_chat(call.message.chat, respond=mode)
    return call.toast(f"respond.{mode}.done")


COMMANDS = (
    Command(name="settings", run=settings, aliases=("nastaveni", "nastavení")),
    Command(name="language", run=language, aliases=("jazyk", "lang")),
)
BUTTONS = {"lang": language_pressed, "respond": respond}
