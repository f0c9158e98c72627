"""SQLite's wall, on every connection: a session sees the rows of its scope and nothing else.

A temporary view hides each table that has an ``organisation_id``: the name ``client`` means "the
clients of this session's workspace", whatever the SQL says. Writes go to the table itself and are
checked by temporary triggers; an authorizer refuses any other way in, and everything that could
take the wall down again.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from clientgraph.storage import private
from clientgraph.storage.scope import Scope, parameters

_WRITE = re.compile(r'^\s*(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# The only way past the views is the schema's name, which SQLite also takes in any quotes.
_PAST_THE_VIEW = re.compile(r"\bmain\b", re.IGNORECASE)
_DENY_TEXT = "row of another workspace or member"
_REFUSAL = "access to the tables themselves is prohibited"
_ALSO_VISIBLE = {
    "api_token": " OR token_hash = cg_credential()",
    "member": " OR id = (SELECT member_id FROM main.api_token WHERE token_hash = cg_credential())",
    "client_invitation": " OR token_hash = cg_credential()",
    "organisation": " OR cg_operator() = 'on'",
}
# What sessions do. Anything else (DDL, PRAGMA, ATTACH…) could take the wall down.
_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_UPDATE,
        sqlite3.SQLITE_DELETE,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
    }
)
_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
# What FTS5 asks on the session's connection: whether others wrote; and, to set itself up anew when
# the schema has changed, for numbers of the catalogue's rows.
_OF_INDEXES = frozenset(
    {
        (sqlite3.SQLITE_PRAGMA, "data_version", None),
        (sqlite3.SQLITE_READ, "sqlite_master", "ROWID"),
    }
)
# Texts of statements are those of our code, and differ by what is selected and filtered.
_KNOWN_STATEMENTS: Final = 512
# Bytes of the file that a reader sees as memory: as many as SQLite can. The system lends them.
_MAPPED: Final = 0x7FFF0000
NO_SCOPE: Final = parameters(Scope())


class Wall:
    """What stands between one connection and its sessions; ``scope`` is that of the open one."""

    def __init__(self, *, read_only: bool) -> None:
        self.read_only = read_only
        self.scope = NO_SCOPE
        # What ``PRAGMA query_only`` may be set to just now.
        self.setting = ""
        self.walled: frozenset[str] = frozenset()
        self.indexes: frozenset[str] = frozenset()
        self._inside_indexes: re.Pattern[str] | None = None
        # To the authorizer a view and a CTE of its name look alike, so nobody may know the names.
        self._mark = f"wall_{secrets.token_hex(8)}_"
        self._writing = False
        self._ways = lru_cache(maxsize=_KNOWN_STATEMENTS)(self._way)

    def connect(self, file: str, wait: float, **options: Any) -> sqlite3.Connection:
        """A connection behind this wall; others that hold the file are waited for, in seconds.

        A reader waits for nobody: whoever holds one decides when to try again.
        """
        raw = sqlite3.connect(file, isolation_level=None, **options)
        raw.row_factory = sqlite3.Row
        pragmas = {
            "journal_mode": "WAL",
            "foreign_keys": "ON",
            # Without it, rows that INSERT OR REPLACE removes pass by the triggers.
            "recursive_triggers": "ON",
            "synchronous": "FULL",
            "busy_timeout": int(wait * 1000),
        }
        for name, value in pragmas.items():
            raw.execute(f"PRAGMA {name}={value}")
        for name in self.scope:
            raw.create_function(f"cg_{name}", 0, self._reader(name), deterministic=True)
        self._raise_on(raw)
        return raw

    def _raise_on(self, raw: sqlite3.Connection) -> None:
        """Hide the tables that exist now behind views and triggers."""
        tables = raw.execute(
            "SELECT m.name FROM main.sqlite_master m WHERE m.type = 'table' AND "
            "(m.name = 'organisation' OR EXISTS (SELECT 1 FROM pragma_table_info(m.name) c "
            "WHERE c.name = 'organisation_id'))"
        )
        self.walled = frozenset(row[0] for row in tables.fetchall())
        for table in sorted(self.walled):
            for statement in wall_statements(table, self._mark):
                raw.execute(statement)
        found = raw.execute(
            "SELECT name FROM main.sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
        )
        self.indexes = frozenset(row[0] for row in found.fetchall())
        if self.indexes:
            names = "|".join(map(re.escape, sorted(self.indexes)))
            self._inside_indexes = re.compile(rf"\b(?:{names})_", re.IGNORECASE)
        # SQLite sets json_each up at its first use, which looks like DDL to the authorizer.
        raw.execute("SELECT value FROM json_each('[]')").fetchall()
        if self.read_only:
            raw.execute("PRAGMA query_only=ON")
            raw.execute("PRAGMA busy_timeout=0")
            # Else each page of the file that is looked at is a call of the system.
            raw.execute(f"PRAGMA mmap_size={_MAPPED}")
        raw.set_authorizer(self._authorize)

    def route(self, sql: str) -> str:
        """Send a write past the view to the guarded table; leave reads as they are.

        Raises `sqlite3.DatabaseError` when such a write names another way past the views, and for
        SQL that names what an index is made of: FTS5 alone may touch that, by statements of its
        own, which no authorizer can tell from others.
        """
        routed, self._writing = self._ways(sql)
        return routed

    def _way(self, sql: str) -> tuple[str, bool]:
        """A statement as it is sent, and whether it writes past a view."""
        if self._inside_indexes is not None and self._inside_indexes.search(sql):
            raise sqlite3.DatabaseError(_REFUSAL)
        found = _WRITE.match(sql)
        if found is None or found[2] not in self.walled:
            return sql, False
        if _PAST_THE_VIEW.search(sql):
            raise sqlite3.DatabaseError(_REFUSAL)
        return f'{sql[: found.start(1)]}{found[1]} main."{found[2]}"{sql[found.end() :]}', True

    def _reader(self, name: str) -> Callable[[], str]:
        return lambda: self.scope[name]

    def _authorize(
        self, action: int, table: str | None, column: str | None, db: str | None, by: str | None
    ) -> int:
        ours = action == sqlite3.SQLITE_PRAGMA and (table, column) == ("query_only", self.setting)
        if ours or (action, table, column) in _OF_INDEXES:
            return sqlite3.SQLITE_OK
        # Only what happens to documents changes their index, by triggers.
        if action not in _ALLOWED or (action in _WRITES and table in self.indexes and by is None):
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and db in ("main", "temp") and table is not None:
            inside = self._writing or (by is not None and by.startswith(self._mark))
            walled = db == "main" and table in self.walled
            if table.startswith("sqlite_") or (walled and not inside):
                return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


def wall_statements(table: str, mark: str) -> list[str]:
    """The temporary views and triggers that keep one table's rows in their workspace.

    ``mark`` begins the names of all that may look at the table itself.
    """
    key = "id" if table == "organisation" else "organisation_id"
    visible = f"{key} = cg_organisation()" + _ALSO_VISIBLE.get(table, "")
    kept = private.condition(table)
    if kept is not None:
        visible += f" AND {kept}"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_DENY_TEXT}'); END"
    new, old = (f"{row}.{key} IS NOT cg_organisation()" for row in ("NEW", "OLD"))
    guard = f"CREATE TEMP TRIGGER {mark}{table}"
    return [
        f'CREATE TEMP VIEW {mark}{table} AS SELECT * FROM main."{table}" WHERE {visible}',
        f'CREATE TEMP VIEW "{table}" AS SELECT * FROM {mark}{table}',
        f'{guard}_i BEFORE INSERT ON main."{table}" WHEN {new} {refuse}',
        f'{guard}_u BEFORE UPDATE ON main."{table}" WHEN {old} OR {new} {refuse}',
        f'{guard}_d BEFORE DELETE ON main."{table}" WHEN {old} {refuse}',
        *(private.guards(table, guard, refuse) if kept is not None else []),
    ]
