"""Invoices, payments and sums of money as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import strawberry

from clientgraph import (
    Client,
    Context,
    CountryCode,
    CurrencyCode,
    Info,
    NodeType,
    Permission,
    RecordNode,
    clients_by_id,
    column,
    computed,
    described,
    record,
)
from clientgraph_invoicing.balances import paid_by_invoice, today
from clientgraph_invoicing.money import decimal
from clientgraph_invoicing.tables import (
    INVOICES,
    PAYMENTS,
    PLUGIN,
    InvoiceKind,
    InvoiceRow,
    InvoiceStatus,
    PaymentRow,
    WelcomeState,
)

InvoiceKindType = described(
    InvoiceKind,
    "What an invoice asks for, or gives back.",
    INVOICE="It is to be paid.",
    CREDIT_NOTE="It lowers what is owed.",
)
InvoiceStatusType = described(
    InvoiceStatus,
    "Where an invoice is in its life.",
    DRAFT="It can be changed and deleted, and nothing is owed for it.",
    ISSUED="It was sent: it counts and stays as it is.",
    CANCELLED="It was issued and counts no longer; it is kept, with its number.",
)
WelcomeStateType = described(
    WelcomeState,
    "Where a welcome letter is on its way.",
    WAITING="The client is a draft; the letter goes out when it is active.",
    PENDING="It is sent in a moment, or tried again.",
    SENDING="The mail server is asked.",
    SENT="The mail server took it.",
    READY="It is there to be sent by hand: no mail server is set up, or the client has no e-mail "
    "address.",
    FAILED="It cannot be made, or the mail server refused it for good, or for three days.",
    UNCLEAR="The mail server did not tell whether it took the letter, which is not sent twice.",
)


@strawberry.type(description="An amount in a currency.")
class MoneyAmount:
    """With the decimals of the currency."""

    amount: Decimal = column("The amount, with the currency's decimals.")
    currency: CurrencyCode = column("The currency.")


def money(units: int, currency: str) -> MoneyAmount:
    """From minor units."""
    return MoneyAmount(amount=decimal(units, currency), currency=CurrencyCode(currency))


@strawberry.type(description="A number by which an invoiced client was known.")
class InvoicePartyIdentifier:
    """As it was printed."""

    kind: str = column("Key of its kind, such as FR_SIRET.")
    label: str = column("What its kind is called.")
    value: str = column("Its printed form.")


@strawberry.type(
    description="Whom an invoice was made out to, as the client was when it was issued. Later "
    "changes of the client do not change it."
)
class InvoiceParty:
    """Frozen."""

    name: str = column("Legal name.")
    trading_name: str | None = column("Trading name.")
    country: CountryCode = column("Country.")
    reference: str | None = column("The client's reference.")
    address: list[str] = column("The billing address, line by line.", size=5)
    identifiers: list[InvoicePartyIdentifier] = column("Its identifiers.", size=5)


async def _paid(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    return await paid_by_invoice(context.for_plugin(PLUGIN), ids)


async def invoices_by_id(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, InvoiceRow]:
    """Invoices by their ids."""
    return await INVOICES.by_id(context.for_plugin(PLUGIN), ids)


@record(InvoiceRow, "An invoice or credit note of a client.")
class Invoice(RecordNode):
    """Columns of an invoice, and what was paid."""

    number: str | None = column("Unique in the workspace; given when it is issued, at the latest.")
    kind: InvoiceKindType = column("Whether it asks for money or gives it back.")  # type: ignore[valid-type]
    status: InvoiceStatusType = column("Where it is in its life.")  # type: ignore[valid-type]
    issued_on: date = column("The day that it bears.")
    due_on: date | None = column("The day by which it is to be paid.")

    @computed("The client; null where it was deleted.")
    async def client(self: Any, info: Info) -> Client | None:
        """Loaded with those of other invoices."""
        return await info.context.load(clients_by_id, self.client_id)

    @computed("What it amounts to, taxes included; never negative.")
    def total(self: Any) -> MoneyAmount:
        """In its currency."""
        return money(self.total, self.currency)

    @computed("What was paid for it.")
    async def paid(self: Any, info: Info) -> MoneyAmount:
        """Summed with those of other invoices."""
        return money(await info.context.load(_paid, self.id), self.currency)

    @computed("What is still owed for it; nothing for drafts and cancelled ones.")
    async def open(self: Any, info: Info) -> MoneyAmount:
        """Negative for credit notes and what was paid too much."""
        return money(await _open(self, info), self.currency)

    @computed("Whether it should have been paid by now.")
    async def is_overdue(self: Any, info: Info) -> bool:
        """Something is open after the due day."""
        late = self.due_on is not None and self.due_on < today()
        return late and await _open(self, info) > 0

    @computed("Whom it was made out to, frozen when it was issued; null for drafts.")
    def billed_to(self: Any) -> InvoiceParty | None:
        """From the row."""
        if self.billed_to is None:
            return None
        identifiers = [InvoicePartyIdentifier(**each) for each in self.billed_to["identifiers"]]
        return InvoiceParty(**{**self.billed_to, "identifiers": identifiers})


async def _open(row: InvoiceRow, info: Info) -> int:
    if row.status != InvoiceStatus.ISSUED.value:
        return 0
    return row.owed - int(await info.context.load(_paid, row.id))


@record(PaymentRow, "A payment of a client.")
class Payment(RecordNode):
    """Columns of a payment."""

    paid_on: date = column("The day of the payment.")
    method: str | None = column("How it was paid, such as transfer.")
    reference: str | None = column("What the bank statement says.")

    @computed("The client.")
    async def client(self: Any, info: Info) -> Client | None:
        """Loaded with those of other payments."""
        return await info.context.load(clients_by_id, self.client_id)

    @computed("The invoice that it is for, if it is for one.")
    async def invoice(self: Any, info: Info) -> Invoice | None:
        """Loaded with those of other payments."""
        if self.invoice_id is None:
            return None
        return await info.context.load(invoices_by_id, self.invoice_id)

    @computed("What was paid; negative where it was paid back.")
    def amount(self: Any) -> MoneyAmount:
        """In its currency."""
        return money(self.amount, self.currency)


@strawberry.type(
    description="A client's invoices and payments in sums, each by currency. Drafts and cancelled "
    "invoices do not count; credit notes lower what was invoiced."
)
class FinanceSummary:
    """Summed by the database."""

    invoice_count: int = column("How many invoices and credit notes were issued.")
    last_invoice_on: date | None = column("The day of the last one.")
    invoiced_total: list[MoneyAmount] = column("What was invoiced.", size=2)
    paid_total: list[MoneyAmount] = column("What was paid.", size=2)
    balance: list[MoneyAmount] = column("What is owed; negative for a credit.", size=2)
    overdue: list[MoneyAmount] = column("What should have been paid by today (UTC).", size=2)


@strawberry.type(description="The letter that welcomes a new client.")
class WelcomeLetter:
    """How far it got."""

    state: WelcomeStateType = column("Where it is on its way.")  # type: ignore[valid-type]
    recipient: str | None = column("The e-mail address that it went to.")
    attempts: int = column("How often it was tried to send it.")
    settled_at: datetime | None = column("Since when it is SENT, READY, FAILED or UNCLEAR.")


NODE_TYPES: Final = [
    NodeType(type=Invoice, permission=Permission.CLIENTS_READ, load_many=INVOICES.by_id),
    NodeType(type=Payment, permission=Permission.CLIENTS_READ, load_many=PAYMENTS.by_id),
]
