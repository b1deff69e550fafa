"""The risk-coverage curve as a picture. The only module that draws; matplotlib is an extra."""

from __future__ import annotations

from pathlib import Path

from knowledge.answers.confidence import shipped
from knowledge.errors import KnowledgeError
from knowledge.measuring.evaluation import Measures


def draw(measures: Measures, path: Path) -> None:
    """Draw answered rightly against refused rightly, with today's threshold, as a PNG.

    Raises:
        KnowledgeError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import (  # noqa: PLC0415 -- an extra
            FigureCanvasAgg,
        )
        from matplotlib.figure import Figure  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise KnowledgeError("Charts need a package: make with-chart") from error
    figure = Figure(figsize=(7, 5), dpi=120)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    curve = measures.curve
    axes.plot([p.refused_right for p in curve], [p.answered_right for p in curve], marker=".")
    answered = shipped().answered
    now = min(curve, key=lambda point: abs(point.threshold - answered))
    axes.plot([now.refused_right], [now.answered_right], marker="o", markersize=9)
    axes.annotate(f"today ({answered:.2f})", (now.refused_right, now.answered_right))
    axes.set_xlabel("unanswerable questions refused")
    axes.set_ylabel("answerable questions answered rightly")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.grid(visible=True, alpha=0.3)
    try:
        figure.savefig(path, format="png")
    except OSError as error:
        raise KnowledgeError(f"{path} cannot be written: {error.strerror}.") from error
