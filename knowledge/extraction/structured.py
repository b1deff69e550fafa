"""What a page says of events as data: JSON-LD scripts, and elements with microdata or RDFa.

It is kept as it stands: what it means is for those to read who know events.
"""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import html
from lxml.html import HtmlElement

#: Scripts and elements of a page that are looked at, and letters of each.
_MOST, _LONGEST = 50, 200_000

#: In the name of what is an event, or holds one.
_EVENT = re.compile(r"Event|Festival|Hackathon|Course")

#: The attribute that names what an element is -> the one that makes it a part of another thing.
_PART_OF = {"itemtype": "itemprop", "typeof": "property"}


def scripts(tree: HtmlElement) -> list[str]:
    """Return the bodies of JSON-LD scripts."""
    found = tree.xpath("//script[contains(@type, 'ld+json')]/text()")
    return [str(script)[:_LONGEST] for script in found[:_MOST]]


def of_events(bodies: list[str]) -> tuple[str, ...]:
    """Return the scripts that speak of events."""
    return tuple(body for body in bodies if _EVENT.search(body))


def markup(tree: HtmlElement) -> tuple[str, ...]:
    """Return the HTML of elements that mark up an event, each with all that it holds."""
    events = [
        element
        for element in tree.xpath("//body//*[@itemtype or @typeof]")
        if any(_EVENT.search(element.get(kind, "")) for kind in _PART_OF)
    ]
    inside = set(events)
    outer = [each for each in events if not inside.intersection(each.iterancestors())]
    written = (_written(element) for element in outer[:_MOST])
    return tuple(each for each in written if len(each) <= _LONGEST)


def _written(element: HtmlElement) -> str:
    alone = deepcopy(element)
    for part in _PART_OF.values():
        alone.attrib.pop(part, None)
    return str(html.tostring(alone, encoding="unicode", with_tail=False))
