"""Addresses of a web site: one spelling for each page, what belongs to it, what is a trap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from posixpath import normpath
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from courlan import normalize_url

from knowledge.errors import ConfigurationError

#: Parameters that name a visit, not a page.
_SESSION = re.compile(
    r"^(?:sid|s_?id|sess(?:ion)?(?:_?id)?|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|zenid|oscsid"
    r"|ref(?:errer)?|replytocom|share|print|_ga|_gl|mc_[ce]id|igshid|yclid|msclkid|dclid|wbraid|gbraid)$",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|sid|phpsessid)=[^/?]*"
    # ASP.NET without cookies: "/(S(lit3py55t21z5v55vlm25s55))/page.aspx".
    r"|/(?:\(|%28)(?:[A-Z](?:\(|%28)[\w-]*(?:\)|%29))+(?:\)|%29)(?=/)",
    re.IGNORECASE,
)

#: What is not a document, by its ending.
_OTHER = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|mp3|mp4|m4[av]|avi|mov|webm|og[gv]|wav|css|js|mjs|map|json|xml"
    r"|woff2?|ttf|eot|zip|rar|7z|gz|tar|exe|dmg|apk|iso|ics|vcf|rss|atom|docx?m|xlsm|kmz|kml)$",
    re.IGNORECASE,
)

#: Doors of the usual content systems, not pages.
_MACHINERY = re.compile(
    r"/(?:wp-(?:login|admin|json|cron|signup)|xmlrpc|cgi-bin|administrator|user/login)(?:[./]|$)"
)

#: A path that repeats one part more often leads in circles.
_MOST_REPEATS = 2

#: Parts of a path.
_MOST_PARTS = 12

#: Different queries of one path: lists go on for pages, calendars for ever.
_MOST_QUERIES = 30

#: Pages of one list that are looked at.
_MOST_OF_LIST = 200

_PAGE_PARAMETER = re.compile(
    r"^(?:paged?|pg|page_?(?:no|num|number|index)|strana|stranka|str|start|offset|limitstart|from)$",
    re.IGNORECASE,
)
_PAGE_IN_PATH = re.compile(r"/(?:page|strana|stranka)[/-](\d{1,4})/?$", re.IGNORECASE)

#: Days and months of one calendar that are looked at.
_MOST_DAYS = 60

_DAY = re.compile(r"(.*?)/(?:19|20|21)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?/?$")

#: Parts of a path from which on their order does not make another page.
_FEWEST_CHOICES = 5

#: Letters of an address.
_MOST_LETTERS = 1000


def normal(url: str) -> str:
    """Return the one spelling of an address; "" if it is none of the web.

    Fragments, tracking and session parameters are dropped, dots in paths resolved, parameters
    sorted, letters escaped alike.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            return ""
        query = _without_sessions(parts.query)
        plain = urlunsplit((parts.scheme, parts.netloc, _path(parts.path), query, ""))
        cleaned = normalize_url(plain)
    except (ValueError, UnicodeError):
        return ""
    return cleaned if urlsplit(cleaned).path else cleaned + "/"


def host_of(url: str) -> str:
    """Return host and port, without "www."."""
    return urlsplit(url).netloc.lower().removeprefix("www.")


def list_of(url: str) -> str:
    """Return the list that an address is a further page of, its first page; "" if it is none."""
    parts = urlsplit(url)
    if found := _PAGE_IN_PATH.search(parts.path):
        return urlunsplit(parts._replace(path=f"{parts.path[: found.start()]}/"))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if not (_PAGE_PARAMETER.match(pair[0]) and pair[1].isdigit())]
    if len(kept) == len(pairs):
        return ""
    return urlunsplit(parts._replace(query=urlencode(kept)))


def is_document(url: str) -> bool:
    """Tell whether an address may lead to a page or a document, by its ending."""
    path = urlsplit(url).path
    return not _OTHER.search(path) and not _MACHINERY.search(path)


class Scope:
    """What of the web belongs to a source."""

    def __init__(self, start: str, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._hosts = {host_of(start)}
        self._include = _patterns(include)
        self._exclude = _patterns(exclude)

    def holds(self, url: str) -> bool:
        """Tell whether the address is on the source's host."""
        return host_of(url) in self._hosts and not any(each.search(url) for each in self._exclude)

    def wants(self, url: str) -> bool:
        """Tell whether what stands there belongs into the index."""
        included = not self._include or any(each.search(url) for each in self._include)
        return included and self.holds(url)


class Traps:
    """Counts what never ends."""

    def __init__(self) -> None:
        self._queries: Counter[str] = Counter()
        self._lists: Counter[str] = Counter()
        self._days: Counter[str] = Counter()
        self._choices: set[tuple[str, ...]] = set()

    def is_one(self, url: str) -> bool:
        """Tell whether an address looks like one of endlessly many. Asked once for each."""
        parts = urlsplit(url)
        steps = [step for step in parts.path.split("/") if step]
        if len(url) > _MOST_LETTERS or len(steps) > _MOST_PARTS:
            return True
        if self._repeats(steps) or self._is_known_choice(parts.netloc, steps):
            return True
        if day := _DAY.match(parts.path):
            # A path that ends with a day or month is a calendar's, not an article's.
            self._days[parts.netloc + day[1]] += 1
            if self._days[parts.netloc + day[1]] > _MOST_DAYS:
                return True
        if named := list_of(url):
            self._lists[urlsplit(named).netloc + urlsplit(named).path] += 1
            return self._lists[urlsplit(named).netloc + urlsplit(named).path] > _MOST_OF_LIST
        if parts.query:
            self._queries[parts.netloc + parts.path] += 1
            return self._queries[parts.netloc + parts.path] > _MOST_QUERIES
        return False

    def _repeats(self, steps: Sequence[str]) -> bool:
        """Tell whether a path goes in circles: "x/y/x/y/x", "color-1/color-7/color-2"."""
        if not steps:
            return False
        kinds = [re.sub(r"\d+", "#", step) for step in steps]
        named = [kind for kind in kinds if kind.strip("#-._")]
        return max(Counter(steps).values()) > _MOST_REPEATS or (
            bool(named) and max(Counter(named).values()) > _MOST_REPEATS
        )

    def _is_known_choice(self, host: str, steps: Sequence[str]) -> bool:
        """Tell whether the same filters were met in another order."""
        if len(steps) < _FEWEST_CHOICES:
            return False
        choice = (host, *sorted(steps))
        known = choice in self._choices
        self._choices.add(choice)
        return known


def _path(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", path)
    if "/." in path or "//" in path:
        slash = "/" if path.endswith(("/", "/.", "/..")) else ""
        path = "/" + normpath(path).strip("/.") + slash if normpath(path).strip("/.") else "/"
    return quote(path, safe="/:@!$&'()*+,;=~-._%")


def _without_sessions(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if not _SESSION.match(name)])


def _patterns(given: Iterable[str]) -> list[re.Pattern[str]]:
    try:
        return [re.compile(each) for each in given]
    except re.error as error:
        raise ConfigurationError(f"This is not a regular expression: {error.pattern!r}") from error
