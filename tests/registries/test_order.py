"""Which registry is asked first, and which next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.registries.declared import plugin, registry
from tests.registries.questions import search

import clientgraph_stdnum
from clientgraph import CompanyCandidate, Unavailable, core
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running

pytestmark = pytest.mark.anyio


def naming(name: str) -> Any:
    """A search that finds one company of this name."""
    found = CompanyCandidate(name=name, identifiers={"FR_SIREN": "552032534"})
    return lambda _text, _country, _most: [found]


def refusing(_text: str, _country: str, _most: int) -> list[CompanyCandidate]:
    """A search that cannot be asked."""
    raise Unavailable


@pytest.mark.parametrize(
    ("own", "country", "names"),
    [
        (naming("Of the country"), "FR", ["Of the country"]),
        (refusing, "FR", ["Of the world"]),
        (naming("Of the country"), "JP", ["Of the world"]),
    ],
)
async def test_a_countrys_own_registry_is_asked_before_those_of_the_world(
    settings: Settings, workspace: Workspace, own: Any, country: str, names: list[str]
) -> None:
    """Whatever the plugins are called; the world's answers where there is no other answer."""
    world = registry(key="WORLD", countries=None, search=naming("Of the world"))
    named = {"core": core, "stdnum": clientgraph_stdnum}
    plugins = Plugins({**named, "a": plugin(world), "z": plugin(registry(search=own))})
    async with running(settings, plugins) as client:
        found = await search(replace(workspace, client=client).api(), "essor", country)
    assert [each["name"] for each in found["results"]] == names
