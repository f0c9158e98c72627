"""The recap before saving: ``validateOnly`` answers as if it were done and writes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_named_type, get_nullable_type, is_non_null_type

from clientgraph.config import Settings
from clientgraph.testing import Api
from tests.writes.every_mutation import (
    INPUTS,
    SCHEMA,
    input_type,
    mutations,
    scene,
    text,
    whole_payload,
)
from tests.writes.whole_database import fingerprint

pytestmark = pytest.mark.anyio

# Made anew each time; everything else of a recap must be what saving then answers.
VOLATILE = {
    "id",
    "createdAt",
    "endedAt",
    "updatedAt",
    "nextTryAt",
    "archivedAt",
    "revokedAt",
    "expiresAt",
    "givenAt",
    "occurredAt",
    "doneAt",
    "withdrawnAt",
    "hint",
    "text",
    "token",
    "link",
    "reference",
    "url",
}


def steady(value: Any) -> Any:
    """An answer without what is made anew each time."""
    if isinstance(value, dict):
        return {key: steady(each) for key, each in value.items() if key not in VOLATILE}
    return [steady(each) for each in value] if isinstance(value, list) else value


def test_every_mutation_has_an_input_here() -> None:
    """A mutation that the schema gains needs an input for the tests of this folder."""
    assert sorted(INPUTS) == mutations()


@pytest.mark.parametrize("mutation", mutations())
def test_every_mutation_has_one_shape(mutation: str) -> None:
    """One required input with the switches, and a nullable payload with its mistakes."""
    root = SCHEMA.mutation_type
    assert root is not None
    field = root.fields[mutation]
    name = mutation[0].upper() + mutation[1:]
    assert list(field.args) == ["input"]
    assert is_non_null_type(field.args["input"].type)
    assert str(get_nullable_type(field.args["input"].type)) == f"{name}Input"
    switches = input_type(mutation).fields
    assert str(switches["validateOnly"].type) == "Boolean"
    assert switches["validateOnly"].default_value is False
    assert str(switches["idempotencyKey"].type) == "String"
    payload = get_named_type(field.type)
    assert str(field.type) == f"{name}Payload"
    fields = payload.fields
    certain = {key: str(one.type) for key, one in fields.items() if is_non_null_type(one.type)}
    assert certain == {"userErrors": "[UserError!]!", "warnings": "[UserWarning!]!"}


@pytest.mark.parametrize("mutation", mutations())
async def test_a_recap_writes_nothing_and_answers_everything(
    api: Api, settings: Settings, mutation: str
) -> None:
    """The whole database is as before, and the answer is that of the saving that follows."""
    given = INPUTS[mutation](await scene(api, settings))
    document = text(mutation, whole_payload(mutation))
    before = await fingerprint(settings)
    recap = await api(document, {"input": {**given, "validateOnly": True}})
    assert await fingerprint(settings) == before
    saved = await api(document, {"input": given})
    assert await fingerprint(settings) != before
    assert saved[mutation]["userErrors"] == []
    assert steady(recap) == steady(saved)


@pytest.mark.parametrize("mutation", mutations())
async def test_a_recap_leaves_its_key_unused(api: Api, settings: Settings, mutation: str) -> None:
    """A key that came with a recap can be used for the saving itself."""
    given = {**INPUTS[mutation](await scene(api, settings)), "idempotencyKey": f"recap {mutation}"}
    await api.done(mutation, {**given, "validateOnly": True})
    before = await fingerprint(settings)
    await api.done(mutation, given)
    assert await fingerprint(settings) != before


async def test_a_recap_says_all_mistakes_and_writes_nothing(api: Api, settings: Settings) -> None:
    """The mistakes of a recap are those of the saving, and neither writes."""
    given = {"name": "A", "email": "nowhere", "iban": "FR00", "contacts": [{"civility": "X"}]}
    before = await fingerprint(settings)
    recap = await api.do("clientCreate", {**given, "validateOnly": True}, "client { id }")
    assert await fingerprint(settings) == before
    assert recap == await api.do("clientCreate", given, "client { id }")
    assert await fingerprint(settings) == before
    assert recap["client"] is None
    assert [error["path"] for error in recap["userErrors"]] == [
        ["input", "email"],
        ["input", "iban"],
        ["input", "contacts", "0", "civility"],
    ]
