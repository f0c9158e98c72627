"""Invoices and payments as the tests make them."""

from __future__ import annotations

from typing import Any

import anyio

from clientgraph.testing import Api

INVOICE = """invoice { id version number kind status issuedOn dueOn total { amount currency }
  open { amount } paid { amount } isOverdue
  billedTo { name tradingName country reference address identifiers { kind label value } } }"""
PAYMENT = "payment { id version paidOn amount { amount currency } invoice { number } }"

EVENTS = "events(first: 50) { nodes { title body } }"
SECONDS = 60


async def draft(api: Api, client_id: str, total: str = "120.00", **fields: Any) -> Any:
    """A draft of an invoice."""
    given = {"clientId": client_id, "total": total, **fields}
    return (await api.done("invoiceRecord", given, INVOICE))["invoice"]


async def issued(api: Api, client_id: str, total: str = "120.00", **fields: Any) -> Any:
    """An issued invoice."""
    made = await draft(api, client_id, total, **fields)
    return (await api.done("invoiceIssue", {"id": made["id"]}, INVOICE))["invoice"]


async def paid(api: Api, client_id: str, amount: str, **fields: Any) -> Any:
    """A payment."""
    given = {"clientId": client_id, "amount": amount, **fields}
    return (await api.done("paymentRecord", given, PAYMENT))["payment"]


async def history(api: Api, client_id: str, length: int) -> list[tuple[str, str]]:
    """Title and text of each event of a client, oldest first, once there are so many."""
    with anyio.fail_after(SECONDS):
        while True:
            found = (await of_client(api, client_id, EVENTS))["events"]["nodes"]
            if len(found) >= length:
                return [(each["title"], each["body"]) for each in reversed(found)]
            # No faster than the budget of a token comes back.
            await anyio.sleep(1)


async def refused(api: Api, mutation: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Place and code of each mistake."""
    payload = await api.do(mutation, given)
    return [(".".join(each["path"][1:]), each["code"]) for each in payload["userErrors"]]


async def of_client(api: Api, client_id: str, selection: str) -> Any:
    """Fields of a client."""
    query = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {selection} }} }}"
    return (await api(query, {"id": client_id}))["client"]
