"""Every hook does what its contract says, through the API of an application with a test plugin."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import strawberry

import clientgraph
from clientgraph import (
    BatchField,
    Company,
    CompanyRegistry,
    DeletionBlocker,
    IdentifierError,
    IdentifierKind,
    Info,
    Permission,
    PluginContext,
    RecordChange,
    global_id,
    global_ids,
    hookimpl,
    hookspecs,
    query,
)
from clientgraph.announced import CORE
from clientgraph.config import Settings
from clientgraph.graphql.fields import column
from clientgraph.graphql.nodes import Node
from clientgraph.loading import installed
from clientgraph.plugins import Plugins
from clientgraph.schema import Schema
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio


def plugin(**hooks: Any) -> SimpleNamespace:
    """A plugin whose hooks are these functions."""
    return SimpleNamespace(**{name: hookimpl(function) for name, function in hooks.items()})


def parse_club(text: str) -> str:
    """Digits without leading zeros; club 13 is closed."""
    if not text.isdigit():
        raise IdentifierError("INVALID_FORMAT", "a club number is digits alone")
    if int(text) == 13:
        raise IdentifierError("CLUB_CLOSED")
    return text.lstrip("0")


def clubs(key: str = "CLUB") -> list[IdentifierKind]:
    """One kind of identifier."""
    return [
        IdentifierKind(
            key=key,
            label={"en": "Club number", "fr": "Numéro de club"},
            country=None,
            example="12",
            parse=parse_club,
            format=lambda value: f"No {value}",
        )
    ]


def test_every_hook_is_used_by_a_bundled_plugin() -> None:
    """Subscriptions, too: a hook that nobody uses is one that nobody has tried."""
    plugins = installed()
    used = {hook for hook in hookspecs.HOOKS if {*plugins.implementers(hook)} - {CORE}}
    assert used == hookspecs.HOOKS.keys()
    extended = {type_name for each in plugins.declared.values() for type_name in each.fields}
    assert extended >= {"Query", "Mutation", "Subscription"}


async def test_hook_identifier_kinds(settings: Settings, workspace: Workspace) -> None:
    """A declared kind is listed, read in any form, printed, and refused with its hint."""
    plugins = with_plugin("clubs", plugin(identifier_kinds=clubs))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        known = await api("{ identifierKinds { key label } }")
        assert {"key": "CLUB", "label": "Club number"} in known["identifierKinds"]
        made = await api.new_client(
            identifiers=[{"kind": "CLUB", "value": "0042"}],
            selection="identifiers { value formatted isValid }",
        )
        assert made["identifiers"] == [{"value": "42", "formatted": "No 42", "isValid": True}]
        given = {"name": "B", "identifiers": [{"kind": "CLUB", "value": "x"}]}
        refused = await api.do("clientCreate", given)
    assert refused["userErrors"] == [
        {
            "path": ["input", "identifiers", "0", "value"],
            "code": "INVALID_FORMAT",
            "message": "This does not look like a Club number. Example: 12. "
            "(a club number is digits alone)",
            "recordId": None,
        }
    ]


def test_two_plugins_cannot_claim_one_kind() -> None:
    """The second plugin is left out as a whole, with the reason and the name of the first."""
    plugins = Plugins(
        {
            "first": plugin(identifier_kinds=clubs),
            "second": plugin(identifier_kinds=lambda: [*clubs(), *clubs("OTHER")]),
        }
    )
    assert plugins.infos["second"].status == "QUARANTINED"
    assert list(plugins.infos["second"].errors) == [
        "ValueError: identifier kind CLUB is claimed by first already"
    ]
    assert set(plugins.kinds) == {"CLUB"}


async def test_hook_company_registries(settings: Settings, workspace: Workspace) -> None:
    """A declared registry is asked, with the stored form, for the kinds that it looks up."""
    asked: list[tuple[str, str]] = []

    async def lookup(kind: str, value: str) -> Company:
        asked.append((kind, value))
        return Company(name="Chess club", country="FR", identifiers={})

    register = CompanyRegistry(
        key="CLUBS",
        label={"en": "Register of clubs", "fr": "Registre des clubs"},
        attribution="The clubs",
        lookup=lookup,
        kinds=frozenset({"CLUB"}),
    )
    declared = plugin(identifier_kinds=clubs, company_registries=lambda: [register])
    async with running(settings, with_plugin("clubs", declared)) as client:
        api = replace(workspace, client=client).api(language="fr")
        found = await api(
            """{ company(kind: "CLUB", value: "0042") {
              status source { registry label attribution }
              draft { name identifiers { kind value } }
            } }"""
        )
    assert asked == [("CLUB", "42")]
    assert found["company"] == {
        "status": "FOUND",
        "source": {
            "registry": "CLUBS",
            "label": "Registre des clubs",
            "attribution": "The clubs",
        },
        "draft": {"name": "Chess club", "identifiers": [{"kind": "CLUB", "value": "42"}]},
    }


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Club number 13 is closed."),
        ("fr", "Le club 13 est fermé."),
        ("de", "Club number 13 is closed."),
    ],
)
async def test_hook_messages(
    settings: Settings, workspace: Workspace, language: str, sentence: str
) -> None:
    """A plugin's own code has its sentence in the caller's language, else in English."""
    texts = {"CLUB_CLOSED": {"en": "{kind} 13 is closed.", "fr": "Le club 13 est fermé."}}
    declared = plugin(identifier_kinds=clubs, messages=lambda: texts)
    async with running(settings, with_plugin("clubs", declared)) as client:
        api = replace(workspace, client=client).api(language=language)
        given = {"name": "B", "identifiers": [{"kind": "CLUB", "value": "13"}]}
        refused = await api.do("clientCreate", given)
    found = [(error["code"], error["message"]) for error in refused["userErrors"]]
    assert found == [("CLUB_CLOSED", sentence)]


async def test_hook_batch_fields(settings: Settings, workspace: Workspace) -> None:
    """A declared field is loaded once for all records of the answer; missing ones are null."""
    calls: list[int] = []

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, int]:
        calls.append(len(ids))
        asked = {"ids": [global_id("Client", each) for each in ids]}
        text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { name } } }"
        found = [node["name"] for node in (await context.graphql(text, asked))["nodes"]]
        return {each: len(name) for each, name in zip(ids, found, strict=True) if name != "None"}

    field = BatchField(
        type_name="Client",
        name="name_length",
        description="Letters of the name.",
        result=int | None,
        load=load,
    )
    plugins = with_plugin("lengths", plugin(batch_fields=lambda: [field]))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        for name in ("A", "Bcd", "None"):
            await api.new_client(name)
        found = await api("{ clients { nodes { name nameLength } } }")
    assert found["clients"]["nodes"] == [
        {"name": "A", "nameLength": 1},
        {"name": "Bcd", "nameLength": 3},
        {"name": "None", "nameLength": None},
    ]
    assert calls == [3]


async def test_hook_graphql_fields(settings: Settings, workspace: Workspace) -> None:
    """A declared query is answered, behind the permission that it names."""

    @query(Permission.MEMBERS_WRITE, "A greeting.")
    def greeting(info: Info) -> str:
        """The greeting."""
        return "Hello"

    plugins = with_plugin("greeter", plugin(graphql_fields=lambda: {"Query": [greeting]}))
    async with running(settings, plugins) as client:
        served = replace(workspace, client=client)
        assert await served.api("OWNER")("{ greeting }") == {"greeting": "Hello"}
        assert await served.api("VIEWER").codes("{ greeting }") == ["FORBIDDEN"]


def leak() -> str:
    """Answers anybody."""
    return "all"


def test_a_field_without_permission_is_left_out() -> None:
    """A query that names no permission cannot be served by mistake."""
    bare = strawberry.field(resolver=leak, description="Anything.")
    bare.python_name = "leak"
    plugins = with_plugin("leak", plugin(graphql_fields=lambda: {"Query": [bare]}))
    assert "leak" not in Schema.with_plugins(plugins).core.query_type.fields
    (reason,) = plugins.infos["leak"].errors
    assert reason.startswith("ValueError: Query.leak names no permission")


def test_a_query_that_cannot_be_guarded_is_refused() -> None:
    """A resolver without `info` fails where it is declared, not when it is first asked."""
    with pytest.raises(TypeError, match="leak must take 'info'"):
        query(Permission.VIEWER_READ, "Anything.")(leak)


def test_hook_graphql_types() -> None:
    """A declared type is in the schema, though nothing but its interface leads to it."""

    @strawberry.type(description="A club.")
    class Club(Node):
        """A record of the plugin."""

        name: str = column("The club's name.")

    schema = Schema.with_plugins(with_plugin("clubs", plugin(graphql_types=lambda: [Club])))
    assert "type Club implements Node {" in schema.printed()


async def test_hook_deletion_blockers(settings: Settings, workspace: Workspace) -> None:
    """A client with a blocker says so beforehand, is not deleted, and names the plugin."""

    async def block(
        client_ids: Sequence[UUID],
    ) -> Mapping[UUID, Sequence[DeletionBlocker]]:
        text = {"en": "The club has players."}
        return {
            each: [DeletionBlocker(code="HAS_PLAYERS", count=2, message=text)]
            for each in client_ids
        }

    plugins = with_plugin("clubs", plugin(deletion_blockers=block))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        reasons = "deletability { allowed reasons { code count message source } }"
        made = await api.new_client(selection=reasons)
        refused = await api.do("clientDelete", {"id": made["id"]}, "deletedId")
    reason = {"code": "HAS_PLAYERS", "count": 2, "message": "The club has players."}
    assert made["deletability"] == {"allowed": False, "reasons": [{**reason, "source": "clubs"}]}
    assert refused["deletedId"] is None
    assert [error["code"] for error in refused["userErrors"]] == ["HAS_PLAYERS"]


async def test_a_failing_decision_refuses_the_write(
    settings: Settings, workspace: Workspace
) -> None:
    """Where a deciding hook fails, nothing is changed and the plugin is named."""

    def fail(client_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[DeletionBlocker]]:
        raise ConnectionError("secret address")

    plugins = with_plugin("clubs", plugin(deletion_blockers=fail))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        refused = await api.do("clientDelete", {"id": made["id"]}, "deletedId")
        still = await api("query($id: ID!) { node(id: $id) { id } }", {"id": made["id"]})
    assert [(error["code"], error["message"]) for error in refused["userErrors"]] == [
        (
            "PLUGIN_UNAVAILABLE",
            "The plugin 'clubs' did not answer, so nothing was changed. Try again later.",
        )
    ]
    assert still["node"] == {"id": made["id"]}


async def test_hook_after_commit(settings: Settings, workspace: Workspace) -> None:
    """What was committed is told once and in order; what was undone is not told."""
    told: list[RecordChange] = []

    def hear(context: PluginContext, changes: Sequence[RecordChange]) -> None:
        if context.organisation_id == workspace.id:
            told.extend(changes)

    plugins = with_plugin("listener", plugin(after_commit=hear))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        await api.do("clientUpdate", {"id": made["id"], "name": "B", "validateOnly": True})
        await api.do("clientUpdate", {"id": made["id"], "name": "B", "expectedVersion": 9})
        await api.done("clientUpdate", {"id": made["id"], "name": "B"})
        await api.done("clientDelete", {"id": made["id"]})
    row_id = global_ids.decode("Client", made["id"])
    assert [(change.type, change.id, change.action) for change in told] == [
        ("Client", row_id, "CREATED"),
        ("Client", row_id, "UPDATED"),
        ("Client", row_id, "DELETED"),
    ]
    assert {change.organisation_id for change in told} == {workspace.id}


async def test_every_change_is_told(settings: Settings, workspace: Workspace) -> None:
    """A contact or address that gives its place up has changed; so have workspace and token."""
    told: list[RecordChange] = []

    def hear(changes: Sequence[RecordChange]) -> None:
        told.extend(changes)

    plugins = with_plugin("listener", plugin(after_commit=hear))
    line = {"line1": "1 rue A", "postalCode": "75001", "city": "Paris"}
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client(contacts=[{"lastName": "A"}], addresses=[line])
        own = {"clientId": made["id"]}
        await api.done("contactCreate", {**own, "lastName": "B", "isMain": True})
        await api.done("addressCreate", {**own, **line, "kind": "MAIN"})
        await api.done("organisationUpdate", {"name": "Other"})
        token = await api.done("apiTokenCreate", {"name": "x", "role": "VIEWER"}, "apiToken { id }")
        await api.done("apiTokenRevoke", {"id": token["apiToken"]["id"]})
    assert [(change.type, change.action, change.version) for change in told] == [
        ("Client", "CREATED", 1),
        ("Contact", "UPDATED", 2),
        ("Contact", "CREATED", 1),
        ("Address", "UPDATED", 2),
        ("Address", "CREATED", 1),
        ("Organisation", "UPDATED", 2),
        ("ApiToken", "CREATED", 1),
        ("ApiToken", "UPDATED", 2),
    ]


def test_names_in_the_contract_can_be_imported() -> None:
    """What the contract calls `clientgraph.x` is there for plugins to import."""
    named = set()
    for value in vars(hookspecs).values():
        named |= set(re.findall(r"``clientgraph\.(\w+)``", getattr(value, "__doc__", None) or ""))
    assert sorted(name for name in named if not hasattr(clientgraph, name)) == []
