"""Rows N9, D39, D40 and F51 of the contract: what a firm adds to its clients and contacts."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api
from tests.fields.defining import TIERS, VALUES, define, given

pytestmark = pytest.mark.anyio

FORM = f"""query($id: ID!) {{
    customFieldDefinitions(on: CLIENT) {{ key label type required section position options }}
    client(by: {{id: $id}}) {{ name email {VALUES} }} }}"""


async def test_n9_custom_fields_appear_with_the_basic_fields(api: Api) -> None:
    """One query answers the record's form: basic fields, definitions and values."""
    await define(api, "tier", "CHOICE", options=TIERS, section="Sales")
    made = await api.new_client("Io", email="io@example.com", customFields=given(tier="gold"))
    found = await api(FORM, {"id": made["id"]})
    assert [(each["key"], each["section"]) for each in found["customFieldDefinitions"]] == [
        ("tier", "Sales")
    ]
    assert found["client"]["email"] == "io@example.com"
    assert [each["display"] for each in found["client"]["customFields"]] == ["Gold"]


async def test_d39_as_many_as_necessary(api: Api) -> None:
    """Sixty fields on one client, no cap in sight."""
    keys = [f"f{number}" for number in range(60)]
    for key in keys:
        await define(api, key, "TEXT")
    made = await api.new_client(selection=VALUES, customFields=given(**dict.fromkeys(keys, "x")))
    assert [each["key"] for each in made["customFields"]] == keys


async def test_d40_custom_fields_adapt_what_a_profile_shows(api: Api) -> None:
    """Typed, in sections and in an order that can be changed."""
    first = await define(api, "first", "DATE", section="A")
    await define(api, "second", "MONEY", section="B")
    await api.done("customFieldDefinitionUpdate", {"id": first["id"], "position": 9})
    listed = await api("{ customFieldDefinitions(on: CLIENT) { key section } }")
    assert listed["customFieldDefinitions"] == [
        {"key": "second", "section": "B"},
        {"key": "first", "section": "A"},
    ]


async def test_f51_both_the_client_and_its_contact_are_customised(api: Api) -> None:
    """Each has fields of its own, given and read together."""
    await define(api, "origin", "TEXT")
    await define(api, "birthday", "DATE", "CONTACT")
    made = await api.new_client(
        selection=f"{VALUES} mainContact {{ {VALUES} }}",
        customFields=given(origin="Fair"),
        contacts=[{"lastName": "Galilei", "customFields": given(birthday="1964-02-15")}],
    )
    assert [each["text"] for each in made["customFields"]] == ["Fair"]
    assert [each["date"] for each in made["mainContact"]["customFields"]] == ["1964-02-15"]
