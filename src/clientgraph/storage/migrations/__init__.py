"""The schema's history, oldest first. A migration that has been released is never edited."""

from clientgraph.storage.migrations import (
    m0001_foundation,
    m0002_lists,
    m0003_custom_fields,
    m0004_events,
)
from clientgraph.storage.migrator import Migration

CORE = [
    Migration("clientgraph", "0001_foundation", m0001_foundation.statements),
    Migration("clientgraph", "0002_lists", m0002_lists.statements),
    Migration("clientgraph", "0003_custom_fields", m0003_custom_fields.statements),
    Migration("clientgraph", "0004_events", m0004_events.statements),
]
