"""Pages that stand where nothing is: found by the server, "not found" by what they say."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urljoin

from knowledge.extraction import Extracted, Raw, Unreadable, extract
from knowledge.fetching import Fetcher, FetchError
from knowledge.index.duplicates import resemblance, signature
from knowledge.index.pages import Page
from knowledge.settings import SourceSettings
from knowledge.sources.source import Reading, made
from knowledge.web.guarding import Forbidden

#: An address that no site has: what it gives is what the site says where nothing is.
_NOWHERE = "/cscc-assistant-tato-stranka-neexistuje"

#: For so long what a site says there is remembered.
_REMEMBERED = timedelta(days=7)

#: Two pages that share more are the same but for a date or a counter.
_SAME = 0.9

#: A page with more words than this is one, whatever its title says.
_MOST_WORDS = 200

#: A page with fewer words says it in its text, not only in its title.
_FEW_WORDS = 40

_THING = (
    r"(?:str[aá]nk|obsah|člán(?:e?k|ok)|adres|příspěv|url\b|odkaz|page|content|article|address|seite"
    r"|strona|stron[ay]\b)\w*"
)
_MORE_THINGS = r"(?:dokument|soubor|záznam|document|file|post\b)\w*"
_GONE = (
    r"(?:nenalezen|neexistuj|neexistovan|nebyl\w* nalezen|nenašl|nenájd|nenašiel|neplatn"
    r"|ne(?:mohli|můžeme|lze|ní možné|podařilo se)(?: \w+){0,3} (?:najít|nalézt|nájsť)"
    r"|(?:není|nie je)(?: \w+){0,4} (?:k dispozici|dostupn|k dispozícii)"
    r"|byl\w*(?: \w+){0,2} (?:odstraněn|smazán|zrušen|vymazán)|bol\w* (?:odstránen|zmazan)"
    r"|not(?: be)? found"
    r"|(?:can|could|do|does)(?:[’']t|n[’']t| ?not)(?: \w+){0,2} (?:found|find|exist)"
    r"|no longer (?:available|exists?|here)|(?:isn[’']t|is not) (?:available|here)"
    r"|(?:was|has been|have been) (?:removed|deleted)|nothing (?:was|could be) found"
    r"|nicht gefunden|nie znaleziono|nie istnieje)"
)
_BETWEEN = r"[^.!?\n]{0,40}?"


def _pattern(things: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b{things}{_BETWEEN}\b{_GONE}|\b{_GONE}\w*{_BETWEEN}\b{things}", re.IGNORECASE
    )


_IN_TEXT = _pattern(_THING)
_IN_TITLE = _pattern(f"(?:{_THING}|{_MORE_THINGS})")
_BARE = re.compile(
    r"^\W*(?:(?:error|chyba|http|status|kód)\W{0,3}){0,2}404\b(?![/.,]?\d)"
    r"|\b(?:error|chyba)\W{0,3}404\b|^\W*(?:not found|nenalezeno|nothing found)\W*$",
    re.IGNORECASE,
)
_HERE = re.compile(r"nothing (?:was )?found (?:at this location|here)", re.IGNORECASE)


def says_not_found(extracted: Extracted) -> bool:
    """Tell whether a page that was found says that it was not."""
    if extracted.words >= _MOST_WORDS:
        return False
    first = extracted.sections[0].path[:1] if extracted.sections else ()
    if any(_BARE.search(each) or _IN_TITLE.search(each) for each in (extracted.title, *first)):
        return True
    text = "\n".join(section.text for section in extracted.sections)
    return extracted.words < _FEW_WORDS and bool(_IN_TEXT.search(text) or _HERE.search(text))


def nowhere(start: str) -> str:
    """Return an address of the site where nothing is."""
    return urljoin(start, _NOWHERE)


async def nothing_there(
    url: str, settings: SourceSettings, reading: Reading, fetcher: Fetcher
) -> bytes:
    """Return the signature of the page a site shows there; b"" if it says 404 as it should."""
    known = reading.memory.page(url)
    if known and reading.clock() - known.checked_at < _REMEMBERED:
        return known.signature
    found = await _shown(url, settings, fetcher)
    reading.memory.save(Page(key=url, signature=found, checked_at=reading.clock()))
    return found


def is_nothing(found: bytes, nothing: bytes) -> bool:
    """Tell whether a page is the one that the site shows where nothing is."""
    return bool(nothing) and resemblance(found, nothing) >= _SAME


async def _shown(url: str, settings: SourceSettings, fetcher: Fetcher) -> bytes:
    try:
        answer = await fetcher.ask(url)
        if answer.status != 200:
            return b""
        content_type = answer.headers.get("content-type", "")
        extracted = extract(Raw(body=answer.body, name=url, content_type=content_type))
    except (FetchError, Forbidden, Unreadable):
        return b""
    return signature(made(extracted, settings, key=url, url=url)) if extracted.words else b""
