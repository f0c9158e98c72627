"""Mandates of clients, invitations to clients, and what clients wrote themselves."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

MANDATE: Final = """
    client_id {uuid} NOT NULL,
    scope TEXT NOT NULL,
    evidence TEXT NOT NULL,
    evidence_reference TEXT,
    wording TEXT,
    origin TEXT NOT NULL,
    signatory_name TEXT,
    signatory_position TEXT,
    signatory_email TEXT,
    signed_on DATE,
    valid_from DATE NOT NULL,
    valid_until DATE,
    revoked_on DATE,
    revocation_reason TEXT,
    recorded_by_id {uuid},
    revoked_by_id {uuid},
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, recorded_by_id) REFERENCES member (organisation_id, id),
    FOREIGN KEY (organisation_id, revoked_by_id) REFERENCES member (organisation_id, id),
    CHECK (valid_until IS NULL OR valid_until >= valid_from)"""
INVITATION: Final = """
    client_id {uuid} NOT NULL,
    contact_id {uuid},
    email TEXT NOT NULL,
    message TEXT,
    mandate_wording TEXT,
    answer TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    expires_at {time} NOT NULL,
    answered_at {time},
    revoked_at {time},
    decline_reason TEXT,
    invited_by_id {uuid},
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, invited_by_id) REFERENCES member (organisation_id, id),
    CHECK ((answer = 'OPEN') = (answered_at IS NULL))"""
FIELD_ORIGIN: Final = """
    client_id {uuid} NOT NULL,
    record_type TEXT NOT NULL,
    record_id {uuid} NOT NULL,
    field TEXT NOT NULL,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    written_at {time} NOT NULL,
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    UNIQUE (organisation_id, record_id, field)"""
INDEXES: Final = (
    "CREATE INDEX mandate_by_client ON mandate (organisation_id, client_id, id DESC)",
    "CREATE INDEX mandate_that_stands ON mandate (organisation_id, client_id, valid_from)"
    " WHERE revoked_on IS NULL",
    "CREATE INDEX invitation_by_client ON client_invitation (organisation_id, client_id, id DESC)",
    # One link at most leads to a client.
    "CREATE UNIQUE INDEX invitation_open ON client_invitation (organisation_id, client_id)"
    " WHERE answer <> 'DECLINED' AND revoked_at IS NULL",
    "CREATE INDEX field_origin_by_client ON field_origin (organisation_id, client_id, record_id)",
)


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("mandate", MANDATE, dialect),
        record_table("client_invitation", INVITATION, dialect),
        record_table("field_origin", FIELD_ORIGIN, dialect),
        *INDEXES,
        *walls(dialect, ["mandate", "client_invitation", "field_origin"]),
    ]
