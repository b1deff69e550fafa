"""Microdata and RDFa of a page -> things as JSON-LD has them.

The libraries that read these (`extruct`) bring a graph database along; what pages say of events
is a tree of names and values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import html

Marked: TypeAlias = "dict[str, object]"

#: Nested deeper than this a page is hostile.
DEEPEST = 20
_ADDRESSES = {"a": "href", "link": "href", "area": "href", "img": "src", "iframe": "src"}


@dataclass(frozen=True, slots=True)
class _Syntax:
    """The attributes by which a page marks things up."""

    #: Begins a thing.
    thing: str
    #: Names what it is.
    kind: str
    #: Names what an element says of the thing around it.
    property: str
    #: Its address.
    address: str


_SYNTAXES = (
    _Syntax("itemscope", "itemtype", "itemprop", "itemid"),
    _Syntax("typeof", "typeof", "property", "resource"),
)


def marked_up(root: html.HtmlElement) -> tuple[Marked, ...]:
    """Return the things that a page marks up, each with what stands within it."""
    return tuple(
        _thing(element, syntax, 0)
        for syntax in _SYNTAXES
        for element in root.xpath(f"//*[@{syntax.thing}]")
        if element.get(syntax.property) is None
    )


def fragment(text: str) -> html.HtmlElement:
    """Return a part of a page, within an element of its own."""
    return html.fragment_fromstring(text, create_parent="div")


def _thing(element: html.HtmlElement, syntax: _Syntax, depth: int) -> Marked:
    thing: Marked = {"@type": str(element.get(syntax.kind) or "").split()}
    if address := element.get(syntax.address):
        thing["@id"] = address
    for within in _within(element, syntax) if depth < DEEPEST else ():
        value = _thing(within, syntax, depth + 1) if _begins(within, syntax) else _value(within)
        for name in str(within.get(syntax.property)).split():
            values = thing.setdefault(name.rsplit(":", 1)[-1].rsplit("/", 1)[-1], [])
            assert isinstance(values, list)
            values.append(value)
    return thing


def _begins(element: html.HtmlElement, syntax: _Syntax) -> bool:
    return element.get(syntax.thing) is not None


def _within(element: html.HtmlElement, syntax: _Syntax) -> Iterator[html.HtmlElement]:
    """Yield what is said of a thing, in its order; what is said of things within it is theirs."""
    waiting = list(reversed(element))
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner.tag, str):
            continue
        if inner.get(syntax.property) is not None:
            yield inner
        if not _begins(inner, syntax):
            waiting.extend(reversed(inner))


def _value(element: html.HtmlElement) -> str:
    for name in ("content", "datetime", _ADDRESSES.get(element.tag, ""), "resource"):
        if name and (said := element.get(name)) is not None:
            return str(said)
    return " ".join(element.text_content().split())
