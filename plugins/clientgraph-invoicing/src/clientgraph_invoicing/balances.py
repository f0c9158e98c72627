"""What clients were invoiced, have paid and owe, for many clients in two statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from clientgraph import PluginContext


@dataclass
class Account:
    """A client's invoices and payments in one currency, in minor units."""

    count: int = 0
    invoiced: int = 0
    paid: int = 0
    overdue: int = 0

    @property
    def balance(self) -> int:
        """What the client owes; negative where it has paid too much."""
        return self.invoiced - self.paid


@dataclass
class Accounts:
    """A client's accounts by currency, and the day of its last issued invoice."""

    by_currency: dict[str, Account] = field(default_factory=dict)
    last_invoice_on: date | None = None

    def of(self, currency: str) -> Account:
        """The account in a currency."""
        return self.by_currency.setdefault(currency, Account())

    @property
    def currencies(self) -> list[str]:
        """Those that anything was invoiced or paid in, by code."""
        return sorted(self.by_currency)


def today() -> date:
    """The day that decides what is overdue (UTC)."""
    return datetime.now(UTC).date()


async def accounts_by_client(
    context: PluginContext, client_ids: Sequence[UUID], day: date | None = None
) -> dict[UUID, Accounts]:
    """The accounts of each client as of a day, today where none is given."""
    found = {each: Accounts() for each in client_ids}
    if not found:
        return found
    for row in await _invoiced(context, client_ids, day or today()):
        accounts = found[UUID(str(row["client_id"]))]
        account = accounts.of(row["currency"])
        account.count = int(row["number"])
        account.invoiced = int(row["owed"])
        account.overdue = int(row["overdue"])
        last = date.fromisoformat(row["last"])
        accounts.last_invoice_on = max(accounts.last_invoice_on or last, last)
    marks = ", ".join("?" * len(client_ids))
    payments = await context.select(
        "SELECT client_id, currency, SUM(amount) AS paid FROM invoicing_payment"  # noqa: S608
        f" WHERE client_id IN ({marks}) GROUP BY client_id, currency",
        list(client_ids),
    )
    for row in payments:
        found[UUID(str(row["client_id"]))].of(row["currency"]).paid = int(row["paid"])
    return found


async def paid_by_invoice(
    context: PluginContext, invoice_ids: Sequence[UUID]
) -> Mapping[UUID, int]:
    """What was paid for each of these invoices, in minor units."""
    marks = ", ".join("?" * len(invoice_ids))
    rows = await context.select(
        "SELECT invoice_id, SUM(amount) AS paid FROM invoicing_payment"  # noqa: S608
        f" WHERE invoice_id IN ({marks}) GROUP BY invoice_id",
        list(invoice_ids),
    )
    paid = {UUID(str(row["invoice_id"])): int(row["paid"]) for row in rows}
    return {each: paid.get(each, 0) for each in invoice_ids}


async def _invoiced(
    context: PluginContext, client_ids: Sequence[UUID], day: date
) -> list[dict[str, Any]]:
    """Sums of issued invoices by client and currency; credit notes count against them."""
    marks = ", ".join("?" * len(client_ids))
    open_part = "i.total - COALESCE(p.paid, 0)"
    return await context.select(
        "SELECT i.client_id, i.currency, COUNT(*) AS number, MAX(i.issued_on) AS last,"  # noqa: S608
        " SUM(CASE WHEN i.kind = 'CREDIT_NOTE' THEN -i.total ELSE i.total END) AS owed,"
        f" SUM(CASE WHEN i.kind = 'INVOICE' AND i.due_on < ? AND {open_part} > 0"
        f" THEN {open_part} ELSE 0 END) AS overdue"
        " FROM invoicing_invoice i LEFT JOIN (SELECT invoice_id, SUM(amount) AS paid"
        f" FROM invoicing_payment WHERE client_id IN ({marks}) GROUP BY invoice_id) p"
        f" ON p.invoice_id = i.id WHERE i.status = 'ISSUED' AND i.client_id IN ({marks})"
        " GROUP BY i.client_id, i.currency",
        [day.isoformat(), *client_ids, *client_ids],
    )
