"""cscc reminders, deliveries, pause: what is sent when, and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.commandline.deliveries import in_words
from bot.errors import UsageError
from scheduler.store.record import Delivery
from tests.bot.commandline.conftest import Cscc
from tests.bot.commandline.test_events import SEMINAR


def test_the_plan_is_printed_as_agreed(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    planned = cscc("reminders", "plan", "--from", "2027-06-10", "--to", "2027-06-17", "--json").json

    assert [(one["due_at"], one["lead"], one["reason"]) for one in planned] == [
        ("2027-06-10T07:00:00+00:00", "7d@09:00", "lead"),
        ("2027-06-16T07:00:00+00:00", "1d@09:00", "lead"),
        ("2027-06-17T07:00:00+00:00", "1h", "lead"),
    ]
    assert {(one["address"], one["event_uid"]) for one in planned} == {("slack:C1", "kurz")}


def test_an_explanation_says_what_is_sent_and_why_not(cscc: Cscc) -> None:
    cscc(*SEMINAR)
    sent = cscc("reminders", "explain", "kurz", "--json").json
    cscc("events", "cancel", "kurz")
    silent = cscc("reminders", "explain", "kurz", "--json").json

    assert [(line["address"], line["lead"]) for line in sent["lines"]] == [
        ("slack:C1", "7d@09:00"),
        ("slack:C1", "1d@09:00"),
        ("slack:C1", "1h"),
    ]
    assert (sent["silent"], silent["silent"]) == ("", "cancelled")


def test_a_preview_reads_as_it_would_be_sent(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    (preview,) = cscc("reminders", "preview", "kurz", "--json").json

    assert "Kurz pletení" in preview["text"]
    assert "čtvrtek 17. června 2027, 10:00–12:00" in preview["text"]


def test_a_preview_goes_only_where_it_can(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    without_token = cscc("reminders", "preview", "kurz", "--to", "slack:C1")
    elsewhere = cscc("reminders", "preview", "kurz", "--to", "discord:1")

    assert str(without_token.error) == "Set SLACK_BOT_TOKEN to post to slack:C1."
    assert str(elsewhere.error) == (
        '"discord:1" cannot be posted to from here; name a chat like "slack:C024BE91L".'
    )


def test_nothing_was_delivered_yet(cscc: Cscc) -> None:
    assert cscc("deliveries", "--json").json == []
    assert cscc("deliveries").out == "Nothing was due yet.\n"


def test_posting_is_paused_and_resumed(cscc: Cscc) -> None:
    assert cscc("pause", "--json").json == {"paused": True}
    assert cscc("resume", "--json").json == {"paused": False}


def test_ranges_and_events_that_are_not_there_are_refused(cscc: Cscc) -> None:
    backwards = cscc("reminders", "plan", "--from", "2027-06-10", "--to", "2027-06-09").error
    unknown = cscc("deliveries", "--event", "nope").error

    assert isinstance(backwards, UsageError)
    assert str(backwards) == "--from 2027-06-10 is after --to 2027-06-09."
    assert str(unknown) == "There is no event nope. List them with: cscc events list"


def test_an_outcome_that_there_is_not_is_refused_with_those_there_are(cscc: Cscc) -> None:
    refused = cscc("deliveries", "--outcome", "sent", "--outcome", "lost")

    assert isinstance(refused.error, UsageError)
    assert str(refused.error) == (
        "There is no outcome lost; name one of: scheduled, rehearsed, queued, sending, sent, "
        "in_doubt, failed, missed, cancelled."
    )


def test_of_an_event_that_there_is_not_nothing_is_shown(cscc: Cscc) -> None:
    for words in (["reminders", "preview"], ["reminders", "explain"], ["deliveries", "--event"]):
        assert str(cscc(*words, "nic").error) == (
            "There is no event nic. List them with: cscc events list"
        )


def test_an_explanation_names_the_deadline(cscc: Cscc) -> None:
    deadlines = ("--deadline", "first stage=2027-06-16", "--deadline", "2027-06-30T12:00")
    cscc("events", "add", "--uid", "call", "--title", "Call", "--kind", "call", *deadlines)

    lines = cscc("reminders", "explain", "call", "--json").json["lines"]

    labels = {(line["anchor"][:10], line["label"]) for line in lines if line["anchor"]}
    assert labels == {("2027-06-16", "first stage"), ("2027-06-30", None)}


def delivery(**named: object) -> Delivery:
    due = datetime(2027, 6, 10, 7, tzinfo=UTC)
    given = {
        "address": "telegram:1",
        "event_uid": "s",
        "event": None,
        "occasion": "o",
        "kind": "before-start",
        "lead": "7d@09:00",
        "recurrence_id": "",
        "label": "",
        "anchor": due,
        "due_at": due,
        "timed": "lead",
        "outcome": "sent",
        "reason": "",
        "sent_at": due,
        "ref": "1",
        "attempts": 1,
        "doubts": 0,
        "post_id": "p",
        **named,
    }
    return Delivery(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({}, ""),
        (
            {"sent_at": datetime(2027, 6, 10, 8, 30, tzinfo=UTC), "attempts": 3, "doubts": 1},
            "late, 2027-06-10 10:30; 3 tries; may have come twice",
        ),
        (
            {"sent_at": None, "reason": "began; no process sends to slack"},
            "found only after it had begun or ended; no process sends to slack",
        ),
        ({"sent_at": None, "reason": "Forbidden: kicked"}, "Forbidden: kicked"),
        ({"sent_at": None, "reason": "topic"}, "the subscription is for another topic"),
    ],
)
def test_the_record_says_in_words_why(named: dict[str, object], words: str) -> None:
    assert in_words(delivery(**named), "Europe/Prague") == words
