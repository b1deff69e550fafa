"""What can be asked for by name or by a button.

To add a command: a module here with COMMANDS (and BUTTONS: verb -> function), and its name in
MODULES.
"""

from __future__ import annotations

from bot.commands import (
    announcing,
    ask,
    events,
    forget,
    help,
    home,
    interest,
    pause,
    pins,
    posting,
    remind,
    settings,
    subscribe,
    suggestions,
    unanswered,
)
from bot.desk import Command, Press
from bot.i18n import Phrases

__all__ = ["BUTTONS", "COMMANDS", "NAMES", "WORDS", "menu"]

MODULES = (
    ask,
    events,
    subscribe,
    pause,
    settings,
    remind,
    interest,
    forget,
    help,
    home,
    unanswered,
    suggestions,
    posting,
    announcing,
    pins,
)

#: name or alias -> command.
COMMANDS: dict[str, Command] = {
    name: command
    for module in MODULES
    for command in module.COMMANDS
    for name in (command.name, *command.aliases)
}

#: verb of a button's data -> what it does.
BUTTONS: dict[str, Press] = {
    verb: press for module in MODULES for verb, press in getattr(module, "BUTTONS", {}).items()
}

#: All that is understood after a slash.
NAMES = frozenset(name for name in COMMANDS if not name.startswith(":"))

#: Commands that are understood without a slash, too, where somebody writes that word alone.
WORDS = frozenset(
    name for name, command in COMMANDS.items() if not command.editors and not command.hidden
) - {"ask"}


def menu(language: str, *, editors: bool = False) -> list[tuple[str, str]]:
    """Return (name, description) of the commands for a platform's menu."""
    phrases = Phrases(language)
    shown = dict.fromkeys(command for command in COMMANDS.values() if not command.hidden)
    return [
        (command.name, phrases.say(f"menu.{command.name}"))
        for command in shown
        if editors or not command.editors
    ]
