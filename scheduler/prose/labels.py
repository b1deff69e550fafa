"""What a deadline is for: "RES+ č. 1", "stage 1", "pre-proposals"."""

from __future__ import annotations

import re

from scheduler.prose.clock import zone_in
from scheduler.prose.sentences import letters_folded
from scheduler.zones import fold


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: In characters; what is longer is a sentence, not a label.
LONGEST = 60
#: Words that any deadline may be named with, folded.
_SAYS_NOTHING = _set(
    "uzaverka uzaverky uzavierka termin terminy prijem prijmu podani podavani odevzdani predlozeni "
    "predkladani zasilani zadost zadosti ziadosti ziadost projektu projektovych projekty konec "
    "ukonceni nejzazsi konecny posledni den lhuta lehota datum kdy do o k na pro pre podporu "
    "dotaci dotace vyzvy vyzva navrhu nabidek "
    "deadline deadlines submission submissions submit application applications apply proposal "
    "proposals closing close closes closed date dates when end ends final last day for of the to "
    "call calls until by opening novy nova nove noveho platny aktualni prodlouzeny prodlouzena "
    "new extended updated tender tenders bid bids offers nabidky"
)
_STAGES = re.compile(
    r"early[ -]?birds?|zv[yý]hodn[eě]n\w+ (?:registrac\w+|vstupn\w+|cen\w+)|"
    r"zkr[aá]cen\w+ n[aá]vrh\w*|\b(?:p[rř]edb[eě][zž]n|[uú]?pln)\w+ [zž][ií]?[aá]dost\w*"
    r"|pre-?proposals?|\b[uú]?pln\w+ n[aá]vrh\w*"
    r"|(?:full|outline|detailed|short) (?:proposals?|applications?|bids?|papers?)"
    r"|concept notes?|letters? of intent"
    r"|vyj[aá]d[rř]en\w* z[aá]jmu|expressions? of interest|projektov\w+ z[aá]m[eě]r\w*"
    r"|(?:first|second|third|1st|2nd) stage|stage \d|\d\. (?:kol\w+|stup\w+|f[aá]z\w+|etap\w+)"
    r"|(?:prvn[ií]\w*|druh\w+|t[rř]et[ií]\w*) (?:kol\w+|stup\w+|f[aá]z\w+|etap\w+)|cut-?off \d"
    r"|abstract\w*|papers?|přihlášk\w*|prihlášk\w*|nominac\w+|registrac\w+|applications?"
    r"|registration|proposals?",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(?:pro|pre|for)\s+(?P<label>[^.;:]{3,60}?)\s*(?:\b(?:je|is|do|by|on)\b)?\s*$")
_WORDS_OF_DEADLINES = re.compile(
    r"^\W*(?:uz[aá]v[eě]rk\w*|deadlines?|term[ií]n\w*|p[rř][ií]jem\w*|a|and|oraz|for)\b\W*|"
    r"[\s,]*\b(?:do|od|by|nejpozději|nově|nově platí|due|until|from|na|v|ve|dne|on)\s*$"
    # "… podání žádostí byl prodloužen"
    r"|\s+(?:byl[ao]?|je|jsou|budou|bude|se|běží|probíhá|trvá|lze|můžete|was|is|are|has been"
    r"|have been|can be)\b.*$",
    re.IGNORECASE,
)
_TIME_WORDS = re.compile(
    r"\d[:.]\d\d|hodin|\bhod\b|\bmid(?:night|day)|p[uů]lnoc|zkr[aá]ceno|včetně"
)


_REGISTRATION = re.compile(r"\b(?:regist|prihl|hlas|rsvp|sign)")
#: A registration of a kind of its own.
_OWN_KIND = re.compile(r"\b(?:early|zvyhodn|autor|author|vystavovatel|exhibitor)")


def of_registration(label: str) -> str:
    """Return the label of an event's deadline; "" if it only says that one registers until then."""
    said = fold(label)
    return "" if _REGISTRATION.search(said) and not _OWN_KIND.search(said) else label


def label_of(before: str, after: str, *, among: int) -> str:
    """Return what the deadline between these words is for; "" if they do not say.

    `among` is the number of dates of the sentence: only several need telling apart by more than
    the name of a stage.
    """
    if (label := _in_brackets(after)) and (among > 1 or _STAGES.fullmatch(label)):
        return label
    head = before.rstrip()
    if head.endswith(":") or re.search(r":\s*(?:do|by)$", head):
        label = _last_part(head)
        if label and not _bare(label):
            return label
    if (found := _FOR.search(head)) and among > 1:
        return "" if _bare(found["label"]) else _cleaned(found["label"])
    stages = [stage for stage in _STAGES.findall(head) if among > 1 or not _bare(stage)]
    return stages[0].strip() if stages else ""


def _in_brackets(after: str) -> str:
    found = re.match(r"\s*\(([^()]{2,60})\)", after)
    if not found or _TIME_WORDS.search(found[1]) or zone_in(letters_folded(found[1])):
        return ""
    return found[1].strip()


def _last_part(head: str) -> str:
    head = re.sub(r":?\s*(?:do|by)?$", "", head.rstrip(" :")).rstrip(" :")
    return _cleaned(re.split(r"[;\n]|[:,]\s|(?<![čČ\dIVX])\.\s", head)[-1])


def _cleaned(label: str) -> str:
    previous = None
    while previous != label:
        previous, label = label, _WORDS_OF_DEADLINES.sub("", label).strip(" ,:–-(")
    if label.count(")") > label.count("("):
        label = label.rstrip(") ")
    return label if len(label) <= LONGEST else ""


def _bare(label: str) -> bool:
    """Say whether it is only words for a deadline and for what is handed in until any."""
    return set(re.findall(r"[a-z]+", fold(_cleaned(label)))) <= _SAYS_NOTHING
