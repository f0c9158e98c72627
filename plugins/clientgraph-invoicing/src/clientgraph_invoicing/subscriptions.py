"""Invoices of a client as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from clientgraph import (
    ChangeAction,
    Info,
    Permission,
    argument,
    column,
    computed,
    global_id,
    row_id,
    subscription,
)
from clientgraph_invoicing.types import Invoice, invoices_by_id


@strawberry.type(description="A committed change of an invoice, or of what was paid for it.")
class InvoiceChange:
    """What, and the invoice as it is now."""

    row_id: strawberry.Private[UUID]
    action: ChangeAction = column("What happened to the invoice.")
    invoice_id: strawberry.ID = column("The invoice's id.")

    @computed("The invoice as it is now; null when it is gone.")
    async def invoice(self: Any, info: Info) -> Invoice | None:
        """Read when the change is told."""
        return await info.context.load(invoices_by_id, self.row_id)


@subscription(
    Permission.CLIENTS_READ,
    "Each committed change of a client's invoices. A payment changes the invoice that it is for.",
)
async def invoice_changed(
    info: Info, client_id: Annotated[strawberry.ID, argument("The client.")]
) -> AsyncGenerator[InvoiceChange, None]:
    """Ends with the client's deletion."""
    wanted = row_id("Client", client_id)
    async for change in info.context.subscribe():
        if change.client_id != wanted:
            continue
        if change.type == "Invoice":
            yield InvoiceChange(
                row_id=change.id,
                action=ChangeAction[change.action],
                invoice_id=strawberry.ID(global_id("Invoice", change.id)),
            )
        elif (change.type, change.action) == ("Client", "DELETED"):
            return


SUBSCRIPTIONS: Final = [invoice_changed]
