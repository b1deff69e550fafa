"""The web chat's page and what it sends and hears."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.i18n import LANGUAGES, Phrases
from bot.markup.plaintext import seen, storable
from bot.messages import LONGEST_QUESTION, Accept, File, Message, MessageKind
from bot.platforms.web.visitors import Entry, Rooms, TooManyPages, Visitor

HERE = Path(__file__).parent
TEMPLATES = Jinja2Templates(directory=HERE / "templates")
TEMPLATES.env.filters["seen"] = seen

COOKIE = "cscc_visitor"
#: The language that the visitor chose on the page.
LANGUAGE_COOKIE = "cscc_language"
#: A question's length, and that of the body that carries it.
MOST_BYTES = 16_000
#: Seconds between signs of life, so that proxies do not close a quiet stream.
HEARTBEAT = 20.0

_CLIENT_ID = re.compile(r"[\w-]{8,64}", re.ASCII)


@dataclass(slots=True)
class Chat:
    """The routes of the web chat."""

    rooms: Rooms
    files: Mapping[str, File]
    clock: Callable[[], datetime]
    language: str
    #: Where a pretended clock began; None: the clock is the machine's.
    begun: datetime | None = None
    #: Takes messages in; None before the assistant is up.
    accept: Accept | None = None

    def routes(self) -> list[BaseRoute]:
        """Return the page, its files, its stream and what it posts to."""
        return [
            Route("/", self.page),
            Route("/chat/events", self.events),
            Route("/chat/messages", self.say, methods=["POST"]),
            Route("/chat/presses", self.press, methods=["POST"]),
            Route("/chat/files/{token}", self.file),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    async def page(self, request: Request) -> Response:
        """Give the page; a browser that is not known yet gets its cookie."""
        visitor = Visitor.known(request.cookies.get(COOKIE)) or Visitor.new()
        language = page_language(request, self.language)
        response = TEMPLATES.TemplateResponse(
            request,
            "chat.html",
            {
                "say": Phrases(language).say,
                "language": language,
                "token": visitor.form_token,
                "begun": self.begun,
            },
        )
        kept = {COOKIE: visitor.token, LANGUAGE_COOKIE: chosen_language(request)}
        for name, value in kept.items():
            if value:
                response.set_cookie(
                    name,
                    value,
                    max_age=60 * 60 * 24 * 180,
                    httponly=True,
                    samesite="strict",
                    secure=request.url.scheme == "https",
                )
        return response

    async def events(self, request: Request) -> Response:
        """Stream what was said and what is said, as server-sent events."""
        visitor = Visitor.known(request.cookies.get(COOKIE))
        if visitor is None:
            raise HTTPException(403, "open the page first")
        return StreamingResponse(
            self._stream(visitor.id, page_language(request, self.language)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _stream(self, visitor_id: str, language: str) -> AsyncIterator[str]:
        try:
            with self.rooms.page(visitor_id, language) as queue:
                yield "retry: 1000\n\n"
                while (entry := await _next(queue)) is not None:
                    data = json.dumps(entry, ensure_ascii=False)
                    yield f"data: {data}\n\n" if entry else ": \n\n"
        except TooManyPages:
            yield "retry: 30000\n\n"

    async def say(self, request: Request) -> Response:
        """Take a visitor's words in."""
        visitor, body = await self._posted(request)
        text = storable(str(body.get("text", ""))).strip()
        client_id = str(body.get("id", ""))
        if not text or len(text) > LONGEST_QUESTION or not _CLIENT_ID.fullmatch(client_id):
            raise HTTPException(422, "no text, or a text that is too long")
        ref = f"m-{client_id}"
        own = self._own(ref, text)
        command, _, arguments = text[1:].partition(" ") if text.startswith("/") else ("", "", "")
        await self._take_in(
            self._message(
                visitor,
                client_id,
                request,
                kind=MessageKind.COMMAND if command else MessageKind.TEXT,
                text="" if command else text,
                command=command.lower(),
                arguments=arguments.strip(),
                ref=ref,
            )
        )
        self.rooms.post(visitor.id, own)
        return JSONResponse({"ref": ref}, 202)

    async def press(self, request: Request) -> Response:
        """Take a pressed button in; only one that the visitor was shown."""
        visitor, body = await self._posted(request)
        ref, data = str(body.get("ref", "")), str(body.get("data", ""))
        shown = self.rooms.find(visitor.id, ref)
        if shown is None or data not in _buttons(shown):
            raise HTTPException(404, "there is no such button")
        client_id = uuid4().hex
        await self._take_in(
            self._message(visitor, client_id, request, kind=MessageKind.BUTTON, data=data, ref=ref)
        )
        return JSONResponse({}, 202)

    async def file(self, request: Request) -> Response:
        """Give a file of a reply."""
        file = self.files.get(request.path_params["token"])
        if file is None:
            raise HTTPException(404, "this file is no longer offered")
        name = re.sub(r"[^\w. -]", "_", file.name, flags=re.ASCII)
        return Response(
            file.content,
            media_type=file.media_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def _posted(self, request: Request) -> tuple[Visitor, dict[str, object]]:
        """Return who posted what; only from our own page."""
        visitor = Visitor.known(request.cookies.get(COOKIE))
        given = request.headers.get("x-form-token", "")
        if visitor is None or not hmac.compare_digest(given, visitor.form_token):
            raise HTTPException(403, "reload the page")
        body = await read_body(request, MOST_BYTES)
        try:
            values = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise HTTPException(400, "this is no JSON") from error
        if not isinstance(values, dict):
            raise HTTPException(400, "this is no JSON object")
        return visitor, values

    async def _take_in(self, message: Message) -> None:
        if self.accept is None:
            raise HTTPException(503, "the assistant is starting", {"Retry-After": "2"})
        await self.accept(message)

    def _message(
        self, visitor: Visitor, client_id: str, request: Request, **fields: object
    ) -> Message:
        address = f"web:{visitor.id}"
        return Message(
            id=f"web:{visitor.id}:{client_id}",
            platform="web",
            address=address,
            chat=address,
            author=address,
            language_hint=page_language(request, self.language),
            page_language=chosen_language(request) or None,
            sent_at=self.clock(),
            **fields,  # type: ignore[arg-type] # names and types are those above
        )

    def _own(self, ref: str, text: str) -> Entry:
        at = self.clock().isoformat()
        return {"type": "message", "ref": ref, "at": at, "mine": True, "text": text}


def page_language(request: Request, default: str) -> str:
    """Return the language of a page: as chosen, else the first that the browser prefers."""
    if chosen := chosen_language(request):
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        name = part.split(";")[0].strip().lower()[:2]
        if name == "sk":
            return "cs"
        if name in LANGUAGES:
            return name
    return default


def chosen_language(request: Request) -> str:
    """Return the language that the visitor chose, by the address or earlier; "" if none."""
    asked = (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, ""))
    return next((each for each in asked if each in LANGUAGES), "")


async def missing(request: Request, error: Exception) -> Response:
    """Say that there is nothing at an address: to a browser by a page with a way back."""
    detail = error.detail if isinstance(error, HTTPException) else ""
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(detail, 404)
    language = page_language(request, LANGUAGES[0])
    values = {"say": Phrases(language).say, "language": language}
    return TEMPLATES.TemplateResponse(request, "missing.html", values, status_code=404)


async def read_body(request: Request, most: int) -> bytes:
    """Return the body, or 413 as soon as it is longer than it may be."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise HTTPException(413, "this is too long")
    return body


async def _next(queue: asyncio.Queue[Entry | None]) -> Entry | None:
    """Return the next entry; an empty one where nothing came for a while."""
    try:
        async with asyncio.timeout(HEARTBEAT):
            return await queue.get()
    except TimeoutError:
        return {}


def _buttons(entry: Entry) -> set[str]:
    """Return what the buttons under an entry carry, those of the feedback among them."""
    rows = entry.get("buttons")
    shown = (
        {b["data"] for row in rows for b in row if b["data"]} if isinstance(rows, list) else set()
    )
    if feedback := entry.get("feedback"):
        shown |= {f"fb:up:{feedback}", f"fb:down:{feedback}"}
    return shown
