"""Saved views: shared ones, and those that a member keeps to itself."""

from __future__ import annotations

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.private import private_walls
from clientgraph.storage.session import Dialect

SAVED_VIEW = """
    name TEXT NOT NULL,
    sort_name TEXT{binary} NOT NULL,
    on_list TEXT NOT NULL,
    conditions TEXT NOT NULL,
    search TEXT,
    orders TEXT NOT NULL,
    custom_order TEXT,
    columns TEXT NOT NULL,
    include_inactive {bool} NOT NULL,
    author_id {uuid},
    visibility TEXT NOT NULL,
    granted_to TEXT NOT NULL,
    FOREIGN KEY (organisation_id, author_id)
        REFERENCES member (organisation_id, id) ON DELETE CASCADE"""

INDEXES = [
    "CREATE INDEX saved_view_by_name ON saved_view (organisation_id, on_list, sort_name, id)",
    "CREATE INDEX saved_view_by_author ON saved_view (organisation_id, author_id)",
]


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("saved_view", SAVED_VIEW, dialect),
        *INDEXES,
        *walls(dialect, ["saved_view"]),
        *private_walls(dialect, ["saved_view"]),
    ]
