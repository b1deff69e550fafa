"""What a message is in its conversation: chatter, one question or several, a follow-up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.documents import Turn
from knowledge.languages import fold
from knowledge.questions.terms import content_words

#: Longer messages are never chatter.
_CHATTER_WORDS = 10

#: Turns that are looked at for what a follow-up is about.
_TURNS = 8

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
        r"|jsi (?:uplne |fakt )?(?:k nicemu|hloup\w+|pitom\w+|hrozn\w+|blb\w+|spatn\w+)"
        r"|nefungujes|(?:youre|you are) (?:useless|stupid|terrible|no use)"
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
        r"|je tam nekdo|je tu nekdo|jsi tam|jste tam|slysis me|jak se (?:mas|mate|dari|vede)"
        r"|jak to jde|co (?:je )?noveho|hi|hello|hey(?: there)?|hiya|howdy|greetings"
        r"|good (?:morning|afternoon|evening|day)|yo|whats up|sup|how are you(?: doing)?"
        r"|how(?:s| is) it going|hows things"
        r"|(?:is )?(?:anyone|anybody|somebody|someone) (?:there|here|home|around)"
        r"|are you (?:there|here|around|awake|online)|testing|test|zkouska"
    ),
    "praise": (
        r"super|skvel\w*|parad\w*|vyborn\w*|bozi|uzasn\w*|perfektn\w*|dokonal\w*|bomba"
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

#: Beginnings after which a message leans on what was said before; folded.
_LEANS = re.compile(
    r"(?:a|i|ale|tak|no|jo|a co|co|jeste|takze|a proc|pak"
    r"|and|but|so|what about|how about|then|also|ok and|ok a)\b[\s,]+"
)

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
    "answer an my just lot lots wow it am not too them then"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())

#: Words that stand for something said before; folded.
_POINTS_WORDS = (
    "to toho tomu tom tim ten ta te tu tou ti ty tech temi ho jej jemu mu ji jim nim ni nej nem "
    "nich nimi jich jejich jeho jeji tam odtud tehdy stejny stejna stejne tohle tohoto teto "
    "tato tento tyto neho it its they them their this that these those there he she his her him "
    "one ones same such both either latter former"
)
_POINTS = frozenset(_POINTS_WORDS.split())

_QUESTION_END = re.compile(r"(?<=\?)[\s\"”)]*\s+(?=\S)|\n+(?=\s*(?:\d+[.)]|[-*•])?\s*\S)")

#: "Hello, I have two questions:" says nothing.
_PREAMBLE = re.compile(
    r"^(?:(?:dobrý den|ahoj|zdravím|hello|hi)\b[,!.\s]*)?"
    r"(?:mám|mam|chtěl\w? bych se zeptat|chtel\w? bych se zeptat|i have|i.ve got|prosím|prosim)"
    r"(?:\s+\w+)?\s+(?:otázk\w+|otazk\w+|dotaz\w*|questions?)[:,.!\s]+",
    re.IGNORECASE,
)

#: The first words of a message, up to the mark that sets them apart.
_HEAD = re.compile(r"^([^,!.?;:–]{2,40})[,!.;:–]+\s*(?=\w)")

#: Where a sentence goes on with a second question: "kdy je seminář a kdo vede klastr?".
_SECOND = re.compile(
    r",?\s+(?:a|and)\s+(?=(?:kdo|kdy|kde|kolik|jak|kter[áéýí]|ktera|ktere|ktery|who|when|where|how"
    r"|what|which)\s)",
    re.IGNORECASE,
)

#: What a question begins with; folded.
_ASKS = re.compile(
    r"(?:\d+[.)]\s*|[-*•]\s*)?(?:(?:a|and|also|dale|take|taky|jeste)\s+)?"
    r"(?:(?:v|ve|na|s|z|ze|od|do|k|ke|pro|za|po|u|o|in|at|on|by|for|from|to|with|until|since)\s+)?"
    r"(?:kdo|co|kdy|kde|kam|jak\w*|kter\w+|kolik\w*|proc|ci|cim|cem|ceho|komu|koho|kym|dokdy|odkdy"
    r"|muze\w*|lze|existuje\w*|je|jsou|mam\w*|maji|da se"
    r"|who|what|when|where|why|how|which|whose|whom|is|are|was|were|do|does|did|can|could|should"
    r"|will|would|may|must|has|have)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A question and what it leans on."""

    text: str
    #: What was talked about before, in the words of the conversation; "" if it stands alone.
    context: str = ""

    @property
    def whole(self) -> str:
        """Return the question as it is searched for."""
        return f"{self.context} {self.text}".strip()


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


def questions(text: str) -> tuple[str, ...]:
    """Return the questions of a message; one that is not several is returned whole.

    A sentence before the first question belongs to it ("We are a village. Can we apply?").
    """
    text = _PREAMBLE.sub("", text.strip()) or text
    text = _without_greeting(text.strip())
    pieces = [
        half.strip()
        for piece in _QUESTION_END.split(text.strip())
        for half in _halves(piece)
        if half.strip()
    ]
    parts: list[str] = []
    waiting = ""
    for piece in pieces:
        whole = f"{waiting} {piece}".strip()
        if _is_question(piece):
            parts.append(whole)
            waiting = ""
        else:
            waiting = whole
    if waiting and parts and not chatter(waiting):
        parts[-1] = f"{parts[-1]} {waiting}"
    parts = [part for part in parts if not chatter(part)] or parts
    return tuple(parts) if len(parts) > 1 else (text.strip(),)


def _without_greeting(text: str) -> str:
    """Return a message without what only greets or thanks before it asks."""
    while (head := _HEAD.match(text)) and chatter(head[1]) and not chatter(text[head.end() :]):
        text = text[head.end() :]
    return text


def _halves(piece: str) -> list[str]:
    """Return the two questions of one sentence, if each can be understood alone."""
    match = _SECOND.search(piece)
    if match is None:
        return [piece]
    halves = [f"{piece[: match.start()].rstrip()}?", piece[match.end() :]]
    alone = all(_is_question(half) and may_stand_alone(half) for half in halves)
    return halves if alone else [piece]


def _is_question(piece: str) -> bool:
    if piece.rstrip('"”) ').endswith("?"):
        return True
    return bool(_ASKS.match(fold(piece))) and len(piece.split()) > 2


def resolve(text: str, history: Sequence[Turn]) -> Resolved:
    """Find what a message leans on in the conversation before it."""
    asked_before = [
        turn for turn in history[-_TURNS:] if turn.role == "user" and not chatter(turn.text)
    ]
    if not asked_before or not leans(text):
        return Resolved(text=text)
    context = [asked_before[-1].text]
    for earlier in reversed(asked_before[:-1]):
        if not leans(context[0]):
            break
        context.insert(0, earlier.text)
    said = _last_answer(history)
    return Resolved(text=text, context=" ".join([*context, said] if said else context))


def leans(text: str) -> bool:
    """Tell whether a message cannot be understood without what was said before."""
    named = any(word[:1].isupper() or word.isdigit() for word in re.findall(r"\w+", text)[1:])
    own = len(content_words(text))
    folded = fold(text).strip()
    if _LEANS.match(folded):
        return not named or own <= 3
    points = any(word in _POINTS for word in re.findall(r"\w+", folded))
    return (points and own <= 4 and not named) or (own <= 2 and not named)


def may_stand_alone(text: str) -> bool:
    """Tell whether a message that leans might also be meant by itself."""
    points = any(word in _POINTS for word in re.findall(r"\w+", fold(text)))
    return not points and len(content_words(text)) > 1


def chatter_language(text: str) -> str | None:
    """Return the language of a greeting, thanks and so on; None if it may be either."""
    plain = fold(text).replace("'", "").replace("’", "")
    english = sum(word in _ENGLISH for word in re.findall(r"\w+", plain))
    czech = len(re.findall(r"\w+", plain)) - english - len(re.findall(r"\b(?:ok|super)\b", plain))
    if english == czech:
        return None
    return "en" if english > czech else "cs"


def _last_answer(history: Sequence[Turn]) -> str:
    """Return the beginning of the last answer: it often names what "it" is."""
    for turn in reversed(history):
        if turn.role == "assistant":
            plain = re.sub(r"https?://\S+|[*_>`#\[\]()]", " ", turn.text)
            return " ".join(plain.split()[:25])
        if turn.role == "user":
            break
    return ""
