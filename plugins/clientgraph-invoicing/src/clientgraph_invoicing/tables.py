"""Tables of invoices, payments, notices and welcome letters, and their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from clientgraph import OwnRow, OwnRows, OwnTable, PluginMigration

PLUGIN: Final = "invoicing"
_TIME: Final = {"sqlite": "TIMESTAMP", "postgres": "TIMESTAMPTZ"}


class InvoiceKind(Enum):
    """What an invoice asks for, or gives back."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"


class InvoiceStatus(Enum):
    """Where an invoice is in its life."""

    DRAFT = "DRAFT"
    ISSUED = "ISSUED"
    CANCELLED = "CANCELLED"


class WelcomeState(Enum):
    """Where a welcome letter is on its way."""

    WAITING = "WAITING"
    PENDING = "PENDING"
    SENDING = "SENDING"
    SENT = "SENT"
    READY = "READY"
    FAILED = "FAILED"
    UNCLEAR = "UNCLEAR"


MIGRATIONS: Final = [
    PluginMigration(
        name="0001_invoicing",
        tables=[
            OwnTable(
                name="invoicing_invoice",
                columns=(
                    "client_id {uuid} NOT NULL, number TEXT{binary}, sequence BIGINT,"
                    " kind TEXT NOT NULL, status TEXT NOT NULL,"
                    " issued_on TEXT{binary} NOT NULL, due_on TEXT{binary},"
                    " currency TEXT NOT NULL, total BIGINT NOT NULL, billed_to TEXT"
                ),
                indexes=[
                    "organisation_id, client_id, issued_on, id",
                    "organisation_id, issued_on, id",
                    "organisation_id, sequence",
                    "UNIQUE organisation_id, number",
                ],
            ),
            OwnTable(
                name="invoicing_payment",
                columns=(
                    "client_id {uuid} NOT NULL, invoice_id {uuid},"
                    " paid_on TEXT{binary} NOT NULL, amount BIGINT NOT NULL,"
                    " currency TEXT NOT NULL, method TEXT, reference TEXT"
                ),
                indexes=[
                    "organisation_id, client_id, paid_on, id",
                    "organisation_id, invoice_id",
                ],
            ),
            OwnTable(
                name="invoicing_welcome",
                columns=(
                    "client_id {uuid} NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL,"
                    " recipient TEXT, settled_at {time}"
                ),
                indexes=["UNIQUE organisation_id, client_id", "organisation_id, state, attempts"],
            ),
        ],
    ),
    PluginMigration(
        name="0002_notices",
        tables=[
            OwnTable(
                name="invoicing_notice",
                columns="client_id {uuid} NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL",
                indexes=["organisation_id, client_id"],
            ),
        ],
        statements=lambda dialect: [
            f"ALTER TABLE invoicing_welcome ADD COLUMN due_at {_TIME[dialect]}",
            "CREATE INDEX invoicing_welcome_due"
            " ON invoicing_welcome (organisation_id, state, settled_at, due_at)",
            "DROP INDEX invoicing_welcome_2",
        ],
    ),
]


@dataclass(kw_only=True)
class InvoiceRow(OwnRow):
    """An invoice. ``total`` in minor units, never negative; ``billed_to`` frozen when issued."""

    client_id: UUID
    number: str | None
    sequence: int | None
    kind: str
    status: str
    issued_on: date
    due_on: date | None
    currency: str
    total: int
    billed_to: dict[str, Any] | None

    @property
    def owed(self) -> int:
        """What it adds to the client's balance once it is issued, in minor units."""
        return -self.total if self.kind == InvoiceKind.CREDIT_NOTE.value else self.total


@dataclass(kw_only=True)
class PaymentRow(OwnRow):
    """A payment. ``amount`` in minor units; what was paid back is negative."""

    client_id: UUID
    invoice_id: UUID | None
    paid_on: date
    amount: int
    currency: str
    method: str | None
    reference: str | None


@dataclass(kw_only=True)
class NoticeRow(OwnRow):
    """What is to be told in a client's history; gone once it is."""

    client_id: UUID
    title: str
    body: str


@dataclass(kw_only=True)
class WelcomeRow(OwnRow):
    """A welcome letter on its way to a client.

    ``due_at`` is when it is looked at next, at once where there is none; ``settled_at`` when its
    way ended and that is told in the client's history.
    """

    client_id: UUID
    state: str
    attempts: int
    recipient: str | None
    settled_at: datetime | None
    due_at: datetime | None


INVOICES: Final = OwnRows("invoicing_invoice", InvoiceRow)
PAYMENTS: Final = OwnRows("invoicing_payment", PaymentRow)
NOTICES: Final = OwnRows("invoicing_notice", NoticeRow)
WELCOMES: Final = OwnRows("invoicing_welcome", WelcomeRow)
