"""An element of a page -> sections of Markdown: headings, paragraphs, lists, tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from knowledge.documents import Section
from knowledge.extraction import teasers
from knowledge.extraction.cells import cells_of
from knowledge.extraction.inlines import BREAK, INLINE, in_lines, inline, pieces
from knowledge.extraction.placing import is_placing
from knowledge.extraction.tables import table
from knowledge.extraction.text import tidy
from knowledge.extraction.unfolding import SCOPE

#: The summary of a part that unfolds heads it.
_RANKS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 7}


@dataclass(slots=True)
class _Writer:
    """Collects blocks under the heading they stand under."""

    sections: list[Section] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    anchors: list[str | None] = field(default_factory=list)
    #: The heading announces another page: a few words under it belong to that one.
    announces: bool = False
    blocks: list[str] = field(default_factory=list)

    def block(self, text: str) -> None:
        if text.strip():
            self.blocks.append(text.strip("\n"))

    def heading(self, level: int, name: str, anchor: str | None, *, announces: bool) -> None:
        self.close()
        self.announces = announces
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
            self.path.pop()
            self.anchors.pop()
        # Without an id of its own a part is reached by that of the part around it.
        self.anchors.append(anchor or (self.anchors[-1] if self.anchors else None))
        self.levels.append(level)
        self.path.append(name)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Let headings within end with it: what follows stands under the one before."""
        self.close()
        kept = [*self.path], [*self.levels], [*self.anchors]
        yield
        self.close()
        self.path, self.levels, self.anchors = kept

    def close(self) -> None:
        text = tidy("\n\n".join(self.blocks))
        if text.strip() and not (self.announces and len(text.split()) <= teasers.WORDS):
            anchor = self.anchors[-1] if self.anchors else None
            self.sections.append(Section(path=tuple(self.path), text=text, anchor=anchor))
        self.blocks = []


def sections(element: HtmlElement) -> tuple[Section, ...]:
    """Return the sections of an element in order."""
    writer = _Writer()
    _walk(element, writer)
    writer.close()
    return tuple(writer.sections)


def _walk(element: HtmlElement, writer: _Writer) -> None:
    """Write the blocks of an element; loose text between them becomes paragraphs."""
    loose = [element.text or ""]

    def flush() -> None:
        writer.block(in_lines("".join(loose)))
        loose.clear()

    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif child.tag in INLINE or child.tag == "br":
            loose.append(BREAK if child.tag == "br" else "".join(pieces(child)))
        else:
            flush()
            _block(child, writer)
        loose.append(child.tail or "")
    flush()


def _block(element: HtmlElement, writer: _Writer) -> None:
    tag = element.tag
    if tag in _RANKS:
        name = inline(element).replace("\n", " ")
        if name:
            announces = element.get(teasers.MARK) is not None
            writer.heading(_RANKS[tag], name, _anchor(element), announces=announces)
    elif tag in {"ul", "ol"}:
        writer.block("\n".join(_items(element, 0)))
    elif tag == "dl":
        writer.block("\n".join(_definitions(element)))
    elif tag == "table":
        _table(element, writer)
    elif tag == "pre":
        writer.block(str(element.text_content()))
    elif tag == "p":
        writer.block(inline(element)) if not _has_blocks(element) else _walk(element, writer)
    elif tag == "hr":
        return
    elif tag == "details" or element.get(SCOPE) is not None:
        with writer.scope():
            _walk(element, writer)
    else:
        _walk(element, writer)


def _table(element: HtmlElement, writer: _Writer) -> None:
    caption = next(iter(element.xpath("./caption")), None)
    if caption is not None:
        writer.block(inline(caption))
    found = cells_of(element)
    if all(len(row) < 2 for row in found.rows) or is_placing(element):
        for cell in element.xpath("./tr/td | ./*/tr/td | ./tr/th | ./*/tr/th"):
            _walk(cell, writer)
        return
    for title in found.titles:
        writer.block(title)
    writer.block(table(found.rows, header=found.has_header))


def _items(element: HtmlElement, depth: int) -> Iterator[str]:
    number = _number(element.get("start"), 1) - 1
    for item in element.xpath("./li"):
        number = _number(item.get("value"), number + 1)
        mark = f"{number}." if element.tag == "ol" else "-"
        own = " ".join(_own_text(item).split())
        if own:
            yield f"{'  ' * depth}{mark} {own}"
        for nested in item.xpath("./ul | ./ol | ./div/ul | ./div/ol"):
            yield from _items(nested, depth + 1)


def _number(given: str | None, otherwise: int) -> int:
    return int(given) if given and given.isdigit() and len(given) < 7 else otherwise


def _own_text(item: HtmlElement) -> str:
    return "".join(pieces(item, without=("ul", "ol"))).replace(BREAK, " ")


def _definitions(element: HtmlElement) -> Iterator[str]:
    """Yield "term: definition" for each definition."""
    terms: list[str] = []
    defined = False
    for part in element.xpath("./dt | ./dd | ./div/dt | ./div/dd"):
        text = inline(part).replace("\n", " ")
        if part.tag == "dt":
            terms = [text] if defined else [*terms, text]
            defined = False
        elif text:
            defined = True
            term = ", ".join(terms).rstrip(":")
            yield f"- {term}: {text}" if term else f"- {text}"


def _has_blocks(element: HtmlElement) -> bool:
    return any(
        isinstance(child.tag, str) and child.tag in {"ul", "ol", "table", "dl", "p", "div"}
        for child in element
    )


def _anchor(heading: HtmlElement) -> str | None:
    """Return the id that leads to a heading: its own, of a mark in it, or of the part it opens."""
    for named in (heading, *heading.xpath(".//*[@id] | .//a[@name]")):
        if name := named.get("id") or named.get("name"):
            return str(name)
    opened: HtmlElement = heading
    for _ in range(4):
        if mark := _mark_before(opened):
            return mark
        parent = opened.getparent()
        if parent is None or parent.tag in {"main", "body", "article"} or _text_before(opened):
            return None
        if parent.get("id"):
            return str(parent.get("id"))
        opened = parent
    return None


def _mark_before(element: HtmlElement) -> str | None:
    """Return the name of an empty link just before an element, which is there to be jumped to."""
    before = element.getprevious()
    if before is None or before.tag != "a" or str(before.text_content()).strip():
        return None
    if (before.tail or "").strip():
        return None
    name = before.get("id") or before.get("name")
    return str(name) if name else None


def _text_before(element: HtmlElement) -> bool:
    parent = element.getparent()
    if parent is None:
        return False
    before = (parent.text or "") + "".join(
        str(each.text_content()) + (each.tail or "")
        for each in element.itersiblings(preceding=True)
        if isinstance(each.tag, str)
    )
    return bool(before.strip())
