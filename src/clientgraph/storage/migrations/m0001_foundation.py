"""Organisations, members, tokens; clients with contacts, addresses and identifiers."""

from __future__ import annotations

from clientgraph.storage.ddl import record_table, typed, walls
from clientgraph.storage.session import Dialect

TABLES = {
    "member": """
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        role TEXT NOT NULL,
        is_active {bool} NOT NULL""",
    "api_token": """
        member_id {uuid},
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        token_hash TEXT NOT NULL UNIQUE,
        hint TEXT NOT NULL,
        expires_at {time},
        last_used_at {time},
        revoked_at {time},
        FOREIGN KEY (organisation_id, member_id)
            REFERENCES member (organisation_id, id) ON DELETE CASCADE""",
    "client": """
        name TEXT NOT NULL,
        sort_name TEXT{binary} NOT NULL,
        search_text TEXT NOT NULL,
        trading_name TEXT,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        parent_id {uuid},
        reference TEXT NOT NULL,
        external_reference TEXT,
        country TEXT NOT NULL,
        is_country_default {bool} NOT NULL,
        locale TEXT,
        currency TEXT,
        website TEXT,
        email TEXT,
        phone TEXT,
        vat_regime TEXT NOT NULL,
        payment_days INTEGER,
        payment_end_of_month {bool},
        accounting_code TEXT,
        activity_code TEXT,
        iban TEXT,
        FOREIGN KEY (organisation_id, parent_id) REFERENCES client (organisation_id, id)""",
    "identifier": """
        client_id {uuid} NOT NULL,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        derived_from TEXT,
        is_exclusive {bool} NOT NULL,
        FOREIGN KEY (organisation_id, client_id)
            REFERENCES client (organisation_id, id) ON DELETE CASCADE""",
    "contact": """
        client_id {uuid} NOT NULL,
        civility TEXT,
        first_name TEXT,
        last_name TEXT,
        email TEXT,
        phone TEXT,
        mobile TEXT,
        switchboard_phone TEXT,
        position TEXT,
        locale TEXT,
        is_main {bool} NOT NULL,
        is_invoice_recipient {bool} NOT NULL,
        sort_name TEXT{binary} NOT NULL,
        search_text TEXT NOT NULL,
        FOREIGN KEY (organisation_id, client_id)
            REFERENCES client (organisation_id, id) ON DELETE CASCADE""",
    "address": """
        client_id {uuid} NOT NULL,
        label TEXT,
        kind TEXT NOT NULL,
        line1 TEXT,
        line2 TEXT,
        street_number TEXT,
        box TEXT,
        postal_code TEXT,
        city TEXT,
        sort_city TEXT{binary} NOT NULL,
        region TEXT,
        country TEXT NOT NULL,
        is_default_for_billing {bool} NOT NULL,
        FOREIGN KEY (organisation_id, client_id)
            REFERENCES client (organisation_id, id) ON DELETE CASCADE""",
}

INDEXES = [
    "CREATE UNIQUE INDEX member_email ON member (organisation_id, email)",
    "CREATE INDEX api_token_member ON api_token (organisation_id, member_id)",
    "CREATE UNIQUE INDEX client_reference ON client (organisation_id, reference)",
    "CREATE UNIQUE INDEX client_external_reference ON client (organisation_id, external_reference)"
    " WHERE external_reference IS NOT NULL",
    "CREATE INDEX client_by_name ON client (organisation_id, sort_name, id)",
    "CREATE INDEX client_by_creation ON client (organisation_id, created_at, id)",
    "CREATE INDEX client_by_update ON client (organisation_id, updated_at, id)",
    "CREATE INDEX client_parent ON client (organisation_id, parent_id, sort_name, id)",
    "CREATE UNIQUE INDEX identifier_exclusive ON identifier (organisation_id, kind, value)"
    " WHERE is_exclusive",
    "CREATE INDEX identifier_value ON identifier (organisation_id, value, kind)",
    "CREATE UNIQUE INDEX identifier_kind ON identifier (organisation_id, client_id, kind)",
    "CREATE UNIQUE INDEX contact_main ON contact (organisation_id, client_id) WHERE is_main",
    "CREATE UNIQUE INDEX contact_invoice_recipient ON contact (organisation_id, client_id)"
    " WHERE is_invoice_recipient",
    "CREATE INDEX contact_by_name ON contact (organisation_id, sort_name, id)",
    "CREATE INDEX contact_by_client ON contact (organisation_id, client_id, id)",
    "CREATE UNIQUE INDEX address_main ON address (organisation_id, client_id) WHERE kind = 'MAIN'",
    "CREATE UNIQUE INDEX address_default_for_billing ON address (organisation_id, client_id)"
    " WHERE is_default_for_billing",
    "CREATE INDEX address_by_client ON address (organisation_id, client_id, id)",
    "CREATE INDEX address_by_postal_code ON address (organisation_id, postal_code)",
    "CREATE INDEX address_by_city ON address (organisation_id, sort_city)",
    "CREATE INDEX idempotency_age ON idempotency (created_at)",
]

ORGANISATION = """
    CREATE TABLE organisation (
        id {uuid} PRIMARY KEY,
        version INTEGER NOT NULL,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL,
        slug TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        country TEXT NOT NULL,
        locale TEXT NOT NULL,
        currency TEXT NOT NULL,
        payment_days INTEGER NOT NULL,
        payment_end_of_month {bool} NOT NULL,
        requirements TEXT NOT NULL,
        next_reference INTEGER NOT NULL
    )"""

IDEMPOTENCY = """
    CREATE TABLE idempotency (
        organisation_id {uuid} NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
        actor TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        response TEXT,
        created_at {time} NOT NULL,
        PRIMARY KEY (organisation_id, actor, key)
    )"""


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    tables = [record_table(name, columns, dialect) for name, columns in TABLES.items()]
    return [
        typed(ORGANISATION, dialect),
        typed(IDEMPOTENCY, dialect),
        *tables,
        *INDEXES,
        *walls(dialect, ["organisation", "idempotency", *TABLES]),
    ]
