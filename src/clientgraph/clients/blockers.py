"""Core's own reasons against a deletion, told through the hook that plugins use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientgraph.contract.records import DeletionBlocker, PluginContext
from clientgraph.hookspecs import hookimpl

_TEXTS = {
    "HAS_SUBSIDIARIES": {
        "en": "Other clients belong to this one. Move them first.",
        "fr": "D'autres clients sont rattachés à celui-ci. Déplacez-les d'abord.",
        "nl": "Andere klanten horen bij deze klant. Verplaats die eerst.",
        "de": "Andere Kunden gehören zu diesem. Ordnen Sie sie zuerst anders zu.",
    },
    "NOT_A_DRAFT": {
        "en": "This workspace deletes drafts only. Deactivate the client instead.",
        "fr": "Cet espace ne supprime que des brouillons. Désactivez plutôt le client.",
        "nl": "Deze werkruimte verwijdert alleen concepten. Deactiveer de klant.",
        "de": "Dieser Arbeitsbereich löscht nur Entwürfe. Deaktivieren Sie den Kunden.",
    },
}


@hookimpl
async def deletion_blockers(
    context: PluginContext, client_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[DeletionBlocker]]:
    """A client that others belong to stays; where the policy says so, all but drafts do."""
    marks = ", ".join("?" for _ in client_ids)
    found = await context.select(
        f"SELECT parent_id AS id, 'HAS_SUBSIDIARIES' AS code, count(*) AS n FROM client"  # noqa: S608
        f" WHERE organisation_id = ? AND parent_id IN ({marks}) GROUP BY parent_id"
        " UNION ALL SELECT c.id, 'NOT_A_DRAFT', 1 FROM client c"
        " JOIN organisation o ON o.id = c.organisation_id"
        " AND coalesce(c.deletion_policy, o.deletion_policy) = 'DRAFTS_ONLY'"
        f" WHERE c.organisation_id = ? AND c.status <> 'DRAFT' AND c.id IN ({marks}) ORDER BY 2",
        [context.organisation_id, *client_ids, context.organisation_id, *client_ids],
    )
    blockers: dict[UUID, list[DeletionBlocker]] = {}
    for row in found:
        code = str(row["code"])
        blocker = DeletionBlocker(code=code, count=int(row["n"]), message=_TEXTS[code])
        blockers.setdefault(UUID(str(row["id"])), []).append(blocker)
    return blockers
