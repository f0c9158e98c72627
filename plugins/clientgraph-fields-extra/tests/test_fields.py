"""Fields of these types in a workspace: unique, with a default, changed, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Api, Statements, Workspace, plugins_for, running
from clientgraph_fields_extra.texts import MESSAGES

pytestmark = pytest.mark.anyio

PLACE = {"latitude": 50.8466, "longitude": 4.3528}
VALUES = """customFields { __typename key display
  ... on IbanValue { iban formatted country } ... on RatingValue { rating outOf }
  ... on GeoPointValue { latitude longitude geohash }
  ... on ColourValue { hex red green blue } ... on PercentageValue { percent factor } }"""
# Two ways to write the same value.
ALIKE: list[tuple[str, Any, Any]] = [
    ("IBAN", "BE68 5390 0754 7034", "be68539007547034"),
    ("RATING", 4, 4),
    ("GEO_POINT", PLACE, {"latitude": "50.84660000", "longitude": "4.3528"}),
    ("COLOUR", "#AABBCC", "#abc"),
    ("PERCENTAGE", "12.5", "12.50 %"),
]


async def define(api: Api, kind: str, **more: Any) -> str:
    """A field `mine` on clients; its id."""
    labels = [{"language": "en", "text": "Mine"}]
    given = {"on": "CLIENT", "key": "mine", "type": kind, "labels": labels, **more}
    made = await api.done("customFieldDefinitionCreate", given, "customFieldDefinition { id }")
    found: str = made["customFieldDefinition"]["id"]
    return found


def mine(value: Any) -> list[dict[str, Any]]:
    """The value as inputs take it."""
    return [{"key": "mine", "value": value}]


def codes(payload: Any) -> list[str]:
    """Of its mistakes."""
    return [error["code"] for error in payload["userErrors"]]


@pytest.mark.parametrize(("kind", "one", "same"), ALIKE)
async def test_unique(api: Api, kind: str, one: Any, same: Any) -> None:
    """The same value is the same however it is written."""
    await define(api, kind, unique=True)
    await api.new_client("Io", customFields=mine(one))
    refused = await api.do("clientCreate", {"name": "Europa", "customFields": mine(same)})
    assert codes(refused) == ["TAKEN"]


@pytest.mark.parametrize(("kind", "one", "same"), ALIKE)
async def test_default(api: Api, kind: str, one: Any, same: Any) -> None:
    """New clients get it, and it is checked like any value."""
    await define(api, kind, defaultValue=one)
    chosen = f"name {VALUES}"
    plain = await api.new_client("Io", selection=chosen)
    given = await api.new_client("Europa", selection=chosen, customFields=mine(same))
    assert len(plain["customFields"]) == 1
    assert plain["customFields"] == given["customFields"]
    labels = [{"language": "en", "text": "Other"}]
    other = {"on": "CLIENT", "key": "other", "type": kind, "labels": labels, "defaultValue": []}
    assert codes(await api.do("customFieldDefinitionCreate", other)) == ["WRONG_JSON"]


PARTS: list[tuple[str, Any, dict[str, Any]]] = [
    (
        "IBAN",
        "BE68539007547034",
        {"iban": "BE68539007547034", "formatted": "BE68 5390 0754 7034", "country": "BE"},
    ),
    ("RATING", 4, {"rating": 4, "outOf": 5}),
    (
        "GEO_POINT",
        PLACE,
        {"latitude": 50.8466, "longitude": 4.3528, "geohash": "u151703dgt4z"},
    ),
    ("COLOUR", "#0a7d5c", {"hex": "#0a7d5c", "red": 10, "green": 125, "blue": 92}),
    ("PERCENTAGE", "12.5", {"percent": "12.50", "factor": "0.1250"}),
]


@pytest.mark.parametrize(("kind", "given", "parts"), PARTS)
async def test_parts(api: Api, kind: str, given: Any, parts: dict[str, Any]) -> None:
    """Each type has fields of its own in the API."""
    await define(api, kind)
    made = await api.new_client("Io", selection=VALUES, customFields=mine(given))
    (value,) = made["customFields"]
    assert {name: value[name] for name in parts} == parts


async def test_another_option_tells_what_it_does(api: Api) -> None:
    """A rating of four does not fit among three."""
    field = await define(api, "RATING")
    await api.new_client("Io", customFields=mine(4))
    change = {"id": field, "options": {"max": 3}}
    told = await api.do("customFieldDefinitionUpdate", change, "impact { total invalid }")
    assert codes(told) == ["WOULD_BE_INVALID"]
    assert told["impact"] == {"total": 1, "invalid": 1}
    bad = await api.do("customFieldDefinitionUpdate", {"id": field, "options": {"max": 11}})
    assert [(each["path"], each["code"]) for each in bad["userErrors"]] == [
        (["input", "options", "max"], "INVALID_OPTION")
    ]
    assert bad["userErrors"][0]["message"].endswith(" It takes: 3-10.")


async def test_filters_find_what_limits_no_longer_allow(api: Api) -> None:
    """A kept rating of four, and a share of 12.345 %."""
    for kind, value, options in (
        ("RATING", 4, {"max": 3}),
        ("PERCENTAGE", "12.345", {"max": 10, "decimals": 0}),
    ):
        first = {"decimals": 3} if kind == "PERCENTAGE" else {}
        key = kind.lower()
        field = await define(api, kind, key=key, options=first)
        await api.new_client(kind, customFields=[{"key": key, "value": value}])
        change = {"id": field, "options": options, "acceptInvalid": True}
        await api.done("customFieldDefinitionUpdate", change)
        wanted = {"customFields": [{"key": key, "op": "EQ", "value": value}]}
        query = "query($f: ClientFilter) { clients(filter: $f) { nodes { name } } }"
        assert (await api(query, {"f": wanted}))["clients"]["nodes"] == [{"name": kind}]
        entry = {"name": "x", "customFields": [{"key": key, "value": value}]}
        assert codes(await api.do("clientCreate", entry)) == ["OUT_OF_RANGE"]


async def test_another_type_reads_what_it_can(api: Api) -> None:
    """Texts that are percentages become some; what is none stays as it is."""
    field = await define(api, "TEXT")
    for name, text in (("Io", "12.5 %"), ("Europa", "some")):
        await api.new_client(name, customFields=mine(text))
    change = {"id": field, "type": "PERCENTAGE", "acceptInvalid": True}
    await api.done("customFieldDefinitionUpdate", change)
    found = await api(f"{{ clients(sort: [NAME_DESC]) {{ nodes {{ {VALUES} }} }} }}")
    values = [each["customFields"][0] for each in found["clients"]["nodes"]]
    assert [(each["__typename"], each["display"]) for each in values] == [
        ("PercentageValue", "12.5%"),
        ("UnknownValue", "some"),
    ]


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
async def test_mistakes_are_told_in_the_language_of_the_caller(
    workspace: Workspace, language: str
) -> None:
    """By the plugin's own sentences."""
    await define(workspace.api(), "COLOUR")
    api = workspace.api(language=language)
    refused = await api.do("clientCreate", {"name": "Io", "customFields": mine("red")})
    (error,) = refused["userErrors"]
    assert error["message"] == MESSAGES["INVALID_COLOUR"][language]


async def test_a_page_takes_as_many_statements_whatever_its_size(
    statements: Statements,
    clientgraph_settings: Settings,
    clientgraph_plugins: Mapping[str, object],
    workspace: Workspace,
) -> None:
    """Values of all five types on each client."""
    for kind, _, _ in ALIKE:
        labels = [{"language": "en", "text": kind}]
        key = kind.lower().replace("_", "")
        field = {"on": "CLIENT", "key": key, "type": kind, "labels": labels}
        await workspace.api().done("customFieldDefinitionCreate", field)
    values = [{"key": kind.lower().replace("_", ""), "value": one} for kind, one, _ in ALIKE]
    for number in range(50):
        await workspace.api().new_client(f"C{number:02}", customFields=values)
    query = f"query($n: Int) {{ clients(first: $n) {{ nodes {{ {VALUES} }} }} }}"
    counts = []
    async with running(clientgraph_settings, plugins_for(clientgraph_plugins)) as client:
        api = replace(workspace, client=client).api()
        await api(query, {"n": 1})
        for first in (5, 50):
            await statements.take()
            found = await api(query, {"n": first})
            seen = [text for text in await statements.take() if '"api_token"' not in text]
            assert [len(row["customFields"]) for row in found["clients"]["nodes"]] == [5] * first
            counts.append(len(seen))
    assert counts[0] == counts[1] > 0
