"""Settings of `scheduler`: the `[scheduler]` part of cscc.toml and what the environment adds."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from scheduler.events import EventKind, Lead

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


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError) as error:
        raise ValueError(f'"{value}" is no time zone; write one like "Europe/Prague"') from error
    return value


def _lead(value: str) -> str:
    Lead.parse(value)
    return value


#: An IANA name.
Zone = Annotated[str, AfterValidator(_zone)]
#: "7d@09:00", "1h".
LeadText = Annotated[str, AfterValidator(_lead)]
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

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if self.kind == "files" and not self.path:
            raise ValueError(f'the event source "{self.name}" of kind "files" needs a path')
        if self.kind not in ("files", "funding") and not (self.url or self.urls):
            raise ValueError(f'the event source "{self.name}" of kind "{self.kind}" needs a url')
        return self


class SubscriptionSettings(_Section):
    """One `[[scheduler.subscriptions]]`."""

    address: str
    kinds: tuple[EventKind, ...] = ()
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    eligible: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    language: Literal["cs", "en"] | None = None
    timezone: Zone | None = None
    audience: Literal["public", "members"] = "public"
    #: By kind, and before registration ends: ["7d@09:00", "1h"].
    leads: dict[EventKind | Literal["registration"], tuple[LeadText, ...]] = Field(
        default_factory=dict
    )
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
    timezone: Zone = "Europe/Prague"
    data_dir: Path = Path("var")
    #: SQLAlchemy URL; "" : SQLite in data_dir.
    database_url: str = ""
    #: What becomes of a post of which nobody knows whether it arrived.
    in_doubt: Literal["resend", "report"] = "resend"
    #: Everything but the platform's call.
    dry_run: bool = False

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'two event sources are named "{name}"')
        return self
