"""`cscc eval` on several indexes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commandline.evaluating import another_corpus
from bot.errors import UsageError


def test_another_index_is_named_by_its_configuration(tmp_path: Path) -> None:
    config = tmp_path / "site.toml"
    config.write_text(f'data_dir = "{tmp_path}/site"\n', "utf-8")

    corpus = another_corpus(f"{config}=questions.jsonl")

    assert corpus.name == "site: questions"
    assert corpus.settings.data_dir == tmp_path / "site"
    assert corpus.questions == Path("questions.jsonl")


@pytest.mark.parametrize("named", ["site.toml", "=questions.jsonl", "site.toml="])
def test_an_index_without_questions_is_refused(named: str) -> None:
    with pytest.raises(UsageError, match="--also takes CONFIG=QUESTIONS"):
        another_corpus(named)
