"""What people call the fields of an event in tables, and how they write their values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scheduler.addressees import eligible_in
from scheduler.classifying import kind_named, status_named
from scheduler.events import EventKind, EventStatus
from scheduler.sources.calendartimes import UnreadableItem
from scheduler.zones import fold

#: Field -> what it is called, folded. A column may go on: "místo konání akce" is "místo".
_NAMES = {
    "uid": "uid, id",
    "title": "title, nazev, akce, name, event, subject, predmet, vyzva",
    "kind": "kind, druh, typ, type",
    # An event's day; of a call its deadline or the time for applications.
    "date": "date, datum, termin, kdy, when",
    "start": "start, zacatek, zaciatok, od, datum od, start date, datum zahajeni",
    "end": "end, konec, koniec, do, datum do, end date, datum ukonceni",
    "time": "time, cas, hodina, cas od, cas zahajeni, zacatek v, start time",
    "end_time": "end time, cas do, cas ukonceni",
    "place": "place, misto, miesto, location, venue, kde, lokalita, where",
    "url": "url, odkaz, link, web, website, www",
    "language": "language, jazyk, lang",
    "topics": "topics, temata, tema, topic, stitky, tags, kategorie, category",
    "region": "region, kraj",
    "eligible": "eligible, pro, pro koho, zadatele, opravneni zadatele, zadatel, applicants",
    "announced": "announced, vyhlaseni, datum vyhlaseni",
    "open_from": "open from, otevreni, zahajeni prijmu, prijem od, prijem zadosti od, opens",
    "deadlines": "deadlines, deadline, uzaverka, uzaverky, uzavierka, prijem do, konec prijmu, "
    "ukonceni prijmu, prijem zadosti do, closing date, termin podani, lhuta",
    # Until when one registers for an event; of a call it is the deadline.
    "registration": "registration until, registration ends, registration closes, registration by, "
    "registration deadline, register by, rsvp by, registrace do, konec registrace, "
    "uzaverka registrace, uzaverka prihlasek, uzaverka prihlasovani, termin registrace, "
    "prihlasky do, prihlaseni do, prihlasovani do, prihlasit do, prihlasit se do, "
    "konec prihlasovani, termin prihlaseni, termin pro prihlaseni, lhuta pro prihlaseni",
    "status": "status, stav",
    "summary": "summary, popis, description, anotace",
    "timezone": "timezone, zona, casova zona, time zone",
    "audience": "audience, pristup, viditelnost, visibility",
    # Of a deadline in YAML.
    "label": "label, kolo, faze, stage",
    "at": "at",
}
_FIELDS = {name.strip(): field for field, names in _NAMES.items() for name in names.split(",")}
FIELDS = frozenset(_NAMES)
#: Of Czech tables, as their headings are written.
_KINDS = {
    "vyzva": "call",
    "schuze": "meeting",
    "schuzka": "meeting",
    "setkani": "meeting",
    "porada": "meeting",
    "pracovni skupina": "meeting",
}
_AS_PLANNED = re.compile(r"planov|potvrz|kona se|aktivn|vyhlas|otevr|confirmed|planned|open|^ok$")
_FOR_MEMBERS = re.compile(
    r"^(?:(?:jen|pouze|only|just)\s+)?(?:(?:pro|for)\s+)?(?:members?|clen|intern|neverejn)"
)
_FOR_ALL = re.compile(r"^(?:public|verejn|vsichni|all$)")


def field_of(heading: str) -> str:
    """Return the field that a heading means; one that means none as it is, folded."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(heading)).split()
    for length in range(len(words), 0, -1):
        if field := _FIELDS.get(" ".join(words[:length])):
            return field
    return "_".join(words)


def kind_written(text: str) -> EventKind | None:
    """Return the kind that a cell names; None of an empty one.

    Raises:
        UnreadableItem: it names none.
    """
    said = fold(text)
    if not said:
        return None
    said = _KINDS.get(said, said)
    kind = EventKind(said) if said in set(EventKind) else kind_named(said)
    if kind is None:
        raise UnreadableItem(f"kind {said!r} is none of {', '.join(EventKind)}.")
    return kind


def status_written(text: str) -> EventStatus | None:
    """Return the status that a cell names; None of an empty one.

    Raises:
        UnreadableItem: it names none.
    """
    said = fold(text)
    if not said:
        return None
    if said in set(EventStatus):
        return EventStatus(said)
    if (status := status_named(said)) is not None:
        return status
    if _AS_PLANNED.search(said):
        return EventStatus.SCHEDULED
    raise UnreadableItem(f"status {said!r} is none of {', '.join(EventStatus)}.")


def audience_written(text: str, otherwise: str) -> str:
    """Return "members" or "public"; what is for members by its source is never public.

    Raises:
        UnreadableItem: it says something else. What cannot be read might be meant for few.
    """
    said = fold(text)
    if said and not _FOR_MEMBERS.search(said) and not _FOR_ALL.search(said):
        raise UnreadableItem(f"audience {said!r} is none of public, members.")
    return "members" if _FOR_MEMBERS.search(said) or otherwise == "members" else "public"


def eligible_written(texts: Sequence[str]) -> tuple[str, ...]:
    """Return whom a call is for: our words as they are, "obce" and "kraje" as ours."""
    known = eligible_in("", f"eligible: {', '.join(texts)}")
    return tuple(dict.fromkeys([*known, *(text for text in texts if not _is_known(text))]))


def _is_known(text: str) -> bool:
    return bool(eligible_in("", f"eligible: {text}"))
