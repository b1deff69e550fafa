"""Settings, read once: secrets from the environment, the rest from cscc.toml."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from knowledge.settings import KnowledgeSettings
from scheduler.settings import SchedulerSettings


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SlackSettings(_Section):
    bot_token: SecretStr | None = None
    #: Set: Socket Mode. Otherwise `signing_secret`: HTTP.
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"


class TelegramSettings(_Section):
    bot_token: SecretStr | None = None
    api_url: str = "https://api.telegram.org"
    #: Set: webhook. Otherwise polling.
    webhook_url: str = ""
    webhook_secret: SecretStr | None = None
    #: Chats whose people may read what is for members.
    members: tuple[str, ...] = ()


class WebSettings(_Section):
    host: str = "127.0.0.1"
    port: int = 8080
    #: The port was asked for: if it is taken, that is an error.
    port_given: bool = False
    #: Where the world reaches the web part; "" : buttons send files instead of links.
    public_url: str = ""
    admin_token: SecretStr | None = None


class EditorsSettings(_Section):
    members: tuple[str, ...] = ()
    chat: str = ""


class KeepSettings(_Section):
    conversations: timedelta = timedelta(hours=24)
    questions: timedelta = timedelta(days=180)


class Settings(_Section):
    """All that the assistant is told."""

    language: Literal["cs", "en"] = "cs"
    timezone: str = "Europe/Prague"
    data_dir: Path = Path("var")
    database_url: str = ""
    #: The configuration that was read; None: the starter's.
    config: Path | None = None
    #: The clock starts here (CSCC_NOW).
    now: datetime | None = None
    slack: SlackSettings = Field(default_factory=SlackSettings)
    telegram: TelegramSettings = Field(default_factory=TelegramSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    editors: EditorsSettings = Field(default_factory=EditorsSettings)
    keep: KeepSettings = Field(default_factory=KeepSettings)
    knowledge: KnowledgeSettings = Field(default_factory=KnowledgeSettings)
    scheduler: SchedulerSettings = Field(default_factory=SchedulerSettings)
