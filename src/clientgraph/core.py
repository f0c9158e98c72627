"""What the service itself brings through the hooks that plugins use."""

from __future__ import annotations

from collections.abc import Iterable

from clientgraph.clients.blockers import deletion_blockers
from clientgraph.clients.graphql.references import CLIENT_REFERENCE
from clientgraph.contract.fields import FieldType
from clientgraph.events.kinds import event_kinds
from clientgraph.fields.builtin import BUILTIN
from clientgraph.hookspecs import hookimpl

__all__ = ["deletion_blockers", "event_kinds", "field_types"]


@hookimpl
def field_types() -> Iterable[FieldType]:
    """The types of custom fields that ship with the service."""
    return [*BUILTIN, CLIENT_REFERENCE]
