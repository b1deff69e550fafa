"""cscc.toml and the environment, read into settings; whatever is wrong becomes one sentence."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from knowledge.documents import Audience
from knowledge.errors import ConfigurationError
from knowledge.settings import EDITORS, KnowledgeSettings, SourceSettings

M = TypeVar("M", bound=BaseModel)
E = TypeVar("E", bound="Environment")
Table = dict[str, Any]
Location = tuple[int | str, ...]

__all__ = [
    "Configuration",
    "ConfigurationError",
    "Environment",
    "load",
    "overlay",
    "read",
    "with_answers",
]

DEFAULT = Path("cscc.toml")

#: An editor's answer is to be found soon.
ANSWERS_REFRESH = timedelta(minutes=10)

#: Values that are paths, relative to the configuration file; "*" stands for each of a list.
_PATHS: tuple[Location, ...] = (
    ("data_dir",),
    ("knowledge", "terms"),
    ("knowledge", "sources", "*", "path"),
    ("scheduler", "sources", "*", "path"),
)


class _SecretFiles(EnvSettingsSource):
    """Reads the secret `NAME` from the file that `NAME_FILE` names."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = f"{field_name}_file"
        path = self.env_vars.get(name)
        if not path or "SecretStr" not in str(field.annotation):
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{name.upper()} names {path}, which cannot be read: {_reason(error)}."
            ) from error


class Environment(BaseSettings):
    """What knowledge and scheduler take from the environment; names are those of the variables."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    cscc_config: Path | None = None
    cscc_data_dir: Path | None = None
    cscc_database_url: SecretStr | None = None
    cscc_chroma_url: SecretStr | None = None
    cscc_embeddings: str | None = None
    cscc_chat_model: str | None = None
    https_proxy: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look at the variable itself first, then at the file it is in."""
        return init_settings, env_settings, _SecretFiles(settings_cls, env_ignore_empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The tables of cscc.toml, with paths made absolute and the environment laid over them."""

    #: The file; None: there is none, and the starter's resources are used.
    path: Path | None
    values: Table
    #: The file as it stands, for telling the line of a mistake.
    text: str = field(default="", repr=False)

    def section(self, model: type[M], name: str) -> M:
        """Return one part as its settings.

        Raises:
            ConfigurationError.
        """
        return self.build(model, self.values.get(name, {}), (name,))

    def build(self, model: type[M], values: object, within: Location = ()) -> M:
        """Return `values` as settings; `within` says where in the file they stand."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            first = _worst(error)
            raise self.mistake((*within, *first["loc"]), _what(first, model)) from error

    def mistake(self, location: Location, what: str) -> ConfigurationError:
        """Return the error that says what is wrong where."""
        if self.path is None:
            return ConfigurationError(f"{_written(location)}: {what}")
        line = line_of(self.text, location)
        place = f"{self.path}, line {line}" if line else str(self.path)
        return ConfigurationError(f"{place}: {_written(location)}: {what}")


def load(path: Path | None = None) -> Configuration:
    """Read the file (without a name, that of `CSCC_CONFIG`, or cscc.toml) and the environment.

    Raises:
        ConfigurationError.
    """
    environment = read_environment(Environment)
    configuration = read(path or environment.cscc_config)
    overlay(configuration.values, shared(environment))
    return configuration


def read_environment(kind: type[E]) -> E:
    """Return the variables; a value that does not fit is named."""
    try:
        return kind()
    except SettingsError as error:
        raise ConfigurationError(str(error.__cause__ or error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]).upper()
        raise ConfigurationError(f"Environment variable {name}: {_what(first, kind)}") from error


def read(named: Path | None) -> Configuration:
    """Read the file that was named, or cscc.toml if there is one. Raises ConfigurationError."""
    if named is None and not DEFAULT.exists():
        return Configuration(path=None, values={})
    path = (named or DEFAULT).expanduser().absolute()
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"The configuration {path} does not exist. Make it (cscc.example.toml shows how), or "
            "name another with --config or CSCC_CONFIG."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {_reason(error)}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {_toml_mistake(error)}") from error
    _make_absolute(values, path.parent)
    return Configuration(path=path, values=values, text=text)


def shared(environment: Environment) -> Table:
    """Return what the environment sets in the tables of knowledge and scheduler."""
    data_dir, database = environment.cscc_data_dir, _revealed(environment.cscc_database_url)
    return {
        "knowledge": {
            "data_dir": data_dir,
            "database_url": database,
            "chroma_url": _revealed(environment.cscc_chroma_url),
            "embeddings": environment.cscc_embeddings,
            "chat_model": environment.cscc_chat_model,
            "proxy": environment.https_proxy,
        },
        "scheduler": {"data_dir": data_dir, "database_url": database},
    }


def with_answers(settings: KnowledgeSettings) -> KnowledgeSettings:
    """Add what editors answered: pages that the assistant wrote down beside its data."""
    folder = settings.data_dir / "answers"
    written = [
        SourceSettings(
            name=f"{EDITORS}{audience}",
            kind="files",
            path=os.fspath(folder / audience),
            audience=audience,
            refresh=ANSWERS_REFRESH,
            suggest_events=False,
        )
        for audience in Audience
        if any((folder / audience).glob("*.md"))
    ]
    return settings.model_copy(update={"sources": (*settings.sources, *written)})


def overlay(values: Table, over: Mapping[str, Any]) -> None:
    """Set in `values` what `over` has, table by table; None leaves what is there."""
    for name, value in over.items():
        if isinstance(value, Mapping):
            table = values.setdefault(name, {})
            if isinstance(table, dict):
                overlay(table, value)
        elif value is not None:
            values[name] = value


_HEADER = re.compile(r"^\s*\[(\[)?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*["']?([\w.-]+?)["']?\s*(?:\.[\w.-]+\s*)?=""")


def line_of(text: str, location: Location) -> int | None:
    """Return the line on which a value stands, as well as it can be told; None if it cannot."""
    wanted, found = list(location), None
    table: list[int | str] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _table(header[2], repeated=bool(header[1]), counts=counts)
            here = table
        elif key := _KEY.match(line):
            here = [*table, *key[1].split(".")]
        else:
            continue
        if here == wanted[: len(here)]:
            found = number
    return found


def _table(name: str, *, repeated: bool, counts: dict[str, int]) -> list[int | str]:
    path: list[int | str] = [part.strip().strip("\"'") for part in name.split(".")]
    if repeated:
        counts[name] = counts.get(name, -1) + 1
        return [*path, counts[name]]
    return path


def _written(location: Location) -> str:
    """Write a location as in the file: `knowledge.sources[2].kind`, counted from 1."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def _worst(error: ValidationError) -> ErrorDetails:
    """Return what to mend first: a name that is not known, since its value is missing elsewhere."""
    found = error.errors(include_url=False)
    return next((one for one in found if one["type"] == "extra_forbidden"), found[0])


def _what(error: ErrorDetails, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        return _unknown(str(error["loc"][-1]), _keys(model, error["loc"][:-1]))
    if error["type"] == "missing":
        return "this is missing; add it."
    message = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    shown = "" if error["type"] == "value_error" else f"; it is {error['input']!r}"
    return f"{message}{shown}.".replace("..", ".")


def _unknown(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1)
    if near:
        return f'there is no setting of this name. Did you mean "{near[0]}"?'
    return f"there is no setting of this name. Known here: {', '.join(known)}."


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """Return the names that are known at a location."""
    kind: Any = model
    for part in location:
        if isinstance(part, str) and part in kind.model_fields:
            annotation = kind.model_fields[part].annotation
            kind = _model_in(annotation) or kind
    return sorted(cast(type[BaseModel], kind).model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model), None)


def _toml_mistake(error: tomllib.TOMLDecodeError) -> str:
    found = re.match(r"(.*) \(at line (\d+), column (\d+)\)", str(error))
    if not found:
        return f"{error}. Mend it there; cscc.example.toml shows how each setting is written."
    return f"line {found[2]}, column {found[3]}: {found[1]}. Mend it there."


def _make_absolute(values: Table, base: Path) -> None:
    for location in _PATHS:
        *tables, name = location
        for table in _tables(values, tables):
            if isinstance(given := table.get(str(name)), str) and given:
                table[str(name)] = os.fspath(base / Path(given).expanduser())


def _tables(table: object, path: list[int | str]) -> list[Table]:
    if not path:
        return [table] if isinstance(table, dict) else []
    if path[0] == "*":
        items = table if isinstance(table, list) else []
        return [found for item in items for found in _tables(item, path[1:])]
    return _tables(table.get(path[0]), path[1:]) if isinstance(table, dict) else []


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
