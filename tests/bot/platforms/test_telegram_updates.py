"""Which kinds of updates are read, and what is read of those that the library does not know."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.telegram.incoming import ALLOWED_UPDATES
from bot.platforms.telegram.mending import essentials
from tests.bot.platforms.telegram_updates import (
    BOT,
    CHANNEL,
    DIRECT,
    GROUP,
    JANA,
    mention,
    message,
    read,
)

_POLL = "is_anonymous allows_multiple_answers allows_revoting members_only"


def test_what_is_asked_for_is_what_is_understood() -> None:
    """Of each kind of update there is one here that says something, and of no other kind."""
    change = {"user": BOT, "status": "member"}, {"user": BOT, "status": "left"}
    members = dict(zip(("old_chat_member", "new_chat_member"), change, strict=True))
    about = {"from": JANA, "chat": GROUP, "date": 1800000000}
    poll = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}
    updates: dict[str, Any] = {
        **dict.fromkeys(("message", "edited_message"), message("Kdy?", DIRECT)),
        **dict.fromkeys(("channel_post", "edited_channel_post"), message("Kdy?", CHANNEL)),
        "guest_message": message("Kdy?", guest_query_id="g1"),
        "business_message": message("Kdy?", DIRECT, business_connection_id="b1"),
        "callback_query": {"id": "1", "from": JANA, "chat_instance": "1", "data": "a"},
        "inline_query": {"id": "1", "from": JANA, "query": "Kdy?", "offset": ""},
        "chosen_inline_result": {"result_id": "1", "from": JANA, "query": "Kdy?"},
        "my_chat_member": {**about, **members},
        "chat_member": {**about, **members},
        "chat_join_request": {**about, "user_chat_id": 7},
        "message_reaction": {
            **{key: about[key] for key in ("chat", "date")},
            **{"message_id": 5, "user": JANA, "old_reaction": [], "new_reaction": []},
        },
        "poll": {**poll, "type": "regular", **dict.fromkeys(_POLL.split(), False)},
        "pre_checkout_query": {
            **{"id": "1", "from": JANA, "currency": "XTR"},
            **{"total_amount": 1, "invoice_payload": "x"},
        },
        "purchased_paid_media": {"from": JANA, "paid_media_payload": "x"},
    }

    assert {kind for kind, said in updates.items() if read({kind: said})} == set(ALLOWED_UPDATES)


BROKEN: dict[str, Any] = {
    "poll": {"id": 1},
    "photo": "?",
    "gift": [],
    "forward_origin": {"type": 1},
}


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({"message": message("Kdy?", DIRECT, **BROKEN)}, ("telegram:7", "Kdy?")),
        ({"edited_message": message("Kdy?", DIRECT, game=5)}, ("telegram:7", "Kdy?")),
        (
            {"message": message("Kdy?", DIRECT, **{"from": {"id": 7, "language_code": None}})},
            ("telegram:7", "Kdy?"),
        ),
        (
            {"message": message("Kdy?", DIRECT, reply_to_message={"message_id": 4, "poll": 5})},
            ("telegram:7", "Kdy?"),
        ),
        (
            {
                "message": message(
                    "@cscc_bot Kdy?",
                    entities=[{"type": "mention"}, *mention("@cscc_bot Kdy?"), None],
                    quote={"text": "Seminář", "entities": 5},
                )
            },
            ("telegram:-1001", "Kdy?"),
        ),
        (
            {"callback_query": {"id": "1", "from": {"id": 7}, "data": "a", "message": {"date": 0}}},
            ("telegram:7", ""),
        ),
        (
            {"inline_query": {"id": "i1", "from": {"id": 7}, "query": "Kdy?"}},
            ("telegram:inline/i1", "Kdy?"),
        ),
    ],
)  # fmt: skip
def test_of_an_update_that_cannot_be_read_whole_what_matters_is_read(
    update: dict[str, Any], said: tuple[str, str]
) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        read(update)

    got = read(essentials(update))

    assert got is not None
    assert (got.address, got.text, got.addressed) == (*said, True)


def test_of_rights_that_are_not_known_it_is_read_whether_it_is_there() -> None:
    rights = {"user": BOT, "status": "administrator", "can_fly": True}
    change = {"chat": GROUP, "from": JANA, "date": 1800000000, "new_chat_member": rights}
    update = {"my_chat_member": {**change, "old_chat_member": {"user": BOT, "status": "left"}}}
    with pytest.raises(TypeError):
        read(update)

    got = read(essentials(update))

    assert got is not None
    assert got.command == ":joined"


@pytest.mark.parametrize(
    "nonsense", [None, 5, [], "x", {"message": None}, {"message": {"text": 5}}]
)
def test_of_nonsense_nothing_is_left(nonsense: Any) -> None:
    assert essentials(nonsense) in ({}, {"message": {}})
