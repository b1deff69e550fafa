"""Settings of `scheduler`: the `[scheduler]` part of cscc.toml and what the environment adds."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scheduler.events import EventKind

#: Example events, for console and web chat only.
STARTER = Path(__file__).parent / "starter"


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(value: object) -> object:
    """Read "90s", "30m", "6h", "7d" or "2w"; other strings are refused."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\s*(\d+)\s*([smhdw])\s*", value)
    if not found:
        raise ValueError(f'"{value}" is no length of time; write it like "30m", "6h" or "7d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


#: A length of time, written "6h".
Duration = Annotated[timedelta, BeforeValidator(duration)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventSourceSettings(_Section):
    """One `[[scheduler.sources]]`."""

    name: str
    kind: Literal["ics", "jsonld", "tribe", "feed", "funding", "files"]
    url: str = ""
    #: jsonld: further pages; files: a file, folder or glob, relative to the configuration file.
    urls: tuple[str, ...] = ()
    path: str = ""
    refresh: Duration = timedelta(hours=1)
    #: True: an editor approves each item first.
    #: None: true for dates found in prose and for hosts not trusted.
    review: bool | None = None
    trusted_hosts: tuple[str, ...] = ()
    allow_private_hosts: tuple[str, ...] = ()
    audience: Literal["public", "members"] = "public"
    #: Where the source does not say.
    event_kind: EventKind = EventKind.SEMINAR
    language: str = "cs"
    topics: tuple[str, ...] = ()
    region: str = ""
    #: funding: text searched for, page size, API key.
    query: str = "***"
    example: bool = False


class SubscriptionSettings(_Section):
    """One `[[scheduler.subscriptions]]`."""

    address: str
    kinds: tuple[EventKind, ...] = ()
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    eligible: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    language: Literal["cs", "en"] | None = None
    timezone: str | None = None
    audience: Literal["public", "members"] = "public"
    #: By kind: ["7d@09:00", "1h"].
    leads: dict[EventKind, tuple[str, ...]] = Field(default_factory=dict)
    quiet: bool = True
    digest: bool = False


class SchedulerSettings(_Section):
    """All that `scheduler` is told."""

    sources: tuple[EventSourceSettings, ...] = (
        EventSourceSettings(
            name="starter", kind="files", path=str(STARTER), review=False, example=True
        ),
    )
    subscriptions: tuple[SubscriptionSettings, ...] = ()
    language: Literal["cs", "en"] = "cs"
    timezone: str = "Europe/Prague"
    data_dir: Path = Path("var")
    #: SQLAlchemy URL; "" : SQLite in data_dir.
    database_url: str = ""
    #: What becomes of a post of which nobody knows whether it arrived.
    in_doubt: Literal["resend", "report"] = "resend"
    #: Everything but the platform's call.
    dry_run: bool = False
