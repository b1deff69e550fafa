"""What a page says of events as data: JSON-LD, else microdata or RDFa -> things of schema.org."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from scheduler.pages import Page
from scheduler.sources.reading import ItemFailure

_EVENT = re.compile(r"(?:^|[/#:])(?:\w*Event|Festival|Hackathon|EventSeries|CourseInstance)$")
#: Named like events, but of goods and broadcasts.
_NO_EVENT = re.compile(r"(?:Delivery|Publication|Broadcast|OnDemand|Sale)Event$")
_TRAILING_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', re.DOTALL)
_WRAPPER = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*;?\s*$")
#: What a date of a course takes from its course.
_OF_COURSE = ("name", "description", "url", "inLanguage")
#: What may be told elsewhere in the same page, and only be referred to.
_REFERRED = ("location", "address", "eventSchedule", "offers")
#: Nested deeper than this a document is hostile.
DEEPEST = 40

Thing: TypeAlias = Mapping[str, object]


def event_things(page: Page) -> tuple[list[Thing], list[ItemFailure]]:
    """Return what a page says of events, each once, and what of it could not be read."""
    documents: list[object] = []
    failures: list[ItemFailure] = []
    for script in page.scripts:
        try:
            documents.append(_parsed(script))
        except (ValueError, RecursionError) as error:
            name = page.title or page.url
            failures.append(ItemFailure(name=name, error=f"Its JSON-LD is broken: {error}"))
    things = list(_events(documents)) or list(_events(list(page.marked)))
    told = {identifier: thing for thing in _all(documents) if (identifier := _full_id(thing))}
    things = [_with_referred(thing, told) for thing in things]
    return list({_gist(thing): thing for thing in things}.values()), failures


def _parsed(script: str) -> object:
    """Read JSON as people write it: comments around it, raw newlines, a comma too many."""
    text = _WRAPPER.sub("", _WRAPPER.sub("", script)).strip().rstrip(";")
    mended = _TRAILING_COMMA.sub(lambda found: found[1] or "", text)
    for attempt in (text, mended, html.unescape(mended)):
        try:
            return json.loads(attempt, strict=False)
        except ValueError as error:
            problem = error
    raise problem


def _events(value: object, depth: int = 0) -> Iterator[Thing]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _events(item, depth + 1)
    elif isinstance(value, dict):
        nested: Iterable[object] = value.values()
        if is_event(value):
            parts = [value.get("subEvent"), value.get("subEvents")]
            nested = parts
            dated = value.get("startDate") or value.get("eventSchedule")
            series = any(name.endswith("EventSeries") for name in types_of(value))
            if not any(parts) or (dated and not series):
                # One that only holds others together is none itself.
                yield value
        elif "hasCourseInstance" in value:
            nested = [_of_course(value, one) for one in each(value["hasCourseInstance"])]
        for item in nested:
            yield from _events(item, depth + 1)


def _of_course(course: Thing, instance: object) -> object:
    if not isinstance(instance, dict):
        return None
    dates = {"eventSchedule": instance["courseSchedule"]} if "courseSchedule" in instance else {}
    taken = {name: course[name] for name in _OF_COURSE if name in course}
    return {**taken, **dates, "@type": "CourseInstance", **instance}


def _all(value: object, depth: int = 0) -> Iterator[Thing]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else each(value):
        if isinstance(item, dict | list):
            yield from _all(item, depth + 1)


def _full_id(thing: Thing) -> str:
    """Return the name of a thing that is told here, not only referred to."""
    return text_of(thing.get("@id")) if len(thing) > 1 else ""


def _with_referred(thing: Thing, told: Mapping[str, Thing], depth: int = 0) -> Thing:
    """Put what is only referred to, {"@id": "#place"}, in its place."""
    if depth > len(_REFERRED):
        return thing
    whole = dict(thing)
    for name in _REFERRED:
        if name in whole:
            found = [_referred(value, told) for value in each(whole[name])]
            whole[name] = [
                _with_referred(value, told, depth + 1) if isinstance(value, dict) else value
                for value in found
            ]
    return whole


def _referred(value: object, told: Mapping[str, Thing]) -> object:
    if isinstance(value, dict) and len(value) == 1:
        return told.get(text_of(value.get("@id")), value)
    return value


def types_of(thing: Thing) -> list[str]:
    """Return the names of what a thing is."""
    return [str(name) for name in each(thing.get("@type") or "")]


def is_event(thing: Thing) -> bool:
    """Say whether a thing is an event."""
    return any(_EVENT.search(name) and not _NO_EVENT.search(name) for name in types_of(thing))


def each(value: object) -> list[object]:
    """Return a value, or several, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def text_of(value: object) -> str:
    """Return the text of a value that may be a list, or an object with a value or a name."""
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), "")
    if isinstance(value, dict):
        return text_of(value.get("@value") or value.get("name") or value.get("@id") or "")
    return value.strip() if isinstance(value, str) else ""


def texts_by_language(value: object) -> dict[str, str]:
    """Return what is said in several languages; under "" what names none."""
    texts: dict[str, str] = {}
    for item in each(value):
        language = str(item.get("@language") or "")[:2].lower() if isinstance(item, dict) else ""
        texts.setdefault(language, text_of(item))
    return {language: text for language, text in texts.items() if text}


def _gist(thing: Thing) -> tuple[str, ...]:
    """What two scripts say of the same event, where a theme and a plugin both write one."""
    return tuple(text_of(thing.get(name)) for name in ("name", "startDate", "url"))
