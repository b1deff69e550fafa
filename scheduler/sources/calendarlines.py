"""iCalendar text -> components of lines, as far as they can be saved.

The library refuses a whole feed for one bad line or a missing end. Here a feed is taken apart
by hand, so that each item stands or falls alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scheduler.errors import EventSourceError
from scheduler.texts import UTF_16, decoded

_LINE = re.compile(r"(?P<name>[A-Za-z0-9-]+)(?P<rest>[;:].*)", re.DOTALL)
_NEWLINE = re.compile(rb"\r\n?")
_FOLD = re.compile(rb"\n[ \t]")
#: A colon before anything but a time may be part of a zone's name: "(GMT+01:00) Prague".
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|(?<=;TZID=)(?:[^";:]|:(?!\d{8}))*|[^";:]*)')


@dataclass(frozen=True, slots=True)
class Line:
    """One content line: NAME;PARAMETER=…:value."""

    name: str
    parameters: dict[str, str]
    value: str

    def __str__(self) -> str:
        """Write it unfolded."""
        parameters = "".join(f";{key}={value}" for key, value in self.parameters.items())
        return f"{self.name}{parameters}:{self.value}"


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    kind: str
    lines: list[Line] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)
    #: Lines that are no property.
    garbage: list[str] = field(default_factory=list)
    #: Its END was found.
    closed: bool = False

    def first(self, name: str) -> Line | None:
        """Return its first line of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def value(self, name: str) -> str:
        """Return the raw value of that line; "" if there is none."""
        line = self.first(name)
        return line.value.strip() if line else ""

    def text(self, name: str) -> str:
        """Return the value with its escapes undone."""
        return unescape(self.value(name))


def unescape(value: str) -> str:
    """Undo the escapes of a text value."""
    return re.sub(
        r"\\([nN,;\\])", lambda found: "\n" if found[1] in "nN" else found[1], value
    ).strip()


def parse_calendar(body: bytes) -> Component:
    """Return the VCALENDAR with its parts; `closed` is False if the text ends too early.

    Raises:
        EventSourceError: this is no iCalendar.
    """
    root = Component(kind="")
    stack = [root]
    for line in _lines(body):
        _take(line, stack)
    calendars = [child for child in root.children if child.kind == "VCALENDAR"]
    if not calendars:
        raise EventSourceError("This is no iCalendar: there is no BEGIN:VCALENDAR in it.")
    return _joined(calendars)


def _joined(calendars: list[Component]) -> Component:
    first = calendars[0]
    for other in calendars[1:]:
        first.children += other.children
        first.closed = first.closed and other.closed
    return first


def _take(text: str, stack: list[Component]) -> None:
    found = _LINE.fullmatch(text)
    if found is None:
        stack[-1].garbage.append(text)
        return
    name = found["name"].upper()
    if name == "BEGIN":
        child = Component(kind=found["rest"][1:].strip().upper())
        stack[-1].children.append(child)
        stack.append(child)
    elif name == "END":
        _close(found["rest"][1:].strip().upper(), stack)
    elif (line := _line(name, found["rest"])) is not None:
        stack[-1].lines.append(line)
    else:
        stack[-1].garbage.append(text)


def _close(kind: str, stack: list[Component]) -> None:
    # An END closes what was left open inside it, and one that fits nothing closes nothing.
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].kind == kind:
            stack[depth].closed = True
            del stack[depth:]
            return


def _line(name: str, rest: str) -> Line | None:
    parameters: dict[str, str] = {}
    position = 0
    while found := _PARAMETER.match(rest, position):
        parameters[found[1].upper()] = found[2]
        position = found.end()
    if rest[position : position + 1] != ":":
        return None
    return Line(name=name, parameters=parameters, value=rest[position + 1 :])


def _lines(body: bytes) -> Iterator[str]:
    if body.startswith(UTF_16):
        body = decoded(body).encode()
    # Folding may split the bytes of one letter, so it is undone before decoding.
    text = decoded(_FOLD.sub(b"", _NEWLINE.sub(b"\n", body)))
    return (line for line in text.split("\n") if line)
