"""Blocks of text in their order -> sections, each under the headings that it stands under."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.documents import Section
from knowledge.extraction.tables import leads, table
from knowledge.extraction.text import tidy


@dataclass(slots=True)
class Outline:
    """Collects headings and blocks as a file gives them."""

    sections: list[Section] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _levels: list[int] = field(default_factory=list)
    _blocks: list[str] = field(default_factory=list)
    _rows: list[list[str]] = field(default_factory=list)

    def heading(self, level: int, name: str) -> None:
        """Begin a part: it ends those of the same rank and of lower ones."""
        self.close()
        while self._levels and self._levels[-1] >= level:
            self._levels.pop()
            self._path.pop()
        self._levels.append(level)
        self._path.append(name)

    def block(self, text: str) -> None:
        """Add a paragraph, an item of a list or a table."""
        self._end_table()
        self._blocks.append(text)

    def row(self, cells: list[str]) -> None:
        """Add a row: those that follow each other are one table."""
        self._rows.append([" ".join(cell.split()) for cell in cells])

    def close(self) -> None:
        """End what was begun; to be called after the last block, too."""
        self._end_table()
        text = tidy(joined(self._blocks))
        if text:
            self.sections.append(Section(path=tuple(self._path), text=text))
        self._blocks.clear()

    def _end_table(self) -> None:
        if self._rows:
            self._blocks.append(table(self._rows, header=leads(self._rows)))
            self._rows.clear()

    @property
    def first(self) -> str:
        """Return the heading that the text begins with; "" if there is none."""
        return self.sections[0].path[0] if self.sections and self.sections[0].path else ""


def joined(blocks: list[str]) -> str:
    """Join paragraphs; items that follow each other become one list."""
    text = ""
    for at, block in enumerate(blocks):
        is_next_item = at > 0 and _is_item(block) and _is_item(blocks[at - 1])
        text += ("\n" if is_next_item else "\n\n") + block
    return text


def _is_item(block: str) -> bool:
    return block.lstrip(" ").startswith("- ")
