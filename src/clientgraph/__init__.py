"""clientgraph: the client-record service. Everything a plugin may import is listed here."""

from clientgraph.context import Context
from clientgraph.graphql.fields import Info, argument, mutation, query, subscription
from clientgraph.hookspecs import (
    BatchField,
    DeletionBlocker,
    EventKind,
    FieldProblem,
    FieldType,
    IdentifierError,
    IdentifierKind,
    PluginContext,
    RecordChange,
    TypedForm,
    hookimpl,
)
from clientgraph.permissions import Permission

__all__ = [
    "BatchField",
    "Context",
    "DeletionBlocker",
    "EventKind",
    "FieldProblem",
    "FieldType",
    "IdentifierError",
    "IdentifierKind",
    "Info",
    "Permission",
    "PluginContext",
    "RecordChange",
    "TypedForm",
    "argument",
    "hookimpl",
    "mutation",
    "query",
    "subscription",
]
