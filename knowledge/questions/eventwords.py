"""The words of questions about events, folded: kinds, what lies ahead or behind, for whom.

Patterns alone; what they make of a question stands in `eventquestions`.
"""

from __future__ import annotations

import re

_KIND_WORDS = {
    "seminar": r"seminar\w*|skolen\w+|webinar\w*|workshop\w*|trainings?|kurz\w*|prednas\w+"
    r"|lectures?",
    "conference": r"konferenc\w+|conferences?|sympozi\w+|symposiums?|kongres\w*|summit\w*|veletr\w+"
    r"|fairs?",
    "call": r"vyz(?:va|vy|vi|ve|vu|vou|vach|vam|vami|ev)|calls?|uzaver\w+|deadlines?|dotac\w+"
    r"|grant(?:s|y|u|um|ech)?|prij(?:em|mu|my) zadosti",
    "meeting": r"schuz\w+|jednani(?:ch|m)?|meeting(?:s|y|u)?|setkani(?:ch|m)?"
    r"|pracovni\w* skupin\w*|working groups?",
}
KINDS = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _KIND_WORDS.items()}
ANY_KIND = re.compile(
    r"\b(?:program (?:na|v|pro|for|in)|akc[ei]\w*|udalost\w*|kalendar\w*|terminy?|events?"
    r"|calendar|agenda|what.?s on|what.?s happening"
    r"|co se (?:\w+ )?(?:kona|konalo|deje|delo|chysta))\b"
)
#: "Co je tento týden?", "do we have anything tomorrow?": all that a stretch of time holds.
WHAT_IS_AT = re.compile(
    r"^\W*(?:(?:a|and|tak|ahoj|hi|hello|prosim)\W+)*"
    r"(?:co(?: \w+)? (?:je|bude|bylo|mame|mam|ceka|nas|me)\b"
    r"|(?:je|mam|mame|bude|ceka \w+) (?:\w+ )?(?:neco|nejak\w+)\b"
    r"|what(?:.?s| is| was| do (?:i|we) have| have (?:i|we) got)\b"
    r"|anything\b|is (?:there )?anything\b"
    r"|do (?:i|we) have (?:anything|something)\b)"
)
CLOSING = re.compile(
    r"\bwhat(?: \w+)? (?:closes|opens|ends|is (?:due|closing|opening))\b"
    r"|\bco (?:se )?(?:konci|zavira|uzavira|otevira|otevre|vyhlasuje)\b"
)
#: It looks ahead.
AHEAD = re.compile(
    r"\b(?:pristi|dalsi|nejblizsi|nejdriv\w*|nadchazejic\w+|blizi|chysta\w*|chystan\w+|planuj\w*"
    r"|planovan\w+|pripravovan\w+|otevren\w+|otevre|vyhlasi|bude|budou|ceka|probihaj\w*|bezi"
    r"|aktualn\w+|prave|zbyva\w*"
    r"|next|upcoming|forthcoming|coming|nearest|soonest|earliest|planned|scheduled|will|open"
    r"|current\w*|running|soon|brzy"
    r"|(?:je|jsou|mate|kona se|konaji se) (?:\w+ )?nejak\w+|is there|are there|any|left)\b"
)
ASKS_WHEN = re.compile(
    r"\b(?:kdy (?:je|se kona|zacina|konci|zavira|otevira)|do ?kdy|when (?:is|are|does|do)|by when"
    r"|until when|how long (?:can|may)|how many days|kolik dni)\b"
)
#: It speaks of the past.
PAST = re.compile(
    r"\b(?:byl[aoyi]?|(?:kon|zac|uskutecni|skonci|vyhlasi|otevre|zavre|uzavre|prob?eh)l[aoyi]?"
    r"|(?:mus[ei]|moh|me)l[aoyi]?"
    r"|kona[lo]\w?|musel\w*|minul\w+|loni|vloni"
    r"|(?:uzavren|ukoncen|skoncen|probehl)\w+ (?:vyz|akc|semin|konf)\w+"
    r"|posledn\w+ (?:akc|semin|webin|konf|skol|schuz|setk|work|kurz)\w+"
    r"|was|were|did|had|ended|closed|opened|took place"
    r"|last (?:week|weekend|month|quarter|year|seminar|webinar|conference|meeting|event)s?)\b"
)
#: The last one that was.
LAST = re.compile(r"\b(?:posledn\w+|last) (?!week|weekend|month|quarter|year)")
#: It asks for what has been, of the rows: "co jsem zmeškal", "what did we miss".
MISSED = re.compile(
    r"\b(?:zmeska\w*|propas\w*|uslo (?:mi|nam)|co (?:mi|nam) (?:uslo|uteklo)"
    r"|(?:did|have|had) (?:i|we) miss\w*"
    r"|(?:i|we) missed)\b"
)
#: It asks whether it can still be done, or how a call stands.
STATE = re.compile(
    r"\b(?:stih\w+|neni (?:uz |jiz )?pozde|je (?:uz |jiz )?pozde|too late|in time"
    r"|(?:muz\w+|mohu|mohou|lze|da se|je mozne)(?: \w+){0,2} jeste"
    r"|jeste(?: \w+){0,3} (?:otevren\w*|bezi|podat|prihlas\w+"
    r"|prijimaj\w*|plati|lze|mozne)"
    r""
    r"|(?:uz|jiz) (?:\w+ )?(?:zavren\w*|uzavren\w*|skoncil\w*|otevren\w*|bezi)"
    r"|still (?:\w+ )?(?:open|apply|possible|running|accept\w*|time|submit|join|register)"
    r"|can (?:i|we|you) still|(?:is|are)(?: \w+){1,8} (?:open|closed|over)"
    r"|(?:je|jsou)(?: \w+){1,8} (?:otevren\w*|uzavren\w*|zavren\w*)|open yet|opened yet)\b"
)
PLANNED = re.compile(
    r"\b(?:chysta\w*|chystan\w+|planuj\w*|planovan\w+|pripravovan\w+|pripravuj\w*"
    r"|planned|upcoming|forthcoming|not yet open)\b"
)
OPEN = re.compile(r"\b(?:otevren\w*|open|probihaj\w*|bezi|running)\b")
DEADLINE = re.compile(
    r"\b(?:kon[cč]i|skonci|uzaver\w+|do ?kdy|zavira\w*|uzavira\w*|podat|podani|closes?|closing"
    r"|deadlines?|ends?|ending|due|apply|until when|by when|expires?)\b"
)
#: It asks of registration, not of the event or call itself.
REGISTERING = re.compile(
    r"\b(?:prihlas(?:it|im|ime|eni|ovan|ujem|uje|uji)\w*|prihlask\w*|prihlasek|registr\w*"
    r"|regist(?:er|ering|ration)\w*|sign(?:ing)?[ -]?up|enrol\w*|rsvp)\b"
)
#: A word for any deadline: said of registration it names no call.
ANY_DEADLINE = re.compile(r"\b(?:uzaver\w+|deadlines?)\b")
OPENING = re.compile(
    r"\b(?:zacina\w*|otevira\w*|otevre|otevrou|vyhlas\w+|startuj\w*|spoust\w+|opens|opening|starts?"
    r"|starting|launch\w*|begins?|(?:will|does|do|to)(?: \w+){0,5} open)\b"
)
OPENED = re.compile(r"\b(?:otevrel\w*|vyhlas(?:il|en)\w*|opened|launched|announced)\b")
ONE = re.compile(
    r"\b(?:kdy (?:je|bude|se kona)|pristi|dalsi|nejblizsi|nejdriv\w*|next|nearest|soonest|earliest"
    r"|first)\b"
)
SEVERAL = re.compile(
    r"\b(?:jake|ktere|kolik|vsechny|vypis|seznam|ukaz|list|all|any|seminare|vyzvy|vyzev"
    r"|akce|skoleni|udalosti|schuzky|konference jsou|seminars|conferences|calls|events|meetings"
    r"|webinars|deadlines)\b"
)

#: Words that say nothing about which event is meant: beginnings, and whole words; folded.
GENERAL = re.compile(
    r"(?:pristi|dals|nejbliz|nejdriv|nadchaz|bliz|chyst|planuj|planov|pripravov|otevr|otvir|otevir"
    r"|aktualn|prave|probih|kon[ac]|konc|skonc|zacin|zavir|zavren|uzavir|uzavren|uzaver|termin"
    r"|podat|podan|prihlas|zadost|prijem|prijm|prijim|vyhlas|startuj|ucast|porad|organiz|uskutec"
    r"|probeh"
    r"|prob[ií]|nejak|neco|ceka|schedul|clos|launch|runn|deadline|happen|klastr|clen|member|hodin"
    r"|seznam|ukaz|prehled|kalendar|akc[ei]|udalost|event|dotac|stih|zmesk|propas"
    r"|miss(?:ed|ing)?$|zbyv|zbyd"
    r"|zrus|odloz|presun|cancel|postpon|konkretn|presn|tykaj|tyka$|venuj|souvis|momental"
    r"|soucasn|regist|submit|accept)"
)
_GENERAL_LIST = (
    "next upcoming forthcoming coming planned open opens opening end ends ending start starts "
    "begin begins current currently due apply applications application hold held take takes place "
    "took there will cscc cluster nearest soonest earliest first still yet already late pozde "
    "possible mozne time cas jeste uz jiz bych plati have got "
    "datum date dates list vypis show give calendar soon brzy dnes zitra ted now what whats "
    "rok mesic tyden year month week day den dny je jsou bezi deje on pro grant grants "
    "project projects projekt projekty projektu dni left remaining days long tell about tema "
    "temata tematem topic sledovat vsechno vse budouci nabizite nabizi offer bylo byly byl byla "
    "was were did had send posli poslete casu chci want see vyuzit nabidnout dej najdi find ended "
    "closed one ones prvni druhy druha treti second third dlouho last minuly minula minule "
    "minulem posledni recent recently "
    "nedavno probehly probehlo many much kdyby urcite maybe too exactly presne regarding concerning"
)
GENERAL_WORDS = frozenset(_GENERAL_LIST.split())  # fmt: skip

#: It asks when or where something is, or whether it is.
ASKS_OF_ONE = re.compile(
    r"\b(?:kdy|dokdy|kde|kam|when|where)\b|\b(?:kona|konaji|porada\w*) se\b|\bkolik dni\b"
    r"|\b(?:uzaverka|termin|deadline)\b|\b(?:is|are) there\b"
    r"|\bhow (?:many days|long (?:can|may))\b"
    r"|\b(?:mate|nabizite|chystate|planujete|poradate|bude|je|nemate)(?: \w+)? (?:neco|nejak\w+) "
    r"|\b(?:anything|something|any events?) (?:on|about|regarding|for)\b"
)
#: Which working groups there are is told by documents; when they meet, by rows.
GROUPS = re.compile(r"\b(?:pracovni\w* skupin\w*|working groups?)\b")
#: Words beside the name of an event that is asked for; folded.
BESIDE_NAME = re.compile(
    r"(?:pristi|nejbliz|kona|konc|skonc|zacin|zavir|uzavir|otevir|uzaver|termin|zbyv|zbyd|uskutec"
    r"|probih|probehn|porad|nejak|datum|podat|prihlas)\w*$"
    r"|(?:start|begin|end|clos|open|take|place|held|hold|due|left|day|dni|dny|deadline|date"
    r"|happen|remain)(?:s|ing)?$"
)
CLOSES = re.compile(r"\b(?:uzaver\w+|do ?kdy|podat|deadlines?|apply|uzavira|zavira|closes?)\b")
BEGINS = re.compile(r"\b(?:zacina\w*|otevr\w+|otevir\w+|opens?|starts?|begins?|kona|konaji)\b")
#: It asks whether an event still stands.
FATE = re.compile(r"\b(?:zrus\w+|odloz\w+|presun\w+|cancel\w*|postpon\w*|moved)\b")
#: Together with "what is …" it asks for events, wherever they are.
COMING = re.compile(r"\b(?:bude|budou|chysta\w*|planuj\w*|coming up|upcoming|happening|on)\b")

#: What is asked by such words is told by documents, unless rows are named by time too.
EXPLAINS = re.compile(
    r"\b(?:co (?:je|jsou|to je|znamena|obnasi)|k cemu|jak[ye] je rozdil|what (?:is|does|means)"
    r"|what are(?! (?:the|your) (?:\w+ ){0,2}"
    r"(?:calls|seminars|events|conferences|meetings|webinars))"
    r"|explain|vysvetl\w*|define)\b"
)
#: "Kolik výzev je otevřených?" counts events; "kolik je dotace" asks for a sum.
COUNTS = re.compile(
    r"\b(?:kol[ia]k|how many)(?: (?!stoj|plat|dost)\w+){0,3}? "
    rf"(?:{'|'.join(words for kind, words in _KIND_WORDS.items() if kind != 'call')}"
    r"|vyz(?:ev|vy|va)|calls|akc[ie]\w*|udalosti|events)\b"
)
#: What is asked of an event without naming it again: "kolik stojí vstupné?", "a program?".
OF_AN_EVENT = re.compile(
    r"(?:vstup|stoj|cen[aiy]|poplat|program|prednas|recni|mluv|kontakt|prihl|regist|jazy|kapacit"
    r"|mist|online|zaznam|podminky|zad[ao]|price|fee|cost|ticket|speaker|speak|agenda|languag"
    r"|record|appl|join|venue|zdarma|free|platb|nahrav|voln|kdo|koho)"
)
#: Words beside a kind of events that ask for nothing more.
_FILLER_WORDS = (
    "a i co and what about tak super ok okay dik diky prosim please jake jaka ktere ktera jsou "
    "mate je which are the your any hele no dobre fajn jasne great thanks hi ahoj do you we have"
)
FILLER = frozenset(_FILLER_WORDS.split())

#: How and why are told by documents, unless it is asked when too.
HOW = re.compile(r"\b(?:jak|proc|how|why)\b(?! (?:soon|brzy|many|long))")
#: How long until then is told by rows.
HOW_LONG_UNTIL = re.compile(r"\b(?:za jak dlouho|how (?:soon|long until))\b")
WHO = re.compile(r"\b(?:kdo|koho|komu|kym|who|whom)\b")
WHEN = re.compile(r"\b(?:kdy|dokdy|when|za jak dlouho|how (?:soon|long until))\b")
#: A year by itself, not one within the code of a call.
YEAR = re.compile(r"(?<![\w-])(?:19|20)\d\d(?![\w-])")

#: For whom a call is -> as events say it; folded.
_WHOM = {
    "municipality": r"obc[eií]\w*|obec|mest(?:a|o|um|u|em|ech|y)?|mestys\w*|samosprav\w*|vesnic\w*"
    r"|municipalit\w+|towns?|cit(?:y|ies)|villages?",
    "region": r"kraj(?:e|i|u|um|ich|em)?|regions?",
    "university": r"univerzit\w*|vysok\w+ skol\w*|universit\w+|academi\w+|akademi\w+"
    r"|vyzkumn\w+ organizac\w*|research organi[sz]ations?",
    "company": r"firm(?:a|u|y|am|ami|ach|em)?|podnik\w*|compan\w+|business\w*|sme|smes|msp",
    "ngo": r"neziskov\w+(?: organizac\w*)?|spol(?:ek|ky|ku|kum)|ngos?|non.?profits?",
}
_ONE_OF_THEM = "|".join(_WHOM.values())
#: "Pro obce a kraje", "for universities", "jsme obec".
FOR_WHOM = re.compile(
    r"\b(?:pro|for|jako|as an?|jsme|jsem z|we are an?|we.re an?|i am from an?|open to)"
    rf"(?: (?!pro\b|for\b)\w+)?? (?:{_ONE_OF_THEM})"
    rf"(?:(?:,| a| i| nebo| and| or)+ (?:{_ONE_OF_THEM}))*\b"
)
WHOM = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _WHOM.items()}
#: A word that says for whom: a calendar seldom does.
IS_WHOM = re.compile(
    r"(?:obc|obec|mest|kraj|firm|podnik|univerzit|skol|neziskov|spol[ek]|municipal|town"
    r"|cit(?:y|ies)|region|compan|business|universit|school|ngo|village|vesnic)"
)
#: "Do 5 000 obyvatel", "over 10,000 inhabitants".
INHABITANTS = re.compile(
    r"\b(?:(?P<most>do|pod|max\w*|up to|under|below|fewer than|less than)"
    r"|(?P<least>nad|od|vic(?:e)? nez|over|above|more than|at least)"
    r"|(?:s|se|o|asi|with(?: about)?|of|mame|mam|ma|have|has))\s+"
    r"(?P<n>\d[\d .,\u00a0]*)\s?(?P<scale>tis\w*\.?|thousand|k\b)?\s*"
    r"(?:obyv\w*|lidi|inhabitants|residents|people|population)"
)
