"""Which numbers a text names, however it writes them: "2.", "II.", "druhá", "the second"."""

from __future__ import annotations

import re

from knowledge.questions.asking import fold_same_length

_DIGITS = re.compile(r"\d+")
_THOUSANDS = re.compile(r"(?<=\d)[ .,\u00a0](?=\d{3}\b)")

#: One letter is a number only with a dot: "V. výzva", not "V Brně".
_ROMAN = re.compile(r"\b(?:[IVX]{2,5}\b|[IVX](?=\.))")
_ROMANS = [
    tens + ones
    for tens in ("", "X", "XX")
    for ones in ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
]

_ADJECTIVE = r"(?:y|a|e|ou|em|eho|ej|emu|ym|u)"
_ORDINALS = (
    r"prvni\w*|prve|prva|prvy|first",
    rf"druh{_ADJECTIVE}|second",
    r"treti\w*|tretej|third",
    rf"ctvrt{_ADJECTIVE}|stvrt{_ADJECTIVE}|fourth",
    rf"pat{_ADJECTIVE}|piat{_ADJECTIVE}|fifth",
    rf"sest{_ADJECTIVE}|siest{_ADJECTIVE}|sixth",
    rf"sedm{_ADJECTIVE}|siedm{_ADJECTIVE}|seventh",
    rf"osm{_ADJECTIVE}|osm[iy]\w*|eighth",
    rf"devat{_ADJECTIVE}|deviat{_ADJECTIVE}|ninth",
    rf"desat{_ADJECTIVE}|desiat{_ADJECTIVE}|tenth",
)
_ORDINAL = re.compile(rf"\b(?:{'|'.join(f'({each})' for each in _ORDINALS)})\b")


def numbers(text: str) -> frozenset[str]:
    """Return the numbers that a text names, in digits; years and parts of codes are among them."""
    found = set(_DIGITS.findall(_THOUSANDS.sub("", text)))
    found.update(str(_ROMANS.index(each)) for each in _ROMAN.findall(text) if each in _ROMANS)
    ordinals = _ORDINAL.finditer(fold_same_length(text))
    found.update(str(match.lastindex) for match in ordinals)
    return frozenset(str(int(each)) if len(each) < 3 else each for each in found)
