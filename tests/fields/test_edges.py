"""Custom fields at their edges: sizes, numbers, days, and several writers at a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api
from tests.fields.defining import TIERS, VALUES, define, given, mistakes, names

pytestmark = pytest.mark.anyio

# Type, value, and the text that it is shown as, or the code of what is wrong with it.
VALUES_AT_EDGES: list[tuple[str, Any, str]] = [
    ("NUMBER", 2**63 - 1, "9,223,372,036,854,775,807"),
    ("NUMBER", 3e19, "30,000,000,000,000,000,000"),
    ("NUMBER", -0.0, "0"),
    ("NUMBER", "99999999999999999999", "OUT_OF_RANGE"),
    ("NUMBER", 1e300, "OUT_OF_RANGE"),
    ("NUMBER", 5e-324, "TOO_MANY_DECIMALS"),
    ("DECIMAL", "-0.0", "0.0"),
    ("DECIMAL", "9" * 20, "99,999,999,999,999,999,999"),
    ("DECIMAL", "1" + "0" * 20, "OUT_OF_RANGE"),
    ("DECIMAL", "1_0", "WRONG_JSON"),
    ("DECIMAL", "\uff11\uff12", "WRONG_JSON"),
    ("DATE", "0001-01-01", "Jan 1, 1"),
    ("DATE", "9999-12-31", "Dec 31, 9999"),
    ("DATE", "0000-01-01", "INVALID_DATE"),
    ("DATE", "10000-01-01", "INVALID_DATE"),
    ("DATE", "20260131", "INVALID_DATE"),
    ("DATE", "2026-W01-1", "INVALID_DATE"),
    ("DATE", "2026-01-31T00:00:00Z", "INVALID_DATE"),
    ("MONEY", {"amount": "-0", "currency": "EUR"}, "€0.00"),
    ("MONEY", {"amount": 5, "currency": "JPY"}, "¥5"),
    ("MONEY", {"amount": "5.5", "currency": "JPY"}, "TOO_MANY_DECIMALS"),
    ("MONEY", {"amount": [], "currency": {}}, "WRONG_JSON"),
    ("TEXT", "🎉", "🎉"),
    ("TEXT", "e\u0301" * 500, "é" * 500),
    ("TEXT", "a\u202eb", "INVALID_TEXT"),
    ("TEXT", "a\nb", "INVALID_TEXT"),
    ("TEXT", {"a": 1}, "WRONG_JSON"),
    ("CHOICES", ["gold"] * 200, "Gold"),
    ("CHOICES", ["gold"] * 201, "TOO_MANY"),
    ("CHOICES", ["gold", ["silver"]], "WRONG_JSON"),
    ("URL", f"example.com/{'a' * 5000}", "INVALID_URL"),
    ("EMAIL", f"{'a' * 300}@example.com", "INVALID_EMAIL"),
    ("PHONE", "+33 1 42 68 53 00 ext 5", "INVALID_PHONE"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), VALUES_AT_EDGES)
async def test_values_at_the_edges(api: Api, kind: str, value: Any, expected: str) -> None:
    """Stored as they are meant, or refused; the same value is found by a filter."""
    await define(api, "mine", kind, options=TIERS if kind == "CHOICES" else {})
    given_ = {"name": "Io", "customFields": given(mine=value)}
    payload = await api.do("clientCreate", given_, f"client {{ {VALUES} }}")
    if payload["userErrors"]:
        assert mistakes(payload) == [("input.customFields.0.value", expected)]
        return
    assert [each["display"] for each in payload["client"]["customFields"]] == [expected]
    sought = value[0] if kind == "CHOICES" else value
    assert await names(api, {"key": "mine", "op": "EQ", "value": sought}) == ["Io"]


@pytest.mark.parametrize("number", ["123456789012345678901234567890", "1e999", "-" + "9" * 5000])
async def test_endless_numbers_in_a_document_are_refused(api: Api, number: str) -> None:
    """What JSON cannot hold is no value, no option, and nothing to remember by a key."""
    await define(api, "n", "NUMBER")
    entries = f'customFields: [{{key: "n", value: {number}}}]'
    labels = 'labels: [{language: "en", text: "m"}]'
    for mutation in (
        f'clientCreate(input: {{name: "Io", idempotencyKey: "k", {entries}}})',
        f'customFieldDefinitionCreate(input: {{on: CLIENT, key: "m", type: "NUMBER", {labels},'
        f" options: {{min: {number}}}}})",
    ):
        text = f"mutation {{ {mutation} {{ userErrors {{ code }} }} }}"
        assert await api.codes(text) == ["BAD_USER_INPUT"]


async def test_deeply_nested_values_are_refused(api: Api) -> None:
    """In documents and in variables, as values, options and operands."""
    await define(api, "n", "NUMBER")
    deep: Any = 1
    for _ in range(20):
        deep = [deep]
    payload = await api.do("clientCreate", {"name": "Io", "customFields": given(n=deep)})
    assert mistakes(payload) == [("input.customFields.0.value", "WRONG_JSON")]
    for levels, code in ((300, "GRAPHQL_PARSE_FAILED"), (20, "BAD_USER_INPUT")):
        value = "[" * levels + "]" * levels
        text = f'{{ clients(filter: {{customFields: [{{key: "n", op: EQ, value: {value}}}]}})'
        assert await api.codes(text + " { totalCount } }") == [code]
    for _ in range(20):
        deep = [deep]
    body = await api.answer(
        'query($v: JSON) { clients(filter: {customFields: [{key: "n", op: EQ, value: $v}]})'
        " { totalCount } }",
        {"v": deep},
    )
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_REQUEST"]


async def test_an_input_has_so_many_values(api: Api) -> None:
    """Five hundred for each record; more keys cannot be asked for either."""
    await define(api, "a", "TEXT")
    many = [{"key": "a", "value": "x"}] * 501
    parts = {"contacts": [{"lastName": "R", "customFields": many}]}
    payload = await api.do("clientCreate", {"name": "Io", "customFields": many, **parts})
    assert sorted(mistakes(payload)) == [
        ("input.contacts.0.customFields", "TOO_MANY"),
        ("input.customFields", "TOO_MANY"),
    ]
    query = "query($k: [String!]) { clients { nodes { customFields(keys: $k) { key } } } }"
    await api.new_client("Io")
    assert await api.codes(query, {"k": ["a"] * 500}) == []
    assert await api.codes(query, {"k": ["a"] * 501}) == ["BAD_USER_INPUT"]


async def test_operators_take_what_they_say(api: Api) -> None:
    """One value for EQ, a text to search for, true or false for IS_SET."""
    await define(api, "t", "TEXT")
    await define(api, "c", "CHOICES", options=TIERS)
    query = "query($f: ClientFilter) { clients(filter: $f) { totalCount } }"
    for condition in (
        {"key": "c", "op": "EQ", "value": ["gold", "silver"]},
        {"key": "c", "op": "NE", "value": ["gold", "silver"]},
        {"key": "c", "op": "EQ", "value": []},
        {"key": "t", "op": "CONTAINS", "value": "  "},
        {"key": "t", "op": "STARTS_WITH", "value": ""},
        {"key": "t", "op": "IN", "value": []},
        {"key": "t", "op": "IN", "value": ["x"] * 101},
        {"key": "t", "op": "EQ"},
        {"key": "t", "op": "IS_SET", "value": 1},
    ):
        asked = {"f": {"customFields": [condition]}}
        assert await api.codes(query, asked) == ["BAD_USER_INPUT"], condition


async def test_one_of_two_writers_gets_a_unique_value(api: Api) -> None:
    """The other is told who has it."""
    await define(api, "badge", "TEXT", unique=True)
    for number in range(4):
        new = {"customFields": given(badge=f"B{number}")}
        made = await asyncio.gather(
            *(api.do("clientCreate", {"name": name, **new}, "client { id }") for name in "AB")
        )
        (winner,) = [each["client"]["id"] for each in made if each["client"]]
        (loser,) = [each for each in made if not each["client"]]
        assert mistakes(loser) == [("input.customFields.0.value", "TAKEN")]
        assert loser["userErrors"][0]["recordId"] == winner


async def test_a_field_that_becomes_unique_misses_no_value_that_comes_in(api: Api) -> None:
    """Whoever comes first: a unique field never has one value twice."""
    for number in range(4):
        field = await define(api, f"f{number}", "TEXT")
        new = {"customFields": [{"key": field["key"], "value": "x"}]}
        changed, *_ = await asyncio.gather(
            api.do("customFieldDefinitionUpdate", {"id": field["id"], "unique": True}),
            *(api.do("clientCreate", {"name": name, **new}) for name in "AB"),
        )
        having = await names(api, {"key": field["key"], "op": "EQ", "value": "x"})
        if changed["userErrors"]:
            assert mistakes(changed) == [("input.unique", "NOT_UNIQUE_YET")]
            assert len(having) == 2
        else:
            assert len(having) == 1


async def test_a_field_that_changes_its_type_misses_no_value_that_comes_in(api: Api) -> None:
    """Every value is of the new type, found by its filters, or was refused as such."""
    for number in range(4):
        field = await define(api, f"f{number}", "TEXT")
        new = {"customFields": [{"key": field["key"], "value": "12"}]}
        await asyncio.gather(
            api.done("customFieldDefinitionUpdate", {"id": field["id"], "type": "DECIMAL"}),
            *(api.done("clientCreate", {"name": name, **new}) for name in "AB"),
        )
        assert await names(api, {"key": field["key"], "op": "GT", "value": "9"}) == ["A", "B"]


async def test_a_key_stays_taken_by_its_archived_field(api: Api) -> None:
    """The values of the old field are still read by it; unarchiving brings the field back."""
    old = await define(api, "a", "TEXT", unique=True)
    await api.new_client("Io", customFields=given(a="x"))
    await api.done("customFieldDefinitionArchive", {"id": old["id"]})
    labels = [{"language": "en", "text": "a"}]
    again = {"on": "CLIENT", "key": "a", "type": "NUMBER", "labels": labels}
    payload = await api.do("customFieldDefinitionCreate", again)
    assert mistakes(payload) == [("input.key", "TAKEN")]
    assert payload["userErrors"][0]["recordId"] == old["id"]
    await api.done("customFieldDefinitionArchive", {"id": old["id"], "archived": False})
    payload = await api.do("clientCreate", {"name": "Eu", "customFields": given(a="x")})
    assert mistakes(payload) == [("input.customFields.0.value", "TAKEN")]


async def test_a_field_required_after_the_fact(api: Api) -> None:
    """Clients without it go on; it cannot be cleared, and is asked for at the next activation."""
    field = await define(api, "size", "NUMBER")
    made = await api.new_client("Io")
    await api.done("customFieldDefinitionUpdate", {"id": field["id"], "required": True})
    await api.done("clientUpdate", {"id": made["id"], "name": "Io II"})
    payload = await api.do("clientUpdate", {"id": made["id"], "customFields": given(size=None)})
    assert mistakes(payload) == [("input.customFields.0.value", "REQUIRED")]
    await api.done("clientDeactivate", {"id": made["id"]})
    payload = await api.do("clientActivate", {"id": made["id"]})
    assert mistakes(payload) == [("input.customFields.size", "REQUIRED")]


async def test_a_default_follows_the_options(api: Api) -> None:
    """A choice that is the default cannot go alone; with another default it can."""
    field = await define(api, "tier", "CHOICE", options=TIERS, defaultValue="gold")
    change = {"id": field["id"], "options": {"choices": [{"key": "silver"}]}}
    payload = await api.do("customFieldDefinitionUpdate", change)
    assert mistakes(payload) == [("input.defaultValue", "UNKNOWN_CHOICE")]
    await api.done("customFieldDefinitionUpdate", {**change, "defaultValue": "silver"})
    made = await api.new_client("Io", VALUES)
    assert [each["display"] for each in made["customFields"]] == ["silver"]


async def test_types_there_and_back_again(api: Api) -> None:
    """What a type in between could not read is as it was once the first type is back."""
    field = await define(api, "tiers", "CHOICES", options=TIERS)
    await api.new_client("one", customFields=given(tiers=["silver"]))
    await api.new_client("two", customFields=given(tiers=["gold", "silver"]))
    for kind, found in (("CHOICE", ["one"]), ("CHOICES", ["one", "two"])):
        change = {"id": field["id"], "type": kind, "options": TIERS, "acceptInvalid": True}
        await api.done("customFieldDefinitionUpdate", change)
        assert await names(api, {"key": "tiers", "op": "EQ", "value": "silver"}) == found
