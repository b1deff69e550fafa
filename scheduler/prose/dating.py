"""Prose -> its dates, with the hour and the role of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from scheduler.events import Precision
from scheduler.prose.clock import ClockMention, find_times, without_zones, zone_in, zone_of_all
from scheduler.prose.dates import DateMention, find_days
from scheduler.prose.hours import clocks_of, shared_by_list
from scheduler.prose.labels import label_of
from scheduler.prose.months import WEEKDAYS, either
from scheduler.prose.roles import (
    Role,
    moves_registration,
    no_longer_holds,
    only_ends,
    registers,
    role_after,
    role_before,
)
from scheduler.prose.sentences import letters_folded, sentences
from scheduler.zones import PRAGUE

#: Stands for a date that was taken out, where a clock time is looked for.
_MASK = "\x01"
#: Between the two dates of a span, or of a list.
_JOIN = re.compile(
    r"[\s,(]*(?:\b(?:od|from|v|ve|at)\b)?[\s,)]*"
    r"(?:[-–—]|az|do|to|through|until|till|and|a)?\s*"
    rf"(?:dne|dna)?\s*(?:(?:{either(WEEKDAYS)}),?)?\s*"
)
_UP_TO = re.compile(r"[-–—]|\b(?:do|az|to|until|till)\b")
#: Between an old date and the new one.
_INSTEAD = re.compile(r"[^.;]{0,15}?\b(?:na|to|until|till|do|az)\b[^.;]{0,20}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date of a text and what it is."""

    day: DateMention
    role: Role
    clock: ClockMention | None = None
    #: Of its sentence, where the time names none.
    zone: str = ""
    label: str = ""
    #: The words around it, as they are written.
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a text does not say and its source does."""

    #: The day of publication, else today.
    near: date
    #: Known to be the day of publication.
    published: date | None = None
    #: The day when it was last changed.
    changed: date | None = None
    #: A year in the title.
    year: int | None = None
    #: Months of the past that the title names with their years, "June 2021".
    months: Mapping[int, int] = field(default_factory=dict)
    zone: str = PRAGUE


def dated(text: str, context: Context, *, call: bool) -> list[Dated]:
    """Return the dates of a text with their roles, as in a call's text or as in an event's."""
    text = text.replace("\xa0", " ")
    folded = letters_folded(text)
    days = find_days(
        folded,
        text,
        near=context.near,
        published=context.published,
        year=context.year,
        months=context.months,
    )
    zone = zone_of_all(folded)
    found: list[Dated] = []
    for begin, end in sentences(text, [(day.at, day.until) for day in days]):
        inside = [day for day in days if begin <= day.at < end]
        if inside:
            found += _in_sentence(text[begin:end], folded[begin:end], begin, inside, call=call)
    return [replace(item, zone=item.zone or zone) for item in found]


def joins(folded: str) -> bool:
    """Say whether what stands between two dates makes a span or a list of them."""
    return _JOIN.fullmatch(folded) is not None


def _in_sentence(
    text: str, folded: str, offset: int, days: Sequence[DateMention], *, call: bool
) -> Iterator[Dated]:
    days = [replace(day, at=day.at - offset, until=day.until - offset) for day in days]
    masked = _masked(folded, days)
    times = find_times(masked)
    clocks = clocks_of(times, days, without_zones(masked))
    if call:
        clocks = shared_by_list(clocks, days, masked)
    roles = _roles(_without(folded, times), days, call=call)
    if not call:
        roles = _of_registration(folded, days, roles)
    zone = zone_in(masked)
    for number, (day, role) in enumerate(zip(days, roles, strict=True)):
        begin = days[number - 1].until if number else 0
        end = days[number + 1].at if number + 1 < len(days) else len(text)
        before = text[begin : day.at]
        if number and role is Role.DEADLINE and roles[number - 1] is Role.OPEN:
            # "1. kolo: 1. 4. – 30. 4." says of both what they are.
            start = days[number - 2].until if number > 1 else 0
            before = text[start : days[number - 1].at] if joins(letters_folded(before)) else before
        yield Dated(
            day=day,
            role=role,
            clock=clocks.get(number),
            zone=zone,
            label=label_of(before, text[day.until : end], among=len(days)),
            sentence=text,
        )


def _masked(folded: str, days: Sequence[DateMention]) -> str:
    for day in days:
        folded = folded[: day.at] + _MASK * (day.until - day.at) + folded[day.until :]
    return folded


def _without(folded: str, times: Sequence[ClockMention]) -> str:
    """Blank out the times of day, so that "od 9:00 dne 12. dubna" reads as "od dne 12. dubna"."""
    for clock in times:
        folded = folded[: clock.at] + " " * (clock.until - clock.at) + folded[clock.until :]
    return without_zones(folded)


def _roles(folded: str, days: Sequence[DateMention], *, call: bool) -> list[Role]:
    roles: list[Role] = []
    for number, day in enumerate(days):
        begin = days[number - 1].until if number else 0
        end = days[number + 1].at if number + 1 < len(days) else len(folded)
        before, after = folded[begin : day.at], folded[day.until : end]
        last = number == len(days) - 1
        if no_longer_holds(before, after, call=call, last=last):
            roles.append(Role.OLD)
        elif roles and roles[-1] is Role.OLD and _INSTEAD.match(before):
            roles.append(Role.NEW)
        elif number and joins(before) and not before.strip().endswith(","):
            first = folded[days[number - 2].until if number > 1 else 0 : days[number - 1].at]
            roles.append(_second_of_range(roles, first, before, call=call))
        elif (role := role_before(before, call=call)) is not None:
            ends_too = call and roles[-1:] == [Role.PAST] and only_ends(before)
            roles.append(Role.PAST if ends_too else role)
        elif day.precision is not Precision.DATE and (call or registers(before)):
            roles.append(Role.DEADLINE)
        elif roles and roles[-1] is not Role.OLD:
            roles.append(roles[-1])
        else:
            # What is told beside a date that no longer holds holds instead of it.
            roles.append(role_after(after, call=call) or (Role.NEW if roles else Role.UNSAID))
    return roles


def _of_registration(folded: str, days: Sequence[DateMention], roles: list[Role]) -> list[Role]:
    """Of a registration that was extended the new date is its deadline, not a new start."""
    given: list[Role] = []
    for day, role in zip(days, roles, strict=True):
        if role in (Role.OLD, Role.NEW) and moves_registration(folded[: day.at]):
            role = Role.DEADLINE if role is Role.NEW else Role.PAST
        given.append(role)
    return given


def _second_of_range(roles: list[Role], before: str, between: str, *, call: bool) -> Role:
    """Of "1. 3. – 30. 4." a call's first date is its opening, the second its deadline."""
    if not call and registers(before) and _UP_TO.search(between):
        roles[-1] = Role.PAST
        return Role.DEADLINE
    if not call or roles[-1] is Role.PAST:
        return roles[-1]
    pair = re.search(r"\b(?:between|mezi|medzi)\s*$", before)
    listed = re.search(r"\b(?:and|a)\b|^\s*,", between) and not _UP_TO.search(between)
    if listed and not pair:
        return roles[-1]
    if roles[-1] in (Role.UNSAID, Role.DEADLINE):
        roles[-1] = Role.OPEN
    return Role.DEADLINE
