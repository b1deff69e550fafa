"""Which part of a page is its content: without menus, banners, footers and what is hidden."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import trafilatura
from lxml import html
from lxml.html import HtmlElement

from knowledge.extraction.framing import is_button, names_frame
from knowledge.extraction.placing import around

#: Never content.
_TAGS = {
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed", "head",
    "button", "input", "select", "textarea", "label", "nav", "aside", "dialog", "menu",
}  # fmt: skip

_ROLES = {
    "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog",
    "menu", "menubar", "toolbar", "form",
}  # fmt: skip

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|d-none|invisible|is-hidden|hide)(?=$|\s)", re.IGNORECASE
)

#: Never a frame themselves.
_HOLDERS = {"html", "body", "main", "article"}

#: A framed part that holds this share of the page's text is the content after all.
_TOO_MUCH = 0.6

_BLOCKS = (
    "p",
    "li",
    "td",
    "th",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "figcaption",
)
_MAIN = (
    "//main",
    "//*[@role='main']",
    "//article",
    "//*[@id='content' or @id='main' or @id='obsah']",
)

_SPACE = re.compile(r"\s+")

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def content(tree: HtmlElement) -> HtmlElement:
    """Return the element that holds the content; the tree is pruned on the way.

    Trafilatura says what the text is; the smallest element that holds nearly all of it is taken,
    so that tables, lists and anchors in it stay as they are.
    """
    for block in list(_buttons(tree)):
        _drop(block)
    text = _article_text(tree)
    prune(tree)
    body = next(iter(tree.xpath("//body")), tree)
    return _holder(body, text) if text else _named(body)


def prune(tree: HtmlElement) -> None:
    """Remove from a tree what is never content."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in _TAGS:
            _drop(element)
    for cell in around(tree):
        _drop(cell)
    # What is hidden is measured against what is left: behind a wall of cookies all else is hidden.
    for is_one in (_is_frame, _is_hidden):
        whole = len(_text(tree)) or 1
        for element in list(tree.iter()):
            if element.tag not in _HOLDERS and is_one(element) and _may_go(element, whole):
                _drop(element)


def _buttons(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield blocks that hold nothing but buttons."""
    for block in tree.xpath("//body//*[self::p or self::div or self::li][.//a[@href]]"):
        links = block.xpath(".//a[@href]")
        said = sum(len(_text(link)) for link in links)
        # Signs may stand between them.
        if len(_text(block)) <= said + len(links) and all(map(is_button, links)):
            yield block


def _article_text(tree: HtmlElement) -> str:
    try:
        found = trafilatura.extract(
            html.tostring(tree, encoding="unicode"),
            include_comments=False,
            include_tables=True,
            include_links=False,
            favor_recall=True,
            deduplicate=False,
        )
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
        # Whatever a broken page does to the library, our own rules remain.
        return ""
    return _SPACE.sub("", found or "")


def _may_go(element: HtmlElement, whole: int) -> bool:
    # A form around the whole page, or a page that a script lets appear, is content after all.
    return _is_surely_frame(element) or len(_text(element)) < _TOO_MUCH * whole


def _is_frame(element: HtmlElement) -> bool:
    return _is_surely_frame(element) or element.tag == "form" or names_frame(element)


def _is_surely_frame(element: HtmlElement) -> bool:
    if element.get("role", "").lower() in _ROLES:
        return True
    # Those of an article hold its title or its sources.
    return element.tag in {"header", "footer"} and not any(
        each.tag in {"article", "main"} for each in element.iterancestors()
    )


def _is_hidden(element: HtmlElement) -> bool:
    return bool(
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style", ""))
        or _HIDDEN_CLASS.search(element.get("class", ""))
    )


def _drop(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _holder(body: HtmlElement, text: str) -> HtmlElement:
    """Return the smallest element with nearly all the blocks that are in the text."""
    matched = [block for block in _blocks(body) if _matches(block, text)]
    total = sum(len(_text(block)) for block in matched)
    if not total:
        return _named(body)
    holder = body
    while True:
        inner = next(
            (child for child in holder if _share(child, matched) > 0.9 * total and len(child)), None
        )
        if inner is None or inner.tag in {"p", "li", "ul", "ol", "table", "tbody", "tr", "td"}:
            return _with_title(holder)
        holder = inner


def _with_title(holder: HtmlElement) -> HtmlElement:
    """Go one step out where the page's only heading of the first rank is beside the text."""
    if holder.tag in {"body", "main", "article"} or holder.xpath(".//h1"):
        return holder
    parent = holder.getparent()
    if parent is not None and parent.xpath("./h1 | ./header//h1"):
        return parent
    return holder


def _blocks(body: HtmlElement) -> Iterator[HtmlElement]:
    for element in body.iter(*_BLOCKS):
        if element.tag not in {"li", "td", "th", "dd"} or not element.xpath(".//p | .//li"):
            yield element


def _matches(block: HtmlElement, text: str) -> bool:
    own = _text(block)
    return len(own) > 3 and own in text


def _share(element: HtmlElement, matched: list[HtmlElement]) -> int:
    inside = set(element.iter())
    return sum(len(_text(block)) for block in matched if block in inside)


def _named(body: HtmlElement) -> HtmlElement:
    for path in _MAIN:
        found = max(body.xpath(path), key=lambda each: len(_text(each)), default=None)
        if found is not None and _text(found):
            return found
    return body


def _text(element: HtmlElement) -> str:
    return _SPACE.sub("", str(element.text_content()))
