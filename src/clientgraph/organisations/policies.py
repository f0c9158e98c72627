"""What a workspace chooses for itself, or for single clients: each policy is one of a few words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from clientgraph import values
from clientgraph.drafts import Checked, Cleaner, Draft, clean
from clientgraph.requirements import PRESETS


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


def _requirements(value: str) -> str:
    if value not in PRESETS:
        raise values.ValueProblem("UNKNOWN_PRESET", known=", ".join(sorted(PRESETS)))
    return value


def _one_of(kind: type[Enum]) -> Cleaner:
    return lambda value: kind(value).value


FIELD: Final = "policies"
# Those that a client may have of its own.
OF_CLIENTS: Final[Mapping[str, Cleaner]] = {
    "requirements": _requirements,
    "email_uniqueness": _one_of(EmailUniqueness),
    "deletion_policy": _one_of(DeletionPolicy),
}
# How a client begins is up to its template, or to the workspace.
OF_TEMPLATES: Final[Mapping[str, Cleaner]] = {**OF_CLIENTS, "draft_policy": _one_of(DraftPolicy)}


def take_policies(draft: Draft, known: Mapping[str, Cleaner], checked: Checked) -> dict[str, Any]:
    """The policies that a draft names, null for those of the workspace; mistakes are noted."""
    if FIELD not in draft:
        return {}
    given = dict.fromkeys(known) if draft[FIELD] is None else draft[FIELD]
    own = clean(given, known)
    checked.include(own, FIELD)
    return own.values
