"""Integrations of clients: linked by templates and by hand, kept whatever becomes of plugins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from clientgraph import Integration, PluginContext, RecordChange, global_id, hookimpl
from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, running
from tests.contract.answers import shown
from tests.events.people import person
from tests.invoicing import with_plugin
from tests.templates.preparing import changed, listed, mistakes, template

pytestmark = pytest.mark.anyio

LEDGER = Integration(key="LEDGER", label={"en": "Ledger", "fr": "Grand livre"})
VAULT = Integration(key="VAULT", label={"en": "Vault"})
KEYS = "integrations { integration { key } }"
LINKS = (
    "integrations { integration { key label plugin isAvailable } linkedAt template { name } "
    "linkedBy { name } }"
)
ASKED = "query($id: ID!) { client(by: {id: $id}) { name integrations { integration { key } } } }"


@dataclass
class Books:
    """A plugin that brings two integrations, and notes the links of clients it is told of."""

    told: list[tuple[str, str, list[str]]] = field(default_factory=list)

    @hookimpl
    def integrations(self) -> list[Integration]:
        """Two of them."""
        return [VAULT, LEDGER]

    @hookimpl
    async def after_commit(self, context: PluginContext, changes: Sequence[RecordChange]) -> None:
        """What each client is linked with once it was made or changed."""
        for each in changes:
            if each.type == "Client" and each.action != "DELETED":
                found = await context.graphql(ASKED, {"id": global_id("Client", each.id)})
                self.told.append((each.action, found["client"]["name"], keys(found["client"])))


@pytest.fixture
def books() -> Books:
    """The plugin."""
    return Books()


@pytest.fixture
async def linking(
    settings: Settings, workspace: Workspace, books: Books
) -> AsyncIterator[Workspace]:
    """The workspace, served by an application with the plugin."""
    async with running(settings, with_plugin("books", books)) as client:
        yield replace(workspace, client=client)


@pytest.fixture
def linked(linking: Workspace) -> Api:
    """Its API."""
    return linking.api()


def keys(client: Any) -> list[str]:
    """What a client is linked with."""
    return [each["integration"]["key"] for each in client["integrations"]]


async def has(api: Api, client_id: str) -> list[str]:
    """What a client is linked with, as a fresh query shows it."""
    return keys(await shown(api, client_id, KEYS))


async def test_hook_integrations(linking: Workspace) -> None:
    """What a plugin declares is listed by key, in the caller's language or in English."""
    text = "{ integrations { key label plugin isAvailable } }"
    assert (await linking.api(language="fr")(text))["integrations"] == [
        {"key": "LEDGER", "label": "Grand livre", "plugin": "books", "isAvailable": True},
        {"key": "VAULT", "label": "Vault", "plugin": "books", "isAvailable": True},
    ]


async def test_a_template_links_the_clients_that_are_made_with_it(
    linking: Workspace, linked: Api
) -> None:
    """Each link tells since when, by which template and by whom."""
    made = await template(linked, integrations=["VAULT", "LEDGER", "VAULT"], isDefault=True)
    ada = (await person(linking, "Ada", "MEMBER")).api
    client = await ada.new_client("Io", LINKS)
    ledger, vault = client["integrations"]
    assert ledger.pop("linkedAt") == vault["linkedAt"]
    assert ledger == {
        "integration": {"key": "LEDGER", "label": "Ledger", "plugin": "books", "isAvailable": True},
        "template": {"name": "Standard"},
        "linkedBy": {"name": "Ada"},
    }
    assert vault["integration"]["key"] == "VAULT"
    (seen,) = await listed(linked, "id integrations { key isAvailable }")
    assert seen == {
        "id": made["id"],
        "integrations": [{"key": key, "isAvailable": True} for key in ("LEDGER", "VAULT")],
    }


async def test_what_is_given_wins_over_the_template(linked: Api) -> None:
    """All of them, none of them, or no template."""
    await template(linked, integrations=["VAULT"], isDefault=True)
    chosen = await linked.new_client("A", LINKS, integrations=["LEDGER"])
    assert keys(chosen) == ["LEDGER"]
    assert chosen["integrations"][0]["template"] is None
    for given in ({"integrations": []}, {"integrations": None}, {"template": None}):
        assert keys(await linked.new_client(selection=KEYS, **given)) == []


async def test_links_are_begun_and_ended_afterwards(linked: Api) -> None:
    """Those that stay are not touched; the client counts a version."""
    await template(linked, integrations=["VAULT"], isDefault=True)
    client = await linked.new_client("Io", LINKS)
    given = {"id": client["id"], "integrations": ["LEDGER", "VAULT"]}
    after = (await linked.done("clientUpdate", given, f"client {{ version {LINKS} }}"))["client"]
    begun, kept = after["integrations"]
    assert after["version"] == client["version"] + 1
    assert (begun["integration"]["key"], begun["template"]) == ("LEDGER", None)
    assert kept == client["integrations"][0]
    for given, left in (({"name": "Europa"}, 2), ({"integrations": ["LEDGER"]}, 1)):
        await linked.done("clientUpdate", {"id": client["id"], **given})
        assert len(await has(linked, client["id"])) == left
    await linked.done("clientUpdate", {"id": client["id"], "integrations": None})
    assert await has(linked, client["id"]) == []


async def test_a_later_change_of_the_template_reaches_no_client(linked: Api) -> None:
    """Nor does its end: absent integrations stay with the template, null clears them."""
    made = await template(linked, integrations=["VAULT"])
    client = await linked.new_client("Io", template=made["id"])
    chosen = "integrations { key }"
    same = await changed(linked, made["id"], chosen, name="Other")
    assert same["integrations"] == [{"key": "VAULT"}]
    other = await changed(linked, made["id"], chosen, integrations=["LEDGER"])
    assert other["integrations"] == [{"key": "LEDGER"}]
    cleared = await changed(linked, made["id"], chosen, integrations=None)
    assert cleared["integrations"] == []
    assert await has(linked, client["id"]) == ["VAULT"]


async def test_only_what_there_is_can_be_chosen(linked: Api) -> None:
    """At its place in the list, for clients and templates alike."""
    given = {"name": "Io", "integrations": ["VAULT", "ATTIC"]}
    for mutation in ("clientCreate", "clientTemplateCreate"):
        assert await mistakes(linked, mutation, given) == [
            ("integrations.1", "UNKNOWN_INTEGRATION")
        ]
    many = {"name": "Io", "integrations": ["VAULT"] * 101}
    assert await mistakes(linked, "clientCreate", many) == [("integrations", "TOO_MANY")]
    refused = await linked.do("clientCreate", given)
    assert refused["userErrors"][0]["message"] == (
        "There is no integration 'ATTIC' in this workspace. Known ones: LEDGER, VAULT."
    )


async def test_a_recap_links_nothing(linked: Api) -> None:
    """It shows the links as they would be."""
    client = await linked.new_client("Io")
    given = {"id": client["id"], "integrations": ["VAULT"], "validateOnly": True}
    tried = await linked.done("clientUpdate", given, f"client {{ {KEYS} }}")
    assert keys(tried["client"]) == ["VAULT"]
    assert await has(linked, client["id"]) == []


async def test_many_clients_are_linked_at_once(linked: Api) -> None:
    """A record that says what there is already changes nothing."""
    await template(linked, integrations=["LEDGER"], isDefault=True)
    records = [
        {"name": "Io", "reference": "1", "integrations": ["VAULT"]},
        {"name": "Europa", "reference": "2"},
    ]
    given = {"matchBy": {"field": "REFERENCE"}, "records": records}
    chosen = f"results {{ action client {{ {KEYS} }} }}"
    for wanted in ("CREATED", "UNCHANGED"):
        done = await linked.done("clientsUpsert", given, chosen)
        assert [each["action"] for each in done["results"]] == [wanted] * 2
        assert [keys(each["client"]) for each in done["results"]] == [["VAULT"], ["LEDGER"]]
    records[0]["integrations"] = []
    done = await linked.done("clientsUpsert", given, chosen)
    assert [each["action"] for each in done["results"]] == ["UPDATED", "UNCHANGED"]
    assert keys(done["results"][0]["client"]) == []


async def test_clients_are_found_by_their_links(linked: Api, other: Workspace) -> None:
    """Those of the workspace alone."""
    await linked.new_client("Io", integrations=["VAULT"])
    await linked.new_client("Europa", integrations=["LEDGER"])
    text = "query($f: ClientFilter) { clients(filter: $f) { nodes { name } } }"

    async def found(api: Api, **wanted: Any) -> list[str]:
        answer = await api(text, {"f": wanted})
        return [each["name"] for each in answer["clients"]["nodes"]]

    assert await found(linked, integration="VAULT") == ["Io"]
    assert await found(linked, **{"not": {"integration": "VAULT"}}) == ["Europa"]
    assert await found(linked, integration="ATTIC") == []
    assert await found(other.api(), integration="VAULT") == []


async def test_a_plugin_is_told_with_the_links_in_place(linked: Api, books: Books) -> None:
    """Of a client that its template linked, and of one whose link was ended."""
    await template(linked, integrations=["VAULT"], isDefault=True)
    client = await linked.new_client("Io")
    await linked.done("clientUpdate", {"id": client["id"], "integrations": []})
    with anyio.fail_after(30):
        while len(books.told) < 2:  # noqa: ASYNC110 - the plugin works in a loop of its own
            await anyio.sleep(0.05)
    assert books.told[0][:2] == ("CREATED", "Io")
    assert books.told[-1] == ("UPDATED", "Io", [])


async def test_a_plugin_that_is_switched_off_links_nothing_new(linked: Api) -> None:
    """What is linked already stays and is shown; a template passes over it."""
    await template(linked, integrations=["VAULT"], isDefault=True)
    client = await linked.new_client("Io")
    await linked.done("pluginConfigure", {"name": "books", "isActive": False})
    assert (await linked("{ integrations { key } }"))["integrations"] == []
    found = await shown(linked, client["id"], "integrations { integration { key isAvailable } }")
    assert found["integrations"] == [{"integration": {"key": "VAULT", "isAvailable": False}}]
    assert keys(await linked.new_client("Europa", KEYS)) == []
    given = {"id": client["id"], "integrations": ["VAULT", "LEDGER"]}
    assert await mistakes(linked, "clientUpdate", given) == [
        ("integrations.1", "UNKNOWN_INTEGRATION")
    ]
    await linked.done("clientUpdate", {"id": client["id"], "integrations": ["VAULT"]})
    assert await has(linked, client["id"]) == ["VAULT"]


async def test_a_plugin_that_is_gone_harms_nothing(
    settings: Settings, workspace: Workspace, linked: Api
) -> None:
    """Its links are shown by their keys, kept, ended, and no reason against deleting a client."""
    await template(linked, integrations=["VAULT", "LEDGER"], isDefault=True)
    io, europa = await linked.new_client("Io"), await linked.new_client("Europa")
    async with running(settings, with_plugin("other", SimpleNamespace())) as client:
        api = replace(workspace, client=client).api()
        found = await shown(api, io["id"], LINKS)
        assert [each["integration"] for each in found["integrations"]] == [
            {"key": key, "label": key, "plugin": "books", "isAvailable": False}
            for key in ("LEDGER", "VAULT")
        ]
        (seen,) = await listed(api, "id integrations { key plugin isAvailable }")
        assert seen["integrations"][0] == {"key": "LEDGER", "plugin": "books", "isAvailable": False}
        kept = await changed(api, seen["id"], "integrations { key }", integrations=["VAULT"])
        assert kept["integrations"] == [{"key": "VAULT"}]
        assert keys(await api.new_client("Ganymede", KEYS)) == []
        await api.done("clientUpdate", {"id": io["id"], "integrations": ["VAULT"]})
        assert await has(api, io["id"]) == ["VAULT"]
        await api.done("clientUpdate", {"id": io["id"], "integrations": []})
        await api.done("clientDelete", {"id": europa["id"]})
    assert await has(linked, io["id"]) == []
