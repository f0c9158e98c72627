"""What can be done with invoices: recorded, changed and deleted as drafts, issued, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from clientgraph import Context, DocumentParty, check_version, parties
from clientgraph_invoicing.mistakes import Mistakes, line, mistake
from clientgraph_invoicing.money import currency, decimal, minor
from clientgraph_invoicing.notices import note_invoice
from clientgraph_invoicing.tables import INVOICES, PAYMENTS, PLUGIN, InvoiceRow, InvoiceStatus
from clientgraph_invoicing.terms import Terms, terms_of

Draft = Mapping[str, Any]
LONGEST_NUMBER: Final = 40


async def record_invoice(
    context: Context, client_id: UUID, draft: Draft, today: date
) -> InvoiceRow:
    """A new draft for a client; raises `UserErrors`."""
    own = context.for_plugin(PLUGIN)
    terms = await terms_of(own, client_id)
    if terms is None:
        raise mistake("client_id", "NOT_FOUND")
    given = {"kind": "INVOICE", "issued_on": today, **_present(draft)}
    values = await _checked(context, given, None, terms)
    row = await INVOICES.insert(
        own,
        client_id=client_id,
        sequence=None,
        status=InvoiceStatus.DRAFT.value,
        billed_to=None,
        **{"number": None, **values},
    )
    context.changed("CREATED", "Invoice", row, client_id=client_id)
    return row


async def update_invoice(
    context: Context, invoice_id: UUID, draft: Draft, expected: int | None
) -> InvoiceRow:
    """Change a draft; absent fields stay. Raises `UserErrors`."""
    row = await _found(context, invoice_id, expected)
    _require_draft(row)
    terms = await terms_of(context.for_plugin(PLUGIN), row.client_id)
    if terms is None:
        raise mistake("id", "NOT_FOUND")
    before = {
        "kind": row.kind,
        "issued_on": row.issued_on,
        "due_on": row.due_on,
        "currency": row.currency,
        "total": decimal(row.total, row.currency),
        "number": row.number,
    }
    values = await _checked(context, {**before, **draft}, row, terms)
    return await _changed(context, row, **values)


async def delete_invoice(context: Context, invoice_id: UUID, expected: int | None) -> None:
    """Remove a draft; what was issued stays for good."""
    row = await _found(context, invoice_id, expected)
    _require_draft(row)
    await INVOICES.delete(context.for_plugin(PLUGIN), row)
    context.changed("DELETED", "Invoice", row, client_id=row.client_id)


async def issue_invoice(context: Context, invoice_id: UUID, expected: int | None) -> InvoiceRow:
    """Give a draft its number and freeze whom it is made out to (J20)."""
    row = await _found(context, invoice_id, expected)
    _require_draft(row)
    # Held, so that the client is not deleted while it is being invoiced.
    party = (await parties(context, [row.client_id], hold=True)).get(row.client_id)
    if party is None:
        raise mistake("id", "CLIENT_GONE", row)
    numbered = {} if row.number else await _next_number(context)
    made = await _changed(
        context, row, status=InvoiceStatus.ISSUED.value, billed_to=_frozen(party), **numbered
    )
    await note_invoice(context, made)
    return made


async def cancel_invoice(context: Context, invoice_id: UUID, expected: int | None) -> InvoiceRow:
    """Have an issued invoice count no longer; it stays, with its number."""
    row = await _found(context, invoice_id, expected)
    if row.status != InvoiceStatus.ISSUED.value:
        raise mistake("id", "INVOICE_NOT_ISSUED", row)
    if await PAYMENTS.select(context.for_plugin(PLUGIN), "invoice_id = ? LIMIT 1", [row.id]):
        raise mistake("id", "INVOICE_HAS_PAYMENTS", row)
    made = await _changed(context, row, status=InvoiceStatus.CANCELLED.value)
    await note_invoice(context, made)
    return made


async def _found(context: Context, invoice_id: UUID, expected: int | None) -> InvoiceRow:
    row = await INVOICES.get(context.for_plugin(PLUGIN), invoice_id)
    if row is None:
        raise mistake("id", "NOT_FOUND")
    check_version(row, expected)
    return row


def _require_draft(row: InvoiceRow) -> None:
    if row.status != InvoiceStatus.DRAFT.value:
        raise mistake("id", "INVOICE_NOT_DRAFT", row)


async def _changed(context: Context, row: InvoiceRow, **values: Any) -> InvoiceRow:
    made = await INVOICES.update(context.for_plugin(PLUGIN), row, **values)
    context.changed("UPDATED", "Invoice", made, client_id=made.client_id)
    return made


def _present(draft: Draft) -> dict[str, Any]:
    return {name: value for name, value in draft.items() if value is not None}


async def _checked(
    context: Context, given: Draft, row: InvoiceRow | None, terms: Terms
) -> dict[str, Any]:
    """All columns that a caller decides on, cleaned; raises `UserErrors` with all mistakes."""
    wrong = Mistakes()
    for name in ("kind", "issued_on"):
        if given.get(name) is None:
            wrong.add(name, "REQUIRED")
    code = wrong.read("currency", lambda: currency(given.get("currency") or terms.currency))
    total = given.get("total")
    units = None
    if total is None:
        wrong.add("total", "REQUIRED")
    elif total <= 0:
        wrong.add("total", "AMOUNT_NOT_POSITIVE")
    elif code is not None:
        units = wrong.read("total", lambda: minor(total, code))
    number = wrong.read("number", lambda: line(given.get("number") or "", LONGEST_NUMBER))
    if number and await _is_taken(context, number, row):
        wrong.add("number", "TAKEN", value=number)
    issued_on, due_on = given.get("issued_on"), given.get("due_on")
    if due_on is None and issued_on is not None:
        due_on = terms.due_on(issued_on)
    elif due_on is not None and issued_on is not None and due_on < issued_on:
        wrong.add("due_on", "DUE_BEFORE_ISSUED", issued=issued_on.isoformat())
    wrong.end()
    return {
        "kind": given["kind"],
        "issued_on": issued_on,
        "due_on": due_on,
        "currency": code,
        "total": units,
        "number": number,
    }


async def _is_taken(context: Context, number: str, row: InvoiceRow | None) -> bool:
    found = await INVOICES.select(context.for_plugin(PLUGIN), "number = ?", [number])
    return any(row is None or each.id != row.id for each in found)


async def _next_number(context: Context) -> dict[str, Any]:
    """The number after the highest that was given here, with the workspace's prefix.

    Of two that are issued at once the later is refused by the index, and its mutation run again.
    """
    own = context.for_plugin(PLUGIN)
    prefix = own.settings["invoice_number_prefix"]
    found = await own.select("SELECT MAX(sequence) AS highest FROM invoicing_invoice", [])
    sequence = int(found[0]["highest"] or 0) + 1
    while await _is_taken(context, number := f"{prefix}{sequence:05d}", None):
        sequence += 1
    return {"sequence": sequence, "number": number}


def _frozen(party: DocumentParty) -> dict[str, Any]:
    """The client as the invoice names it, for good."""
    return {
        "name": party.name,
        "trading_name": party.trading_name,
        "country": party.country,
        "reference": party.reference,
        "address": list(party.billing_address),
        "identifiers": [
            {"kind": kind, "label": party.labels[kind], "value": value}
            for kind, value in party.identifiers.items()
        ],
    }
