"""Kinds of identifiers and types of fields that hang or leave hold up their own plugin alone."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from clientgraph import CompanyRegistry, IdentifierKind
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Api, Workspace, running
from tests.fields.defining import define, given
from tests.fields.test_plugin_types import PLACE
from tests.invoicing import with_plugin
from tests.plugins.declared import plugin, serves
from tests.plugins.test_isolation import kind

pytestmark = pytest.mark.anyio

NUMBER = [{"kind": "CLUB", "value": "7"}]
SHOWN = "identifiers { value formatted isValid }"
COMPANY = '{ company(kind: "CLUB", value: "7") { status } }'
KIND_FUNCTIONS = ["parse", "format", "derive"]
TYPE_FUNCTIONS = ["parse", "sort_key", "search_form", "comparable", "ranks", "check_options"]
TYPE = replace(
    PLACE,
    operators=frozenset(["EQ", "LT", "CONTAINS"]),
    parse=lambda value, *_: value,
    search_form=str.casefold,
    is_sortable=True,
)


class Hanging:
    """A function that tells that it was called, and answers when the test is over."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.end = threading.Event()

    def __call__(self, *_: Any) -> Any:
        """Hang."""
        self.called.set()
        self.end.wait(20)
        return "9"


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """It ends with the test."""
    made = Hanging()
    yield made
    made.end.set()


def leaves(*_: Any) -> Any:
    """End the process, so it thinks."""
    sys.exit(3)


@asynccontextmanager
async def with_kind(
    settings: Settings, workspace: Workspace, declared: IdentifierKind
) -> AsyncIterator[tuple[Api, Plugins]]:
    """The service with a plugin that declares this kind, and looks companies up by it."""
    registry = CompanyRegistry(
        key="CLUBS",
        label={"en": "Clubs"},
        attribution="The clubs",
        lookup=leaves,
        kinds=frozenset({"CLUB"}),
    )
    hooks = plugin(identifier_kinds=lambda: [declared], company_registries=lambda: [registry])
    plugins = with_plugin("clubs", hooks)
    async with running(settings, plugins) as client:
        yield replace(workspace, client=client).api(), plugins


@asynccontextmanager
async def with_type(
    settings: Settings, workspace: Workspace, **changes: Any
) -> AsyncIterator[tuple[Api, Plugins]]:
    """The service with a plugin whose type of fields has these functions."""
    declared = replace(TYPE, **changes)
    plugins = with_plugin("places", plugin(field_types=lambda: [declared]))
    async with running(settings, plugins) as client:
        yield replace(workspace, client=client).api(), plugins


async def held_up_alone(api: Api, hanging: Hanging, asked: Any) -> Any:
    """What is answered in the end; while it hangs, another question is answered."""
    task = asyncio.ensure_future(asked)
    assert await asyncio.to_thread(hanging.called.wait, 10)
    assert await api("{ organisation { name } }") == {"organisation": {"name": "Firm"}}
    assert not task.done()
    hanging.end.set()
    return await task


@pytest.mark.parametrize("function", KIND_FUNCTIONS)
async def test_a_kind_that_hangs_holds_up_nobody(
    settings: Settings, workspace: Workspace, hanging: Hanging, function: str
) -> None:
    """While it does, others are served; what asked for it goes on as soon as it answers."""
    declared = kind(**{function: hanging})
    async with with_kind(settings, workspace, declared) as (api, _):
        asked = api.done("clientCreate", {"name": "A", "identifiers": NUMBER}, "client { id }")
        assert (await held_up_alone(api, hanging, asked))["client"]["id"]


@pytest.mark.parametrize(
    ("function", "codes", "shown"),
    [
        ("parse", ["PLUGIN_UNAVAILABLE"], None),
        ("format", [], [{"value": "7", "formatted": "7", "isValid": True}]),
        ("derive", [], [{"value": "7", "formatted": "No 7", "isValid": True}]),
    ],
)
async def test_a_kind_that_never_answers(
    settings: Settings,
    workspace: Workspace,
    hanging: Hanging,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    codes: list[str],
    shown: Any,
) -> None:
    """Nothing that it did not read is stored; what is only shown is shown as it is stored."""
    monkeypatch.setattr("clientgraph.identifiers.kinds.ANSWER_SECONDS", 0.3)
    declared = kind(**{"format": "No {}".format, function: hanging})
    async with with_kind(settings, workspace, declared) as (api, plugins):
        given = {"name": "A", "identifiers": NUMBER}
        made = await api.do("clientCreate", given, f"client {{ {SHOWN} }}")
        status = (await api(COMPANY))["company"]["status"]
    assert [error["code"] for error in made["userErrors"]] == codes
    assert (made["client"] and made["client"]["identifiers"]) == shown
    assert status == "UNAVAILABLE"
    assert {each.hook for each in plugins.infos["clubs"].failures} >= {"identifier_kinds CLUB"}
    assert "TookTooLong: it took more than 0.3 s" in plugins.infos["clubs"].errors


@pytest.mark.parametrize(
    ("function", "codes"), [("parse", ["INVALID_FORMAT"]), ("format", []), ("derive", [])]
)
async def test_a_kind_that_leaves(
    settings: Settings, workspace: Workspace, function: str, codes: list[str]
) -> None:
    """What would end the process ends nothing, be it asked for a write or for a company."""
    async with with_kind(settings, workspace, kind(**{function: leaves})) as (api, plugins):
        made = await api.do("clientCreate", {"name": "A", "identifiers": NUMBER}, "client { id }")
        found = (await api(COMPANY))["company"]["status"]
        await serves(api)
    assert [error["code"] for error in made["userErrors"]] == codes
    assert found == ("INVALID" if function == "parse" else "UNAVAILABLE")
    assert "SystemExit: 3" in plugins.infos["clubs"].errors


async def test_a_kind_that_never_answers_is_left_alone_for_a_while(
    settings: Settings, workspace: Workspace, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its plugin is shown as suspended; numbers of other kinds are read on."""
    monkeypatch.setattr("clientgraph.identifiers.kinds.ANSWER_SECONDS", 0.1)
    async with with_kind(settings, workspace, kind(parse=hanging)) as (api, plugins):
        for _ in range(6):
            await api.do("clientCreate", {"name": "A", "identifiers": NUMBER})
        siren = [{"kind": "FR_SIREN", "value": "732 829 320"}]
        made = await api.new_client(identifiers=siren, selection="identifiers { value }")
    info = plugins.infos["clubs"]
    assert info.status_in(workspace.id) == "SUSPENDED"
    assert info.errors == ["TookTooLong: it took more than 0.1 s"] * 5
    assert {"value": "732829320"} in made["identifiers"]


@pytest.fixture
async def client_id(settings: Settings, workspace: Workspace) -> str:
    """A client with places that its type read while it was fine."""
    async with with_type(settings, workspace) as (api, _):
        await define(api, "site", "PLACE")
        made = await api.new_client("Io", customFields=given(site=[48, 2]))
        return str(made["id"])


def _asked(api: Api, client_id: str, function: str) -> Any:
    """What asks a function of the type."""
    listed = "query($f: ClientFilter) { clients(filter: $f) { totalCount } }"
    conditions = {"search_form": ("CONTAINS", "x"), "comparable": ("LT", [48, 2])}
    if function in conditions:
        op, value = conditions[function]
        condition = {"key": "site", "op": op, "value": value}
        return api.answer(listed, {"f": {"customFields": [condition]}})
    if function == "ranks":
        sort = '{ clients(sortByCustomField: {key: "site"}) { totalCount } }'
        return api.answer(sort)
    if function == "check_options":
        labels = [{"language": "en", "text": "A"}]
        whole = {"on": "CLIENT", "key": "a", "type": "PLACE", "labels": labels}
        return api.do("customFieldDefinitionCreate", whole)
    return api.do("clientUpdate", {"id": client_id, "customFields": given(site=[1, 2])})


@pytest.mark.parametrize("function", TYPE_FUNCTIONS)
@pytest.mark.parametrize("is_patient", [True, False])
async def test_a_type_that_hangs_holds_up_nobody(
    settings: Settings,
    workspace: Workspace,
    client_id: str,
    hanging: Hanging,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    is_patient: bool,
) -> None:
    """While it does, others are served; where it takes too long, that is a mistake in the input."""
    async with with_type(settings, workspace, **{function: hanging}) as (api, plugins):
        if is_patient:
            await held_up_alone(api, hanging, _asked(api, client_id, function))
            return
        monkeypatch.setattr("clientgraph.fields.reading.ANSWER_SECONDS", 0.3)
        found = await _asked(api, client_id, function)
        assert "FIELD_TYPE_FAILED" in str(found) or "BAD_USER_INPUT" in str(found)
        assert set(plugins.infos["places"].errors) == {"TookTooLong: it took more than 0.3 s"}


async def test_texts_are_asked_for_together_beside_the_requests(
    settings: Settings, workspace: Workspace, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call for a whole page; while it hangs others are served, and then all is shown bare."""
    monkeypatch.setattr("clientgraph.fields.reading.ANSWER_SECONDS", 1.0)
    async with with_type(settings, workspace, display=hanging) as (api, plugins):
        await define(api, "site", "PLACE")
        for number in range(4):
            await api.new_client(f"Io {number}", customFields=given(site=[48, number]))
        query = "{ clients { nodes { customFields { display } } } }"
        task = asyncio.create_task(api(query))
        assert await asyncio.to_thread(hanging.called.wait, 10)
        await serves(api)
        page = await task
    shown = [node["customFields"] for node in page["clients"]["nodes"]]
    assert sorted(shown, key=str) == [[{"display": f"[48,{number}]"}] for number in range(4)]
    assert plugins.infos["places"].errors == ["TookTooLong: it took more than 1 s"]


@pytest.mark.parametrize("function", ["parse", "display", "sort_key"])
async def test_a_type_that_leaves(
    settings: Settings, workspace: Workspace, client_id: str, function: str
) -> None:
    """What would end the process is a mistake in the input, or shows the value as it is stored."""
    async with with_type(settings, workspace, **{function: leaves}) as (api, plugins):
        found = await api("{ clients { nodes { customFields { display } } } }")
        payload = await _asked(api, client_id, function)
        await serves(api)
    display = "[48,2]" if function == "display" else "48° N"
    assert found["clients"]["nodes"] == [{"customFields": [{"display": display}]}]
    codes = [] if function == "display" else ["FIELD_TYPE_FAILED"]
    assert [error["code"] for error in payload["userErrors"]] == codes
    assert "SystemExit: 3" in plugins.infos["places"].errors
