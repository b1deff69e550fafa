"""Bring the index in line with the sources.

Read what stands in every source, agree on what the index should hold, compare that with what it
holds, and only if they differ build the next generation.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from langchain_core.embeddings import Embeddings

from knowledge.documents import Document
from knowledge.errors import ConfigurationError, SourceError
from knowledge.generations import home
from knowledge.index.building import Embedder, build, mend
from knowledge.index.home import Workplace
from knowledge.index.manifest import Manifest, matches
from knowledge.index.pages import content_hash
from knowledge.index.planning import Desired, plan
from knowledge.index.reports import Failure, Progress, Report, SourceReport, Step
from knowledge.index.state import Run, State
from knowledge.settings import KnowledgeSettings, SourceSettings
from knowledge.sources import SOURCES, Failed, Found, Memory, Reading

logger = logging.getLogger(__name__)

#: A source that loses more than this share of its documents at once is not believed.
MOST_LOST = 1 / 3

#: Sources that are read at the same time.
_PARALLEL = 4

#: Pages without a document that were not asked for so long are forgotten.
_FORGOTTEN = timedelta(days=30)


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the time, aware."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What reading one source gave."""

    source: SourceSettings
    #: Key -> hash of what it holds; None: it is not changed by this run.
    members: dict[str, str] | None = None
    before: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0


def ingest(
    settings: KnowledgeSettings,
    *,
    embeddings: Embeddings,
    names: Sequence[str] = (),
    accept_removals: bool = False,
    wait: bool = False,
    progress: Progress | None = None,
    clock: Clock,
) -> Report:
    """Read the sources of these names (all if none are given) and bring the index in line.

    Raises:
        ConfigurationError: no source has such a name.
        IngestLocked: another ingest is running, and `wait` is False.
        KnowledgeError: the index cannot be written; the one that was there is unchanged.
    """
    started = time.monotonic()
    chosen = _chosen(settings, names)
    with closing(home(settings)) as kept, kept.writing(wait=wait) as (place, state):
        began = clock()
        report = progress or (lambda _: None)
        outcomes = _read_all(chosen, settings, state, clock, report)
        for outcome in outcomes:
            _decide(outcome, accept_removals=accept_removals)
        agreed = _agreed(settings, state, outcomes, everything=not names)
        embedder = Embedder(state, embeddings, settings.embeddings)
        manifest, written = _apply(place, state, agreed, embedder, report, began)
        state.agree({name: members for name, members in agreed.items() if members is not None})
        reports = tuple(_reported(outcome) for outcome in outcomes)
        for outcome, each in zip(outcomes, reports, strict=True):
            state.record(_run(outcome, each, began))
            if outcome.members is not None:
                state.tidy(outcome.source.name, began - _FORGOTTEN)
        removed = _dropped(state, settings, everything=not names)
        return Report(
            sources=(*reports, *removed),
            chunks=manifest.chunks if manifest else 0,
            embedded=embedder.embedded,
            seconds=time.monotonic() - started,
            generation=manifest.id if manifest else "",
            written=written,
        )


def unannounced(settings: KnowledgeSettings, source: str) -> list[Document]:
    """Return the documents of a source whose events were not handed on since they changed."""
    with _remembering(settings) as state:
        if state is None:
            return []
        pages = (state.page(source, key) for key in state.unannounced(source))
        return [page.document for page in pages if page and page.document]


def announce(settings: KnowledgeSettings, source: str, documents: Iterable[Document]) -> None:
    """Remember that the events of these documents were handed on: until they change."""
    with _remembering(settings) as state:
        if state is not None:
            state.announce(source, {each.key: content_hash(each) for each in documents})


@contextmanager
def _remembering(settings: KnowledgeSettings) -> Iterator[State | None]:
    """Open the memory of ingest, if there is one."""
    with closing(home(settings)) as kept, ExitStack() as stack:
        state = kept.state()
        if state is not None:
            stack.callback(state.close)
        yield state


def _chosen(settings: KnowledgeSettings, names: Sequence[str]) -> list[SourceSettings]:
    known = [source.name for source in settings.sources]
    for name in names:
        if name not in known:
            raise ConfigurationError(
                f"There is no knowledge source {name!r}. There are: {', '.join(known) or 'none'}."
            )
    return [source for source in settings.sources if not names or source.name in names]


def _read_all(
    chosen: Sequence[SourceSettings],
    settings: KnowledgeSettings,
    state: State,
    clock: Clock,
    report: Progress,
) -> list[Outcome]:
    def read(source: SourceSettings) -> Outcome:
        reading = Reading(
            settings=settings,
            memory=Memory(state, source.name),
            clock=clock,
            looked_at=lambda done: report(Step(stage="reading", source=source.name, done=done)),
        )
        return _read(source, reading, state)

    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="source") as pool:
        return list(pool.map(read, chosen))


def _read(source: SourceSettings, reading: Reading, state: State) -> Outcome:
    outcome = Outcome(source=source, before=state.members(source.name))
    started = time.monotonic()
    members: dict[str, str] = {}
    try:
        for item in SOURCES[source.kind](source).read(reading):
            if isinstance(item, Found):
                members[item.key] = item.hash
            else:
                _keep(item, outcome, members)
        outcome.members = members
    except SourceError as error:
        outcome.error = str(error)
        logger.warning("Source %s cannot be read: %s", source.name, error)
    outcome.seconds = time.monotonic() - started
    return outcome


def _keep(item: Failed, outcome: Outcome, members: dict[str, str]) -> None:
    """A document that cannot be read now stays as it was."""
    outcome.failures.append(Failure(url=item.url, error=item.error))
    if item.key in outcome.before:
        members[item.key] = outcome.before[item.key]


def _decide(outcome: Outcome, *, accept_removals: bool) -> None:
    """Do not believe a source that suddenly lost much of what it held."""
    if outcome.members is None or accept_removals:
        return
    lost = len(outcome.before.keys() - outcome.members.keys())
    if lost > MOST_LOST * len(outcome.before):
        outcome.members = None
        outcome.error = (
            f"{lost} of its {len(outcome.before)} documents are gone at once, so nothing was "
            "changed. If that is right: cscc ingest --accept-removals"
        )
        logger.warning("Source %s: %s", outcome.source.name, outcome.error)


def _agreed(
    settings: KnowledgeSettings, state: State, outcomes: Sequence[Outcome], *, everything: bool
) -> dict[str, dict[str, str] | None]:
    """Return what every source should hold, in the order of the configuration; None: not known."""
    read = {outcome.source.name: outcome.members for outcome in outcomes}
    configured = [source.name for source in settings.sources]
    # Without names given, a source that is not configured any more holds nothing.
    others = [
        name
        for name in state.sources()
        if name not in configured and (not everything or settings.is_read_elsewhere(name))
    ]
    agreed: dict[str, dict[str, str] | None] = {}
    for name in [*configured, *others]:
        members = read.get(name)
        agreed[name] = state.members(name) or None if members is None else members
    return agreed


def _apply(
    place: Workplace,
    state: State,
    agreed: dict[str, dict[str, str] | None],
    embedder: Embedder,
    report: Progress,
    now: datetime,
) -> tuple[Manifest | None, bool]:
    """Build the next generation if it would differ; return the one that answers then."""
    manifest = place.current_manifest()
    base = manifest if manifest and matches(manifest, embedder.model) else None
    desired = [
        Desired(source=source, key=key, hash=content, signature=signature)
        for source, members in agreed.items()
        if members is not None
        for key, (content, signature) in state.hashes(source).items()
        if key in members
    ]
    # A source of which nothing is known (its state was lost, and it was not read) stays as it is.
    unknown = {source for source, members in agreed.items() if members is None}
    entries = {
        name: content
        for name, content in place.entries(base).items()
        if name.partition("\n")[0] not in unknown
    }
    steps = plan(desired, entries)
    if base and not steps:
        mend(place, base)
        return base, False
    return build(place, state, steps, embedder, base, report, now), True


def _reported(outcome: Outcome) -> SourceReport:
    before, error = outcome.before, outcome.error
    members = before if outcome.members is None else outcome.members
    where = outcome.source.url or outcome.source.path
    failures = [Failure(url=where, error=error), *outcome.failures] if error else outcome.failures
    added = members.keys() - before.keys()
    updated = [key for key in members.keys() & before.keys() if members[key] != before[key]]
    return SourceReport(
        name=outcome.source.name,
        added=len(added),
        updated=len(updated),
        unchanged=len(members) - len(added) - len(updated),
        removed=len(before.keys() - members.keys()),
        failed=tuple(failures),
        error=error,
    )


def _run(outcome: Outcome, report: SourceReport, began: datetime) -> Run:
    return Run(
        source=report.name,
        started_at=began,
        seconds=outcome.seconds,
        error=report.error,
        documents=report.added + report.updated + report.unchanged,
        added=report.added,
        updated=report.updated,
        removed=report.removed,
        failures={failure.url: failure.error for failure in outcome.failures},
    )


def _dropped(
    state: State, settings: KnowledgeSettings, *, everything: bool
) -> Iterator[SourceReport]:
    """Forget the sources that are not configured any more."""
    configured = {source.name for source in settings.sources}
    for name in state.sources() if everything else ():
        if name not in configured and not settings.is_read_elsewhere(name):
            removed = len(state.members(name))
            state.forget(name)
            yield SourceReport(name=name, removed=removed)
