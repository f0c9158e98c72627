"""The schema's history, oldest first. A migration that has been released is never edited."""

from clientgraph.storage.migrations import (
    m0001_foundation,
    m0002_lists,
    m0003_custom_fields,
    m0004_events,
    m0005_policies,
    m0006_consents,
    m0007_saved_views,
    m0008_search,
    m0009_event_fields,
    m0010_templates,
    m0011_plugins,
    m0012_verifications,
    m0013_documents,
    m0014_filters,
    m0015_given_up,
    m0016_kept_ibans,
    m0017_jobs,
    m0018_files,
)
from clientgraph.storage.migrator import Migration

CORE = [
    Migration("clientgraph", "0001_foundation", m0001_foundation.statements),
    Migration("clientgraph", "0002_lists", m0002_lists.statements),
    Migration("clientgraph", "0003_custom_fields", m0003_custom_fields.statements),
    Migration("clientgraph", "0004_events", m0004_events.statements),
    Migration("clientgraph", "0005_policies", m0005_policies.statements),
    Migration("clientgraph", "0006_consents", m0006_consents.statements),
    Migration("clientgraph", "0007_saved_views", m0007_saved_views.statements),
    Migration("clientgraph", "0008_search", m0008_search.statements),
    Migration("clientgraph", "0009_event_fields", m0009_event_fields.statements),
    Migration("clientgraph", "0010_templates", m0010_templates.statements),
    Migration("clientgraph", "0011_plugins", m0011_plugins.statements),
    Migration("clientgraph", "0012_verifications", m0012_verifications.statements),
    Migration("clientgraph", "0013_documents", m0013_documents.statements),
    Migration("clientgraph", "0014_filters", m0014_filters.statements),
    Migration("clientgraph", "0015_given_up", m0015_given_up.statements),
    Migration("clientgraph", "0016_kept_ibans", m0016_kept_ibans.statements),
    Migration("clientgraph", "0017_jobs", m0017_jobs.statements),
    Migration("clientgraph", "0018_files", m0018_files.statements),
]
