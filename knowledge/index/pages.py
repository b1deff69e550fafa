"""A page as ingest remembers it, and the row it is kept in."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from knowledge.documents import Audience, Document, Section

#: What names a page first, then what is known of it.
PAGE_COLUMNS = (
    "source, key, stamp, etag, last_modified, url, links, body, hash, signature, document, error, "
    "checked_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page or file as it was last read."""

    #: Address or path within its source.
    key: str
    #: A file's time and size; a page's digest of what it was made from.
    stamp: str = ""
    etag: str = ""
    last_modified: str = ""
    #: Where it was found in the end; "" : at its key.
    url: str = ""
    #: Addresses it leads to.
    links: tuple[str, ...] = ()
    #: Kept for sitemaps, feeds and robots.txt, which are read again when the server says 304.
    body: bytes | None = None
    #: None: it holds no document.
    document: Document | None = None
    #: Of the document's content; "" if there is none.
    hash: str = ""
    #: For finding near-duplicates.
    signature: bytes = b""
    #: Why it holds no document, where it should.
    error: str = ""
    checked_at: datetime


def row_of(source: str, page: Page) -> tuple[object, ...]:
    """Return the row that a page of a source is kept in."""
    return (
        source,
        page.key,
        page.stamp,
        page.etag,
        page.last_modified,
        page.url,
        json.dumps(page.links, ensure_ascii=False),
        zlib.compress(page.body) if page.body is not None else None,
        page.hash,
        page.signature,
        _packed(page.document) if page.document else None,
        page.error,
        page.checked_at.isoformat(),
    )


def page_of(row: Sequence[object]) -> Page:
    """Return the page that a row keeps."""
    _, key, stamp, etag, last_modified, url, links, body, content, *rest = row
    signature, document, error, checked = rest
    return Page(
        key=str(key),
        stamp=str(stamp),
        etag=str(etag),
        last_modified=str(last_modified),
        url=str(url),
        links=tuple(json.loads(str(links))),
        body=zlib.decompress(body) if isinstance(body, bytes) else None,
        hash=str(content),
        signature=signature if isinstance(signature, bytes) else b"",
        document=_document(document) if isinstance(document, bytes) else None,
        error=str(error),
        checked_at=datetime.fromisoformat(str(checked)),
    )


def content_hash(document: Document) -> str:
    """Return a hash of all that a document says, however it was come by."""
    return hashlib.sha256(json.dumps(_plain(document), sort_keys=True).encode()).hexdigest()[:32]


def _plain(document: Document) -> dict[str, object]:
    sections = [
        [list(each.path), each.text, each.page, each.anchor, each.language]
        for each in document.sections
    ]
    return {
        "url": document.url,
        "title": document.title,
        "sections": sections,
        "language": document.language,
        "audience": document.audience.value,
        "updated_at": document.updated_at and document.updated_at.isoformat(),
        "aliases": list(document.aliases),
        "alternates": dict(document.alternates),
        "structured": list(document.structured),
        # Most have none: what was remembered before there was such a thing reads the same.
        **({"markup": list(document.markup)} if document.markup else {}),
    }


def _packed(document: Document) -> bytes:
    kept = {**_plain(document), "source": document.source, "key": document.key}
    return zlib.compress(json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"), 6)


def _document(packed: bytes) -> Document:
    kept = json.loads(zlib.decompress(packed))
    sections = tuple(
        Section(path=tuple(path), text=text, page=page, anchor=anchor, language=language)
        for path, text, page, anchor, language in kept.pop("sections")
    )
    updated_at = kept.pop("updated_at")
    return Document(
        **{
            **kept,
            "sections": sections,
            "updated_at": date.fromisoformat(updated_at) if updated_at else None,
            "aliases": tuple(kept["aliases"]),
            "structured": tuple(kept["structured"]),
            "markup": tuple(kept.get("markup", ())),
            "audience": Audience(kept["audience"]),
        }
    )
