"""Who sees what members keep from each other: the upper wall, asked by all that reads it."""

from __future__ import annotations

from enum import Enum

from clientgraph.context import Actor
from clientgraph.permissions import RANK, Role
from clientgraph.storage.conditions import (
    EVERYTHING,
    Condition,
    all_of,
    compare,
    contains,
    one_of,
)


class EventVisibility(Enum):
    """How far an event is open."""

    ORGANISATION = "ORGANISATION"
    PRIVATE = "PRIVATE"
    GRANTED = "GRANTED"


def visible(actor: Actor | None) -> Condition:
    """The events that a caller may see: open ones, its own, and those granted to it."""
    everybody = compare("visibility", "=", EventVisibility.ORGANISATION.value)
    if actor is None or actor.member_id is None:
        return everybody
    granted = all_of(
        [
            compare("visibility", "=", EventVisibility.GRANTED.value),
            contains("granted_to", str(actor.member_id)),
        ]
    )
    return one_of([everybody, compare("author_id", "=", actor.member_id), granted])


def begun_by(actor: Actor) -> Condition:
    """What a caller began; those who administer the workspace see all."""
    return EVERYTHING if RANK[actor.role] >= RANK[Role.ADMIN] else made_by(actor)


def made_by(actor: Actor) -> Condition:
    """What a caller made, by whatever token of its member, and nobody else sees."""
    own = [compare("token_id", "=", actor.token_id)]
    if actor.member_id is not None:
        own.append(compare("member_id", "=", actor.member_id))
    return one_of(own)
