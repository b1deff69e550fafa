"""The one Markdown inside: text from outside as Markdown, and long Markdown cut to a length.

Platforms render what `parse` returns; its tokens are harmless (no calls, no forged links).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bot.markup.marktree import (
    Cell,
    Code,
    Listing,
    Node,
    Quote,
    Run,
    Table,
    Text,
    parse,
    read,
    words,
)
from bot.markup.plaintext import escape, link, one_line, plain
from bot.markup.writing import write

__all__ = ["escape", "link", "one_line", "parse", "pieces", "plain"]

#: Says whether a piece of Markdown is short enough.
Fits = Callable[[str], bool]
_SENTENCE_END = re.compile(r"[.!?…:;][\"'“”)\]]*\s+")
_WORD_END = re.compile(r"\s+")


def pieces(markdown: str, fits: Fits) -> list[str]:
    """Cut Markdown into pieces that fit, each valid by itself, with no text lost.

    Cuts at the borders of blocks; where one block is too long, of rows, items and lines; then of
    sentences, words and characters. A table's head is repeated, as is a fence. A link that fits
    nowhere keeps its text only. No piece is blank; a blank text gives none.

    Raises:
        ValueError: not even one character fits.
    """
    if not markdown.strip():
        return []
    if fits(markdown):
        return [markdown]
    groups = _groups(read(markdown), lambda nodes: fits(write(nodes)))
    return [piece for piece in map(write, groups) if piece.strip()]


_FitNodes = Callable[[Sequence[Node]], bool]


def _groups(nodes: Sequence[Node], fits: _FitNodes) -> list[list[Node]]:
    """Put nodes together as long as they fit, cutting those that do not fit alone."""
    groups: list[list[Node]] = []
    rest = list(nodes)
    while rest:
        count = _most(rest, fits)
        if 1 < count < len(rest) and _leads(rest[count - 1]):
            count -= 1  # a heading goes with what it heads
        elif count == 1 < len(rest) and _leads(rest[0]) and fits([rest[0], _SOME_WORDS]):
            first, *parts = _parts(rest[1], lambda nodes, head=rest[0]: fits([head, *nodes]))  # type: ignore[misc]
            groups.append([rest[0], first])
            rest[:2] = parts
            continue
        if not count:
            parts = list(_parts(rest[0], fits))
            if len(parts) > 1:  # short ones go together again: the rows of a table, say
                rest[:1] = parts
                continue
            count = 1
            rest[:1] = parts or rest[:1]
        groups.append(rest[:count])
        del rest[:count]
    return groups


#: Stands for the beginning of any text.
_SOME_WORDS = Text((Run("text", "x" * 40),))


def _leads(node: Node) -> bool:
    """Whether this is a heading, or a line that announces what follows it."""
    return isinstance(node, Text) and (node.level > 0 or words(node.runs).rstrip().endswith(":"))


T = TypeVar("T")


def _most(items: Sequence[T], fits: Callable[[Sequence[T]], bool]) -> int:
    """Return how many of these fit together; looks at few of the many lengths."""
    low, high = 0, 1
    while low < len(items) and fits(items[:high]):
        low, high = high, min(2 * high, len(items))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(items[:middle]) else (low, middle)
    return low


def _parts(node: Node, fits: _FitNodes) -> Iterator[Node]:
    match node:
        case Text():
            cut = _cut_runs(node.runs, lambda runs: fits([Text(tuple(runs), node.level)]))
            yield from (Text(runs, node.level) for runs in cut)
        case Code():
            yield from (Code(text, node.info) for text in _cut_code(node, fits))
        case Quote():
            groups = _groups(node.nodes, lambda nodes: fits([Quote(tuple(nodes))]))
            yield from (Quote(tuple(group)) for group in groups)
        case Listing():
            yield from _cut_list(node, fits)
        case Table():
            yield from _cut_table(node, fits)


def _cut_list(node: Listing, fits: _FitNodes) -> Iterator[Node]:
    first = node.start or 0

    def some(items: Sequence[tuple[Node, ...]], number: int) -> Listing:
        start = None if node.start is None else first + number
        return Listing(tuple(items), node.sign, start, node.tight)

    number = 0
    while number < len(node.items):
        items = node.items[number:]
        count = _most(items, lambda items, n=number: fits([some(items, n)]))  # type: ignore[misc]
        if count:
            yield some(items[:count], number)
        else:
            groups = _groups(items[0], lambda nodes, n=number: fits([some([tuple(nodes)], n)]))  # type: ignore[misc]
            yield from (some([tuple(group)], number) for group in groups)
        number += count or 1


def _cut_table(node: Table, fits: _FitNodes) -> Iterator[Node]:
    def some(rows: Sequence[tuple[Cell, ...]]) -> Table:
        return Table(node.head, tuple(rows), node.aligns)

    if not node.rows or not fits([some(node.rows[:1])]):
        yield from _groups_of_text([_joined(node.head)], fits)
    rows = node.rows
    while rows:
        count = _most(rows, lambda rows: fits([some(rows)]))
        if count:
            yield some(rows[:count])
        else:
            yield from _groups_of_text([_row_as_text(node.head, rows[0])], fits)
        rows = rows[count or 1 :]


def _groups_of_text(rows: Sequence[Cell], fits: _FitNodes) -> Iterator[Node]:
    for group in _groups([Text(row) for row in rows if row], fits):
        yield from group


def _joined(cells: Sequence[Cell]) -> Cell:
    """The head of a table whose rows are told one by one."""
    runs: list[Run] = []
    for cell in filter(words, cells):
        runs += (*((Run("text", " · "),) if runs else ()), *cell)
    return tuple(runs)


def _row_as_text(head: Sequence[Cell], cells: Sequence[Cell]) -> Cell:
    """A row that is too long for a table: each cell after the name of its column."""
    runs: list[Run] = []
    for number, cell in enumerate(cells):
        if not words(cell).strip():
            continue
        name = head[number] if number < len(head) else ()
        named = (*name, Run("text", ": ")) if words(name).strip() else ()
        runs += (*((Run("hardbreak", "\n"),) if runs else ()), *named, *cell)
    return tuple(runs)


def _cut_code(node: Code, fits: _FitNodes) -> Iterator[str]:
    left = node.text
    while left:
        size = _longest(len(left), lambda n, text=left: fits([Code(text[:n], node.info)]))  # type: ignore[misc]
        if size < len(left):
            size = left.rfind("\n", 0, size) + 1 or _whole(left, size)
        yield left[:size].removesuffix("\n") or "\n"
        left = left[size:]


def _cut_runs(
    runs: Sequence[Run], fits: Callable[[Sequence[Run]], bool]
) -> Iterator[tuple[Run, ...]]:
    left = _trim(runs)
    while left:
        text = words(left)
        try:
            size = _longest(len(text), lambda n, runs=left: fits(_take(runs, 0, n)))  # type: ignore[misc]
        except ValueError:
            if not left[0].marks:
                raise
            left = (Run(left[0].kind, left[0].text), *left[1:])
            continue
        if size < len(text):
            size = _good_end(text, size)
        while size > 1 and not fits(_take(left, 0, size)):
            size -= 1  # emphasis cut open may be written longer
        piece = _trim(_take(left, 0, size))
        if piece:
            yield piece if fits(piece) else tuple(Run(run.kind, run.text) for run in piece)
        left = _trim(_take(left, size, len(text)))


def _longest(size: int, fits: Callable[[int], bool]) -> int:
    """Return about how many characters fit, at least one; looks near the limit only."""
    low, high = 0, min(size, 256)
    while fits(high):
        if high == size:
            return size
        low, high = high, min(size, 2 * high)
    while high - low > max(1, low // 64):
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    if low == 0:
        raise ValueError("not even one character fits")
    return low


def _good_end(text: str, size: int) -> int:
    """Move an end back to that of a sentence, of a word, or at least of a whole character."""
    for pattern in (_SENTENCE_END, _WORD_END):
        ends = (found.end() for found in pattern.finditer(text, size // 4, size + 1))
        good = [end for end in ends if end <= size]
        if good:
            return good[-1]
    return _whole(text, size)


def _whole(text: str, size: int) -> int:
    """Do not part a sign from its accents, joiners and variations, nor the halves of a flag."""
    end = size
    while end > 1 and _clings(text, end):
        end -= 1
    return end if end > 1 else size


def _clings(text: str, end: int) -> bool:
    """Whether the sign at `end` belongs to the one before it."""
    sign, before = text[end], text[end - 1]
    if before == "\u200d" or sign in _CLINGING or unicodedata.category(sign).startswith("M"):
        return True
    return bool(_HALF_FLAGS.search(text, max(0, end - 100), end)) and sign in _FLAG_LETTERS


#: Joiner, word joiner, colours of skin.
_CLINGING = "\u200d\u2060\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
#: Letters of flags before a cut, of which one is left over.
_HALF_FLAGS = re.compile(f"(?<![{_FLAG_LETTERS}])(?:[{_FLAG_LETTERS}]{{2}})*[{_FLAG_LETTERS}]\\Z")


def _take(runs: Sequence[Run], start: int, end: int) -> tuple[Run, ...]:
    taken = []
    place = 0
    for run in runs:
        text = run.text[max(0, start - place) : max(0, end - place)]
        if text:
            taken.append(Run(run.kind, text, run.marks))
        place += len(run.text)
    return tuple(taken)


def _trim(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Without blank runs at both ends."""
    kept = list(runs)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return tuple(kept)
