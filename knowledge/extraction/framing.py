"""Names that pages give to what frames their content: menus, banners, footers, share buttons.

A name is judged word by word ("siteFooter" is "site-footer"), never by a part of a word, and never
for a heading: its id repeats what it says, and "social-services" or "menu" may be said.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_TEXT = {"h1", "h2", "h3", "h4", "h5", "h6"}

#: Words that say it wherever they stand in a name.
_ANYWHERE = re.compile(
    r"(?:^|-)(?:cookie\w*|cmplz|cky|gdpr|consent|newsletter|breadcrumbs?|drobeck\w*|sharedaddy"
    r"|masthead|colophon|pagination|pager|sr-only|visually-hidden|screen-reader-text|skip-link"
    r"|toc|table-of-contents|modal|popup|offcanvas|advert\w*|no-print|print-only|navbar"
    r"|tablist|(?:post|entry)-meta|post-navigation|posted-on|byline|read-also|read-more"
    r"|mobile-menu|main-menu)(?:-|$)"
)

_PLACE = (
    r"(?:site|page|main|top|bottom|left|right|primary|secondary|mobile|desktop|global|post|entry"
    r"|layout|block|region|footer|header|user|sub|side|mega|web)"
)
_HOLDER = (
    r"(?:area|list|wrap|wrapper|container|inner|box|bar|block|section|items?|links?|icons?|buttons?"
    r"|nav|menu|first|second|left|right|top|bottom|column|widgets?|header|title|content|\d+)"
)

#: Words that say it only as a whole name, with where they stand before or what they hold behind.
_WHOLE = re.compile(
    rf"(?:{_PLACE}-)*(?:"
    rf"(?:sidebar|nav|navigation|menu|comments?|respond)(?:-{_HOLDER})*"
    rf"|(?:site|main|global|web)-(?:header|branding)(?:-{_HOLDER})*|(?:{_PLACE}-)?footer(?:-\w+)*"
    r"|widget(?:-area)?|(?:sidebar|footer|header)-widgets?"
    r"|related(?:-(?:posts?|articles?|content|news|links?|pages|items|products|topics|entries))?"
    r"|(?:share|sharing)(?:-(?:buttons?|links?|bar|icons?|this|box|post|list))?"
    r"|social(?:-(?:links?|icons?|media|share|sharing|buttons?|bar|networks?|menu|nav|list))*"
    r"|subscribe(?:-(?:form|box|block))?|promo(?:-(?:box|block|bar))?"
    r"|prev-next|next-prev|nav-(?:links|previous|next)|(?:(?:post|article|entry)-)?tags|tag-?(?:list|links)"
    r"|author-(?:box|bio|info)|(?:star-)?ratings?|disqus(?:-thread)?|fb-comments|addtoany(?:-\w+)*"
    r")"
)

#: What only an id says: in a class the same word names a part of a card.
_IDS = {"header", "hlavicka", "zahlavi", "footer", "paticka", "zapati"}

#: What links say that stand alone and lead round the page, not to what it is about.
_BUTTON = re.compile(
    r"(?:vy)?tis(?:k|knout|kni)(?: (?:tuto )?stránk[uy]| článek)?|verze pro tisk"
    r"|print(?: this)?(?: page| article)?|(?:back )?to (?:the )?top|back"
    r"|(?:zpět )?(?:nahoru|na začátek(?: stránky)?)"
    r"|zpět(?: na (?:úvod|hlavní stránku|seznam|přehled|výpis|titulní stránku))?"
    r"|(?:předchozí|další|následující)(?: (?:článek|stránka|příspěvek))?"
    r"|(?:previous|next)(?: (?:article|page|post))?"
    r"|sdílet(?: na \w+)?|share(?: on \w+)?|poslat (?:odkaz )?e-?mailem|odeslat e-?mailem",
    re.IGNORECASE,
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def names_frame(element: HtmlElement) -> bool:
    """Tell whether class or id say that the element is not content."""
    names = element.get("class", "").split()
    if element.tag not in _TEXT:
        identity = element.get("id", "")
        if identity.lower() in _IDS:
            return True
        names += identity.split()
    return any(_is_frame(name) for name in names)


def is_button(link: HtmlElement) -> bool:
    """Tell whether a link is a button of the page: "Vytisknout", "Zpět nahoru"."""
    return bool(_BUTTON.fullmatch(" ".join(str(link.text_content()).split()).strip("«»‹›<>←→↑▲ ")))


def _is_frame(name: str) -> bool:
    words = re.sub(r"[-_]+", "-", _CAMEL.sub("-", name)).strip("-").lower()
    return bool(_ANYWHERE.search(words) or _WHOLE.fullmatch(words))
