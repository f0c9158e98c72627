"""Files that were uploaded; their bytes are elsewhere."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

FILE: Final = """
    filename TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    token_id {uuid} NOT NULL,
    member_id {uuid},
    expires_at {time} NOT NULL,
    FOREIGN KEY (organisation_id, token_id) REFERENCES api_token (organisation_id, id),
    FOREIGN KEY (organisation_id, member_id) REFERENCES member (organisation_id, id)"""


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("file", FILE, dialect),
        "CREATE INDEX file_by_expiry ON file (organisation_id, expires_at)",
        *walls(dialect, ["file"]),
    ]
