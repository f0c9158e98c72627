"""What migrations are written with: types by dialect, record tables, PostgreSQL's wall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clientgraph.storage.session import Dialect

TYPES: Mapping[Dialect, Mapping[str, str]] = {
    "sqlite": {
        "uuid": "CHAR(36)",
        "bool": "INTEGER",
        "time": "TIMESTAMP",
        "bytes": "BLOB",
        "binary": "",
    },
    "postgres": {
        "uuid": "UUID",
        "bool": "BOOLEAN",
        "time": "TIMESTAMPTZ",
        "bytes": "BYTEA",
        "binary": ' COLLATE "C"',
    },
}

_SETTING = "nullif(current_setting('clientgraph.{}', true), '')"
_OWN = "{key} = " + _SETTING.format("organisation") + "::uuid"
_ALSO_READABLE = {
    "api_token": "token_hash = " + _SETTING.format("credential"),
    # Read through the policy above: the member of that token.
    "member": "id = (SELECT member_id FROM api_token WHERE token_hash = "
    + _SETTING.format("credential")
    + ")",
    "client_invitation": "token_hash = " + _SETTING.format("credential"),
    "organisation": _SETTING.format("operator") + " = 'on'",
}


def typed(template: str, dialect: Dialect) -> str:
    """A statement with ``{uuid}``, ``{bool}``, ``{time}``, ``{bytes}``, ``{binary}`` filled in."""
    return template.format_map(TYPES[dialect])


def record_table(name: str, columns: str, dialect: Dialect) -> str:
    """A table of records: id, workspace, version and times, then its own columns.

    ``UNIQUE (organisation_id, id)`` is what composite foreign keys point at: a row can only refer
    to a row of its own workspace.
    """
    return typed(
        f"""
    CREATE TABLE {name} (
        id {{uuid}} PRIMARY KEY,
        organisation_id {{uuid}} NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        created_at {{time}} NOT NULL,
        updated_at {{time}} NOT NULL,
        {columns.strip()},
        UNIQUE (organisation_id, id)
    )""",
        dialect,
    )


def walls(dialect: Dialect, tables: Iterable[str]) -> list[str]:
    """Row-level security for tables of a workspace. SQLite's wall stands on each connection."""
    if dialect == "sqlite":
        return []
    made: list[str] = []
    for table in tables:
        own = _OWN.format(key="id" if table == "organisation" else "organisation_id")
        made += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY workspace ON {table} USING ({own}) WITH CHECK ({own})",
        ]
        if table in _ALSO_READABLE:
            made.append(
                f"CREATE POLICY presented ON {table} FOR SELECT USING ({_ALSO_READABLE[table]})"
            )
    return made
