"""cscc deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot import app as parts
from bot.clock import clock_from
from bot.commandline.options import Config, Json, print_json, print_table
from bot.commandline.times import shown
from bot.errors import UsageError
from bot.settings import Settings, load
from scheduler.events import OUTCOMES

if TYPE_CHECKING:
    from scheduler.store.record import Delivery

app = typer.Typer(add_completion=False)

#: Noticeably later than due.
LATE = timedelta(minutes=1)
#: The record's reasons for whoever reads the table.
WORDS = {
    "began": "found only after it had begun or ended",
    "closed": "found only after the call had closed",
    "no news": "found so late that it was no news",
    "withdrawn": "no source tells of it any more, or it is not approved",
    "moved or cancelled": "the event was moved or cancelled meanwhile",
    "moved, cancelled or withdrawn": "the event was moved, cancelled or withdrawn",
    "told already": "another post had told it already",
    "nothing was told": "nothing had been told there that would have to be corrected",
    "changed again": "the event changed again before it was told",
    "nothing to tell": "there was nothing new",
    "unsubscribed": "nobody subscribes there any more",
    "paused": "the chat was paused then",
    "other leads are wanted": "the chat's subscription was given other leads",
    "audience": "the event is for members only",
    "event": "the subscription is for another event",
    "eligible": "the subscription is for others who may apply",
} | {
    field: f"the subscription is for another {field}"
    for field in ("kind", "topic", "region", "language")
}


@app.command()
def deliveries(
    address: Annotated[str, typer.Option(help='Only there: "slack:C024BE91L".')] = "",
    event: Annotated[str, typer.Option(metavar="UID", help="Only of this event.")] = "",
    outcome: Annotated[
        list[str] | None, typer.Option(help=f"Only these: {', '.join(OUTCOMES)}.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 30,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show what was sent, skipped and missed, and why; the latest first."""
    for one in outcome or ():
        if one not in OUTCOMES:
            raise UsageError(f"There is no outcome {one}; name one of: {', '.join(OUTCOMES)}.")
    settings = load(config)
    wanted: dict[str, object] = {
        "address": address,
        "event_uid": event,
        "outcomes": outcome or (),
        "limit": limit,
    }
    found = asyncio.run(_deliveries(settings, days, wanted))
    if as_json:
        print_json([delivery_json(one) for one in found])
        return
    narrowed = address or event or outcome
    print_table(
        ("Due", "To", "About", "What", "Outcome", "Why"),
        (
            (
                shown(one.due_at, settings.timezone),
                one.address,
                one.event.title if one.event else one.event_uid,
                f"{one.kind} {one.lead}".strip(),
                one.outcome,
                in_words(one, settings.timezone),
            )
            for one in found
        ),
        empty=f"Nothing of that in the last {days} days." if narrowed else "Nothing was due yet.",
    )


async def _deliveries(settings: Settings, days: int, wanted: dict[str, object]) -> list[Delivery]:
    now = clock_from(settings.now)()
    async with parts.open_stores(settings) as stores:
        if uid := str(wanted["event_uid"]):
            event = await stores.scheduler.named(uid)
            wanted = {**wanted, "event_uid": event.uid}
        outcomes: Sequence[str] = wanted["outcomes"]  # type: ignore[assignment] # as above
        return await stores.scheduler.deliveries(
            since=now - timedelta(days=days),
            decided_by=None if "scheduled" in outcomes else now,
            **wanted,  # type: ignore[arg-type] # as above
        )


def in_words(one: Delivery, timezone: str) -> str:
    """Say why it was not sent; of what was sent, what was not as usual."""
    reason, *more = one.reason.split("; ")
    said = [WORDS.get(reason, reason), *more] if reason else []
    if one.sent_at and one.sent_at - one.due_at > LATE:
        said.append(f"late, {shown(one.sent_at, timezone)}")
    if one.attempts > 1:
        said.append(f"{one.attempts} tries")
    if one.doubts:
        said.append("may have come twice")
    return "; ".join(said)


def delivery_json(one: Delivery) -> dict[str, object]:
    """Return one reminder with what became of it."""
    return {
        "due_at": one.due_at,
        "address": one.address,
        "event_uid": one.event_uid,
        "title": one.event.title if one.event else None,
        "kind": one.kind,
        "lead": one.lead or None,
        "label": one.label or None,
        "occasion": one.occasion,
        "outcome": one.outcome,
        "reason": one.reason,
        "sent_at": one.sent_at,
        "ref": one.ref or None,
        "attempts": one.attempts,
        "doubts": one.doubts,
    }
