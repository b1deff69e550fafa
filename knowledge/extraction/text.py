"""Markdown with front matter, and plain text -> sections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from urllib.parse import urlsplit

import yaml
from charset_normalizer import from_bytes

from knowledge.documents import Audience, Section
from knowledge.extraction.extracted import Extracted, Unreadable

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_SETEXT = re.compile(r"(=+|-+)[ \t]*$")
_ANCHOR = re.compile(r"[ \t]*\{#([\w-]+)\}$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\1(?![\w*_])")
_CODE = re.compile(r"`([^`\n]+)`")
#: Invisible characters that hide or turn text: zero width, direction, tags; and control characters.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
#: Spaces that keep numbers and their units together.
_UNBROKEN = re.compile("[\u00a0\u2007\u2009\u202f]")

#: š, ť, ž in windows-1250; in ISO 8859-2, within a word.
_WINDOWS = re.compile(rb"[\x8a\x8d\x8e\x9a\x9d\x9e]")
_ISO = re.compile(rb"[a-z\xe0-\xfe][\xb9\xbb\xbe]|[\xa9\xab\xae\xb9\xbb\xbe][a-z\xe0-\xfe]")


def decode(body: bytes, declared: str = "") -> str:
    """Return the text of a file whose encoding is declared, evident or guessed.

    Many Czech files say UTF-8 and are windows-1250: what was declared is believed only if it fits.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    for encoding in ("utf-8", declared):
        if encoding:
            with suppress(UnicodeDecodeError, LookupError):
                return body.decode(encoding)
    lenient = body.decode("utf-8", "replace")
    if lenient.count("\ufffd") * 20 < sum(letter > "\x7f" for letter in lenient):
        return lenient  # a broken letter or two
    return _guessed(body)


def markdown(body: bytes, *, declared: str = "") -> Extracted:
    """Extract a Markdown file; front matter may give url, title, language, updated, audience."""
    text = decode(body, declared).replace("\r\n", "\n").replace("\r", "\n")
    matter = _FRONT_MATTER.match(text)
    facts = _facts(matter.group(1)) if matter else {}
    sections, first = _sections(text[matter.end() :] if matter else text)
    return Extracted(
        title=str(facts.get("title") or first or "").strip(),
        sections=sections,
        language=str(facts.get("language") or facts.get("lang") or "").strip().lower()[:2],
        updated_at=as_date(facts.get("updated") or facts.get("updated_at") or facts.get("date")),
        url=_web_url(facts.get("url")),
        audience=_audience(facts.get("audience")),
    )


def plain(body: bytes, *, declared: str = "") -> Extracted:
    """Extract a text file: paragraphs as they stand."""
    text = decode(body, declared).replace("\r\n", "\n").replace("\r", "\n")
    return Extracted(sections=(Section(text=tidy(text)),) if text.strip() else ())


def inline(text: str) -> str:
    """Return a line of Markdown without links, emphasis, code marks and HTML."""
    text = _IMAGE.sub("", text)
    for pattern, kept in ((_LINK, r"\1"), (_STRONG, r"\2"), (_EMPHASIS, r"\2"), (_CODE, r"\1")):
        text = pattern.sub(kept, text)
    return _TAG.sub("", text)


def tidy(text: str) -> str:
    """Return text without invisible characters, spaces at line ends and runs of empty lines."""
    text = _UNBROKEN.sub(" ", _INVISIBLE.sub("", text))
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def as_date(value: object) -> date | None:
    """Return a date from front matter, however it was written."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", str(value or ""))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _guessed(body: bytes) -> str:
    # In Czech and Slovak the two usual encodings differ in š, ť and ž alone.
    if _WINDOWS.search(body):
        return body.decode("cp1250", "replace")
    if _ISO.search(body):
        return body.decode("iso8859_2", "replace")
    best = from_bytes(body[:200_000], cp_isolation=["cp1250", "cp1252", "utf_16"]).best()
    return body.decode(best.encoding if best else "cp1250", "replace")


def _facts(block: str) -> Mapping[str, object]:
    try:
        facts = yaml.safe_load(block)
    except yaml.YAMLError as error:
        where = str(error).splitlines()[0]
        raise Unreadable(f"The front matter is not valid YAML: {where}") from error
    except ValueError:  # an impossible date such as 2027-02-30
        return {}
    if not isinstance(facts, dict):
        raise Unreadable("The front matter is not a list of names and values.")
    return facts


def _web_url(value: object) -> str:
    url = str(value or "").strip()
    parts = urlsplit(url)
    if not url:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreadable(f"The url of the front matter is not a web address: {url}")
    return url


def _audience(value: object) -> Audience | None:
    try:
        return Audience(str(value).strip().lower()) if value else None
    except ValueError as error:
        raise Unreadable(f"The audience of the front matter is not known: {value}") from error


def _sections(text: str) -> tuple[tuple[Section, ...], str]:
    """Return the sections, and the first heading."""
    path: list[str] = []
    levels: list[int] = []
    sections: list[Section] = []
    lines: list[str] = []
    anchor: str | None = None
    first = ""

    def close() -> None:
        body = tidy("\n".join(lines))
        if body.strip():
            sections.append(Section(path=tuple(path), text=body, anchor=anchor))
        lines.clear()

    fenced = False
    for line in _with_atx_headings(_COMMENT.sub("", text).split("\n")):
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if not heading:
            lines.append(line if fenced else inline(line))
            continue
        close()
        level, name = len(heading[1]), heading[2]
        mark = _ANCHOR.search(name)
        anchor = mark[1] if mark else None
        name = inline(_ANCHOR.sub("", name)).strip()
        first = first or name
        while levels and levels[-1] >= level:
            levels.pop()
            path.pop()
        levels.append(level)
        path.append(name)
    close()
    return tuple(sections), first


def _with_atx_headings(lines: list[str]) -> list[str]:
    """Rewrite underlined headings with "#"."""
    rewritten: list[str] = []
    for line in lines:
        before = rewritten[-1] if rewritten else ""
        underlined = (
            _SETEXT.match(line)
            and before.strip()
            and not before.lstrip().startswith(("#", "|", "-", "*", ">"))
        )
        if (
            underlined
            and (len(rewritten) < 2 or not rewritten[-2].strip())
            and len(line.strip()) > 1
        ):
            rewritten[-1] = ("# " if line.startswith("=") else "## ") + before.strip()
        else:
            rewritten.append(line)
    return rewritten
