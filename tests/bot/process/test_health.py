"""How the process does: what /readyz, /metrics and `cscc doctor` tell."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import app
from bot.process.health import look
from bot.settings import Settings
from scheduler.settings import EventSourceSettings, SchedulerSettings
from scheduler.store import state

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


async def test_a_source_that_nobody_names_any_more_is_not_failing(tmp_path: Path) -> None:
    named = [
        EventSourceSettings(name=name, kind="ics", url=f"https://{name}.example/")
        for name in ("good", "bad")
    ]
    settings = Settings(data_dir=tmp_path, scheduler=SchedulerSettings(sources=tuple(named)))

    async with app.open_stores(settings) as stores:
        async with stores.engine.begin() as connection:
            await state.source_went(connection, "good", NOW)
            await state.source_went(connection, "bad", NOW, error="It cannot be reached.")
            await state.source_went(connection, "removed", NOW, error="It cannot be reached.")
        failing = await app.failing_sources(settings, stores)
        health = await look(settings, stores, {}, index=None, is_answering=False)

    told = {name: values for (name, _, _), values in health.figures.items()}
    assert [one.name for one in failing] == ["bad"]
    assert told["cscc_event_sources"] == {"failing": 1, "read": 1}


async def test_no_message_is_waited_for_where_none_can_be_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = shutil.disk_usage(tmp_path)._replace(free=4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: left)

    async with app.open_stores(Settings(data_dir=tmp_path)) as stores:
        health = await look(Settings(data_dir=tmp_path), stores, {}, index=None, is_answering=False)

    assert (health.database, health.ready) == (False, False)
