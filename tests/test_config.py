"""Settings: where they come from, and what is said about those that cannot be used."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from clientgraph.config import Settings, load, make_secret, without_password
from clientgraph.errors import SettingsError

URL_FIX = (
    "Use sqlite:///relative/file.db, sqlite:////absolute/file.db or "
    "postgresql://user:password@host:5432/database."
)
LIST_FIX = "Use a list of texts, or in the environment texts separated by commas."


def problems(environment: dict[str, str], file: Path | None = None) -> list[str]:
    """What is said about settings that cannot be used."""
    with pytest.raises(SettingsError) as caught:
        load(environment, file)
    return caught.value.problems


def written(folder: Path, text: str) -> Path:
    """A settings file."""
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    return file


def test_nothing_given_is_a_local_installation(tmp_path: Path, monkeypatch: Any) -> None:
    """Without a file and variables the service is for this computer, on SQLite."""
    monkeypatch.chdir(tmp_path)
    settings = load({})
    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.owner_url == settings.database_url == "sqlite:///var/clientgraph.db"


def test_environment_goes_before_the_file_and_both_before_defaults(tmp_path: Path) -> None:
    """Each setting comes from the nearest place that gives it."""
    file = written(tmp_path, 'port = 81\npool = 5\nallowed_origins = ["https://a.example"]\n')
    environment = {"CLIENTGRAPH_PORT": "82", "CLIENTGRAPH_METRICS": "no", "HOME": "/root"}
    settings = load(environment, file, {"pool": 7, "log_level": "WARNING"})
    assert (settings.port, settings.pool, settings.log_level) == (82, 5, "WARNING")
    assert settings.allowed_origins == ("https://a.example",)
    assert settings.metrics is False


def test_file_is_named_by_the_environment_or_lies_in_the_folder(
    tmp_path: Path, monkeypatch: Any
) -> None:
    """``CLIENTGRAPH_CONFIG`` names the file; else ``clientgraph.toml`` is read where it exists."""
    named = written(tmp_path, "port = 81\n")
    assert load({"CLIENTGRAPH_CONFIG": str(named)}).port == 81
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clientgraph.toml").write_text("port = 83\n")
    assert load({}).port == 83


def test_variables_of_tests_are_not_settings() -> None:
    """What tells tests their server is no mistake in the settings."""
    assert load({"CLIENTGRAPH_TEST_POSTGRES": "postgresql://x/y"}) == load({})


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("port", "0", 0),
        ("graphiql", "FALSE", False),
        ("get_queries", "1", True),
        ("plugins", "", ()),
        ("plugins", " stdnum, other ", ("stdnum", "other")),
        ("trusted_proxies", "10.0.0.0/8,127.0.0.1", ("10.0.0.0/8", "127.0.0.1")),
        ("migration_url", "", ""),
        ("database_url", "postgres://me@db/clients", "postgres://me@db/clients"),
        ("log_format", "text", "text"),
    ],
)
def test_variables_are_read(name: str, raw: str, value: Any) -> None:
    """Numbers, flags and lists are read from texts."""
    environment = {f"CLIENTGRAPH_{name.upper()}": raw}
    if name == "database_url":
        environment["CLIENTGRAPH_MIGRATION_URL"] = "postgresql://owner@db/clients"
    assert getattr(load(environment), name) == value


@pytest.mark.parametrize(
    ("name", "raw", "shown", "fix"),
    [
        ("port", "65536", "'65536'", "Use a number from 0 to 65535; 0 takes any free port."),
        ("port", "80.5", "'80.5'", "Use a number from 0 to 65535; 0 takes any free port."),
        ("pool", "0", "'0'", "Use a number of connections from 1 to 200."),
        ("graphiql", "maybe", "'maybe'", "Use true or false."),
        ("log_level", "LOUD", "'LOUD'", "Use DEBUG, INFO, WARNING or ERROR."),
        ("log_format", "xml", "'xml'", "Use json or text."),
        ("trusted_documents_mode", "on", "'on'", "Use off, prefer or only."),
        ("secret_key", "too short", "the value", "Use 32 or more random characters."),
        ("database_url", "mysql://me:pass@db/x", "the value", URL_FIX),
        ("database_url", "sqlite://file.db", "the value", URL_FIX),
        ("database_url", "postgresql://me:pass@db", "the value", URL_FIX),
        ("database_url", "postgresql://me:pass@db:port/x", "the value", URL_FIX),
    ],
)
def test_unusable_value_is_named_with_its_fix(name: str, raw: str, shown: str, fix: str) -> None:
    """The setting, where it was given, and what would do; secrets are never repeated."""
    variable = f"CLIENTGRAPH_{name.upper()}"
    assert problems({variable: raw}) == [f"{name} ({variable}): {shown} cannot be used. {fix}"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "port = true",
            "True cannot be used. Use a number from 0 to 65535; 0 takes any free port.",
        ),
        ("host = 1", "1 cannot be used. Use a text."),
        ("allowed_origins = [1]", f"[1] cannot be used. {LIST_FIX}"),
        ("ports = 1", "there is no such setting. Did you mean port?"),
    ],
)
def test_mistakes_in_the_file_are_named(tmp_path: Path, line: str, said: str) -> None:
    """The file is named, so that it can be found and corrected."""
    file = written(tmp_path, line + "\n")
    assert problems({}, file) == [f"{line.split(maxsplit=1)[0]} ({file}): {said}"]


def test_unknown_setting_lists_the_known_ones() -> None:
    """Where nothing is near, all names are shown."""
    (said,) = problems({"CLIENTGRAPH_XYZZY": "1"})
    assert said.startswith("xyzzy (CLIENTGRAPH_XYZZY): there is no such setting. Settings are: ")
    assert "database_url" in said


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Nobody should have to start the service once per mistake."""
    file = written(tmp_path, "pool = 0\n")
    environment = {"CLIENTGRAPH_PORT": "x", "CLIENTGRAPH_TRUSTED_DOCUMENTS_MODE": "only"}
    assert [said.split()[0] for said in problems(environment, file)] == [
        "pool",
        "port",
        "trusted_documents_mode:",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "config: the file {} does not exist. Name one that does."),
        (
            b"port = ",
            "config: {} is not TOML: Invalid value (at end of document). Correct that line.",
        ),
        (b"\xff", "config: {} is not TOML: "),
    ],
)
def test_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    """A named file must exist and be TOML."""
    file = tmp_path / "settings.toml"
    if content is not None:
        file.write_bytes(content)
    assert problems({}, file)[0].startswith(said.format(file))


def test_migrations_are_for_the_same_kind_of_database() -> None:
    """A SQLite file cannot be migrated through PostgreSQL."""
    (said,) = problems({"CLIENTGRAPH_MIGRATION_URL": "postgresql://owner@db/clients"})
    assert said.startswith("migration_url: it names another kind of database than database_url.")


def test_secret_is_made_once_and_read_back(tmp_path: Path) -> None:
    """48 random bytes, readable by their owner alone."""
    file = tmp_path / "var" / "secret.key"
    settings = Settings(secret_file=str(file))
    assert make_secret(settings) is True
    assert make_secret(settings) is False
    assert len(settings.secret()) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert make_secret(Settings(secret_file=str(tmp_path / "x"), secret_key="k" * 40)) is False


def test_missing_secret_says_how_to_get_one(tmp_path: Path) -> None:
    """With SQLite it is made; with PostgreSQL every host is given the same."""
    file = str(tmp_path / "secret.key")
    with pytest.raises(SettingsError, match="Run 'clientgraph migrate', which makes one"):
        Settings(secret_file=file).secret()
    postgres = Settings(secret_file=file, database_url="postgresql://me@db/clients")
    with pytest.raises(SettingsError, match="to the same 32 or more random characters on every"):
        postgres.secret()


def test_truncated_or_unreadable_secret_is_refused(tmp_path: Path) -> None:
    """A short secret would make tokens guessable; a folder is none."""
    (tmp_path / "short").write_text("abc")
    with pytest.raises(SettingsError, match="holds fewer than 32 characters"):
        Settings(secret_file=str(tmp_path / "short")).secret()
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        Settings(secret_file=str(tmp_path)).secret()


def test_secrets_are_not_shown() -> None:
    """Neither the repr of settings nor a shown URL holds a password or the secret."""
    url = "postgresql://me:hidden@db:5432/clients"
    settings = Settings(database_url=url, migration_url=url, secret_key="hidden" * 8)
    assert "hidden" not in repr(settings)
    assert without_password(url) == "postgresql://me:***@db:5432/clients"
    assert without_password("sqlite:///var/a.db") == "sqlite:///var/a.db"
