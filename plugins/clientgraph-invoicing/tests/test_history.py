"""What a client's history tells of its invoices and payments: each happening once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

import clientgraph_invoicing
from clientgraph import hookimpl
from clientgraph.config import Settings
from clientgraph.testing import (
    AfterCommitConformance,
    Api,
    EventKindConformance,
    Workspace,
    Workspaces,
    plugins_for,
    running,
)
from clientgraph_invoicing import notices

from .billing import SECONDS, draft, history, issued, paid

pytestmark = pytest.mark.anyio

# The plugin in a process that dies before it tells anybody, and in one that looks for what is left.
DYING = SimpleNamespace(
    **{name: each for name, each in vars(clientgraph_invoicing).items() if name != "after_commit"}
)
LOOKING = SimpleNamespace(
    **{
        **vars(clientgraph_invoicing),
        "periodic_tasks": hookimpl(lambda: [replace(notices.UNTOLD, every=1.0)]),
    }
)


class TestKind(EventKindConformance):
    """Events of this kind can be written by hand, too."""

    kinds = (notices.INVOICE,)


class TestNotices(AfterCommitConformance):
    """One for each happening, told once or twice."""

    plugin = "invoicing"

    async def prepare(self, api: Api) -> None:
        """A client with a draft."""
        await draft(api, (await api.new_client())["id"])

    async def change(self, api: Api) -> None:
        """It is issued and paid."""
        (invoice,) = (await api("{ invoices { nodes { id client { id } } } }"))["invoices"]["nodes"]
        await api.done("invoiceIssue", {"id": invoice["id"]})
        await paid(api, invoice["client"]["id"], "5", invoiceId=invoice["id"])

    async def outcome(self, api: Api) -> Any:
        """The titles of all events."""
        found = await api("{ events(first: 50) { nodes { title kind { key } } } }")
        return found["events"]["nodes"]


async def test_an_invoice_is_told_from_its_issue_to_its_end(api: Api) -> None:
    """In the words and figures of the workspace; drafts and recaps tell nothing."""
    client = (await api.new_client())["id"]
    made = await draft(api, client, "120", issuedOn="2026-01-10", dueOn="2026-02-09")
    await api.done("invoiceIssue", {"id": made["id"], "validateOnly": True})
    await api.done("invoiceIssue", {"id": made["id"]})
    await paid(api, client, "50", invoiceId=made["id"])
    rest = await paid(api, client, "70", invoiceId=made["id"])
    await api.done("paymentDelete", {"id": rest["id"]})
    assert await history(api, client, 4) == [
        ("Facture INV-00001 émise", "120,00 €\nÉchéance : 9 févr. 2026"),
        ("Paiement reçu", "50,00 € · Facture INV-00001\nReste dû : 70,00 €"),
        ("Paiement reçu", "70,00 € · Facture INV-00001\nEntièrement réglé"),
        ("Paiement supprimé", "70,00 € · Facture INV-00001\nReste dû : 70,00 €"),
    ]


async def test_other_happenings_are_told_too(workspaces: Workspaces) -> None:
    """Credit notes, money that is paid back or belongs to no invoice, cancellations."""
    api = (await workspaces.make(locale="en-IE")).api()
    client = (await api.new_client())["id"]
    credit = await issued(api, client, "30", kind="CREDIT_NOTE", issuedOn="2026-01-10")
    await paid(api, client, "-30", invoiceId=credit["id"])
    await paid(api, client, "15")
    wrong = await issued(api, client, "8", currency="JPY", dueOn="2126-01-31")
    await api.done("invoiceCancel", {"id": wrong["id"]})
    assert await history(api, client, 5) == [
        ("Credit note INV-00001 issued", "€30.00"),
        ("Money paid back", "-€30.00 · Credit note INV-00001\nPaid in full"),
        ("Payment received", "€15.00 · on account"),
        ("Invoice INV-00002 issued", "JP¥8\nDue: 31 Jan 2126"),
        ("Invoice INV-00002 cancelled", "JP¥8"),
    ]


async def test_notices_are_events_of_their_kind(api: Api, other: Workspace) -> None:
    """Of the time when it happened, written by no member; other workspaces have none."""
    client = (await api.new_client())["id"]
    await issued(api, client)
    await history(api, client, 1)
    listed = """{ events(filter: {kinds: ["INVOICE"]}) { totalCount nodes {
      kind { label isTask } author { id } client { id } } } }"""
    assert (await api(listed))["events"] == {
        "totalCount": 1,
        "nodes": [
            {
                "kind": {"label": "Invoice", "isTask": False},
                "author": None,
                "client": {"id": client},
            }
        ],
    }
    assert (await other.api()(listed))["events"]["totalCount"] == 0


async def test_what_a_dead_process_left_is_told(
    clientgraph_settings: Settings,
    clientgraph_plugins: Mapping[str, object],
    workspace: Workspace,
) -> None:
    """By time, though nothing is committed that leads to it; once, by however many processes."""
    dying = plugins_for({**clientgraph_plugins, "invoicing": DYING})
    async with running(clientgraph_settings, dying) as process:
        api = replace(workspace, client=process).api()
        client, gone = [(await api.new_client(name))["id"] for name in ("Kept", "Gone")]
        await issued(api, client)
        await api.done("paymentDelete", {"id": (await paid(api, gone, "5"))["id"]})
        await api.done("clientDelete", {"id": gone})
        assert await history(api, client, 0) == []
    looking = plugins_for({**clientgraph_plugins, "invoicing": LOOKING})
    async with (
        running(clientgraph_settings, looking) as one,
        running(clientgraph_settings, looking),
    ):
        api = replace(workspace, client=one).api()
        titles = [title for title, _ in await history(api, client, 1)]
    assert titles == ["Facture INV-00001 émise"]
    assert len(await history(workspace.api(), client, 1)) == 1


async def test_what_the_workspace_does_not_take_is_told(api: Api) -> None:
    """Its events must say more than the plugin can know: the invoice is issued all the same."""
    label = {"language": "en", "text": "Place"}
    wanted = {"on": "EVENT", "key": "place", "type": "TEXT", "required": True, "labels": [label]}
    await api.done("customFieldDefinitionCreate", wanted)
    client = (await api.new_client())["id"]
    await issued(api, client)
    errors = "{ plugins { name lastErrors { error } } }"
    found: list[Any] = []
    with anyio.fail_after(SECONDS):
        while not found:
            await anyio.sleep(0.1)
            plugins = {each["name"]: each for each in (await api(errors))["plugins"]}
            found = plugins["invoicing"]["lastErrors"]
    refused = "NotWritten: a notice in a client's history was refused: REQUIRED"
    assert found == [{"error": refused}]
    assert await history(api, client, 0) == []
