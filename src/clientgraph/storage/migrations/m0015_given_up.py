"""Whether the data that a plugin keeps in a workspace was given up when the plugin was removed."""

from __future__ import annotations

from clientgraph.storage.ddl import typed
from clientgraph.storage.session import Dialect

COLUMN = "ALTER TABLE plugin_state ADD COLUMN is_given_up {bool} NOT NULL DEFAULT FALSE"


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [typed(COLUMN, dialect)]
