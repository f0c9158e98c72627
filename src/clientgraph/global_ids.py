"""Global ids: what the API hands out for a row. Opaque to callers; here, type and UUID."""

from __future__ import annotations

from uuid import UUID


def encode(type_name: str, row_id: UUID) -> str:
    """The id of a row of a GraphQL type, e.g. ``client_0192f…`` (32 hex digits)."""
    return f"{type_name.lower()}_{row_id.hex}"


def decode(type_name: str, global_id: str) -> UUID | None:
    """The row's UUID; None when the text is not an id of that type."""
    prefix, _, digits = global_id.partition("_")
    if prefix != type_name.lower() or len(digits) != 32:
        return None
    try:
        found = UUID(hex=digits)
    except ValueError:
        return None
    return found if found.hex == digits else None
