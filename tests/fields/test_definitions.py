"""Definitions of custom fields: made, changed after saying what that does, archived."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fields.defining import TIERS, VALUES, define, given, mistakes, names
from tests.workspaces import Api

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
        ({"type": "COLOUR"}, ("input.type", "UNKNOWN_FIELD_TYPE")),
        ({"labels": []}, ("input.labels", "REQUIRED")),
        (
            {"labels": [{"language": "xx", "text": "X"}]},
            ("input.labels.0.language", "UNKNOWN_LABEL_LANGUAGE"),
        ),
        ({"type": "CHOICE"}, ("input.options", "INVALID_OPTION")),
        ({"options": {"colour": 1}}, ("input.options", "UNKNOWN_OPTION")),
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
