"""What a workspace chooses for itself: each policy is one of a few words."""

from __future__ import annotations

from enum import Enum


class DraftPolicy(Enum):
    """When a new client may be a draft."""

    ON_REQUEST = "ON_REQUEST"
    AUTOMATIC = "AUTOMATIC"
    NEVER = "NEVER"


class EmailUniqueness(Enum):
    """Who may have the same e-mail address."""

    STRICT = "STRICT"
    PER_CLIENT = "PER_CLIENT"
    WARN = "WARN"


class DeletionPolicy(Enum):
    """Which clients may be deleted."""

    UNLESS_BLOCKED = "UNLESS_BLOCKED"
    DRAFTS_ONLY = "DRAFTS_ONLY"
