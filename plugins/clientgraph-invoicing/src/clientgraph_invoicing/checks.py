"""What invoices and payments have against changes and deletions of clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from clientgraph import DeletionBlocker, Objection, PluginContext, RecordDraft, hookimpl
from clientgraph_invoicing.balances import accounts_by_client
from clientgraph_invoicing.money import decimal
from clientgraph_invoicing.words import BLOCKERS

_COUNTS: Final = """SELECT client_id, 'HAS_INVOICES' AS code, COUNT(*) AS number
    FROM invoicing_invoice WHERE status <> 'DRAFT' AND client_id IN ({marks}) GROUP BY client_id
    UNION ALL SELECT client_id, 'HAS_PAYMENTS', COUNT(*)
    FROM invoicing_payment WHERE client_id IN ({marks}) GROUP BY client_id ORDER BY 2"""


@hookimpl
async def deletion_blockers(
    context: PluginContext, client_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[DeletionBlocker]]:
    """Once invoiced, or paid, a client stays (J16); drafts of invoices go with it."""
    marks = ", ".join("?" * len(client_ids))
    rows = await context.select(_COUNTS.format(marks=marks), [*client_ids, *client_ids])
    found: dict[UUID, list[DeletionBlocker]] = {}
    for row in rows:
        code = str(row["code"])
        blocker = DeletionBlocker(code=code, count=int(row["number"]), message=BLOCKERS[code])
        found.setdefault(UUID(str(row["client_id"])), []).append(blocker)
    return found


@hookimpl
async def before_change(
    context: PluginContext, drafts: Sequence[RecordDraft]
) -> Sequence[Objection]:
    """Warn where a client that owes something goes out of use or changes its currency."""
    changes = {
        draft.id: (place, draft)
        for place, draft in enumerate(drafts)
        if draft.type == "Client" and draft.id and draft.before and _matters(draft)
    }
    accounts = await accounts_by_client(context, [*changes])
    return [
        replace(objection, draft=place)
        for client_id, (place, draft) in changes.items()
        for currency in accounts[client_id].currencies
        if (owed := accounts[client_id].of(currency).balance)
        for objection in _objections(draft, currency, f"{decimal(owed, currency)} {currency}")
    ]


def _matters(draft: RecordDraft) -> bool:
    return _goes_out_of_use(draft) or draft.values.get("currency") is not None


def _goes_out_of_use(draft: RecordDraft) -> bool:
    before = draft.before or {}
    return draft.values.get("status") == "INACTIVE" and before["status"] != "INACTIVE"


def _objections(draft: RecordDraft, currency: str, owed: str) -> list[Objection]:
    found = []
    if _goes_out_of_use(draft):
        found.append(
            Objection(path=("id",), code="OPEN_BALANCE", params={"balance": owed}, refuses=False)
        )
    wanted = draft.values.get("currency")
    if wanted is not None and wanted != currency:
        params = {"balance": owed}
        found.append(
            Objection(path=("currency",), code="OPEN_IN_CURRENCY", params=params, refuses=False)
        )
    return found
