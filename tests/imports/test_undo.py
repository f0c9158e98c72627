"""Imports taken back: what stays because of others, and who may do it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.events.people import person
from tests.fields.defining import define
from tests.imports.desk import ImportDesk, actions, counts, csv_of
from tests.templates.preparing import category

pytestmark = pytest.mark.anyio

HEADER: Final = ["External reference", "Name", "Country", "Contact last name", "Contact e-mail"]

FIELDS: Final = (
    "name country iban phone categories { name } identifiers { kind { key } value }"
    " customFields { key display } mandate { status } mandates(first: 5) { totalCount }"
    " paymentTerms { days origin }"
    " contacts(first: 5) { nodes { id lastName firstName email phone isMain"
    " customFields { key display } } }"
    " addresses { id city line1 kind isDefaultForBilling customFields { key display } }"
)

KEYS: Final = [
    *("externalReference", "name", "country", "iban", "phone", "categories", "mandate"),
    *("identifiers.BE_ENTERPRISE", "customFields.mottoClient", "paymentTerms.days"),
    *("contacts.lastName", "contacts.email", "contacts.phone", "contacts.isMain"),
    *("contacts.customFields.mottoContact", "addresses.city", "addresses.line1"),
    "addresses.customFields.mottoAddress",
]


def row(number: int, **more: str) -> list[str]:
    """A record of the sheet."""
    name = more.get("name", f"Firma {chr(65 + number) * 6}")
    return [f"K-{number}", name, "BE", f"Berg{number}", f"b{number}@nord.example"]


async def written(desk: ImportDesk, number: int) -> tuple[str, list[str]]:
    """An import that made so many clients, and their ids in the order of the sheet."""
    found = await desk.previewed(csv_of(HEADER, *(row(each) for each in range(number))))
    done = await desk.run(found["id"], conflicts="CREATE")
    assert counts(done)["created"] == number
    return str(found["id"]), [each["client"]["id"] for each in done["rows"]["nodes"]]


def reasons(found: Any) -> list[str]:
    """Of each record what became of it, or why it was kept."""
    return [
        each["problems"][-1]["code"] if each["outcome"] == "KEPT" else each["outcome"]
        for each in found["rows"]["nodes"]
    ]


async def test_all_that_was_updated_becomes_what_it_was(desk: ImportDesk) -> None:
    """Fields, contacts, addresses, categories, custom fields, identifiers and mandates."""
    api = desk.api()
    for on in ("CLIENT", "CONTACT", "ADDRESS"):
        await define(api, f"motto{on.title()}", "TEXT", on=on)
    old, _ = await category(api, "Old"), await category(api, "New")
    await api.new_client(
        "Zuidwind",
        externalReference="K-1",
        categories=[old],
        iban="BE71096123456769",
        identifiers=[{"kind": "BE_ENTERPRISE", "value": "0403170701"}],
        customFields=[{"key": "mottoClient", "value": "first"}],
        contacts=[
            {
                "lastName": "Vos",
                "email": "v@zuid.example",
                "phone": "+3225551212",
                "customFields": [{"key": "mottoContact", "value": "first"}],
            }
        ],
        addresses=[
            {"city": "Gent", "customFields": [{"key": "mottoAddress", "value": "first"}]},
        ],
    )
    before = await desk.clients(FIELDS)
    one = [
        *("K-1", "Zuidwind NV", "BE", "BE68539007547034", "+3225551213", "New", "Yes"),
        *("0202239951", "second", "45", "Vos", "v@zuid.example", "+3225551214", "No"),
        *("second", "Gent", "Kaai 1", "second"),
    ]
    more = ["K-1", *[""] * 9, "Maes", "m@zuid.example", "", "Yes", "new", "Brugge", "Markt 1", "x"]
    found = await desk.previewed(csv_of(KEYS, one, more))
    assert actions(found) == ["UPDATE"], found["rows"]
    assert counts(await desk.run(found["id"])) == {"update": 1, "updated": 1}
    assert await desk.clients(FIELDS) != before
    assert counts(await desk.undone(found["id"])) == {"update": 1, "undone": 1}
    assert await desk.clients(FIELDS) == before


async def test_what_was_changed_since_is_kept(desk: ImportDesk) -> None:
    """By the API, another import, a deletion, an event, an attachment, a part, a subsidiary."""
    api = desk.api()
    import_id, ids = await written(desk, 9)
    await api.done("clientUpdate", {"id": ids[0], "tradingName": "Changed"})
    other = await desk.previewed(csv_of(["External reference", "Name"], ["K-1", "By another"]))
    await desk.run(other["id"])
    await api.done("clientDelete", {"id": ids[2]})
    await api.done("eventCreate", {"clientId": ids[3], "body": "Called"})
    file = await desk.upload(b"Contract", "contract.txt")
    await api.done("attachmentCreate", {"clientId": ids[4], "fileId": file})
    file = await desk.upload(b"Contract", "contract.txt")
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { mainContact { id } } } }"
    (client,) = (await api(text, {"ids": [ids[5]]}))["nodes"]
    await api.done("attachmentCreate", {"contactId": client["mainContact"]["id"], "fileId": file})
    await api.done("addressCreate", {"clientId": ids[6], "city": "Gent"})
    await api.new_client("Daughter", parent=ids[7])
    done = await desk.undone(import_id)
    told = reasons(done)
    assert told[:2] == ["CHANGED_SINCE"] * 2
    assert told[2] == "GONE_SINCE"
    assert told[3:7] == ["CHANGED_SINCE"] * 4
    assert told[7] not in ("UNDONE", "CHANGED_SINCE")
    assert told[8] == "UNDONE"
    assert all(each["problems"][-1]["message"] for each in done["rows"]["nodes"][:8])
    assert len(await desk.clients("id")) == 8


async def test_private_events_of_others_keep_a_client(desk: ImportDesk) -> None:
    """Who takes an import back does not see them; nothing tells that they are there."""
    import_id, ids = await written(desk, 4)
    ben = await person(desk.workspace, "Ben")
    ada = await person(desk.workspace, "Ada")
    made = "event { id version }"
    for client_id, more in (
        (ids[0], {"visibility": "PRIVATE"}),
        (ids[1], {"grantedTo": [ada.id]}),
    ):
        await ben.api.done("eventCreate", {"clientId": client_id, "body": "Mine", **more}, made)
    given = {"clientId": ids[2], "body": "Mine", "visibility": "PRIVATE"}
    event = (await ben.api.done("eventCreate", given, made))["event"]
    await ben.api.done("eventDelete", {"id": event["id"]})
    done = await desk.undone(import_id)
    assert reasons(done) == ["CHANGED_SINCE", "CHANGED_SINCE", "CHANGED_SINCE", "UNDONE"]
    text = "query($id: ID!) { node(id: $id) { ... on Client { events { totalCount } } } }"
    found = [
        (await ben.api(text, {"id": each}))["node"]["events"]["totalCount"] for each in ids[:2]
    ]
    assert found == [1, 1]


async def test_once_and_by_whom(desk: ImportDesk) -> None:
    """Twice is refused; members see their own imports alone, and may not delete clients."""
    import_id, ids = await written(desk, 2)

    async def refused(role: str) -> list[str]:
        text = "mutation($i: ImportUndoInput!) { importUndo(input: $i) { userErrors { code } } }"
        body = await desk.workspace.api(role).answer(text, {"i": {"id": import_id}})
        if "errors" in body:
            return [each["extensions"]["code"] for each in body["errors"]]
        return [each["code"] for each in body["data"]["importUndo"]["userErrors"]]

    assert await refused("VIEWER") == ["FORBIDDEN"]
    assert len(await desk.clients("id")) == len(ids)
    admin = ImportDesk(desk.client, desk.workspace, "ADMIN")
    assert counts(await admin.undone(import_id)) == {"create": 2, "undone": 2}
    assert await refused("OWNER") == ["IMPORT_NOT_DONE"]
    assert await desk.clients("id") == []


async def test_of_what_was_written_without_its_mistakes(desk: ImportDesk) -> None:
    """What failed and what was left out has nothing to be taken back."""
    bad = [*row(1)[:2], "Nowhere", *row(1)[3:]]
    found = await desk.previewed(csv_of(HEADER, row(0), bad, row(2)))
    done = await desk.run(
        found["id"], skipInvalid=True, decisions=[{"position": 2, "action": "SKIP"}]
    )
    assert counts(done) == {"create": 2, "invalid": 1, "created": 1, "failed": 1, "skipped": 1}
    done = await desk.undone(found["id"])
    assert reasons(done) == ["UNDONE", "FAILED", "SKIPPED"]
    assert await desk.clients("id") == []
