"""/settings and /language: how the assistant behaves in a chat."""

from __future__ import annotations

from bot.commands.subscribe import describe, feed_link
from bot.desk import Call, Command
from bot.i18n import LANGUAGES, Phrases
from bot.markup.plaintext import escape
from bot.messages import Button, ChatKind, Reply, ReplyKind, UserError
from knowledge.languages import fold
from scheduler.events import Subscription

#: When the assistant answers in a group.
RESPOND = ("mention", "questions", "all", "never")

#: Beginnings of the languages' names, folded.
_NAMES = {"ces": "cs", "cz": "cs", "cs": "cs", "en": "en", "ang": "en", "slov": "cs", "sk": "cs"}


async def settings(call: Call) -> Reply:
    """Show what holds here, with buttons to change it."""
    word = fold(call.message.arguments.strip())
    if word in RESPOND:
        await call.check_admin()
        await call.desk.store.chats.set_chat(call.message.chat, respond=word)
        return Reply(text=call.say(f"respond.{word}.done"))
    return await _show(call)


async def _show(call: Call, kind: ReplyKind = ReplyKind.POST) -> Reply:
    chat = await call.desk.store.chats.chat(call.message.chat)
    lines = [f"**{call.say('settings.heading')}**", ""]
    lines.append("- " + call.say("settings.language", language=_language_name(call)))
    group = call.message.chat_kind is ChatKind.GROUP
    if group:
        lines.append("- " + call.say(f"respond.{chat.respond or 'mention'}"))
    lines.extend(await _subscriptions(call))
    rows = [language_row()]
    if group:
        rows.append(tuple(_respond(each, call) for each in RESPOND))
    rows.append((Button(label=call.say("button.subscriptions"), data="sub:menu"),))
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


def _respond(mode: str, call: Call) -> Button:
    return Button(label=call.say(f"choice.respond.{mode}"), data=f"respond:{mode}")


async def language(call: Call) -> Reply:
    """Choose the language; without a word show what can be chosen."""
    word = fold(call.message.arguments.strip())
    found = next((value for start, value in _NAMES.items() if word.startswith(start)), None)
    if not word:
        return Reply(text=call.say("language.ask"), buttons=(language_row(),))
    if found is None:
        raise UserError("error.language")
    return Reply(text=await _choose(call, found))


async def language_pressed(call: Call, argument: str) -> Reply:
    """The same by a button."""
    if argument not in LANGUAGES:
        return call.toast("error.old_button")
    return Reply(text=await _choose(call, argument), kind=ReplyKind.TOAST)


async def _choose(call: Call, language: str) -> str:
    """Set the language of the chat; in a direct chat that of the person everywhere."""
    await call.check_admin()
    if call.message.chat_kind is ChatKind.DIRECT:
        await call.desk.store.chats.set_person(call.message.author, language=language)
    await call.desk.store.chats.set_chat(call.message.chat, language=language, asked=True)
    return Phrases(language).say("language.done")


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
