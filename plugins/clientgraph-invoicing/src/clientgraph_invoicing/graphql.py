"""Queries, and the fields of clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry

from clientgraph import (
    After,
    BatchField,
    Before,
    Connection,
    First,
    Info,
    Last,
    Permission,
    PluginContext,
    argument,
    computed,
    given,
    page_arguments,
    query,
    row_id,
)
from clientgraph_invoicing.balances import Account, Accounts, accounts_by_client, today
from clientgraph_invoicing.tables import INVOICES, PAYMENTS, PLUGIN, WELCOMES
from clientgraph_invoicing.types import (
    FinanceSummary,
    Invoice,
    InvoiceKindType,
    InvoiceStatusType,
    MoneyAmount,
    Payment,
    WelcomeLetter,
    money,
)

_READ: Final = Permission.CLIENTS_READ
_OVERDUE: Final = (
    "status = 'ISSUED' AND kind = 'INVOICE' AND due_on < ? AND total > COALESCE((SELECT"
    " SUM(amount) FROM invoicing_payment WHERE invoice_id = invoicing_invoice.id), 0)"
)
Statuses = Annotated[
    list[InvoiceStatusType] | None,
    argument("Only those in one of these states."),
]


@strawberry.input(description="Which invoices. All that is given must hold.")
class InvoiceFilter:
    """Conditions on invoices."""

    client_id: strawberry.ID | None = given("Those of this client.")
    status: list[InvoiceStatusType] | None = given("Those in one of these states.")
    kind: InvoiceKindType | None = given("Invoices, or credit notes.")
    number: str | None = given("The one of this number.")
    issued_from: date | None = given("Those of this day and later.")
    issued_until: date | None = given("Those of this day and earlier.")
    is_overdue: bool | None = given("True: those that should have been paid by today (UTC).")


def _conditions(wanted: InvoiceFilter | None) -> tuple[str, list[Any]]:
    """The filter in SQL with its values; fields that are absent or null say nothing."""
    client, kind = _set(wanted, "client_id"), _set(wanted, "kind")
    bounds = {
        "client_id = ?": row_id("Client", client) if client is not None else None,
        "kind = ?": kind.value if kind is not None else None,
        "number = ?": _set(wanted, "number"),
        "issued_on >= ?": _set(wanted, "issued_from"),
        "issued_on <= ?": _set(wanted, "issued_until"),
        _OVERDUE: today() if _set(wanted, "is_overdue") else None,
    }
    states, chosen = _in_states(_set(wanted, "status"))
    held = {sql: value for sql, value in bounds.items() if value is not None}
    return " AND ".join([states, *held]), [*chosen, *held.values()]


def _set(wanted: Any, name: str) -> Any:
    """What a field of the filter was given; None where it says nothing."""
    value = getattr(wanted, name, None)
    return None if value is strawberry.UNSET else value


def _in_states(status: Sequence[Any] | None) -> tuple[str, list[str]]:
    if status is None or status is strawberry.UNSET:
        return "1 = 1", []
    if not status:
        return "1 = 0", []
    return f"status IN ({', '.join('?' * len(status))})", [each.value for each in status]


@query(_READ, "The invoices of all clients, newest first.")
async def invoices(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    filter: Annotated[InvoiceFilter | None, argument("Which ones.")] = strawberry.UNSET,
) -> Connection[Invoice]:
    """A page of them."""
    where, values = _conditions(filter)
    found: Connection[Invoice] = await INVOICES.connection(
        info,
        page_arguments(first, after, last, before),
        order=["-issued_on"],
        where=where,
        values=values,
    )
    return found


@query(_READ, "An invoice by its id; null when there is none.")
async def invoice(
    info: Info, id: Annotated[strawberry.ID, argument("The invoice.")]
) -> Invoice | None:
    """Null for those of other workspaces, too."""
    found: Any = await INVOICES.get(info.context.for_plugin(PLUGIN), row_id("Invoice", id))
    return found


@computed("The client's invoices and credit notes, newest first.")
async def client_invoices(
    self: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    status: Statuses = strawberry.UNSET,
) -> Connection[Invoice]:
    """Read together with those of the other clients."""
    where, values = _in_states(status)
    found: Connection[Invoice] = await INVOICES.connection(
        info,
        page_arguments(first, after, last, before),
        order=["-issued_on"],
        where=where,
        values=values,
        parent=("client_id", self.id),
    )
    return found


@computed("The client's payments, newest first.")
async def client_payments(
    self: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Payment]:
    """Read together with those of the other clients."""
    found: Connection[Payment] = await PAYMENTS.connection(
        info,
        page_arguments(first, after, last, before),
        order=["-paid_on"],
        parent=("client_id", self.id),
    )
    return found


client_invoices.python_name = "invoices"
client_payments.python_name = "payments"


async def _balances(
    context: PluginContext, ids: Sequence[UUID]
) -> Mapping[UUID, list[MoneyAmount]]:
    found = await accounts_by_client(context, ids)
    return {each: _sums(accounts, "balance") for each, accounts in found.items()}


async def _summaries(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, FinanceSummary]:
    found = await accounts_by_client(context, ids)
    return {
        each: FinanceSummary(
            invoice_count=sum(account.count for account in accounts.by_currency.values()),
            last_invoice_on=accounts.last_invoice_on,
            invoiced_total=_sums(accounts, "invoiced"),
            paid_total=_sums(accounts, "paid"),
            balance=_sums(accounts, "balance"),
            overdue=_sums(accounts, "overdue"),
        )
        for each, accounts in found.items()
    }


def _sums(accounts: Accounts, name: str) -> list[MoneyAmount]:
    """One sum of each account; ``name`` is an attribute of `Account`."""
    of: Mapping[str, Account] = accounts.by_currency
    return [money(getattr(of[each], name), each) for each in accounts.currencies]


async def _welcomes(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, WelcomeLetter]:
    found = await WELCOMES.by(context, "client_id", ids)
    return {
        each: WelcomeLetter(
            state=row.state,
            recipient=row.recipient,
            attempts=row.attempts,
            settled_at=row.settled_at,
        )
        for each, rows in found.items()
        for row in rows
    }


QUERIES: Final = [invoices, invoice]
OF_CLIENTS: Final = [client_invoices, client_payments]
BATCH_FIELDS: Final = [
    BatchField(
        type_name="Client",
        name="balance",
        description="What the client owes, by currency; negative for a credit.",
        result=list[MoneyAmount],
        load=_balances,
    ),
    BatchField(
        type_name="Client",
        name="finance_summary",
        description="The client's invoices and payments in sums.",
        result=FinanceSummary,
        load=_summaries,
    ),
    BatchField(
        type_name="Client",
        name="welcome_letter",
        description="The letter that welcomes the client; null where none is due.",
        result=WelcomeLetter,
        load=_welcomes,
    ),
]
