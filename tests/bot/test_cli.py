"""The command line as a whole: its commands, and how an error is told."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest
import typer

from bot import cli
from bot.commandline.evaluating import flat
from bot.errors import CommandError, UsageError
from knowledge.errors import ConfigurationError, IndexUnavailable, IngestLocked
from scheduler.errors import UnknownEvent


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_of_the_table_is_there(name: str) -> None:
    command = cli.load(name)

    assert command.get_short_help_str(200)


def test_the_list_of_commands_loads_nothing_slow() -> None:
    code = (
        "import sys; from bot import cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "slow = {'langchain_core', 'chromadb', 'sqlalchemy', 'pydantic', 'slack_sdk', 'telegram'}\n"
        "print(sorted(slow & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True
    )

    assert done.stderr == "[]\n"
    assert [name for name in cli.COMMANDS if name not in done.stdout] == []


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (CommandError("Port 1 is taken."), 1, "Port 1 is taken."),
        (UsageError("Say what."), 2, "Say what."),
        (ConfigurationError("cscc.toml, line 1: no."), 2, "cscc.toml, line 1: no."),
        (IngestLocked(), 3, "Another ingest is running. Wait for it with: cscc ingest --wait"),
        (IndexUnavailable(), 1, "There is no index yet. Make one with: make ingest"),
        (UnknownEvent(), 1, "There is no such event. List them with: cscc events list"),
        (
            OSError(errno.ENOSPC, "No space left on device", "var/x"),
            1,
            "No space is left on the disk (var/x). Free some and run this again; nothing is lost.",
        ),
        (
            OSError(errno.EACCES, "Permission denied", "var"),
            1,
            "This may not be read or written (var). Give this user the right to, or name another "
            "folder with CSCC_DATA_DIR.",
        ),
        (
            OSError(errno.ENOENT, "No such file", "a.md"),
            1,
            "There is no such file or folder (a.md).",
        ),
        (OSError(errno.EIO, "Input/output error", "a.md"), 1, "Input/output error (a.md)."),
    ],
)
def test_a_known_error_is_a_sentence_and_a_code(error: Exception, code: int, sentence: str) -> None:
    assert (cli.exit_code(error), cli.explain(error)) == (code, sentence)


def test_the_first_known_error_of_several_tasks_is_told() -> None:
    group = ExceptionGroup("tasks", [ExceptionGroup("inner", [CommandError("no token")])])
    unknown = ExceptionGroup("tasks", [ZeroDivisionError()])

    assert str(cli.first_known(group)) == "no token"
    assert cli.first_known(unknown) is None


def test_measures_within_measures_are_shown_flat() -> None:
    found = {"overhead": {"ratio": 1.0434782, "runs": [1, 2]}, "documents": 10}

    assert list(flat(found)) == [
        ("overhead ratio", "1.043"),
        ("overhead runs", "[1, 2]"),
        ("documents", "10"),
    ]


def test_a_mistyped_command_is_guessed() -> None:
    group = typer.main.get_command(cli.app)

    with pytest.raises(Exception, match="Did you mean 'doctor'"):
        group.main(["docter"], standalone_mode=False)


def test_a_value_that_does_not_fit_is_told_in_plain_words() -> None:
    group = typer.main.get_command(cli.app)

    with pytest.raises(typer.BadParameter) as caught:
        group.main(["events", "list", "--kind", "ples"], standalone_mode=False)

    assert caught.value.message == (
        "'ples' is not one of 'seminar', 'conference', 'call', 'meeting'."
    )
