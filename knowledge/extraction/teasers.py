"""Lists of other pages: their titles and first words belong to those pages, not to the list."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

#: A heading with this attribute announces another page.
MARK = "data-announces"

#: Text under such a heading with more words than this is worth having all the same.
WORDS = 60

#: Fewer links than this are not a list of pages.
_FEWEST_LINKS = 3

#: Share of an item's letters that are its link.
_MOSTLY = 0.7

_HEADINGS = ".//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//h6"


def mark(content: HtmlElement, base: str, own: set[str]) -> None:
    """Mark the headings that lead to other pages of the site, and drop lists of links to them.

    `own` are the addresses of the page itself: a title may link to its own page.
    """
    for heading in content.xpath(_HEADINGS):
        link = _whole_link(heading)
        if link is not None and _is_inside(link, base, own):
            heading.set(MARK, "")
    for items in content.xpath(".//ul | .//ol"):
        announced = [item for item in items.xpath("./li") if _announces(item, base, own)]
        if len(announced) >= _FEWEST_LINKS and len(announced) * 2 > len(items.xpath("./li")):
            for item in announced:
                items.remove(item)


def is_list(content: HtmlElement, base: str, own: set[str]) -> bool:
    """Tell whether a page says little more than where other pages of the site are."""
    whole = _words(content)
    linked = sum(
        _words(link) for link in content.xpath(".//a[@href]") if _is_inside(link, base, own)
    )
    return linked * 2 > whole and whole - linked < WORDS // 2


def _words(element: HtmlElement) -> int:
    """Count words, also where elements follow each other without a space between."""
    return sum(len(str(text).split()) for text in element.itertext())


def _whole_link(heading: HtmlElement) -> HtmlElement | None:
    """Return the link that a heading consists of, or stands in."""
    around = next((each for each in heading.iterancestors("a") if each.get("href")), None)
    if around is not None:
        return around
    links = heading.xpath(".//a[@href]")
    text = "".join(str(heading.text_content()).split())
    if len(links) == 1 and text and "".join(str(links[0].text_content()).split()) == text:
        return links[0]
    return None


def _announces(item: HtmlElement, base: str, own: set[str]) -> bool:
    links = [link for link in item.xpath(".//a[@href]") if _is_inside(link, base, own)]
    linked = sum(len(str(link.text_content()).strip()) for link in links)
    # "(PDF, 47 kB)" behind a link is said of the link.
    text = re.sub(r"\([^()]*\)", "", str(item.text_content()))
    return bool(links) and linked >= _MOSTLY * len(" ".join(text.split()))


def _is_inside(link: HtmlElement, base: str, own: set[str]) -> bool:
    try:
        target = urldefrag(urljoin(base, link.get("href", ""))).url
        return urlsplit(target).netloc == urlsplit(base).netloc and target not in own
    except ValueError:
        return False
