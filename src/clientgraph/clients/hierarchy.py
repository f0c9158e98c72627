"""Parent companies: one workspace, no cycles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.drafts import Checked
from clientgraph.storage.conditions import any_of
from clientgraph.storage.rows import one_at_a_time, organisation_of, rows

DEEPEST: Final = 20
# Far beyond what there can be; so that a circle, which there never should be, comes to an end.
_FARTHEST: Final = 50
_ABOVE: Final = """WITH RECURSIVE above (id, parent_id, depth) AS (
    SELECT id, parent_id, 1 FROM client WHERE organisation_id = ? AND {start}
    UNION SELECT c.id, c.parent_id, above.depth + 1 FROM client c
    JOIN above ON c.id = above.parent_id WHERE c.organisation_id = ? AND above.depth <= ?)
    SELECT DISTINCT id, parent_id FROM above WHERE parent_id IS NOT NULL"""
_BELOW: Final = """WITH RECURSIVE below (id, parent_id, depth) AS (
    SELECT id, parent_id, 1 FROM client WHERE organisation_id = ? AND {start}
    UNION SELECT c.id, c.parent_id, below.depth + 1 FROM client c
    JOIN below ON c.parent_id = below.id WHERE c.organisation_id = ? AND below.depth <= ?)
    SELECT DISTINCT id, parent_id FROM below WHERE parent_id IS NOT NULL"""


@dataclass(frozen=True)
class Move:
    """A client that gets the parent in ``checked``; None for a new one."""

    client: Client | None
    checked: Checked

    @property
    def parent_id(self) -> UUID | None:
        """The parent that it is to have, if any."""
        found: UUID | None = self.checked.values.get("parent_id")
        return found


async def check_parents(context: Context, moves: Sequence[Move]) -> None:
    """Note a mistake when a parent is nowhere, is the client or below it, or is too deep.

    Of several moves each must hold whether or not the others are made: what is above a client
    before them and what is after them both count.
    """
    moves = [move for move in moves if move.parent_id is not None]
    if not moves:
        return
    # Two moves at once could each be fine and together close a circle.
    await one_at_a_time(context.session, "hierarchy")
    wanted = {move.parent_id for move in moves if move.parent_id is not None}
    known = {row.id: row for row in await rows(context.session, Client).filter(id__in=list(wanted))}
    tree = await _tree(context, known, [move.client.id for move in moves if move.client])
    for move in moves:
        parent = known.get(move.parent_id) if move.parent_id else None
        if parent is None:
            move.checked.add(("parent",), "NOT_FOUND")
            continue
        below = tree.height(move.client.id) if move.client else 0
        if move.client is not None and tree.is_above(move.client.id, parent.id):
            move.checked.add(("parent",), "CYCLE", name=parent.name)
        elif tree.depth(parent.id) + below > DEEPEST:
            move.checked.add(("parent",), "TOO_DEEP", deepest=DEEPEST)
        elif move.client is not None:
            tree.add(move.client.id, parent.id)


class _Tree:
    """Who is above whom, now or after moves."""

    def __init__(self) -> None:
        self._parents: dict[UUID, set[UUID]] = {}
        self._children: dict[UUID, set[UUID]] = {}

    def add(self, child: UUID, parent: UUID) -> None:
        """One more parent of a client."""
        self._parents.setdefault(child, set()).add(parent)
        self._children.setdefault(parent, set()).add(child)

    def is_above(self, upper: UUID, lower: UUID) -> bool:
        """Whether the one is the other or above it."""
        return any(upper in level for level in self._levels(lower, self._parents))

    def depth(self, client_id: UUID) -> int:
        """How many levels there are from a client up, its own included."""
        return sum(1 for _ in self._levels(client_id, self._parents))

    def height(self, client_id: UUID) -> int:
        """How many levels there are below a client."""
        return sum(1 for _ in self._levels(client_id, self._children)) - 1

    @staticmethod
    def _levels(start: UUID, onwards: dict[UUID, set[UUID]]) -> Iterable[set[UUID]]:
        level, left = {start}, _FARTHEST
        while level and left:
            yield level
            level = {each for client_id in level for each in onwards.get(client_id, ())}
            left -= 1


async def _tree(context: Context, upper: Iterable[UUID], lower: Sequence[UUID]) -> _Tree:
    """All that is above some clients, and all that is below others."""
    tree, session = _Tree(), context.session
    own = organisation_of(session)
    for sql, ids in ((_ABOVE, list(upper)), (_BELOW, lower)):
        if not ids:
            continue
        start = any_of(session.dialect, "id", ids)
        values = [own, *start.values, own, _FARTHEST]
        for row in await session.select(sql.format(start=start.sql), values):
            tree.add(UUID(str(row["id"])), UUID(str(row["parent_id"])))
    return tree
