"""What kind of answer a question asks for, and what kinds a sentence offers.

"Kolik to stojí?" asks for a sum: a sentence with "2,3 milionu korun" offers one. Used to choose the
sentence that answers, and to tell a page on the right topic from a page with the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.languages import fold


class Kind(StrEnum):
    """What kind of thing an answer is."""

    #: A day, a month, a year, a span of them.
    DATE = "date"
    #: A sum of money, or that there is nothing to pay.
    MONEY = "money"
    #: How many of something.
    COUNT = "count"
    SHARE = "share"
    #: A person, or a body that acts like one.
    PERSON = "person"
    PLACE = "place"
    #: How big: a number.
    MEASURE = "measure"
    #: How long: a number of years, hours, pages.
    DURATION = "duration"
    FREQUENCY = "frequency"
    #: The hour of a day.
    HOUR = "hour"
    #: Telephone, e-mail, address, number in a register.
    CONTACT = "contact"
    #: Several things side by side.
    LIST = "list"
    #: A name or a title.
    NAME = "name"


_MONTHS = (
    r"(?:led(?:en|na|nu)|unor[ua]?|brez(?:en|na|nu)|dub(?:en|na|nu)|kvet(?:en|na|nu)"
    r"|cerv(?:en|na|nu)|cerven(?:ec|ce|ci)"
    r"|srp(?:en|na|nu)|zari|rij(?:en|na|nu)|listopadu?|prosin(?:ec|ce|ci)"
    r"|januar[a]?|februar[a]?|marca|april[a]?|maja?|juna?|jula?|august[a]?"
    r"|septembr[ai]|oktobr[ai]|novembr[ai]|decembr[ai]"
    r"|january|february|march|june|july|september|october|november|december|may"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_NUMBER_WORDS = (
    r"(?:jed(?:en|na|no|nu)|dv[aeou]+|oba|obe|tri|tremi|ctyri|pet|sest|sedm|osm|devet"
    r"|deset|desitky|dvanact"
    r"|dvacet|tricet|sto|stovky|tisic\w*|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|fifteen|twenty|thirty|dozens?|hundreds?|thousands?)"
)
_UNITS_OF_LENGTH = (
    r"(?:let\b|lety\b|rok\w*|roc\w+|mesi\w+|tyd[ne]\w+|dn[iuye]\b|dn[iu]\b|den\b|hodin\w*|hod\b|minut\w*"
    r"|years?|months?|weeks?|days?|hours?|minutes?|pages?|stran\w*|kilomet\w+|met\w+|km\b)"
)
_MONEY = (
    r"\d[\d\s.,]*\s*(?:mil|mld|mili|tis)?\w*\.?\s*(?:kc|czk|korun\w*|eur\w*|€|usd|\$)"
    r"|(?:czk|eur|€|\$|usd)\s*\d|\d[\d\s.,]*\s*(?:mil\b|mld\b|milion\w*|miliard\w*|million|billion)"
    r"|zdarma|bezplatn\w+|zadarmo|free of charge|is free|for free"
    r"|costs? nothing|no (?:fee|charge)|without charge|bez poplatku"
)
#: A number that may count things: no year, day, ordinal, share, sum, or part of a code or name.
_COUNT = (
    r"(?<![\w.,:/–-])(?<!iso )(?<!c\. )(?<!no\. )(?!(?:19|20)\d\d\b)\d{1,3}(?:[ .,\u00a0]?\d{3})*"
    rf"(?![\w:/%])(?!\.\s?(?:\d|[a-z]))"
    r"(?!\s?(?:%|kc|czk|eur|€|mil\b|mld\b|milion|miliard|million|billion))"
    rf"(?!\s{_MONTHS}\b)(?![.,–-]\d)"
)
_OFFERS = {
    Kind.DATE: re.compile(
        rf"\b\d{{1,2}}\.\s?{_MONTHS}|\b\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?(?:19|20)\d\d)?"
        rf"|\b\d{{1,2}}\s{_MONTHS}\b"
        rf"|\b{_MONTHS}\s(?:\d{{1,2}},?\s)?(?:19|20)\d\d|\b{_MONTHS}\s\d{{1,2}}\b"
        rf"|\b(?:19|20)\d\d\b|\b\d\d?/\d{{4}}\b"
        rf"|\b(?:v|ve|do|od|in|since|until|by|koncem|zacatkem)\s{_MONTHS}\b"
    ),
    Kind.MONEY: re.compile(_MONEY),
    Kind.SHARE: re.compile(
        r"\d\s?%|\bprocent|\bpercent|\bper cent|\bpolovin|\btretin|\bctvrtin|\bhalf\b"
        r"|\bthird\b|\d+\s?:\s?\d+"
    ),
    Kind.COUNT: re.compile(rf"{_COUNT}|\b{_NUMBER_WORDS}\b"),
    Kind.MEASURE: re.compile(rf"\d|\b{_NUMBER_WORDS}\b"),
    Kind.DURATION: re.compile(
        rf"(?:\d+(?:[.,]\d+)?|\b{_NUMBER_WORDS})[\s-]?(?:\w+\s)?{_UNITS_OF_LENGTH}"
        r"|\b(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d|\d\d:\d\d"
        r"|\b\w+(?:leta?|lete|letou|letni|mesicni|hodinov\w+|minutov\w+)\b"
    ),
    Kind.FREQUENCY: re.compile(
        r"\b(?:kazd\w+|denne|tydne|mesicne|ctvrtletne|pololetne|(?:kazdo)?rocne|\w*krat|jednou"
        r"|every|each|daily|weekly|monthly|quarterly|annual(?:ly)?|yearly|once|twice|times"
        r"|po \d+ \w+)\b"
    ),
    Kind.HOUR: re.compile(
        r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2}(?:[:.]\d\d)?\s?(?:hod\w*|h\b|[ap]\.?m\b)"
        r"|\b(?:od|do|v|ve|o|at|from)\s\d{1,2}\b"
    ),
    Kind.CONTACT: re.compile(
        r"@|\+\d{3}|\b\d{3}\s?\d{3}\s?\d{3}\b|https?://|\bwww\.|\b\d{8}\b"
        r"|\b[\w-]+\.(?:cz|eu|sk|com|org)\b"
    ),
    Kind.LIST: re.compile(
        r",[^,.;]+(?:,|;|\b(?:a|i|nebo|and|or)\b)|;|:(?:\s|$)|\b(?:a|and)\b[^,.]+,"
    ),
}

_CAPITAL = "A-ZÁČĎÉĚÍĽĹŇÓÔŘŠŤÚŮÝŽ"
_SMALL = "a-záčďéěíľĺňóôřšťúůýž"
_PERSON = re.compile(
    rf"\b[{_CAPITAL}][{_SMALL}]+\s(?:[{_CAPITAL}]\.\s)?[{_CAPITAL}][{_SMALL}]+"
    rf"|\b[{_CAPITAL}]\.\s[{_CAPITAL}][{_SMALL}]+"
)
#: Bodies that do what a person may be asked for; they have no name of their own.
_BODIES = (
    r"(?:zastupitelstv|rad[auy]\b|vlad[auy]\b|vybor|komis[ei]|porot|predstavenstv|ministerstv|urad"
    r"|odbor[ue]?\b|magistrat|valna hromada|technicke sluzby"
    r"|council|committee|board|assembly|ministry|jury|office)\w*"
)
_BODY = re.compile(rf"\b{_BODIES}")
_PROPER = re.compile(rf"(?<=[\w,;:)„“\"(–]\s)[„“\"(]?[{_CAPITAL}][\w+-]+|\b[{_CAPITAL}]{{2,}}\b")
#: What stands before the name of a place.
_WHERE = re.compile(r"\b(?:[vVzZuU]e?|[nN]a|[dD]o|[iI]n|[aA]t|near)\s$")
_PLACE = re.compile(
    rf"\b(?:v|ve|na|do|u|z|ze|in|at|near)\s(?:[{_SMALL}]+\s){{0,2}}[{_CAPITAL}]|\bonline\b|\bon-line\b"
    rf"|\b[Aa](?:dresa|ddress):|\b[{_CAPITAL}]\w+(?: [{_SMALL}]+)? \d{{1,4}}, [{_CAPITAL}]",
)

#: "How many" and "how much" in Czech, as it is also written, and in Slovak.
_HOW_MANY = r"(?:kol[ia][kg]|kolko)"

#: A word in between.
_SOME = r"(?:[\w+/.-]+ )"

#: What has a name, where a question asks which of them.
_NAMED = (
    r"(?:firm|spolecnost|organizac|univerzit|skol[auy]\b|fakult|instituc|radnic|kraj(?:e|i|u|ich|um)?\b|stat\b|zem[eí]|obec\b"
    r"|obce\b|obci\b|mest[aoe]|ministr|ministerstv|svaz|sdruzeni|klastr|agentur|urad|manazer|profesor"
    r"|expert|redit|starost|politi[ck])\w*"
)
_NAMED_IN_ENGLISH = (
    r"(?:firm|compan|organi[sz]ation|body|bodies|universit|school|town|city|cities|municipalit"
    r"|countr|ministr|region|cluster|agenc|association|union|person)\w*"
)
#: Who may do something: kinds of people and bodies, not a name.
_MAY = (
    r"(?:kdo|kto) (?:vsechno )?(?:muze|mohou|moze|mohl\w*|smi|smel\w*|musi)"
    r"|(?:kdo|kto) (?:vsechno )?(?:je|jsou|su|patri) (?:mezi )?(?:clen|partner|zadatel|prijemc)\w*"
    r"|who (?:can|may|could|must)|who are (?:the |its |your )?(?:members|partners|applicants)"
)
_WHICH = r"(?:ktery|ktera|ktere|ktereho|ktero[uj]|kterem|kteri|kterych|jaky|jaka|jakou|ktory|ktora)"

#: More than one is asked for: by the form of the asking word, or of what follows it.
_SEVERAL = re.compile(
    r"\bkter(?:ych|ymi|i)\b|\bktor(?:ych|ymi|i)\b|\bjak(?:ych|ymi)\b|\b(?:co|kdo|kto) vsechn?o\b"
    r"|(?<!, )\b(?:ktere|jake|ktore|ake) (?:(?:jsou|su)\b|(?:\w+[eyi] )?(?:\w+y\b|\w+(?<!n)i\b"
    r"|(?:kraj|obc|instituc|organizac|agentur|akc|soutez|konferenc|zem|technologi|stanic|ulic"
    r"|skupin|inovac|aplikac|komis|funkc|publikac|aktivit|prac)e\b))"
    r"|\b(?:ktera|jaka|ktore|ake) (?:\w+[ae] )?(?:mesta|mestecka|ministerstva|centra|temata|sidla"
    r"|kriteria|pravidla|opatreni|reseni|data|mista|sdruzeni|auta|prava|hlediska)\b"
    r"|\bvsech(?:ny|na|en)\b|\bvyjmenuj\w*|\bseznam\b|\bprehled\b"
    r"|\b(?:which|what) (?:(?:\w+(?:ing|ed|al|an|ic|ive|ary|ish|ech|able)|member|partner|smart|main"
    r"|key|other|new|pilot|two|three|four|five|six) )?"
    r"(?:(?!does|this|was|has|its)\w+[^suioy\W]s|\w+ies|people|criteria)\b"
    r"|\b(?:what|which|who) are\b|\b(?:list|name) (?:of |all |the )|\ball (?:the|of)\b"
)

#: A beginning that says no more than that a list is wanted.
_WANTS_LIST = re.compile(
    r"^\W*(?:(?:prosim|please)\W+)?(?:vyjmenuj\w*|vypis\w*|uved(?:te)?|seznam|prehled"
    r"|ukaz(?:te)?|dej(?:te)? mi|posl[ei]\w*|napis\w*"
    r"|(?:(?:give|show|send) (?:me|us) )?(?:the |a )?(?:full )?list(?: of)?"
    r"|name|enumerate|show|give)\b"
    r"(?: (?:mi|nam|me|us|seznam|prehled|vsech(?:ny|na|en)?|vsechno|all|the))*\s+(?=\w)"
)

_ASKS = {
    Kind.CONTACT: (
        r"\b(?:telefon\w*|e-?mail|adresa|adresu|kontaktovat|ico|ic|phone|address|web|stranky"
        r"|website|www|uredni hodiny)\b|\bkontakt(?! person)"
    ),
    Kind.DATE: (
        r"\b(?:kdy|dokdy|odkdy|do kdy|od kdy|kedy|dokedy|odkedy|when|deadline|termin\w*|uzaverk\w*"
        r"|datum|until when|by when|kolikateho|(?:v |do |od |z |ve )?ktere(?:m|ho)? roku?"
        r"|(?:in )?(?:which|what) (?:year|month|day|date|evening|period)|how old|(?:v "
        r"|od )?jak(?:em|eho) roce?)\b"
    ),
    Kind.HOUR: r"\b(?:(?:v|od|do) kolika? hod\w*|v kolik|what time|o kolkej)\b",
    Kind.MONEY: (
        rf"\b(?:{_HOW_MANY} (?:(?:to|toho|z toho|na to|bude|by|me|mi|nas|nam|se|si|nejvic\w*"
        r"|maximalne|muze\w*|muzu|mohu|mohl\w*|byste|bychom|bych|mel\w?|ma|mam\w*|puvodne|celkem|rocne"
        r"|mesicne) )*(?:stoj\w*|stat|stal\w*|cini\w*"
        r"|penez|penes|penize|penazi|korun|zaplat\w*|plat\w*|dosta\w+|milion\w*|miliard\w*|mili[oa]n\w*"
        rf"|eur)|{_HOW_MANY} {_SOME}{{1,7}}(?:stoji|stal[aoiy]?)"
        rf"|{_HOW_MANY} {_SOME}{{0,3}}za {_SOME}{{1,5}}(?:zaplat\w*|utrat\w*|da[lt]\w*)"
        r"|za kolik|cena|cenu|poplat\w*|vstupne|strop|alokac\w*|rozpocet|castk\w*|dotac[ei]"
        r"|(?:jaky|aky|jakym) plat|mzd[auy]|skolne|predplatne|(?:clensky|rocni) prispevek"
        r"|how much|cost|costs|price|fee|fees|pay|budget|allocation|ceiling|money|afford"
        r"|spend|spent|maximum grant|salary|grant for|big (?:\w+ ){1,5}grant)\b"
    ),
    Kind.SHARE: (
        r"\b(?:podil|procent\w*|intenzita|mira podpory|jak se deli|what share|percentage"
        r"|percent|rate of (?:aid|support)|what part)\b"
    ),
    Kind.DURATION: r"\b(?:(?:na )?jak dlouh\w*|ako dlho|how long|delka|doba trvani)\b",
    Kind.FREQUENCY: r"\b(?:jak casto|ako casto|how often|kolikrat|how many times)\b",
    Kind.MEASURE: (
        r"\b(?:jak (?:velk\w*|vysok\w*|daleko)|how (?:big|large|far|high|tall)|rozloha)\b"
    ),
    Kind.COUNT: rf"\b(?:{_HOW_MANY}\w*|how m[ae]ny|number of|pocet|kolikat\w*)\b",
    Kind.PERSON: (
        r"\b(?:kdo|kym|komu|koho|s kym|cii?|kto|who|whom|whose|jmen\w+ (?:starost\w*|reditel\w*"
        rf"|predsed\w*|prezident\w*|kontakt\w*)|{_WHICH} (?:\w+ )?{_NAMED}"
        rf"|(?:which|what) (?:\w+ )?{_NAMED_IN_ENGLISH})\b"
    ),
    Kind.PLACE: (
        r"\b(?:kde|kam|odkud|odkial|where|ve ktere[mj]|v ktere[mj]|v jake[mj]|(?:in )?(?:which"
        r"|what) (?:city|town|building|hall|room|place|country|region))\b"
    ),
    Kind.LIST: (
        r"\b(?:jake jsou|(?:ake|ktore) su|ktere (?:jsou|su|obory|oblasti|mesta|firmy)|vyjmenuj\w*"
        r"|jak(?:e|ych|ymi) |co vsechno|what are|which (?:are|strands|firms|areas|cities)|name the"
        rf"|{_MAY}|list)\b"
    ),
    Kind.NAME: (
        r"\b(?:jak se (?:jmenuj\w*|nazyv\w*|rika)|jak se jim rika|ako sa vola\w*|what is the name"
        r"|called|nazev)\b"
    ),
}
_WORD = re.compile(r"\w+")
_WHO = re.compile(r"\b(?:kdo|kym|komu|koho|kto|who|whom|whose)\b")
_MAY_PATTERN = re.compile(rf"\b{_MAY}")

#: "Kolik má třetí výzva?": a sum or a number of things.
_OPEN_AMOUNT = re.compile(
    rf"\b{_HOW_MANY} (?:ma|mela?|melo|je|jsou|bylo|bude|hradi\w*|dava\w*)\b(?! \w+ (?:penez|korun))"
)

#: What is about money, but asks for it only where it is what is asked for: "jaká je cena",
#: not "kdy lze žádat o dotaci". Whether there is a fee may be asked, too.
_SUPPORT = (
    r"(?:alokac\w*|rozpoc\w*|castk\w*|dotac\w*|strop|prispevek|budget|allocation|money|grant)"
)
_SUM = (
    rf"(?:{_SUPPORT}|cen[auy]|poplat\w*|vstupne\w*|mzd[auy]|skolne|predplatne|costs?|price|fees?"
    r"|ceiling)"
)
_SUMS, _SUPPORTS = re.compile(rf"\b{_SUM}\b"), re.compile(rf"\b{_SUPPORT}\b")
_SUM_ASKED = re.compile(
    r"\b(?:jak\w+|jak (?:vysok|velk)\w+|ak[yaeu]|kter[yae]|what|which|how (?:big|high|large))"
    rf" (?:\w+ ){{0,3}}{_SUM}\b|^\W*(?:\w+ (?!.*\?))?{_SUM}\b"
    rf"|^\W*(?:vys[ei]|maxim\w+|minim\w+|celkov\w+) {_SUM}\b"
)

#: What asks for something else than a sum, or for yes or no.
_ASKS_ELSE = re.compile(
    r"\b(?:kdy|dokdy|odkdy|kedy|dokedy|odkedy|kdo|kto|kde|kam|proc|preco|jak(?! \w*(?:vysok|velk))"
    r"|ako|when|who|where|why|how(?! (?:much|big|high|large)))\b"
)
_ANY_ASKING = re.compile(
    r"\b(?:kd[yoe]|\w*kdy|k[te][od]y?|kam|jak\w*|kter\w+|ktor\w+|ak[yaeou]\w*|co|cim|ceho|proc|preco"
    rf"|{_HOW_MANY}\w*|what|which|who\w*|when|where|why|how)\b"
)

#: What a question for a number asks for more precisely.
_NEARER = (Kind.MONEY, Kind.HOUR, Kind.FREQUENCY, Kind.DURATION)
_ASKS_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKS.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A piece of a sentence that could be the answer."""

    kind: Kind
    start: int
    end: int


def asked(question: str) -> tuple[Kind, ...]:
    """Return the kinds of answer that a question asks for; empty if that cannot be told."""
    folded = fold_same_length(question)
    found = [kind for kind, pattern in _ASKS_PATTERNS if pattern.search(folded)]
    if Kind.MONEY in found and not _asks_for_money(folded):
        found.remove(Kind.MONEY)
    if _OPEN_AMOUNT.search(folded):
        found = list(dict.fromkeys([*found, Kind.MONEY, Kind.COUNT]))
    elif Kind.COUNT in found and any(each in found for each in _NEARER):
        found.remove(Kind.COUNT)
    if _MAY_PATTERN.search(folded) or (Kind.PLACE in found and not _WHO.search(folded)):
        found = [kind for kind in found if kind is not Kind.PERSON]
    if Kind.PERSON in found and Kind.NAME in found:
        found.remove(Kind.NAME)
    return tuple(found)


def _asks_for_money(folded: str) -> bool:
    """Tell whether a question that speaks of money asks how much, or whether anything."""
    if _SUM_ASKED.search(folded):
        return True
    asks_else = _ASKS_ELSE.search(folded)
    is_yes_or_no = folded.rstrip().endswith("?") and not _ANY_ASKING.search(folded)
    if not asks_else and not is_yes_or_no:
        return True
    meant_else = _SUMS if asks_else else _SUPPORTS
    return dict(_ASKS_PATTERNS)[Kind.MONEY].search(meant_else.sub(" ", folded)) is not None


def asking_words(question: str) -> frozenset[str]:
    """Return the words, folded, by which a question says what kind of answer it asks for.

    An answer says "2 miliony korun" where the question says "kolik peněz".
    """
    folded = fold_same_length(question)
    kinds = asked(question)
    matches = (
        match
        for kind, pattern in _ASKS_PATTERNS
        if kind in kinds
        for match in pattern.finditer(folded)
    )
    return frozenset(word for match in matches for word in _WORD.findall(match.group()))


def wants_several(question: str) -> bool:
    """Tell whether a question asks for more than one: "které výzvy", "which cities"."""
    return _SEVERAL.search(fold_same_length(question)) is not None


def matter(question: str) -> str:
    """Return a question without a beginning that only asks for a list: "Vyjmenujte …"."""
    beginning = _WANTS_LIST.match(fold_same_length(question))
    return question[beginning.end() :] if beginning else question


def offers(sentence: str, kind: Kind, context: str = "") -> list[Offer]:
    """Return the pieces of a sentence that are of a kind.

    context: of an item or a row, what introduces it; it is then one of several.
    """
    if kind is Kind.LIST and context:
        return [Offer(kind=kind, start=0, end=len(sentence))]
    matches: Iterable[re.Match[str]]
    if kind is Kind.PERSON:
        matches = _persons(sentence)
    elif kind is Kind.NAME:
        matches = _PROPER.finditer(sentence)
    elif kind is Kind.PLACE:
        matches = _PLACE.finditer(sentence)
    else:
        matches = _OFFERS[kind].finditer(fold_same_length(sentence))
    return [Offer(kind=kind, start=match.start(), end=match.end()) for match in matches]


def _persons(sentence: str) -> list[re.Match[str]]:
    """Return who acts in a sentence: persons, else names that are not of places, and bodies."""
    persons = list(_PERSON.finditer(sentence))
    if persons:
        return persons
    names = [each for each in _PROPER.finditer(sentence) if not _is_place(sentence, each)]
    return [*names, *_BODY.finditer(fold_same_length(sentence))]


def _is_place(sentence: str, name: re.Match[str]) -> bool:
    """Tell whether a name stands for a place, or for money: "v Domě kultury", "900 Kč"."""
    return name.group() in ("Kč", "CZK", "EUR") or bool(_WHERE.search(sentence[: name.start()]))


class _FoldedLetters(dict[int, str]):
    """Letter -> folded letter, each looked up once; those that fold to several stay."""

    def __missing__(self, letter: int) -> str:
        folded = fold(chr(letter))
        self[letter] = folded if len(folded) == 1 else chr(letter)
        return self[letter]


_FOLDED = _FoldedLetters()


def fold_same_length(text: str) -> str:
    """Return the text folded letter by letter, so that positions stay."""
    return text.translate(_FOLDED)
