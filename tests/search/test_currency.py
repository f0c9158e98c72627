"""Searches know every change at once, and nothing of what was undone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph import global_ids
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces
from tests.fields.defining import define
from tests.search.finding import names

pytestmark = pytest.mark.anyio


async def _of(workspaces: Workspaces, workspace: Workspace, table: str) -> int:
    """How many rows of the workspace a table has."""
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        found = await session.select(f"SELECT count(*) AS n FROM {table}")  # noqa: S608
    return int(found[0]["n"])


async def test_every_field_of_a_change_counts(api: Api) -> None:
    """What was found no longer is, and what is new is found."""
    client = await api.new_client("Alpha", email="one@first.example")
    changes: list[tuple[str, Any, str, str]] = [
        ("name", "Beta", "alpha", "beta"),
        ("tradingName", "Gamma", "delta", "gamma"),
        ("externalReference", "EXT-1", "ext 2", "ext 1"),
        ("email", "two@second.example", "first", "second"),
        ("phone", "+33142685300", "0142685301", "0142685300"),
        ("identifiers", [{"kind": "FR_SIREN", "value": "732829320"}], "443061841", "732829320"),
        ("identifiers", [{"kind": "FR_SIREN", "value": "443061841"}], "732829320", "443061841"),
        ("tradingName", None, "gamma", "beta"),
    ]
    for field, value, before, after in changes:
        await api.done("clientUpdate", {"id": client["id"], field: value}, "client { id }")
        assert (await names(api, before), await names(api, after)) == ([], ["Beta"]), field


async def test_contacts_and_addresses_count(api: Api) -> None:
    """Made, changed and removed: the client is found by what its parts are now."""
    client = await api.new_client("Alpha", contacts=[{"lastName": "Main"}])
    given = {"clientId": client["id"], "lastName": "Curie"}
    contact = (await api.done("contactCreate", given, "contact { id }"))["contact"]["id"]
    assert await names(api, "curie") == ["Alpha"]
    await api.done("contactUpdate", {"id": contact, "lastName": "Meitner"}, "contact { id }")
    assert (await names(api, "curie"), await names(api, "meitner")) == ([], ["Alpha"])
    await api.done("contactDelete", {"id": contact}, "deletedId")
    assert await names(api, "meitner") == []
    place = {"clientId": client["id"], "line1": "1 rue", "city": "Lyon"}
    address = (await api.done("addressCreate", place, "address { id }"))["address"]["id"]
    assert await names(api, "lyon") == ["Alpha"]
    await api.done("addressUpdate", {"id": address, "city": "Nantes"}, "address { id }")
    assert (await names(api, "lyon"), await names(api, "nantes")) == ([], ["Alpha"])
    await api.done("addressDelete", {"id": address}, "deletedId")
    assert await names(api, "nantes") == []


async def test_custom_fields_count(api: Api) -> None:
    """Texts, phones and addresses of the web do; numbers and choices do not."""
    for key, kind in (("motto", "TEXT"), ("hotline", "PHONE"), ("staff", "NUMBER")):
        await define(api, key, kind)
    fields = [
        {"key": "motto", "value": "Toujours Élégant"},
        {"key": "hotline", "value": "01 42 68 53 00"},
        {"key": "staff", "value": 77123},
    ]
    client = await api.new_client("Alpha", customFields=fields)
    found = [await names(api, text) for text in ("elegant", "0142685300", "77123")]
    assert found == [["Alpha"], ["Alpha"], []]
    changed = [{"key": "motto", "value": None}]
    await api.done("clientUpdate", {"id": client["id"], "customFields": changed}, "client { id }")
    assert await names(api, "elegant") == []


async def test_what_is_only_tried_is_not_found(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """Neither what is only checked nor what is wrong leaves anything behind."""
    await api.done("clientCreate", {"name": "Alpha", "validateOnly": True}, "client { id }")
    await api.do("clientCreate", {"name": "Alpha", "country": "XX"}, "client { id }")
    assert await names(api, "alpha") == []
    assert await _of(workspaces, workspace, "client_search") == 0


async def test_a_deleted_client_leaves_nothing(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """Its documents, its contacts' and their entries in the index are gone."""
    contacts = [{"lastName": "Curie"}, {"lastName": "Meitner"}]
    client = await api.new_client("Alpha", contacts=contacts)
    kept = await api.new_client("Beta")
    for table, many in (("client_search", 2), ("contact_search", 2)):
        assert await _of(workspaces, workspace, table) == many
    await api.done("clientDelete", {"id": client["id"]}, "deletedId")
    for table, many in (("client_search", 1), ("contact_search", 0)):
        assert await _of(workspaces, workspace, table) == many
    assert (await names(api, "alpha"), await names(api, "curie")) == ([], [])
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        rows = await session.select("SELECT client_id FROM client_search")
    assert {str(row["client_id"]) for row in rows} == {str(global_ids.decode("Client", kept["id"]))}


async def test_statuses_do_not_matter_to_documents(api: Api) -> None:
    """A client that comes back into use is found as before."""
    client = {"id": (await api.new_client("Alpha"))["id"]}
    await api.done("clientDeactivate", client, "client { id }")
    assert await names(api, "alpha") == []
    await api.done("clientActivate", client, "client { id }")
    assert await names(api, "alpha") == ["Alpha"]


async def test_writers_at_the_same_time_forget_nothing(api: Api) -> None:
    """Contacts that are added to one client at once are all found."""
    client = await api.new_client("Alpha")
    people = ["Curie", "Meitner", "Noether", "Germain", "Kowalewski"]
    added = [
        api.done("contactCreate", {"clientId": client["id"], "lastName": each}, "contact { id }")
        for each in people
    ]
    await asyncio.gather(*added)
    assert await names(api, " ".join(people)) == ["Alpha"]
