"""Settings, read once: secrets from the environment, the rest from cscc.toml."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import load_dotenv
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from bot.platforms import PLATFORMS
from knowledge import configuration
from knowledge.configuration import Configuration, ConfigurationError, Table
from knowledge.settings import Duration, KnowledgeSettings
from scheduler.settings import SchedulerSettings

#: Where the starter's examples are reminded of: nowhere but on this machine.
TERMINAL = "console:local"
STARTER_SUBSCRIPTIONS = (
    {"address": TERMINAL, "quiet": False},
    {"address": "web:everyone/cs", "language": "cs", "quiet": False},
    {"address": "web:everyone/en", "language": "en", "quiet": False},
)

#: Secrets, and the variables they are read from: never from the file.
_SECRETS = {
    ("slack", "bot_token"): "SLACK_BOT_TOKEN",
    ("slack", "app_token"): "SLACK_APP_TOKEN",
    ("slack", "signing_secret"): "SLACK_SIGNING_SECRET",
    ("telegram", "bot_token"): "TELEGRAM_BOT_TOKEN",
    ("telegram", "webhook_secret"): "TELEGRAM_WEBHOOK_SECRET",
    ("web", "admin_token"): "CSCC_ADMIN_TOKEN",
}


#: Ports that Telegram calls, and what a secret may be made of.
WEBHOOK_PORTS = (443, 80, 88, 8443)
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f'"{name}" is no time zone; write it like "Europe/Prague"') from error
    return name


class Role(StrEnum):
    """What a process does; several may share one database."""

    #: Everything.
    ALL = "all"
    #: Hears and answers.
    BOT = "bot"
    #: Reads event sources and posts reminders.
    SCHEDULER = "scheduler"


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
    port: int = Field(default=8080, ge=0, le=65535)
    #: The port was asked for: if it is taken, that is an error.
    port_given: bool = False
    #: Where the world reaches the web part; "" : buttons send files instead of links.
    public_url: str = ""
    admin_token: SecretStr | None = None


class EditorsSettings(_Section):
    members: tuple[str, ...] = ()
    chat: str = ""


class KeepSettings(_Section):
    conversations: Duration = timedelta(hours=24)
    questions: Duration = timedelta(days=180)


class Settings(_Section):
    """All that the assistant is told."""

    language: Literal["cs", "en"] = "cs"
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Prague"
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


class Environment(configuration.Environment):
    """What the assistant takes from the environment besides."""

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str | None = None
    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None

    @field_validator("telegram_webhook_url")
    @classmethod
    def _is_called(cls, url: str | None, known: ValidationInfo) -> str | None:
        """Refuse what Telegram never calls; a Bot API server of one's own calls anything."""
        if not url or known.data.get("telegram_api_url"):
            return url
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError("Telegram calls only addresses that begin with https://")
        if (parts.port or 443) not in WEBHOOK_PORTS:
            raise ValueError("Telegram calls only the ports 443, 80, 88 and 8443")
        return url

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError(
                "Telegram takes up to 256 letters without diacritics, digits, _ and -; without "
                "this variable a secret is made from the token"
            )
        return secret

    cscc_web_host: str | None = None
    cscc_web_port: int | None = None
    cscc_public_url: str | None = None
    cscc_admin_token: SecretStr | None = None
    cscc_now: AwareDatetime | None = None


def read_dotenv() -> None:
    """Take over what `.env` says, where the environment does not say it itself.

    For the commands: whoever uses the code as a library has an environment of his own.
    """
    load_dotenv(Path(".env"), override=False)


def load(path: Path | None = None) -> Settings:
    """Read cscc.toml and the environment.

    Raises:
        ConfigurationError: one sentence that says what is wrong, where, and what to do.
    """
    environment = configuration.read_environment(Environment)
    found = configuration.read(path or environment.cscc_config)
    values = found.values
    _refuse(found)
    _share(values)
    configuration.overlay(values, configuration.shared(environment))
    configuration.overlay(values, _own(environment))
    _starter(found)
    settings = found.build(Settings, values)
    _check_addresses(found, settings)
    return settings


def without_terminal(settings: Settings) -> Settings:
    """Return settings that post nothing to a terminal: nobody sits at one."""
    kept = [one for one in settings.scheduler.subscriptions if one.address != TERMINAL]
    scheduler = settings.scheduler.model_copy(update={"subscriptions": tuple(kept)})
    return settings.model_copy(update={"scheduler": scheduler})


def _refuse(found: Configuration) -> None:
    """Refuse in the file what is only for the environment."""
    for location, variable in _SECRETS.items():
        table = found.values.get(location[0])
        if isinstance(table, dict) and location[1] in table:
            raise found.mistake(
                location,
                f"secrets do not belong in this file. Set {variable} in the environment or .env, "
                f"or {variable}_FILE to the name of a file that holds it.",
            )
    for name, variable in {"config": "CSCC_CONFIG", "now": "CSCC_NOW"}.items():
        if name in found.values:
            raise found.mistake((name,), f"this is set by the environment variable {variable}.")


def _share(values: Table) -> None:
    """Hand on to both halves what is said once, at the top of the file."""
    common = {"data_dir": values.get("data_dir"), "database_url": values.get("database_url")}
    configuration.overlay(values, {"knowledge": common, "scheduler": common})
    for name in ("language", "timezone"):
        configuration.overlay(values, {"scheduler": {name: values.get(name)}})


def _own(environment: Environment) -> Table:
    database = environment.cscc_database_url
    return {
        "data_dir": environment.cscc_data_dir,
        "database_url": database.get_secret_value() if database else None,
        "now": environment.cscc_now,
        "slack": {
            "bot_token": environment.slack_bot_token,
            "app_token": environment.slack_app_token,
            "signing_secret": environment.slack_signing_secret,
            "api_url": environment.slack_api_url,
        },
        "telegram": {
            "bot_token": environment.telegram_bot_token,
            "api_url": environment.telegram_api_url,
            "webhook_url": environment.telegram_webhook_url,
            "webhook_secret": environment.telegram_webhook_secret,
        },
        "web": {
            "host": environment.cscc_web_host,
            "port": environment.cscc_web_port,
            "public_url": environment.cscc_public_url,
            "admin_token": environment.cscc_admin_token,
        },
    }


def _starter(found: Configuration) -> None:
    """Without a file, remind of the examples on this machine; with one, leave the examples out."""
    scheduler = found.values.setdefault("scheduler", {})
    web = found.values.setdefault("web", {})
    if isinstance(web, dict):
        web.setdefault("port_given", "port" in web)
    if found.path:
        found.values["config"] = found.path
        if isinstance(scheduler, dict):
            scheduler.setdefault("sources", ())
    else:
        scheduler["subscriptions"] = [dict(each) for each in STARTER_SUBSCRIPTIONS]


def _check_addresses(found: Configuration, settings: Settings) -> None:
    for index, subscription in enumerate(settings.scheduler.subscriptions):
        if subscription.address.partition(":")[0] not in PLATFORMS:
            raise _unknown_platform(
                found, ("scheduler", "subscriptions", index, "address"), subscription.address
            )
    if settings.editors.chat and settings.editors.chat.partition(":")[0] not in PLATFORMS:
        raise _unknown_platform(found, ("editors", "chat"), settings.editors.chat)


def _unknown_platform(
    found: Configuration, location: configuration.Location, address: str
) -> ConfigurationError:
    return found.mistake(
        location,
        f'"{address}" is no address; write it like "slack:C024BE91L" or "telegram:-1001234567890".',
    )
