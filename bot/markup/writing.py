"""A tree of Markdown, written so that it is read as the same tree again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

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
    read_once,
    text_of,
    words,
)
from bot.markup.plaintext import WEDGE, destination, escape_marks


def with_breaks(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the tree with each end of a line as one that no reader takes for a blank."""
    return tuple(map(_with_breaks, nodes))


def _with_breaks(node: Node) -> Node:
    match node:
        case Text(level=0):
            return replace(node, runs=tuple(map(_as_break, node.runs)))
        case Quote():
            return Quote(with_breaks(node.nodes))
        case Listing():
            return replace(node, items=tuple(map(with_breaks, node.items)))
    return node


def _as_break(run: Run) -> Run:
    return replace(run, kind="hardbreak") if run.kind == "softbreak" else run


def write(nodes: Sequence[Node], *, tight: bool = False) -> str:
    """Return Markdown that reads back as these nodes."""
    return _write(tuple(nodes), tight)


@lru_cache(maxsize=256)
def _write(nodes: tuple[Node, ...], tight: bool) -> str:
    out = ""
    for number, node in enumerate(nodes):
        close = tight and number > 0 and _may_follow_closely(nodes[number - 1], node)
        out += ("\n" if close else "\n\n" if number else "") + _write_node(node)
    return out


def _may_follow_closely(before: Node, node: Node) -> bool:
    """Whether no blank line is needed between two nodes to tell them apart."""
    return isinstance(before, Text) and isinstance(node, Listing | Code | Quote)


def _write_node(node: Node) -> str:
    match node:
        case Text(level=0):
            return _faithful(node.runs)
        case Text():
            inner = re.sub(r"(?<!\\)#\Z", r"\#", _faithful(_unbroken(node.runs)))
            return f"{'#' * node.level} {inner}".rstrip()
        case Code():
            return _write_code(node)
        case Rule():
            return "___"
        case Quote():
            return "\n".join(f"> {line}" if line else ">" for line in write(node.nodes).split("\n"))
        case Listing():
            return _write_list(node)
        case Table():
            return _write_table(node)


def _write_code(node: Code) -> str:
    longest = max(map(len, re.findall("`+", node.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{node.info}\n{node.text}\n{fence}"


def _write_list(node: Listing) -> str:
    items = []
    for number, item in enumerate(node.items, 0 if node.start is None else node.start):
        sign = f"{node.sign} " if node.start is None else f"{number}{node.sign} "
        body = write(item, tight=node.tight)
        items.append(sign + f"\n{' ' * len(sign)}".join(body.split("\n")))
    lines = ("\n" if node.tight else "\n\n").join(items).split("\n")
    return "\n".join(line if line.strip() else "" for line in lines)


def _write_table(node: Table) -> str:
    rules = {"left": ":--", "center": ":-:", "right": "--:"}
    aligns = (*node.aligns, *[""] * (len(node.head) - len(node.aligns)))
    lines = [_write_row(node.head), _row(rules.get(align, "---") for align in aligns)]
    return "\n".join([*lines, *map(_write_row, node.rows)])


def _write_row(cells: Sequence[Cell]) -> str:
    return _row(_faithful(_unbroken(cell), in_cell=True) for cell in cells)


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _unbroken(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Breaks as spaces, for headings and cells."""
    return tuple(Run("text", " ", run.marks) if run.text == "\n" else run for run in runs)


def _faithful(runs: Sequence[Run], *, in_cell: bool = False) -> str:
    return _written(tuple(runs), in_cell)


@lru_cache(maxsize=1024)
def _written(runs: tuple[Run, ...], in_cell: bool) -> str:
    """Write runs; where emphasis would not be read again as such, leave it out."""
    attempts: tuple[Callable[[Mark], bool], ...] = (
        lambda _: True,
        lambda mark: mark.kind == "link",
        lambda _: False,
    )
    if not any(mark.kind != "link" for run in runs for mark in run.marks):
        attempts = attempts[-2:-1]
    before = "x " if in_cell else ""
    said = _said(before + words(runs))
    written = ""
    for keep in attempts:
        kept = [Run(run.kind, run.text, tuple(filter(keep, run.marks))) for run in runs]
        written = _write_runs(kept, starts_line=not in_cell)
        if len(attempts) == 1 or _said(text_of(read_once(before + written))) == said:
            break
    return re.sub(r"(?<!\\)\|", r"\|", written) if in_cell else written


def _said(text: str) -> list[str]:
    return text.replace(WEDGE, "").split()


def _write_runs(runs: Sequence[Run], *, starts_line: bool = True) -> str:
    out: list[str] = []
    open_: tuple[Mark, ...] = ()
    for run in (*runs, Run("text", "")):
        same = 0
        while same < min(len(open_), len(run.marks)) and open_[same] == run.marks[same]:
            same += 1
        out += [_closing(mark) for mark in reversed(open_[same:])]
        out += ["[" if mark.kind == "link" else mark.sign for mark in run.marks[same:]]
        open_ = run.marks
        begins = out[-1].endswith("\n") if any(out) else starts_line
        if run.kind == "code" and "".join(out[-2:]).endswith("`"):
            out.append(WEDGE)  # two pieces of code side by side would be read as one
        out.append(_write_run(run, starts_line=begins))
    return "".join(out).strip()


def _closing(mark: Mark) -> str:
    if mark.kind != "link":
        return mark.sign
    return f"]({destination(mark.sign)})"


def _write_run(run: Run, *, starts_line: bool) -> str:
    if run.kind == "softbreak":
        return "\n"
    if run.kind == "hardbreak":
        return "  \n"
    if run.kind == "code":
        return _code_span(run.text)
    if starts_line:
        return escape_marks(run.text.lstrip())
    # A letter in front keeps `escape_marks` from seeing the start of a line.
    return escape_marks(f"x{run.text}")[1:] if run.text[:1] != "_" else escape_marks(run.text)


def _code_span(text: str) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"
