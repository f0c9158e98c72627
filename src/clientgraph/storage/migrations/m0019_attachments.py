"""Attachments: files that are kept with a client, a contact or an event, as private as that."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, typed, walls
from clientgraph.storage.private import private_walls
from clientgraph.storage.session import Dialect

ATTACHMENT: Final = """
    client_id {uuid},
    contact_id {uuid},
    event_id {uuid},
    title TEXT,
    filename TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    author_id {uuid},
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, contact_id)
        REFERENCES contact (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, event_id)
        REFERENCES event (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, author_id) REFERENCES member (organisation_id, id),
    CHECK (CASE WHEN client_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN event_id IS NULL THEN 0 ELSE 1 END = 1)"""
COLUMN: Final = "ALTER TABLE file ADD COLUMN attachment_id {uuid}"
# SQLite adds no composite foreign key to a table that exists.
REFERENCE: Final[dict[Dialect, str]] = {
    "postgres": "ALTER TABLE file ADD CONSTRAINT file_attachment"
    " FOREIGN KEY (organisation_id, attachment_id)"
    " REFERENCES attachment (organisation_id, id) ON DELETE CASCADE",
    "sqlite": """
    CREATE TRIGGER attachment_gone AFTER DELETE ON attachment BEGIN
        DELETE FROM file WHERE organisation_id = OLD.organisation_id AND attachment_id = OLD.id;
    END""",
}


def _by(place: str) -> str:
    return (
        f"CREATE INDEX attachment_by_{place} ON attachment"
        f" (organisation_id, {place}_id, created_at DESC, id DESC)"
    )


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("attachment", ATTACHMENT, dialect),
        *map(_by, ("client", "contact", "event")),
        typed(COLUMN, dialect),
        "CREATE INDEX file_by_attachment ON file (organisation_id, attachment_id, size)",
        REFERENCE[dialect],
        *walls(dialect, ["attachment"]),
        *private_walls(dialect, ["attachment"]),
    ]
