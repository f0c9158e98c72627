"""Definitions of custom fields: made, changed after saying what that does, archived."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clientgraph.testing import Api
from tests.fields.defining import TIERS, VALUES, define, given, mistakes, names

pytestmark = pytest.mark.anyio

IMPACT = """customFieldDefinition { version type options }
    impact { total invalid duplicates examples { recordId value code } }"""


async def _values(api: Api, client_id: str, keys: str = "") -> list[Any]:
    selection = VALUES.replace("customFields", f"customFields{keys}", 1)
    query = f'{{ client(by: {{id: "{client_id}"}}) {{ {selection} }} }}'
    return [
        (each["key"], each["__typename"], each["display"])
        for each in (await api(query))["client"]["customFields"]
    ]


@pytest.mark.parametrize(
    ("fields", "mistake"),
    [
        ({"key": "Two words"}, ("input.key", "INVALID_FIELD_KEY")),
        ({"key": "taken"}, ("input.key", "TAKEN")),
        ({"type": "SMELL"}, ("input.type", "UNKNOWN_FIELD_TYPE")),
        ({"labels": []}, ("input.labels", "REQUIRED")),
        (
            {"labels": [{"language": "en", "text": each} for each in "AB"]},
            ("input.labels.1.language", "DUPLICATE"),
        ),
        (
            {"labels": [{"language": "xx", "text": "X"}]},
            ("input.labels.0.language", "UNKNOWN_LABEL_LANGUAGE"),
        ),
        ({"type": "CHOICE"}, ("input.options.choices", "INVALID_OPTION")),
        ({"options": {"colour": 1}}, ("input.options.colour", "UNKNOWN_OPTION")),
        ({"options": {"max.length": 1}}, ("input.options.max.length", "UNKNOWN_OPTION")),
        ({"options": ["maxLength"]}, ("input.options", "WRONG_JSON")),
        ({"options": {"maxLength": "x" * 20_001}}, ("input.options", "TOO_LONG")),
        ({"defaultValue": 5}, ("input.defaultValue", "WRONG_JSON")),
        ({"defaultValue": "a", "unique": True}, ("input.defaultValue", "DEFAULT_OF_UNIQUE")),
        ({"position": -1}, ("input.position", "OUT_OF_RANGE")),
    ],
)
async def test_a_wrong_definition_is_refused(
    api: Api, fields: dict[str, Any], mistake: tuple[str, str]
) -> None:
    """Each mistake at its place."""
    await define(api, "taken", "TEXT")
    labels = [{"language": "en", "text": "A"}]
    whole = {"on": "CLIENT", "key": "a", "type": "TEXT", "labels": labels, **fields}
    payload = await api.do("customFieldDefinitionCreate", whole)
    assert mistake in mistakes(payload)


def choices(*given: Any) -> dict[str, Any]:
    """Options of a choice."""
    return {"choices": list(given)}


GOLD = {"key": "gold", "labels": {"en": "Gold"}}


@pytest.mark.parametrize(
    ("kind", "options", "place", "message"),
    [
        ("TEXT", {"maxLength": 501}, "maxLength", "It takes: 1-500."),
        ("DECIMAL", {"decimals": 1.5}, "decimals", "It takes: 0-18."),
        ("NUMBER", {"min": "low"}, "min", 'It takes: 12.5, "12.5".'),
        ("NUMBER", {"min": 5, "max": 4.5}, "min", "It takes: ≤ 4.5."),
        ("MONEY", {"currencies": "EUR"}, "currencies", 'It takes: ["EUR", "CHF"].'),
        ("CHOICE", choices(), "choices", f"It takes: [{json.dumps(GOLD)}, …] (1-200)."),
        ("CHOICE", choices(GOLD, 5), "choices.1", f"It takes: {json.dumps(GOLD)}."),
        ("CHOICE", choices({"key": "a b"}), "choices.0.key", "It takes: A-Z a-z 0-9 . _ - (1-64)."),
        (
            "CHOICES",
            choices(GOLD, {"key": "b", "labels": {"en": 5}}),
            "choices.1.labels",
            'It takes: {"en": "Gold"} (en, fr, nl, de).',
        ),
    ],
)
async def test_a_wrong_option_is_named(
    api: Api, kind: str, options: dict[str, Any], place: str, message: str
) -> None:
    """At its place, with what it takes."""
    labels = [{"language": "en", "text": "A"}]
    whole = {"on": "CLIENT", "key": "a", "type": kind, "labels": labels, "options": options}
    (error,) = (await api.do("customFieldDefinitionCreate", whole))["userErrors"]
    assert (".".join(error["path"]), error["code"]) == (f"input.options.{place}", "INVALID_OPTION")
    assert error["message"] == f"The option '{place}' does not fit this type. {message}"


@pytest.mark.parametrize(
    ("options", "mistake"),
    [
        (choices(GOLD, GOLD), ("input.options.choices.1.key", "DUPLICATE")),
        (choices(GOLD | {"hue": 1}), ("input.options.choices.0.hue", "UNKNOWN_OPTION")),
    ],
)
async def test_a_wrong_choice_is_named(
    api: Api, options: dict[str, Any], mistake: tuple[str, str]
) -> None:
    """One that is there already, or says more than choices do."""
    labels = [{"language": "en", "text": "A"}]
    whole = {"on": "CLIENT", "key": "a", "type": "CHOICE", "labels": labels, "options": options}
    assert mistakes(await api.do("customFieldDefinitionCreate", whole)) == [mistake]


async def test_an_archived_field_keeps_its_values(api: Api) -> None:
    """Out of lists and records unless asked for by its key; back as it was."""
    made = await define(api, "a", "TEXT")
    client = await api.new_client(customFields=given(a="kept"))
    await api.done("customFieldDefinitionArchive", {"id": made["id"]})
    assert await _values(api, client["id"]) == []
    assert await _values(api, client["id"], '(keys: ["a"])') == [("a", "TextValue", "kept")]
    listed = "{ customFieldDefinitions(on: CLIENT%s) { key } }"
    assert (await api(listed % ""))["customFieldDefinitions"] == []
    archived = await api(listed % ", includeArchived: true")
    assert archived["customFieldDefinitions"] == [{"key": "a"}]
    await api.done("customFieldDefinitionArchive", {"id": made["id"], "archived": False})
    assert await _values(api, client["id"]) == [("a", "TextValue", "kept")]


async def test_a_change_of_options_says_what_becomes_invalid(api: Api) -> None:
    """Told by validateOnly, refused unasked, done when accepted: the value is kept and found."""
    tier = await define(api, "tier", "CHOICE", options=TIERS)
    gold = await api.new_client("Gold", customFields=given(tier="gold"))
    await api.new_client("Silver", customFields=given(tier="silver"))
    change = {"id": tier["id"], "options": {"choices": TIERS["choices"][1:]}}
    expected = {
        "total": 2,
        "invalid": 1,
        "duplicates": 0,
        "examples": [{"recordId": gold["id"], "value": "gold", "code": "UNKNOWN_CHOICE"}],
    }
    for switches in ({"validateOnly": True}, {}):
        told = await api.do("customFieldDefinitionUpdate", {**change, **switches}, IMPACT)
        assert mistakes(told) == [("input.options", "WOULD_BE_INVALID")]
        assert told["impact"] == expected
    done = await api.done("customFieldDefinitionUpdate", {**change, "acceptInvalid": True}, IMPACT)
    assert done["impact"] == expected
    assert await _values(api, gold["id"]) == [("tier", "ChoiceValue", "gold")]
    await api.done("clientUpdate", {"id": gold["id"], "name": "Gold II"})


async def test_a_change_of_type_reads_values_anew(api: Api) -> None:
    """What the new type cannot take is kept, shown as UnknownValue, and found by no filter."""
    size = await define(api, "size", "TEXT")
    ten = await api.new_client("Ten", customFields=given(size="10"))
    big = await api.new_client("Big", customFields=given(size="big"))
    change = {"id": size["id"], "type": "NUMBER"}
    refused = await api.do("customFieldDefinitionUpdate", change, IMPACT)
    assert mistakes(refused) == [("input.type", "WOULD_BE_INVALID")]
    await api.done("customFieldDefinitionUpdate", {**change, "acceptInvalid": True})
    assert await _values(api, ten["id"]) == [("size", "NumberValue", "10")]
    assert await _values(api, big["id"]) == [("size", "UnknownValue", "big")]
    assert await names(api, {"key": "size", "op": "GT", "value": 9}) == ["Ten"]


async def test_values_must_be_unique_before_the_field_is(api: Api) -> None:
    """Duplicates stand in the way whatever is accepted; without them the rule holds at once."""
    badge = await define(api, "badge", "TEXT")
    for name in ("A", "B"):
        last = await api.new_client(name, customFields=given(badge="one"))
    change = {"id": badge["id"], "unique": True, "acceptInvalid": True}
    refused = await api.do("customFieldDefinitionUpdate", change, IMPACT)
    assert mistakes(refused) == [("input.unique", "NOT_UNIQUE_YET")]
    assert refused["impact"]["duplicates"] == 1
    await api.done("clientUpdate", {"id": last["id"], "customFields": given(badge="two")})
    await api.done("customFieldDefinitionUpdate", change)
    payload = await api.do("clientCreate", {"name": "C", "customFields": given(badge="two")})
    assert mistakes(payload) == [("input.customFields.0.value", "TAKEN")]
