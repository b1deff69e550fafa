"""Whom an event or call is for: regions that it names, and who may apply."""

from __future__ import annotations

import re

from scheduler.zones import fold

#: Folded stem of its adjective -> the region.
_REGIONS = {
    "stredoces": "Středočeský kraj",
    "jihoces": "Jihočeský kraj",
    "plzens": "Plzeňský kraj",
    "karlovars": "Karlovarský kraj",
    "ustec": "Ústecký kraj",
    "liberec": "Liberecký kraj",
    "kralovehradec": "Královéhradecký kraj",
    "pardubic": "Pardubický kraj",
    "jihomorav": "Jihomoravský kraj",
    "olomouc": "Olomoucký kraj",
    "zlins": "Zlínský kraj",
    "moravskoslez": "Moravskoslezský kraj",
}
_NAMED = re.compile(
    rf"\b({'|'.join(sorted(_REGIONS, key=len, reverse=True))})k?\w*\s+(?:kraj|region)"
    r"|\b(?P<vysocina>kraj\w*\s+vysocina|vysocina region)"
)
#: What says that a list of applicants follows or has gone before.
_APPLY = re.compile(
    r"zadat (?:muze|mohou|muzu|lze)|(?:muze|mohou) zadat|zadatel\w*|prijemc\w*|opravnen\w+"
    r"|urcen\w*|\bpro\b|\bpre\b|podavat mohou|mohou podat|eligible|applicants?|open to|\bfor\b"
    r"|may (?:apply|take part)|can apply"
)
_WHO = {
    "municipality": r"\bobc[ieí]\w*|\bobec\w*|\bmest[aou]\w*|\bmest\b|mestys\w*|dobrovoln\w+ svaz"
    r"|municipalit\w*|\bcit(?:y|ies)\b|\btowns?\b|local (?:authorit|government)\w*|samosprav\w*",
    "region": r"\bkraj(?:e|u|um|i|ich|ov)?\b|\bregions?\b|regional authorit\w*",
    "university": r"vysok\w+ skol\w*|univerzit\w*|universit\w*|vyzkumn\w+ (?:organizac|institu)\w*"
    r"|research (?:organi[sz]ation|institution)\w*|academi\w*",
    "company": r"podnik\w*|\bfirm\w*|spolecnost\w*|\bmsp\b|compan(?:y|ies)|enterprises?|\bsmes?\b"
    r"|business\w*",
    "ngo": r"neziskov\w*|nevladn\w*|\bnno\b|\bspolk\w*|\bngos?\b|non-?profit\w*|civil society",
}
#: Where the applicants are, "obce v Jihočeském kraji", is not who they are.
_WITHIN = re.compile(
    r"\b(?:(?:v|ve|vo|z|ze|zo|na uzemi|z uzemi)\s+"
    r"(?:(?:\w{4,}(?:em|eho|ych)|tomto)(?:,|\s+(?:a|ci|nebo))?\s+){0,6}?kraj(?:e|i|u|ich|ov)?"
    r"|(?:in|from|of|within|across)\s+(?:the|a|its|their|our|this|that)\s+"
    r"(?:(?!cit|town|munic)\w+,?\s+(?:and\s+)?){0,5}?regions?)\b"
)
_SENTENCES = re.compile(r"[.!?]\s+|\n")


def region_in(*texts: str) -> str:
    """Return the region that the first of the texts names as such; "" for a town or none."""
    for text in texts:
        if (found := _NAMED.search(fold(text))) is not None:
            return "Kraj Vysočina" if found["vysocina"] else _REGIONS[found[1]]
    return ""


def eligible_in(title: str, text: str) -> tuple[str, ...]:
    """Return who may apply, as sentences say that speak of applicants."""
    sentences = [fold(title), *(fold(s) for s in _SENTENCES.split(text))]
    speaking = [_WITHIN.sub(" ", sentence) for sentence in sentences if _APPLY.search(sentence)]
    return tuple(who for who, words in _WHO.items() if any(re.search(words, s) for s in speaking))
