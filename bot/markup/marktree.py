"""Markdown as a tree that can be cut; `bot.markup.writing` writes it again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.markup.plaintext import honest_label, plain, safe_url


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: bool(safe_url(url))  # type: ignore[method-assign]
    return parser


_MARKDOWN = _parser()


def parse(markdown: str) -> list[Token]:
    """Return markdown-it's tokens, made harmless.

    Only http, https and mailto links are left, pictures are links, a link's text does not
    pretend to be another address, and no text calls anyone or holds unseen characters.
    """
    tokens = _MARKDOWN.parse(markdown.replace("\x00", ""))
    for token in tokens:
        if token.type in ("fence", "code_block"):
            token.content = plain(token.content)
        if token.children is not None:
            token.children = list(_harmless(token.children))
    return tokens


def _harmless(tokens: Sequence[Token]) -> Iterator[Token]:
    label: list[str] = []
    #: Where the links lead that are open; only the outer one is left, and no picture in it.
    open_: list[str] = []
    for token in tokens:
        picture = token.type == "image"
        made = [token] if not picture else [_alternative(token)] if open_ else _picture(token)
        for each in made:
            if each.type == "link_open":
                open_.append(safe_url(str(each.attrs.get("href", ""))))
                each.attrs = {"href": open_[0]}
                if len(open_) > 1:
                    continue
                label = []
            elif each.type == "link_close":
                href = open_.pop()
                if open_:
                    continue
                text = "".join(label)
                if added := honest_label(text, href).removeprefix(text):
                    yield Token("text", "", 0, content=plain(added))
            elif each.type in ("text", "code_inline"):
                each.content = plain(each.content).replace("\n", " ")
                label.append(each.content)
            yield each


def _picture(token: Token) -> list[Token]:
    """Return a picture as a link to it: nothing is loaded unasked."""
    href = safe_url(str(token.attrs.get("src", "")))
    text = _alternative(token)
    text.content = text.content or href
    opening = Token("link_open", "a", 1, attrs={"href": href})
    return [opening, text, Token("link_close", "a", -1)]


def _alternative(token: Token) -> Token:
    """Return what stands for a picture in words, without the markup in it."""
    return Token("text", "", 0, content="".join(_texts(token.children or ())))


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        yield from _texts(token.children) if token.children else (token.content,)


@dataclass(frozen=True, slots=True)
class Mark:
    """Emphasis or a link around some runs; equal only to itself (`serial`)."""

    kind: str
    #: What is written on both sides; a link's address.
    sign: str
    serial: int


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line's text."""

    #: "text", "code", "softbreak" or "hardbreak".
    kind: str
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph (level 0) or a heading."""

    runs: tuple[Run, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code."""

    text: str
    info: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What someone else said."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `start` is None for bullets."""

    items: tuple[tuple[Node, ...], ...]
    #: "-", "*", "+" or what follows the number.
    sign: str = "-"
    start: int | None = None
    tight: bool = True


Cell = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    #: "left", "center", "right" or "" for each column.
    aligns: tuple[str, ...] = ()


Node = Text | Code | Rule | Quote | Listing | Table


@lru_cache(maxsize=256)
def read(markdown: str) -> tuple[Node, ...]:
    """Return the tree of a text. Remembered: a text is read several times to measure it."""
    return read_once(markdown)


def read_once(markdown: str) -> tuple[Node, ...]:
    """Return the tree of a text that will not come again."""
    return tuple(_nodes(iter(parse(markdown)), ""))


def _nodes(tokens: Iterator[Token], until: str) -> Iterator[Node]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "paragraph_open":
            yield Text(_runs(next(tokens).children or ()))
        elif token.type == "heading_open":
            yield Text(_runs(next(tokens).children or ()), int(token.tag[1]))
        elif token.type in ("fence", "code_block"):
            yield Code(token.content.removesuffix("\n"), _language(token.info))
        elif token.type == "hr":
            yield Rule()
        elif token.type == "blockquote_open":
            yield Quote(tuple(_nodes(tokens, "blockquote_close")))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield _listing(token, tokens)
        elif token.type == "table_open":
            yield _table(tokens)


def _language(info: str) -> str:
    found = re.match(r"[\w+#.-]+", info)
    return found.group() if found else ""


def _listing(opening: Token, tokens: Iterator[Token]) -> Listing:
    items: list[tuple[Node, ...]] = []
    tight = True
    for token in tokens:
        if token.type == opening.type.replace("open", "close"):
            break
        if token.type == "list_item_open":
            inside = list(_until(tokens, "list_item_close", token.level))
            own = [t for t in inside if t.type == "paragraph_open" and t.level == token.level + 1]
            tight = tight and all(t.hidden for t in own)
            items.append(tuple(_nodes(iter(inside), "")))
    ordered = opening.type == "ordered_list_open"
    start = int(opening.attrs.get("start", 1)) if ordered else None
    return Listing(tuple(items), opening.markup, start, tight)


def _until(tokens: Iterator[Token], kind: str, level: int) -> Iterator[Token]:
    for token in tokens:
        if token.type == kind and token.level == level:
            return
        yield token


def _table(tokens: Iterator[Token]) -> Table:
    rows: list[list[Cell]] = []
    aligns: list[str] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            if token.type == "th_open":
                aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            rows[-1].append(_runs(next(tokens).children or ()))
    head, *body = rows
    return Table(tuple(head), tuple(map(tuple, body)), tuple(aligns))


_EMPHASIS = {"strong_open": "strong", "em_open": "em", "s_open": "s"}


def _runs(tokens: Sequence[Token]) -> tuple[Run, ...]:
    serial = count()
    marks: list[Mark] = []
    runs: list[Run] = []
    for token in tokens:
        if token.type in _EMPHASIS:
            marks.append(Mark(_EMPHASIS[token.type], token.markup, next(serial)))
        elif token.type == "link_open":
            marks.append(Mark("link", str(token.attrs["href"]), next(serial)))
        elif token.nesting == -1:
            marks.pop()
        elif token.type == "code_inline" and token.content:
            runs.append(Run("code", token.content, tuple(marks)))
        elif token.type in ("softbreak", "hardbreak"):
            runs.append(Run(token.type, "\n", tuple(marks)))
        elif token.content:
            runs.append(Run("text", token.content, tuple(marks)))
    return tuple(runs)


def words(runs: Sequence[Run]) -> str:
    """Return the text of runs without any markup."""
    return "".join(run.text for run in runs)


def text_of(nodes: Sequence[Node]) -> str:
    """Return all text of a tree, its parts separated by line breaks."""
    return "\n".join(filter(None, map(_node_text, nodes)))


def _node_text(node: Node) -> str:
    match node:
        case Text():
            return words(node.runs)
        case Code():
            return node.text
        case Quote():
            return text_of(node.nodes)
        case Listing():
            return "\n".join(map(text_of, node.items))
        case Table():
            return "\n".join(words(cell) for row in (node.head, *node.rows) for cell in row)
        case Rule():
            return ""
