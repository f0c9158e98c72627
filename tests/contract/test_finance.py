"""What is promised of clients' invoices and payments, with the bundled plugin."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from clientgraph.testing import Api

pytestmark = pytest.mark.anyio

FINANCE = """invoices(first: 10) { nodes { number status billedTo { name address } } }
  payments(first: 10) { nodes { amount { amount } invoice { number } } }
  financeSummary {
    invoiceCount invoicedTotal { amount } paidTotal { amount } balance { amount currency }
  }"""


async def _invoiced(api: Api, client_id: str) -> Any:
    """An invoice of 100 euros, 40 of which are paid."""
    given = {"clientId": client_id, "total": "100"}
    made = (await api.done("invoiceRecord", given, "invoice { id }"))["invoice"]
    await api.done("invoiceIssue", {"id": made["id"]})
    paid = {"clientId": client_id, "invoiceId": made["id"], "amount": "40"}
    await api.done("paymentRecord", paid)
    return made


async def _shown(api: Api, client_id: str, selection: str) -> Any:
    query = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {selection} }} }}"
    return (await api(query, {"id": client_id}))["client"]


async def test_n20_n21_d9_f53_a_clients_invoices_payments_and_sums(api: Api) -> None:
    """On the client's page, in one query."""
    client = await api.new_client("Ganymède")
    await _invoiced(api, client["id"])
    found = await _shown(api, client["id"], FINANCE)
    assert found == {
        "invoices": {
            "nodes": [
                {
                    "number": "INV-00001",
                    "status": "ISSUED",
                    "billedTo": {"name": "Ganymède", "address": []},
                }
            ]
        },
        "payments": {
            "nodes": [{"amount": {"amount": "40.00"}, "invoice": {"number": "INV-00001"}}]
        },
        "financeSummary": {
            "invoiceCount": 1,
            "invoicedTotal": [{"amount": "100.00"}],
            "paidTotal": [{"amount": "40.00"}],
            "balance": [{"amount": "60.00", "currency": "EUR"}],
        },
    }


async def test_j20_an_invoice_keeps_whom_it_was_made_out_to(api: Api) -> None:
    """Whatever becomes of the client, who cannot be deleted any more."""
    client = await api.new_client("Ganymède")
    await _invoiced(api, client["id"])
    await api.done("clientUpdate", {"id": client["id"], "name": "Europa"})
    found = await _shown(api, client["id"], "invoices { nodes { billedTo { name } } }")
    assert found["invoices"]["nodes"] == [{"billedTo": {"name": "Ganymède"}}]
    refused = await api.do("clientDelete", {"id": client["id"]})
    codes = [each["code"] for each in refused["userErrors"]]
    assert codes == ["HAS_INVOICES", "HAS_PAYMENTS"]


async def test_d25_to_d28_a_new_client_is_welcomed(api: Api) -> None:
    """As soon as it is registered: with message, payment preferences and reminders."""
    settings = {
        "welcome_enabled": True,
        "welcome_message": "Welcome to {firm}, {client}.",
        "payment_terms": "30 days net",
        "payment_reminder_days": 7,
    }
    await api.done("pluginConfigure", {"name": "invoicing", "settings": settings})
    client = await api.new_client("Ganymède")
    state = None
    with anyio.fail_after(60):
        while state is None:
            await anyio.sleep(0.3)
            found = await _shown(api, client["id"], "welcomeLetter { state settledAt }")
            letter = found["welcomeLetter"]
            state = letter["state"] if letter and letter["settledAt"] else None
    assert state == "READY"
    asked = {"template": "WELCOME", "clientId": client["id"]}
    made = await api.done("documentRender", asked, "document { url mediaType }")
    file = await api.client.get(made["document"]["url"])
    assert file.content.startswith(b"%PDF-")
