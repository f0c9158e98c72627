"""Events: notes, calls, e-mails, meetings, tasks; open to all or to some members."""

from __future__ import annotations

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.private import private_walls
from clientgraph.storage.session import Dialect

EVENT = """
    client_id {{uuid}} NOT NULL,
    contact_id {{uuid}},
    kind TEXT NOT NULL,
    is_task {{bool}} NOT NULL,
    title TEXT,
    body TEXT,
    search_text TEXT NOT NULL,
    occurred_at {{time}} NOT NULL,
    due_at {{time}},
    sort_due {{time}} NOT NULL,
    done_at {{time}},
    author_id {{uuid}},
    assignee_id {{uuid}},
    visibility TEXT NOT NULL,
    granted_to TEXT NOT NULL,
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, contact_id)
        REFERENCES contact (organisation_id, id){unlinked},
    FOREIGN KEY (organisation_id, author_id) REFERENCES member (organisation_id, id),
    FOREIGN KEY (organisation_id, assignee_id) REFERENCES member (organisation_id, id)"""

# An event outlives the contact that it concerned. SQLite cannot null one column of two.
UNLINK = """
    CREATE TRIGGER event_contact_gone AFTER DELETE ON contact BEGIN
        UPDATE event SET contact_id = NULL
        WHERE organisation_id = OLD.organisation_id AND contact_id = OLD.id;
    END"""

INDEXES = [
    "CREATE INDEX event_by_client ON event (organisation_id, client_id, occurred_at DESC, id DESC)",
    "CREATE INDEX event_by_contact"
    " ON event (organisation_id, contact_id, occurred_at DESC, id DESC)",
    "CREATE INDEX event_by_time ON event (organisation_id, occurred_at, id)",
    "CREATE INDEX event_by_kind ON event (organisation_id, kind, occurred_at, id)",
    "CREATE INDEX event_by_author ON event (organisation_id, author_id, occurred_at, id)",
    "CREATE INDEX event_by_assignee ON event (organisation_id, assignee_id, sort_due, id)",
    "CREATE INDEX event_by_creation ON event (organisation_id, created_at, id)",
    "CREATE INDEX event_by_due ON event (organisation_id, sort_due, id)",
    "CREATE INDEX event_open ON event (organisation_id, sort_due, id)"
    " WHERE is_task AND done_at IS NULL",
]


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    unlinked = "" if dialect == "sqlite" else " ON DELETE SET NULL (contact_id)"
    return [
        record_table("event", EVENT.format(unlinked=unlinked), dialect),
        *INDEXES,
        *([UNLINK] if dialect == "sqlite" else []),
        *walls(dialect, ["event"]),
        *private_walls(dialect, ["event"]),
    ]
