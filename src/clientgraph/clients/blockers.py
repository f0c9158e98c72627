"""Core's own reason against a deletion, told through the hook that plugins use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientgraph.hookspecs import DeletionBlocker, PluginContext, hookimpl

_TEXT = {
    "en": "Other clients belong to this one. Move them first.",
    "fr": "D'autres clients sont rattachés à celui-ci. Déplacez-les d'abord.",
    "nl": "Andere klanten horen bij deze klant. Verplaats die eerst.",
    "de": "Andere Kunden gehören zu diesem. Ordnen Sie sie zuerst anders zu.",
}


@hookimpl
async def deletion_blockers(
    context: PluginContext, client_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[DeletionBlocker]]:
    """A client that others belong to stays."""
    marks = ", ".join("?" for _ in client_ids)
    found = await context.select(
        f"SELECT parent_id, count(*) AS n FROM client WHERE organisation_id = ?"  # noqa: S608
        f" AND parent_id IN ({marks}) GROUP BY parent_id",
        [context.organisation_id, *client_ids],
    )
    return {
        UUID(str(row["parent_id"])): [
            DeletionBlocker(code="HAS_SUBSIDIARIES", count=int(row["n"]), message=_TEXT)
        ]
        for row in found
    }
