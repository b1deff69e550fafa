"""A web page -> sections, links and what it says about itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from knowledge.documents import Section
from knowledge.extraction import structured, teasers
from knowledge.extraction.blocks import sections
from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.inlines import inline
from knowledge.extraction.pruning import content
from knowledge.extraction.text import as_date, decode
from knowledge.extraction.unfolding import unfold

_CHARSET = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)

#: A page that sends its reader on after more seconds than this means to be read.
_SOON = 10

#: What separates a page's title from the name of its site.
_SEPARATOR = re.compile(r"\s+[|–—·»-]\s+|\s*\|\s*")

#: Headings of the first rank, but not the name of the site in its header.
_HEADS = "//h1[not(ancestor::header[not(ancestor::article or ancestor::main)])]"

_MODIFIED = ("article:modified_time", "og:updated_time", "last-modified", "dcterms.modified")
_PUBLISHED = (
    "article:published_time",
    "dcterms.date",
    "dcterms.created",
    "dc.date",
    "date",
    "pubdate",
)


def page(body: bytes, *, url: str = "", declared: str = "") -> Extracted:
    """Extract a page; a local one may carry what it is cited by in its canonical link."""
    tree = parse(body, declared)
    base = _base(tree, url)
    meta = _meta(tree)
    robots = f"{meta.get('robots', '')},{meta.get('googlebot', '')}".lower()
    title = _title(tree, meta)
    found: dict[str, Any] = {
        "title": title,
        "language": _language(tree),
        "updated_at": _updated_at(tree, meta),
        "alternates": _alternates(tree, base),
        "canonical": _canonical(tree, base),
        "structured": structured.of_events(structured.scripts(tree)),
        "markup": structured.markup(tree),
        "links": () if re.search(r"\bno(?:follow|ne)\b", robots) else tuple(_links(tree, base)),
        "noindex": bool(re.search(r"\bno(?:index|ne)\b", robots)),
        "refresh": _refresh(meta, base),
    }
    unfold(tree)
    holder = content(tree)
    own = {urldefrag(address).url for address in (url, base, found["canonical"]) if address}
    listing = bool(base) and teasers.is_list(holder, base, own)
    if base:
        teasers.mark(holder, base, own)
    return Extracted(sections=_without_title(sections(holder), title), is_list=listing, **found)


def parse(body: bytes, declared: str = "") -> HtmlElement:
    """Return the tree of a page, however broken. Raises Unreadable if there is none."""
    named = _CHARSET.search(body[:4096])
    text = decode(body, named.group(1).decode("ascii") if named else declared)
    # A declaration of encoding in text that is decoded already would confuse the parser.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", "")
    try:
        tree = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("The page holds nothing that can be read.") from error
    return tree


def _base(tree: HtmlElement, url: str) -> str:
    given = next(iter(tree.xpath("//base/@href")), "")
    return _absolute(url, str(given)) or url


def _meta(tree: HtmlElement) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for element in tree.xpath("//meta[@content]"):
        name = element.get("name") or element.get("property") or element.get("http-equiv") or ""
        found.setdefault(name.strip().lower(), element.get("content", ""))
    return found


def _title(tree: HtmlElement, meta: Mapping[str, str]) -> str:
    given = " ".join((tree.findtext(".//title") or "").split())
    heads = [inline(each).replace("\n", " ") for each in tree.xpath(_HEADS)]
    heads = [head for head in heads if head]
    for candidate in (*heads[:1], meta.get("og:title", "")):
        candidate = " ".join(candidate.split())
        if candidate and (len(heads) <= 1 or candidate in given):
            return candidate
    parts = _SEPARATOR.split(given)
    return parts[0] if len(parts) > 1 and len(parts[0]) > 3 else given or "".join(heads[:1])


def _without_title(found: tuple[Section, ...], title: str) -> tuple[Section, ...]:
    """Take the page's title out of the heading paths: it is in every chunk anyway."""
    return tuple(
        Section(
            path=tuple(
                heading for at, heading in enumerate(section.path) if at or heading != title
            ),
            text=section.text,
            page=section.page,
            anchor=section.anchor,
            language=section.language,
        )
        for section in found
    )


def _language(tree: HtmlElement) -> str:
    given = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return given.strip().lower()[:2]


def _updated_at(tree: HtmlElement, meta: Mapping[str, str]) -> date | None:
    linked = dict(_linked_dates(tree))
    candidates = (
        *(meta.get(name) for name in _MODIFIED),
        linked.get("dateModified"),
        *(meta.get(name) for name in _PUBLISHED),
        linked.get("datePublished"),
        *tree.xpath("//article//time/@datetime")[:1],
    )
    return next((found for each in candidates if (found := as_date(each))), None)


def _linked_dates(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for script in structured.scripts(tree):
        try:
            data = json.loads(script)
        except ValueError:
            continue
        items = data.get("@graph", [data]) if isinstance(data, dict) else data
        for item in items if isinstance(items, list) else []:
            for name in ("dateModified", "datePublished"):
                if isinstance(item, dict) and isinstance(item.get(name), str):
                    yield name, item[name]


def _alternates(tree: HtmlElement, base: str) -> dict[str, str]:
    pairs = {}
    for link in tree.xpath("//link[@hreflang and @href]"):
        language = link.get("hreflang", "").lower().partition("-")[0]
        if "alternate" in link.get("rel", "").lower() and language != "x":
            pairs[language] = _absolute(base, link.get("href", ""))
    return {language: url for language, url in pairs.items() if url}


def _canonical(tree: HtmlElement, base: str) -> str:
    given = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    return _absolute(base, str(given[0])) if len(given) == 1 else ""


def _links(tree: HtmlElement, base: str) -> Iterator[str]:
    for element in tree.xpath(
        "//a[@href] | //area[@href] | //link[@hreflang and @href] | //frame[@src]"
    ):
        rel = element.get("rel", "").lower()
        if element.tag in {"a", "area"} and "nofollow" in rel:
            continue
        url = _absolute(base, element.get("href") or element.get("src") or "")
        if url:
            yield url


def _refresh(meta: Mapping[str, str], base: str) -> str:
    found = _REFRESH.match(meta.get("refresh", ""))
    return _absolute(base, found[2].strip()) if found and int(found[1]) <= _SOON else ""


def _absolute(base: str, url: str) -> str:
    """Return an address of the web, absolute; "" if it is none."""
    try:
        joined = urljoin(base, url.strip())
        return joined if urlsplit(joined).scheme in {"http", "https"} else ""
    except ValueError:
        return ""
