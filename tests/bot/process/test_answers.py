"""What editors answered on any machine is a resource on every machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.resources import write_resources
from bot.store import Pin

PIN = Pin(
    id="1", question="Kdy je schůze?", answer="Zítra.", at=datetime(2027, 3, 1, 8, tzinfo=UTC)
)


def test_answers_are_written_once_changed_and_dropped_as_the_rows_say(tmp_path: Path) -> None:
    other = replace(PIN, id="2", audience="members")
    write_resources(tmp_path, [PIN, other])
    [first, second] = sorted((tmp_path / "answers").rglob("*.md"))
    assert [first.parent.name, second.parent.name] == ["members", "public"]
    before = second.stat()

    write_resources(tmp_path, [PIN])
    assert not first.exists()
    assert second.stat() == before

    write_resources(tmp_path, [replace(PIN, answer="Pozítří.")])
    assert "Pozítří." in second.read_text("utf-8")

    write_resources(tmp_path, [])
    assert not [*(tmp_path / "answers").rglob("*.md")]
