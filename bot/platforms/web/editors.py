"""/editors/: what waits for an editor, the sources, what was asked in vain, what was sent.

Behind one token that the operator gives to the editors; without CSCC_ADMIN_TOKEN there are none.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from urllib.parse import parse_qs

from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.i18n import Phrases
from bot.platforms.web.chat import TEMPLATES, page_language, read_body

COOKIE = "cscc_editor"
#: Seconds after which an editor signs in again, and how many may be signed in.
SESSION, SESSIONS = 60 * 60 * 12, 100
MOST_BYTES = 4_000
#: Who did it, as the audit keeps it.
BY = "web:editors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of a page."""

    #: Phrase keys of the columns.
    columns: tuple[str, ...]
    rows: Sequence[Row]
    #: Phrase key of what is said where there are none.
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: texts, a link behind the first, and what can be done with it."""

    cells: tuple[str, ...]
    url: str = ""
    #: What `Work.act` is told; "" : nothing can be done.
    subject: str = ""
    #: Names of what can be done: "approve", "reject", "cancel".
    actions: tuple[str, ...] = ()


class Work(Protocol):
    """What the editors' pages show and do; app.py makes it."""

    async def sheet(self, name: str, phrases: Phrases) -> Sheet:
        """Return the table of a page."""

    async def act(self, action: str, subject: str, by: str) -> None:
        """Do what a button says. Raises ValueError: it cannot be done (any more)."""


#: The pages, in the order of the menu.
PAGES = ("suggested", "events", "sources", "questions", "deliveries")


@dataclass(slots=True)
class Editors:
    """The editors' pages."""

    token: SecretStr
    work: Work
    language: str
    now: Callable[[], float] = time.monotonic
    #: Session -> when it ends.
    _sessions: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def routes(self) -> list[BaseRoute]:
        """Return all pages."""
        return [
            Route("/editors", lambda _: RedirectResponse("/editors/", 308)),
            Route("/editors/", self.page),
            Route("/editors/sign-in", self.sign_in, methods=["POST"]),
            Route("/editors/sign-out", self.sign_out, methods=["POST"]),
            Route("/editors/act", self.act, methods=["POST"]),
            Route("/editors/{page}", self.page),
        ]

    async def page(self, request: Request) -> Response:
        """Show a page, or the form to sign in."""
        name = request.path_params.get("page", PAGES[0])
        if name not in PAGES:
            raise HTTPException(404)
        session = self._session(request)
        language = page_language(request, self.language)
        phrases = Phrases(language)
        sheet = await self.work.sheet(name, phrases) if session else None
        context = {
            "say": phrases.say,
            "language": language,
            "pages": PAGES,
            "here": name,
            "sheet": sheet,
            "token": form_token(session) if session else "",
            "failed": "failed" in request.query_params,
        }
        return TEMPLATES.TemplateResponse(request, "editors.html", context)

    async def sign_in(self, request: Request) -> Response:
        """Take the token and begin a session."""
        given = (await read_form(request)).get("token", "")
        if not hmac.compare_digest(given.encode(), self.token.get_secret_value().encode()):
            return RedirectResponse("/editors/?failed", 303)
        session = secrets.token_urlsafe(32)
        self._sessions[session] = self.now() + SESSION
        while len(self._sessions) > SESSIONS:
            self._sessions.popitem(last=False)
        response = RedirectResponse("/editors/", 303)
        response.set_cookie(
            COOKIE,
            session,
            max_age=SESSION,
            path="/editors",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        session, _ = await self._posted(request)
        self._sessions.pop(session, None)
        return RedirectResponse("/editors/", 303)

    async def act(self, request: Request) -> Response:
        """Do what a button says, then show the page again."""
        _, values = await self._posted(request)
        page = values.get("page", PAGES[0])
        try:
            await self.work.act(values.get("action", ""), values.get("subject", ""), BY)
        except ValueError:
            return RedirectResponse(f"/editors/{page if page in PAGES else ''}?failed", 303)
        return RedirectResponse(f"/editors/{page if page in PAGES else ''}", 303)

    async def _posted(self, request: Request) -> tuple[str, Mapping[str, str]]:
        session = self._session(request)
        values = await read_form(request)
        if not session or not hmac.compare_digest(values.get("form", ""), form_token(session)):
            raise HTTPException(403, "sign in again")
        return session, values

    def _session(self, request: Request) -> str:
        """Return the session of a request, "" if there is none."""
        session = request.cookies.get(COOKIE, "")
        return session if self._sessions.get(session, 0) > self.now() else ""


def form_token(session: str) -> str:
    """Return what a form must send along; made from what no other page can read."""
    return sha256(f"form:{session}".encode()).hexdigest()


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form."""
    body = await read_body(request, MOST_BYTES)
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}
