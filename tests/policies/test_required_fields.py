"""What a form marks: the preset, the rules and the custom fields, for a country and a channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clientgraph import core
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running
from tests.fields.defining import define
from tests.policies.asking import choose, rule, starred

pytestmark = pytest.mark.anyio

LABELLED = '{ requiredFields(country: "FR") { path label } }'


async def _custom(workspace: Workspace, on: str, key: str, **more: Any) -> None:
    labels = [{"language": "en", "text": f"{key} (en)"}, {"language": "fr", "text": f"{key} (fr)"}]
    await define(workspace.api(), key, "TEXT", on=on, labels=labels, required=True, **more)


async def test_custom_fields_are_marked_with_their_labels(workspace: Workspace) -> None:
    """On clients, contacts and addresses; identifiers have labels, too."""
    await rule(workspace.api(), "identifiers.FR_SIRET", countries=["FR"])
    for on, key in (("CLIENT", "orbit"), ("CONTACT", "rank"), ("ADDRESS", "floor")):
        await _custom(workspace, on, key)
    await define(workspace.api(), "colour", "TEXT")
    found = (await workspace.api("VIEWER", "fr")(LABELLED))["requiredFields"]
    assert [(field["path"], field["label"]) for field in found] == [
        (["name"], None),
        (["identifiers", "FR_SIRET"], "N° SIRET"),
        (["customFields", "orbit"], "orbit (fr)"),
        (["contacts", "customFields", "rank"], "rank (fr)"),
        (["addresses", "customFields", "floor"], "floor (fr)"),
    ]


async def test_archived_fields_are_not_marked(workspace: Workspace) -> None:
    """What nobody can fill any more is not asked for."""
    api = workspace.api()
    made = await define(api, "orbit", "TEXT", required=True)
    assert "customFields.orbit" in await starred(api)
    await api.done("customFieldDefinitionArchive", {"id": made["id"]})
    assert await starred(api) == ["name"]


async def test_countries_are_told_apart(workspace: Workspace) -> None:
    """The workspace's own by default; overseas France is not France where a rule names France."""
    api = workspace.api()
    await choose(api, requirements="jump")
    await rule(api, "phone", countries=["FR"])
    own = await starred(api)
    assert own == await starred(api, country="FR")
    assert own[-2:] == ["identifiers.FR_SIRET", "phone"]
    assert await starred(api, country="RE") == own[:-1]
    assert await starred(api, country="DE") == own[:-2]


async def test_identifiers_that_no_plugin_knows_are_not_asked_for(
    settings: Settings, workspace: Workspace
) -> None:
    """A preset or rule about a kind that is gone does not keep everybody from making clients."""
    await choose(workspace.api(), requirements="jump")
    await rule(workspace.api(), "identifiers.FR_SIREN")
    place = {"line1": "1 rue A", "postalCode": "75001", "city": "Paris"}
    async with running(settings, Plugins({"core": core})) as client:
        api = replace(workspace, client=client).api()
        assert not [path for path in await starred(api) if path.startswith("identifiers")]
        await api.new_client("Io", addresses=[place])
    assert "identifiers.FR_SIREN" in await starred(workspace.api())
