"""The text of an element on one line, or in lines where it breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "img", "picture", "label",
}  # fmt: skip

#: Stands for a break until all else is one line.
BREAK = "\x1e"

_SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")


def inline(element: HtmlElement) -> str:
    """Return the text of an element on one line; breaks become new lines."""
    return in_lines("".join(pieces(element)))


def in_lines(text: str) -> str:
    """Return pieces in lines, without needless spaces."""
    lines = (_SPACE.sub(" ", line).strip() for line in text.split(BREAK))
    return "\n".join(line for line in lines if line)


def pieces(element: HtmlElement, without: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the text of an element as it stands, without that of some elements in it."""
    yield element.text or ""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in without:
            pass
        elif child.tag == "br":
            yield BREAK
        elif child.tag == "table":
            yield f" {' '.join(map(str, child.itertext()))} "
        else:
            space = "" if child.tag in INLINE else " "
            yield space
            yield from pieces(child, without)
            yield space
        yield child.tail or ""
