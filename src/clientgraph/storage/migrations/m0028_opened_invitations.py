"""The link of an invitation is opened once."""

from __future__ import annotations

from clientgraph.storage.session import Dialect

_TIME = {"sqlite": "TIMESTAMP", "postgres": "TIMESTAMPTZ"}


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [f"ALTER TABLE client_invitation ADD COLUMN opened_at {_TIME[dialect]}"]
