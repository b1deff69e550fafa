"""What a message is in its conversation: one question or several, a follow-up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.documents import Turn
from knowledge.languages import detect, fold, group, words
from knowledge.questions.chatter import chatter
from knowledge.questions.terms import content_words, letters, without_letters

#: Turns that are looked at for what a follow-up is about.
_TURNS = 8

#: Beginnings after which a message leans on what was said before; folded.
_LEANS = re.compile(
    r"(?:a|i(?! (?:am|was|want|need|would|have|had|can|could|do|don|did|will|live|work|like)\b)"
    r"|ale|tak|no|jo|a co|co(?= (?:(?:s|se|pro|na|v|ve|u|o|za|z) |\w+\W*$))|jeste|takze"
    r"|a proc|pak|and|but|so|what about|how about|then|also|ok and|ok a)\b[\s,]+"
)

#: Words that stand for something said before; folded.
_CZECH_WORDS = (
    "to toho tomu tom tim ten ta te tu tou ti ty tech temi ho jej jemu mu ji jim nim ni nej nem "
    "nich nimi jich jejich jeho jeji tam odtud tehdy stejny stejna stejne tohle tohoto teto "
    "tato tento tyto neho"
)
_ENGLISH_WORDS = (
    "it its they them their this that these those there he she his her him one ones same such both "
    "either latter former"
)
_POINTS_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_POINTS_ANYWHERE = _POINTS_ENGLISH | frozenset(_CZECH_WORDS.split())

#: How an English message begins: its "to" is not the Czech one; folded.
_ENGLISH = re.compile(
    r"(?:(?:and|but|so|or|please|ok|hi|hello)\b[\s,]*)*"
    r"(?:what|which|who|whose|whom|how|when|where|why|is|are|was|were|does|did|can|could|should|would"
    r"|will|may|must|we|you|they|there|the|tell|show|give|list"
    r"|i (?:am|was|want|need|would|have|had|can|could|do|don|did|will|live|work|like)"
    r"|do (?:i|we|you|they|the))\b"
)

#: Where such a word stands for nothing: "co je to dron?", "this week", "how long does it take to";
#: folded.
_POINTS_AT_NOTHING = re.compile(
    r"\bco (?:je to|to je|su to|to su|jsou to|to jsou|to znamena|znamena to)(?= \w)"
    r"|\bkdo (?:je to|to je|jsou to|to jsou)(?= \w)|\bkto (?:je to|to je)(?= \w)"
    r"|\b(?:tento|tohoto|tomto|this) (?:rok\w*|mesic\w*|tyd\w+|tyzd\w+|year|month|week)\b"
    r"|\bit (?:cost|costs|take|takes|possible|necessary|required|true)(?=.* (?:to|that)\b)"
    r"|\bit is (?:possible|necessary|required|true)(?=.* (?:to|that)\b)"
    r"|\b(?:is|are|was|were|will) there\b|\bthere (?:is|are|was|were|will)\b"
)

#: "Co je dron?", "what is a drone?", but not "co je cílem?"; folded.
_DEFINES = re.compile(
    r"(?:co (?:je|jsou|su|to je|je to|to jsou|znamena\w*)|what (?:is|are)(?: an?)?)"
    r" (?!the )(?!\w+(?:em|ou|mi)\b)\w+\W*"
)

#: What belongs to something: who asks for it alone means that of what was spoken of; folded stems.
_OF_SOMETHING = re.compile(
    r"(?:cen[auyo]?\b|stoj|poplat|plat(?!form)|zaplat|price|cost|fees?\b|pay|free\b|zdarma|lhut|termin"
    r"|uzaverk|kon(?:e?c|ci)|deadline|zac[ia]|pocat|begin|start|end(?:s|ed)?\b|open|clos|otevr"
    r"|uzavr|dob[auy]\b|trva|last|duration|delk|dlouh|length|long\b|kona\w*|probih|held\b"
    r"|adres|mist[aoe]\b|venue|place|location|sidl|podmie?n|condition|requir|pozadav|krit|alok|alloc"
    r"|rozpoc|budget|strop|limit|maxim|minim|max\b|castk|amount|money|pen[ei]z|dotac|podpor|funding"
    r"|support|grant|vys[ei]\b|intenzit|mir[auy]\b|rate|share|procent|percent|vstup|admission|entry"
    r"|ticket|appl|ziad|zad(?:a|ost)|poda[tv]|submi|prihl|regist|zapsat|join|ucast|attend|kontakt"
    r"|contact|e?mail|telefon|phone|autor|author|vede|vedl|veden|lead|led\b|organi[sz]|porad|predn"
    r"|mluv|speak|program|agenda|jazy|languag|vysled|result|vyhr|vitez|won\b|winner|cil(?:e|em|u|y)?\b"
    r"|ciel|goal|aims?\b|ucel|purpose|duvod|reason|vyhod|nevyhod|prinos|benefit|advantage|rizik|risk"
    r"|clen(?:em|u|y|ove|ov)?\b|members?\b|kapaci|capacit|poc(?:e?t)|number|velik|size|big\b"
    r"|large|stran|page|projekt|project|partner|zaklad|found|vznik|prezident|president|predsed|chair"
    r"|reditel|director|head\b|zaznam|record)"
)

_ABBREVIATION = re.compile(r"\b[^\W\d_a-záčďéěíľĺňóôřšťúůýž]{2,}\b")

#: Before what is no question of its own: "pro obce?", "in Brno?"; folded.
_FRAGMENT = re.compile(
    r"(?:v|ve|na|s|se|z|ze|od|do|k|ke|ku|pro|pre|za|po|u|o|bez|in|at|on|by|for|from|to|with|until"
    r"|since|without)\b"
)

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
    r"|kto|kedy|ako|aky|aka|ake|akych|kolko|ktor\w+|preco|dokedy|odkedy|moze\w*|su|maju|da sa"
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
    """Return the two questions of one sentence, if each can be understood alone or after the other.

    "Kdy je seminář X a kolik stojí?": the second is asked of what the first is about.
    """
    match = _SECOND.search(piece)
    if match is None:
        return [piece]
    halves = [f"{piece[: match.start()].rstrip()}?", piece[match.end() :]]
    first, second = halves
    can_follow = may_stand_alone(second) or hangs(second)
    both = may_stand_alone(first) and can_follow and all(map(_is_question, halves))
    return halves if both else [piece]


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
    if letters(text):
        # "A v zóně C?" asks the same of another one: what was said of zone A is not meant.
        return Resolved(text=text, context=without_letters(" ".join(context)))
    said = _last_answer(history)
    if _asks_only(text, context[-1]) and group(detect(said, "cs")) == group(
        detect(context[-1], "cs")
    ):
        # "A kdy?" asks something else of what was asked about; the answer told another side of
        # it. In another language it tells what the documents call it.
        said = ""
    return Resolved(text=text, context=" ".join([*context, said] if said else context))


def leans(text: str) -> bool:
    """Tell whether a message cannot be understood without what was said before."""
    named = any(
        word[:1].isupper() or any(map(str.isdigit, word)) for word in re.findall(r"\w+", text)[1:]
    )
    own = len(content_words(text))
    folded = fold(text).strip()
    if _LEANS.match(folded):
        return not named or own <= 3
    return (_points(text) and own <= 4 and not named) or (own <= 2 and not named)


def hangs(text: str) -> bool:
    """Tell whether a message that leans is no question by itself.

    It points back or goes on, is no whole question, or asks for what belongs to something and
    names nothing that it could belong to: "a pro firmy?", "in Brno?", "kdo může žádat?". Other
    short questions ("Co je hejtman?") are as likely to be about something else.
    """
    folded = fold(text).strip()
    said = words(folded)
    if goes_on(text):
        return True
    if _DEFINES.fullmatch(folded):
        return False
    if not _ASKS.match(folded) and (len(said) <= 2 or _FRAGMENT.match(folded)):
        return True
    return all(_OF_SOMETHING.match(fold(word)) for word in content_words(text))


def goes_on(text: str) -> bool:
    """Tell whether a message points back, or begins as one that goes on: "a proč?"."""
    return _points(text) or _LEANS.match(fold(text).strip()) is not None


def _points(text: str) -> bool:
    # "TA ČR" is no "ta" that points back.
    folded = fold(text if text.isupper() else _ABBREVIATION.sub("", text)).strip()
    pointing = _POINTS_ENGLISH if _ENGLISH.match(folded) else _POINTS_ANYWHERE
    said = re.findall(r"\w+", _POINTS_AT_NOTHING.sub(" ", folded))
    return not pointing.isdisjoint(said)


def _asks_only(text: str, before: str) -> bool:
    """Tell whether a message names nothing, and the question before it names enough."""
    return not content_words(text) and len(content_words(before)) > 1


def may_stand_alone(text: str) -> bool:
    """Tell whether a message that leans might also be meant by itself, as a topic that is named."""
    own = content_words(text)
    is_topic = bool(own) and len(own) == len(words(text)) and "?" not in text
    return not _points(text) and (len(own) > 1 or is_topic)


def _last_answer(history: Sequence[Turn]) -> str:
    """Return the beginning of the last answer: it often names what "it" is."""
    for turn in reversed(history):
        if turn.role == "assistant":
            plain = re.sub(r"https?://\S+|[*_>`#\[\]()]", " ", turn.text)
            return " ".join(plain.split()[:25])
        if turn.role == "user":
            break
    return ""
