"""Global ids: what the API hands out for a row. Opaque to callers; here, type and UUID."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID


@lru_cache(maxsize=256)
def prefix_of(type_name: str) -> str:
    """What the ids of a GraphQL type begin with, e.g. ``client``."""
    return type_name.lower()


def prefix(global_id: str) -> str:
    """The part of an id that tells its type."""
    return global_id.partition("_")[0]


def encode(type_name: str, row_id: UUID) -> str:
    """The id of a row of a GraphQL type, e.g. ``client_0192f…`` (32 hex digits)."""
    return f"{prefix_of(type_name)}_{row_id.hex}"


def decode(type_name: str, global_id: str) -> UUID | None:
    """The row's UUID; None when the text is not an id of that type."""
    found_prefix, _, digits = global_id.partition("_")
    if found_prefix != prefix_of(type_name) or len(digits) != 32:
        return None
    try:
        found = UUID(hex=digits)
    except ValueError:
        return None
    return found if found.hex == digits else None
