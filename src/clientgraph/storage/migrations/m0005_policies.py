"""Policies of a workspace: rules of required fields, drafts, e-mails, deletions, features."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, typed, walls
from clientgraph.storage.session import Dialect

RULE: Final = """
    path TEXT NOT NULL,
    countries TEXT NOT NULL,
    channels TEXT NOT NULL,
    is_required {bool} NOT NULL"""
COLUMNS: Final = (
    "ALTER TABLE organisation ADD COLUMN draft_policy TEXT NOT NULL DEFAULT 'ON_REQUEST'",
    "ALTER TABLE organisation ADD COLUMN email_uniqueness TEXT NOT NULL DEFAULT 'STRICT'",
    "ALTER TABLE organisation ADD COLUMN deletion_policy TEXT NOT NULL DEFAULT 'UNLESS_BLOCKED'",
    "ALTER TABLE organisation ADD COLUMN features TEXT NOT NULL DEFAULT '{{}}'",
    "ALTER TABLE client ADD COLUMN email_key TEXT{binary}",
    "ALTER TABLE contact ADD COLUMN email_key TEXT{binary}",
)
WITH_EMAIL: Final = ("client", "contact")


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("requirement_rule", RULE, dialect),
        "CREATE UNIQUE INDEX requirement_rule_scope ON requirement_rule"
        " (organisation_id, path, countries, channels)",
        *(typed(column, dialect) for column in COLUMNS),
        *(statement for table in WITH_EMAIL for statement in _keys(table, dialect)),
        *(
            f"CREATE INDEX {table}_by_email ON {table} (organisation_id, email_key)"
            for table in WITH_EMAIL
        ),
        *walls(dialect, ["requirement_rule"]),
    ]


def _keys(table: str, dialect: Dialect) -> list[str]:
    """The rows of every workspace; on PostgreSQL the owner steps over the wall meanwhile."""
    fill = f"UPDATE {table} SET email_key = lower(email) WHERE email IS NOT NULL"
    if dialect == "sqlite":
        return [fill]
    return [
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        fill,
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
    ]
