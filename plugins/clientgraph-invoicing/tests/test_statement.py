"""Statements of account: complete, in order, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from clientgraph_invoicing.statement import plain

from .billing import draft, issued, paid

pytestmark = pytest.mark.anyio


async def fetched(api: Api, client_id: str) -> Any:
    """The answer to whoever asks for the statement."""
    headers = {"Authorization": f"Bearer {api.token}", "Accept-Language": api.language}
    path = f"/plugins/invoicing/clients/{client_id}/statement.csv"
    return await api.client.get(path, headers=headers)


async def test_a_statement_has_all_that_counts(workspace: Workspace) -> None:
    """Issued invoices and payments, oldest first, with the balance after each."""
    api = workspace.api("OWNER", "fr")
    client = (await api.new_client(reference="C-7"))["id"]
    await draft(api, client)
    await issued(api, client, "30", kind="CREDIT_NOTE", issuedOn="2026-03-01", dueOn="2026-03-01")
    await issued(api, client, "100", issuedOn="2026-01-01", dueOn="2026-01-31", number="=1+1")
    await paid(api, client, "40", paidOn="2026-02-01", method="@SUM(A1)", reference="x")
    answer = await fetched(workspace.api("VIEWER", "fr"), client)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="statement-C7.csv"'
    assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == [
        ["Date", "Type", "Numéro", "Échéance", "Montant", "Devise", "Solde", "Détails"],
        ["2026-01-01", "Facture", "'=1+1", "2026-01-31", "100.00", "EUR", "100.00", ""],
        ["2026-02-01", "Paiement", "", "", "-40.00", "EUR", "60.00", "'@SUM(A1) x"],
        ["2026-03-01", "Avoir", "INV-00001", "2026-03-01", "-30.00", "EUR", "30.00", ""],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "\r=1"])
def test_no_text_is_calculated(text: str) -> None:
    """Whatever a spreadsheet would take for a formula begins with an apostrophe."""
    assert plain(text) == f"'{text}"
    assert plain(f"x{text}") == f"x{text}"


async def test_nobody_else_reads_it(api: Api, other: Workspace) -> None:
    """Not another workspace, not without a token; an unknown client has none."""
    client = (await api.new_client())["id"]
    assert (await fetched(other.api(), client)).status_code == 404
    assert (await fetched(api, "client_x")).status_code == 404
    path = f"/plugins/invoicing/clients/{client}/statement.csv"
    assert (await api.client.get(path)).status_code == 401
