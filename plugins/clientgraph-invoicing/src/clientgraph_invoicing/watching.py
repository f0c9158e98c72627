"""What follows from what was committed: histories, letters, and what deleted clients leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from clientgraph import PluginContext, RecordChange, hookimpl
from clientgraph_invoicing import notices, welcome

# What goes with its client, and which rows of it.
_LEFT: Final = {
    "invoicing_invoice": "status = 'DRAFT' AND ",
    "invoicing_notice": "",
    "invoicing_welcome": "",
}


@hookimpl
async def after_commit(context: PluginContext, changes: Sequence[RecordChange]) -> None:
    """Forget deleted clients, tell what became of invoices, welcome new clients."""
    gone = [each.id for each in changes if (each.type, each.action) == ("Client", "DELETED")]
    await _forget(context, gone)
    if any(each.type in ("Invoice", "Payment") for each in changes):
        await notices.tell(context)
    await welcome.welcome(context, changes)


async def _forget(context: PluginContext, client_ids: Sequence[UUID]) -> None:
    """Drafts, notices and letters of clients that are gone."""
    if not client_ids:
        return
    marks = ", ".join("?" * len(client_ids))
    for table, which in _LEFT.items():
        await context.execute(
            f"DELETE FROM {table} WHERE {which}client_id IN ({marks})",  # noqa: S608
            client_ids,
        )
