"""Runs commands in this process, in a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot import cli
from bot.settings import Environment

CONFIGURATION = """
[[knowledge.sources]]
name = "pages"
kind = "files"
path = "resources/"

[[scheduler.subscriptions]]
address = "slack:C1"
kinds = ["seminar", "call"]
quiet = false
"""


@dataclass
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str
    error: BaseException | None

    @property
    def json(self) -> Any:
        """What it printed."""
        assert self.code == 0, (self.err, self.error)
        return json.loads(self.out)


Cscc = Callable[..., Ran]


@pytest.fixture
def cscc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cscc:
    """Return what runs `cscc ARGUMENTS`, at 8:00 on 1 June 2027 in Prague."""
    monkeypatch.chdir(tmp_path)
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("CSCC_NOW", "2027-06-01T08:00:00+02:00")
    (tmp_path / "resources").mkdir()
    (tmp_path / "cscc.toml").write_text(CONFIGURATION, encoding="utf-8")
    group = typer.main.get_command(cli.app)

    def run(*arguments: str, stdin: str = "") -> Ran:
        result = CliRunner().invoke(cli.app, list(arguments), input=stdin)
        return Ran(result.exit_code, result.stdout, result.stderr, result.exception)

    assert group is not None
    return run
