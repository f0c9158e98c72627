"""Parent companies: one workspace, no cycles."""

from __future__ import annotations

from uuid import UUID

from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.drafts import Checked
from clientgraph.storage.rows import find, one_at_a_time, organisation_of

DEEPEST = 20


async def check_parent(context: Context, checked: Checked, client: Client | None) -> None:
    """Note a mistake when the parent is nowhere, is the client or below it, or is too deep."""
    parent_id: UUID | None = checked.values.get("parent_id")
    if parent_id is None:
        return
    # Two moves at once could each be fine and together close a circle.
    await one_at_a_time(context.session, "hierarchy")
    parent = await find(context.session, Client, parent_id)
    if parent is None:
        checked.add(("parent",), "NOT_FOUND")
        return
    above = await ancestors(context, parent_id)
    if client is not None and client.id in above:
        checked.add(("parent",), "CYCLE", name=parent.name)
    elif len(above) + (await height(context, client.id) if client else 0) > DEEPEST:
        checked.add(("parent",), "TOO_DEEP", deepest=DEEPEST)


async def ancestors(context: Context, client_id: UUID) -> list[UUID]:
    """The client and everything above it, nearest first."""
    found = await context.session.select(
        "WITH RECURSIVE above (id, parent_id, depth) AS ("
        " SELECT id, parent_id, 1 FROM client WHERE organisation_id = ? AND id = ?"
        " UNION ALL SELECT c.id, c.parent_id, above.depth + 1 FROM client c"
        " JOIN above ON c.id = above.parent_id"
        " WHERE c.organisation_id = ? AND above.depth <= 50)"
        " SELECT id FROM above ORDER BY depth",
        [organisation_of(context.session), client_id, organisation_of(context.session)],
    )
    return [UUID(str(row["id"])) for row in found]


async def height(context: Context, client_id: UUID) -> int:
    """How many levels of clients are below the client."""
    found = await context.session.select(
        "WITH RECURSIVE below (id, depth) AS ("
        " SELECT id, 0 FROM client WHERE organisation_id = ? AND id = ?"
        " UNION ALL SELECT c.id, below.depth + 1 FROM client c"
        " JOIN below ON c.parent_id = below.id"
        " WHERE c.organisation_id = ? AND below.depth <= 50)"
        " SELECT max(depth) AS deepest FROM below",
        [organisation_of(context.session), client_id, organisation_of(context.session)],
    )
    return int(found[0]["deepest"])
