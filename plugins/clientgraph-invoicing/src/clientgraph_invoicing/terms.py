"""What a client's invoices are made by: currency and payment terms, its own or the workspace's."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from clientgraph import PluginContext, global_id

_TERMS: Final = """query($id: ID!) {
  client(by: {id: $id}) { currency paymentTerms { days endOfMonth } }
}"""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The currency, and when invoices are due: after ``days``, or at the end of that month."""

    currency: str
    days: int
    end_of_month: bool

    def due_on(self, issued_on: date) -> date:
        """The day by which an invoice of this day is to be paid."""
        day = issued_on + timedelta(days=self.days)
        return day.replace(day=monthrange(day.year, day.month)[1]) if self.end_of_month else day


async def terms_of(context: PluginContext, client_id: UUID) -> Terms | None:
    """A client's terms; None where the workspace has no such client."""
    told = await context.graphql(_TERMS, {"id": global_id("Client", client_id)})
    client = told["client"]
    if client is None:
        return None
    terms = client["paymentTerms"]
    return Terms(currency=client["currency"], days=terms["days"], end_of_month=terms["endOfMonth"])
