"""Keeps the reminders that pages show, so that a restart does not lose what nobody has read yet.

Only posts of the outbox are kept, for some days: no question, no answer, no word of a visitor.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.platforms.web.visitors import Entry

logger = logging.getLogger(__name__)

#: How long a reminder is shown on a page that was closed.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Journal:
    """A file with a line for each reminder."""

    path: Path

    def add(self, visitor_id: str, entry: Entry) -> None:
        """Keep a reminder; when this returns it is on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(visitor_id, entry))

    def load(self, now: datetime) -> list[tuple[str, Entry]]:
        """Return what was shown lately, oldest first, and drop the rest from the file."""
        if not self.path.exists():
            return []
        kept = [
            (visitor_id, entry)
            for visitor_id, entry in self._read()
            if now - datetime.fromisoformat(str(entry["at"])) < KEPT
        ]
        part = self.path.with_suffix(".part")
        part.write_text("".join(_line(*one) for one in kept), encoding="utf-8")
        part.replace(self.path)
        return kept

    def _read(self) -> Iterator[tuple[str, Entry]]:
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                one = json.loads(line)
                yield one["visitor"], one["entry"]
            except (ValueError, KeyError, TypeError):
                # The last line of a process that was killed while it wrote.
                logger.warning("A line of %s cannot be read and is dropped.", self.path)


def _line(visitor_id: str, entry: Entry) -> str:
    return json.dumps({"visitor": visitor_id, "entry": entry}, ensure_ascii=False) + "\n"
