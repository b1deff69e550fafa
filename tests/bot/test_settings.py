"""Settings: what the file and the environment say, and how a mistake is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import settings
from knowledge.configuration import with_answers
from knowledge.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In an empty folder, with none of our variables set."""
    monkeypatch.chdir(tmp_path)
    for name in settings.Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)


def write(text: str, name: str = "cscc.toml") -> Path:
    """Write a configuration and return its absolute path."""
    path = Path(name).absolute()
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_starter_speaks_only_to_this_machine() -> None:
    loaded = settings.load()

    assert loaded.config is None
    assert [source.name for source in loaded.knowledge.sources] == ["starter"]
    assert [source.name for source in loaded.scheduler.sources] == ["starter"]
    assert [one.address for one in loaded.scheduler.subscriptions] == [
        "console:local",
        "web:everyone/cs",
        "web:everyone/en",
    ]


def test_with_a_file_there_are_no_examples() -> None:
    path = write('language = "en"\n')

    loaded = settings.load()

    assert loaded.config == path
    assert loaded.scheduler.sources == ()
    assert loaded.scheduler.subscriptions == ()
    assert (loaded.language, loaded.scheduler.language) == ("en", "en")


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    path = write(
        'data_dir = "data"\n[[knowledge.sources]]\nname = "a"\nkind = "files"\npath = "r/*.md"\n'
        '[[scheduler.sources]]\nname = "b"\nkind = "files"\npath = "/srv/events"\n',
        "etc/other.toml",
    )

    loaded = settings.load(path)

    assert loaded.data_dir == tmp_path / "etc/data"
    assert loaded.knowledge.data_dir == loaded.scheduler.data_dir == loaded.data_dir
    assert loaded.knowledge.sources[0].path == str(tmp_path / "etc/r/*.md")
    assert loaded.scheduler.sources[0].path == "/srv/events"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write('data_dir = "data"\n[web]\nport = 9000\n')
    monkeypatch.setenv("CSCC_DATA_DIR", "/srv/cscc")
    monkeypatch.setenv("CSCC_WEB_PORT", "9001")
    monkeypatch.setenv("CSCC_DATABASE_URL", "postgresql://db/cscc")
    monkeypatch.setenv("CSCC_NOW", "2027-03-01T08:00:00+01:00")

    loaded = settings.load()

    assert loaded.data_dir == loaded.knowledge.data_dir == Path("/srv/cscc")
    assert loaded.database_url == loaded.scheduler.database_url == "postgresql://db/cscc"
    assert (loaded.web.port, loaded.web.port_given) == (9001, True)
    assert loaded.now == datetime(2027, 3, 1, 7, tzinfo=UTC)


def test_a_secret_is_read_from_the_file_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("xoxb-1\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "token")

    loaded = settings.load()

    assert loaded.slack.bot_token is not None
    assert loaded.slack.bot_token.get_secret_value() == "xoxb-1"


def test_lengths_of_time_have_units() -> None:
    write('[keep]\nconversations = "90m"\nquestions = "2w"\n')

    keep = settings.load().keep

    assert (keep.conversations, keep.questions) == (timedelta(minutes=90), timedelta(days=14))


def test_dotenv_is_read_only_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSCC_EMBEDDINGS", "kept")
    Path(".env").write_text("CSCC_EMBEDDINGS=other\nCSCC_CHAT_MODEL=ollama:tiny\n")
    before = settings.load().knowledge.chat_model

    settings.read_dotenv()
    after = settings.load().knowledge
    monkeypatch.delenv("CSCC_CHAT_MODEL")

    assert before == ""
    assert (after.embeddings, after.chat_model) == ("kept", "ollama:tiny")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[[knowledge.sources]]\nname = "a"\nkind = "web"\nrefesh = "6h"\n',
            "{path}, line 4: knowledge.sources[1].refesh: there is no setting of this name. "
            'Did you mean "refresh"?',
        ),
        (
            "[keep]\nall = 1\n",
            "{path}, line 2: keep.all: there is no setting of this name. "
            "Known here: conversations, questions.",
        ),
        (
            '[[knowledge.sources]]\nname = "a"\nkind = "web"\n[[knowledge.sources]]\nname = "b"\n',
            "{path}, line 4: knowledge.sources[2].kind: this is missing; add it.",
        ),
        (
            '[[knowledge.sources]]\nname = "a"\nkind = "web"\n' * 2,
            '{path}: knowledge: two sources are named "a".',
        ),
        (
            'language = "de"\n',
            "{path}, line 1: language: should be 'cs' or 'en'; it is 'de'.",
        ),
        (
            '[keep]\nquestions = "půl roku"\n',
            '{path}, line 2: keep.questions: "půl roku" is no length of time; '
            'write it like "30m", "6h" or "7d".',
        ),
        (
            'timezone = "Praha"\n',
            '{path}, line 1: timezone: "Praha" is no time zone; write it like "Europe/Prague".',
        ),
        (
            '[slack]\nbot_token = "xoxb-1"\n',
            "{path}, line 2: slack.bot_token: secrets do not belong in this file. Set "
            "SLACK_BOT_TOKEN in the environment or .env, or SLACK_BOT_TOKEN_FILE to the name of "
            "a file that holds it.",
        ),
        (
            '[[scheduler.subscriptions]]\naddress = "C024BE91L"\n',
            '{path}, line 2: scheduler.subscriptions[1].address: "C024BE91L" is no address; '
            'write it like "slack:C024BE91L" or "telegram:-1001234567890".',
        ),
        (
            "language = cs\n",
            "{path} is not valid TOML: line 1, column 12: Invalid value. Mend it there.",
        ),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(text: str, sentence: str) -> None:
    path = write(text)

    with pytest.raises(ConfigurationError) as raised:
        settings.load()

    assert str(raised.value) == sentence.format(path=path)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "CSCC_WEB_PORT",
            "http",
            "Environment variable CSCC_WEB_PORT: should be a valid integer, unable to parse "
            "string as an integer; it is 'http'.",
        ),
        (
            "CSCC_NOW",
            "2027-03-01T08:00:00",
            "Environment variable CSCC_NOW: should have timezone info; it is "
            "'2027-03-01T08:00:00'.",
        ),
        (
            "TELEGRAM_WEBHOOK_URL",
            "http://bot.example.cz/telegram/webhook",
            "Environment variable TELEGRAM_WEBHOOK_URL: Telegram calls only addresses that begin "
            "with https://.",
        ),
        (
            "TELEGRAM_WEBHOOK_URL",
            "https://bot.example.cz:8990",
            "Environment variable TELEGRAM_WEBHOOK_URL: Telegram calls only the ports 443, 80, 88 "
            "and 8443.",
        ),
        (
            "TELEGRAM_WEBHOOK_SECRET",
            "hello world!",
            "Environment variable TELEGRAM_WEBHOOK_SECRET: Telegram takes up to 256 letters "
            "without diacritics, digits, _ and -; without this variable a secret is made from the "
            "token.",
        ),
        (
            "TELEGRAM_BOT_TOKEN_FILE",
            "/nowhere/token",
            "TELEGRAM_BOT_TOKEN_FILE names /nowhere/token, which cannot be read: "
            "No such file or directory.",
        ),
        (
            "CSCC_CONFIG",
            "/nowhere/cscc.toml",
            "The configuration /nowhere/cscc.toml does not exist. Make it (cscc.example.toml "
            "shows how), or name another with --config or CSCC_CONFIG.",
        ),
    ],
)
def test_a_mistake_in_the_environment_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError) as raised:
        settings.load()

    assert str(raised.value) == sentence


def test_an_unknown_name_is_told_before_what_is_missing_for_it() -> None:
    path = write('[[knowledge.sources]]\nname = "a"\nknd = "files"\n')

    with pytest.raises(ConfigurationError) as raised:
        settings.load()

    assert str(raised.value) == (
        f"{path}, line 3: knowledge.sources[1].knd: there is no setting of this name. "
        'Did you mean "kind"?'
    )


def test_what_editors_answered_is_a_source_of_its_audience(tmp_path: Path) -> None:
    (tmp_path / "var" / "answers" / "members").mkdir(parents=True)
    (tmp_path / "var" / "answers" / "public").mkdir()
    (tmp_path / "var" / "answers" / "members" / "1.md").write_text("# Odpověď\n")

    sources = with_answers(settings.load().knowledge).sources

    assert [(one.name, one.audience) for one in sources[1:]] == [("editors-members", "members")]
