"""Words of questions about events as they are usually spelled in Czech.

Who writes without accents, in Slovak or with a slip of the fingers asks for the same rows.
"""

from __future__ import annotations

import re

from knowledge.languages import fold
from knowledge.questions.timewords import MONTHS

#: Words of time and of asking; an answer repeats those of time.
_USUAL_WORDS = """
zítra pozítří dnes příští příštího příštím tento týden týdnu týdne měsíc měsíce měsíci víkend
víkendu léto létě podzim podzimu zimě jaře konce začátku
pondělí úterý středa středu čtvrtek pátek sobota sobotu neděle neděli
únor únoru února březen březnu března květen květnu května červen červnu června červenec červenci
července září říjen říjnu října
"""
_USUAL = {fold(word): word for word in _USUAL_WORDS.split()}

#: Slovak, folded -> Czech.
_SLOVAK = {
    "kedy": "kdy", "dokedy": "dokdy", "ktore": "které", "ktora": "která", "ktory": "který",
    "su": "jsou", "pre": "pro", "aky": "jaký", "aka": "jaká", "ake": "jaké", "kolko": "kolik",
    "najblizsi": "nejbližší", "najblizsia": "nejbližší", "najblizsie": "nejbližší",
    "najblizsej": "nejbližší", "dalsia": "další", "dalsie": "další", "buduca": "příští",
    "otvorene": "otevřené", "otvorena": "otevřená", "otvara": "otevírá", "skolenie": "školení",
    "skolenia": "školení", "konferencia": "konference", "konferencie": "konference",
    "podujatia": "akce", "podujatie": "akce", "zacina": "začíná", "konci": "končí",
    "kona": "koná", "uzavierka": "uzávěrka", "uzavierky": "uzávěrky", "zajtra": "zítra",
    "tyzden": "týden", "tyzdni": "týdnu", "mesiac": "měsíc", "mesiaci": "měsíci",
    "januar": "leden", "januari": "lednu", "februar": "únor", "februari": "únoru",
    "marci": "březnu", "aprili": "dubnu", "juni": "červnu", "juli": "červenci",
    "auguste": "srpnu", "septembri": "září", "oktobri": "říjnu", "novembri": "listopadu",
    "decembri": "prosinci", "sa": "se", "alebo": "nebo", "este": "ještě", "zostava": "zbývá",
    "budu": "budou", "seminar": "seminář", "seminare": "semináře", "webinar": "webinář",
    "stretnutie": "setkání", "stretnutia": "setkání", "prednaska": "přednáška",
    "nejake": "nějaké", "nejaky": "nějaký", "nejaka": "nějaká", "najskor": "nejdřív",
    "buduce": "příští", "buduci": "příští", "konferencii": "konferenci", "vyziev": "výzev",
}  # fmt: skip

#: Wrong i and y.
_WRONG = {"vyzvi": "výzvy", "seminari": "semináři"}

#: What a word with one slip is taken for.
_CORRECTED_WORDS = """
nejbližší nadcházející konference konferenci konferencí seminář semináře seminářů webinář webináře
workshop workshopy conference uzávěrka uzávěrky událost události následující víkend školení
otevřené otevřená parkování webinar workshops conferences seminars upcoming deadline deadlines
"""
_CORRECTED = {fold(word): word for word in _CORRECTED_WORDS.split()}

#: Months as they stand after a preposition; there a word with one slip is taken for one.
_MONTHS_AFTER = """
lednu ledna únoru února březnu března dubnu dubna květnu května červnu června červenci července
srpnu srpna září říjnu října listopadu prosinci prosince
january february august september october november december
"""
_MONTHS = {fold(word): word for word in _MONTHS_AFTER.split()}
_AFTER_PREPOSITION = re.compile(
    r"(?P<before>\b(?:v|ve|do|od|na|pro|za|během|behem|koncem|konce|konci|začátkem|zacatkem|in|by"
    r"|until|till|since|from|during|for|of|mezi|between)\s+(?:konce\s+|konci\s+|end of\s+)?)"
    r"(?P<month>(?!konc)[^\W\d_]{4,})\b",
    re.IGNORECASE,
)

#: Shorter words are too often other words.
_LEAST_LETTERS = 6

_WORD = re.compile(r"\w+")


def tidied(question: str) -> str:
    """Return a question with its words of time and events as they are usually spelled."""
    months = _AFTER_PREPOSITION.sub(_with_month, question)
    return _WORD.sub(lambda match: _tidied(match.group()), months)


def _with_month(match: re.Match[str]) -> str:
    folded = fold(match["month"])
    if folded in MONTHS or folded in _USUAL or folded in _SLOVAK:
        return match.group()
    meant = [right for right in _MONTHS if near(folded, right)]
    if len({MONTHS[right] for right in meant}) != 1:
        # Between two months nothing is guessed.
        return match.group()
    best = min(meant, key=lambda right: (right[-1] != folded[-1], abs(len(right) - len(folded))))
    return match["before"] + _MONTHS[best]


def _tidied(word: str) -> str:
    folded = fold(word)
    usual = _USUAL.get(folded) or _SLOVAK.get(folded) or _WRONG.get(folded)
    if usual is None and len(folded) >= _LEAST_LETTERS and folded not in _CORRECTED:
        usual = next((right for wrong, right in _CORRECTED.items() if _slips(folded, wrong)), None)
    if usual is None:
        return word
    return usual.capitalize() if word[:1].isupper() else usual


def _slips(one: str, other: str) -> bool:
    """Tell whether two words differ by a slip that is no ending, which is grammar."""
    return one[:-1] != other[: len(one) - 1] and near(one, other)


def near(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter, or by two that changed places.

    The first letter is seldom wrong.
    """
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    changed_places = len(one) == len(other) == len("ab") and one == other[::-1]
    return max(len(one), len(other)) <= 1 or changed_places
