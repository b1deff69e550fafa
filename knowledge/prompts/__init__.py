"""What a chat model is told, as text files."""

from __future__ import annotations

from pathlib import Path


def prompt(name: str, **values: str) -> str:
    """Return a prompt with its places filled in."""
    text = (Path(__file__).parent / f"{name}.md").read_text("utf-8")
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text
