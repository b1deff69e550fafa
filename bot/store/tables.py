"""The bot's tables, as its code sees them; `bot/migrations` makes them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from scheduler.database import Instant

metadata = MetaData()

#: What came in, until it is dealt with; then only its id stays, so that a repeat is known.
messages = Table(
    "bot_messages",
    metadata,
    Column("id", String, primary_key=True),
    Column("chat", String, nullable=False),
    Column("author", String, nullable=False),
    #: The message itself while it waits; "" afterwards.
    Column("payload", Text, nullable=False),
    #: "received", "sending" (the reply is on its way) or what became of it.
    Column("state", String, nullable=False, index=True),
    Column("owner", String, nullable=False),
    #: Until when the owner holds it, by the database's clock in seconds.
    Column("lease", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    #: "deleted" or "stopped" where another process heard so; the owner heeds it.
    Column("verdict", String, nullable=False, default=""),
    #: Marks of where it stands and of what it says, by which its edits are known.
    Column("place", String, nullable=False, default="", index=True),
    Column("said", String, nullable=False, default=""),
    #: The platform's id of the reply.
    Column("reply", String, nullable=False, default=""),
    Column("received_at", Instant, nullable=False, index=True),
)

#: Chats that have another address now.
moves = Table(
    "bot_moves",
    metadata,
    Column("old", String, primary_key=True),
    Column("new", String, nullable=False),
)

chats = Table(
    "bot_chats",
    metadata,
    Column("chat", String, primary_key=True),
    Column("language", String),
    #: Of the last question, while nobody has chosen.
    Column("guess", String),
    Column("respond", String),
    Column("asked", Boolean, nullable=False, default=False),
)

people = Table(
    "bot_people",
    metadata,
    Column("author", String, primary_key=True),
    Column("language", String),
)

#: Which buttons of interest somebody pressed and was asked for consent; another press gives it.
consents = Table(
    "bot_consents",
    metadata,
    Column("author", String, primary_key=True),
    Column("button", String, primary_key=True),
    #: When the question was shown.
    Column("at", Instant, nullable=False),
)

turns = Table(
    "bot_turns",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("address", String, nullable=False),
    Column("author", String, nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

questions = Table(
    "bot_questions",
    metadata,
    Column("id", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("address", String, nullable=False),
    Column("author", String, nullable=False, index=True),
    #: The platform's ids of the question and of the reply to it.
    Column("ref", String, nullable=False),
    Column("reply_ref", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("searched_for", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("audience", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    #: [[url, title], …] of what was found.
    Column("found", JSON, nullable=False),
    #: "", "open" (handed to the editors), "replying", "replied" or "dismissed".
    Column("state", String, nullable=False),
    Column("reply", Text, nullable=False),
    Column("replied_by", String, nullable=False),
    #: Whether the reply may become a resource: "", "asked", "yes" or "no".
    Column("consent", String, nullable=False),
    Column("asked_at", Instant, nullable=False, index=True),
)

votes = Table(
    "bot_votes",
    metadata,
    Column("question", String, primary_key=True),
    Column("author", String, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

interests = Table(
    "bot_interests",
    metadata,
    Column("event_uid", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("author", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("at", Instant, nullable=False),
)

#: Short names of events for buttons.
handles = Table(
    "bot_handles",
    metadata,
    Column("handle", String, primary_key=True),
    Column("uid", String, nullable=False),
)

#: What was posted unasked, so that it can be corrected, withdrawn, and its counts kept right.
posts = Table(
    "bot_posts",
    metadata,
    Column("id", String, primary_key=True),
    Column("address", String, nullable=False),
    Column("ref", String, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False),
    #: "notice", "announcement", "draft" or "reply".
    Column("kind", String, nullable=False),
    Column("language", String, nullable=False),
    Column("uids", JSON, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

#: What a message to the editors is about, so that a reply to it is understood.
topics = Table(
    "bot_topics",
    metadata,
    Column("address", String, primary_key=True),
    Column("ref", String, primary_key=True),
    #: "question", "suggestion", "correct"; "said:question" for what an editor replied to one.
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("at", Instant, nullable=False),
)

pins = Table(
    "bot_pins",
    metadata,
    Column("id", String, primary_key=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("url", String, nullable=False),
    Column("language", String, nullable=False),
    Column("audience", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
)
