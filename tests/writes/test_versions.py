"""Lost updates: a change says which version it saw, and a stale one changes nothing."""

from __future__ import annotations

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Api
from tests.writes.every_mutation import (
    INPUTS,
    WITHOUT_VERSION,
    changing,
    input_type,
    mutations,
    scene,
    text,
    whole_payload,
)
from tests.writes.whole_database import fingerprint

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("mutation", mutations())
def test_every_change_takes_the_version_that_was_seen(mutation: str) -> None:
    """Whatever names a record, or is the workspace's, takes an optional expectedVersion."""
    fields = input_type(mutation).fields
    changes = ("id" in fields or mutation == "organisationUpdate") and (
        mutation not in WITHOUT_VERSION
    )
    assert ("expectedVersion" in fields) is changes
    if changes:
        assert str(fields["expectedVersion"].type) == "Int"


@pytest.mark.parametrize("mutation", changing())
@pytest.mark.parametrize("stale", [0, -1, 999])
async def test_a_stale_version_changes_nothing(
    api: Api, settings: Settings, mutation: str, stale: int
) -> None:
    """VERSION_CONFLICT, the record as it stands, and the database as it was."""
    seen = INPUTS[mutation](await scene(api, settings))
    given = {**seen, "expectedVersion": stale}
    before = await fingerprint(settings)
    payload = (await api(text(mutation, whole_payload(mutation)), {"input": given}))[mutation]
    assert await fingerprint(settings) == before
    assert [(error["path"], error["code"]) for error in payload.pop("userErrors")] == [
        (["input", "expectedVersion"], "VERSION_CONFLICT")
    ]
    assert payload.pop("warnings") == []
    payload.pop("impact", None)
    assert payload.pop("deletedId", None) is None
    (record,) = payload.values()
    assert record["version"] == seen["expectedVersion"]
    assert record["id"] == given.get("id", record["id"])


@pytest.mark.parametrize("mutation", changing())
async def test_a_change_needs_no_version(api: Api, settings: Settings, mutation: str) -> None:
    """Left out or null, expectedVersion lets the change pass."""
    given = INPUTS[mutation](await scene(api, settings))
    del given["expectedVersion"]
    before = await fingerprint(settings)
    await api.done(mutation, {**given, "expectedVersion": None, "validateOnly": True})
    await api.done(mutation, given)
    assert await fingerprint(settings) != before


@pytest.mark.parametrize("mutation", [name for name in changing() if name.endswith("Update")])
async def test_each_update_counts_the_version(api: Api, settings: Settings, mutation: str) -> None:
    """The version grows by one, and the one that was seen before is stale from then on."""
    name = mutation.removesuffix("Update")
    given = INPUTS[mutation](await scene(api, settings))
    selection = f"{name} {{ version createdAt updatedAt }}"
    first = (await api.done(mutation, given, selection))[name]
    assert first["version"] == 2
    assert first["updatedAt"] > first["createdAt"]
    again = await api.do(mutation, given, selection)
    assert [error["code"] for error in again["userErrors"]] == ["VERSION_CONFLICT"]
    assert again[name] == first
    second = await api.done(mutation, {**given, "expectedVersion": 2}, selection)
    assert second[name]["version"] == 3
