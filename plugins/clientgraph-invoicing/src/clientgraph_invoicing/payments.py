"""What can be done with payments: recorded, and deleted where they were recorded in error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from clientgraph import Context, check_version, parties
from clientgraph_invoicing.mistakes import Mistakes, line, mistake
from clientgraph_invoicing.money import currency, minor
from clientgraph_invoicing.notices import note_payment
from clientgraph_invoicing.tables import (
    INVOICES,
    PAYMENTS,
    PLUGIN,
    InvoiceRow,
    InvoiceStatus,
    PaymentRow,
)
from clientgraph_invoicing.terms import terms_of

LONGEST_TEXT: Final = 140


async def record_payment(
    context: Context, client_id: UUID, draft: Mapping[str, Any], today: date
) -> PaymentRow:
    """A payment of a client, for one of its invoices or for none; raises `UserErrors`."""
    own = context.for_plugin(PLUGIN)
    terms = await terms_of(own, client_id)
    # Held, so that the client is not deleted while its money comes in.
    if terms is None or client_id not in await parties(context, [client_id], hold=True):
        raise mistake("client_id", "NOT_FOUND")
    wrong = Mistakes()
    invoice = await _invoice(context, client_id, draft.get("invoice_id"), wrong)
    usual = invoice.currency if invoice else terms.currency
    code = wrong.read("currency", lambda: currency(draft.get("currency") or usual))
    if invoice and code and code != invoice.currency:
        wrong.add("currency", "CURRENCY_OF_INVOICE", currency=invoice.currency)
    amount = draft.get("amount")
    units = None
    if not amount:
        wrong.add("amount", "REQUIRED")
    elif code is not None:
        units = wrong.read("amount", lambda: minor(amount, code))
    texts = {
        name: wrong.read(name, lambda name=name: line(draft.get(name) or "", LONGEST_TEXT))  # type: ignore[misc]
        for name in ("method", "reference")
    }
    wrong.end()
    row = await PAYMENTS.insert(
        own,
        client_id=client_id,
        invoice_id=invoice.id if invoice else None,
        paid_on=draft.get("paid_on") or today,
        amount=units,
        currency=code,
        **texts,
    )
    context.changed("CREATED", "Payment", row, client_id=client_id)
    _told_of_invoice(context, invoice)
    await note_payment(context, row, invoice)
    return row


async def delete_payment(context: Context, payment_id: UUID, expected: int | None) -> None:
    """Remove a payment that was recorded in error; raises `UserErrors`."""
    own = context.for_plugin(PLUGIN)
    row = await PAYMENTS.get(own, payment_id)
    if row is None:
        raise mistake("id", "NOT_FOUND")
    check_version(row, expected)
    await PAYMENTS.delete(own, row)
    context.changed("DELETED", "Payment", row, client_id=row.client_id)
    invoice = await INVOICES.get(own, row.invoice_id) if row.invoice_id else None
    _told_of_invoice(context, invoice)
    await note_payment(context, row, invoice, is_deleted=True)


def _told_of_invoice(context: Context, invoice: InvoiceRow | None) -> None:
    """What is open of an invoice is another sum after a payment."""
    if invoice is not None:
        context.changed("UPDATED", "Invoice", invoice, client_id=invoice.client_id)


async def _invoice(
    context: Context, client_id: UUID, invoice_id: UUID | None, wrong: Mistakes
) -> InvoiceRow | None:
    """The invoice that is paid: an issued one of the same client."""
    if invoice_id is None:
        return None
    row = await INVOICES.get(context.for_plugin(PLUGIN), invoice_id)
    if row is None or row.client_id != client_id:
        wrong.add("invoice_id", "NOT_FOUND")
        return None
    if row.status != InvoiceStatus.ISSUED.value:
        wrong.add("invoice_id", "INVOICE_NOT_ISSUED")
    return row
