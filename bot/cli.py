"""`cscc …`: finds the command and says in one sentence what went wrong.

A command's module is imported when it is called, so that `cscc --help` answers at once.
"""

from __future__ import annotations

import errno
import sys
import tempfile
import traceback
from importlib import import_module
from types import TracebackType
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from bot.errors import CommandError
from knowledge.errors import ConfigurationError, IngestLocked, KnowledgeError
from scheduler.errors import SchedulerError

#: name -> (module and attribute of its typer app, what it does). To add a command: a line here.
COMMANDS = {
    "run": ("run:app", "Start the assistant, until it is told to stop."),
    "ask": ("ask:ask_app", "Answer a question from the sources."),
    "search": ("ask:search_app", "Find the passages that fit a question."),
    "ingest": ("ingesting:app", "Bring the index in line with the sources."),
    "sources": ("sources:app", "Show the sources, or what one page would give."),
    "events": ("events:app", "List, add, change, approve and export events."),
    "reminders": ("reminders:app", "Show what will be sent when, and why."),
    "deliveries": ("deliveries:app", "Show what was sent, skipped and missed, and why."),
    "questions": ("questions:app", "Show what was asked and not answered."),
    "doctor": ("doctor:app", "Look for what keeps the assistant from working."),
    "pause": ("pausing:pause_app", "Send nothing until it is resumed."),
    "resume": ("pausing:resume_app", "Send again after a pause."),
    "eval": ("evaluating:eval_app", "Measure the answers to golden questions."),
    "bench": ("evaluating:bench_app", "Measure against the usual pipelines."),
    "backup": ("keeping:backup_app", "Save the database and the index into one file."),
    "restore": ("keeping:restore_app", "Bring back what a backup saved."),
    "db": ("db:app", "Look after the database."),
    "slack-manifest": ("slack_manifest:app", "Print the manifest for the Slack app."),
}


class LazyGroup(TyperGroup):
    """Knows the names and short helps; imports what is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (_, line) in COMMANDS.items():
            self.add_command(TyperCommand(name=name, help=line))

    def resolve_command(self, ctx, args):  # type: ignore[no-untyped-def] # typer keeps its types
        """Return the command itself in place of its stand-in."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and command else None, rest

    def invoke(self, ctx):  # type: ignore[no-untyped-def] # as above
        """Run a command; say what value does not fit without the checking library's words."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise


def load(name: str) -> Any:
    """Import a command."""
    module, attribute = COMMANDS[name][0].split(":")
    app = getattr(import_module(f"bot.commandline.{module}"), attribute)
    return typer.main.get_command(app)


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False)


@app.callback(context_settings={"help_option_names": ["-h", "--help"]})
def cscc() -> None:
    """Answers from the Czech Smart City Cluster's resources, and reminders of its events."""
    from bot.settings import read_dotenv  # noqa: PLC0415 -- slow import

    read_dotenv()


def main() -> NoReturn:
    """Run the command of the command line; leave with its exit code."""
    sys.excepthook = _report_bug
    try:
        typer.main.get_command(app)(prog_name="cscc")
    except (CommandError, KnowledgeError, SchedulerError, OSError) as error:
        fail(error)
    except BaseExceptionGroup as group:
        known = first_known(group)
        if known is None:
            raise
        fail(known)
    sys.exit(0)


def fail(error: BaseException) -> NoReturn:
    """Say in one sentence what went wrong and leave."""
    sys.stderr.write(f"cscc: {explain(error)}\n")
    sys.exit(exit_code(error))


def first_known(group: BaseExceptionGroup[BaseException]) -> BaseException | None:
    """Return the first error in a group of tasks that can be explained; None where one cannot."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            return first_known(error)
        if isinstance(error, (CommandError, KnowledgeError, SchedulerError, OSError)):
            return error
    return None


def explain(error: BaseException) -> str:
    """Return the sentence for an error that is known."""
    if not isinstance(error, OSError):
        return str(error)
    place = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return (
            f"No space is left on the disk{place}. Free some and run this again; nothing is lost."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"This may not be read or written{place}. Give this user the right to, or name "
            "another folder with CSCC_DATA_DIR."
        )
    if error.errno == errno.ENOENT:
        return f"There is no such file or folder{place}."
    return f"{error.strerror or error}{place}."


def exit_code(error: BaseException) -> int:
    """Return what the process leaves with: 2 for usage and configuration, 3 for a held lock."""
    if isinstance(error, CommandError):
        return error.exit_code
    if isinstance(error, ConfigurationError):
        return 2
    return 3 if isinstance(error, IngestLocked) else 1


def _report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Keep the traceback in a file and say where: nobody who uses this is to read one."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="cscc-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(kind, error, trace, file=file)
    sys.stderr.write(
        f"cscc: Something went wrong that was not foreseen ({kind.__name__}: {error}). "
        f"The details are in {file.name}; please send them to the maintainers.\n"
    )
