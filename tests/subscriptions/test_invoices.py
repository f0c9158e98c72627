"""What subscribers hear of invoices, by the bundled plugin."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.storage.servers import Server
from tests.subscriptions.ears import EARS, Ear

from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

CHANGED = """subscription($id: ID!) { invoiceChanged(clientId: $id) {
  action invoiceId invoice { status total { amount } open { amount } client { name } }
} }"""

over = pytest.mark.parametrize("over", list(EARS))


async def recorded(api: Api, client_id: str, total: str = "100") -> str:
    """The id of a draft."""
    given = {"clientId": client_id, "total": total}
    made = await api.done("invoiceRecord", given, "invoice { id }")
    found: str = made["invoice"]["id"]
    return found


async def begun(ear: Ear, api: Api, client_id: str) -> None:
    """Return once the subscription is heard, and all that was told until then.

    It begins in the plugin's loop, beside everything else.
    """
    heard = asyncio.create_task(ear.next())
    last = ""
    while not heard.done():
        last = await recorded(api, client_id)
        await asyncio.wait([heard], timeout=0.1)
    told = heard.result()
    while told["invoiceId"] != last:
        told = await ear.next()


def told(action: str, invoice_id: str, status: str | None = None, left: str = "0.00") -> Any:
    """What an ear hears of an invoice of 100 euros; without a status it is gone."""
    invoice = {
        "status": status,
        "total": {"amount": "100.00"},
        "open": {"amount": left},
        "client": {"name": "Ganymède"},
    }
    return {
        "action": action,
        "invoiceId": invoice_id,
        "invoice": invoice if status is not None else None,
    }


@over
async def test_invoices_are_followed(
    server: Server, remote: Api, workspace: Workspace, over: str
) -> None:
    """From the draft to the last payment; none of another client, and no recap."""
    client, other = [(await remote.new_client(name))["id"] for name in ("Ganymède", "Other")]
    token = workspace.tokens["VIEWER"]
    async with EARS[over](server.url, token, CHANGED, {"id": client}) as ear:
        await begun(ear, remote, client)
        await recorded(remote, other)
        made = await recorded(remote, client)
        assert await ear.next() == told("CREATED", made, "DRAFT")
        await remote.done("invoiceIssue", {"id": made, "validateOnly": True})
        await remote.done("invoiceIssue", {"id": made})
        assert await ear.next() == told("UPDATED", made, "ISSUED", "100.00")
        await remote.done("paymentRecord", {"clientId": client, "amount": "7"})
        given = {"clientId": client, "invoiceId": made, "amount": "40"}
        paid = await remote.done("paymentRecord", given, "payment { id }")
        assert await ear.next() == told("UPDATED", made, "ISSUED", "60.00")
        await remote.done("paymentDelete", {"id": paid["payment"]["id"]})
        assert await ear.next() == told("UPDATED", made, "ISSUED", "100.00")
        await remote.done("invoiceCancel", {"id": made})
        assert await ear.next() == told("UPDATED", made, "CANCELLED")


@over
async def test_another_workspace_hears_nothing(
    server: Server, remote: Api, workspace: Workspace, other: Workspace, over: str
) -> None:
    """Whoever guesses a client's id; it ends with its client for those who may hear of it."""
    client = (await remote.new_client("Ganymède"))["id"]
    ours, theirs = workspace.tokens["OWNER"], other.tokens["OWNER"]
    async with (
        EARS[over](server.url, ours, CHANGED, {"id": client}) as ear,
        EARS[over](server.url, theirs, CHANGED, {"id": client}) as spy,
    ):
        spied = asyncio.create_task(spy.next())
        await begun(ear, remote, client)
        made = await recorded(remote, client)
        assert await ear.next() == told("CREATED", made, "DRAFT")
        await remote.done("invoiceDelete", {"id": made})
        assert await ear.next() == told("DELETED", made)
        await remote.done("clientDelete", {"id": client})
        assert await ear.next() is None
        assert not spied.done()
        spied.cancel()


async def test_it_is_refused_where_the_plugin_is_switched_off(workspace: Workspace) -> None:
    """As its queries and mutations are."""
    api = workspace.api()
    await api.done("pluginConfigure", {"name": "invoicing", "isActive": False})
    variables = {"id": (await api.new_client())["id"]}
    answer = await workspace.client.post(
        "/graphql",
        json={"query": CHANGED, "variables": variables},
        headers={"Authorization": f"Bearer {api.token}", "Accept": "text/event-stream"},
    )
    assert '"code":"PLUGIN_INACTIVE"' in answer.text
