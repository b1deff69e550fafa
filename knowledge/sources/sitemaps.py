"""Sitemaps and indexes of sitemaps, plain or packed -> addresses."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from lxml import etree

from knowledge.errors import SourceError

#: Bytes that a packed sitemap may unpack to: the protocol's own limit.
_MOST_BYTES = 52_428_800


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
    body = _unpacked(body).strip()
    if not body.startswith(b"<"):
        lines = body.decode("utf-8", "replace").split()
        return Sitemap(pages=tuple(line for line in lines if line.startswith("http")))
    # Entities are not resolved, nothing is loaded: the file is a stranger's.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, parser)
    if root is None or etree.QName(root).localname not in {"urlset", "sitemapindex"}:
        raise SourceError("It is not a sitemap.")
    found = tuple(
        location
        for element in root.iter("{*}loc")
        if (location := (element.text or "").strip()) and _is_own(element)
    )
    is_index = etree.QName(root).localname == "sitemapindex"
    return Sitemap(sitemaps=found) if is_index else Sitemap(pages=found)


def is_sitemap(body: bytes) -> bool:
    """Tell whether a body is a sitemap."""
    head = body[:2000]
    return b"<urlset" in head or b"<sitemapindex" in head


def _is_own(element: etree._Element) -> bool:
    """Images and videos in a sitemap have a <loc> of their own."""
    parent = element.getparent()
    return parent is not None and etree.QName(parent).localname in {"url", "sitemap"}


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
        plain = unpack.decompress(body, _MOST_BYTES)
    except zlib.error as error:
        raise SourceError("The packed sitemap is damaged.") from error
    if unpack.unconsumed_tail:
        raise SourceError("The packed sitemap is too large.")
    return plain
