"""Markdown -> Telegram's HTML, and the text it amounts to, which is what Telegram counts."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from bot.markup.marktree import (
    Cell,
    Code,
    Listing,
    Mark,
    Node,
    Quote,
    Rule,
    Run,
    Table,
    Text,
    read,
    words,
)
from bot.markup.plaintext import WEDGE, plain

__all__ = ["CAPTION", "MESSAGE", "Rendered", "fits", "length", "render"]

#: Units of UTF-16 of a message and of what stands under a file, after the markup is read. The
#: documentation says "characters"; by units, as offsets are counted, no reading is passed.
MESSAGE = 4096
CAPTION = 1024
#: Telegram leaves out further ones without a word.
MOST_ENTITIES = 100
#: Bytes of addresses in one message; somewhat above 9,000 it is refused (ENTITIES_TOO_LONG).
MOST_ADDRESS_BYTES = 6000
#: A table wider than this many signs would be broken on a telephone: it becomes a list.
TABLE_WIDTH = 36
#: Quotes longer than this are shown folded.
LONG_QUOTE = 900

#: Telegram makes a call of any "@name" that no letter or digit stands before.
_CALL = re.compile(r"(?<!\w)@(?=[A-Za-z0-9_])")
_TAGS = {"strong": "b", "em": "i", "s": "s"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as Telegram takes it."""

    html: str
    #: What is read once the markup is gone.
    text: str
    entities: int
    address_bytes: int


def length(text: str) -> int:
    """Return how long Telegram takes a text to be, at most."""
    return len(text.encode("utf-16-le")) // 2


def fits(markdown: str, limit: int = MESSAGE) -> bool:
    """Whether a piece of Markdown can be one message."""
    made = render(markdown)
    return (
        length(made.text) <= limit
        and made.entities <= MOST_ENTITIES
        and made.address_bytes <= MOST_ADDRESS_BYTES
    )


def render(markdown: str) -> Rendered:
    """Return the HTML of a text. Nothing in it calls anyone or hides where a link leads."""
    writer = _Writer()
    writer.blocks(read(markdown))
    return writer.result()


class _Writer:
    """Writes HTML and counts what it amounts to."""

    def __init__(self) -> None:
        self._html: list[str] = []
        self._text: list[str] = []
        self._entities = 0
        self._address_bytes = 0
        self._indent = ""
        self._quoted = False

    def result(self) -> Rendered:
        return Rendered(
            "".join(self._html), "".join(self._text), self._entities, self._address_bytes
        )

    def blocks(self, nodes: Sequence[Node], *, tight: bool = False) -> None:
        before: Node | None = None
        for node in nodes:
            if before is not None:
                close = tight or (isinstance(before, Text) and before.level > 0)
                self._lines(1 if close else 2)
            self._block(node)
            before = node

    def _block(self, node: Node) -> None:
        match node:
            case Text(level=0):
                self._runs(node.runs)
            case Text():
                self._open("b")
                self._runs(node.runs)
                self._close("b")
            case Code():
                self._code(node)
            case Rule():
                self._say("———")
            case Quote():
                self._quote(node)
            case Listing():
                self._list(node)
            case Table():
                self._table(node)

    def _say(self, text: str) -> None:
        text = _CALL.sub(f"@{WEDGE}", text)
        self._text.append(text)
        self._html.append(html.escape(text, quote=False))

    def _lines(self, count: int) -> None:
        self._say("\n" * count + self._indent)

    def _open(self, tag: str, attributes: str = "") -> None:
        self._entities += 1
        self._html.append(f"<{tag}{attributes}>")

    def _close(self, tag: str) -> None:
        self._html.append(f"</{tag}>")

    def _runs(self, runs: Sequence[Run]) -> None:
        open_: tuple[Mark, ...] = ()
        for run in (*_with_mail_as_text(runs), Run("text", "")):
            same = _shared(open_, run.marks)
            for mark in reversed(open_[same:]):
                self._close("a" if mark.kind == "link" else _TAGS[mark.kind])
            for mark in run.marks[same:]:
                self._open_mark(mark)
            open_ = run.marks
            self._run(run)

    def _open_mark(self, mark: Mark) -> None:
        if mark.kind == "link":
            self._address_bytes += len(mark.sign.encode())
            self._open("a", f' href="{html.escape(mark.sign)}"')
        else:
            self._open(_TAGS[mark.kind])

    def _run(self, run: Run) -> None:
        if run.kind in ("softbreak", "hardbreak"):
            self._lines(1)
        elif run.kind == "code":
            self._open("code")
            self._say(run.text)
            self._close("code")
        else:
            self._say(run.text)

    def _code(self, node: Code) -> None:
        self._open("pre")
        if node.info:
            self._html.append(f'<code class="language-{html.escape(node.info)}">')
        self._say(node.text or " ")
        if node.info:
            self._html.append("</code>")
        self._close("pre")

    def _quote(self, node: Quote) -> None:
        if self._quoted:  # Telegram has no quotes within quotes
            self._say("» ")
            self.blocks(node.nodes)
            return
        self._quoted = True
        at = len(self._html), sum(map(len, self._text))
        self._open("blockquote")
        self.blocks(node.nodes)
        self._close("blockquote")
        if sum(map(len, self._text)) - at[1] > LONG_QUOTE:
            self._html[at[0]] = "<blockquote expandable>"
        self._quoted = False

    def _list(self, node: Listing) -> None:
        outer = self._indent
        for number, item in enumerate(node.items, node.start or 0):
            if number != (node.start or 0):
                self._lines(1 if node.tight else 2)
            self._say("• " if node.start is None else f"{number}. ")
            self._indent = outer + "    "
            self.blocks(item, tight=node.tight)
            self._indent = outer

    def _table(self, node: Table) -> None:
        cells = [
            [words(tuple(_with_mail_as_text(cell))) for cell in row]
            for row in (node.head, *node.rows)
        ]
        widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
        linked = any(mark.kind == "link" for mark in _marks(node))
        if linked or sum(widths) + 2 * (len(widths) - 1) > TABLE_WIDTH:
            self._table_as_list(node)
            return
        lines = [_line(row, widths, node.aligns) for row in cells]
        rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
        self._open("pre")
        self._say("\n".join([lines[0], rule, *lines[1:]]))
        self._close("pre")

    def _table_as_list(self, node: Table) -> None:
        """Each row under its first cell, each cell after its column's name."""
        for number, row in enumerate(node.rows or (node.head,)):
            if number:
                self._lines(2)
            self._open("b")
            self._cell(node.head[0] if node.rows else (), row[0])
            self._close("b")
            for name, cell in zip(node.head[1:], row[1:], strict=False):
                self._lines(1)
                self._cell(name if node.rows else (), cell)

    def _cell(self, name: Cell, cell: Cell) -> None:
        if words(name).strip():
            self._runs(name)
            self._say(": ")
        self._runs(cell if words(cell).strip() else (Run("text", "–"),))


def _with_mail_as_text(runs: Sequence[Run]) -> Iterator[Run]:
    """Write e-mail addresses out: Telegram would make links to sites of that name of them."""
    label, open_ = "", ""
    for run in (*runs, Run("text", "")):
        mails = [mark.sign for mark in run.marks if mark.sign.startswith("mailto:")]
        mail = mails[0] if mails else ""
        if open_ and mail != open_:
            address = plain(unquote(open_.removeprefix("mailto:").partition("?")[0]))
            if address.casefold() not in label.casefold():
                yield Run("text", f" ({address})")
        label = label + run.text if mail == open_ else run.text
        open_ = mail
        yield Run(run.kind, run.text, tuple(m for m in run.marks if m.sign not in mails))


def _shared(first: Sequence[Mark], second: Sequence[Mark]) -> int:
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    return same


def _marks(node: Table) -> Iterator[Mark]:
    cells: list[Cell] = [cell for row in (node.head, *node.rows) for cell in row]
    return (mark for cell in cells for run in cell for mark in run.marks)


def _width(text: str) -> int:
    """Return how many columns a text takes in a fixed-width face."""
    seen = (sign for sign in text if not unicodedata.combining(sign) and sign != WEDGE)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in seen)


def _line(cells: Sequence[str], widths: Sequence[int], aligns: Sequence[str]) -> str:
    padded = []
    for number, (text, width) in enumerate(zip(cells, widths, strict=True)):
        align = aligns[number] if number < len(aligns) else ""
        gap = width - _width(text)
        left = {"right": gap, "center": gap // 2}.get(align, 0)
        padded.append(" " * left + text + " " * (gap - left))
    return "  ".join(padded).rstrip()
