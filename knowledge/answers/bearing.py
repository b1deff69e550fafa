"""Whether a passage bears out a statement: its figures, its names, and that it is not denied."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge import sentences
from knowledge.answers.figures import figures
from knowledge.languages import fold
from knowledge.questions.terms import content_words, keys
from knowledge.questions.timewords import MONTHS
from knowledge.search.lexicon import Lexicon
from knowledge.search.matching import cover, text_words

_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÁČĎÉĚÍĽŇÓŘŠŤÚŮÝŽ][\w-]{2,}")
_CAPITAL = "A-ZÁČĎÉĚÍĽŇÓŘŠŤÚŮÝŽ"
#: Two words that look like a person's, also where a statement begins.
_PAIR = re.compile(rf"\b([{_CAPITAL}][^\W\d_]+)\s([{_CAPITAL}][^\W\d_]+)\b")
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[\w-]+\.)+(?:cz|sk|eu|com|org|net|info)\b"
)

#: How alike a name must be to a word of the passage: inflected, or in the other language.
_ALIKE = 0.55

#: Words that turn a statement round, folded. Czech ones by their whole form: many other words
#: begin with "ne".
_DENYING_WORDS = (
    "neni nejsou nelze nemuze nemuzou nemohou nemuzete nesmi nesmeji nemusi nemusite nebude "
    "nebudou nebyl nebyla nebylo nebyli nebyly nema nemaji nemate neplati nehradi nepodporuje "
    "neposkytuje nestoji nekona nekonaji nepatri netyka nezahrnuje nevztahuje nepozaduje "
    "nevyzaduje nikdo nikdy zadny zadna zadne zadneho nikoli not no never cannot isn aren doesn "
    "don didn won without none nobody neither nor "
)
_DENYING = frozenset(_DENYING_WORDS.split())
#: Share of a statement's words that a sentence must hold to be what it is about.
_SAME_MATTER = 0.8


def bears_out(statement: str, cited: str, question: str, language: str, lexicon: Lexicon) -> bool:
    """Tell whether what is cited says what is stated, as far as that can be checked.

    Numbers and names may come from the question; dates, addresses and persons may not.
    """
    said = figures(f"{cited} {question}", "cs", "en")
    stated = figures(statement, language)
    return (
        stated.within(said)
        and figures(statement).within_days(figures(cited))
        and _addresses_stand(statement, cited)
        and _names_stand(statement, f"{cited} {question}", lexicon)
        and _persons_stand(statement, cited, lexicon)
        and not _is_denied(statement, cited, lexicon)
    )


def _addresses_stand(statement: str, cited: str) -> bool:
    held = cited.casefold()
    return all(match.group().casefold() in held for match in _ADDRESS.finditer(statement))


def _names_stand(statement: str, said: str, lexicon: Lexicon) -> bool:
    names = [
        match.group() for match in _NAME.finditer(statement) if fold(match.group()) not in MONTHS
    ]
    return _are_known(names, said, lexicon)


def _persons_stand(statement: str, cited: str, lexicon: Lexicon) -> bool:
    """Tell whether each pair of names is the passage's: a question may name a wrong person.

    Words of the field ("Smart City", "Czech Cluster") are no persons.
    """
    for pair in _PAIR.finditer(statement):
        terms = lexicon.known_wanted(pair.groups()).alternatives
        is_person = not any(each.single or each.phrases for each in terms)
        if is_person and not _are_known(pair.groups(), cited, lexicon):
            return False
    return True


def _are_known(names: Sequence[str], said: str, lexicon: Lexicon) -> bool:
    known = {key for word in text_words(said) for key in keys(word)}
    unknown = [
        name
        for name in dict.fromkeys(names)
        if not all(keys(part) & known for part in text_words(name))
    ]
    if not unknown:
        return True
    wanted = lexicon.known_wanted(unknown)
    found = cover(lexicon, wanted, [lexicon.ids(text_words(said))]).found
    return bool(found.min(initial=1.0) >= _ALIKE)


def _is_denied(statement: str, cited: str, lexicon: Lexicon) -> bool:
    """Tell whether the sentence that says the same says "not", or only the statement does."""
    wanted = lexicon.known_wanted(content_words(statement))
    texts = [span.of(cited) for span in sentences.split(cited)]
    if not wanted.words or not texts:
        return False
    shares = cover(lexicon, wanted, [lexicon.ids(text_words(text)) for text in texts]).share
    best = int(shares.argmax())
    return bool(shares[best] >= _SAME_MATTER) and _denies(statement) != _denies(texts[best])


def _denies(text: str) -> bool:
    return not _DENYING.isdisjoint(re.findall(r"[a-z]+", fold(text)))
