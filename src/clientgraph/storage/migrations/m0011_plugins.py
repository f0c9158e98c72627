"""What workspaces say of plugins, and which tables are a plugin's own."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

STATE: Final = """
    plugin TEXT NOT NULL,
    is_active {bool} NOT NULL,
    settings TEXT NOT NULL,
    secrets TEXT NOT NULL"""
INDEX: Final = "CREATE UNIQUE INDEX plugin_state_name ON plugin_state (organisation_id, plugin)"
# Of all workspaces: which tables go when a plugin is removed, even if nobody has its code any more.
TABLES: Final = "CREATE TABLE plugin_table (name TEXT PRIMARY KEY, plugin TEXT NOT NULL)"


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("plugin_state", STATE, dialect),
        INDEX,
        TABLES,
        *walls(dialect, ["plugin_state"]),
    ]
