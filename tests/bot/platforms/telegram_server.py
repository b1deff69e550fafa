"""A small Bot API server of our own, from https://core.telegram.org/bots/api.

It keeps what bots sent, gives out updates until they are confirmed, and fails when told to.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "4242:TEST-token"
ME = {
    "id": 4242,
    "is_bot": True,
    "first_name": "CSCC",
    "username": "cscc_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
PERSON = {"id": 7, "is_bot": False, "first_name": "Jana", "last_name": "N", "language_code": "cs"}
GROUP = {"id": -1007, "type": "supergroup", "title": "Skupina"}


@dataclass
class Failure:
    """What a method answers instead of doing its work."""

    method: str
    status: int = 400
    description: str = ""
    parameters: dict[str, int] | None = None
    times: int = 1
    #: Cut the connection after the work is done: the answer is lost.
    lose_answer: bool = False
    #: Only where this says so.
    when: Callable[[dict[str, Any]], bool] = lambda _: True


@dataclass
class Call:
    """One call of a method."""

    method: str
    params: dict[str, Any]
    at: float


@dataclass
class TelegramServer:
    """The server and all it remembers."""

    url: str = ""
    me: dict[str, Any] = field(default_factory=lambda: dict(ME))
    calls: list[Call] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    #: chat id -> message id -> what stands there now.
    chats: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)
    webhook: dict[str, Any] = field(default_factory=lambda: {"url": ""})
    #: (chat, person) -> status.
    statuses: dict[tuple[int, int], str] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)
    #: What all members of a group may do.
    permissions: dict[str, bool] = field(default_factory=dict)
    #: What else stands in the answer about a message that was posted.
    besides: dict[str, Any] = field(default_factory=dict)
    #: Given to each poll at once, whatever it asks for.
    hasty: list[Any] | None = None
    polls: int = 0
    _updates: dict[int, dict[str, Any]] = field(default_factory=dict)
    _next_update: int = 100
    _next_message: int = 500
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # What tests do.

    def be_silent_for_a_week(self) -> None:
        """Go on at another, lower number of updates."""
        self._next_update -= 50

    def update(self, **content: Any) -> int:
        """Have something happen; return the update's id."""
        self._next_update += 1
        self._updates[self._next_update] = {"update_id": self._next_update, **content}
        self._news.set()
        return self._next_update

    def says(self, text: str, chat: dict[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
        """Have a person write something; return the message."""
        message = self.message(text, chat, **extra)
        self.update(message=message)
        return message

    def message(
        self, text: str, chat: dict[str, Any] | None = None, **extra: Any
    ) -> dict[str, Any]:
        self._next_message += 1
        chat = chat or {"id": PERSON["id"], "type": "private", "first_name": "Jana"}
        about = {"message_id": self._next_message, "date": int(time.time()), "chat": chat}
        return {**about, "from": PERSON, "text": text, **extra}

    def fail(self, method: str, status: int = 400, description: str = "", **more: Any) -> None:
        self.failures.append(Failure(method, status, description, **more))

    def sent(self, *methods: str) -> list[dict[str, Any]]:
        """Return the parameters of the calls of some methods."""
        return [call.params for call in self.calls if call.method in methods]

    def texts(self, chat: int) -> list[str]:
        """Return what the bot's messages in a chat say now."""
        return [message["text"] for message in self.chats.get(chat, {}).values()]

    @property
    def waiting(self) -> list[int]:
        """Ids of updates that nobody has confirmed."""
        return list(self._updates)

    async def until(self, ready: Callable[[], object], seconds: float = 5) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, f"waited in vain; calls: {self.calls[-5:]}"
            await asyncio.sleep(0.01)

    # What bots see.

    async def serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _refusal(401, "Unauthorized")
        params = await _params(request)
        if method != "getUpdates":
            self.calls.append(Call(method, params, time.monotonic()))
        failure = self._failure(method, params)
        if failure and not failure.lose_answer:
            return _refusal(failure.status, failure.description, failure.parameters)
        known: Callable[[dict[str, Any]], Awaitable[Any]] | None
        known = getattr(self, f"_{method}", None)
        if known is None:
            return _refusal(404, "Not Found")
        try:
            result = await known(params)
        except ValueError as error:
            return _refusal(400, f"Bad Request: {error}")
        if failure and request.transport:
            request.transport.close()
        return web.json_response({"ok": True, "result": result})

    def _failure(self, method: str, params: dict[str, Any]) -> Failure | None:
        for failure in self.failures:
            if failure.method == method and failure.times and failure.when(params):
                failure.times -= 1
                return failure
        return None

    async def _getMe(self, _: dict[str, Any]) -> Any:
        return self.me

    async def _getUpdates(self, params: dict[str, Any]) -> Any:
        self.polls += 1
        if self.hasty is not None:
            return self.hasty
        if self.webhook["url"]:
            raise ValueError("can't use getUpdates method while webhook is active")
        offset = int(params.get("offset", 0))
        if offset > self._next_update + 10:  # the real one then gives all that it has
            offset = 0
        self._updates = {n: update for n, update in self._updates.items() if n >= offset}
        self._news.clear()
        if not self._updates:
            try:
                await asyncio.wait_for(self._news.wait(), 0.2)
            except TimeoutError:
                return []
        return list(self._updates.values())

    async def _sendMessage(self, params: dict[str, Any]) -> Any:
        _check_text(params["text"], 4096)
        return self._keep(params, text=params["text"])

    async def _sendDocument(self, params: dict[str, Any]) -> Any:
        _check_text(params.get("caption", ""), 1024)
        return self._keep(params, text=params.get("caption", ""), document=params["document"])

    def _keep(self, params: dict[str, Any], **content: Any) -> Any:
        chat = int(params["chat_id"])
        self._next_message += 1
        keyboard = json.loads(params.get("reply_markup", "null"))
        for button in (b for row in (keyboard or {}).get("inline_keyboard", []) for b in row):
            if len(button.get("callback_data", "").encode()) > 64:
                raise ValueError("BUTTON_DATA_INVALID")
        kept = {**content, "keyboard": keyboard}
        self.chats.setdefault(chat, {})[self._next_message] = kept
        about = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
        posted = {"message_id": self._next_message, "date": int(time.time()), "chat": about}
        return posted | self.besides

    async def _editMessageText(self, params: dict[str, Any]) -> Any:
        chat, number = int(params["chat_id"]), int(params["message_id"])
        _check_text(params["text"], 4096)
        there = self.chats.get(chat, {}).get(number)
        if there is None:
            raise ValueError("message to edit not found")
        new = {"text": params["text"], "keyboard": json.loads(params.get("reply_markup", "null"))}
        if {**there, **new} == there:
            raise ValueError("message is not modified")
        there.update(new)
        return {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}}

    async def _editMessageCaption(self, params: dict[str, Any]) -> Any:
        there = self.chats.get(int(params["chat_id"]), {}).get(int(params["message_id"]))
        if there is None:
            raise ValueError("message to edit not found")
        if "document" not in there:
            raise ValueError("there is no caption in the message to edit")
        raise ValueError("message is not modified")

    async def _deleteMessage(self, params: dict[str, Any]) -> Any:
        del self.chats[int(params["chat_id"])][int(params["message_id"])]
        return True

    async def _setWebhook(self, params: dict[str, Any]) -> Any:
        allowed = json.loads(params.get("allowed_updates", "[]"))
        self.webhook = {"url": params["url"], "allowed_updates": allowed}
        return True

    async def _deleteWebhook(self, _: dict[str, Any]) -> Any:
        self.webhook = {"url": ""}
        return True

    async def _getWebhookInfo(self, _: dict[str, Any]) -> Any:
        return {"has_custom_certificate": False, "pending_update_count": 0, **self.webhook}

    async def _getChat(self, params: dict[str, Any]) -> Any:
        chat = int(params["chat_id"])
        if chat not in self.types:
            raise ValueError("chat not found")
        about = {"id": chat, "type": self.types[chat], "title": "x"}
        return about | ({"permissions": self.permissions} if self.permissions else {})

    async def _getChatMember(self, params: dict[str, Any]) -> Any:
        chat, person = int(params["chat_id"]), int(params["user_id"])
        status = self.statuses.get((chat, person), "left")
        user = {"id": person, "is_bot": person == ME["id"], "first_name": "x"}
        return {"user": user, "status": status, **_RIGHTS.get(status, {})}

    async def _yes(self, _: dict[str, Any]) -> Any:
        return True

    _sendChatAction = _sendMessageDraft = _answerCallbackQuery = _yes
    _answerInlineQuery = _setMyCommands = _yes

    async def _answerGuestQuery(self, _: dict[str, Any]) -> Any:
        return {"inline_message_id": "g1"}


_ADMIN = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
    "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
    "can_edit_stories can_delete_stories can_post_messages"
)
MAY = (
    "can_send_messages can_change_info can_invite_users can_pin_messages can_send_polls "
    "can_send_other_messages can_add_web_page_previews can_manage_topics can_send_audios "
    "can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_edit_tag can_react_to_messages"
)
_RIGHTS: dict[str, dict[str, Any]] = {
    "restricted": {**dict.fromkeys(MAY.split(), False), "is_member": True, "until_date": 0},
    "administrator": dict.fromkeys(_ADMIN.split(), True),
    "creator": {"is_anonymous": False},
    "kicked": {"until_date": 0},
}


def _check_text(text: str, most: int) -> None:
    if len(text) > 3 * most:  # the tests look at the exact length, after the markup is read
        raise ValueError("message is too long")


async def _params(request: web.Request) -> dict[str, Any]:
    posted = await request.post()
    params: dict[str, Any] = dict(request.query)
    for name, value in posted.items():
        if isinstance(value, web.FileField):
            params[name] = (value.filename, value.file.read())
        else:
            params[name] = value
    # A file goes beside its parameter: document=attach://x, x=<the file>.
    for name, value in list(params.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            params[name] = params.pop(value.removeprefix("attach://"))
    return params


def _refusal(
    status: int, description: str, parameters: dict[str, int] | None = None
) -> web.Response:
    if status == 502 and not description:
        return web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html")
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)


@asynccontextmanager
async def telegram_server() -> AsyncIterator[TelegramServer]:
    """A server that listens on a free port of this machine."""
    server = TelegramServer()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", server.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.01, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
