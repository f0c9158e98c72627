"""For whom IBANs were ever kept, also after the client and the account are gone."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.ddl import record_table, walls
from clientgraph.storage.session import Dialect

# No reference to the client: that an IBAN was kept for it counts for longer than its record.
KEPT_IBAN: Final = """
    digest TEXT NOT NULL,
    client_id {uuid} NOT NULL"""


def statements(dialect: Dialect) -> list[str]:
    """The statements of this migration, in order."""
    return [
        record_table("kept_iban", KEPT_IBAN, dialect),
        "CREATE UNIQUE INDEX kept_iban_digest ON kept_iban (organisation_id, digest)",
        *walls(dialect, ["kept_iban"]),
    ]
