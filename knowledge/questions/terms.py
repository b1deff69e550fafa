"""The words of the field: which say the same, in both languages, and which carry no meaning.

The list stands in `terms.txt`; an installation may add its own (`terms` in cscc.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.languages import WORDS_KEPT, fold, stem, words

_BUILT_IN = Path(__file__).parent / "terms.txt"

#: How many words of a question one entry may span.
_LONGEST = 6

#: Words that ask or carry grammar, folded: they are not looked for.
_EMPTY_WORDS = (
    "hello hi hey dear thanks thank ahoj zdravim dekuji dekuju diky muzete muzes rict rikat "
    "poradit poradite vite rad rada potreboval potrebovala neco dobry a i o u v ve k ke s se z ze "
    "na do od po pro pri za ob bez nad pod pred mezi aby kdyz jestli zda nebo ani ale tak take "
    "taky jen uz jeste ten ta to ti ty tu tom toho tomu tim tech tem temi te tou tento tato toto "
    "teto tuto tomto tohoto jeho jeji jejich mu mi me mne ho ji jim je jsem jsi jste jsou jsme "
    "byt byl byla bylo byli byly bude budou budeme ma mam mame maji mate mit mel mela melo meli "
    "muze muzu mohu muzou muzeme mohou lze musi musim muset co kdo kdy kde kam jak jaky jaka jake "
    "jakou jakem jakych jakym jakymi ktery ktera ktere kterou kterem kterych kterym kterymi "
    "kteremu kteri kolik kolika kolikaty ci proc cem ceho cemu komu koho kym dokdy odkdy odkud "
    "kdyby si sebe svuj svou sve sveho vsechno vse vsechny tady tam sem zde nekdo nejaky nejaka "
    "nejake muj moje nase nasi nas vas vase jako podle kvuli uplne pres prosim dale pak potom ano "
    "ne neni nejsou nebyl by bych bychom tedy vlastne prave asi jinak vam nam vy my on ona oni "
    "existuje rekni reknete zajima chci chtel chtela chteli potrebuju potrebuji an the of in at "
    "for from with about into and or is are was were be been being does did done has have had can "
    "could may might must shall should will would you he she it we they them their its our your "
    "us this that these those there here what which who whom whose when where why how any some "
    "all no not yes if then than as so such please tell also until till behind between under over "
    "out up down let know want need like kolig kolyk kolko kedy dokedy odkedy odkial ktory ktora "
    "ktore ktori ktorych ktorymi ktorom aky aka ake kto ako preco su bol bola bolo boli sa som "
    "sme ste zajimalo zajimaly zajimam mohl mohla mohlo mohli mohly byste radi dobre zdravi den "
    "vasi vaseho vasem vasemu vasich vasim vasimi nasi naseho nasem nasemu nasich nasim nasimi "
    "much many slysel slysela potrebujeme potrebovali hledame hledam chceme vim nevim tyka tykaji "
    "tykalo tykat resi dekujeme predem pekny hezky krasny mozem mozes mozeme mozete mozu chcem "
    "treba"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


#: A letter that names one of several, "zóna B", "group b"; no initial of a name, and no roman
#: number, which may be written in other ways. Of small ones only what is no word.
_LETTER = re.compile(
    r"(?:(?<=[a-záčďéěíľĺňóôřšťúůýž]{2}\s)([A-HJ-UWYZ])"
    r"|\b(?:[zZ][oó]n\w|[kK]ategori\w|[sS]kupin\w|[tT][rř][ií]d\w|[pP][aá]sm\w|[lL]ink\w|zone"
    r"|category|group|class|line)\s([b-hj-np-rtwy]))\b(?!\.\s?\w)"
)


def letters(text: str) -> frozenset[str]:
    """Return the letters by which a question names one of several, in small letters."""
    return frozenset((match[1] or match[2]).casefold() for match in _LETTER.finditer(text))


def without_letters(text: str) -> str:
    """Return a text without such letters."""
    return _LETTER.sub(lambda match: match.group()[:-1].rstrip(), text)


def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a question that can be looked for, each once, in order."""
    naming = letters(text)
    return tuple(dict.fromkeys(word.casefold() for word in words(text) if _tells(word, naming)))


def _tells(word: str, naming: frozenset[str]) -> bool:
    if len(word) == 1:
        return word.isdigit() or word.casefold() in naming
    # "TA ČR", "SE": an abbreviation, not the small word spelled like it.
    return word.isupper() or fold(word) not in _EMPTY


@lru_cache(maxsize=WORDS_KEPT)
def keys(word: str) -> frozenset[str]:
    """Return what a word is compared by: its stems in both languages."""
    return frozenset({stem(word, "cs"), stem(word, "en")})


#: The words of an entry, each as its keys.
Phrase = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """What else may stand for a word of the question."""

    #: Keys of single words.
    single: frozenset[str] = frozenset()
    #: Entries of several words, all of which must occur.
    phrases: tuple[Phrase, ...] = ()


class Terms:
    """Groups of words and phrases that mean the same."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._by_start: dict[str, list[tuple[Phrase, tuple[Phrase, ...]]]] = {}
        for group in groups:
            phrases = tuple(tuple(keys(word) for word in words(entry)) for entry in group)
            for phrase in phrases:
                for key in phrase[0] if phrase else ():
                    self._by_start.setdefault(key, []).append((phrase, phrases))

    def alternatives(self, question: Sequence[str]) -> tuple[Alternatives, ...]:
        """Return what else may stand for each of these words, taken in their order."""
        found: list[list[Phrase]] = [[] for _ in question]
        word_keys = [keys(word) for word in question]
        for start, starts in enumerate(word_keys):
            for key in starts:
                for phrase, others in self._by_start.get(key, ()):
                    if _stands(phrase, word_keys[start : start + _LONGEST]):
                        for place in range(start, start + len(phrase)):
                            found[place].extend(other for other in others if other != phrase)
        return tuple(map(_alternatives, found))


def _stands(phrase: Phrase, following: Sequence[frozenset[str]]) -> bool:
    return len(phrase) <= len(following) and all(
        a & b for a, b in zip(phrase, following, strict=False)
    )


def _alternatives(phrases: Sequence[Phrase]) -> Alternatives:
    single = frozenset(key for phrase in phrases if len(phrase) == 1 for key in phrase[0])
    return Alternatives(
        single=single, phrases=tuple(dict.fromkeys(p for p in phrases if len(p) > 1))
    )


def spelled(word: str) -> str:
    """Return how the list spells a word that is said in another form; "" where it does not know it.

    "Energetice" is "energetika".
    """
    spellings = _spellings()
    return next(
        (spellings[key] for key in (fold(word), *sorted(keys(word))) if key in spellings), ""
    )


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    entries = [entry for group in _groups(_BUILT_IN) for entry in group]
    # The first entry of a stem counts; a whole word before all stems.
    alone = [entry for entry in reversed(entries) if len(words(entry)) == 1 and entry.islower()]
    stems = {key: entry for entry in alone for key in keys(entry)}
    return stems | {fold(entry): entry for entry in alone}


def load_terms(extra: Path | None = None) -> Terms:
    """Read the built-in list and the installation's own."""
    paths = [_BUILT_IN] + ([extra] if extra else [])
    return Terms(group for path in paths for group in _groups(path))


def _groups(path: Path) -> Iterable[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield [entry.strip() for entry in line.split("=") if entry.strip()]
