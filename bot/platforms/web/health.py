"""/healthz, /readyz and /metrics: for those who watch the process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the process does."""

    #: An index is open (or none is needed in this role).
    index: bool
    #: The database answers, and takes in what is written.
    database: bool
    #: Name -> whether messages can come in.
    platforms: dict[str, bool] = field(default_factory=dict)
    #: What /metrics shows besides: (name, help, label or "") -> value by label.
    figures: dict[tuple[str, str, str], dict[str, float]] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether questions are answered; a platform that is down does not count."""
        return self.index and self.database


#: Looks how the process does.
Look = Callable[[], Awaitable[Health]]


def health_routes(look: Look) -> list[BaseRoute]:
    """Return the three addresses."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        health = await look()
        body = {
            "ready": health.ready,
            "index": health.index,
            "database": health.database,
            "platforms": {name: "up" if up else "down" for name, up in health.platforms.items()},
        }
        return JSONResponse(body, 200 if health.ready else 503)

    async def metrics(_: Request) -> Response:
        return Response(exposition(await look()), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def exposition(health: Health) -> bytes:
    """Return the figures in Prometheus' format."""
    registry = CollectorRegistry()
    registry.register(_Figures(health))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[GaugeMetricFamily]:
        health = self._health
        yield GaugeMetricFamily("cscc_ready", "Whether questions are answered.", health.ready)
        yield GaugeMetricFamily("cscc_index_open", "Whether an index is open.", health.index)
        yield GaugeMetricFamily(
            "cscc_database_up", "Whether the database answers.", health.database
        )
        platforms = {name: float(up) for name, up in health.platforms.items()}
        figures = {("cscc_platform_up", "Whether messages come in.", "platform"): platforms}
        for (name, line, label), values in (figures | health.figures).items():
            family = GaugeMetricFamily(name, line, labels=[label] if label else [])
            for key, value in values.items():
                family.add_metric([key] if label else [], value)
            yield family
