"""What clients owe: lists, sums, overdue, payments; for many at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from clientgraph.testing import Api, BatchFieldConformance

from .billing import issued, of_client, paid, refused

pytestmark = pytest.mark.anyio

SUMMARY = """financeSummary { invoiceCount lastInvoiceOn
  invoicedTotal { amount currency } paidTotal { amount currency }
  balance { amount currency } overdue { amount currency } }"""


async def test_the_sums_of_a_client(api: Api) -> None:
    """By currency: credit notes lower what was invoiced, drafts and cancelled ones do not count."""
    client = (await api.new_client())["id"]
    late = {"issuedOn": "2025-01-10", "dueOn": "2025-02-10"}
    first = await issued(api, client, "100", **late)
    await issued(api, client, "50", issuedOn="2026-03-01", dueOn="2126-01-01")
    await issued(api, client, "30", kind="CREDIT_NOTE", **late)
    await issued(api, client, "7", currency="USD", issuedOn="2024-01-01", dueOn="2126-01-01")
    cancelled = await issued(api, client, "1000", **late)
    await api.done("invoiceCancel", {"id": cancelled["id"]})
    await api.done("invoiceRecord", {"clientId": client, "total": "500"})
    await paid(api, client, "40", invoiceId=first["id"])
    await paid(api, client, "15")
    found = (await of_client(api, client, SUMMARY))["financeSummary"]
    assert found == {
        "invoiceCount": 4,
        "lastInvoiceOn": "2026-03-01",
        "invoicedTotal": [
            {"amount": "120.00", "currency": "EUR"},
            {"amount": "7.00", "currency": "USD"},
        ],
        "paidTotal": [
            {"amount": "55.00", "currency": "EUR"},
            {"amount": "0.00", "currency": "USD"},
        ],
        "balance": [
            {"amount": "65.00", "currency": "EUR"},
            {"amount": "7.00", "currency": "USD"},
        ],
        "overdue": [
            {"amount": "60.00", "currency": "EUR"},
            {"amount": "0.00", "currency": "USD"},
        ],
    }
    listed = await api("{ invoices(filter: {isOverdue: true}) { nodes { number isOverdue } } }")
    assert listed["invoices"]["nodes"] == [{"number": first["number"], "isOverdue": True}]


async def test_a_client_without_invoices_owes_nothing(api: Api) -> None:
    """Empty lists, and no last invoice."""
    client = (await api.new_client())["id"]
    found = await of_client(api, client, f"balance {{ amount }} {SUMMARY}")
    assert found["balance"] == []
    assert found["financeSummary"]["invoiceCount"] == 0
    assert found["financeSummary"]["lastInvoiceOn"] is None


async def test_invoices_are_paged_newest_first(api: Api) -> None:
    """By the day that they bear, whenever they were recorded; cursors hold through the pages."""
    client = (await api.new_client())["id"]
    days = ["2026-01-02", "2026-01-03", "2026-01-01", "2026-01-03", "2025-12-31"]
    for day in days:
        await issued(api, client, issuedOn=day)
    of = "invoices(first: 2, after: $a) { nodes { issuedOn } pageInfo { hasNextPage endCursor } }"
    for wrapped, path in (
        (f"client(by: {{id: $i}}) {{ {of} }}", ("client", "invoices")),
        (f"all: client(by: {{id: $i}}) {{ id }} {of}", ("invoices",)),
    ):
        seen, cursor = [], None
        for _ in range(3):
            given = {"i": client, "a": cursor}
            page = await api(f"query($i: ID!, $a: String) {{ {wrapped} }}", given)
            for part in path:
                page = page[part]
            seen += [each["issuedOn"] for each in page["nodes"]]
            cursor = page["pageInfo"]["endCursor"]
        assert seen == sorted(days, reverse=True)
        assert page["pageInfo"]["hasNextPage"] is False


async def test_invoices_are_filtered(api: Api) -> None:
    """All that is given must hold; an empty list of states finds none."""
    one, two = [(await api.new_client(name))["id"] for name in ("One", "Two")]
    first = await issued(api, one, issuedOn="2026-01-01")
    await issued(api, two, issuedOn="2026-02-01", kind="CREDIT_NOTE")
    await api.done("invoiceRecord", {"clientId": one, "total": "5", "issuedOn": "2026-03-01"})
    for given, expected in (
        ({}, ["2026-03-01", "2026-02-01", "2026-01-01"]),
        ({"clientId": one}, ["2026-03-01", "2026-01-01"]),
        (
            {"clientId": None, "kind": None, "status": None},
            ["2026-03-01", "2026-02-01", "2026-01-01"],
        ),
        ({"clientId": "client_x"}, []),
        ({"status": ["ISSUED"]}, ["2026-02-01", "2026-01-01"]),
        ({"status": []}, []),
        ({"kind": "CREDIT_NOTE"}, ["2026-02-01"]),
        ({"number": first["number"]}, ["2026-01-01"]),
        ({"issuedFrom": "2026-02-01"}, ["2026-03-01", "2026-02-01"]),
        ({"issuedFrom": "2026-02-01", "issuedUntil": "2026-02-28"}, ["2026-02-01"]),
    ):
        query = (
            "query($f: InvoiceFilter) { invoices(filter: $f) { nodes { issuedOn } totalCount } }"
        )
        found = (await api(query, {"f": given}))["invoices"]
        assert [each["issuedOn"] for each in found["nodes"]] == expected, given
        assert found["totalCount"] == len(expected)


async def test_payments_are_listed_and_deleted(api: Api) -> None:
    """With the invoice that they are for; one recorded in error goes."""
    client = (await api.new_client())["id"]
    invoice = await issued(api, client, "100")
    await paid(api, client, "60", invoiceId=invoice["id"], method="transfer", paidOn="2026-01-02")
    wrong = await paid(api, client, "70", paidOn="2026-01-03")
    await api.done("paymentDelete", {"id": wrong["id"], "expectedVersion": wrong["version"]})
    of = "payments { totalCount nodes { paidOn method invoice { number } amount { amount } } }"
    found = await of_client(
        api, client, f"{of} invoices {{ nodes {{ paid {{ amount }} open {{ amount }} }} }}"
    )
    assert found["payments"] == {
        "totalCount": 1,
        "nodes": [
            {
                "paidOn": "2026-01-02",
                "method": "transfer",
                "invoice": {"number": invoice["number"]},
                "amount": {"amount": "60.00"},
            }
        ],
    }
    assert found["invoices"]["nodes"] == [
        {"paid": {"amount": "60.00"}, "open": {"amount": "40.00"}}
    ]


async def test_mistakes_in_payments(api: Api) -> None:
    """Of another client's invoice, a draft, another currency, nothing."""
    client, stranger = [(await api.new_client(name))["id"] for name in ("One", "Two")]
    invoice = await issued(api, client)
    plan = await api.done("invoiceRecord", {"clientId": client, "total": "5"}, "invoice { id }")
    for given, mistakes in (
        (
            {"clientId": stranger, "invoiceId": invoice["id"], "amount": "5"},
            [("invoiceId", "NOT_FOUND")],
        ),
        (
            {"invoiceId": plan["invoice"]["id"], "amount": "5"},
            [("invoiceId", "INVOICE_NOT_ISSUED")],
        ),
        (
            {"invoiceId": invoice["id"], "amount": "5", "currency": "USD"},
            [("currency", "CURRENCY_OF_INVOICE")],
        ),
        ({"amount": "0"}, [("amount", "REQUIRED")]),
        ({"clientId": "client_x", "amount": "5"}, [("clientId", "NOT_FOUND")]),
        ({"amount": "5", "reference": "x" * 141}, [("reference", "TOO_LONG")]),
    ):
        assert await refused(api, "paymentRecord", {"clientId": client, **given}) == mistakes


async def _one_each(api: Api, client_ids: Sequence[str]) -> None:
    for client_id in client_ids:
        await issued(api, client_id)


class TestBalance(BatchFieldConformance):
    """Of a page of clients in two statements."""

    selection = "balance { amount currency }"
    prepare = staticmethod(_one_each)


class TestInvoices(BatchFieldConformance):
    """Of a page of clients, with what was paid."""

    selection = "invoices(first: 2) { totalCount nodes { number open { amount } } }"
    prepare = staticmethod(_one_each)


class TestPayments(BatchFieldConformance):
    """Of a page of clients, with their invoices."""

    selection = "payments(first: 2) { totalCount nodes { id invoice { number } } }"


class TestSums(BatchFieldConformance):
    """Sums and letters of a page of clients."""

    selection = f"{SUMMARY} welcomeLetter {{ state }}"
    prepare = staticmethod(_one_each)
