"""Verifications: each asking a row of its own, and the queue of those that have no answer yet."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, typed, walls
from clientgraph.storage.session import Dialect

VERIFICATION: Final = """
    client_id {uuid} NOT NULL,
    identifier_kind TEXT NOT NULL,
    identifier_value TEXT NOT NULL,
    verifier TEXT NOT NULL,
    attribution TEXT NOT NULL,
    result TEXT,
    code TEXT NOT NULL,
    evidence TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at {time},
    checked_at {time},
    valid_until {time},
    replaced_at {time},
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    CHECK ((result IS NULL) = (checked_at IS NULL)),
    CHECK ((result IS NULL) = (valid_until IS NULL)),
    CHECK ((result IS NULL) = (next_try_at IS NOT NULL))"""
# Names of verifications and of their workspaces, nothing else: it has no wall, because who works
# it off looks for what is due in all workspaces. ``due_at`` of a row with a claim is the end of it.
QUEUE: Final = """
    CREATE TABLE verification_due (
        id {uuid} PRIMARY KEY,
        workspace {uuid} NOT NULL,
        verifier TEXT NOT NULL,
        due_at {time} NOT NULL,
        claim {uuid}
    )"""
_SUBJECT: Final = "organisation_id, client_id, identifier_kind, identifier_value, verifier"
# The unique ones hold that there is one asking under way at most, and one answer that counts.
INDEXES: Final = (
    f"CREATE UNIQUE INDEX verification_under_way ON verification ({_SUBJECT}) WHERE result IS NULL",
    f"CREATE UNIQUE INDEX verification_answered ON verification ({_SUBJECT})"
    " WHERE result IS NOT NULL AND replaced_at IS NULL",
    "CREATE INDEX verification_by_client ON verification (organisation_id, client_id, id DESC)",
    "CREATE INDEX verification_due_next ON verification_due (verifier, due_at)",
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("verification", VERIFICATION, dialect),
        typed(QUEUE, dialect),
        *INDEXES,
        *walls(dialect, ["verification"]),
    ]
