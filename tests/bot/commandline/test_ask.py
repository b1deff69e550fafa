"""Questions line by line: whatever a line is, the next one is answered."""

from __future__ import annotations

import io
import json
import sys

import pytest

from bot.commandline.ask import Asked, answer_lines
from knowledge.errors import ModelError

NO_JSON = 'This line cannot be read: it is no JSON such as {"id": "q1", "question": "…"}'
NO_QUESTION = 'This line cannot be read: "question" is missing or no text'
NO_HISTORY = (
    'This line cannot be read: "history" is no list of {"role": "user" or "assistant", "text": "…"}'
)


async def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: bytes
) -> list[dict[str, object]]:
    """Return what is said to these lines; each question is answered by itself."""

    async def work(asked: Asked) -> dict[str, object]:
        if asked.question == "broken":
            raise ModelError("It does not run.")
        return {"text": asked.question, "turns": len(asked.history)}

    stdin = io.TextIOWrapper(io.BytesIO(b"\n".join(lines)), encoding="ascii")
    monkeypatch.setattr(sys, "stdin", stdin)
    await answer_lines(work)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("line", "known", "error"),
    [
        (b'{"id": 1,', None, NO_JSON),
        (b"[" * 100_000, None, NO_JSON),
        (b'{"id": NaN, "question": "Kdo?"}', None, NO_JSON),
        (
            b'{"id": 1, "question": "Kolik \xff stoj\xed?"}',
            None,
            "This line cannot be read: it is no UTF-8",
        ),
        (b'["Kdo?"]', None, "This line cannot be read: it is no JSON object"),
        (b'{"id": 1}', 1, NO_QUESTION),
        (b'{"id": "a", "question": "  "}', "a", NO_QUESTION),
        (b'{"id": 1, "question": 5}', 1, NO_QUESTION),
        (b'{"id": 1, "question": "Kdo?", "history": "x"}', 1, NO_HISTORY),
        (
            b'{"id": 1, "question": "Kdo?", "history": [{"role": "bot", "text": "x"}]}',
            1,
            NO_HISTORY,
        ),
        (b'{"id": 1, "question": "broken"}', 1, "It does not run."),
    ],
)
async def test_a_bad_line_is_told_and_the_next_one_answered(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: bytes,
    known: object,
    error: str,
) -> None:
    answers = await told(monkeypatch, capsys, line, b"", b'{"id": 2, "question": "Kdo?"}')

    assert answers == [{"id": known, "error": error}, {"id": 2, "text": "Kdo?", "turns": 0}]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b'\xef\xbb\xbf{"question": "Kdo?"}', {"id": None, "text": "Kdo?", "turns": 0}),
        (b'{"id": [1], "question": "Kdo?", "more": {}}', {"id": [1], "text": "Kdo?", "turns": 0}),
        (b'{"id": 1, "question": "\\ud800 Kdo?"}', {"id": 1, "text": "\ufffd Kdo?", "turns": 0}),
        (
            b'{"id": 1, "question": "Kdo?", "history": [{"role": "user", "text": "Co?", "at": 1}]}',
            {"id": 1, "text": "Kdo?", "turns": 1},
        ),
        (b'{"id": 1, "question": "Kdo?", "history": null}', {"id": 1, "text": "Kdo?", "turns": 0}),
    ],
)
async def test_what_can_be_understood_is_answered(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: bytes,
    answer: dict[str, object],
) -> None:
    assert await told(monkeypatch, capsys, line) == [answer]
