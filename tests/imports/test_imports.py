"""A sheet of clients from beginning to end: read, shown, written, repeated and taken back."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, actions, counts, csv_of, problems

pytestmark = pytest.mark.anyio

HEADER = [
    "External reference",
    "Name *",
    "Country",
    "VAT number",
    "E-mail",
    "Postal code",
    "City",
    "Contact last name",
    "Contact e-mail",
]
NORD = [
    "K-1",
    "Nordlicht",
    "BE",
    "BE0403170701",
    "info@nord.example",
    "1000",
    "Bruxelles",
    "Berg",
    "b@nord.example",
]
ZUID = ["K-2", "Zuidwind", "BE", "", "info@zuid.example", "9000", "Gent", "Vos", "v@zuid.example"]
PARTS = "contacts(first: 9) { nodes { lastName email } } addresses { city postalCode kind }"


async def test_a_sheet_becomes_clients(desk: ImportDesk) -> None:
    """Nothing is written by the preview; the run writes each record with its parts."""
    found = await desk.previewed(csv_of(HEADER, NORD, ZUID))
    assert (found["stage"], found["total"], found["format"]) == ("READY", 2, "csv")
    assert counts(found) == {"create": 2}
    assert await desk.clients("id") == []
    done = await desk.run(found["id"])
    assert (done["stage"], counts(done)) == ("DONE", {"create": 2, "created": 2})
    assert await desk.clients(f"externalReference name country email {PARTS}") == [
        {
            "externalReference": row[0],
            "name": row[1],
            "country": "BE",
            "email": row[4],
            "contacts": {"nodes": [{"lastName": row[7], "email": row[8]}]},
            "addresses": [{"city": row[6], "postalCode": row[5], "kind": "MAIN"}],
        }
        for row in (NORD, ZUID)
    ]


async def test_the_same_sheet_again_changes_nothing(desk: ImportDesk) -> None:
    """Clients, contacts and addresses are found again; what differs is changed, nothing doubled."""
    first = await desk.previewed(csv_of(HEADER, NORD, ZUID))
    await desk.run(first["id"])
    again = await desk.previewed(csv_of(HEADER, NORD, ZUID))
    assert counts(again) == {"unchanged": 2}
    assert [each["matchedBy"] for each in again["rows"]["nodes"]] == ["EXTERNAL_REFERENCE"] * 2
    moved = [*ZUID[:5], "9050", "Gentbrugge", "Vos", "v@zuid.example"]
    more = [*NORD[:7], "Claes", "c@nord.example"]
    changed = await desk.previewed(csv_of(HEADER, more, moved))
    assert counts(changed) == {"update": 2}
    done = await desk.run(changed["id"])
    assert counts(done) == {"update": 2, "updated": 2}
    nord, zuid = await desk.clients(PARTS)
    assert [each["lastName"] for each in nord["contacts"]["nodes"]] == ["Berg", "Claes"]
    assert zuid["addresses"] == [{"city": "Gentbrugge", "postalCode": "9050", "kind": "MAIN"}]


async def test_all_mistakes_are_told_at_their_cells(desk: ImportDesk) -> None:
    """Of the cells and of the rules, for each record; nothing is written as long as there are."""
    bad = [
        "K-3",
        "",
        "BE",
        "BE0403170702",
        "nowhere",
        "1000",
        "Bruxelles",
        "Berg",
        "b@nord.example",
    ]
    found = await desk.previewed(csv_of(HEADER, NORD, bad))
    assert actions(found) == ["CREATE", "INVALID"]
    told = {(each["row"], each["header"], each["value"]) for each in problems(found)}
    assert {(3, "VAT number", "BE0403170702"), (3, "E-mail", "nowhere")} <= told
    assert any(each["code"] == "REQUIRED" and each["row"] == 3 for each in problems(found))
    refused = await desk.api().do("importRun", {"id": found["id"]})
    assert [each["code"] for each in refused["userErrors"]] == ["IMPORT_HAS_MISTAKES"]
    done = await desk.run(found["id"], skipInvalid=True)
    assert counts(done) == {"create": 1, "invalid": 1, "created": 1, "failed": 1}
    assert [each["name"] for each in await desk.clients("name")] == ["Nordlicht"]


async def test_an_import_is_taken_back(desk: ImportDesk) -> None:
    """New clients go, changed ones become what they were; what was changed since stays."""
    api = desk.api()
    known = await api.new_client(
        "Zuidwind alt",
        "id",
        externalReference="K-2",
        email="alt@zuid.example",
        addresses=[{"city": "Aalst", "postalCode": "9300"}],
        contacts=[{"lastName": "Alt"}],
    )
    fields = f"name email externalReference {PARTS}"
    before = await desk.clients(fields)
    third = ["K-3", "Westkant", "BE", "", "", "8000", "Brugge", "Maes", ""]
    found = await desk.previewed(csv_of(HEADER, NORD, ZUID, third))
    assert counts(found) == {"create": 2, "update": 1}
    await desk.run(found["id"])
    west = next(each for each in await desk.clients("id name") if each["name"] == "Westkant")
    await api.done("clientUpdate", {"id": west["id"], "tradingName": "West"})
    done = await desk.undone(found["id"])
    assert counts(done) == {"create": 2, "update": 1, "undone": 2, "kept": 1}
    kept = done["rows"]["nodes"][2]
    assert (kept["outcome"], [each["code"] for each in kept["problems"]]) == (
        "KEPT",
        ["CHANGED_SINCE"],
    )
    left = await desk.clients(fields)
    assert [each for each in left if each["name"] != "Westkant"] == before
    assert (await desk.clients("id"))[-1]["id"] == known["id"]


async def test_what_exists_already_is_a_conflict(desk: ImportDesk) -> None:
    """A client much like one that exists waits for a decision."""
    api = desk.api()
    known = await api.new_client(
        "Nordlicht GmbH",
        "id",
        country="BE",
        addresses=[{"city": "Bruxelles", "postalCode": "1000"}],
    )
    row = ["K-1", "Nordlicht", "BE", "", "", "1000", "Bruxelles", "", ""]
    found = await desk.previewed(csv_of(HEADER, row))
    assert actions(found) == ["CONFLICT"]
    (similar,) = found["rows"]["nodes"][0]["similar"]
    assert similar["client"] == {"name": "Nordlicht GmbH"}
    refused = await api.do("importRun", {"id": found["id"]})
    assert [each["code"] for each in refused["userErrors"]] == ["IMPORT_HAS_CONFLICTS"]
    decided = {"position": 0, "action": "UPDATE", "clientId": known["id"]}
    done = await desk.run(found["id"], decisions=[decided])
    assert counts(done) == {"conflict": 1, "updated": 1}
    assert await desk.clients("id name externalReference") == [
        {"id": known["id"], "name": "Nordlicht", "externalReference": "K-1"}
    ]


async def test_all_or_nothing(desk: ImportDesk) -> None:
    """What fails after a good preview has everything taken back; the next run writes the rest."""
    rows = [[f"N-{n}", f"Firma {n} {n * 7919}", "BE", "", "", "", "", "", ""] for n in range(450)]
    rows[-1][3] = "BE0403170701"
    found = await desk.previewed(csv_of(HEADER, *rows))
    assert counts(found)["create"] + counts(found).get("conflict", 0) == 450
    api = desk.api()
    await api.new_client("Anderer", "id", identifiers=[{"kind": "BE_VAT", "value": "BE0403170701"}])
    done = await desk.run(found["id"], conflicts="CREATE")
    assert done["job"]["status"] == "FAILED"
    assert done["job"]["error"]["code"] == "IMPORT_TAKEN_BACK"
    assert [each["name"] for each in await desk.clients("name")] == ["Anderer"]
    assert done["stage"] == "READY"
    again = await desk.run(found["id"], conflicts="CREATE", skipInvalid=True)
    assert counts(again)["created"] == 449


async def test_the_sheet_that_is_handed_out_comes_back(desk: ImportDesk) -> None:
    """In four languages, with stars; its example is nobody. A product's has its headers."""
    for language in ("en", "fr", "nl", "de"):
        made = await desk.api(language).done("importTemplateCreate", {}, "file { url filename }")
        assert made["file"]["filename"].endswith(".xlsx")
        content = (await desk.client.get(made["file"]["url"])).content
        found = await desk.previewed(content, "sheet.xlsx")
        assert found["total"] == 0, language
        text = "query($id: ID!) { import(id: $id) { columns { header field } } }"
        columns = (await desk.api()(text, {"id": found["id"]}))["import"]["columns"]
        assert all(each["field"] for each in columns), (language, columns)
        assert any(each["header"].endswith("*") for each in columns), language
    refused = await desk.api().do("importTemplateCreate", {"preset": "nowhere"})
    assert [each["code"] for each in refused["userErrors"]] == ["UNKNOWN_CHOICE"]
    known = (await desk.api()("{ importPresets { key headers } }"))["importPresets"]
    banqup = next(each for each in known if each["key"] == "banqup")
    assert "Raison sociale *" in banqup["headers"] or "Raison sociale" in banqup["headers"]
    fields = (await desk.api()("{ importFields { key label isRequired } }"))["importFields"]
    assert {"key": "name", "label": "Company name", "isRequired": True} in fields
