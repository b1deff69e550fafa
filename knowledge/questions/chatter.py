"""What people say to be polite, to complain, or to learn how the assistant works: chatter."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.languages import fold

#: Longer messages are never chatter.
_CHATTER_WORDS = 10

#: Words of a message that may stand beside a greeting, thanks and so on without asking anything.
_FILLER_WORDS = (
    "a ale i je jsem jsi jste jsou tam tu tady nekdo vsem vsichni vam ti tobe vas te se si za to "
    "toto tak zatim moc mockrat velmi opravdu fakt uz ted dnes pro na mi mne me my ja ty vy no jo "
    "ok okay hej pane pani bote asistente tym tymu priteli kolego kolegove pratele dobra dobre "
    "dobry vecer rano den hezky pekny krasny zbytek vikend noc zase pristi priste brzy pomoc "
    "pomohlo pomohl pomohla odpoved informace info rychlou rychle rychla ochotu skvele super teda "
    "vlastne tim vsechno vse nic dalsi vic tedy ze jak and the an is are am im you your youre it "
    "its this that there here for of so very much really all again now then today we us bot "
    "assistant team everyone everybody anybody anyone somebody friend friends guys mate have nice "
    "good great day evening morning afternoon night weekend one answer help information quick "
    "fast was were be just lot lots many too well oh wow hey thats what how who see"
)
_FILLER = frozenset(_FILLER_WORDS.split())

#: Switching reminders on and off; folded.
_SWITCHES = (
    r"odhlas\w+|prihlas\w+|zrus\w+|zapn\w+|zapin\w+|vypn\w+|vypin\w+|nastav\w+|odebir\w+"
    r"|odber\w+|objedn\w+|(?:un)?subscribe|(?:turn|switch)(?: on| off)?|stop|start|enable|disable"
    r"|cancel|get|set(?: up)?|opt out|sign up"
)
_REMINDERS = (
    r"pripomin\w+|pripominek|pripomenut\w+|upozornen\w+|notifikac\w+|odber\w*"
    r"|reminders?|notifications?|notices?|alerts?"
)

#: Speaking, languages, and who else there is to talk to; folded.
_SPEAK = (
    r"umis|umite|mluvis|mluvite|rozumis|rozumite|mluv|mluvte|pis|piste|odpovidej|odpovidejte|prepni"
    r"|prepnete|muzu|mohu|(?:do|can|could) you (?:speak|understand|write|answer)"
    r"|can i (?:write|ask)|speak|write|answer|switch"
)
_TONGUES = (
    r"anglicky|anglictin\w+|cesky|cestin\w+|slovensky|slovenstin\w+|nemecky|nemcin\w+|english"
    r"|czech|slovak|german"
)
_SOMEBODY = (
    r"clovek\w*|nekym|redakc\w+|operator\w*|human|person|somebody|someone|the editors|an editor"
)

#: What makes a message chatter; folded.
_CHATTER: Mapping[str, str] = {
    "reminders": (
        r"(?:(?:jak|kde|kudy|muzu|mohu|lze|chci|chtel\w? bych|how|where|can i|could i|i want to"
        r"|i would like to|do i|id like to) )*(?:(?:se|si|to|mam|muzu|mohu|lze|je mozne|da|jde"
        r"|do i|can i|could i|to|i) )*"
        rf"(?:(?:{_SWITCHES}) (?:(?:se|si|z|ze|od|k|na|o|vase|vsechna|vsechny|of|from|the|your"
        rf"|for|all|my|to|on|off) )*(?:{_REMINDERS})"
        rf"|(?:{_REMINDERS}) (?:{_SWITCHES}))"
    ),
    "privacy": (
        r"(?:smaz\w*|vymaz\w*|odstran\w*|zapomen\w*)(?: (?:prosim|si|na|vsechn\w+))*"
        r" (?:(?:moj?e|me|ma|mych?|svoje) (?:udaje|data|dotazy|zpravy|osobni udaje)|me|mne)"
        r"|co (?:si )?o mn?e (?:vsechno )?(?:vis|vite|mas|mate|uchovavas|uchovavate|ukladas"
        r"|ukladate)(?: ulozen\w*)?|(?:delete|erase|remove) (?:all )?my (?:data|messages|questions)"
        r"|(?:please )?forget me(?: please)?"
        r"|what do you (?:know|keep|store) about me"
    ),
    "tongue": (
        rf"(?:{_SPEAK})"
        r"(?: (?:te|vas|na|do|se|si|prosim|taky|i|ptat|psat|mluvit|you|please|in|to|it))*"
        rf" (?:{_TONGUES})|(?:po |na |do |in |to )?(?:{_TONGUES}) (?:prosim|please)"
    ),
    "person": (
        r"(?:chci|chtel\w? bych|potrebuj[iu]|muzu|mohu|lze|i want to|i need to|can i|could i"
        r"|let me|id like to) (?:si )?(?:mluvit|promluvit|spojit|psat|napsat|talk|speak|write)"
        rf" (?:s|se|to|with) (?:a |an |some |real |zivym |nejakym |skutecnym )*(?:{_SOMEBODY})"
        rf"|(?:kontakt|spojeni) na (?:ziveho |nejakeho )?(?:{_SOMEBODY})"
    ),
    "complaint": (
        r"(?:jsi|ses|jste) (?:\w+ )?(?:k nicemu|hloup\w+|pitom\w+|hrozn\w+|blb\w+|spatn\w+|tup\w+"
        r"|idiot\w*|debil\w*|uplne mimo)|nefungujes|nefunguje ti to|idiot\w*|debil\w*|blbec\w*"
        r"|(?:youre|you are|stupid|useless) (?:a )?(?:useless|stupid|terrible|no use|idiot|dumb"
        r"|bot)|you suck|(?:to|tohle) (?:neni|nebyla?) (?:pravda|dobre|ono|spravne|odpoved)"
        r"|(?:to|tohle) je (?:spatne|blbost|nesmysl|hloupost|k nicemu)|blbost|nesmysl"
        r"|(?:thats|that is|this is) (?:wrong|not true|nonsense|rubbish|useless|not right)"
    ),
    "again": (
        r"nerozumim|nechapu|^coze$|^co$|^jak to$|^prosim$|^pardon$"
        r"|(?:muzes|muzete|mohl\w? bys|mohl\w? byste)(?: (?:mi|to))* zopakovat"
        r"|zopakuj\w*(?: to)?|i (?:dont|do not) (?:understand|get it)|^what$|^huh$"
        r"|(?:can|could) you repeat(?: that| it)?|say (?:that|it) again"
    ),
    "identity": (
        r"kdo (?:jsi|jste|vlastne jsi)|co jsi zac|jak se jmenujes"
        r"|jsi (?:robot|clovek|bot|umela inteligence|ai)|jste (?:robot|clovek|bot)"
        r"|s kym (?:mluvim|si pisu)|who are you|what are you|what(?:s| is) your name"
        r"|are you (?:a )?(?:bot|human|robot|real|ai|person)|who am i talking to"
    ),
    "help": (
        r"co (?:umis|umite|dokazes|dokazete|vsechno umis)"
        r"|s cim (?:mi )?(?:muzes|muzete|umis) (?:pomoct|pomoci)|(?:muzes|muzete) mi pomoct"
        r"|jak (?:te|vas) (?:pouzivat|mam pouzivat)"
        r"|na co se (?:te|vas) (?:muzu|mohu) (?:ze?ptat)|potrebuju pomoc|potrebuji pomoc"
        r"|(?:rekni|povez|znas|umis)(?: mi)?(?: nejaky)? vtip|tell me a joke"
        r"|napoveda|pomoc|help(?: me)?|what can you do|what do you do"
        r"|how (?:can|could) you help(?: me)?|can you help(?: me)?"
        r"|how do (?:i use you|you work)|what can i ask(?: you)?|jak fungujes"
    ),
    "thanks": (
        r"dekuj\w*|diky|dik|dikes|dekujeme|diky moc|dakujem|thank(?:s| you)|thanx|thx|cheers"
        r"|much appreciated|appreciate it|appreciated|many thanks|mockrat dekuju"
    ),
    "bye": (
        r"nashle(?:danou|dano)?|na shledanou|naschle|sbohem|mej se|mejte se|zatim ahoj"
        r"|tak zatim|dobrou(?: noc)?|papa|pa|cau cau|cus|loucim se|uvidime se|bye(?: ?bye)?"
        r"|good ?bye|see (?:you|ya)(?: later| soon| around)?|cya|later|take care|good night"
        r"|so long|farewell|ttyl|have a (?:nice|good|great) (?:day|evening|weekend|one)"
        r"|(?:hezky|pekny|krasny) (?:den|vecer|vikend|zbytek dne)"
    ),
    "greeting": (
        r"ahoj(?:te|ky)?|cau(?:ky|te)?|nazdar|zdravim|zdar|dobry(?: den| vecer)?"
        r"|dobre (?:rano|dopoledne|odpoledne)|dobry den|hezky den|servus|halo|haloo?|hej"
        r"|je tam nekdo|je tu nekdo|(?:jsi|ses|jste) (?:tam|tu)|slysis me"
        r"|jak se (?:mas|mate|dari|vede)|jak to jde|co (?:je )?noveho|hi|hello"
        r"|hey(?: there)?|hiya|howdy|greetings"
        r"|good (?:morning|afternoon|evening|day)|yo|whats up|sup|how are you(?: doing)?"
        r"|how(?:s| is) it going|hows things"
        r"|(?:is )?(?:anyone|anybody|somebody|someone) (?:there|here|home|around)"
        r"|are you (?:there|here|around|awake|online)|testing|test|zkouska"
    ),
    "praise": (
        r"(?:super|skvel\w+|dobra|hezka|pekna) prace|super|skvel\w*|parad\w*|vyborn\w*|bozi"
        r"|uzasn\w*|perfektn\w*|dokonal\w*|bomba"
        r"|sikovn\w*|jsi (?:rychl\w+|dobr\w+|skvel\w+|hodn\w+|chytr\w+|nejlepsi)"
        r"|to (?:mi )?(?:hodne |moc )?pomohlo|dobra prace|hezky|pekne|krasa|libi se mi"
        r"|klobouk dolu|wow|ty jo|tyjo|no ne|great|awesome|amazing|brilliant|excellent|perfect"
        r"|wonderful|fantastic|impressive|nice(?: one| work| job)?|cool|good (?:job|bot|work)"
        r"|well done|love (?:it|this)|lovely"
        r"|(?:youre|you are|that was|thats|that is) (?:so |very |really |quite |pretty )?"
        r"(?:quick|fast|great|good|helpful|smart|awesome|amazing|the best|brilliant|useful|clever)"
        r"|that helped|very helpful"
    ),
    "acknowledgement": (
        r"ok(?:ay|ej|ey)?|oki|dobra|dobre|jasne|jasny|rozumim|chapu|aha|jo|jojo|ano|ne|nic|hm+"
        r"|mhm|fajn|v poradku|to je vse(?:chno)?|nic dalsiho|to staci|vim|beru na vedomi"
        r"|tak jo|tak dobre|uz vim|uz to mam|mam to|got it|i see|understood|alright|all right"
        r"|right|sure|fine|yes|yep|yeah|no|nope|noted|makes sense|thats all|that is all"
        r"|nothing(?: else)?|never ?mind|no worries|will do|fair enough|good to know|k|kk|lol"
        r"|haha+|hehe+|sorry|pardon|promin\w*|omlouvam se"
    ),
}
_CHATTER_PATTERNS = tuple((name, re.compile(rf"\b(?:{each})\b")) for name, each in _CHATTER.items())

_EMOJI_CHATTER = {"👍": "acknowledgement", "👌": "acknowledgement", "🙏": "thanks", "❤": "praise"}

_NOT_WORD = re.compile(r"[^\w\s]+")

#: English words of chatter.
_ENGLISH_WORDS = (
    "hi hello hey there hiya howdy greetings good morning afternoon evening day night yo whats up "
    "how are you doing is it going anyone anybody somebody someone here home around thank thanks "
    "thanx thx cheers much appreciated many bye goodbye see ya later soon take care so long "
    "farewell have a nice great one weekend awesome amazing brilliant excellent perfect wonderful "
    "fantastic impressive cool job bot work well done love this lovely youre that was thats very "
    "really quick fast helpful smart the best useful clever helped got i understood alright all "
    "right sure fine yes yep yeah no nope noted makes sense nothing else never mind worries will "
    "do fair enough to know sorry who what your name can help me could use of and for now again "
    "speak understand write english czech slovak german delete erase remove my data messages "
    "forget me about human person talk repeat dont useless stupid terrible wrong true right suck "
    "switch in please need want huh thats this keep store "
    "answer an my just lot lots wow it am not too them then"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def chatter(text: str) -> str:
    """Return what sort of chatter a message is, "" if it asks or says something."""
    marks = [kind for mark, kind in _EMOJI_CHATTER.items() if mark in text]
    folded = " ".join(_NOT_WORD.sub(" ", fold(text).replace("'", "").replace("’", "")).split())
    if not folded:
        # Nothing but marks: "???" asks for help, ":-)" is a nod.
        return marks[0] if marks else _of_marks(text)
    if len(folded.split()) > _CHATTER_WORDS:
        return ""
    rest, found = folded, []
    for name, pattern in _CHATTER_PATTERNS:
        if pattern.search(rest):
            found.append(name)
            rest = pattern.sub(" ", rest)
    if not found or any(word not in _FILLER for word in rest.split()):
        return ""
    return found[0]


def _of_marks(text: str) -> str:
    if not text.strip():
        return ""
    return "help" if "?" in text else "acknowledgement"


def chatter_language(text: str) -> str | None:
    """Return the language of a greeting, thanks and so on; None if it may be either."""
    plain = fold(text).replace("'", "").replace("’", "")
    english = sum(word in _ENGLISH for word in re.findall(r"\w+", plain))
    czech = len(re.findall(r"\w+", plain)) - english - len(re.findall(r"\b(?:ok|super)\b", plain))
    if english == czech:
        return None
    return "en" if english > czech else "cs"
