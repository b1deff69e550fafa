"""Text from outside made harmless: as plain text, as Markdown that is only text, as a link."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

#: Characters that are not seen: controls, bidi and zero-width marks, fillers, tags, noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u070f\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2061-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]|(?<!/)\u2060|\u2060(?!\\w)"  # the wedge of `escape` is kept
)
_SURROGATE = re.compile("[\ud800-\udfff]")
#: A joiner is kept within an emoji alone: 👩‍🏫.
_JOINER = re.compile("(?<![\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d\\Z")
#: "@everyone", ".@name", but not an e-mail address; "@" at an end, where a name in bold may
#: follow; "<!channel>", "<@U1>", "<#C1>", also where somebody might unescape it once more.
#: A set of signs comes first in it, which is found ten times as fast as alternatives are.
_CALL = re.compile(
    r"[<&@](?:(?<=<)(?=[!@#])|(?<=&)(?:lt|#60|#x3c);(?=[!@#])|(?<=@)(?<![^\W_]@)(?=\w|\s*$))",
    re.IGNORECASE | re.MULTILINE,
)
#: "/forget": one press on it in Telegram sends it, in the name of who pressed.
_COMMAND = re.compile(r"(?<![\w/<>])/(?=\w{1,64}(?![\w/<>]))", re.ASCII)
#: Stands invisibly where a call would begin, so that no platform reads one.
WEDGE = "\u2060"
_INLINE = re.compile(r"[\\`*\[\]<|~]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
_LINE_START = re.compile(r"[#>+=:-]|\d{1,9}(?=[.)](?:\s|\Z))")
_SCHEMES = ("http", "https", "mailto")
#: What a reader takes for an address: "https://a.cz/x", "www.a.cz", "a.cz", "info@a.cz".
_CLAIM = re.compile(
    r"(?<![^\W_])(?<![.+@-])(?:[a-z][a-z\d+.-]*://(?P<named>[\w.-]+)|(?P<mail>[\w.+-]{1,64}@)?(?P<host>"
    r"(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,62}[^\W_])))(?:[/:?#]\S*)?",
    re.IGNORECASE,
)
#: Signs that stand for the dots of a domain's name.
_DOTS = re.compile("[\u3002\uff0e\uff61]")
#: The host of an address that is linked, with its port.
_NETLOC = re.compile(r"(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?", re.IGNORECASE)
#: Ends of what is read as a domain within a sentence too; others may be a missing blank.
_ENDS = re.compile(
    r"app|at|be|ch|cloud|com?|cz|de|dev|edu|es|eu|fr|gov|hu|info|int|io|it|me|net|nl|online|org|pl"
    r"|ro|ru|shop|si|site|sk|tv|uk|ua|us|xyz"
)
#: A label that ends in one of these is a file's name rather than a domain.
_FILES = re.compile(r"csv|docx?|html?|ics|jpg|json|md|odt|pdf|png|pptx?|txt|xlsx?|xml|zip")


def storable(text: str) -> str:
    """Return what somebody wrote without what no database keeps: half characters and zero bytes."""
    return _SURROGATE.sub("\ufffd", text).replace("\x00", "")


def seen(text: str) -> str:
    """Return the text without what is not seen, which would steer a terminal or turn a line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    return _JOINER.sub("", _UNSEEN.sub("", _SURROGATE.sub("\ufffd", text)))


def plain(text: str) -> str:
    """Return the text without unseen characters and with nobody called. Idempotent."""
    return _CALL.sub(lambda call: call.group() + WEDGE, seen(text))


def escape(text: str) -> str:
    """Turn text from outside into Markdown in which it is only text.

    Lines stay lines, blank lines separate paragraphs. Nobody is called by it, on any platform,
    and no command stands in it to be pressed.
    """
    text = _COMMAND.sub(f"/{WEDGE}", plain(text))
    return escape_marks("\n".join(part.strip() for part in text.split("\n"))).strip()


def one_line(text: str) -> str:
    """Turn text from outside into Markdown of one line in which it is only text."""
    return escape(" ".join(text.split()))


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
    if not target:
        return one_line(label)
    said = one_line(honest_label(" ".join(label.split()), target)) or escape(target)
    return f"[{said}]({destination(target)})"


def safe_url(url: str) -> str:
    """Return the URL as it may stand in a link of any dialect; "" where it may not be linked."""
    try:
        parts = urlsplit(plain(url).replace(WEDGE, "").strip())
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES:
        return ""
    if parts.netloc and not _NETLOC.fullmatch(parts.netloc):
        return ""
    if bool(parts.hostname) != (parts.scheme != "mailto"):
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


def destination(url: str) -> str:
    """Return a safe URL as it stands in a Markdown link: no part of it is read as an entity."""
    return re.sub(r"&(?=#?\w+;)", r"\\&", url)


def honest_label(label: str, url: str) -> str:
    """Name the target in a label in which a reader would see another address. Idempotent."""
    parts = urlsplit(url)
    mail = parts.path.casefold() if parts.scheme == "mailto" else ""
    target = mail or parts.hostname or ""
    if not target or label.rstrip().endswith(f"({target})"):
        return label
    same = mail or _bare(target)
    is_honest = all(claimed == same for claimed in _claimed(label, people=bool(mail)))
    return label if is_honest else f"{label} ({target})"


def _claimed(label: str, *, people: bool) -> Iterator[str]:
    """Return the hosts that a reader would see in a label; people: whole e-mail addresses, too."""
    text = _DOTS.sub(".", unicodedata.normalize("NFKC", label)).strip()
    for found in _CLAIM.finditer(text):
        host = (found["named"] or found["host"]).rstrip(".")
        end = host.rpartition(".")[2].lower()
        is_told = found["mail"] or found["named"] or host.lower().startswith("www.")
        is_all = found.group() == text and not _FILES.fullmatch(end)
        if people and found["mail"]:
            yield found["mail"].casefold() + host.casefold()
        elif is_told or is_all or _ENDS.fullmatch(end):
            yield _bare(host)


def _bare(host: str) -> str:
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return host.lower()
    return host.lower().removeprefix("www.")
