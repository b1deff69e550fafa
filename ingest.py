"""`python ingest.py`: bring the index, and what the scheduler knows of events, in line.

Exit codes: 0 all well; 1 some sources failed; 2 bad usage or configuration; 3 another ingest holds
the lock; 4 the index cannot be written or the model does not run.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from knowledge.configuration import load
from knowledge.errors import ConfigurationError, IngestLocked, KnowledgeError
from knowledge.settings import KnowledgeSettings

if TYPE_CHECKING:
    from knowledge.reports import Report, Step

ALL_WELL, SOURCES_FAILED, BAD_USAGE, LOCKED, BROKEN = range(5)

#: At most so many failed documents are listed for people; `--json` has all.
_SHOWN = 20

_errors = Console(stderr=True, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        configuration = load(options.config)
        settings = configuration.section(KnowledgeSettings, "knowledge")
        if options.rollback:
            return _roll_back(settings)
        report = _ingest(settings, options)
    except ConfigurationError as error:
        return _say(error, BAD_USAGE)
    except IngestLocked as error:
        return _say(error, LOCKED)
    except KnowledgeError as error:
        return _say(error, BROKEN)
    except KeyboardInterrupt:
        _errors.print(
            "Stopped. The index is as it was; what was embedded is kept for the next run."
        )
        return BROKEN
    _show(report, as_json=options.json)
    return SOURCES_FAILED if report.failed else ALL_WELL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ingest.py", description="Bring the index in line with the knowledge sources."
    )
    add = parser.add_argument
    add("sources", nargs="*", metavar="SOURCE", help="names of knowledge sources; all if none")
    add("--config", type=Path, metavar="F", help="the configuration (CSCC_CONFIG, cscc.toml)")
    add("--json", action="store_true", help="print the report as JSON")
    add("--wait", action="store_true", help="wait for another ingest to end")
    add(
        "--accept-removals",
        action="store_true",
        help="believe a source that lost more than a third of its documents",
    )
    add("--rollback", action="store_true", help="answer from the generation before the last")
    return parser


def _ingest(settings: KnowledgeSettings, options: argparse.Namespace) -> Report:
    # A wrong flag or configuration is said before three seconds are spent on loading these.
    from knowledge.embeddings import load_embeddings  # noqa: PLC0415 -- slow import
    from knowledge.indexing import ingest  # noqa: PLC0415 -- slow import

    with _progress() as progress:
        return ingest(
            settings,
            embeddings=load_embeddings(settings.embeddings),
            names=options.sources,
            accept_removals=options.accept_removals,
            wait=options.wait,
            progress=progress,
            clock=_clock(),
        )


def _roll_back(settings: KnowledgeSettings) -> int:
    from knowledge.generations import rollback  # noqa: PLC0415 -- slow import

    manifest = rollback(settings)
    print(f"The index of {manifest.built_at:%Y-%m-%d %H:%M} UTC answers now ({manifest.id}).")
    return ALL_WELL


def _clock() -> Callable[[], datetime]:
    """Return the machine's clock, or one that starts at `CSCC_NOW`."""
    given = os.environ.get("CSCC_NOW")
    if not given:
        return lambda: datetime.now(UTC)
    try:
        start, begun = datetime.fromisoformat(given), monotonic()
    except ValueError as error:
        raise ConfigurationError(f"CSCC_NOW is not an instant in ISO 8601: {given}") from error
    if start.tzinfo is None:
        raise ConfigurationError(f"CSCC_NOW has no offset from UTC: {given}")
    return lambda: start + timedelta(seconds=monotonic() - begun)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """Give what shows a step; on a terminal only."""
    if not _errors.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_errors, transient=True) as progress:
        tasks: dict[str, int] = {}

        def show(step: Step) -> None:
            named = f"{step.stage} {step.source}".strip()
            if named not in tasks:
                tasks[named] = progress.add_task(named, total=step.total)
            progress.update(tasks[named], completed=step.done, total=step.total)  # type: ignore[arg-type]

        yield show


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.plain(), ensure_ascii=False))
        return
    table = Table("source", "added", "updated", "unchanged", "removed", "failed", box=None)
    for source in report.sources:
        counts = (source.added, source.updated, source.unchanged, source.removed)
        table.add_row(source.name, *map(str, counts), str(len(source.failed)))
    console = Console(soft_wrap=True)
    console.print(table)
    for source in report.sources:
        for failure in source.failed[:_SHOWN]:
            console.print(f"{source.name}: {failure.url}: {failure.error}", markup=False)
    console.print(
        f"{report.chunks} chunks in the index, {report.embedded} texts embedded, "
        f"{report.seconds:.1f} s."
    )


def _say(error: Exception, code: int) -> int:
    _errors.print(f"ingest: {error}", markup=False, highlight=False)
    return code


if __name__ == "__main__":
    sys.exit(main())
