"""What subscriptions tell of a committed change."""

from __future__ import annotations

from enum import Enum

from clientgraph.graphql.enums import described


class ChangeAction(Enum):
    """As committed."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


described(
    ChangeAction,
    "What happened to a record.",
    CREATED="It is new.",
    UPDATED="It or a part of it changed.",
    DELETED="It is gone.",
)
