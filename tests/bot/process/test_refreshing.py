"""Reading the sources in a child process."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.process.refreshing import Refreshing, environment
from knowledge.documents import Audience
from knowledge.settings import KnowledgeSettings, SourceSettings


def settings(folder: Path, audience: Audience = Audience.PUBLIC) -> KnowledgeSettings:
    """Return settings with one source that holds nothing."""
    (folder / "pages").mkdir(exist_ok=True)
    source = SourceSettings(
        name="pages", kind="files", path=str(folder / "pages"), audience=audience
    )
    return KnowledgeSettings(sources=(source,), data_dir=folder / "var")


def test_a_child_gets_no_tokens() -> None:
    given = {
        "PATH": "/bin",
        "CSCC_DATABASE_URL": "postgresql://db",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "TELEGRAM_BOT_TOKEN_FILE": "/run/token",
        "CSCC_ADMIN_TOKEN": "sesame",
        "OPENAI_API_KEY": "sk-1",
        "LD_PRELOAD": "/tmp/x.so",
    }
    own, foreign = KnowledgeSettings(), KnowledgeSettings(embeddings="openai:small")

    assert environment(given, own) == {"PATH": "/bin", "CSCC_DATABASE_URL": "postgresql://db"}
    assert environment(given, foreign)["OPENAI_API_KEY"] == "sk-1"


async def test_sources_are_read_by_a_child_and_a_change_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "cscc.toml"
    config.write_text('[[knowledge.sources]]\nname = "pages"\nkind = "files"\npath = "pages/"\n')
    monkeypatch.setenv("CSCC_DATA_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    before = Refreshing(settings(tmp_path), config=config)
    was_changed = before.changed

    code = await before.read()

    assert (was_changed, code, before.changed) == (True, 0, False)
    assert Refreshing(settings(tmp_path, Audience.MEMBERS), config=config).changed
