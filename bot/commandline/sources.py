"""cscc sources, cscc sources check."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot import app as parts
from bot.clock import clock_from
from bot.commandline.options import Config, Json, note, print_json, print_table
from bot.commandline.times import ago, shown
from bot.errors import CommandError, UsageError
from bot.markup.plaintext import seen
from bot.settings import Settings, load
from knowledge.configuration import with_answers

if TYPE_CHECKING:
    from knowledge.overview import SourceStatus

app = typer.Typer(add_completion=False, invoke_without_command=True)


@app.callback()
def sources(ctx: typer.Context, as_json: Json = False, config: Config = None) -> None:
    """Show each source: when it was read and will be, what it holds, what failed and why."""
    if ctx.invoked_subcommand:
        return
    settings = load(config)
    found = asyncio.run(_sources(settings))
    if as_json:
        print_json(found)
        return
    print_table(
        ("Source", "Kind", "Last read", "Next", "Holds", "Age", "Trouble"),
        (_row(one, settings.timezone) for one in found),
        empty="No sources are configured.",
    )
    for one in found:
        for failure in list(one["failures"])[:20]:  # type: ignore[call-overload] # a list
            note(f"{one['name']}: {failure['url']}: {failure['error']}")


@app.command()
def check(
    url: Annotated[str, typer.Argument(help="A page's address, http…")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show as Markdown what would be read from one page."""
    from knowledge.overview import check as check_page  # noqa: PLC0415 -- slow import

    if not url.lower().startswith(("http://", "https://")):
        raise UsageError(
            f"{url}: This takes addresses of the web, such as https://example.org/page. A file is "
            "read where a source of kind files names it: cscc ingest"
        )
    settings = load(config)
    now = clock_from(settings.now)()
    found = asyncio.run(check_page(url, settings.knowledge, now))
    if found.document is None:
        raise CommandError(f"{url}: {found.reason}")
    if as_json:
        document = found.document
        print_json(
            {
                "url": document.url,
                "title": document.title,
                "language": document.language,
                "updated_at": document.updated_at,
                "sections": len(document.sections),
                "markdown": found.markdown,
            }
        )
    else:
        sys.stdout.write(seen(found.markdown).rstrip("\n") + "\n")


async def _sources(settings: Settings) -> list[dict[str, object]]:
    from knowledge.overview import sources_status  # noqa: PLC0415 -- slow import

    now = clock_from(settings.now)()
    async with parts.open_stores(settings) as stores:
        states = {one.name: one for one in await stores.scheduler.sources()}
        events = await stores.scheduler.events()
    found = [knowledge_json(one) for one in sources_status(with_answers(settings.knowledge), now)]
    for source in settings.scheduler.sources:
        state = states.get(source.name)
        last_ok = state.last_ok_at if state else None
        found.append(
            {
                "part": "events",
                "name": source.name,
                "kind": source.kind,
                "audience": source.audience,
                "last_run": state.last_run_at if state else None,
                "next_run": state.last_run_at + source.refresh if state else None,
                "holds": sum(event.source == source.name for event in events),
                "age": _age(last_ok, now),
                "error": state.error if state else "",
                "failures": [
                    {"url": name, "error": error} for name, error in (state.broken if state else ())
                ],
            }
        )
    return found


def knowledge_json(one: SourceStatus) -> dict[str, object]:
    """Return how a knowledge source fares."""
    return {
        "part": "knowledge",
        "name": one.name,
        "kind": one.kind,
        "audience": one.audience,
        "last_run": one.last_run,
        "next_run": one.next_run,
        "holds": one.documents,
        "age": one.age,
        "error": one.error,
        "failures": [{"url": each.url, "error": each.error} for each in one.failures],
    }


def _age(since: datetime | None, now: datetime) -> timedelta | None:
    return max(now - since, timedelta()) if since else None


def _row(one: dict[str, object], timezone: str) -> tuple[object, ...]:
    last, following, age = one["last_run"], one["next_run"], one["age"]
    failures = one["failures"]
    trouble = one["error"] or (f"{len(failures)} failed" if failures else "")  # type: ignore[arg-type] # a list
    return (
        one["name"],
        f"{one['part']}: {one['kind']}",
        shown(last, timezone) if isinstance(last, datetime) else "never",
        shown(following, timezone) if isinstance(following, datetime) else "",
        one["holds"],
        ago(age) if isinstance(age, timedelta) else "",
        trouble,
    )
