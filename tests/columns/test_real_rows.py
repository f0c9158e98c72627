"""What sheets of registers and of other products have, which nobody would think of."""

from __future__ import annotations

import pytest

from clientgraph.columns.fields import SheetFields
from clientgraph.sheets.cells import Cell
from tests.columns.preparing import drafts

pytestmark = pytest.mark.anyio


async def test_belgian_numbers_of_companies_abroad(fields: SheetFields) -> None:
    """They are Belgian wherever the company is; others are of the country of their row."""
    made = drafts(
        fields,
        ["Name", "Country", "Numéro d'entreprise", "VAT number"],
        ["Io", "France", "0206.653.946", None],
        ["Nu", "Verenigde Staten van Amerika", None, "0206.653.946"],
        ["Xi", "Allemagne (Rép.féd.)", "HRB 42", None],
        ["Pi", "PL", "0000123456", None],
    )
    assert [each["identifiers"][0]["kind"] for each in made] == [
        "BE_ENTERPRISE",
        "BE_VAT",
        "DE_HRB",
        "PL_KRS",
    ]
    assert [each["country"] for each in made] == ["FR", "US", "DE", "PL"]


async def test_persons_among_companies(fields: SheetFields) -> None:
    """*Nom* and *Prénom* name a client without a company; those of a contact do not."""
    (company, person) = drafts(
        fields,
        ["Raison sociale", "Nom", "Prénom", "Code APE"],
        ["Io", "Berg", "Ada", "62.01Z"],
        [None, "Vos", "Mia", "85.59A"],
    )
    assert (company["name"], "kind" in company) == ("Io", False)
    assert (person["name"], person["kind"]) == ("Mia Vos", "INDIVIDUAL")
    header = ["Raison sociale", "Nom de famille du contact", "Prénom du contact", "Code APE"]
    (other,) = drafts(fields, header, [None, "Vos", "Mia", "85.59A"])
    assert "name" not in other


@pytest.mark.parametrize(
    ("preset", "header"),
    [
        ("freshbooks", ["Organization", "First Name", "Last Name", "Email", "Phone", "Notes"]),
        ("invoiceninja", ["Name", "First Name", "Last Name", "Email", "Balance", "Website"]),
        ("zoho", ["Company Name", "First Name", "Last Name", "EmailID", "Status", "Website"]),
    ],
)
async def test_persons_in_sheets_of_products(
    fields: SheetFields, preset: str, header: list[Cell]
) -> None:
    """Products that take a person for a client leave the company blank."""
    lines: list[list[Cell]] = [header, ["Io", "Ada", "Berg"], [None, "Mia", "Vos"]]
    assert [each["name"] for each in drafts(fields, *lines, preset=preset)] == ["Io", "Mia Vos"]
