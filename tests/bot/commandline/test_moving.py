"""`cscc doctor` says which chats of the configuration have another address now."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bot.store import Store, upgrade
from scheduler.database import open_database
from tests.bot.commandline.conftest import CONFIGURATION, Cscc

OLD, NEW = "telegram:-42", "telegram:-10042"


async def move(database: Path) -> None:
    engine = open_database(f"sqlite:///{database}")
    await upgrade(engine)
    await Store(engine).move(OLD, NEW)
    await engine.dispose()


def test_the_doctor_tells_the_new_address_and_looks_there(cscc: Cscc, tmp_path: Path) -> None:
    configuration = CONFIGURATION.replace("slack:C1", OLD) + f'\n[editors]\nchat = "{OLD}"\n'
    (tmp_path / "cscc.toml").write_text(configuration, encoding="utf-8")
    (tmp_path / "var").mkdir()
    asyncio.run(move(tmp_path / "var" / "cscc.sqlite"))

    signs = {one["key"]: one["text"] for one in json.loads(cscc("doctor", "--json").out)}

    assert signs["doctor.moved"] == (
        "telegram:-42 má teď adresu telegram:-10042 (skupina se stala nadskupinou). "
        "Asistent ji sleduje; do cscc.toml můžete napsat novou."
    )
    assert NEW in signs["doctor.no_token"]
    assert OLD not in signs["doctor.no_token"]
