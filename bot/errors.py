"""What ends a command of `cscc`; the message says what to do."""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot do what it was asked for."""

    #: What the process leaves with.
    exit_code = 1


class UsageError(CommandError):
    """The command was called with something it does not understand."""

    exit_code = 2
