"""What a date in prose is: an opening, a deadline, a start, one that no longer holds."""

from __future__ import annotations

import re
from enum import StrEnum

from scheduler.prose.months import WEEKDAYS, either


class Role(StrEnum):
    """What a date of a text is about."""

    OPEN = "open"
    DEADLINE = "deadline"
    START = "start"
    #: It held before it was changed.
    OLD = "old"
    #: It holds instead of an old one; deadline or start.
    NEW = "new"
    #: When it ends.
    END = "end"
    #: Of something over, of the text itself, or of what is no date of the event: its results.
    PAST = "past"
    #: Nothing says what it is.
    UNSAID = "unsaid"


_DAY = rf"(?:\s*(?:(?:{either(WEEKDAYS)})\b\.?,?|dne|dna|the|on|v|ve))*\s*$"
_OLD = (
    r"puvodn\w+(?:\s+(?:planovan\w+\s+)?(?:termin|dat|uzaverk|lhut)\w*)?(?:\s+planovan\w*\s+na)?"
    r"|drivejsi\w*(?:\s+(?:termin|dat|uzaverk)\w*)?|predchoz\w+(?:\s+termin\w*)?|dosavadn\w+"
    r"(?:\s+termin\w*)?|(?:zkracen|prodlouzen|predlzen|presunut|posunut|prelozen)\w*\s+z[eo]?\b"
    r"|(?:presouva|presuva|posouva|posuva|prodluzuj|predlzuj|zkracuj|skracuj|meni)\w*"
    r"(?:\s+\w+){0,3}?\s+z[eo]?\b"
    r"|\bnamisto|\bmisto\s*$"
    r"|original(?:ly)?(?:\s+(?:date|deadline|scheduled for|planned for))?"
    r"|previous(?:ly)?(?:\s+(?:date|deadline))?|initial(?:ly)?(?:\s+\w+)?|instead of"
    r"|(?:extended|moved|postponed|rescheduled|brought forward|shortened) from|formerly"
    r"|povodn\w+(?:\s+(?:termin|dat)\w*)?(?:\s+planovan\w*\s+na)?|\bplanovan\w+\s+na"
    r"|scheduled for|\b(?:was|byl[oa]?|drive|predtym)\s*$|announced for"
)
_NEW = (
    r"\b(?:nov|nahradn)\w+\s+(?:termin|dat|uzaver|uzavier|lhut|lehot)\w*"
    r"|(?:presouva|presuva|posouva|posuva|presun|posun|preloz|prelozi|odklad|odloz)\w*"
    r"(?:\s+s[ea])?(?:\s+\w+)?\s+na\b"
    r"|new\s+(?:date|deadline|closing date)|(?:extended|moved|rescheduled|postponed|shifted)"
    r"\s+(?:to|until|till)|brought forward to"
    r"|(?:prodlouz|predlz|zkrac|skrac)\w+(?:\s+\w+){0,4}?\s+(?:do|na)\b"
)
_OPEN = (
    r"(?:otevir|otevr|otvor|otvar|(?<!po )vyhlas|zahaj|spoust|spust|zacin|zacne|zacat|zaciat|zacali"
    r"|startuj)\w*(?:\s+(?:prijm|prijim|prijem|podav|predklad|sber|zber)\w*)?|\bopens?\b|opening|opened|launch\w*|\bre-?opens?\b"
    rf"|\bstarts?\b|starting|\bbegins?\b|\b(?:od|from|between|mezi|medzi){_DAY}"
)
_DEADLINE = (
    r"nejpozdeji|najneskor|uzaver\w*|uzavir\w*|uzavr\w*|uzavier\w*|zavir\w*|deadlines?|\bclos(?:es|ing|e)\b"
    r"|\bdue\b|\bkonci\w*|skonci\w*|ukonc\w*|konec\s+(?:prijmu|lhuty|soutezni)|\btermin\w*"
    r"|posledn\w+\s+(?:den|moznost|termin)|lhut\w*|lehot\w*|no later than|submit\w*|submission\w*"
    r"|cut-?offs?|prihlask\w*|\bbezi\b|prijim\w*|zasil\w*|odevzd\w*|odovzd\w*|odosl\w*|posla\w*"
    r"|(?:proposals?|navrhy|zamery|of interest|zajmu|notes?|papers?|abstracts?)\s*:\s*$"
    r"|\b(?:do|by|until|till)\s*:\s*$"
    # "1. kolo (záměry): …"
    r"|\d\.\s*(?:kol|etap|faz|vln|stup)\w*(?:\s*\([^)]*\))?\s*:\s*(?:\w{5,8}\s+)?$"
    r"|(?:stage|phase|round|step|cut-?off|kolo|etapa|faze)\s+(?:\d|i{1,3}|one|two|three)\b"
    r"(?:\s*\([^)]*\))?\s*:\s*(?:\w{5,9},?\s+)?$"
    r"|podat\b|podav\w*|podani\w*|\bends?\b|expires?|applications?|apply\b|nominac\w*"
    rf"|\b(?:do|by|until|till|to|before){_DAY}"
)
_START = (
    r"\bkona\b|\bkonat\b|\bkonaji\b|konani|uskutecni\b|uskutecnuje|prob[ei]h[an]\w*|prebeh[an]\w*"
    r"|\bzve\w*|pozvan\w*|pozyva\w*|takes? place|join us|(?:be|is|are)\s+held|save the date"
    r"|setkame|sejd\w+|stretneme|tesime s[ea]|runs\b"
    r"|\bwhen\b|\bkdy\b|\bkedy\b|\bdat(?:um|e)\b|\btermin\w*|ve dnech"
    rf"|v dnoch|\bbude\w*|\bbudu\b|host(?:s|ed)|presouva\w*|\b(?:od|from|on|dne|dna){_DAY}"
)
_END = rf"\b(?:konec|koniec|ends?|konci|skonci|ukonceni|zakonceni)\b(?:{_DAY})?"
_PAST = (
    r"\bkonal\w*|probehl\w*|prebehl\w*|uskutecnil\w*|took place|(?:was|were)\s+(?:held|launched|"
    r"published|signed|founded|established)|zverejn\w*|publikov\w*|\bvydan\w*|aktualizov\w*"
    r"|updated|published|posted|\bnapsal\w*|schvalil\w*|podepsal\w*|zalozen\w*|\bvznikl\w*"
    r"|\b(?:otevir|otevr)\w*\s+(?:\w+\s+)?(?:nabid|obal[ek])\w*|\bnabidky\s+(?:se\s+|budou\s+)?otev\w*"
    r"|opening of (?:the )?(?:tenders|bids)|(?:tenders|bids) (?:will be|are) opened"
    r"|\bstav k\b|ke dni|as of|\bze dne|\bnarozen\w*|\bborn\b"
    r"|(?:vysledk|zadavaci lhut|recordings?\b|zaznam(?:u|y)?\b|rozhodn[eou]|decisions?\b"
    r"|podpis\w* sml|uzavren\w* sml|grant agreements?|vyhodnocen|reali[zs]|reseni projekt|dokonc"
    r"|zpusobil|results?\b|evaluation"
    r"|zprav[aouy]|reports?\b|implement|vitez|vyherc|laureat|winners?\b|laureates?\b|award ceremon"
    r"|vyhlaseni (?:vitez|vysledk)|hlasovan|voting|notif|vyrozum|vyuctovan|camera|questions?\b"
    r"|dotaz[yu]\b|projekt\w* (?:(?:mus|moh|muz|bud)\w+ )?(?:byt )?(?:ukonc|dokonc|bez|trvat|zac)"
    r"|plneni (?:zakazky|smlouvy)|zahajeni (?:praci|stavby|dodavek|plneni)"
    r"|projects? (?:start|begin|run|last))\w*"
    r"(?:[^.;,]{0,40}?\b(?:do|by|until|od|from|v|in|on|k|ke)\s*$)?"
)
#: Registration for an event that is no call.
_REGISTER = (
    r"uzaver\w*|uzavier\w*|deadlines?|nejpozdeji|najneskor|no later than"
    r"|(?:prihl|hlas|registr|regist|rsvp|sign(?:ing)?[ -]?up|applications?\b|potvr[dz]|confirm"
    r"|prodej|predaj|tickets?\b|sales\b)\w*(?:[^.;]{0,60}?)"
    rf"\b(?:do|by|until|till|before|konci|clos\w+|ends?|uzav\w+){_DAY}"
    r"|(?:termin\w*|posledn\w+ (?:den|moznost|termin)\w*)\s+(?:(?:pro|k|na)\s+)?"
    r"(?:prihl|registr)\w*"
    r"|(?:last (?:day|chance)|closing date)\s+(?:to|for|of)\s+(?:regist|sign|appl)\w*"
)
#: "Registrace od 1. 5. do 10. 6."; "do konce května" says until when by itself.
_REGISTERING = re.compile(
    r"\b(?:registr|regist|prihl|rsvp|sign[ -]?up|(?:ticket )?sales)\w*[^.;]{0,60}$"
)
#: What is extended then is the registration; the event stays when it is.
_REGISTRATION_MOVES = re.compile(
    r"\b(?:registr\w+|prihlas(?:k\w+|ek|ov\w+|eni)|rsvp|sign[ -]?up|uzave\w*|uzavie\w*|deadline)\b"
    r"[^.;,]{0,40}?\b(?:prodl|predlz|posun|posouv|posuv|zkrac|skrac|extend|moved|brought)"
)
_OF_CALLS = re.compile(
    f"(?P<old>{_OLD})|(?P<new>{_NEW})|(?P<past>{_PAST})|(?P<open>{_OPEN})|(?P<deadline>{_DEADLINE})"
)
_OF_EVENTS = re.compile(
    f"(?P<old>{_OLD})|(?P<new>{_NEW})|(?P<past>{_PAST})|(?P<deadline>{_REGISTER})"
    f"|(?P<end>{_END})|(?P<start>{_START}|{_OPEN})"
)
_NO_LONGER = re.compile(
    r"\W*(?:\w+\W+){0,2}?(?:(?:jiz|uz)\s+neplat\w*|is no longer|no longer|s[ea] (?:meni|posouva"
    r"|presouva|presuva|posuva|rusi))"
)
#: "12. 2. → 26. 2.", where something is said to be extended.
_TO_ANOTHER = re.compile(r"\s*(?:→|⇒|[-=]>)")
_CHANGES = re.compile(
    r"\b(?:prodl|predlz|posun|posouv|presun|zmen|zkrac|skrac|extend|extension|mov|chang)"
)
#: "26. 2. 2027 (prodlouženo do …", "… se prodlužuje na …": another date follows that holds.
_EXTENDED_TO = re.compile(
    r"[\s,(–-]*(?:(?:s[ea]|byl[aoy]?|je|bud\w+|has been|have been|was|is|now)\s+)?"
    r"(?:prodl|predlz|posun|posouv|posuv|presun|presouv|presuv|zkrac|skrac|zmen|extend|extension"
    r"|mov|shift|chang)\w*\s*"
    r"(?::|(?:\w+\s+){0,3}?\b(?:na|do|az do|to|until|till)\b)"
)
_NOT_THEN = re.compile(r"\W*(?:\w+\W+){0,2}?(?:nekona|neuskutecn\w*|odpada|odpadne|zrusen\w*)\b")


_TOLD_AS_PAST = re.compile(
    r"\b(?:konal|probehl|prebehl|uskutecnil|sesli se|setkali se|zucastnil|navstivil|vystoupil"
    r"|prednesl|zahajil|skoncil|bylo mozne|byla? otevren|byly otevren|mohl[iay]? podat)\w*"
    r"|\b(?:took (?:place|part)|(?:was|were) (?:held|open|to|launched|published|organised|organized"
    r"|presented|dedicated|attended)|attended|gathered|hosted|opened|closed|ended|debated)\b"
)


_SINCE = re.compile(rf"\b(?:z|ze|zo|from){_DAY}")


def told_as_past(folded: str) -> bool:
    """Say whether a sentence reports something that is over."""
    return _TOLD_AS_PAST.search(folded) is not None


_ANNOUNCING = re.compile(
    r"\b(?:kona\b|konat\b|konaji|konani|uskutecn\w+|prob[ei]hn\w+|prebehn\w+|zve\w*|pozv\w+|pozyv\w+"
    r"|takes? place|join us|held|save the date|setk\w+|sejd\w+|tesime|runs\b|stretn\w+"
    r"|when|kdy|kedy|datum|dates?\b|termin\w*|registr\w+|prihl\w+|otevir\w+|otvar\w+|zahaj\w+|zacin\w+|starts?|begins?|opens?"
    r"|presouv\w+|presuv\w+|posouv\w+|nekona|zrusen\w*|odklad\w+|odloz\w+|cancell?ed|postponed|moved"
    r"|rescheduled|hosti|prijdte|welcome|rezervujte|cas\b|time\b|misto\b|venue)"
)
_APPLYING = re.compile(
    r"\b(?:zadost|ziadost|prihlas|uzaver|uzavier|deadline|appl|submi|proposal|navrh|dotaznik|nabid"
    r"|zaj[em]m|zaujm|zaujem|odesl|odosl|odevzd|odovzd|registr|projekt|grant|dotac|vyzv|call\b|closes?"
    r"|prijem|nominac|termin)"
)


def announces(folded: str, *, call: bool) -> bool:
    """Say whether a sentence speaks of an event, or of applying; "od 1. 1." alone does not."""
    return (_APPLYING if call else _ANNOUNCING).search(folded) is not None


_WAS = re.compile(rf"\b(?:was|were|byl[aoy]?){_DAY}")
#: "…, ukončení 30. 9.": of what the date before began.
_ONLY_ENDS = re.compile(
    r"\W*(?:(?:a|and|jejich|jeho|its|predpokladan\w+|nejpozdeji|se|is|expected)\s+)*"
    r"(?:ukonc\w*|dokonc\w*|konec|konci|ends?|ending|completion)\s*"
    rf"(?::|do|nejpozdeji|k|by|is|je)?{_DAY}"
)
#: "Původně měla výzva končit …": what was to be then is not now.
_FORMERLY = re.compile(r"\b(?:puvodne|povodne|originally|previously|initially)\b[^,;:()]*$")


def was_then(folded: str) -> bool:
    """Say whether the words before a date only say that it was then, not that it is no longer."""
    return _WAS.search(folded) is not None and _FORMERLY.search(folded) is None


def only_ends(folded: str) -> bool:
    """Say whether words between two dates only say that something ends with the second."""
    return _ONLY_ENDS.fullmatch(folded) is not None


def registers(folded: str) -> bool:
    """Say whether the words before a date speak of registering for an event."""
    return _REGISTERING.search(folded) is not None


def moves_registration(folded: str) -> bool:
    """Say whether words speak of a registration that ends at another time than it was to."""
    return _REGISTRATION_MOVES.search(folded) is not None


def role_before(folded: str, *, call: bool) -> Role | None:
    """Return what the words before a date, back to the date before, make of it; None: nothing."""
    found = list((_OF_CALLS if call else _OF_EVENTS).finditer(folded))
    if not found or not found[-1].lastgroup:
        return None
    role = Role(found[-1].lastgroup)
    if role is not Role.NEW and _FORMERLY.search(folded):
        return Role.OLD
    return role


def role_after(folded: str, *, call: bool) -> Role | None:
    """Return what the words after a date, up to the next one, make of it; None: nothing."""
    found = (_OF_CALLS if call else _OF_EVENTS).search(folded.split(";")[0])
    role = Role(found.lastgroup) if found and found.lastgroup else None
    return None if role is Role.PAST else role


def no_longer_holds(before: str, after: str, *, call: bool, last: bool) -> bool:
    """Say whether the words around a date say that it no longer holds.

    One that is called off is an old one only if another follows; the `last` is what is called off.
    """
    if not last and _EXTENDED_TO.match(after):
        return True
    if not last and _TO_ANOTHER.match(after) and _CHANGES.search(before):
        return True
    if _NO_LONGER.match(after) or (not last and _NOT_THEN.match(after)):
        return True
    return _SINCE.search(before) is not None and role_after(after, call=call) is Role.NEW
