"""Words of questions about events as they are usually spelled in Czech.

Who writes without accents, in Slovak or with a slip of the fingers asks for the same rows.
"""

from __future__ import annotations

import re

from knowledge.languages import fold

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
    "najblizsej": "nejbližší", "dalsia": "další", "dalsie": "další", "buduci": "příští",
    "buduca": "příští", "otvorene": "otevřené", "otvorena": "otevřená", "otvara": "otevírá",
    "skolenie": "školení", "skolenia": "školení", "konferencia": "konference",
    "konferencie": "konference", "podujatia": "akce", "podujatie": "akce", "zacina": "začíná",
    "konci": "končí", "kona": "koná", "uzavierka": "uzávěrka", "uzavierky": "uzávěrky",
    "zajtra": "zítra", "tyzden": "týden", "tyzdni": "týdnu", "mesiac": "měsíc",
    "mesiaci": "měsíci", "januar": "leden", "januari": "lednu", "februar": "únor",
    "februari": "únoru", "marci": "březnu", "aprili": "dubnu", "juni": "červnu",
    "juli": "červenci", "auguste": "srpnu", "septembri": "září", "oktobri": "říjnu",
    "novembri": "listopadu", "decembri": "prosinci",
}  # fmt: skip

#: What a word with one slip is taken for.
_CORRECTED_WORDS = """
nejbližší nadcházející konference konferenci konferencí seminář semináře seminářů webinář webináře
workshop workshopy conference uzávěrka uzávěrky událost události následující
"""
_CORRECTED = {fold(word): word for word in _CORRECTED_WORDS.split()}

#: Shorter words are too often other words.
_LEAST_LETTERS = 6

_WORD = re.compile(r"\w+")


def tidied(question: str) -> str:
    """Return a question with its words of time and events as they are usually spelled."""
    return _WORD.sub(lambda match: _tidied(match.group()), question)


def _tidied(word: str) -> str:
    folded = fold(word)
    usual = _USUAL.get(folded) or _SLOVAK.get(folded)
    if usual is None and len(folded) >= _LEAST_LETTERS and folded not in _CORRECTED:
        usual = next((right for wrong, right in _CORRECTED.items() if _slips(folded, wrong)), None)
    if usual is None:
        return word
    return usual.capitalize() if word[:1].isupper() else usual


def _slips(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter, or by two that changed places.

    The first letter is seldom wrong; and an ending is grammar, not a slip.
    """
    if one[0] != other[0] or abs(len(one) - len(other)) > 1 or one[:-1] == other[: len(one) - 1]:
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    changed_places = len(one) == len(other) == len("ab") and one == other[::-1]
    return max(len(one), len(other)) <= 1 or changed_places
