"""A web page -> the events that it holds: as JSON-LD, else as an invitation in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from scheduler.events import Event, EventKind, Version, last_instant
from scheduler.marked import marked_up
from scheduler.prose import suggest
from scheduler.prose.sentences import letters_folded
from scheduler.texts import decoded, one_line, text_of

_META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_DECLARED = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
#: Parts of a page that are not what it is about.
_AROUND = (
    ".//nav|.//aside|.//header|.//footer|.//form|.//script|.//style|.//noscript|.//template"
    "|.//*[contains(@class,'breadcrumb') or contains(@class,'sidebar')"
    " or contains(@class,'related') or contains(@class,'comment')"
    " or contains(@class,'widget') or contains(@class,'cookie')"
    " or contains(@class,'share') or contains(@class,'menu') or contains(@id,'comment')]"
)
#: The smallest part around the heading that says so much is the article.
ENOUGH = 40
#: Of an article that may announce something.
LONGEST_ARTICLE = 20_000
#: What a council or an office has enacted: its days bind those it is for, and invite nobody.
_ENACTED = re.compile(
    r"\b(?:usnesl[aoi]?\b[^.;]{0,80}?\bvydat|usniesl[aoi]?\b[^.;]{0,80}?\bvydat"
    r"|(?:vydava|rozhodl[aoi]? vydat)\b[^;]{0,200}?\b(?:zavazn\w+ (?:vyhlask|nariaden)|narizeni\b)"
    r"|(?:tato|tahle|toto)\s+(?:obecne zavazna\s+)?(?:vyhlaska|narizeni)\s+(?:nabyva|zrusuje)"
    r"|(?:resolved|resolves|decided) to (?:issue|enact|adopt) (?:the following|this|an?)\b"
    r"[^.;]{0,40}?\b(?:by-?law|ordinance|decree|regulation)"
    r"|this (?:by-?law|ordinance|decree|regulation) (?:comes?|enters?|shall|takes))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is read of a page."""

    url: str
    title: str
    #: The article, without what stands around it.
    text: str
    #: ISO 639-1; "" if the page does not say.
    language: str
    published: date | None
    #: Bodies of its JSON-LD scripts.
    scripts: tuple[str, ...]
    #: Absolute addresses of its article's links.
    links: tuple[str, ...]
    #: What its microdata and RDFa say, as JSON-LD would.
    marked: tuple[Mapping[str, object], ...] = ()
    #: The same page in other languages: language -> address.
    alternates: Mapping[str, str] = field(default_factory=dict)


def read_page(body: bytes | str, url: str, content_type: str = "") -> Page:
    """Take a page apart; an empty or broken one gives an empty one."""
    text = body if isinstance(body, str) else _text(body, content_type)
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text) or "<p></p>")
    except (etree.ParserError, ValueError):
        root = html.document_fromstring("<p></p>")
    scripts, marked = tuple(_scripts(root)), marked_up(root)
    alternates = dict(_alternates(root, url))
    headings = (element for element in root.iter() if isinstance(element, html.HtmlElement))
    heading = next((h for h in headings if h.tag == "h1" and h.text_content().strip()), None)
    title = one_line(heading.text_content()) if heading is not None else _title(root)
    article = _article(root, heading)
    return Page(
        url=url,
        title=title,
        text=text_of(article),
        language=_language(root, url),
        published=_published(root),
        scripts=scripts,
        marked=marked,
        links=tuple(dict.fromkeys(_links(article, url))),
        alternates=alternates,
    )


def _text(body: bytes, content_type: str) -> str:
    declared = _DECLARED.search(content_type)
    meta = _META_CHARSET.search(body[:4096])
    names = (declared[1] if declared else "", meta[1].decode("ascii") if meta else "")
    return decoded(body, [name for name in names if name])


def _scripts(root: html.HtmlElement) -> Iterator[str]:
    for script in root.xpath("//script[contains(@type,'ld+json')]"):
        if script.text and script.text.strip():
            yield script.text


def _alternates(root: html.HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    for link in root.xpath("//link[@rel='alternate' and @hreflang and @href]"):
        language, address = link.get("hreflang", "")[:2].lower(), link.get("href", "")
        if language.isalpha() and language != "x-" and (absolute := _absolute(address, url)):
            yield language, absolute


def _absolute(address: str, url: str) -> str:
    try:
        absolute = urljoin(url, address).split("#")[0]
        return absolute if urlsplit(absolute).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _title(root: html.HtmlElement) -> str:
    found = root.xpath("string(//title)")
    return one_line(re.split(r"\s+[|–—-]\s+", str(found))[0])


def _article(root: html.HtmlElement, heading: html.HtmlElement | None) -> html.HtmlElement:
    for element in root.xpath(_AROUND):
        if element.getparent() is not None and (heading is None or heading not in element.iter()):
            element.drop_tree()
    candidate = heading
    while candidate is not None and candidate.getparent() is not None:
        candidate = candidate.getparent()
        said = len(" ".join(candidate.text_content().split()))
        if said >= ENOUGH + len(heading.text_content() if heading is not None else ""):
            return candidate
    return root


def _language(root: html.HtmlElement, url: str) -> str:
    said = str(root.get("lang") or "")[:2].lower()
    if said.isalpha():
        return said
    found = re.match(r"/(cs|en|sk|de|pl)(?:/|$)", urlsplit(url).path)
    return found[1] if found else ""


def _published(root: html.HtmlElement) -> date | None:
    for value in root.xpath(
        "//meta[@property='article:published_time' or @name='date']/@content|//time/@datetime"
    ):
        try:
            return datetime.fromisoformat(str(value)).date()
        except ValueError:
            continue
    return None


def _links(article: html.HtmlElement, url: str) -> Iterator[str]:
    for href in article.xpath(".//a/@href"):
        if address := _absolute(str(href), url):
            yield address


def announced(
    page: Page,
    now: datetime,
    *,
    source: str = "",
    audience: str = "public",
    default_kind: EventKind | None = None,
) -> list[Event]:
    """Return what the page announces in prose, as suggestions; nothing that is over."""
    heading = f"{page.title}\n"
    text = page.text.replace(heading, "", 1) if page.text.startswith(heading) else page.text
    if _ENACTED.search(letters_folded(text[:LONGEST_ARTICLE])):
        return []
    found = suggest(
        text[:LONGEST_ARTICLE],
        page.url,
        now,
        title=page.title,
        language=page.language,
        published=page.published,
        default_kind=default_kind,
        source=source,
        audience=audience,
    )
    return [
        replace(event, versions=versions_of(event, page))
        for event in found
        if not has_passed(event, now)
    ]


def has_passed(event: Event, now: datetime) -> bool:
    """Tell whether there is nothing left to come to, whatever else of it has its days later."""
    if event.kind is EventKind.CALL or event.start is None or event.occurrences:
        return event.over(now)
    return last_instant(event.start, event.end, event.timezone) < now


def versions_of(
    event: Event, page: Page, titles: Mapping[str, str] | None = None
) -> tuple[Version, ...]:
    """Return the page of one event in other languages, with the titles that are known."""
    names = titles or {}
    addresses = {code: page.alternates.get(code, event.url) for code in (*page.alternates, *names)}
    return tuple(
        Version(language=code, title=one_line(names.get(code, event.title)), url=address)
        for code, address in addresses.items()
        if code and code != event.language and (code in names or address != page.url)
    )
