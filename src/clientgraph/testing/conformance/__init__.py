"""What a plugin must bear, one suite for each kind of hook.

A suite is a class whose tests run in a subclass that says what is to be tested: a class
``TestClubs(IdentifierKindConformance)`` with ``kinds = identifier_kinds()``. All but the simplest
speak to the real service through its API, with the fixtures of `pytest_clientgraph`.
"""

from clientgraph.testing.conformance.changes import (
    AfterCommitConformance,
    BeforeChangeConformance,
)
from clientgraph.testing.conformance.documents import DocumentTemplateConformance, Press
from clientgraph.testing.conformance.events import EventKindConformance
from clientgraph.testing.conformance.fields import FieldTypeConformance
from clientgraph.testing.conformance.identifiers import IdentifierKindConformance
from clientgraph.testing.conformance.integrations import IntegrationConformance
from clientgraph.testing.conformance.keyed import KeyedRegistryConformance
from clientgraph.testing.conformance.operation import (
    HttpRouteConformance,
    PluginConformance,
    RootFieldConformance,
    SettingsConformance,
)
from clientgraph.testing.conformance.records import (
    BatchFieldConformance,
    DeletionBlockerConformance,
)
from clientgraph.testing.conformance.registries import RegistryConformance
from clientgraph.testing.conformance.removal import RemovalConformance
from clientgraph.testing.conformance.renderers import DocumentRendererConformance
from clientgraph.testing.conformance.verifiers import VerifierConformance

__all__ = [
    "AfterCommitConformance",
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
    "RootFieldConformance",
    "SettingsConformance",
    "VerifierConformance",
]
