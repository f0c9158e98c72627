"""Clients may have policies of their own, which stand over those of the workspace."""

from __future__ import annotations

from clientgraph.storage.session import Dialect

COLUMNS = ("requirements", "email_uniqueness", "deletion_policy")


def statements(_dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [f"ALTER TABLE client ADD COLUMN {column} TEXT" for column in COLUMNS]
