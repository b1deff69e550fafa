"""/events.ics: the calendar that people's own calendars subscribe to."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.i18n import LANGUAGES
from scheduler.events import EventKind

KINDS = tuple(kind.value for kind in EventKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a feed is to hold; empty: all."""

    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    #: Of titles; "" : each event's own.
    language: str = ""
    #: Of a chat's or member's own feed; "" : public events.
    token: str = ""


#: Makes the calendar; None where the token is not known.
MakeCalendar = Callable[[Wanted], Awaitable[bytes | None]]


def feed_routes(make: MakeCalendar) -> list[BaseRoute]:
    """Return the feed: public events, or with a token those of one chat."""

    async def feed(request: Request) -> Response:
        query = request.query_params
        asked = query.get("lang", "")
        kinds = _several(query.getlist("kind"))
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            raise HTTPException(
                400, f"there is no kind {unknown[0][:40]}; there are: {', '.join(KINDS)}"
            )
        wanted = Wanted(
            kinds=kinds,
            topics=_several(query.getlist("topic")),
            language=asked if asked in LANGUAGES else "",
            token=request.path_params.get("token", ""),
        )
        calendar = await make(wanted)
        if calendar is None:
            raise HTTPException(404, "there is no such calendar")
        return _calendar(request, calendar, whose="private" if wanted.token else "public")

    return [
        Route("/events.ics", feed, methods=["GET", "HEAD"]),
        Route("/events/{token}.ics", feed, methods=["GET", "HEAD"]),
    ]


def _several(values: list[str]) -> tuple[str, ...]:
    """Take `?kind=a&kind=b` and `?kind=a,b` alike."""
    parts = (part.strip() for value in values for part in value.split(","))
    return tuple(part for part in parts if part)


def _calendar(request: Request, calendar: bytes, *, whose: str) -> Response:
    tag = f'"{hashlib.sha256(calendar).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"{whose}, max-age=300",
        "Content-Disposition": 'inline; filename="events.ics"',
    }
    if _knows(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(calendar, media_type="text/calendar; charset=utf-8", headers=headers)


def _knows(header: str, tag: str) -> bool:
    """Tell whether a reader has this version; what packs the answer on its way weakens the tag."""
    known = [one.strip().removeprefix("W/") for one in header.split(",")]
    return tag in known or known == ["*"]
