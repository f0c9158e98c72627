"""Notices in clients' histories: what became of their invoices and payments.

A mutation of a plugin writes no record of the service's own. It notes in a table what happened,
with it or not at all; after the commit each notice becomes an event, by an idempotency key of its
own, and is forgotten. What a process that dies leaves behind is told by time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from babel import Locale
from babel.dates import format_date

from clientgraph import Context, EventKind, PeriodicTask, PluginContext, global_id
from clientgraph_invoicing.balances import paid_by_invoice
from clientgraph_invoicing.money import written
from clientgraph_invoicing.tables import (
    NOTICES,
    PLUGIN,
    InvoiceKind,
    InvoiceRow,
    InvoiceStatus,
    NoticeRow,
    PaymentRow,
)
from clientgraph_invoicing.words import LABELS, words

INVOICE: Final = EventKind(key="INVOICE", label=LABELS["INVOICE"])
AT_ONCE: Final = 50
_FIRM: Final = "{ organisation { locale } }"
_EVENT: Final = """mutation($input: EventCreateInput!) {
  eventCreate(input: $input) { event { id } userErrors { code } }
}"""


class NotWritten(Exception):
    """The workspace takes no such event; its notice is dropped."""


@dataclass(frozen=True, kw_only=True)
class _Voice:
    """How a workspace words things; ``locale`` is its own (``fr-BE``)."""

    locale: str
    words: Mapping[str, str]

    def amount(self, units: int, currency: str) -> str:
        return written(units, currency, self.locale)

    def day(self, day: date) -> str:
        return format_date(day, locale=Locale.parse(self.locale, sep="-"))


async def note_invoice(context: Context, row: InvoiceRow) -> None:
    """That an invoice has the status that it has now: it was issued, or cancelled."""
    own = context.for_plugin(PLUGIN)
    voice = await _voice(own)
    title = voice.words[f"{row.kind}_{row.status}"].format(number=row.number)
    lines = [voice.amount(row.total, row.currency)]
    is_to_be_paid = (row.kind, row.status) == (
        InvoiceKind.INVOICE.value,
        InvoiceStatus.ISSUED.value,
    )
    if is_to_be_paid and row.due_on is not None:
        lines.append(voice.words["to_be_paid"].format(day=voice.day(row.due_on)))
    await _note(own, row.client_id, title, lines)


async def note_payment(
    context: Context, row: PaymentRow, invoice: InvoiceRow | None, *, is_deleted: bool = False
) -> None:
    """That a payment was recorded or deleted, with what is open of its invoice since."""
    own = context.for_plugin(PLUGIN)
    voice = await _voice(own)
    happened = "PAYMENT_RECEIVED" if row.amount > 0 else "PAYMENT_MADE"
    title = voice.words["PAYMENT_DELETED" if is_deleted else happened]
    amount = voice.amount(row.amount, row.currency)
    if invoice is None:
        lines = [f"{amount} · {voice.words['on_account']}"]
    else:
        lines = [
            f"{amount} · {voice.words[invoice.kind]} {invoice.number}",
            await _open(own, invoice, voice),
        ]
    await _note(own, row.client_id, title, lines)


async def tell(context: PluginContext) -> bool:
    """Make events of some notices, oldest first; whether there may be more.

    Raises `NotWritten` with the codes where the workspace refused any.
    """
    rows = await NOTICES.select(context, "1 = 1 ORDER BY id LIMIT ?", [AT_ONCE])
    refused: set[str] = set()
    for row in rows:
        refused |= await _write(context, row)
        await NOTICES.delete(context, row)
    # A client that is gone has no history.
    if codes := sorted(refused - {"NOT_FOUND"}):
        raise NotWritten(f"a notice in a client's history was refused: {', '.join(codes)}")
    return len(rows) == AT_ONCE


async def _tell_all(context: PluginContext) -> None:
    while await tell(context):
        pass


async def _voice(context: PluginContext) -> _Voice:
    locale = (await context.graphql(_FIRM, {}))["organisation"]["locale"]
    return _Voice(locale=locale, words=words(locale.partition("-")[0]))


async def _open(context: PluginContext, invoice: InvoiceRow, voice: _Voice) -> str:
    paid = (await paid_by_invoice(context, [invoice.id]))[invoice.id]
    left = invoice.owed - paid
    is_settled = left >= 0 if invoice.kind == InvoiceKind.CREDIT_NOTE.value else left <= 0
    if is_settled:
        return voice.words["paid_in_full"]
    return voice.words["open"].format(amount=voice.amount(left, invoice.currency))


async def _note(context: PluginContext, client_id: UUID, title: str, lines: Sequence[str]) -> None:
    await NOTICES.insert(context, client_id=client_id, title=title, body="\n".join(lines))


async def _write(context: PluginContext, row: NoticeRow) -> set[str]:
    """Make an event of a notice, once however often this is done; codes of what refuses it."""
    event = {
        "clientId": global_id("Client", row.client_id),
        "kind": INVOICE.key,
        "title": row.title,
        "body": row.body,
        "occurredAt": row.created_at.isoformat(),
        "idempotencyKey": f"invoicing-notice-{row.id.hex}",
    }
    payload = (await context.graphql(_EVENT, {"input": event}))["eventCreate"]
    return {each["code"] for each in payload["userErrors"]}


UNTOLD: Final = PeriodicTask(key="untold_notices", run=_tell_all, every=300.0)
