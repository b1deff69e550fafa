"""The first tables of `knowledge` in PostgreSQL: the catalogue and the state of ingest.

A row of the catalogue counts in the generations from `since` to before `until`. Texts are compared
by their bytes, as SQLite does, so that both catalogues order alike.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

#: What a row that nothing has ended has as `until`.
_ALWAYS = 2**63 - 1

_SPAN = f"since BIGINT NOT NULL, until BIGINT NOT NULL DEFAULT {_ALWAYS}"
_TEXT = 'TEXT COLLATE "C"'

_TABLES = (
    "CREATE SEQUENCE knowledge.numbers",
    # What answers now; the name tells the vectors of this database from others' on one server.
    f"""CREATE TABLE knowledge.home (
        one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one), name {_TEXT} NOT NULL, current BIGINT
    )""",
    f"""CREATE TABLE knowledge.generations (
        number BIGINT PRIMARY KEY, id {_TEXT} NOT NULL UNIQUE, manifest {_TEXT} NOT NULL,
        tokens BIGINT NOT NULL, left_at TIMESTAMPTZ
    )""",
    f"""CREATE TABLE knowledge.documents (
        key {_TEXT} NOT NULL, url {_TEXT} NOT NULL, source {_TEXT} NOT NULL,
        title {_TEXT} NOT NULL, language {_TEXT} NOT NULL, audience {_TEXT} NOT NULL,
        updated_at {_TEXT}, hash {_TEXT} NOT NULL, aliases {_TEXT} NOT NULL,
        alternates {_TEXT} NOT NULL, {_SPAN}, PRIMARY KEY (key, since)
    )""",
    f"""CREATE TABLE knowledge.aliases (
        alias {_TEXT} NOT NULL, key {_TEXT} NOT NULL, {_SPAN}, PRIMARY KEY (key, alias, since)
    )""",
    f"""CREATE TABLE knowledge.chunks (
        number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {_TEXT} NOT NULL,
        document {_TEXT} NOT NULL, url {_TEXT} NOT NULL, title {_TEXT} NOT NULL,
        section {_TEXT} NOT NULL, text {_TEXT} NOT NULL, language {_TEXT} NOT NULL,
        audience {_TEXT} NOT NULL, page INTEGER, anchor {_TEXT}, updated_at {_TEXT},
        ordinal INTEGER NOT NULL, spans {_TEXT} NOT NULL, rows BYTEA NOT NULL,
        length INTEGER NOT NULL, tokens TSVECTOR NOT NULL, repeated JSONB NOT NULL,
        {_SPAN}, UNIQUE (id, since)
    )""",
    # Vectors do not become smaller by compression.
    "ALTER TABLE knowledge.chunks ALTER COLUMN rows SET STORAGE EXTERNAL",
    f"""CREATE TABLE knowledge.means (
        generation BIGINT NOT NULL, language {_TEXT} NOT NULL, audience {_TEXT} NOT NULL,
        passages BYTEA NOT NULL, passage_count INTEGER NOT NULL, sentences BYTEA NOT NULL,
        sentence_count INTEGER NOT NULL, PRIMARY KEY (generation, language, audience)
    )""",
    f"""CREATE TABLE knowledge.vocabulary (
        generation BIGINT NOT NULL, term {_TEXT} NOT NULL, doc INTEGER NOT NULL,
        PRIMARY KEY (generation, term)
    )""",
    f"""CREATE TABLE knowledge.words (
        generation BIGINT NOT NULL, word {_TEXT} NOT NULL, chunks INTEGER NOT NULL,
        PRIMARY KEY (generation, word)
    )""",
    f"""CREATE TABLE knowledge.word_vectors (
        model {_TEXT} NOT NULL, word {_TEXT} NOT NULL, vector BYTEA NOT NULL,
        PRIMARY KEY (model, word)
    )""",
)

_STATE = (
    f"""CREATE TABLE knowledge.pages (
        source {_TEXT} NOT NULL, key {_TEXT} NOT NULL, stamp {_TEXT} NOT NULL,
        etag {_TEXT} NOT NULL, last_modified {_TEXT} NOT NULL, url {_TEXT} NOT NULL,
        links {_TEXT} NOT NULL, body BYTEA, hash {_TEXT} NOT NULL, signature BYTEA,
        document BYTEA, error {_TEXT} NOT NULL, checked_at {_TEXT} NOT NULL,
        PRIMARY KEY (source, key)
    )""",
    f"""CREATE TABLE knowledge.members (
        source {_TEXT} NOT NULL, key {_TEXT} NOT NULL, hash {_TEXT} NOT NULL,
        PRIMARY KEY (source, key)
    )""",
    f"""CREATE TABLE knowledge.announced (
        source {_TEXT} NOT NULL, key {_TEXT} NOT NULL, hash {_TEXT} NOT NULL,
        PRIMARY KEY (source, key)
    )""",
    f"""CREATE TABLE knowledge.vectors (
        model {_TEXT} NOT NULL, hash BYTEA NOT NULL, vector BYTEA NOT NULL,
        PRIMARY KEY (model, hash)
    )""",
    f"""CREATE TABLE knowledge.runs (
        number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source {_TEXT} NOT NULL,
        started_at {_TEXT} NOT NULL, seconds DOUBLE PRECISION NOT NULL, error {_TEXT} NOT NULL,
        documents INTEGER NOT NULL, added INTEGER NOT NULL, updated INTEGER NOT NULL,
        removed INTEGER NOT NULL, failures {_TEXT} NOT NULL
    )""",
)

_INDEXES = (
    "CREATE INDEX documents_url ON knowledge.documents (url)",
    "CREATE INDEX aliases_alias ON knowledge.aliases (alias)",
    "CREATE INDEX chunks_document ON knowledge.chunks (document, ordinal)",
    "CREATE INDEX chunks_url ON knowledge.chunks (url, ordinal)",
    "CREATE INDEX chunks_since ON knowledge.chunks (since)",
    f"CREATE INDEX chunks_ended ON knowledge.chunks (until) WHERE until < {_ALWAYS}",
    # With a list of what is still to be indexed the planner would rather read all rows.
    "CREATE INDEX chunks_tokens ON knowledge.chunks USING gin (tokens) WITH (fastupdate = off)",
    "CREATE INDEX runs_source ON knowledge.runs (source, number)",
)


def upgrade() -> None:
    """Make the tables, and name this home of indexes."""
    for statement in (*_TABLES, *_STATE, *_INDEXES):
        op.execute(statement)
    op.execute(
        "INSERT INTO knowledge.home (name) "
        "SELECT substr(md5(random()::text || clock_timestamp()::text), 1, 8)"
    )
