"""Sheets as other products export them: banners, repeated headers, unknown columns."""

from __future__ import annotations

import pytest

from clientgraph.columns.fields import SheetFields
from clientgraph.sheets.cells import Cell
from tests.columns.preparing import drafts, read

pytestmark = pytest.mark.anyio


async def test_invoice_ninja_below_its_banner(fields: SheetFields) -> None:
    """Three rows of a banner, two columns called Phone, and addresses for shipping."""
    header = ["Name", "Balance", "Paid to Date", "Billing Street", "Billing Apt/Suite"]
    header += ["Billing City", "Billing Postal Code", "Billing Country", "Shipping Street"]
    header += ["Shipping City", "ID Number", "VAT Number", "Website", "Phone", "Currency"]
    header += ["Public Notes", "Private Notes", "First Name", "Last Name", "Email", "Phone"]
    row: list[Cell] = ["Io Ltd", "$-1.85", "$2.15", "37 High Street", "Suite 6", "Leeds"]
    row += ["LS1 1AA", "United Kingdom", "1 Dock Road", "Hull", "7", None, "io.example.com"]
    row += ["0113 496 0001", "GBP", "x", "y", "Ada", "Byron", "ada@example.com", "0113 496 0002"]
    banner: list[list[Cell]] = [["Invoice Ninja v4", ""], ["", ""], ["CLIENTS", ""]]
    matching, (made,) = read(fields, *banner, header, row)
    assert (matching.preset, matching.header_row) == ("invoiceninja", 4)
    assert made.mistakes == []
    assert made.draft == {
        "name": "Io Ltd",
        "country": "GB",
        "external_reference": "7",
        "website": "io.example.com",
        "phone": "0113 496 0001",
        "currency": "GBP",
        "addresses": [
            {
                "line1": "37 High Street",
                "line2": "Suite 6",
                "city": "Leeds",
                "postal_code": "LS1 1AA",
            },
            {"line1": "1 Dock Road", "city": "Hull", "kind": "DELIVERY"},
        ],
        "contacts": [
            {
                "first_name": "Ada",
                "last_name": "Byron",
                "email": "ada@example.com",
                "phone": "0113 496 0002",
            }
        ],
    }


async def test_freshbooks_and_invoicely(fields: SheetFields) -> None:
    """Plain columns, in English names of countries and in codes."""
    fresh = ["Organization", "First Name", "Last Name", "Email", "Phone", "Street", "City"]
    fresh += ["Province/State", "Country", "Postal Code", "Notes"]
    cells: list[Cell] = ["Io", "Ada", "Byron", "ada@example.com", "867-5309", None, None]
    assert drafts(fields, fresh, [*cells, None, "United States"]) == [
        {
            "name": "Io",
            "country": "US",
            "contacts": [
                {
                    "first_name": "Ada",
                    "last_name": "Byron",
                    "email": "ada@example.com",
                    "phone": "867-5309",
                }
            ],
        }
    ]
    plain = drafts(fields, ["Client Name", "Email", "Phone", "Country"], ["Io", "", None, "US"])
    assert plain == [{"name": "Io", "country": "US"}]


async def test_cards(fields: SheetFields) -> None:
    """Rows of cards: numbered columns beyond the first are left, people without a company too."""
    header = ["FN", "N.family", "N.given", "ORG", "EMAIL", "EMAIL.2", "TEL.cell", "ADR.country"]
    row: list[Cell] = ["Dr Ada Byron", "Byron", "Ada", None, "a@example.com", "b@example.com"]
    (draft,) = drafts(fields, header, [*row, "+32470123456", "Belgique"])
    assert draft == {
        "name": "Ada Byron",
        "kind": "INDIVIDUAL",
        "country": "BE",
        "contacts": [
            {
                "first_name": "Ada",
                "last_name": "Byron",
                "email": "a@example.com",
                "mobile": "+32470123456",
            }
        ],
    }
