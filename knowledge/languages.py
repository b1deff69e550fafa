"""Which language a text is in, and the tokens that the lexical index and its questions share."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

#: Changes whenever `tokens` does: an index made with other tokens must be made anew.
TOKENS_VERSION = 1

#: Languages whose documents stand in one collection.
_GROUPS = {"cs": "cs", "sk": "cs", "en": "en"}

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
#: "HORIZON-MISS-2026-04-CIT", "P-01", "2014/53": what must be found as it is written.
_CODE = re.compile(r"[^\W_]+(?:[-./–][^\W_]+)+")
_GRAM = 4

#: Words whose forms are remembered: those that come again and again, not each that ever came.
WORDS_KEPT = 4096

#: Words that carry grammar, without accents. A word in several lists speaks for each of them.
_GRAMMAR = {
    "cs": """
        a aby ale asi az bez bude budou by bych byl byla bylo byli byt ci co coz dalsi dle do ho i
        jak jake jaka jaky jako je jeho jejich jeji jen jeste jestli ji jiz jsem jsme jsou k kam
        kde kdo kdy kdyz ke kolik ktera ktere ktery kteri ma maji mate me mezi mi mit mne mohu
        muze muzu my na nad nam nas ne nebo neco nejsou neni nez nic o od po pod podle pokud pouze
        prave pro proc proto protoze pred pri s se si sve svuj svou ta tak take taky tam te tento
        teto ten tim to toho tom tu ty tyto u uz v vam vas ve vice vsak vy z za zda ze jakou
        jakych jakem cim ceho cemu komu kym bylo jaci nejaky nejake vsech vsechny muzeme musi mame
        prosim dekuji dobry den ahoj dik diky loni letos rok roce roku
    """,
    "sk": """
        a aby ako aj ak ale alebo bez bol bola bolo boli budu bude by byt cez co do ho i iba ich
        ja je jeho jej kde kto ked kedy ktora ktore ktory ktori ktorych k kolko ku ma maju mate
        medzi mi mna moze mozu na nad nam nas nie nieco no o od po pod podla pokial pre preco
        preto pretoze pri s sa si som sme su svoj svoju ta tak taktiez tam tento tieto toto tej
        ten tiez to tom u uz v vam vas viac vo vsak vy z za ze zo dakujem dobry den akej aky aka
        ake akych moznost vsetky roku bolo mnoho
    """,
    "en": """
        a about after all also an and any are as at be been before but by can could did do does
        for from get had has have he her his how i if in into is it its may me more most my no not
        of on one only or other our out over she should so some such than that the their them then
        there these they this to under up us was we were what when where which who whom whose why
        will with would you your many much long please thanks hello hi
    """,
    "de": """
        aber als am an auch auf aus bei bis das dass dem den der des die du ein eine einem einen
        einer es fur gibt haben hat ich ihr im in ist ist je kann man mit nach nicht noch nur oder
        sein sich sie sind sowie um und uns unter viel viele von vor war was wer wie wird wir wo
        werden wurde zu zum zur uber durch wann welche
    """,
    "pl": """
        aby albo ale bardzo bedzie bez byc byl byla czy czyli dla do gdzie go i ich ile jak jaki
        jakie jako jest jej jego juz kiedy kto ktore ktory ktora lub ma moze mozna na nad nie niz
        o od oraz po pod przez przy sa sie swoj ta tak takze tego ten to tylko tym u w we z za ze
        przed jakich miasta
    """,
    "fr": """
        a au aux avec ce ces cette comme dans de des du elle en est et etre il ils la le les leur
        mais ne nous ou par pas plus pour qu que qui sa se ses son sont sur un une vous combien
        comment quand quel quelle
    """,
    "es": """
        al como con cuando de del donde el ella en es esta este la las lo los mas no o para pero
        por que quien se ser si sin sobre son su sus un una y ya cuanto
    """,
    "it": """
        al alla anche che chi come con da dal del della di dove e gli ha i il in la le lo ma nel
        nella non o per piu quando quanto si sono su un una
    """,
    "hu": """
        a az egy es hogy nem is ez ami aki meg mint de csak van volt lesz kell amely vagy hol
        mikor milyen mennyi
    """,
}
_WORDS = {language: frozenset(words.split()) for language, words in _GRAMMAR.items()}

#: Letters that only some of the languages use, and what one of them is worth.
_LETTERS = {
    "cs": "ěřů",
    "sk": "ľĺŕôä",
    "pl": "łąęśżźćń",
    "de": "ßäöü",
    "fr": "çœêèàùâîûë",
    "es": "ñ¿¡",
    "hu": "őűöü",
}
_CZECHOSLOVAK = re.compile(r"[áéíóúýčďňšťž]")

#: Parts of words, without accents: they tell what the grammar words of a short text do not.
_PARTS = {
    "cs": (
        r"ou\b|eho\b|emu\b|ych\b|ich\b|ami\b|emi\b|ech\b|ovat|ujic|ani\b|eni\b|osti?\b"
        r"|sky\b|ske\b|ska\b|nim\b|ovy|ove\b|\bpri|\bpre|\bvy|\bnej|\bza[^g]|\bpod|\bspol"
        r"|mest|obc|chytr|dotac|vyzv|clen|cesk|ckych|rekl|\bkter|stv[ia]\b|\bprog"
    ),
    "sk": (
        r"eho\b|emu\b|ych\b|ami\b|och\b|ovat|ujuc|anie\b|enie\b|osti\b|sky\b|ske\b|ska\b"
        r"|ej\b|uje\b|iach\b|iam\b|ov\b|ia\b|iu\b|\bpri|\bpre|\bvy|\bnaj|\bspol|miest|obc"
        r"|mest|\bktor|slovensk|vyzv|clen|stvo\b|\bmoz"
    ),
    "en": (
        r"th|ing\b|tion|ed\b|ly\b|ment|ness|ous\b|ity\b|ies\b|ee|oo|ough|wh|sh|ck\b|ght"
        r"|[aeiou]re\b|able\b|ive\b|ship"
    ),
    "de": (r"sch|ung\b|ungen|keit|heit|lich|ein|ie\b|ck|tz|stadt|stadte"),
    "pl": (r"rz|sz|cz|owa|ego\b|ych\b|osc|nie\b|\bprze|\bwy|aja|ow\b|w[aiey]"),
}
_PART_PATTERNS = {language: re.compile(pattern) for language, pattern in _PARTS.items()}


def group(language: str) -> str:
    """Return the language group, which names the collection: "cs" (with Slovak), "en", "other"."""
    return _GROUPS.get(language, "other")


@lru_cache(maxsize=WORDS_KEPT)
def _fold_word(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Return the text in small letters without accents; lengths may differ."""
    return _fold_word(text) if len(text) < 64 else _fold_word.__wrapped__(text)


def words(text: str) -> list[str]:
    """Return the words of a text, as written."""
    return _WORD.findall(text)


class _Stemmers(threading.local):
    """A stemmer keeps state while it works: each thread has its own."""

    def __init__(self) -> None:
        # Without their own cache: it takes longer than the stemming, and grows with each word.
        self.by_group = {"cs": Stemmer.Stemmer("czech", 0), "en": Stemmer.Stemmer("english", 0)}


_stemmers = _Stemmers()


def stem(word: str, language: str) -> str:
    """Return the folded stem of a word; where the language has no stemmer, the folded word."""
    stemmer = _stemmers.by_group.get(group(language))
    lower = word.casefold()
    return fold(stemmer.stemWord(lower) if stemmer else lower)


def grams(word: str) -> Iterator[str]:
    """Yield the character 4-grams of the folded word, each marked by "_"; short words whole."""
    folded = fold(word)
    for start in range(max(1, len(folded) - _GRAM + 1)):
        yield "_" + folded[start : start + _GRAM]


def tokens(text: str, language: str) -> list[str]:
    """Return what a text is found by: folded stems, codes as written, and "_"-marked 4-grams.

    The same function serves documents and questions; each in its own language. 4-grams let a
    question in one language or with a typing error meet names and inflected words in another.
    """
    found = [fold(code).replace("–", "-") for code in _CODE.findall(text)]
    for word in words(text):
        found.append(stem(word, language))
        found.extend(grams(word))
    return found


def detect(text: str, default: str = "und") -> str:
    """Return the language of a text as ISO 639-1, also without accents; `default` if unsure.

    Made for telling Czech, Slovak and English apart in a few words; other languages of the
    Latin script are recognised by their grammar words, other scripts by their letters.
    """
    sample = text[:4000].casefold()
    script = _script(sample)
    if script:
        return script
    scores = _scores(sample)
    if not scores:
        return default
    (best, score), *others = sorted(scores.items(), key=lambda item: -item[1])
    if others and score == others[0][1]:
        return default if default in {best, others[0][0]} else min(best, others[0][0])
    return best


def detect_within(text: str, around: str) -> str:
    """Return the language of a piece of a text whose language is `around`.

    Another one only where clearly more speaks for it: a name in a foreign language ("Konference
    The Pathway to …") makes no foreign sentence. Czech and Slovak share too much to ask for that.
    """
    found = detect(text, around)
    sample = text[:4000].casefold()
    if {found, around} == {"cs", "sk"} or _script(sample):
        return found
    scores = _scores(sample)
    return found if scores.get(found, 0.0) >= 2 * scores.get(around, 0.0) else around


def _script(sample: str) -> str | None:
    letters = Counter(
        unicodedata.name(letter, " ").split()[0] for letter in sample if letter.isalpha()
    )
    if not letters:
        return None
    (script, _), *_ = letters.most_common(1)
    if script == "CYRILLIC":
        return "uk" if re.search("[іїєґ]", sample) else "ru"
    return None if script in {"LATIN", "FULLWIDTH"} else "other"


def _scores(sample: str) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    folded_words = [fold(word) for word in words(sample)]
    for language, grammar in _WORDS.items():
        scores[language] += sum(1 + (len(word) > 2) for word in folded_words if word in grammar)
    folded = " ".join(folded_words)
    for language, pattern in _PART_PATTERNS.items():
        scores[language] += 0.4 * len(pattern.findall(folded))
    for language, letters in _LETTERS.items():
        scores[language] += 1.5 * sum(map(sample.count, letters))
    accents = len(_CZECHOSLOVAK.findall(sample))
    scores["cs"] += 0.6 * accents
    scores["sk"] += 0.6 * accents
    return {language: score for language, score in scores.items() if score > 0}
