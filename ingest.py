"""`python ingest.py`: bring the index, and what the scheduler knows of events, in line.

Exit codes: 0 all well; 1 some sources failed; 2 bad usage or configuration; 3 another ingest holds
the lock; 4 the index cannot be written or the model does not run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from dotenv import load_dotenv
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from knowledge import configuration
from knowledge.errors import (
    ConfigurationError,
    IngestLocked,
    KnowledgeError,
    ModelError,
    SourceError,
)
from knowledge.settings import KnowledgeSettings
from scheduler.errors import SchedulerError
from scheduler.events import Event
from scheduler.settings import SchedulerSettings

if TYPE_CHECKING:
    from knowledge.index.reports import Report, Step
    from scheduler.reconciling.sync import SourceReport
    from scheduler.store import Store

ALL_WELL, SOURCES_FAILED, BAD_USAGE, LOCKED, BROKEN = range(5)

#: At most so many failed documents are listed for people; `--json` has all.
_SHOWN = 20

#: Bytes of address space; threads and mapped files reserve far more than they use.
_MOST_MEMORY = 12 << 30

_errors = Console(stderr=True, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        settings, scheduler = _settings(options.config)
        if options.rollback:
            return _roll_back(settings)
        clock = _clock()
        report = _ingest(settings, options, clock)
        events = asyncio.run(_events(settings, scheduler, options, report, clock))
    except ConfigurationError as error:
        return _say(error, BAD_USAGE)
    except IngestLocked as error:
        return _say(error, LOCKED)
    except (KnowledgeError, SchedulerError) as error:
        return _say(error, BROKEN)
    _show(report, events, as_json=options.json)
    failed = report.failed or any(each.error for each in events)
    return SOURCES_FAILED if failed else ALL_WELL


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


def _settings(path: Path | None) -> tuple[KnowledgeSettings, SchedulerSettings]:
    environment = configuration.read_environment(configuration.Environment)
    found = configuration.read(path or environment.cscc_config)
    values = found.values
    # What is said once at the top of the file holds for both halves; the environment comes last.
    common = {name: values.get(name) for name in ("data_dir", "database_url")}
    spoken = {name: values.get(name) for name in ("language", "timezone")}
    configuration.overlay(values, {"knowledge": common, "scheduler": {**common, **spoken}})
    configuration.overlay(values, configuration.shared(environment))
    if found.path:
        # The examples are for those who have configured nothing.
        configuration.overlay(values, {"scheduler": {}})
        values["scheduler"].setdefault("sources", ())
    return (
        configuration.with_answers(found.section(KnowledgeSettings, "knowledge")),
        found.section(SchedulerSettings, "scheduler"),
    )


def _ingest(
    settings: KnowledgeSettings, options: argparse.Namespace, clock: Callable[[], datetime]
) -> Report:
    # A wrong flag or configuration is said before three seconds are spent on loading these.
    from knowledge.embeddings import load_embeddings  # noqa: PLC0415 -- slow import
    from knowledge.indexing import ingest  # noqa: PLC0415 -- slow import

    try:
        embeddings = load_embeddings(settings.embeddings)
    except ModelError as error:
        raise ConfigurationError(str(error)) from error
    with _progress() as progress:
        return ingest(
            settings,
            embeddings=embeddings,
            names=options.sources,
            accept_removals=options.accept_removals,
            wait=options.wait,
            progress=progress,
            clock=clock,
        )


async def _events(
    settings: KnowledgeSettings,
    scheduler: SchedulerSettings,
    options: argparse.Namespace,
    report: Report,
    clock: Callable[[], datetime],
) -> list[SourceReport]:
    """Suggest the events that changed documents announce; without SOURCE read the calendars too."""
    from scheduler.database import open_database  # noqa: PLC0415 -- slow import
    from scheduler.store import Store  # noqa: PLC0415 -- slow import

    file = settings.data_dir.absolute() / "cscc.sqlite"
    engine = open_database(scheduler.database_url or f"sqlite:///{file}")
    try:
        store = Store(engine)
        await store.upgrade()
        for source in settings.sources:
            if source.suggest_events and source.name in {each.name for each in report.sources}:
                await _suggest(settings, source.name, store, clock)
        return [] if options.sources else await _sync(settings, scheduler, store, clock)
    finally:
        await engine.dispose()


async def _suggest(
    settings: KnowledgeSettings, source: str, store: Store, clock: Callable[[], datetime]
) -> None:
    """Hand what new and changed documents announce to the editors; nothing is posted unasked.

    A document counts as announced once its events are stored: killed before, this is done again.
    """
    from knowledge.indexing import announce, unannounced  # noqa: PLC0415 -- slow import
    from scheduler.reconciling.sync import suggest as take_in  # noqa: PLC0415 -- slow import
    from scheduler.suggestions import suggested_by  # noqa: PLC0415 -- slow import

    now = clock()
    documents = unannounced(settings, source)
    found: list[Event] = []
    for document in documents:
        found += suggested_by(
            "\n\n".join(section.text for section in document.sections),
            document.url,
            now,
            title=document.title,
            language=document.language,
            published=document.updated_at,
            source=source,
            scripts=document.structured,
            markup=document.markup,
            alternates=document.alternates,
            audience=document.audience.value,
        )
    if found:
        await take_in(store, source, found, now)
    announce(settings, source, documents)


async def _sync(
    settings: KnowledgeSettings,
    scheduler: SchedulerSettings,
    store: Store,
    clock: Callable[[], datetime],
) -> list[SourceReport]:
    """Read the event sources."""
    from knowledge.fetching import Fetcher  # noqa: PLC0415 -- slow import
    from scheduler.fetching import fetch_by  # noqa: PLC0415 -- slow import
    from scheduler.service import Scheduler  # noqa: PLC0415 -- slow import

    private = [host for source in scheduler.sources for host in source.allow_private_hosts]
    async with Fetcher(settings, allow_private_hosts=private) as fetcher:
        fetch = fetch_by(fetcher.fetch, SourceError)
        synced = await Scheduler(scheduler, store=store, clock=clock, fetch=fetch).sync()
        return list(synced.sources)


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


def _show(report: Report, events: Sequence[SourceReport], *, as_json: bool) -> None:
    if as_json:
        synced = [_plain(each) for each in events]
        print(json.dumps({**report.plain(), "events": synced}, ensure_ascii=False))
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
    for each in events:
        told = f"{len(each.added)} added, {len(each.changed)} changed"
        console.print(f"events {each.name}: {each.error or told}", markup=False)
    console.print(
        f"{report.chunks} chunks in the index, {report.embedded} texts embedded, "
        f"{report.seconds:.1f} s."
    )


def _plain(report: SourceReport) -> dict[str, object]:
    return {
        "name": report.name,
        "added": len(report.added),
        "changed": len(report.changed),
        "withdrawn": len(report.withdrawn),
        "unchanged": report.unchanged,
        "error": report.error,
    }


def _say(error: object, code: int) -> int:
    _errors.print(f"ingest: {error}", markup=False, highlight=False)
    return code


def _limit() -> None:
    """Let a file that swells while it is read fail alone, and not the machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(_MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _stop(_signal: int, _frame: object) -> None:
    """End at once, not when the last source is read: nothing is lost, whatever the moment."""
    _errors.show_cursor()
    os._exit(_say("Stopped. The index is as it was; what was embedded is kept.", BROKEN))


if __name__ == "__main__":
    _limit()
    load_dotenv(Path(".env"), override=False)
    signal.signal(signal.SIGINT, _stop)
    sys.exit(main())
