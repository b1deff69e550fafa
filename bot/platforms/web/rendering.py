"""Markdown -> the HTML of a message in the web chat. All from outside is only text in it."""

from __future__ import annotations

from markdown_it import MarkdownIt

from bot.markup import parse

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")


def to_html(markdown: str) -> str:
    """Return safe HTML: no scripts, no pictures, links to http, https and mailto in a new tab."""
    tokens = parse(markdown)
    for cell in (token for token in tokens if token.type in ("th_open", "td_open")):
        # A style of its own would be refused by the page's Content-Security-Policy.
        if side := str(cell.attrs.pop("style", "")).removeprefix("text-align:"):
            cell.attrSet("class", side)
    inline = (child for token in tokens for child in token.children or ())
    for link in (child for child in inline if child.type == "link_open"):
        link.attrSet("target", "_blank")
        link.attrSet("rel", "noopener noreferrer nofollow")
    rendered: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return rendered
