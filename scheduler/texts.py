"""Text from outside -> plain text, addresses, uids."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import etree, html


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _set(
    "address article aside blockquote br div dl dt figcaption footer h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tr ul"
)
#: What stands on one line with what goes before it: "Uzávěrka" | "30. 6. 2027".
_CELLS = _set("td th dd")
_TAG = re.compile(r"<[a-zA-Z!/][^>]*>|&[#a-zA-Z0-9]+;")
#: Of no one's reading, or struck out: a deadline that was replaced stands beside the new one.
_HIDDEN = {"script", "style", "template", "noscript", "head", "del", "s", "strike"}
#: Bidi and zero-width characters, controls and halves of a character have no business in a title.
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
#: The marks at the beginning of a text in UTF-16.
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Bytes that begin a Czech letter in UTF-8 and are none in the older encodings.
_BEGINS_UTF_8 = b"\xc2\xc3\xc4\xc5\xc6\xe2"
#: Letters of ISO 8859-2 that are signs in Windows' encoding: "š", "ž", "ť".
_OF_ISO = frozenset(b"\xb9\xbe\xbb\xa9\xae\xab")
#: Of a summary, in characters.
LONGEST_SUMMARY = 600


def decoded(body: bytes, declared: Sequence[str] = ()) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, as is declared, or as old Czech servers.

    A text cut off inside a letter is still UTF-8.
    """
    if body.startswith(UTF_16):
        return body.decode("utf-16", errors="replace")
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        begun = body[error.start] in _BEGINS_UTF_8
    for name in declared:
        try:
            return body.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    text = body.decode("utf-8", errors="replace")
    if begun and text.count("\ufffd") == 1:
        return text
    return body.decode(_old_czech(body), errors="replace")


def _old_czech(body: bytes) -> str:
    high = frozenset(byte for byte in body if byte >= 0x80)
    windows = any(byte < 0xA0 for byte in high)
    return "iso8859-2" if high & _OF_ISO and not windows else "cp1250"


def plain(text: str) -> str:
    """Return text without markup, entities and invisible characters; blocks end with a newline."""
    if _TAG.search(text):
        text = _without_markup(text)
    lines = (" ".join(line.split()) for line in _visible(text))
    return "\n".join(line for line in lines if line)


def _visible(text: str) -> list[str]:
    return _INVISIBLE.sub("", text).splitlines()


def one_line(text: str) -> str:
    """Return the plain text on one line, as a title is."""
    return " ".join(plain(text).split())


def summary(text: str) -> str:
    """Return plain text, cut at a word."""
    return shortened(plain(text), LONGEST_SUMMARY)


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut at a word."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _without_markup(text: str) -> str:
    try:
        root = html.document_fromstring(f"<div>{text}</div>")
    except (ValueError, etree.ParserError):
        return _TAG.sub(" ", text)
    return "".join(_pieces(root))


def text_of(element: html.HtmlElement) -> str:
    """Return the plain text of a parsed element; blocks end with a newline."""
    lines = (" ".join(line.split()) for line in _visible("".join(_pieces(element))))
    return "\n".join(line for line in lines if line)


def _pieces(root: html.HtmlElement) -> Iterator[str]:
    # Walked, not recursed into: a hostile page nests deeper than Python's stack.
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if element.tag in _HIDDEN:
                walk.skip_subtree()
                continue
            yield _space(element.tag) + (element.text or "")
        else:
            yield (" " if element.tag == "dt" else _space(element.tag)) + (element.tail or "")


def _space(tag: object) -> str:
    return "\n" if tag in _BLOCKS else " " if tag in _CELLS else ""


def web_address(text: str, base: str = "") -> str:
    """Return an absolute http(s) address without tracking parameters; "" for anything else."""
    try:
        parts = urlsplit(urljoin(base, text.strip()))
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.password:
            return ""
    except ValueError:
        return ""
    query = "&".join(
        item for item in parts.query.split("&") if item and not item.startswith(("utm_", "fbclid="))
    )
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, parts.fragment))


def made_uid(*parts: str) -> str:
    """Return a uid for an item whose source gives none: the same parts, the same uid."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24] + "@cscc-assistant"
