"""What state a database is in, for those who run it; and its failures, told in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final, NamedTuple

import asyncpg
from tortoise.exceptions import DBConnectionError, OperationalError

from clientgraph.storage.migrator import connect

# RETURNING, which the service uses, came with this release (sqlite.org/releaselog).
LOWEST_SQLITE: Final = (3, 35, 0)
SQLITE: Final = sqlite3.sqlite_version_info
with closing(sqlite3.connect(":memory:")) as _library:
    HAS_FTS5: Final = bool(
        _library.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]
    )
_WAIT: Final = 2.0
_FIX: Final = (
    "Check database_url and migration_url, that the server runs and that the role may connect."
)


class DatabaseProblem(Exception):
    """A database that cannot be used; the message says why and what to do."""


class Server(NamedTuple):
    """A PostgreSQL server and the role of a connection; ``free``: row security does not hold it."""

    version: int
    role: str
    free: bool


@contextmanager
def told_plainly(shown: str) -> Iterator[None]:
    """Turns failures of the database, which is ``shown`` by this name, into `DatabaseProblem`."""
    try:
        yield
    except (sqlite3.OperationalError, OperationalError) as error:
        raise DatabaseProblem(_unusable(shown, error)) from error
    except sqlite3.DatabaseError as error:
        raise DatabaseProblem(
            f"{shown} is no database of this service: {error}. Name another, or restore a backup."
        ) from error
    except asyncpg.PostgresError as error:
        raise DatabaseProblem(f"PostgreSQL refuses {shown}: {error}. {_FIX}") from error
    except (OSError, DBConnectionError, asyncpg.InterfaceError, TimeoutError) as error:
        reason = getattr(error, "strerror", None) or error or type(error).__name__
        raise DatabaseProblem(f"{shown} cannot be reached: {reason}. {_FIX}") from error


def _unusable(shown: str, error: Exception) -> str:
    if "locked" in str(error):
        return f"{shown} is locked by another program. Stop that program, or wait, and try again."
    fix = "See that its folder exists and that this user may write to both."
    return f"{shown} cannot be used: {error}. {fix}"


def journal_mode(path: str) -> str:
    """How a SQLite file keeps its journal: ``wal`` once it was migrated."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=_WAIT)) as database:
        found: str = database.execute("PRAGMA journal_mode").fetchone()[0]
        return found


async def server(url: str) -> Server:
    """The server behind a URL, as its role sees it."""
    connection = await connect(url)
    try:
        version = int(await connection.fetchval("SHOW server_version_num"))
        row = await connection.fetchrow(
            "SELECT rolname AS name, rolsuper OR rolbypassrls AS free"
            " FROM pg_roles WHERE rolname = current_user"
        )
    finally:
        await connection.close()
    return Server(version, row["name"], row["free"])
