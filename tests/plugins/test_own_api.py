"""A plugin asks the service's own API in the workspace of its call, as one more caller."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import (
    ApiErrors,
    BatchField,
    Company,
    CompanyRegistry,
    Composed,
    DocumentRenderer,
    DocumentRequest,
    DocumentTemplate,
    PluginContext,
    global_id,
    hookimpl,
)
from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.plugins import Plugins
from clientgraph.testing import Statements, Workspace, running
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio

NAMES = "{ viewer { name role permissions } organisation { name } clients { nodes { name } } }"


class Asking:
    """A plugin whose registry asks the API, and keeps what it was answered."""

    def __init__(self, document: str, variables: Mapping[str, Any] | None = None) -> None:
        self.document = document
        self.variables = variables or {}
        self.answers: list[Any] = []

    async def lookup(self, context: PluginContext, _kind: str, _value: str) -> Company:
        """Ask, and find a company all the same."""
        try:
            self.answers.append(await context.graphql(self.document, self.variables))
        except ApiErrors as errors:
            self.answers.append([error["extensions"]["code"] for error in errors.errors])
        return Company(name="Club", country="FR", identifiers={})

    def plugins(self) -> Plugins:
        """It, beside those that are always there."""
        registry = CompanyRegistry(
            key="CLUBS",
            label={"en": "Clubs"},
            attribution="",
            lookup=self.lookup,
            kinds=frozenset({"FR_SIREN"}),
        )
        declared = hookimpl(version=2)(lambda: [registry])
        return with_plugin("clubs", SimpleNamespace(company_registries=declared))


async def asked(
    settings: Settings, workspace: Workspace, document: str, variables: Any = None
) -> Any:
    """What a plugin is answered when a caller of this workspace makes it ask."""
    plugin = Asking(document, variables)
    async with running(settings, plugin.plugins()) as client:
        api = replace(workspace, client=client).api("VIEWER")
        await api('{ company(kind: "FR_SIREN", value: "552100554") { status } }')
    (answer,) = plugin.answers
    return answer


async def test_a_plugin_is_an_admin_of_the_workspace(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """It sees what an admin of the workspace sees, and nothing of another."""
    await workspace.api().new_client("Ours")
    await other.api().new_client("Theirs")
    found = await asked(settings, workspace, NAMES)
    assert found["viewer"]["name"] == "plugin clubs"
    assert found["viewer"]["role"] == "ADMIN"
    assert found["clients"]["nodes"] == [{"name": "Ours"}]


async def test_a_plugin_writes_through_the_api(settings: Settings, workspace: Workspace) -> None:
    """A mutation is done by the rules that hold for everybody."""
    create = """mutation($input: ClientCreateInput!) {
      clientCreate(input: $input) { client { name } userErrors { code } }
    }"""
    made = await asked(settings, workspace, create, {"input": {"name": "Made"}})
    assert made["clientCreate"] == {"client": {"name": "Made"}, "userErrors": []}
    refused = await asked(settings, workspace, create, {"input": {"name": ""}})
    assert [error["code"] for error in refused["clientCreate"]["userErrors"]] == ["REQUIRED"]
    found = await workspace.api()("{ clients { nodes { name } } }")
    assert found["clients"]["nodes"] == [{"name": "Made"}]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ noSuchField }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("query($id: ID!) { node(id: $id) { id } }", "BAD_USER_INPUT"),
    ],
)
async def test_errors_of_the_api_are_raised(
    settings: Settings, workspace: Workspace, document: str, code: str
) -> None:
    """A plugin does not take a part of an answer for the whole."""
    assert await asked(settings, workspace, document) == [code]


async def test_known_documents_bind_callers_not_plugins(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    """Where only known documents are run, plugins still ask their own."""
    known = {"look": '{ company(kind: "FR_SIREN", value: "552100554") { status } }'}
    path = tmp_path / "known.json"
    path.write_text(json.dumps(known), "utf-8")
    only = replace(settings, trusted_documents=str(path), trusted_documents_mode="only")
    plugin = Asking("{ viewer { role } }")
    async with running(only, plugin.plugins()) as client:
        answer = await client.post(
            "/graphql",
            json={"documentId": "look"},
            headers={"Authorization": f"Bearer {workspace.tokens['VIEWER']}"},
        )
    assert "errors" not in answer.json()
    assert plugin.answers == [{"viewer": {"role": "ADMIN"}}]


def asking(load: Callable[..., Any]) -> Plugins:
    """Those that are always there, and one whose field of clients this loads."""
    field = BatchField(
        type_name="Client", name="asked", description="Asked.", result=str | None, load=load
    )
    return with_plugin("asking", SimpleNamespace(batch_fields=hookimpl(lambda: [field])))


async def test_queries_are_answered_inside_an_operation(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through its session: no other is opened, whatever the number of records."""
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { name } } }"

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        found = await context.graphql(text, {"ids": [global_id("Client", each) for each in ids]})
        return {each: node["name"] for each, node in zip(ids, found["nodes"], strict=True)}

    statements = Statements()
    statements.watch(monkeypatch)
    async with running(settings, asking(load)) as client:
        api = replace(workspace, client=client).api()
        for number in range(6):
            await api.new_client(f"Client {number}")
        taken = []
        for first in (2, 6):
            query = f"{{ clients(first: {first}) {{ nodes {{ name asked }} }} }}"
            await api(query)
            await statements.take()
            found = (await api(query))["clients"]["nodes"]
            assert [each["asked"] for each in found] == [each["name"] for each in found]
            taken.append(await statements.take())
    assert len(taken[0]) == len(taken[1])
    assert sum("BEGIN" in each for each in taken[1]) == 1


async def test_a_question_inside_a_mutation_sees_what_it_wrote(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """A client that is not committed yet is there for the plugin; another workspace's never."""
    theirs = await other.api().new_client("Theirs")
    text = "query($id: ID!) { client(by: {id: $id}) { name } }"
    seen: list[Any] = []

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        asked = (global_id("Client", ids[0]), theirs["id"])
        seen.extend([(await context.graphql(text, {"id": each}))["client"] for each in asked])
        return dict.fromkeys(ids, "x")

    async with running(settings, asking(load)) as client:
        api = replace(workspace, client=client).api()
        tried = {"name": "New", "validateOnly": True}
        made = await api.done("clientCreate", tried, "client { asked }")
        found = await api("{ clients { nodes { name } } }")
    assert made["client"] == {"asked": "x"}
    assert seen == [{"name": "New"}, None]
    assert found["clients"]["nodes"] == []


async def test_questions_inside_an_operation_are_not_charged(
    settings: Settings, workspace: Workspace
) -> None:
    """The operation was: a plugin's field that asks does not run dry on a busy day."""
    left: list[Any] = []

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        await context.graphql("{ clients(first: 100) { nodes { name } } }", {})
        left.append(len(ids))
        return dict.fromkeys(ids, "x")

    limits = Limits(budget=400, refill=0.001)
    async with running(settings, asking(load), limits=limits) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        text = "query($id: ID!) { client(by: {id: $id}) { asked } }"
        for _ in range(20):
            assert await api(text, {"id": made["id"]}) == {"client": {"asked": "x"}}
    assert left == [1] * 20


CREATE = 'mutation { clientCreate(input: {name: "N"}) { client { id } } }'


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (CREATE, "while a session is open the API answers queries, and no mutation"),
        (
            '{ company(kind: "FR_SIREN", value: "552100554") { status } }',
            "'company' asks others, which cannot be done while a session is open.",
        ),
    ],
)
async def test_what_cannot_be_asked_inside_an_operation_is_refused_at_once(
    settings: Settings, workspace: Workspace, document: str, reason: str
) -> None:
    """A mutation would wait for itself; a registry would hold the session."""
    told: list[str] = []

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        with pytest.raises((RuntimeError, ApiErrors)) as refused:
            await context.graphql(document, {})
        told.append(str(refused.value))
        return dict.fromkeys(ids, "x")

    async with running(settings, asking(load)) as client:
        made = await replace(workspace, client=client).api().new_client(selection="asked")
    assert made["asked"] == "x"
    assert told == [reason]


async def test_questions_do_not_lead_to_questions(settings: Settings, workspace: Workspace) -> None:
    """A field that asks for itself is answered once, and without itself."""
    calls: list[int] = []

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        calls.append(len(ids))
        await context.graphql("{ clients { nodes { asked } } }", {})
        return dict.fromkeys(ids, "x")

    plugins = asking(load)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        codes = await api.codes(
            'mutation { clientCreate(input: {name: "N"}) { client { asked } } }'
        )
    assert codes == ["PLUGIN_FAILED"]
    assert calls == [1, 1]
    assert plugins.infos["asking"].errors[0] == (
        "RuntimeError: the API cannot be asked by what a plugin's question led to"
    )


class Printing:
    """A plugin that makes a document and fetches what was made, and what another id names."""

    def __init__(self) -> None:
        self.asked: str = ""
        self.answers: list[bytes | str] = []

    async def lookup(self, context: PluginContext, _kind: str, _value: str) -> Company:
        """Fetch the document of this id; find a company all the same."""
        try:
            self.answers.append(await context.document(self.asked))
        except LookupError as error:
            self.answers.append(str(error))
        return Company(name="Club", country="FR", identifiers={})

    def plugins(self) -> Plugins:
        """It, with a template and a renderer of its own."""

        def compose(_context: PluginContext, request: DocumentRequest) -> Composed:
            name = request.clients[0].name
            return Composed(
                media_type="text/plain", content=name, title="T", filename="f", date=request.date
            )

        registry = CompanyRegistry(
            key="CLUBS",
            label={"en": "Clubs"},
            attribution="",
            lookup=self.lookup,
            kinds=frozenset({"FR_SIREN"}),
        )
        template = DocumentTemplate(
            key="CARD", label={"en": "Card"}, compose=compose, formats=("text/plain",)
        )
        renderer = DocumentRenderer(
            key="PLAIN",
            source="text/plain",
            target="text/plain",
            ending=".txt",
            render=lambda _context, composed: composed.content.encode(),
        )
        hooks = {
            "company_registries": hookimpl(version=2)(lambda: [registry]),
            "document_templates": hookimpl(lambda: [template]),
            "document_renderers": hookimpl(lambda: [renderer]),
        }
        return with_plugin("clubs", SimpleNamespace(**hooks))


async def test_a_plugin_fetches_documents_of_its_workspace(
    settings: Settings,
    workspace: Workspace,
    other: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those of another workspace, unknown ones and those that have expired are not there."""
    plugin = Printing()
    look = '{ company(kind: "FR_SIREN", value: "552100554") { status } }'
    async with running(settings, plugin.plugins()) as client:
        ours, theirs = (replace(each, client=client).api() for each in (workspace, other))
        made = []
        for api in (ours, theirs, ours):
            if len(made) == 2:
                monkeypatch.setattr("clientgraph.documents.service.KEPT", timedelta(seconds=-1))
            given = {"template": "CARD", "clientId": (await api.new_client("Io"))["id"]}
            rendered = await api.done("documentRender", given, "document { id }")
            made.append(rendered["document"]["id"])
        for plugin.asked in (*made, "no-id"):
            await ours(look)
    gone = "there is no document {!r} any more: render it again"
    assert plugin.answers == [b"Io", *(gone.format(each) for each in (*made[1:], "no-id"))]
