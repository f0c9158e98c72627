"""How far clients have come with their invitations: the words for it, and the condition on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from typing import Final

from clientgraph.storage.conditions import Condition, one_of


class OnboardingStatus(Enum):
    """How far a client, or an invitation of it, has come."""

    NOT_INVITED = "NOT_INVITED"
    INVITED = "INVITED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


_OF_CLIENT: Final = (
    "SELECT 1 FROM client_invitation p WHERE p.organisation_id = client.organisation_id"
    " AND p.client_id = client.id"
)
_NONE: Final = Condition(f"NOT EXISTS ({_OF_CLIENT})")
_ACCEPTED: Final = Condition(f"EXISTS ({_OF_CLIENT} AND p.answer = 'ACCEPTED')")
# The last one, of a client that has accepted none.
_LAST: Final = (
    " AND NOT EXISTS (SELECT 1 FROM client_invitation q"
    " WHERE q.organisation_id = p.organisation_id AND q.client_id = p.client_id"
    " AND (q.id > p.id OR q.answer = 'ACCEPTED'))"
)


def has_come(wanted: Iterable[OnboardingStatus]) -> Condition:
    """Clients that have come so far: one of several is enough."""
    now = datetime.now(UTC)
    last = {
        OnboardingStatus.DECLINED: Condition("p.answer = 'DECLINED'"),
        OnboardingStatus.INVITED: Condition(
            "p.answer = 'OPEN' AND p.revoked_at IS NULL AND p.expires_at > ?", (now,)
        ),
        OnboardingStatus.EXPIRED: Condition(
            "p.answer = 'OPEN' AND p.expires_at <= ?"
            " AND (p.revoked_at IS NULL OR p.revoked_at >= p.expires_at)",
            (now,),
        ),
        OnboardingStatus.REVOKED: Condition("p.answer = 'OPEN' AND p.revoked_at < p.expires_at"),
    }
    whole = {OnboardingStatus.NOT_INVITED: _NONE, OnboardingStatus.ACCEPTED: _ACCEPTED}
    return one_of(
        whole[each]
        if each in whole
        else Condition(f"EXISTS ({_OF_CLIENT}{_LAST} AND {last[each].sql})", last[each].values)
        for each in wanted
    )
