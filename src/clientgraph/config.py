"""Settings: from a TOML file and the environment, read once, checked before anything starts."""

from __future__ import annotations

import difflib
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from clientgraph.errors import SettingsError

PREFIX: Final = "CLIENTGRAPH_"
DEFAULT_FILE: Final = "clientgraph.toml"
SHORTEST_SECRET: Final = 32
_SECRET_BYTES: Final = 48
# Variables of the environment that are not settings.
_OF_PLUGIN: Final = f"{PREFIX}PLUGIN__"
_FOREIGN: Final = (f"{PREFIX}CONFIG", f"{PREFIX}TOKEN", f"{PREFIX}TEST_", _OF_PLUGIN)
_MISSING: Final = object()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set; names are those of the TOML file.

    In the environment each is ``CLIENTGRAPH_`` and its name in capitals; lists are separated by
    commas. The environment goes before the file. Paths are relative to the current folder.
    """

    # What may hold a password or is secret stays out of the repr, and so out of tracebacks.
    database_url: str = field(default="sqlite:///var/clientgraph.db", repr=False)
    migration_url: str = field(default="", repr=False)
    pooler_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    secret_file: str = "var/secret.key"  # noqa: S105 - a path
    host: str = "127.0.0.1"
    port: int = 8000
    pool: int = 10
    graphiql: bool = True
    get_queries: bool = True
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    plugins: tuple[str, ...] | None = None
    plugin_folder: str = "var/plugins"
    file_folder: str = "var/files"
    file_store: str = ""
    file_store_endpoint: str = ""
    file_store_region: str = ""
    file_store_key_id: str = ""
    file_store_secret: str = field(default="", repr=False)
    attachment_megabytes: int = 10_240
    plugin: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    read_engine: bool = True
    periodic_tasks: bool = True
    jobs: int = 2
    trusted_documents: str = ""
    trusted_documents_mode: Literal["off", "prefer", "only"] = "off"
    bad_tokens_per_minute: int = 20
    metrics: bool = True
    log_format: str = "json"
    log_level: str = "INFO"

    @property
    def owner_url(self) -> str:
        """Where migrations connect: as the owner of the tables."""
        return self.migration_url or self.database_url

    def secret(self) -> str:
        """The installation's secret: given, or kept in a file; raises `SettingsError`."""
        if self.secret_key:
            return self.secret_key
        path = Path(self.secret_file)
        try:
            text = path.read_text("utf-8").strip()
        except FileNotFoundError:
            raise SettingsError([self._no_secret()]) from None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                [f"secret_file: {path} cannot be read: {_reason(error)}. Make it a readable file."]
            ) from None
        if len(text) < SHORTEST_SECRET:
            raise SettingsError(
                [
                    f"secret_file: {path} holds fewer than {SHORTEST_SECRET} characters. Restore "
                    "it from a backup, or remove it to begin anew: tokens made before stop working."
                ]
            )
        return text

    def _no_secret(self) -> str:
        if urlsplit(self.database_url).scheme == "sqlite":
            fix = "Run 'clientgraph migrate', which makes one."
        else:
            fix = (
                f"Set CLIENTGRAPH_SECRET_KEY to the same {SHORTEST_SECRET} or more random "
                "characters on every host."
            )
        return f"secret_key: there is none, and {self.secret_file} does not exist. {fix}"


def make_secret(settings: Settings) -> bool:
    """Make the secret file, for its owner alone, where the settings name no secret.

    True when it was made now; one that is there stays.
    """
    path = Path(settings.secret_file)
    if settings.secret_key or path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(_SECRET_BYTES) + "\n")
    return True


def load(
    environment: Mapping[str, str] | None = None,
    file: str | Path | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Settings:
    """Read the settings; raises `SettingsError` naming every setting that cannot be used.

    ``file`` defaults to ``CLIENTGRAPH_CONFIG``, then to ``clientgraph.toml`` where it exists.
    ``defaults`` stand in for settings that neither the file nor the environment gives.
    """
    variables = os.environ if environment is None else environment
    problems: list[str] = []
    given = _from_file(variables, file, problems)
    given |= _from_environment(variables)
    known = {item.name: item for item in fields(Settings)}
    values: dict[str, Any] = dict(defaults or {})
    for name, (raw, where) in given.items():
        if name not in known:
            problems.append(f"{name} ({where}): there is no such setting. {_nearest(name, known)}")
            continue
        value = _READERS[name](raw)
        if value is _MISSING:
            shown = "the value" if name in _UNSHOWN else repr(raw)
            problems.append(f"{name} ({where}): {shown} cannot be used. {_FIXES[name]}")
        else:
            values[name] = value
    values["plugin"] = _with_variables(values.get("plugin", {}), variables)
    settings = Settings(**values)
    problems += _combined(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def _from_file(
    variables: Mapping[str, str], file: str | Path | None, problems: list[str]
) -> dict[str, tuple[Any, str]]:
    named = file or variables.get(f"{PREFIX}CONFIG")
    path = Path(named or DEFAULT_FILE)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if named:
            problems.append(f"config: the file {path} does not exist. Name one that does.")
        return {}
    except OSError as error:
        problems.append(f"config: {path} cannot be read: {_reason(error)}. Name a readable file.")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"config: {path} is not TOML: {error}. Correct that line.")
        return {}
    return {name: (value, str(path)) for name, value in table.items()}


def _from_environment(variables: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    return {
        name.removeprefix(PREFIX).lower(): (value, name)
        for name, value in variables.items()
        if name.startswith(PREFIX) and not name.startswith(_FOREIGN)
    }


def _with_variables(
    tables: Mapping[str, Mapping[str, Any]], variables: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """The tables of plugins, with what ``CLIENTGRAPH_PLUGIN__NAME__KEY`` sets; keys in small."""
    made: dict[str, dict[str, Any]] = {name: dict(table) for name, table in tables.items()}
    for variable, value in variables.items():
        if not variable.startswith(_OF_PLUGIN):
            continue
        name, *way = variable.removeprefix(_OF_PLUGIN).lower().split("__")
        named = (each for each in made if each.replace("-", "_").lower() == name)
        table = made.setdefault(next(named, name), {})
        for key in way[:-1]:
            table[key] = table = dict(table.get(key, {}))
        table[way[-1] if way else ""] = value
    return made


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    if close := difflib.get_close_matches(name, known, n=1):
        return f"Did you mean {close[0]}?"
    return "Settings are: " + ", ".join(sorted(known)) + "."


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def without_password(url: str) -> str:
    """A database URL that may be shown."""
    return re.sub(r"(//[^/:@]*):[^@/]*@", r"\1:***@", url)


def _text(raw: Any) -> Any:
    return raw if isinstance(raw, str) else _MISSING


def _url(raw: Any) -> Any:
    if not isinstance(raw, str):
        return _MISSING
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError:
        return _MISSING
    if parts.scheme == "sqlite":
        return raw if len(parts.path) > 1 and not parts.netloc else _MISSING
    named = len(parts.path) > 1
    return raw if parts.scheme in ("postgresql", "postgres") and named else _MISSING


def _optional_url(raw: Any) -> Any:
    return raw if raw == "" else _url(raw)


def _bucket(raw: Any) -> Any:
    return raw if raw == "" or re.fullmatch(r"s3://[a-z0-9.-]+(/.*)?", str(raw)) else _MISSING


def _web_address(raw: Any) -> Any:
    return raw if raw == "" or re.fullmatch(r"https?://[^\s/@]+/?", str(raw)) else _MISSING


def _flag(raw: Any) -> Any:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    return raw if isinstance(raw, bool) else words.get(str(raw).lower(), _MISSING)


def _whole(lowest: int, highest: int) -> Callable[[Any], Any]:
    def read(raw: Any) -> Any:
        if isinstance(raw, bool | float):
            return _MISSING
        try:
            value = int(raw)
        except (TypeError, ValueError):
            return _MISSING
        return value if lowest <= value <= highest else _MISSING

    return read


def _listed(raw: Any) -> Any:
    if isinstance(raw, str):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    fits = isinstance(raw, list) and all(isinstance(part, str) for part in raw)
    return tuple(raw) if fits else _MISSING


def _tables(raw: Any) -> Any:
    fits = isinstance(raw, dict) and all(isinstance(table, dict) for table in raw.values())
    return raw if fits else _MISSING


def _one_of(*words: str) -> Callable[[Any], Any]:
    return lambda raw: raw if raw in words else _MISSING


def _secret(raw: Any) -> Any:
    return raw if isinstance(raw, str) and len(raw) >= SHORTEST_SECRET else _MISSING


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "database_url": _url,
    "migration_url": _optional_url,
    "pooler_url": _optional_url,
    "secret_key": _secret,
    "secret_file": _text,
    "host": _text,
    "port": _whole(0, 65535),
    "pool": _whole(1, 200),
    "graphiql": _flag,
    "get_queries": _flag,
    "allowed_origins": _listed,
    "trusted_proxies": _listed,
    "plugins": _listed,
    "plugin_folder": _text,
    "file_folder": _text,
    "file_store": _bucket,
    "file_store_endpoint": _web_address,
    "file_store_region": _text,
    "file_store_key_id": _text,
    "file_store_secret": _text,
    "attachment_megabytes": _whole(0, 100_000_000),
    "plugin": _tables,
    "read_engine": _flag,
    "periodic_tasks": _flag,
    "jobs": _whole(0, 100),
    "trusted_documents": _text,
    "trusted_documents_mode": _one_of("off", "prefer", "only"),
    "bad_tokens_per_minute": _whole(1, 1_000_000),
    "metrics": _flag,
    "log_format": _one_of("json", "text"),
    "log_level": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
}
_DATABASE_FIX = (
    "Use sqlite:///relative/file.db, sqlite:////absolute/file.db or "
    "postgresql://user:password@host:5432/database."
)
_FLAG_FIX = "Use true or false."
_TEXT_FIX = "Use a text."
_LIST_FIX = "Use a list of texts, or in the environment texts separated by commas."
_UNSHOWN: Final = frozenset(
    {"database_url", "migration_url", "pooler_url", "plugin", "secret_key", "file_store_secret"}
)
_FIXES: Final[Mapping[str, str]] = {
    "database_url": _DATABASE_FIX,
    "migration_url": _DATABASE_FIX,
    "pooler_url": "Use postgresql://user:password@host:6432/database.",
    "secret_key": f"Use {SHORTEST_SECRET} or more random characters.",
    "secret_file": _TEXT_FIX,
    "host": _TEXT_FIX,
    "port": "Use a number from 0 to 65535; 0 takes any free port.",
    "pool": "Use a number of connections from 1 to 200.",
    "graphiql": _FLAG_FIX,
    "get_queries": _FLAG_FIX,
    "allowed_origins": _LIST_FIX,
    "trusted_proxies": _LIST_FIX,
    "plugins": _LIST_FIX,
    "plugin_folder": _TEXT_FIX,
    "file_folder": _TEXT_FIX,
    "file_store": "Use s3://bucket or s3://bucket/prefix.",
    "file_store_endpoint": "Use an address such as https://s3.example.com.",
    "file_store_region": _TEXT_FIX,
    "file_store_key_id": _TEXT_FIX,
    "file_store_secret": _TEXT_FIX,
    "attachment_megabytes": "Use a number from 0 to 100000000; 0 takes no attachments.",
    "plugin": "Use a table for each plugin: [plugin.NAME].",
    "read_engine": _FLAG_FIX,
    "periodic_tasks": _FLAG_FIX,
    "jobs": "Use a number of jobs from 0 to 100; 0 leaves them to 'clientgraph worker'.",
    "trusted_documents": "Use the path of a JSON file that maps ids to documents.",
    "trusted_documents_mode": "Use off, prefer or only.",
    "bad_tokens_per_minute": "Use a number from 1 to 1000000.",
    "metrics": _FLAG_FIX,
    "log_format": "Use json or text.",
    "log_level": "Use DEBUG, INFO, WARNING or ERROR.",
}


def _combined(settings: Settings) -> list[str]:
    problems = []
    if settings.trusted_documents_mode != "off" and not settings.trusted_documents:
        problems.append(
            "trusted_documents_mode: there are no documents to trust. Name their file in "
            "trusted_documents, or use off."
        )
    urls = (settings.database_url, settings.owner_url)
    if len({_scheme(url) == "sqlite" for url in urls}) > 1:
        problems.append(
            "migration_url: it names another kind of database than database_url. Name the same "
            "database, as the owner of its tables."
        )
    if settings.pooler_url and "sqlite" in map(_scheme, (settings.pooler_url, urls[0])):
        problems.append(
            "pooler_url: only PostgreSQL has poolers. Leave it empty, or name PostgreSQL in "
            "database_url, too."
        )
    return problems


def _scheme(url: str) -> str:
    return urlsplit(url).scheme
