"""clientgraph: the client-record service. Everything a plugin may import is listed here."""

from clientgraph.hookspecs import (
    BatchField,
    DeletionBlocker,
    IdentifierError,
    IdentifierKind,
    PluginContext,
    RecordChange,
    hookimpl,
)

__all__ = [
    "BatchField",
    "DeletionBlocker",
    "IdentifierError",
    "IdentifierKind",
    "PluginContext",
    "RecordChange",
    "hookimpl",
]
