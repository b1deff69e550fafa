"""Names of months and weekdays, Czech, Slovak and English, without accents."""

from __future__ import annotations

_MONTHS = (
    "leden ledna lednu lednem januar januara januari january jan",
    "unor unora unoru unorem februar februara februari february feb",
    "brezen brezna breznu breznem marec marca marci march mar",
    "duben dubna dubnu dubnem april aprila aprili apr",
    "kveten kvetna kvetnu kvetnem maj maja maji may",
    "cerven cervna cervnu cervnem jun juna juni june",
    "cervenec cervence cervenci cervencem jul jula juli july",
    "srpen srpna srpnu srpnem august augusta auguste aug",
    "zari zarim september septembra septembri sept sep",
    "rijen rijna rijnu rijnem oktober oktobra oktobri october oct",
    "listopad listopadu listopadem november novembra novembri nov",
    "prosinec prosince prosinci prosincem december decembra decembri dec",
)
#: Folded name -> 1..12.
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
#: As some write months: "12. IV. 2027".
ROMAN = {name: number for number, name in enumerate(_ROMAN, 1)}

_WEEKDAYS = (
    "pondeli pondelok pondelka monday mon",
    "utery utorok utorka uterka tuesday tue",
    "streda stredu stredy wednesday wed",
    "ctvrtek ctvrtka stvrtok stvrtka thursday thu",
    "patek patku piatok piatka friday fri",
    "sobota sobotu soboty saturday sat",
    "nedele nedeli nedela nedelu sunday sun",
)
#: Folded name -> 0..6, Monday first.
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}


def either(names: dict[str, int]) -> str:
    """Return a pattern for any of the names, the longest first."""
    return "|".join(sorted(names, key=len, reverse=True))
