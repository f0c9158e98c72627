"""Filters by custom fields: alike for clients, contacts, addresses and events."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.fields.defining import TIERS, define, given

pytestmark = pytest.mark.anyio

ROWS: dict[str, dict[str, Any]] = {
    "a": {"text": "Élève", "decimal": "9", "choices": ["gold", "silver"], "boolean": True},
    "b": {"text": "Zoé", "decimal": "10", "choices": ["gold"], "boolean": False},
    "c": {"decimal": "-10.50"},
}
CONDITIONS: list[tuple[str, str, Any, str]] = [
    ("text", "EQ", "ELEVE", "a"),
    ("text", "NE", "Élève", "bc"),
    ("text", "IN", ["élève", "zoé"], "ab"),
    ("text", "CONTAINS", "lev", "a"),
    ("text", "STARTS_WITH", "Zo", "b"),
    ("text", "IS_SET", True, "ab"),
    ("text", "IS_SET", False, "c"),
    ("decimal", "LT", "9.5", "ac"),
    ("decimal", "GTE", "-10.50", "abc"),
    ("choices", "EQ", "silver", "a"),
    ("boolean", "EQ", False, "b"),
]
PEOPLE = "query($f: ContactFilter) { found: contacts(filter: $f) { nodes { name: lastName } } }"
FOUND = {
    "CLIENT": "query($f: ClientFilter) { found: clients(filter: $f) { nodes { name } } }",
    "CONTACT": PEOPLE,
    "ADDRESS": "query($f: ClientFilter) { found: clients(filter: $f) { nodes { name } } }",
    "EVENT": "query($f: EventFilter) { found: events(filter: $f) { nodes { name: title } } }",
}


async def _fill(api: Api, kind: str) -> None:
    """Three records with values, each of a client of its own."""
    for key in ("text", "decimal", "choices", "boolean"):
        await define(api, key, key.upper(), kind, options=TIERS if key == "choices" else {})
    for name, values in ROWS.items():
        entries = given(**values)
        own = {"customFields": entries} if kind == "CLIENT" else {}
        if kind == "ADDRESS":
            own = {"addresses": [{"line1": "1", "customFields": entries}]}
        made = await api.new_client(name, **own)
        whole = {"clientId": made["id"], "customFields": entries}
        if kind == "CONTACT":
            await api.done("contactCreate", {**whole, "lastName": name})
        if kind == "EVENT":
            await api.done("eventCreate", {**whole, "title": name})


@pytest.mark.parametrize("kind", list(FOUND))
async def test_every_kind_of_record_is_filtered_alike(api: Api, kind: str) -> None:
    """By every operator; a field of another kind of record is not known."""
    await _fill(api, kind)
    name = "addressCustomFields" if kind == "ADDRESS" else "customFields"
    for key, op, value, expected in CONDITIONS:
        condition = {"key": key, "op": op, "value": value}
        found = (await api(FOUND[kind], {"f": {name: [condition]}}))["found"]["nodes"]
        names = {row["name"] for row in found}
        assert "".join(sorted(names)) == expected, (key, op, value)
    both = [
        {"key": "choices", "op": "EQ", "value": "gold"},
        {"key": "decimal", "op": "LT", "value": 10},
    ]
    found = (await api(FOUND[kind], {"f": {name: both}}))["found"]["nodes"]
    assert [row["name"] for row in found] == ["a"]
    other = {"EVENT": "CLIENT"}.get(kind, "EVENT")
    await define(api, "elsewhere", "TEXT", other)
    condition = {"key": "elsewhere", "op": "IS_SET"}
    assert await api.codes(FOUND[kind], {"f": {name: [condition]}}) == ["BAD_USER_INPUT"]


async def test_one_address_must_meet_all_conditions(api: Api) -> None:
    """Not one address the first and another the second."""
    await define(api, "floor", "NUMBER", "ADDRESS")
    await define(api, "wing", "TEXT", "ADDRESS")
    places = [given(floor=1, wing="A"), given(floor=2, wing="B")]
    addresses = [{"line1": "1", "customFields": each} for each in places]
    await api.new_client("Io", addresses=addresses)
    for floor, wing, expected in ((1, "A", 1), (2, "A", 0)):
        conditions = [
            {"key": "floor", "op": "EQ", "value": floor},
            {"key": "wing", "op": "EQ", "value": wing},
        ]
        query = "query($f: ClientFilter) { clients(filter: $f) { totalCount } }"
        found = await api(query, {"f": {"addressCustomFields": conditions}})
        assert found["clients"]["totalCount"] == expected
