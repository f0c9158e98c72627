"""Configuration templates for clients, and the members who look after a client."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, typed, walls
from clientgraph.storage.session import Dialect

TEMPLATE: Final = """
    name TEXT NOT NULL,
    sort_name TEXT{binary} NOT NULL,
    description TEXT,
    is_default {bool} NOT NULL,
    defaults TEXT NOT NULL,
    archived_at {time}"""
OWNERS: Final = ("client", "client_template")
COLUMN: Final = "ALTER TABLE client ADD COLUMN template_id {uuid}"
INDEXES: Final = (
    "CREATE UNIQUE INDEX client_template_name ON client_template (organisation_id, sort_name)"
    " WHERE archived_at IS NULL",
    "CREATE UNIQUE INDEX client_template_default ON client_template (organisation_id)"
    " WHERE is_default",
    "CREATE INDEX client_by_template ON client (organisation_id, template_id)",
    "CREATE INDEX client_assignee_clients ON client_assignee"
    " (organisation_id, member_id, client_id)",
)
# SQLite adds no composite foreign key to a table that exists; its one writer checks in time.
REFERENCE: Final = (
    "ALTER TABLE client ADD CONSTRAINT client_template_known"
    " FOREIGN KEY (organisation_id, template_id) REFERENCES client_template (organisation_id, id)"
)


def _assignees(owner: str) -> str:
    return f"""
    CREATE TABLE {owner}_assignee (
        organisation_id {{uuid}} NOT NULL,
        {owner}_id {{uuid}} NOT NULL,
        member_id {{uuid}} NOT NULL,
        PRIMARY KEY (organisation_id, {owner}_id, member_id),
        FOREIGN KEY (organisation_id, {owner}_id)
            REFERENCES {owner} (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, member_id) REFERENCES member (organisation_id, id)
    )"""


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("client_template", TEMPLATE, dialect),
        *(typed(_assignees(owner), dialect) for owner in OWNERS),
        typed(COLUMN, dialect),
        *INDEXES,
        *walls(dialect, ["client_template", *(f"{owner}_assignee" for owner in OWNERS)]),
        *([REFERENCE] if dialect == "postgres" else []),
    ]
