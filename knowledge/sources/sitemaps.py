"""Sitemaps and indexes of sitemaps, plain or packed -> addresses."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from knowledge.errors import SourceError

#: Bytes that a packed sitemap may unpack to: the protocol's own limit.
_MOST_BYTES = 52_428_800

#: Bytes of the checks at the end of a gzip file.
_TRAILER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap names."""

    pages: tuple[str, ...] = ()
    #: Of an index.
    sitemaps: tuple[str, ...] = ()


def parse(body: bytes) -> Sitemap:
    """Read a sitemap (XML, gzip of it, or a list of addresses in plain text).

    Raises:
        SourceError: it is something else.
    """
    body = _unpacked(body).removeprefix(codecs.BOM_UTF8).strip()
    if not body.startswith(b"<"):
        lines = body.decode("utf-8", "replace").split()
        return Sitemap(pages=tuple(line for line in lines if line.startswith("http")))
    # Entities are not resolved, nothing is loaded: the file is a stranger's.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, parser)
    kind = etree.QName(root).localname if root is not None else ""
    if kind in {"rss", "feed"}:
        return Sitemap(pages=tuple(_items(root)))
    if root is None or kind not in {"urlset", "sitemapindex"}:
        raise SourceError("It is not a sitemap.")
    found = tuple(
        location
        for element in root.iter("{*}loc")
        if (location := (element.text or "").strip()) and _is_own(element)
    )
    return Sitemap(sitemaps=found) if kind == "sitemapindex" else Sitemap(pages=found)


def _items(root: etree._Element) -> Iterator[str]:
    """Yield the pages of a feed, which some sites name as their sitemap."""
    for item in root.iter("{*}item", "{*}entry"):
        for link in item.iterchildren("{*}link"):
            address = (link.get("href") or link.text or "").strip()
            if address and link.get("rel", "alternate") == "alternate":
                yield address


def _is_own(element: etree._Element) -> bool:
    """Images and videos in a sitemap have a <loc> of their own."""
    parent = element.getparent()
    return parent is not None and etree.QName(parent).localname in {"url", "sitemap"}


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        # Without the sum and length at its end, which some systems write wrong.
        plain = unpack.decompress(body[:-_TRAILER], _MOST_BYTES)
    except zlib.error as error:
        raise SourceError("The packed sitemap is damaged.") from error
    if not plain:
        raise SourceError("The packed sitemap is empty or damaged.")
    if unpack.unconsumed_tail:
        raise SourceError("The packed sitemap is too large.")
    return plain
