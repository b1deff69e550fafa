"""Which language somebody speaks: that of the message, of a few words too."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.languages import detect, fold, words

#: Longer messages show their language by their grammar.
_SHORT = 5

#: Words of short messages that are spelled so in one of the languages alone; folded.
#: Languages that `detect` knows by their letters; of others so many words are needed.
_OTHER_SCRIPTS, _TELLS = ("uk", "ru", "other"), 4

_ENGLISH_WORDS = """
about academic address agenda aid allocation and announce any anything applicant applicants
application applications apply april are august authority autumn award awards become benefits
billion board budget building buildings bus business call calls can car cars certification chair
chairman charge charging cities citizens close closed closes cluster committee community
companies company concept conference conferences contact contacts contest cooperation cost costs
council country crowns date dates day days deadline deadlines december director documents does
eligibility eligible email emissions energy entry euro event events example examples executive
experts february fee fees find first flood for foundation founded founder founders free fund
funding funds future get glossary goals grant grants group groups guide guidelines handbook head
headquarters heat held help history hold hours housing how inhabitants innovation is january
join july june kick last latest lead leader leadership lecture lighting list loan local location
maximum mayor mayors meeting meetings member members membership methodologies methodology
million ministry minutes mobility money month my near nearest need new news next november number
october office officer open opening opens organiser our page park parking partner partners
people person phone phrase place plan planned plans platform please pollution presentation
president press price prices programme project projects proposal proposals public quality
rainwater region regions register registration reminder reminders renovation report requirements
research residents results roads rules salary savings schools secretary share sign small speaker
speakers spring start statutes steps strategy street students submit subsidies subsidy summer
support sustainable team the ticket tickets time today tomorrow tool tools topic topics towns
traffic training trainings universities university upcoming us venue vice village villages waste
water website week weekend when where which who why winner winners winter with work working year
years yesterday
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_CZECH_WORDS = """
a adresa akce akci aky ano aplikace bude budoucnost budov budovy cena cenik ceny cile cislo clen
clenem clenove clenska clenske clensky clenstvi clenu co data datum dnes dokedy doklad dokumenty
doprava dotace dotaci emaily energetika energie existuje firma firmy fond historie hlavni
informace inovace ja jak jake jakou jsou kalendar kamery kancelar kde kdo kdy kedy klaster
klastr klastru kolik kolko konci kontakty kraj kraje kraju kto ktore ktory kurz led letos lhuta
loni maly mate medaile mest mesta mesto metodika metodiky ministerstvo mista misto mobilita mohu
most mozem muze muzu nabidka nabijeni nebo neco nejblizsi nova nove novinky obce obci obec
ochrana odkaz odpad odpady osvetleni otazka otevrena otevrene parkovani parkoviste partneri
partnerstvi plat platforma podminky podpora podujatia pomoc poplatek pozvanka prace pracovni
preco prednaska predseda prezident prihlaska pristi pro program programu projekt projekty prosim
prostredky rada reditel registrace rok roku rozpocet schuzka sdruzeni sekretariat seminare sidlo
skoleni skupina skupiny slovnik smlouva soutez spolek spoluprace stanovy starosta starostove
strategie studenti su sucho svetlo tajemnik tema temata termin terminy tyden ucast univerzita
univerzity uzaverka uzaverky ve vede vedeni vedie veletrh verejne vesnice voda vodne vstupne
vybor vyhody vysledky vyzev vyzkum vyzva vyzvy zadarmo zadost zadosti zakladatel zapis zdarma
zelen zitra zprava zpravy
"""
_CZECH = frozenset(_CZECH_WORDS.split())


def spoken(messages: Iterable[str]) -> str | None:
    """Return the language of the first message that shows one: "cs" (also for Slovak) or "en"."""
    for message in messages:
        language = _by_words(message) or _by_grammar(message)
        if language:
            return language
    return None


def is_foreign(message: str) -> bool:
    """Tell whether a message is in a third language: English is then understood more likely."""
    language = detect(message)
    is_other = language not in ("cs", "sk", "en", "und")
    return is_other and (language in _OTHER_SCRIPTS or len(words(message)) >= _TELLS)


def _by_words(message: str) -> str | None:
    said = [fold(word) for word in words(message)]
    if len(said) > _SHORT:
        return None
    english = sum(word in _ENGLISH for word in said)
    czech = sum(word in _CZECH for word in said)
    if english == czech:
        return None
    return "en" if english > czech else "cs"


def _by_grammar(message: str) -> str | None:
    language = detect(message)
    return "cs" if language in ("cs", "sk") else "en" if language == "en" else None
