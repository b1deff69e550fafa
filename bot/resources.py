"""Pinned answers as files; `[[knowledge.sources]]` of the editors read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bot.store import Pin


def write_resource(data_dir: Path, pin: Pin) -> None:
    """Write a pinned answer as a resource."""
    folder = data_dir / "answers" / pin.audience
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / f"{pin.id}.md", _resource(pin)
    if path.exists() and path.read_text("utf-8") == text:
        return
    draft = path.with_suffix(".tmp")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def write_resources(data_dir: Path, pins: Sequence[Pin]) -> None:
    """Have just these pinned answers as resources, also those that other machines took in."""
    for pin in pins:
        write_resource(data_dir, pin)
    wanted = {(pin.audience, pin.id) for pin in pins}
    for path in (data_dir / "answers").glob("*/*.md"):
        if (path.parent.name, path.stem) not in wanted:
            path.unlink(missing_ok=True)


def _resource(pin: Pin) -> str:
    question = re.sub(r"\s+", " ", pin.question).strip().replace('"', "'")
    head = [
        "---",
        f'title: "{question}"',
        f"language: {pin.language}",
        f"updated: {pin.at.date().isoformat()}",
        f"audience: {pin.audience}",
        *([f"url: {pin.url}"] if pin.url else []),
        "---",
    ]
    return "\n".join((*head, "", f"# {question}", "", pin.answer.strip(), ""))


def drop_resource(data_dir: Path, id: str) -> None:
    """Remove the resource of a pinned answer."""
    for path in (data_dir / "answers").glob(f"*/{id}.md"):
        path.unlink(missing_ok=True)
