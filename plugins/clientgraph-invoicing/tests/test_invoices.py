"""The life of an invoice: draft, issued, cancelled; what it keeps and what it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace

from .billing import INVOICE, draft, issued, of_client, paid, refused

pytestmark = pytest.mark.anyio


async def test_a_draft_takes_the_clients_currency_and_terms(api: Api) -> None:
    """Nothing is owed for it, and it has no number yet."""
    terms = {"days": 30, "endOfMonth": True}
    client = await api.new_client(currency="CHF", paymentTerms=terms)
    made = await draft(api, client["id"], issuedOn="2026-01-10")
    assert made["total"] == {"amount": "120.00", "currency": "CHF"}
    assert (made["status"], made["number"], made["billedTo"]) == ("DRAFT", None, None)
    assert (made["issuedOn"], made["dueOn"]) == ("2026-01-10", "2026-02-28")
    assert made["open"] == {"amount": "0.00"}


async def test_a_draft_is_changed_and_deleted(api: Api) -> None:
    """Absent fields stay, and the version that the caller saw is asked for."""
    client = await api.new_client()
    made = await draft(api, client["id"], number="A-1", issuedOn="2026-01-10")
    given = {"id": made["id"], "total": "99.9", "expectedVersion": made["version"]}
    changed = (await api.done("invoiceUpdate", given, INVOICE))["invoice"]
    assert changed["total"]["amount"] == "99.90"
    assert (changed["number"], changed["issuedOn"]) == ("A-1", "2026-01-10")
    stale = {"id": made["id"], "expectedVersion": made["version"]}
    assert await refused(api, "invoiceDelete", stale) == [("expectedVersion", "VERSION_CONFLICT")]
    gone = await api.done("invoiceDelete", {"id": made["id"]}, "deletedId")
    assert gone["deletedId"] == made["id"]
    assert await api("query($i: ID!) { invoice(id: $i) { id } }", {"i": made["id"]}) == {
        "invoice": None
    }


async def test_numbers_follow_each_other(api: Api, other: Workspace) -> None:
    """With the workspace's prefix; a number given by hand is left out, each workspace counts."""
    setting = {"name": "invoicing", "settings": {"invoice_number_prefix": "F/"}}
    await api.done("pluginConfigure", setting)
    client = await api.new_client()
    await draft(api, client["id"], number="F/00002")
    numbers = [(await issued(api, client["id"]))["number"] for _ in range(2)]
    assert numbers == ["F/00001", "F/00003"]
    theirs = await other.api().new_client()
    assert (await issued(other.api(), theirs["id"]))["number"] == "INV-00001"


async def test_of_invoices_issued_at_once_each_has_a_number(api: Api) -> None:
    """No two have the same, and none is left out."""
    client = await api.new_client()
    drafts = [await draft(api, client["id"]) for _ in range(3)]
    answers = await asyncio.gather(
        *(api.do("invoiceIssue", {"id": each["id"]}, INVOICE) for each in drafts)
    )
    assert [each["userErrors"] for each in answers] == [[], [], []]
    numbers = sorted(each["invoice"]["number"] for each in answers)
    assert numbers == ["INV-00001", "INV-00002", "INV-00003"]


async def test_an_issued_invoice_names_the_client_as_it_was(api: Api) -> None:
    """With the billing address and identifiers; later changes of the client do not reach it."""
    address = {"line1": "1 rue Haute", "postalCode": "75001", "city": "Paris"}
    billing = {"line1": "2 rue Basse", "postalCode": "69001", "city": "Lyon", "kind": "BILLING"}
    client = await api.new_client(
        "Ganymède SAS",
        tradingName="Ganymède",
        identifiers=[{"kind": "FR_SIRET", "value": "73282932000074"}],
        addresses=[address, {**billing, "isDefaultForBilling": True}],
    )
    made = await issued(api, client["id"])
    party = made["billedTo"]
    assert (party["name"], party["tradingName"], party["country"]) == (
        "Ganymède SAS",
        "Ganymède",
        "FR",
    )
    assert party["address"] == ["2 rue Basse", "69001 Lyon"]
    siret = {"kind": "FR_SIRET", "label": "SIRET number", "value": "732 829 320 00074"}
    assert siret in party["identifiers"]
    await api.done("clientUpdate", {"id": client["id"], "name": "Europa", "tradingName": None})
    query = f"query($i: ID!) {{ invoice(id: $i) {{ client {{ name }} {INVOICE[9:-1]} }} }}"
    found = (await api(query, {"i": made["id"]}))["invoice"]
    assert found.pop("client") == {"name": "Europa"}
    assert found == made


@pytest.mark.parametrize("mutation", ["invoiceUpdate", "invoiceIssue", "invoiceDelete"])
async def test_what_was_issued_stays(api: Api, mutation: str) -> None:
    """It is neither changed, nor issued again, nor deleted."""
    client = await api.new_client()
    made = await issued(api, client["id"])
    assert await refused(api, mutation, {"id": made["id"]}) == [("id", "INVOICE_NOT_DRAFT")]


async def test_a_cancelled_invoice_is_kept_and_counts_no_longer(api: Api) -> None:
    """With its number; one that was paid is not cancelled."""
    client = await api.new_client()
    made = await issued(api, client["id"])
    gone = (await api.done("invoiceCancel", {"id": made["id"]}, INVOICE))["invoice"]
    assert (gone["status"], gone["number"]) == ("CANCELLED", made["number"])
    assert gone["open"] == {"amount": "0.00"}
    again = await refused(api, "invoiceCancel", {"id": made["id"]})
    assert again == [("id", "INVOICE_NOT_ISSUED")]
    settled = await issued(api, client["id"])
    await paid(api, client["id"], "5", invoiceId=settled["id"])
    assert await refused(api, "invoiceCancel", {"id": settled["id"]}) == [
        ("id", "INVOICE_HAS_PAYMENTS")
    ]


async def test_all_mistakes_are_told_at_once(api: Api) -> None:
    """With their places; nothing is recorded."""
    client = await api.new_client()
    await draft(api, client["id"], number="TAKEN")
    given = {
        "clientId": client["id"],
        "total": "-1",
        "number": "TAKEN",
        "currency": "XYZ",
        "issuedOn": "2026-02-01",
        "dueOn": "2026-01-01",
    }
    assert sorted(await refused(api, "invoiceRecord", given)) == [
        ("currency", "INVALID_CURRENCY"),
        ("dueOn", "DUE_BEFORE_ISSUED"),
        ("number", "TAKEN"),
        ("total", "AMOUNT_NOT_POSITIVE"),
    ]
    found = await of_client(api, client["id"], "invoices { totalCount }")
    assert found == {"invoices": {"totalCount": 1}}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"total": "1.005"}, "TOO_MANY_DECIMALS"),
        ({"total": "1.5", "currency": "JPY"}, "TOO_MANY_DECIMALS"),
        ({"total": "99999999999999"}, "OUT_OF_RANGE"),
        ({}, "REQUIRED"),
    ],
)
async def test_amounts_fit_their_currency(api: Api, given: dict[str, Any], code: str) -> None:
    """Decimals as the currency has them, and no more than can be kept exactly."""
    client = await api.new_client()
    mistakes = await refused(api, "invoiceRecord", {"clientId": client["id"], **given})
    assert mistakes == [("total", code)]


async def test_amounts_are_exact(api: Api) -> None:
    """Yen have no cents, dinars three; the largest amount comes back as it was."""
    client = await api.new_client()
    given = [("12", "JPY", "12"), ("0.125", "TND", "0.125"), ("9999999999999.99", "EUR", None)]
    for total, currency, shown in given:
        made = await draft(api, client["id"], total, currency=currency)
        assert made["total"] == {"amount": shown or total, "currency": currency}


async def test_a_recap_writes_nothing(api: Api) -> None:
    """The result of issuing is shown, and the invoice is still a draft."""
    client = await api.new_client()
    made = await draft(api, client["id"])
    given = {"id": made["id"], "validateOnly": True}
    shown = (await api.done("invoiceIssue", given, INVOICE))["invoice"]
    assert (shown["status"], shown["number"]) == ("ISSUED", "INV-00001")
    found = await api("query($i: ID!) { invoice(id: $i) { status number } }", {"i": made["id"]})
    assert found == {"invoice": {"status": "DRAFT", "number": None}}


async def test_a_repeated_key_records_once(api: Api) -> None:
    """The first answer is given again."""
    client = await api.new_client()
    given = {"clientId": client["id"], "total": "5", "idempotencyKey": "one"}
    first, second = [(await api.done("invoiceRecord", given, INVOICE)) for _ in range(2)]
    assert first == second
    found = await of_client(api, client["id"], "invoices { totalCount }")
    assert found == {"invoices": {"totalCount": 1}}


async def test_another_workspace_sees_and_touches_nothing(api: Api, other: Workspace) -> None:
    """Its invoices, clients and payments do not exist there."""
    client = await api.new_client()
    made = await issued(api, client["id"])
    payment = await paid(api, client["id"], "5")
    beside = other.api()
    query = "query($i: ID!) { invoice(id: $i) { id } invoices { totalCount } }"
    assert await beside(query, {"i": made["id"]}) == {
        "invoice": None,
        "invoices": {"totalCount": 0},
    }
    for mutation in ("invoiceUpdate", "invoiceIssue", "invoiceCancel", "invoiceDelete"):
        assert await refused(beside, mutation, {"id": made["id"]}) == [("id", "NOT_FOUND")]
    assert await refused(beside, "paymentDelete", {"id": payment["id"]}) == [("id", "NOT_FOUND")]
    given = {"clientId": client["id"], "total": "5"}
    assert await refused(beside, "invoiceRecord", given) == [("clientId", "NOT_FOUND")]
    own = await beside.new_client()
    foreign = {"clientId": own["id"], "invoiceId": made["id"], "amount": "5"}
    assert await refused(beside, "paymentRecord", foreign) == [("invoiceId", "NOT_FOUND")]


async def test_readers_read_and_do_not_write(workspace: Workspace) -> None:
    """A viewer sees invoices."""
    client = await workspace.api().new_client()
    viewer = workspace.api("VIEWER")
    assert await viewer("{ invoices { totalCount } }") == {"invoices": {"totalCount": 0}}
    text = "mutation($i: InvoiceRecordInput!) { invoiceRecord(input: $i) { invoice { id } } }"
    given = {"i": {"clientId": client["id"], "total": "5"}}
    assert await viewer.codes(text, given) == ["FORBIDDEN"]
