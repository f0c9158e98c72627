"""Who wrote an event, to whom it is granted, and who may hear of it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from clientgraph.context import Actor
from clientgraph.events.models import Event
from clientgraph.visibility import EventVisibility


def is_author(actor: Actor | None, event: Event) -> bool:
    """Whether the caller wrote the event; what no member wrote is nobody's."""
    return actor is not None and actor.member_id is not None and actor.member_id == event.author_id


def audience(event: Event) -> frozenset[UUID] | None:
    """The members who may know of the event; None for the whole workspace."""
    if event.visibility == EventVisibility.ORGANISATION.value:
        return None
    return frozenset(granted_members(event)) | ({event.author_id} if event.author_id else set())


def either(one: frozenset[UUID] | None, other: frozenset[UUID] | None) -> frozenset[UUID] | None:
    """Those who are in one audience or the other."""
    return None if one is None or other is None else one | other


def granted_members(event: Event) -> list[UUID]:
    """The members that the event is granted to."""
    return [UUID(each) for each in event.granted_to.split(",") if each]


def granted_text(members: Iterable[UUID]) -> str:
    """Members as the column ``granted_to`` holds them."""
    return ",".join(sorted(map(str, members)))
