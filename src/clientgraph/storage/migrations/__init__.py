"""The schema's history, oldest first. A migration that has been released is never edited."""

from clientgraph.storage.migrations import m0001_foundation
from clientgraph.storage.migrator import Migration

CORE = [
    Migration("clientgraph", "0001_foundation", m0001_foundation.statements),
]
