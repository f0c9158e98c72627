"""Invoicing passes the suites of the hooks that it takes part in."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from clientgraph.testing import (
    AfterCommitConformance,
    Api,
    BeforeChangeConformance,
    HttpRouteConformance,
    PluginConformance,
    RootFieldConformance,
    SettingsConformance,
)

from .billing import draft, issued, paid


class TestCurrency(BeforeChangeConformance):
    """A client that owes something is warned of."""

    plugin = "invoicing"
    mutation = "clientUpdate"
    warned = (({"currency": "USD"}, ["currency"], "OPEN_IN_CURRENCY"),)

    async def given(self, api: Api) -> dict[str, Any]:
        """Another name for a client that owes something."""
        client_id = (await api.new_client())["id"]
        await issued(api, client_id)
        return {"id": client_id, "name": "Atelier Nord"}


class TestDrafts(AfterCommitConformance):
    """Drafts of invoices go with their client."""

    plugin = "invoicing"

    async def prepare(self, api: Api) -> None:
        """A client with a draft, and one with nothing."""
        await draft(api, (await api.new_client("Drafted"))["id"])

    async def change(self, api: Api) -> None:
        """The client is deleted."""
        (client,) = (await api("{ clients { nodes { id } } }"))["clients"]["nodes"]
        await api.done("clientDelete", {"id": client["id"]})

    async def outcome(self, api: Api) -> Any:
        """The drafts that are left."""
        return await api("{ invoices { nodes { status total { amount } } } }")


class TestPlugin(PluginConformance):
    """As a whole."""

    plugin = "invoicing"


class TestSettings(SettingsConformance):
    """Of a workspace."""

    plugin = "invoicing"
    taken = MappingProxyType({"invoice_number_prefix": "F-", "welcome_enabled": False})
    refused = (
        ({"invoice_number_prefix": "F "}, ["invoice_number_prefix"], "INVALID_SETTING"),
        ({"welcome_enabled": "yes"}, ["welcome_enabled"], "INVALID_SETTING"),
    )


class TestStatement(HttpRouteConformance):
    """Of a client's account."""

    plugin = "invoicing"

    async def path(self, api: Api, text: str) -> str:
        """A payment has a reference of any text."""
        client_id = (await api.new_client())["id"]
        await paid(api, client_id, "10", reference=text)
        return f"/clients/{client_id}/statement.csv"


class TestInvoices(RootFieldConformance):
    """The list of all."""

    plugin = "invoicing"
    document = "{ invoices { nodes { billedTo { name } } } }"

    async def variables(self, api: Api, text: str) -> dict[str, Any]:
        """An invoice to a client of this name."""
        await issued(api, (await api.new_client(text))["id"])
        return {}


class TestRecording(RootFieldConformance):
    """A mutation."""

    plugin = "invoicing"
    document = """mutation($input: PaymentRecordInput!) {
      paymentRecord(input: $input) { payment { reference } userErrors { code } } }"""
    roles = frozenset({"OWNER", "ADMIN", "MEMBER"})

    async def variables(self, api: Api, text: str) -> dict[str, Any]:
        """A payment of a new client."""
        client_id = (await api.new_client())["id"]
        return {"input": {"clientId": client_id, "amount": "10", "reference": text}}
