"""cscc.example.toml names every setting, and loads as it stands and with every line taken in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.settings import EditorsSettings, KeepSettings, TelegramSettings
from knowledge.settings import KnowledgeSettings, SourceSettings
from scheduler.settings import EventSourceSettings, SchedulerSettings, SubscriptionSettings

EXAMPLE = (Path(__file__).parent.parent / "cscc.example.toml").read_text("utf-8")

#: Given by the environment or by the file's own place, not by cscc.toml's tables.
ELSEWHERE = {
    "KnowledgeSettings": {"data_dir", "chroma_url", "database_url", "proxy"},
    "SchedulerSettings": {"data_dir", "database_url", "dry_run", "language", "timezone"},
    "TelegramSettings": {"bot_token", "api_url", "webhook_url", "webhook_secret"},
}

MODELS: tuple[type[BaseModel], ...] = (
    KnowledgeSettings,
    SourceSettings,
    SchedulerSettings,
    EventSourceSettings,
    SubscriptionSettings,
    EditorsSettings,
    KeepSettings,
    TelegramSettings,
)


def taken_in() -> str:
    """Return the example with every commented setting taken in."""
    body = EXAMPLE.split("# --- The environment")[0]
    return re.sub(r"(?m)^# (?=\[\[|[a-z_.]+ = )", "", body)


def fields() -> Iterator[tuple[str, str]]:
    """Yield each setting that belongs into the file, with its model."""
    for model in MODELS:
        for name in model.model_fields.keys() - ELSEWHERE.get(model.__name__, set()):
            yield model.__name__, name


@pytest.mark.parametrize(("model", "name"), sorted(fields()))
def test_the_example_names_every_setting(model: str, name: str) -> None:
    assert re.search(rf"(?m)^(# )?(\[+(\w+\.)?)?{name}(\.\w+)?(\]+| = )", EXAMPLE), model


@pytest.mark.parametrize("text", [EXAMPLE, taken_in()], ids=["as it stands", "all taken in"])
def test_the_example_is_valid(text: str) -> None:
    tables = tomllib.loads(text)

    knowledge = KnowledgeSettings.model_validate(tables["knowledge"])
    scheduler = SchedulerSettings.model_validate(tables["scheduler"])
    for model, name in ((EditorsSettings, "editors"), (KeepSettings, "keep")):
        model.model_validate(tables[name])

    assert {source.kind for source in knowledge.sources} == {"web", "files", "feed"}
    assert scheduler.sources[0].name == "cscc-calendar"
    assert scheduler.subscriptions[0].address == "slack:C024BE91L"
