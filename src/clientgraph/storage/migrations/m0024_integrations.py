"""What plugins do for single clients: which clients are linked with what, by which template."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

LINK: Final = """
    client_id {uuid} NOT NULL,
    integration TEXT NOT NULL,
    plugin TEXT NOT NULL,
    template_id {uuid},
    linked_by_id {uuid},
    UNIQUE (organisation_id, client_id, integration),
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, template_id) REFERENCES client_template (organisation_id, id),
    FOREIGN KEY (organisation_id, linked_by_id) REFERENCES member (organisation_id, id)"""
INDEX: Final = (
    "CREATE INDEX client_integration_clients ON client_integration"
    " (organisation_id, integration, client_id)"
)
COLUMN: Final = "ALTER TABLE client_template ADD COLUMN integrations TEXT"


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("client_integration", LINK, dialect),
        INDEX,
        COLUMN,
        *walls(dialect, ["client_integration"]),
    ]
