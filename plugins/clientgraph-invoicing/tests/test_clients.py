"""What invoices mean for clients: who cannot be deleted, and what is warned of."""

from __future__ import annotations

import anyio
import pytest

from clientgraph.testing import Api, DeletionBlockerConformance, RemovalConformance, Workspace

from .billing import draft, issued, paid

pytestmark = pytest.mark.anyio


class TestInvoicesBlock(DeletionBlockerConformance):
    """Whoever was sent an invoice stays (J16)."""

    plugin, code = "invoicing", "HAS_INVOICES"

    async def block(self, api: Api, client_id: str) -> None:
        """An invoice that was cancelled is traceable as well."""
        made = await issued(api, client_id)
        await api.done("invoiceCancel", {"id": made["id"]})


class TestPaymentsBlock(DeletionBlockerConformance):
    """Whoever paid stays."""

    plugin, code = "invoicing", "HAS_PAYMENTS"

    async def block(self, api: Api, client_id: str) -> None:
        """On account."""
        await paid(api, client_id, "5")


class TestRemoval(RemovalConformance):
    """Without the plugin the service goes on."""

    plugin = "invoicing"

    async def fill(self, api: Api) -> None:
        """A client with an invoice."""
        client = await api.new_client()
        await issued(api, client["id"])


async def test_drafts_of_invoices_go_with_their_client(api: Api) -> None:
    """They keep nobody, and nothing of them is left."""
    client = await api.new_client()
    await draft(api, client["id"])
    await api.done("clientDelete", {"id": client["id"]})
    with anyio.fail_after(20):
        left = 1
        while left:
            left = (await api("{ invoices { totalCount } }"))["invoices"]["totalCount"]
            await anyio.sleep(0.02)


async def test_a_client_is_deleted_and_made_anew(api: Api) -> None:
    """With the same identifiers, at once, where it was never invoiced (J19)."""
    same = {"identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}]}
    client = await api.new_client("Wrong", **same)
    await draft(api, client["id"])
    await api.done("clientDelete", {"id": client["id"]})
    assert (await api.new_client("Right", "name", **same))["name"] == "Right"


async def warned(api: Api, mutation: str, given: dict[str, object]) -> list[tuple[str, str, str]]:
    """Place, code and sentence of each warning of a change that was made."""
    done = await api.done(mutation, given, "warnings { path code message }")
    return [(each["path"][-1], each["code"], each["message"]) for each in done["warnings"]]


async def test_who_owes_something_goes_out_of_use_with_a_warning(api: Api) -> None:
    """In the caller's language; once the invoice is paid there is none."""
    client = await api.new_client()
    invoice = await issued(api, client["id"], "100")
    found = await warned(api, "clientDeactivate", {"id": client["id"]})
    assert [each[:2] for each in found] == [("id", "OPEN_BALANCE")]
    assert "100.00 EUR" in found[0][2]
    await api.done("clientActivate", {"id": client["id"]})
    await paid(api, client["id"], "100", invoiceId=invoice["id"])
    assert await warned(api, "clientDeactivate", {"id": client["id"]}) == []


async def test_another_currency_is_warned_of_while_something_is_open(workspace: Workspace) -> None:
    """The change is made, and said in French to whoever reads that."""
    api = workspace.api("OWNER", "fr")
    client = await api.new_client()
    await issued(api, client["id"], "100")
    found = await warned(api, "clientUpdate", {"id": client["id"], "currency": "CHF"})
    assert [each[:2] for each in found] == [("currency", "OPEN_IN_CURRENCY")]
    assert found[0][2] == "Un solde de 100.00 EUR reste ouvert dans l'ancienne devise."
    assert await warned(api, "clientUpdate", {"id": client["id"], "currency": "EUR"}) == []
