"""cscc questions."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from bot import app as parts
from bot.clock import clock_from
from bot.clusters import Cluster, clusters
from bot.commandline.options import Config, Json, print_json, print_table
from bot.settings import Settings, load

app = typer.Typer(add_completion=False)


@app.command()
def questions(
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 30,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Show what was asked and not answered, by topic, the most asked first."""
    found = asyncio.run(_questions(load(config), days))
    if as_json:
        print_json([cluster_json(cluster) for cluster in found])
        return
    print_table(
        ("Asked", "Question", "Last", "Votes"),
        (
            (
                cluster.count,
                cluster.topic,
                f"{cluster.questions[0].asked_at:%Y-%m-%d %H:%M}",
                f"+{sum(q.ups for q in cluster.questions)} "
                f"-{sum(q.downs for q in cluster.questions)}",
            )
            for cluster in found
        ),
        empty="Nothing was left unanswered.",
    )


async def _questions(settings: Settings, days: int) -> list[Cluster]:
    now = clock_from(settings.now)()
    async with parts.open_stores(settings) as stores:
        return clusters(await stores.bot.questions.unanswered(now - timedelta(days=days)))


def cluster_json(cluster: Cluster) -> dict[str, object]:
    """Return a topic without who asked."""
    return {
        "topic": cluster.topic,
        "count": cluster.count,
        "questions": [
            {
                "id": question.id,
                "question": question.question,
                "language": question.language,
                "mode": question.mode,
                "confidence": question.confidence,
                "asked_at": question.asked_at,
                "found": [url for url, _ in question.found],
                "state": question.state,
                "ups": question.ups,
                "downs": question.downs,
            }
            for question in cluster.questions
        ],
    }
