"""clientgraph: the client-record service. Everything a plugin may import is listed here."""

from clientgraph.context import Context
from clientgraph.fields.graphql.values import CustomFieldValue
from clientgraph.fields.keys import number_key, text_key
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
    "CustomFieldValue",
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
    "number_key",
    "query",
    "subscription",
    "text_key",
]
