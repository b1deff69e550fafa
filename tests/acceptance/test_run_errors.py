"""What an operator is told when something is wrong: one sentence, what to do, no traceback."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from tests.acceptance.processes import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


async def refused(home: Home, *arguments: str, **more: str) -> tuple[int, str]:
    """Run a command that must fail; return its exit code and the one sentence it says."""
    code, _, err = await home.cscc(*arguments, **more)
    assert "Traceback" not in err
    (sentence,) = [line for line in err.splitlines() if not line.startswith("{")]
    return code, sentence


async def test_nothing_ingested(home: Home) -> None:
    assert await refused(home, "ask", "Kolik stojí členství?") == (
        1,
        "cscc: There is no index yet. Make one with: make ingest",
    )


@pytest.mark.parametrize("command", [("run",), ("ask", "x"), ("events", "list"), ("doctor",)])
async def test_a_broken_configuration(home: Home, command: tuple[str, ...]) -> None:
    home.configure("language = cs\n")

    assert await refused(home, *command) == (
        2,
        f"cscc: {home.folder}/cscc.toml is not valid TOML: line 5, column 12: Invalid value. "
        "Mend it there.",
    )


async def test_a_configuration_that_is_named_but_missing(home: Home) -> None:
    assert await refused(home, "run", CSCC_CONFIG="other.toml") == (
        2,
        f"cscc: The configuration {home.folder}/other.toml does not exist. Make it "
        "(cscc.example.toml shows how), or name another with --config or CSCC_CONFIG.",
    )


async def test_a_port_that_was_asked_for_and_is_taken(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])

        found = await refused(home, "run", CSCC_WEB_PORT=port)

    assert found == (
        1,
        f"cscc: Port {port} on 127.0.0.1 is taken by another program. Stop that program, or set "
        "CSCC_WEB_PORT to another port (0: any free one).",
    )


async def test_a_secret_file_that_is_missing(home: Home) -> None:
    assert await refused(home, "run", SLACK_BOT_TOKEN_FILE="/nowhere/token") == (
        2,
        "cscc: SLACK_BOT_TOKEN_FILE names /nowhere/token, which cannot be read: "
        "No such file or directory.",
    )


async def test_a_database_that_is_none(home: Home) -> None:
    assert await refused(home, "events", "list", CSCC_DATABASE_URL="mysql://db/cscc") == (
        1,
        "cscc: The database cannot be opened. CSCC_DATABASE_URL is sqlite:///FILE or "
        "postgresql://…",
    )


async def test_a_backup_that_is_none(home: Home) -> None:
    (home.folder / "x.tar.gz").write_bytes(b"nothing")

    code, sentence = await refused(home, "restore", "x.tar.gz")

    assert (code, sentence.split(":")[:2]) == (
        1,
        ["cscc", " x.tar.gz is no backup, or is damaged"],
    )


async def test_several_at_once_say_the_same(home: Home) -> None:
    found = await asyncio.gather(*(refused(home, "ask", "x") for _ in range(3)))

    assert {code for code, _ in found} == {1}
