"""The kit for tests of plugins: databases, workspaces, the API, and what every plugin must bear.

The fixtures are in `pytest_clientgraph`, which pytest finds by itself. Needs pytest:
``pip install clientgraph[testing]``.
"""

from clientgraph.testing.conformance import (
    AfterCommitConformance,
    BatchFieldConformance,
    BeforeChangeConformance,
    DeletionBlockerConformance,
    DocumentRendererConformance,
    DocumentTemplateConformance,
    EventKindConformance,
    FieldTypeConformance,
    HttpRouteConformance,
    IdentifierKindConformance,
    IntegrationConformance,
    KeyedRegistryConformance,
    PluginConformance,
    Press,
    RegistryConformance,
    RemovalConformance,
    RootFieldConformance,
    SettingsConformance,
    VerifierConformance,
)
from clientgraph.testing.conformance.half_right import half_right
from clientgraph.testing.database import ADMIN_URL, dialect_of_tests, fresh_database
from clientgraph.testing.replay import Asked, Replay, Reply, replaying
from clientgraph.testing.statements import Statements
from clientgraph.testing.workspaces import (
    Api,
    Workspace,
    Workspaces,
    begun,
    plugins_for,
    running,
    settings_for,
)

__all__ = [
    "ADMIN_URL",
    "AfterCommitConformance",
    "Api",
    "Asked",
    "BatchFieldConformance",
    "BeforeChangeConformance",
    "DeletionBlockerConformance",
    "DocumentRendererConformance",
    "DocumentTemplateConformance",
    "EventKindConformance",
    "FieldTypeConformance",
    "HttpRouteConformance",
    "IdentifierKindConformance",
    "IntegrationConformance",
    "KeyedRegistryConformance",
    "PluginConformance",
    "Press",
    "RegistryConformance",
    "RemovalConformance",
    "Replay",
    "Reply",
    "RootFieldConformance",
    "SettingsConformance",
    "Statements",
    "VerifierConformance",
    "Workspace",
    "Workspaces",
    "begun",
    "dialect_of_tests",
    "fresh_database",
    "half_right",
    "plugins_for",
    "replaying",
    "running",
    "settings_for",
]
