"""Consents: given once, ended once, never changed; the database holds to that itself."""

from __future__ import annotations

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

CONSENT = """
    client_id {uuid} NOT NULL,
    contact_id {uuid},
    purpose TEXT NOT NULL,
    channel TEXT NOT NULL,
    status TEXT NOT NULL,
    given_at {time} NOT NULL,
    withdrawn_at {time},
    source TEXT NOT NULL,
    wording TEXT,
    evidence TEXT,
    recorded_by_id {uuid},
    withdrawn_by_id {uuid},
    FOREIGN KEY (organisation_id, client_id)
        REFERENCES client (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, contact_id)
        REFERENCES contact (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, recorded_by_id) REFERENCES member (organisation_id, id),
    FOREIGN KEY (organisation_id, withdrawn_by_id) REFERENCES member (organisation_id, id),
    CHECK ((status = 'WITHDRAWN') = (withdrawn_at IS NOT NULL))"""

# The unique ones hold that one consent at most is in force, and are what mailing lists are read by.
INDEXES = [
    "CREATE UNIQUE INDEX consent_of_contact_in_force"
    " ON consent (organisation_id, purpose, channel, contact_id)"
    " WHERE status = 'GIVEN' AND contact_id IS NOT NULL",
    "CREATE UNIQUE INDEX consent_of_client_in_force"
    " ON consent (organisation_id, purpose, channel, client_id)"
    " WHERE status = 'GIVEN' AND contact_id IS NULL",
    "CREATE INDEX consent_by_contact"
    " ON consent (organisation_id, contact_id, given_at DESC, id DESC)",
    "CREATE INDEX consent_by_client"
    " ON consent (organisation_id, client_id, given_at DESC, id DESC)",
]

_FIXED = (
    "id",
    "organisation_id",
    "client_id",
    "contact_id",
    "purpose",
    "channel",
    "given_at",
    "source",
    "wording",
    "evidence",
    "recorded_by_id",
    "created_at",
)
_REFUSAL = "a consent can be ended, not changed"


def _guard(dialect: Dialect) -> list[str]:
    """Only what is in force can be written to, and of it nothing but the end."""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _FIXED)
    when = f"BEFORE UPDATE ON consent FOR EACH ROW WHEN (OLD.status <> 'GIVEN' OR {changed})"
    if dialect == "sqlite":
        return [f"CREATE TRIGGER consent_kept {when} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"]
    return [
        "CREATE FUNCTION refuse_change_of_consent() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        f"CREATE TRIGGER consent_kept {when} EXECUTE FUNCTION refuse_change_of_consent()",
    ]


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("consent", CONSENT, dialect),
        *INDEXES,
        *_guard(dialect),
        *walls(dialect, ["consent"]),
    ]
