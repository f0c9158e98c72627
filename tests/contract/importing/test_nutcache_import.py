"""Rows N4 to N6 of the contract: clients come in by a workbook, or one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.importing.workbooks import filled, handed_out, headers
from tests.imports.desk import ImportDesk, counts

pytestmark = pytest.mark.anyio

LINE = {
    "Nom du client *": "Ganymède",
    "Adresse": "10 rue de la Paix",
    "Ville": "Paris",
    "Code postal": "75002",
    "Pays": "FR",
    "Prénom du contact": "Zoé",
    "Nom du contact": "Peeters",
    "Courriel du contact": "zoe@ganymede.example",
    "Contact par défaut": "Oui",
    "Destinataire des factures": "Oui",
    "Devise": "CHF",
}
SHOWN = """name country currency mainContact { fullName email isInvoiceRecipient }
    mainAddress { line1 postalCode city }"""


async def test_n6_a_template_file_is_provided(desk: ImportDesk, tmp_path: Path) -> None:
    """A workbook with the product's columns; the one that is mandatory has a star."""
    name, template = await handed_out(desk, "nutcache")
    assert name == "Nutcache.xlsx"
    found = await headers(template, tmp_path)
    assert [each for each in found if each.endswith("*")] == ["Nom du client *"]
    assert set(LINE) <= set(found)


async def test_n4_n5_clients_are_added_by_a_workbook_or_by_hand(
    desk: ImportDesk, tmp_path: Path
) -> None:
    """The workbook is uploaded and imported; what was typed is the same client."""
    _, template = await handed_out(desk, "nutcache")
    order = await headers(template, tmp_path)
    content = filled(template, [LINE.get(header, "") for header in order])
    found = await desk.previewed(content, "clients.xlsx")
    assert (found["format"], counts(found)) == ("xlsx", {"create": 1})
    done = await desk.run(found["id"])
    assert counts(done) == {"create": 1, "created": 1}
    (imported,) = await desk.clients(SHOWN)
    typed = await desk.api().new_client(
        "Europa",
        SHOWN,
        country="FR",
        currency="CHF",
        contacts=[
            {
                "firstName": "Zoé",
                "lastName": "Peeters",
                "email": "zoe@europa.example",
                "isMain": True,
                "isInvoiceRecipient": True,
            }
        ],
        addresses=[{"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"}],
    )
    assert imported["name"] == "Ganymède"
    assert imported["mainContact"].pop("email") == "zoe@ganymede.example"
    assert typed["mainContact"].pop("email") == "zoe@europa.example"
    assert {name: typed[name] for name in imported if name != "name"} == {
        name: imported[name] for name in imported if name != "name"
    }
    assert len(await desk.clients("name")) == 2


async def test_n5_a_viewer_imports_nothing(desk: ImportDesk) -> None:
    """The import takes the rights that a form takes."""
    viewer = ImportDesk(desk.client, desk.workspace, "VIEWER").api()
    query = 'mutation { importPreview(input: {fileId: "file_0"}) { import { id } } }'
    assert await viewer.codes(query) == ["FORBIDDEN"]
