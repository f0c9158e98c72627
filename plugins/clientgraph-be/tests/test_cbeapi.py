"""cbeapi.be, asked through the API where there is no local index; its answers are invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from clientgraph import CompanyAddress, NotFound, PluginContext, Protected, Unavailable
from clientgraph.config import Settings
from clientgraph.testing import (
    Api,
    Asked,
    RegistryConformance,
    Replay,
    Reply,
    Workspace,
    plugins_for,
    running,
)
from clientgraph_be.cbeapi import lookup, search

pytestmark = pytest.mark.anyio

NUMBER, PERSON, MISSING = "0400000086", "0400000185", "0400000284"
STARS: dict[str, Any] = {
    "cbe_number": NUMBER,
    "denomination": "Société des Étoiles",
    "abbreviation": None,
    "commercial_name": "Étoiles & Filles",
    "address": {
        "street": "Rue du Chêne",
        "street_number": "16",
        "box": "",
        "post_code": "1000",
        "city": "Bruxelles",
        "country_code": "BE",
    },
    "juridical_form_code": "014",
    "status": "active",
    "type": "legal_person",
    "contact_infos": {"email": None, "phone": "02 515 13 51", "web": "www.stars.example"},
    "nace_activities": [
        {"code": "41101", "description": ["x"], "classification": "MAIN", "nace_version": "2008"},
        {"code": "62100", "description": "y", "classification": "MAIN", "nace_version": "2025"},
        {"code": "62200", "description": "z", "classification": "SECO", "nace_version": "2025"},
    ],
    "establishments": [],
}
TINE = {"cbe_number": PERSON, "type": "natural_person", "denomination": "Jansen, Tine"}
"""A natural person."""


def for_the_key(body: Any) -> Callable[[Asked], Any]:
    """An answer for who has the key."""

    def answer(asked: Asked) -> Any:
        if asked.headers.get("authorization") != "Bearer s3cret":
            return Reply(status=401, body={"message": "Unauthenticated."})
        return body

    return answer


def searched(asked: Asked) -> Any:
    """Enterprises by name, in pages."""
    found = [STARS, TINE] if "toiles" in asked.query["name"] else []
    return {"data": found, "meta": {"current_page": 1, "last_page": 1, "total": len(found)}}


ROUTES: Mapping[str, Any] = {
    f"/company/{NUMBER}": for_the_key({"data": STARS}),
    f"/company/{PERSON}": {"data": [TINE]},
    "/company/search": searched,
}


class TestCbeapi(RegistryConformance):
    """Bears what every registry must."""

    plugin = "be"
    registry = "BE_CBEAPI"
    service = "cbeapi"
    routes = ROUTES
    found = ("BE_ENTERPRISE", NUMBER, "Société des Étoiles")
    missing = ("BE_ENTERPRISE", MISSING)
    bad = ("BE_ENTERPRISE", "0400000087")
    closed: ClassVar[tuple[str, str] | None] = None
    protected = ("BE_ENTERPRISE", PERSON)
    searched = ("BE", "étoiles", "Société des Étoiles")
    nothing: ClassVar[list[Any]] = [{"data": []}]


@pytest.fixture
def cbeapi(cbeapi: Replay) -> Replay:
    """The service with its answers."""
    cbeapi.routes.update(ROUTES)
    return cbeapi


async def test_an_enterprise(context: PluginContext, cbeapi: Replay) -> None:
    """All that a client takes, in the caller's language."""
    found = await lookup(context, "BE_VAT", f"BE{NUMBER}")
    assert (found.name, found.trading_name) == ("Société des Étoiles", "Étoiles & Filles")
    assert (found.kind, found.activity_code, found.is_active) == ("COMPANY", "62.100", True)
    assert (found.phone, found.email, found.website) == ("02 515 13 51", None, "www.stars.example")
    assert list(found.addresses) == [
        CompanyAddress(line1="Rue du Chêne 16", postal_code="1000", city="Bruxelles", country="BE")
    ]
    (asked,) = cbeapi.asked
    assert asked.headers["accept-language"] == "fr"
    assert "s3cret" not in f"{asked.path}{asked.query}"


@pytest.mark.parametrize(
    "change",
    [
        {"cbe_number": 400000086},
        {"cbe_number": "0400.000.086"},
        {"contact_infos": [{"type": "TEL", "value": "02 515 13 51"}, {"type": "web"}, "x"]},
        {"contact_infos": None, "address": None, "nace_activities": None},
        {"address": [], "nace_activities": {"code": 41101, "classification": "MAIN"}},
        {"address": {"street": None, "city": "Gent", "post_code": 9000, "box": 3}},
        {"juridical_form_code": 14, "denomination": None},
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
async def test_loosely_typed_answers(
    context: PluginContext, cbeapi: Replay, change: dict[str, Any], wrapped: bool
) -> None:
    """An object or a list of one, numbers for texts, lists for objects: what can be read is."""
    record = {**STARS, **change}
    cbeapi.routes[f"/company/{NUMBER}"] = {"data": [record] if wrapped else record}
    found = await lookup(context, "BE_ENTERPRISE", NUMBER)
    assert found.identifiers == {"BE_ENTERPRISE": NUMBER}
    assert found.name == (change.get("denomination", "Société des Étoiles") or "Étoiles & Filles")


async def test_an_empty_list(context: PluginContext, cbeapi: Replay) -> None:
    """The enterprise is not there, unless the list is said to count some."""
    cbeapi.routes[f"/company/{NUMBER}"] = {"data": []}
    with pytest.raises(NotFound):
        await lookup(context, "BE_ENTERPRISE", NUMBER)
    cbeapi.routes["/company/search"] = {"data": [], "meta": {"total": 2}}
    with pytest.raises(Unavailable):
        await search(context, "étoiles", "BE", 5)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        [None],
        {},
        {**STARS, "cbe_number": MISSING},
        {**STARS, "type": None},
        {**STARS, "denomination": None, "commercial_name": None},
    ],
)
async def test_answers_without_the_enterprise(
    context: PluginContext, cbeapi: Replay, data: Any
) -> None:
    """Another one, or one without a name, or that may be a person: says nothing of this one."""
    cbeapi.routes[f"/company/{NUMBER}"] = {"data": data}
    with pytest.raises(Unavailable):
        await lookup(context, "BE_ENTERPRISE", NUMBER)


@pytest.mark.parametrize("change", [{"denomination": [], "commercial_name": 1.5}, {"type": {}}])
async def test_a_search_with_half_an_enterprise(
    context: PluginContext, cbeapi: Replay, change: dict[str, Any]
) -> None:
    """Is none, rather than one that finds less."""
    cbeapi.routes["/company/search"] = {"data": [STARS, {**STARS, **change}]}
    with pytest.raises(Unavailable):
        await search(context, "étoiles", "BE", 5)


async def test_natural_persons(context: PluginContext, cbeapi: Replay) -> None:
    """Are protected, and in no search."""
    with pytest.raises(Protected):
        await lookup(context, "BE_ENTERPRISE", PERSON)
    assert [each.name for each in await search(context, "étoiles", "BE", 5)] == [
        STARS["denomination"]
    ]
    assert await search(context, PERSON, "BE", 5) == []
    (found,) = await search(context, "0400.000.086", "BE", 5)
    assert (found.name, found.address) == (
        "Société des Étoiles",
        "Rue du Chêne 16, 1000 Bruxelles",
    )
    assert cbeapi.asked[-1].path == f"/company/{NUMBER}"


@pytest.mark.parametrize("status", [401, 403, 429, 502, 504])
async def test_refusals(context: PluginContext, cbeapi: Replay, status: int) -> None:
    """Whatever the service refuses, nobody knows whether the enterprise is there."""
    cbeapi.routes[f"/company/{NUMBER}"] = Reply(status=status, body={"message": "No."})
    with pytest.raises(Unavailable):
        await lookup(context, "BE_ENTERPRISE", NUMBER)


async def test_without_a_key(context: PluginContext, cbeapi: Replay) -> None:
    """It is not asked."""
    with pytest.raises(Unavailable):
        await lookup(replace(context, settings={}), "BE_ENTERPRISE", NUMBER)
    assert cbeapi.asked == []


async def test_a_workspace_brings_its_own_key(
    clientgraph_settings: Settings,
    clientgraph_plugins: Mapping[str, object],
    workspace: Workspace,
    cbeapi: Replay,
) -> None:
    """It is used, and never shown."""
    settings = replace(clientgraph_settings, plugin={})
    urls = {"be": {"cbeapi": cbeapi.url}}
    text = f'{{ company(kind: "BE_ENTERPRISE", value: "{NUMBER}") {{ status }} }}'
    async with running(settings, plugins_for(clientgraph_plugins), service_urls=urls) as client:
        api: Api = replace(workspace, client=client).api()
        assert (await api(text))["company"]["status"] == "UNAVAILABLE"
        given = {"name": "be", "settings": {"cbeapi_key": "s3cret"}}
        shown = await api.done("pluginConfigure", given, "plugin { settings }")
        assert "s3cret" not in str(shown)
        assert (await api(text))["company"]["status"] == "FOUND"
