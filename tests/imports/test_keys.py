"""By what records of a sheet are known to be of a client, and what speaks against it."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, actions, counts, csv_of, problems

pytestmark = pytest.mark.anyio

NUMBER, OTHER = "0403.170.701", "0206.653.946"


async def test_an_address_of_another_company_is_no_key(desk: ImportDesk) -> None:
    """Two bodies with one secretary: the number tells them apart, and nobody is overwritten."""
    known = await desk.api().new_client(
        "Nordlicht",
        "id",
        country="BE",
        email="info@nord.example",
        identifiers=[{"kind": "BE_ENTERPRISE", "value": NUMBER}],
    )
    header = ["Name", "Country", "Numéro d'entreprise", "Company e-mail"]
    other = ["Zuidwind", "BE", OTHER, "info@nord.example"]
    found = await desk.previewed(csv_of(header, other))
    assert actions(found) == ["INVALID"]
    assert [(each["header"], each["code"]) for each in problems(found)] == [
        ("Company e-mail", "TAKEN")
    ]
    same = await desk.previewed(csv_of(header[::3], ["Nordlicht bis", "info@nord.example"]))
    assert [each["matchedBy"] for each in same["rows"]["nodes"]] == ["EMAIL"]
    assert await desk.clients("id name") == [{"id": known["id"], "name": "Nordlicht"}]


async def test_an_address_far_down_the_sheet_is_found_in_the_preview(desk: ImportDesk) -> None:
    """Of a client and of a contact, hundreds of rows apart, unless the workspace allows that."""
    rows = [[f"K-{n}", f"Firma {n * 7919}", f"k{n}@nord.example", ""] for n in range(502)]
    rows[500][2] = "K0@nord.example"
    rows[501][3] = "k1@nord.example"
    header = ["External reference", "Name", "Company e-mail", "Contact e-mail"]
    found = await desk.previewed(csv_of(header, *rows))
    assert counts(found) == {"create": 500, "invalid": 2}
    text = (
        "query($id: ID!) { import(id: $id) { rows(first: 9, action: [INVALID]) { nodes {"
        " problems { row header value code message } } } } }"
    )
    invalid = (await desk.api()(text, {"id": found["id"]}))["import"]["rows"]["nodes"]
    told = [problem for each in invalid for problem in each["problems"]]
    assert [(each["row"], each["header"], each["value"], each["code"]) for each in told] == [
        (502, "Company e-mail", "K0@nord.example", "DUPLICATE_IN_SHEET"),
        (503, "Contact e-mail", "k1@nord.example", "DUPLICATE_IN_SHEET"),
    ]
    assert [each["message"].split(" of ")[0] for each in told] == ["Row 2", "Row 3"]
    await desk.api().done("organisationUpdate", {"emailUniqueness": "WARN"})
    assert counts(await desk.previewed(csv_of(header, *rows))) == {"create": 502}


async def test_contacts_of_known_clients_do_not_rename_them(desk: ImportDesk) -> None:
    """A sheet without names of clients: new ones are called like their contact, known ones stay."""
    await desk.api().new_client("Nordlicht", "id", externalReference="K-1")
    sheet = csv_of(
        ["External reference", "Contact first name", "Contact last name"],
        ["K-1", "Ada", "Berg"],
        ["K-2", "Mia", "Vos"],
    )
    found = await desk.previewed(sheet)
    assert counts(found) == {"create": 1, "update": 1}
    await desk.run(found["id"])
    assert await desk.clients("name kind contacts(first: 2) { nodes { lastName } }") == [
        {"name": "Mia Vos", "kind": "INDIVIDUAL", "contacts": {"nodes": [{"lastName": "Vos"}]}},
        {"name": "Nordlicht", "kind": "COMPANY", "contacts": {"nodes": [{"lastName": "Berg"}]}},
    ]


async def test_a_sheet_without_keys_comes_back_in(desk: ImportDesk) -> None:
    """A name and the address of a contact are enough; a namesake with another is somebody else."""
    header = ["Name", "Country", "Contact e-mail", "Contact last name", "Phone"]
    rows = [
        ["Nordlicht", "BE", "an@nord.example", "Berg", ""],
        ["Zuidwind", "BE", "jan@zuid.example", "Dal", ""],
    ]
    first = await desk.previewed(csv_of(header, *rows))
    await desk.run(first["id"])
    again = await desk.previewed(csv_of(header, *rows))
    assert actions(again) == ["UNCHANGED", "UNCHANGED"]
    assert {each["matchedBy"] for each in again["rows"]["nodes"]} == {"CONTACT_EMAIL"}
    rows[0][4], rows[1][0] = "+32 2 555 12 12", "Westwind"
    other = await desk.previewed(csv_of(header, *rows))
    assert actions(other) == ["UPDATE", "INVALID"]
    assert [(each["header"], each["code"]) for each in problems(other)] == [
        ("Contact e-mail", "TAKEN")
    ]


async def test_numbers_that_a_sheet_has_no_column_for_stay(desk: ImportDesk) -> None:
    """A client with two numbers, a sheet with a column for one of them."""
    lei = {"kind": "LEI", "value": "5493001KJTIIGC8Y1R12"}
    numbers = [{"kind": "BE_ENTERPRISE", "value": NUMBER}, lei]
    await desk.api().new_client("Io", country="BE", externalReference="K-1", identifiers=numbers)
    header = ["External reference", "Numéro d'entreprise"]
    same = await desk.previewed(csv_of(header, ["K-1", NUMBER]))
    assert actions(same) == ["UNCHANGED"]
    changed = await desk.previewed(csv_of(header, ["K-1", OTHER]))
    assert counts(await desk.run(changed["id"]))["updated"] == 1
    (client,) = await desk.clients("identifiers { kind { key } value }")
    told = {each["kind"]["key"]: each["value"] for each in client["identifiers"]}
    assert (told["LEI"], told["BE_ENTERPRISE"]) == (lei["value"], "0206653946")
