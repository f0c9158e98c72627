"""clientgraph plugin: company and tax identifiers of the world, checked by python-stdnum."""

from __future__ import annotations

from clientgraph import IdentifierKind, hookimpl
from clientgraph_stdnum.kinds import ROWS, kind

__all__ = ["identifier_kinds"]


@hookimpl
def identifier_kinds() -> list[IdentifierKind]:
    """All kinds of the tables, about 130; no number module is imported before its first use."""
    return [kind(row) for row in ROWS.values()]
