"""The members who look after clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from clientgraph.context import Context
from clientgraph.organisations.assignees import assignees_of
from clientgraph.organisations.models import Member
from clientgraph.storage.links import Links

ASSIGNEES: Final = Links("client_assignee", "client", "member")


async def assignees_by_client(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, list[Member]]:
    """The members who look after each client, by name."""
    return await assignees_of(context, ASSIGNEES, client_ids)
