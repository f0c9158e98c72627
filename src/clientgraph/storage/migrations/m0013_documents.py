"""The workspace's bank accounts, and files that were rendered, kept until they were fetched."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

# An account that is kept for a client goes with it, and never becomes the default one.
ACCOUNT: Final = """
    label TEXT NOT NULL,
    holder TEXT NOT NULL,
    iban TEXT NOT NULL,
    bic TEXT,
    bank TEXT,
    is_default {bool} NOT NULL,
    client_id {uuid},
    archived_at {time},
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE"""
DOCUMENT: Final = """
    template TEXT NOT NULL,
    filename TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content {bytes} NOT NULL,
    expires_at {time} NOT NULL"""
INDEXES: Final = (
    "CREATE UNIQUE INDEX bank_account_iban ON bank_account (organisation_id, iban)",
    "CREATE UNIQUE INDEX bank_account_of_client ON bank_account (organisation_id, client_id)"
    " WHERE client_id IS NOT NULL AND archived_at IS NULL",
    "CREATE UNIQUE INDEX bank_account_default ON bank_account (organisation_id) WHERE is_default",
    "CREATE INDEX bank_account_by_client ON bank_account (organisation_id, client_id)",
    "CREATE INDEX rendered_document_expiry ON rendered_document (organisation_id, expires_at)",
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("bank_account", ACCOUNT, dialect),
        record_table("rendered_document", DOCUMENT, dialect),
        *INDEXES,
        *walls(dialect, ["bank_account", "rendered_document"]),
    ]
