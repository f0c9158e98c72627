"""Changes of invoices and payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

import strawberry

from clientgraph import (
    ChangeInput,
    CurrencyCode,
    Info,
    MutationInput,
    Payload,
    Permission,
    answer,
    argument,
    column,
    deleted,
    draft,
    expected,
    given,
    mutation,
    row_id,
)
from clientgraph_invoicing import invoices, payments
from clientgraph_invoicing.balances import today
from clientgraph_invoicing.types import Invoice, InvoiceKindType, Payment

_WRITE: Final = Permission.CLIENTS_WRITE


@strawberry.input(description="Fields of an invoice.")
class InvoiceFields:
    """Shared by creation and change."""

    number: str | None = given(
        "Its number, up to 40 characters, where another product gives it. By default it is the "
        "next one when it is issued."
    )
    kind: InvoiceKindType | None = given("INVOICE by default.")
    issued_on: date | None = given("The day that it bears; today (UTC) by default.")
    due_on: date | None = given("By default as the client's payment terms have it.")
    currency: CurrencyCode | None = given("The client's by default.")
    total: Decimal | None = given("What it amounts to, taxes included. Always required.")


@strawberry.input(description="A new invoice, as a draft.")
class InvoiceRecordInput(InvoiceFields, MutationInput):
    """The whole invoice."""

    client_id: strawberry.ID = strawberry.field(description="The client.")


@strawberry.input(description="Changes of a draft.")
class InvoiceUpdateInput(InvoiceFields, ChangeInput):
    """Absent fields stay."""


@strawberry.input(description="Which draft to issue.")
class InvoiceIssueInput(ChangeInput):
    """One invoice."""


@strawberry.input(description="Which invoice to cancel.")
class InvoiceCancelInput(ChangeInput):
    """One invoice."""


@strawberry.input(description="Which draft to delete.")
class InvoiceDeleteInput(ChangeInput):
    """One invoice."""


@strawberry.input(description="A payment of a client.")
class PaymentRecordInput(MutationInput):
    """The whole payment."""

    client_id: strawberry.ID = strawberry.field(description="The client.")
    invoice_id: strawberry.ID | None = given("The issued invoice that it is for.")
    paid_on: date | None = given("The day of the payment; today (UTC) by default.")
    amount: Decimal | None = given(
        "What was paid; negative where it was paid back. Always required."
    )
    currency: CurrencyCode | None = given("The invoice's by default, or else the client's.")
    method: str | None = given("How it was paid, such as transfer; up to 140 characters.")
    reference: str | None = given("What the bank statement says, up to 140 characters.")


@strawberry.input(description="Which payment to delete.")
class PaymentDeleteInput(ChangeInput):
    """One payment."""


@strawberry.type(description="The invoice that was recorded.")
class InvoiceRecordPayload(Payload):
    """The invoice, or what was wrong."""

    invoice: Invoice | None = column("The draft.")


@strawberry.type(description="The draft after a change.")
class InvoiceUpdatePayload(Payload):
    """The invoice, or what was wrong."""

    invoice: Invoice | None = column("The draft as it is now.")


@strawberry.type(description="The invoice that was issued.")
class InvoiceIssuePayload(Payload):
    """The invoice, or what was wrong."""

    invoice: Invoice | None = column("The invoice with its number.")


@strawberry.type(description="The invoice that was cancelled.")
class InvoiceCancelPayload(Payload):
    """The invoice, or what was wrong."""

    invoice: Invoice | None = column("The invoice, which is kept.")


@strawberry.type(description="The draft that was deleted.")
class InvoiceDeletePayload(Payload):
    """The id that is gone."""

    deleted_id: strawberry.ID | None = column("The id of the draft, when it is gone.")
    invoice: Invoice | None = column("The invoice, where it could not be deleted.")


@strawberry.type(description="The payment that was recorded.")
class PaymentRecordPayload(Payload):
    """The payment, or what was wrong."""

    payment: Payment | None = column("The payment.")


@strawberry.type(description="The payment that was deleted.")
class PaymentDeletePayload(Payload):
    """The id that is gone."""

    deleted_id: strawberry.ID | None = column("The id of the payment, when it is gone.")
    payment: Payment | None = column("The payment, where it could not be deleted.")


def _without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


@mutation(_WRITE, "Record an invoice or credit note of a client, as a draft.")
async def invoice_record(
    info: Info, input: Annotated[InvoiceRecordInput, argument("The invoice.")]
) -> InvoiceRecordPayload | None:
    """Nothing is owed until it is issued."""
    client_id, made = row_id("Client", input.client_id), _without(draft(input), "client_id")
    return await answer(
        info,
        InvoiceRecordPayload,
        "invoice",
        lambda: invoices.record_invoice(info.context, client_id, made, today()),
    )


@mutation(_WRITE, "Change a draft.")
async def invoice_update(
    info: Info, input: Annotated[InvoiceUpdateInput, argument("The changes.")]
) -> InvoiceUpdatePayload | None:
    """Issued invoices stay as they are."""
    invoice_id, made = row_id("Invoice", input.id), draft(input)
    return await answer(
        info,
        InvoiceUpdatePayload,
        "invoice",
        lambda: invoices.update_invoice(info.context, invoice_id, made, expected(input)),
    )


@mutation(
    _WRITE,
    "Issue a draft: it gets its number, and whom it is made out to is frozen. From then on the "
    "client cannot be deleted.",
)
async def invoice_issue(
    info: Info, input: Annotated[InvoiceIssueInput, argument("Which draft.")]
) -> InvoiceIssuePayload | None:
    """For good."""
    invoice_id = row_id("Invoice", input.id)
    return await answer(
        info,
        InvoiceIssuePayload,
        "invoice",
        lambda: invoices.issue_invoice(info.context, invoice_id, expected(input)),
    )


@mutation(_WRITE, "Cancel an issued invoice: it counts no longer, and is kept with its number.")
async def invoice_cancel(
    info: Info, input: Annotated[InvoiceCancelInput, argument("Which invoice.")]
) -> InvoiceCancelPayload | None:
    """Traceable."""
    invoice_id = row_id("Invoice", input.id)
    return await answer(
        info,
        InvoiceCancelPayload,
        "invoice",
        lambda: invoices.cancel_invoice(info.context, invoice_id, expected(input)),
    )


@mutation(_WRITE, "Delete a draft.")
async def invoice_delete(
    info: Info, input: Annotated[InvoiceDeleteInput, argument("Which draft.")]
) -> InvoiceDeletePayload | None:
    """Issued invoices stay."""
    invoice_id = row_id("Invoice", input.id)
    return await deleted(
        info,
        InvoiceDeletePayload,
        "invoice",
        input,
        lambda: invoices.delete_invoice(info.context, invoice_id, expected(input)),
    )


@mutation(_WRITE, "Record a payment of a client.")
async def payment_record(
    info: Info, input: Annotated[PaymentRecordInput, argument("The payment.")]
) -> PaymentRecordPayload | None:
    """For an invoice, or on account."""
    client_id, made = row_id("Client", input.client_id), _without(draft(input), "client_id")
    if made.get("invoice_id") is not None:
        made["invoice_id"] = row_id("Invoice", made["invoice_id"])
    return await answer(
        info,
        PaymentRecordPayload,
        "payment",
        lambda: payments.record_payment(info.context, client_id, made, today()),
    )


@mutation(_WRITE, "Delete a payment that was recorded in error.")
async def payment_delete(
    info: Info, input: Annotated[PaymentDeleteInput, argument("Which payment.")]
) -> PaymentDeletePayload | None:
    """For good."""
    payment_id = row_id("Payment", input.id)
    return await deleted(
        info,
        PaymentDeletePayload,
        "payment",
        input,
        lambda: payments.delete_payment(info.context, payment_id, expected(input)),
    )


MUTATIONS: Final = [
    invoice_record,
    invoice_update,
    invoice_issue,
    invoice_cancel,
    invoice_delete,
    payment_record,
    payment_delete,
]
