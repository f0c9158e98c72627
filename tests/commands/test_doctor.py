"""The doctor: each fault is found, named, and comes with what to do."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing

import pytest

from clientgraph.doctor import plugins_found, postgres_version
from clientgraph.plugins import Plugins
from clientgraph.testing import ADMIN_URL
from tests.commands.running import WITH_PLUGINS, Shell


def wrong(out: str) -> list[str]:
    """The topics of what is to be mended."""
    return [line.split()[1].rstrip(":") for line in out.splitlines() if line.startswith("WRONG")]


def test_healthy_installation_is_said_to_be_well(migrated: Shell) -> None:
    """Nothing to mend: exit code 0."""
    code, out, err = migrated("doctor")
    assert (code, err, wrong(out)) == (0, "", [])
    assert out.endswith("All is well.\n")


def test_empty_folder_is_told_what_to_do(shell: Shell) -> None:
    """Before the first migration there is neither secret nor database."""
    code, out, _ = shell("doctor")
    assert (code, wrong(out)) == (1, ["secret", "database"])
    assert "       → Run 'clientgraph migrate', which makes one.\n" in out
    assert "       → Make it: clientgraph migrate\n" in out
    assert out.endswith("To be mended: 2.\n")


def test_settings_that_cannot_be_used_are_named(shell: Shell) -> None:
    """Every mistake in the settings has a line."""
    code, out, _ = shell("doctor", CLIENTGRAPH_PORT="eighty", CLIENTGRAPH_POOL="0")
    assert (code, wrong(out)) == (1, ["settings", "settings"])
    assert "port (CLIENTGRAPH_PORT): 'eighty' cannot be used\n" in out
    assert "       → Use a number of connections from 1 to 200.\n" in out


def test_database_without_migrations_is_found(empty: Shell, dialect: str) -> None:
    """A database that is there and empty lacks every migration."""
    if dialect == "sqlite":
        with closing(sqlite3.connect(empty.folder / "test.db")) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE other (id)")
    code, out, _ = empty("doctor")
    assert (code, wrong(out)) == (1, ["migrations"])
    assert f"{len(WITH_PLUGINS)} not applied: {', '.join(WITH_PLUGINS)}\n" in out


def test_secret_that_others_can_read_is_found(shell: Shell) -> None:
    """The secret file is its owner's alone."""
    shell("migrate")
    (shell.folder / "var/secret.key").chmod(0o644)
    code, out, _ = shell("doctor", CLIENTGRAPH_PORT="0")
    assert (code, wrong(out)) == (1, ["secret"])
    assert "chmod 600 var/secret.key" in out


def test_port_in_use_is_found(migrated: Shell) -> None:
    """A port that something else listens on is named."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, _ = migrated("doctor", CLIENTGRAPH_PORT=str(port))
    assert (code, wrong(out)) == (1, ["port"])
    assert f"{port} of 127.0.0.1 cannot be used: Address already in use\n" in out


def test_database_with_another_journal_is_found(shell: Shell) -> None:
    """Without the write-ahead log readers would wait for writers."""
    shell("migrate")
    with closing(sqlite3.connect(shell.folder / "var/clientgraph.db")) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    code, out, _ = shell("doctor", CLIENTGRAPH_PORT="0")
    assert (code, wrong(out)) == (1, ["database"])
    assert "journal of kind 'delete'" in out


def test_server_that_does_not_answer_is_found(shell: Shell) -> None:
    """The URL is shown without its password."""
    code, out, _ = shell(
        "doctor",
        CLIENTGRAPH_DATABASE_URL="postgresql://me:hidden@127.0.0.1:9/db",
        CLIENTGRAPH_SECRET_KEY="s" * 40,
        CLIENTGRAPH_PORT="0",
    )
    assert (code, wrong(out)) == (1, ["database"])
    assert "postgresql://me:***@127.0.0.1:9/db cannot be reached" in out
    assert "hidden" not in out


def test_role_that_row_security_does_not_hold_is_found(shell: Shell, dialect: str) -> None:
    """A superuser is no role for the service."""
    if dialect != "postgres":
        pytest.skip("needs a PostgreSQL server")
    code, out, _ = shell(
        "doctor",
        CLIENTGRAPH_DATABASE_URL=ADMIN_URL,
        CLIENTGRAPH_SECRET_KEY="s" * 40,
        CLIENTGRAPH_PORT="0",
        PGUSER=os.environ.get("PGUSER", "postgres"),
    )
    assert (code, wrong(out)) == (1, ["role", "migrations"])
    assert "CREATE ROLE clientgraph LOGIN" in out


@pytest.mark.parametrize(
    ("number", "good"),
    [
        (140_020, False),
        (150_013, False),
        (150_014, True),
        (160_009, False),
        (160_010, True),
        (170_005, False),
        (170_006, True),
        (180_000, True),
    ],
)
def test_oldest_server_that_will_do(number: int, good: bool) -> None:
    """Releases before those of August 2025 leak through row-level security."""
    assert postgres_version(number).good is good


def test_quarantined_plugin_is_found() -> None:
    """A plugin that was left out is shown with its reason."""
    broken = Plugins({"broken": ImportError("no module named left_pad")}, {"broken": "2.0"})
    (found,) = plugins_found(broken)
    assert not found.good
    assert found.text == "broken 2.0 is quarantined: ImportError: no module named left_pad"
