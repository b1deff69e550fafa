"""Text from outside made harmless: as plain text, as Markdown that is only text, as a link."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

#: Characters that are not seen: controls, bidi and zero-width marks, fillers, tags, noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u070f\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
#: A joiner is kept within an emoji alone: 👩‍🏫.
_JOINER = re.compile("(?<![\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d\\Z")
#: "@everyone", ".@name", but not an e-mail address; "<!channel>", "<@U1>", "<#C1>".
_CALL = re.compile(r"(?<=<)(?=[!@#])|(?<![^\W_])@(?=\w)")
#: Stands invisibly where a call would begin, so that no platform reads one.
WEDGE = "\u2060"
_INLINE = re.compile(r"[\\`*\[\]<|~]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
_LINE_START = re.compile(r"[#>+=:-]|\d{1,9}(?=[.)](?:\s|\Z))")
_SCHEMES = ("http", "https", "mailto")
_DOMAIN = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[^\W\d]{2,})(?:[/:?#]\S*)?", re.IGNORECASE)

#: A label that ends in one of these is a file's name rather than a domain.
_FILES = frozenset(
    {
        *("csv", "doc", "docx", "htm", "html", "ics", "jpg", "json", "md", "odt", "pdf", "png"),
        *("ppt", "pptx", "txt", "xls", "xlsx", "xml"),
    }
)


def storable(text: str) -> str:
    """Return what somebody wrote without what no database keeps: half characters and zero bytes."""
    return _SURROGATE.sub("\ufffd", text).replace("\x00", "")


def plain(text: str) -> str:
    """Return the text without unseen characters and with nobody called. Idempotent."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    text = _JOINER.sub("", _UNSEEN.sub("", _SURROGATE.sub("\ufffd", text)))
    return _CALL.sub(lambda call: call.group() + WEDGE, text)


def escape(text: str) -> str:
    """Turn text from outside into Markdown in which it is only text.

    Lines stay lines, blank lines separate paragraphs. Nobody is called by it, on any platform.
    """
    return escape_marks("\n".join(part.strip() for part in plain(text).split("\n"))).strip()


def escape_marks(text: str) -> str:
    """Escape what Markdown would read; for text that is `plain` already."""
    return "\n".join(map(_escape_line, text.split("\n")))


def _escape_line(line: str) -> str:
    line = _INLINE.sub(r"\\\g<0>", line)
    start = _LINE_START.match(line)
    if start:
        digits = start.group().isdigit()
        line = f"{start.group()}\\{line[start.end() :]}" if digits else f"\\{line}"
    if line.endswith(("#", "!")) and line[-2:-1] != "\\":
        line = f"{line[:-1]}\\{line[-1]}"
    return line


def link(label: str, url: str) -> str:
    """Return a Markdown link, or the label alone where the URL is not http, https or mailto."""
    target = safe_url(url)
    text = escape(" ".join(label.split()))
    if not target:
        return text
    return f"[{escape(honest_label(' '.join(label.split()), target)) or target}]({target})"


def safe_url(url: str) -> str:
    """Return the URL as it may stand in a link of any dialect; "" where it may not be linked."""
    try:
        parts = urlsplit(plain(url).replace(WEDGE, "").strip())
        _ = parts.port
    except ValueError:
        return ""
    web = parts.scheme in ("http", "https")
    if parts.scheme not in _SCHEMES or (web and not parts.hostname) or "@" in parts.netloc:
        return ""
    address = re.sub(r"\s", "%20", parts.geturl())
    return quote(address, safe="%/:?#@!$&*+,;=~[]._-") if address.isascii() else _encoded(address)


def _encoded(address: str) -> str:
    parts = urlsplit(address)
    try:
        host = parts.netloc.encode("idna").decode() if parts.netloc else ""
    except UnicodeError:
        return ""
    rest = parts._replace(scheme="", netloc="").geturl()
    head = f"{parts.scheme}://{host}" if host else f"{parts.scheme}:"
    return head + quote(rest, safe="%/:?#@!$&*+,;=~[]._-")


def honest_label(label: str, url: str) -> str:
    """Name the target's host in a label that pretends to be another address."""
    shown = _DOMAIN.fullmatch(label.strip())
    host = urlsplit(url).hostname or ""
    if not shown or not host or _bare(shown.group(1)) == _bare(host):
        return label
    if shown.group() == shown.group(1) and shown.group(1).rpartition(".")[2].lower() in _FILES:
        return label
    return f"{label} ({host})"


def _bare(host: str) -> str:
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return host.lower()
    return host.lower().removeprefix("www.")
