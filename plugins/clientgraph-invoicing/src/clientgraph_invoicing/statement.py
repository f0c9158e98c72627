"""The statement of account of a client as CSV: ``statement.csv``."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clientgraph import HttpRoute, Permission, PluginContext, global_id, row_id
from clientgraph_invoicing.money import decimal
from clientgraph_invoicing.tables import INVOICES, PAYMENTS, InvoiceRow, PaymentRow
from clientgraph_invoicing.words import words

_CLIENT: Final = "query($id: ID!) { client(by: {id: $id}) { reference } }"
_COLUMNS: Final = ("date", "kind", "number", "due", "amount", "currency", "balance", "details")
# By which spreadsheets know that a file is in UTF-8.
_UTF8: Final = "\ufeff"
# What spreadsheets take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MISSING: Final = {
    "errors": [{"message": "There is no such client.", "extensions": {"code": "NOT_FOUND"}}]
}


async def statement(context: PluginContext, request: Request) -> Response:
    """All issued invoices and payments of a client, oldest first, with the balance after each."""
    client_id = row_id("Client", request.path_params["client_id"])
    told = await context.graphql(_CLIENT, {"id": global_id("Client", client_id)})
    client = told["client"]
    if client is None:
        return JSONResponse(_MISSING, 404)
    invoices = await INVOICES.select(context, "client_id = ? AND status = 'ISSUED'", [client_id])
    payments = await PAYMENTS.select(context, "client_id = ?", [client_id])
    name = "".join(c for c in str(client["reference"]) if c.isascii() and c.isalnum())
    return Response(
        written([*invoices, *payments], words(context.language)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statement-{name}.csv"'},
    )


def written(entries: Iterable[InvoiceRow | PaymentRow], told: Mapping[str, str]) -> str:
    """The file; texts that a spreadsheet would take for formulas begin with an apostrophe."""
    out = io.StringIO()
    out.write(_UTF8)
    writer = csv.writer(out)
    writer.writerow([told[each] for each in _COLUMNS])
    writer.writerows(_lines(sorted(entries, key=lambda each: (_day(each), each.id)), told))
    return out.getvalue()


def plain(text: str) -> str:
    """A text that no spreadsheet calculates."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _day(entry: InvoiceRow | PaymentRow) -> date:
    return entry.issued_on if isinstance(entry, InvoiceRow) else entry.paid_on


def _lines(
    entries: Iterable[InvoiceRow | PaymentRow], told: Mapping[str, str]
) -> Iterator[list[str]]:
    balance: Counter[str] = Counter()
    for entry in entries:
        code = entry.currency
        if isinstance(entry, InvoiceRow):
            change, kind, number, details = entry.owed, entry.kind, entry.number or "", ""
            due = entry.due_on.isoformat() if entry.due_on else ""
        else:
            change, kind, number, due = -entry.amount, "PAYMENT", "", ""
            details = " ".join(each for each in (entry.method, entry.reference) if each)
        balance[code] += change
        amounts = (f"{decimal(change, code):f}", code, f"{decimal(balance[code], code):f}")
        yield [_day(entry).isoformat(), told[kind], plain(number), due, *amounts, plain(details)]


ROUTES: Final = [
    HttpRoute(
        path="/clients/{client_id}/statement.csv",
        endpoint=statement,
        permission=Permission.CLIENTS_READ,
    )
]
