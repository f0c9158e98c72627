"""Types whose plugin fails while it is asked: told as mistakes, shown as stored, never more."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from clientgraph import FieldType, containment, hookimpl
from clientgraph.config import Settings
from clientgraph.contract.fields import FieldProblem
from clientgraph.fields import reading
from clientgraph.plugins import Plugins
from clientgraph.testing import Api, Workspace, running
from tests.fields.defining import define, given, mistakes
from tests.fields.test_plugin_types import PLACE
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio

SITE = [48, 2]
OPERATORS = frozenset(["EQ", "NE", "IN", "LT", "GT", "CONTAINS", "STARTS_WITH", "IS_SET"])
FINE = replace(PLACE, operators=OPERATORS, parse=lambda value, *_: value, search_form=str.casefold)


def broken(*_: Any) -> Any:
    """Raises."""
    raise RuntimeError("broken")


def leaving(*_: Any) -> Any:
    """Raises what would end the process."""
    sys.exit("bye")


def endless(*_: Any) -> Any:
    """Comes back much too late."""
    time.sleep(1.5)


def answering(garbage: Any) -> Callable[..., Any]:
    """Answers something that is of no use."""
    return lambda *_: garbage


@asynccontextmanager
async def serving(
    settings: Settings, workspace: Workspace, kind: FieldType
) -> AsyncIterator[tuple[Api, Plugins]]:
    """The service with a plugin that brings this type."""
    plugins = with_plugin("places", SimpleNamespace(field_types=hookimpl(lambda: [kind])))
    async with running(settings, plugins) as client:
        yield replace(workspace, client=client).api(), plugins


@pytest.fixture
async def client_id(settings: Settings, workspace: Workspace) -> str:
    """A client with a place, stored while the plugin was fine."""
    async with serving(settings, workspace, FINE) as (api, _):
        await define(api, "site", "PLACE")
        await define(api, "note", "TEXT")
        made = await api.new_client("Io", customFields=given(site=SITE, note="n"))
        return str(made["id"])


UNFIT = [
    {1},
    float("nan"),
    None,
    {1: 2},
    10**30,
    (1, 2),
    "\ud800",
    "x" * 20_001,
    b"x",
    object(),
]


@pytest.mark.parametrize("function", [broken, leaving, *map(answering, UNFIT)])
async def test_a_value_that_cannot_be_read_is_a_mistake(
    settings: Settings, workspace: Workspace, client_id: str, function: Callable[..., Any]
) -> None:
    """In creation, change and filter; the other fields and the record are as before."""
    async with serving(settings, workspace, replace(FINE, parse=function)) as (api, plugins):
        entries = given(note="m", site=SITE)
        for mutation, whole in (
            ("clientCreate", {"name": "Eu"}),
            ("clientUpdate", {"id": client_id}),
        ):
            payload = await api.do(mutation, {**whole, "customFields": entries})
            assert mistakes(payload) == [("input.customFields.1.value", "FIELD_TYPE_FAILED")]
            assert "Fields of the type PLACE" in payload["userErrors"][0]["message"]
        await _refused(api, {"key": "site", "op": "EQ", "value": SITE})
        assert await _shown(api, client_id) == [
            ("site", "PlaceValue", "48° N"),
            ("note", "TextValue", "n"),
        ]
        assert plugins.infos["places"].status == "ACTIVE"
        assert plugins.infos["places"].errors
        await api.done("clientUpdate", {"id": client_id, "customFields": given(note="x")})


async def _refused(api: Api, condition: dict[str, Any]) -> None:
    query = "query($f: ClientFilter) { clients(filter: $f) { totalCount } }"
    assert await api.codes(query, {"f": {"customFields": [condition]}}) == ["BAD_USER_INPUT"]


async def _shown(api: Api, client_id: str) -> list[tuple[str, str, str]]:
    query = (
        f'{{ client(by: {{id: "{client_id}"}}) {{ customFields {{ key __typename display }} }} }}'
    )
    found = (await api(query))["client"]["customFields"]
    return [(each["key"], each["__typename"], each["display"]) for each in found]


@pytest.mark.parametrize("function", [broken, *map(answering, [None, 5, b"x", "a\0b", "\ud800"])])
async def test_a_value_that_cannot_be_compared_is_a_mistake(
    settings: Settings, workspace: Workspace, client_id: str, function: Callable[..., Any]
) -> None:
    """Keys, what is searched for and what compares with what."""
    text = {"key": "site", "op": "CONTAINS", "value": "x"}
    less = {"key": "site", "op": "LT", "value": SITE}
    for bad, condition in (
        ({"sort_key": function}, less),
        ({"search_form": function}, text),
        ({"comparable": function}, less),
    ):
        async with serving(settings, workspace, replace(FINE, **bad)) as (api, _):
            await _refused(api, condition)
    async with serving(settings, workspace, replace(FINE, sort_key=function)) as (api, _):
        change = {"id": client_id, "customFields": given(site=SITE)}
        payload = await api.do("clientUpdate", change)
        assert mistakes(payload) == [("input.customFields.0.value", "FIELD_TYPE_FAILED")]


@pytest.mark.parametrize("function", [broken, leaving, *map(answering, [None, 5, b"x", "\ud800"])])
async def test_a_value_that_cannot_be_displayed_is_shown_as_it_is_stored(
    settings: Settings, workspace: Workspace, client_id: str, function: Callable[..., Any]
) -> None:
    """The rest of the record is there."""
    async with serving(settings, workspace, replace(FINE, display=function)) as (api, _):
        assert await _shown(api, client_id) == [
            ("site", "PlaceValue", "[48,2]"),
            ("note", "TextValue", "n"),
        ]


async def test_what_takes_too_long_is_left_alone_for_a_while(
    settings: Settings, workspace: Workspace, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each operation fails in time, and after five the type is not asked; other fields go on."""
    monkeypatch.setattr(reading, "ANSWER_SECONDS", 0.2)
    async with serving(settings, workspace, replace(FINE, parse=endless)) as (api, plugins):
        change = {"id": client_id, "customFields": given(site=SITE, note="x")}
        for _ in range(6):
            payload = await api.do("clientUpdate", change)
            assert mistakes(payload) == [("input.customFields.0.value", "FIELD_TYPE_FAILED")]
        assert plugins.infos["places"].status_in(workspace.id) == "SUSPENDED"
        assert await _shown(api, client_id) == [
            ("site", "PlaceValue", "[48,2]"),
            ("note", "TextValue", "n"),
        ]
        await _refused(api, {"key": "site", "op": "GT", "value": SITE})
        assert plugins.infos["places"].errors == ["TookTooLong: it took more than 0.2 s"] * 5


async def test_options_that_cannot_be_checked_are_a_mistake(
    settings: Settings, workspace: Workspace, client_id: str
) -> None:
    """In a new definition and in a change; the preview of which is then left out."""
    for function in (broken, answering(5), answering({1: 2}), answering({"x": {1}})):
        kind = replace(FINE, check_options=function)
        async with serving(settings, workspace, kind) as (api, _):
            labels = [{"language": "en", "text": "A"}]
            whole = {"on": "CLIENT", "key": "a", "type": "PLACE", "labels": labels}
            payload = await api.do("customFieldDefinitionCreate", whole)
            assert mistakes(payload) == [("input.options", "FIELD_TYPE_FAILED")]
            found = await api("{ customFieldDefinitions(on: CLIENT) { id key } }")
            site = found["customFieldDefinitions"][0]["id"]
            payload = await api.do("customFieldDefinitionUpdate", {"id": site, "options": {}})
            assert mistakes(payload) == [("input.options", "FIELD_TYPE_FAILED")]
    assert client_id


async def test_references_that_cannot_be_looked_up_are_a_mistake(
    settings: Settings, workspace: Workspace, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain functions, coroutines and broken SQL; whatever fails, the transaction goes on."""
    monkeypatch.setattr(containment, "LOOK_UP_SECONDS", 0.2)

    async def failing(*_: Any) -> Any:
        raise RuntimeError("broken")

    async def wrong_sql(context: Any, _: Any) -> Any:
        return await context.select("SELECT nothing FROM nowhere", [])

    for function in (broken, endless, failing, wrong_sql, answering(5)):
        kind = replace(FINE, unknown=function)
        async with serving(settings, workspace, kind) as (api, _):
            change = {"id": client_id, "customFields": given(note="x", site=SITE)}
            payload = await api.do("clientUpdate", change)
            assert mistakes(payload) == [("input.customFields.1.value", "FIELD_TYPE_FAILED")]


async def test_a_refusal_may_be_incomplete(
    settings: Settings, workspace: Workspace, client_id: str
) -> None:
    """A code without its parameters, one that nobody knows, one that is none at all."""

    def refusing(code: Any, **params: Any) -> Callable[..., Any]:
        def parse(*_: Any) -> Any:
            raise FieldProblem(code, **params)

        return parse

    for problem, code in (
        (refusing("TOO_LONG"), "TOO_LONG"),
        (refusing("NEW_CODE", hint=5), "NEW_CODE"),
        (refusing("TOO_LONG", path="x", record="client_x", country=5), "TOO_LONG"),
        (refusing("not a code"), "FIELD_TYPE_FAILED"),
        (refusing(None), "FIELD_TYPE_FAILED"),
    ):
        async with serving(settings, workspace, replace(FINE, parse=problem)) as (api, _):
            payload = await api.do("clientUpdate", {"id": client_id, "customFields": given(site=1)})
            assert mistakes(payload) == [("input.customFields.0.value", code)]
            assert payload["userErrors"][0]["recordId"] is None


async def test_ranks_that_fail_refuse_the_order(
    settings: Settings, workspace: Workspace, client_id: str
) -> None:
    """The list itself can still be had."""
    query = '{ clients(sortByCustomField: {key: "site"}) { totalCount } }'
    for function in (broken, answering(5), answering([None])):
        async with serving(settings, workspace, replace(FINE, ranks=function)) as (api, _):
            assert await api.codes(query) == ["BAD_USER_INPUT"]
            assert len(await _shown(api, client_id)) == 2
