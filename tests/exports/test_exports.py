"""Exports: whose clients, as what, with nothing that a member keeps from others."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import orjson
import pytest

from clientgraph.sheets.reading import read_sheet
from clientgraph.testing import Workspaces
from tests.exports.fetching import FIELDS, exported
from tests.imports.desk import ImportDesk, counts

pytestmark = pytest.mark.anyio


async def filled(desk: ImportDesk) -> None:
    """Three clients: a full one, one with two contacts, and one that is inactive."""
    api = desk.api()
    await api.new_client(
        "Nordlicht",
        country="BE",
        externalReference="K-1",
        email="info@nord.example",
        phone="+32 2 555 12 12",
        iban="BE71 0961 2345 6769",
        locale="nl-BE",
        paymentTerms={"days": 30, "endOfMonth": True},
        identifiers=[{"kind": "BE_VAT", "value": "BE0403170701"}],
        contacts=[{"firstName": "An", "lastName": "Berg", "email": "an@nord.example"}],
        addresses=[{"line1": "Kaai 1", "postalCode": "2000", "city": "Antwerpen"}],
    )
    await api.new_client(
        "=HYPERLINK(1)",
        country="FR",
        contacts=[{"lastName": "Un"}, {"lastName": "Deux", "mobile": "+33 6 12 34 56 78"}],
        addresses=[
            {
                "line1": "rue de la Paix",
                "streetNumber": "10",
                "postalCode": "75002",
                "city": "Paris",
            }
        ],
    )
    gone = await api.new_client("Verleden", country="BE")
    await api.done("clientDeactivate", {"id": gone["id"]})


async def test_a_sheet_comes_back_without_a_change(desk: ImportDesk, tmp_path: Path) -> None:
    """As a workbook and as CSV, with every contact and address, and no formula in it."""
    await filled(desk)
    for kind, ending in (("XLSX", "xlsx"), ("CSV", "csv")):
        found, content = await exported(desk, format=kind, includeInactive=True)
        assert (found["total"], found["file"]["filename"].rpartition(".")[2]) == (3, ending)
        path = tmp_path / f"export.{ending}"
        path.write_bytes(content)
        sheet = await read_sheet(path, path.name, tmp_path / "rows")
        assert sheet.rows == 5
        again = await desk.previewed(content, path.name)
        assert counts(again) == {"unchanged": 3}, again["rows"]


async def test_a_country_of_the_workspace_comes_back_without_a_change(desk: ImportDesk) -> None:
    """Clients that were made without a country have their workspace's, which the sheet names."""
    await desk.api().new_client("Zonder land", addresses=[{"city": "Gent"}])
    _, content = await exported(desk, format="CSV")
    assert counts(await desk.previewed(content)) == {"unchanged": 1}


async def test_which_clients(desk: ImportDesk) -> None:
    """Those of the list: its filter, search, order and columns."""
    await filled(desk)
    options = {"format": "CSV", "columns": ["name", "country"], "sort": ["NAME_DESC"]}

    async def names(**more: Any) -> list[str]:
        _, content = await exported(desk, **options, **more)
        head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        assert len(head) == 2
        return [row[0].lstrip("'") for row in rows]

    assert await names() == ["Nordlicht", "=HYPERLINK(1)"]
    assert await names(filter={"country": ["BE"]}) == ["Nordlicht"]
    assert await names(includeInactive=True, search="verleden") == ["Verleden"]
    refused = await desk.api().do("exportCreate", {**options, "columns": ["name", "nowhere"]})
    assert [(each["path"], each["code"]) for each in refused["userErrors"]] == [
        (["input", "columns", "1"], "UNKNOWN_SHEET_FIELD")
    ]


async def test_lines_of_json_and_cards(desk: ImportDesk) -> None:
    """With the API's names; a card for each contact."""
    await filled(desk)
    _, content = await exported(desk, format="JSON_LINES", sort=["NAME_DESC"])
    told = [orjson.loads(line) for line in content.splitlines()]
    assert [each["name"] for each in told] == ["Nordlicht", "=HYPERLINK(1)"]
    assert told[0]["paymentTerms"] == {"days": 30, "endOfMonth": True}
    assert told[0]["identifiers"] == [{"kind": "BE_VAT", "value": "BE0403170701"}]
    assert told[0]["contacts"][0]["email"] == "an@nord.example"
    _, content = await exported(desk, format="VCARD")
    text = content.decode()
    assert text.count("BEGIN:VCARD") == 3
    assert "EMAIL:an@nord.example\r\n" in text


async def test_cards_come_back_without_a_change(desk: ImportDesk) -> None:
    """Those of contacts, of whom several are one client's, and those of clients without any."""
    await filled(desk)
    _, content = await exported(desk, format="VCARD", includeInactive=True)
    text = content.decode()
    assert (text.count("BEGIN:VCARD"), text.count("KIND:org")) == (4, 1)
    assert text.count("EMAIL;TYPE=x-client:info@nord.example") == 1
    street = "ADR:;;10 rue de la Paix;Paris;;75002;FR;;;;10;rue de la Paix\r\n"
    assert street in text.replace("\r\n ", "")
    again = await desk.previewed(content, "cards.vcf")
    assert counts(again) == {"unchanged": 3}, again["rows"]
    assert counts(await desk.run(again["id"]))["unchanged"] == 3


async def test_a_file_is_its_askers(desk: ImportDesk) -> None:
    """An admin sees that there was an export, and not what is in it."""
    await filled(desk)
    member = ImportDesk(desk.client, desk.workspace, "VIEWER")
    found, _ = await exported(member, format="CSV")
    text = f"query($id: ID!) {{ export(id: $id) {{ {FIELDS} }} }}"
    seen = (await desk.api()(text, {"id": found["id"]}))["export"]
    assert (seen["total"], seen["file"]) == (2, None)
    other = ImportDesk(desk.client, desk.workspace, "MEMBER")
    assert (await other.api()(text, {"id": found["id"]}))["export"] is None


async def test_lists_of_others_are_empty(desk: ImportDesk, workspaces: Workspaces) -> None:
    """Ids of another workspace find nothing, as unknown ones do; its views are none."""
    await filled(desk)
    other = (await workspaces.make()).api()
    stranger = await other.new_client("Fremd")
    views = {"on": "CLIENTS", "name": "All", "isShared": True}
    view = (await other.done("savedViewCreate", views, "savedView { id }"))["savedView"]["id"]
    found, _ = await exported(desk, format="CSV", filter={"parent": {"anyOf": [stranger["id"]]}})
    assert found["total"] == 0
    text = (
        "mutation($v: ID!) { exportCreate(input: {format: CSV, view: $v}) { userErrors { code } } }"
    )
    codes = [await desk.api().codes(text, {"v": each}) for each in (view, "savedview_0")]
    assert codes == [["BAD_USER_INPUT"]] * 2
