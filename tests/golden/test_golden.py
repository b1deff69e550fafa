"""The project's own questions on the starter knowledge: no worse than the committed figures.

After a change that makes them better: write the new figures to `figures.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.measuring.charts import draw
from knowledge.settings import KnowledgeSettings
from tests.golden.conftest import NOW
from tests.golden.measuring import figures, measured, worse

HERE = Path(__file__).parent

#: One question of the smallest group more or less.
ALLOWED = 0.021


@pytest.mark.timeout(300)
async def test_answers_are_no_worse_than_committed(
    starter: KnowledgeSettings, tmp_path: Path
) -> None:
    committed = json.loads((HERE / "figures.json").read_text("utf-8"))

    measures = await measured(starter, HERE / "questions.jsonl", NOW)

    assert worse(figures(measures), committed, ALLOWED) == {}
    draw(measures, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert len(measures.rows()) == len(measures.groups) + 1
