"""A real process, killed while it posts; `CSCC_KILLS` says how often."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.simulation.killing import kill

KILLS = int(os.environ.get("CSCC_KILLS", "2"))


@pytest.mark.timeout(120 + 4 * KILLS)
async def test_killed_processes_lose_and_double_nothing(tmp_path: Path) -> None:
    outcome = await kill(f"sqlite:///{tmp_path}/kill.sqlite", kills=KILLS, chats=12)

    assert outcome.wrong() == []
    assert len(outcome.rows) == KILLS * 12
