"""Indexes for values of columns in which most clients are alike; an entry each for a new client."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.session import Dialect

# SQLite reads a page in its order whatever other index there is: for it they would only cost.
INDEXES: Final = tuple(
    f"CREATE INDEX client_by_{column} ON client (organisation_id, {column})"
    for column in ("country", "kind", "status")
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return list(INDEXES) if dialect == "postgres" else []
