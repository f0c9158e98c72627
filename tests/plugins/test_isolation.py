"""A plugin that breaks its contract is left out or contained; everything else is served on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import strawberry

from clientgraph import BatchField, IdentifierKind, PluginContext, hookimpl
from clientgraph.config import Settings
from clientgraph.deciding import deletion_blockers
from clientgraph.errors import UserError
from clientgraph.messages import Messages
from clientgraph.plugins import Plugins
from clientgraph.schema import Schema
from clientgraph.storage.ids import uuid7
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio


def plugin(**hooks: Any) -> SimpleNamespace:
    """A plugin whose hooks are these functions."""
    return SimpleNamespace(**{name: hookimpl(function) for name, function in hooks.items()})


def kind(**changes: Any) -> IdentifierKind:
    """A kind of identifier that is in order, but for the changes."""
    facts: dict[str, Any] = {"key": "CLUB", "label": {"en": "Club"}, "country": None}
    facts |= {"example": "12", "parse": str.strip, "format": str}
    return IdentifierKind(**{**facts, **changes})


def nothing() -> Mapping[UUID, Any]:
    """Nothing stands in the way."""
    return {}


def field(**changes: Any) -> BatchField:
    """A field that is in order, but for the changes."""

    async def load(_context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        return dict.fromkeys(ids, "x")

    facts: dict[str, Any] = {"type_name": "Client", "name": "club", "description": "A club."}
    return BatchField(**{**facts, "result": str | None, "load": load, **changes})


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"label": {"fr": "Club"}}, "ValueError: identifier kind CLUB: the label needs a text"),
        ({"label": {"en": 5}}, "ValueError: identifier kind CLUB: the label needs a text"),
        ({"key": "club"}, "ValueError: identifier kind 'club': the key must be"),
        ({"country": "France"}, "ValueError: identifier kind CLUB: the country must be"),
        ({"example": None}, "TypeError: identifier kind CLUB: the example must be a text"),
        ({"parse": None}, "TypeError: identifier kind CLUB: parse, format and derive must"),
    ],
)
def test_a_bad_kind_leaves_its_plugin_out(bad: dict[str, Any], reason: str) -> None:
    """Nothing of the plugin remains, its other kinds and its messages neither."""
    declared = plugin(
        identifier_kinds=lambda: [kind(key="OTHER"), kind(**bad)],
        messages=lambda: {"X": {"en": "X"}},
    )
    plugins = Plugins({"bad": declared})
    assert plugins.infos["bad"].status == "QUARANTINED"
    assert plugins.infos["bad"].errors[0].startswith(reason)
    assert (plugins.kinds, plugins.messages) == ({}, [])


def test_what_fails_last_undoes_what_came_first() -> None:
    """A plugin whose messages are no messages keeps no claim on its kinds and decides nothing."""
    bad = plugin(
        identifier_kinds=lambda: [kind()],
        messages=lambda: {"X": {"fr": "X"}},
        deletion_blockers=nothing,
    )
    plugins = Plugins({"bad": bad, "good": plugin(identifier_kinds=lambda: [kind()])})
    assert [info.status for info in plugins.infos.values()] == ["QUARANTINED", "ACTIVE"]
    assert list(plugins.infos["bad"].errors) == ["ValueError: message X needs a text for 'en'"]
    assert set(plugins.kinds) == {"CLUB"}


@strawberry.type(name="Client", description="Not the client.")
class Impostor:
    """A type with the name of one that is there."""

    club: str


@strawberry.type(description="A club.")
class Club:
    """A type of a plugin."""

    name: str


@strawberry.type(name="Club", description="Another club.")
class Rival:
    """A type of that name, of another plugin."""

    place: str


@pytest.mark.parametrize(
    ("code", "owner"), [("MINE", "first"), ("REQUIRED", "core"), ("IBAN_OF_OTHER_CLIENT", "core")]
)
def test_a_sentence_has_one_owner(code: str, owner: str) -> None:
    """A code of another plugin's, or of core's, is refused: its sentence stays what it is."""
    first = plugin(messages=lambda: {"MINE": {"en": "from first"}})
    second = plugin(messages=lambda: {code: {"en": "from second"}})
    plugins = Plugins({"first": first, "second": second})
    assert [info.status for info in plugins.infos.values()] == ["ACTIVE", "QUARANTINED"]
    reason = plugins.infos["second"].reason
    assert f"message {code} is claimed by {owner} already" in reason
    assert Messages(plugins.messages).text(UserError((), "MINE"), "en") == "from first"


@pytest.mark.parametrize(
    ("hooks", "reason"),
    [
        (
            {"batch_fields": lambda: [field(name="name")]},
            "Client.name of bad is declared by core already",
        ),
        (
            {"batch_fields": lambda: [field()]},
            "Client.club of bad is declared by good already",
        ),
        (
            {"batch_fields": lambda: [field(type_name="Invoice")]},
            "fields were added to types that do not exist: ['Invoice']",
        ),
        ({"graphql_types": lambda: [Impostor]}, "type Client of bad is declared by core already"),
        ({"graphql_types": lambda: [Rival]}, "type Club is claimed by good already"),
        (
            {"batch_fields": lambda: [replace(field(name="rival"), result=Rival | None)]},
            "type Club of bad is declared by good already",
        ),
        (
            {"batch_fields": lambda: [field(name="__x")]},
            "the name of a field begins with a small letter",
        ),
    ],
)
def test_what_does_not_fit_the_schema_is_left_out(hooks: dict[str, Any], reason: str) -> None:
    """The service starts without that plugin, which is told why; others keep their fields."""
    bad = plugin(identifier_kinds=lambda: [kind()], **hooks)
    good = plugin(batch_fields=lambda: [field()], graphql_types=lambda: [Club])
    plugins = Plugins({"good": good, "bad": bad})
    schema = Schema.with_plugins(plugins)
    assert "club" in schema.core.type_map["Client"].fields
    assert plugins.infos["good"].status == "ACTIVE"
    assert plugins.infos["bad"].status == "QUARANTINED"
    assert reason in plugins.infos["bad"].errors[0]
    assert plugins.kinds == {}


def fails(*_: Any) -> Any:
    """Break."""
    raise KeyError("broken")


@pytest.mark.parametrize("broken", [fails, lambda _text: 5], ids=["raises", "no text"])
async def test_a_kind_that_fails_is_contained(
    settings: Settings, workspace: Workspace, broken: Callable[..., Any]
) -> None:
    """Bad parsing refuses the value, bad printing shows it bare, bad derivation adds nothing."""
    kinds = [
        kind(key="PARSE", parse=broken),
        kind(key="PRINT", format=broken, derive=broken),
    ]
    plugins = with_plugin("broken", plugin(identifier_kinds=lambda: kinds))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        given = {"name": "A", "identifiers": [{"kind": "PARSE", "value": "1"}]}
        refused = await api.do("clientCreate", given)
        made = await api.new_client(
            identifiers=[{"kind": "PRINT", "value": "1"}],
            selection="identifiers { value formatted }",
        )
    assert [error["code"] for error in refused["userErrors"]] == ["INVALID_FORMAT"]
    assert made["identifiers"] == [{"value": "1", "formatted": "1"}]
    assert plugins.infos["broken"].status == "ACTIVE"
    # Printed twice: for the answer, and for what searches look through.
    assert len(plugins.infos["broken"].errors) == 4


async def answers_late(client_ids: Sequence[UUID]) -> Any:
    """Take longer than anybody waits."""
    await asyncio.sleep(3600)


@pytest.mark.parametrize(
    "answer",
    [
        lambda client_ids: {key: ["no blocker"] for key in client_ids},
        lambda client_ids: dict.fromkeys(client_ids, 5),
        lambda client_ids: [*client_ids],
        lambda: False,
        fails,
        answers_late,
    ],
    ids=["text", "number", "list", "false", "raises", "late"],
)
async def test_a_useless_decision_refuses_the_write(
    settings: Settings,
    workspace: Workspace,
    answer: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever a deciding hook answers instead of blockers, nothing is deleted."""
    monkeypatch.setattr("clientgraph.deciding.DECIDE_SECONDS", 0.2)
    plugins = with_plugin("useless", plugin(deletion_blockers=answer))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        refused = await api.do("clientDelete", {"id": made["id"]}, "deletedId")
    assert refused["deletedId"] is None
    assert [error["code"] for error in refused["userErrors"]] == ["PLUGIN_UNAVAILABLE"]
    assert len(plugins.infos["useless"].errors) == 1


async def test_a_plain_hook_holds_nobody(settings: Settings, workspace: Workspace) -> None:
    """While a hook that is not async thinks, other requests are answered."""
    thinking, done = threading.Event(), threading.Event()

    def think(client_ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        thinking.set()
        assert done.wait(4)
        return {}

    async with running(settings, with_plugin("slow", plugin(deletion_blockers=think))) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        deleted = asyncio.create_task(api.done("clientDelete", {"id": made["id"]}, "deletedId"))
        assert await asyncio.to_thread(thinking.wait, 4)
        assert await api("{ __typename }") == {"__typename": "Query"}
        done.set()
        assert (await deleted)["deletedId"] == made["id"]


def no_context(_plugin: str) -> Any:
    """For hooks that look at none."""
    return object()


async def test_at_most_a_hundred_ids_at_once(settings: Settings, workspace: Workspace) -> None:
    """Deciding hooks and loaded fields are handed the ids in portions."""
    portions: list[int] = []

    def count(client_ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        portions.append(len(client_ids))
        return {}

    async def load(_context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        portions.append(len(ids))
        return {}

    hooks = plugin(deletion_blockers=count, batch_fields=lambda: [field(load=load)])
    plugins = Plugins({"counting": hooks})
    ids = [uuid7() for _ in range(230)]
    assert await deletion_blockers(plugins, no_context, ids, {}) == {}
    assert portions == [100, 100, 30]
    portions.clear()
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        names = [f'c{n}: clientCreate(input: {{name: "N"}}) {{ __typename }}' for n in range(9)]
        for _ in range(12):
            await api(f"mutation {{ {' '.join(names)} }}")
        await api(
            "{ a: clients(first: 100) { nodes { club } } b: clients(last: 8) { nodes { club } } }"
        )
    assert sorted(portions) == [8, 100]


async def test_a_plugins_bad_sql_spoils_only_its_own_field(
    settings: Settings, workspace: Workspace
) -> None:
    """What else the request reads is answered, before it and after it."""

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        await context.select("SELECT no_such_column", [])
        return {}

    plugins = with_plugin("bad", plugin(batch_fields=lambda: [field(load=load)]))
    query = "{ clients { nodes { club contacts { nodes { lastName } } } } organisation { name } }"
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        await api.new_client(contacts=[{"lastName": "Doe"}])
        body = await api.answer(query)
    assert [error["path"] for error in body["errors"]] == [["clients", "nodes", 0, "club"]]
    contacts = {"nodes": [{"lastName": "Doe"}]}
    assert body["data"]["clients"]["nodes"] == [{"club": None, "contacts": contacts}]
    assert body["data"]["organisation"] == {"name": "Firm"}


async def test_a_decision_with_bad_sql_refuses_and_spoils_nothing(
    settings: Settings, workspace: Workspace
) -> None:
    """The plugin is named as unavailable; the transaction answers the rest."""

    async def block(context: PluginContext) -> Mapping[UUID, Any]:
        await context.select("SELECT no_such_column", [])
        return {}

    async with running(settings, with_plugin("bad", plugin(deletion_blockers=block))) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        refused = await api.do("clientDelete", {"id": made["id"]}, "deletedId")
    assert [error["code"] for error in refused["userErrors"]] == ["PLUGIN_UNAVAILABLE"]
