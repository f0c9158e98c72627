"""What resolvers of plugins share with the operation: its loaders, its transaction, its records."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import strawberry

from clientgraph import (
    BatchField,
    Context,
    Info,
    MutationInput,
    OwnTable,
    Payload,
    Permission,
    PluginMigration,
    UserError,
    UserErrors,
    answer,
    column,
    computed,
    mutation,
    query,
)
from clientgraph.config import Settings
from clientgraph.storage.ids import uuid7
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.module_database import settings, workspaces
from tests.plugins.declared import plugin
from tests.plugins.resolved import asks

__all__ = ["settings", "workspaces"]

pytestmark = pytest.mark.anyio


@strawberry.type(description="A note.")
class ScrapNote:
    """Its fields are worked out by the plugin."""

    def __init__(self, text: str) -> None:
        self._text = text

    text: str = column("Worked out by the class.")

    @computed("How long it is.")
    def length(self: Any) -> int:
        """In the plugin's thread."""
        return len(where(self._text))

    @computed("Who said it.")
    async def author(self: Any, info: Info) -> str:
        """Loaded with those of other notes."""
        found: str = await info.context.load(_authors, self._text)
        return found


SEEN: list[tuple[str, str]] = []
LOADED: list[list[str]] = []


def where(text: str) -> str:
    """Notes in which thread this is called."""
    SEEN.append((text, threading.current_thread().name))
    return text


async def _authors(context: Context, texts: Any) -> Any:
    LOADED.append(list(texts))
    found = await context.for_plugin("bad").graphql("{ organisation { name } }", {})
    return {text: where(f"{found['organisation']['name']} of {text}") for text in texts}


ScrapNote.text = property(lambda self: where(self._text))  # type: ignore[assignment]


async def test_types_of_a_plugin_are_resolved_apart_too(
    settings: Settings, workspace: Workspace
) -> None:
    """What their classes and their resolvers work out runs in the plugin's threads, in one go."""

    async def notes(_info: Info) -> list[ScrapNote]:
        return [ScrapNote(f"n{number}") for number in range(40)]

    SEEN.clear()
    LOADED.clear()
    async with running(settings, asks(notes, result=list[ScrapNote])) as client:
        api = replace(workspace, client=client).api()
        found = (await api("{ bad { text length author } }"))["bad"]
    assert found[39] == {"text": "n39", "length": 3, "author": "Firm of n39"}
    assert len(SEEN) == 120
    assert {thread for _, thread in SEEN} == {"plugin bad"}
    assert [len(each) for each in LOADED] == [40]


async def test_fields_of_clients_are_loaded_in_one_statement(
    settings: Settings, workspace: Workspace
) -> None:
    """A whole field of a type of core's sees all records of the page, and of what they lead to."""
    batches: list[int] = []

    async def load(context: Context, ids: Any) -> Any:
        batches.append(len(ids))
        return dict.fromkeys(ids, f"{len(ids)} in one")

    @computed("Their notes.")
    async def scrap(self: Any, info: Info) -> str | None:
        found: str = await info.context.load(load, self.id)
        return found

    hooks = plugin(graphql_fields=lambda: {"Client": [scrap]})
    async with running(settings, with_plugin("bad", hooks)) as client:
        api = replace(workspace, client=client).api()
        for name in "abc":
            await api.new_client(name)
        found = (await api("{ clients { nodes { scrap } } }"))["clients"]["nodes"]
    assert found == [{"scrap": "3 in one"}] * 3
    assert batches == [3]


@strawberry.input(description="A note to keep.")
class ScrapKeepInput(MutationInput):
    """A text, or a mistake."""

    text: str = strawberry.field(description="The text.")


@strawberry.type(description="The note that was kept.")
class ScrapKeepPayload(Payload):
    """How many there are."""

    count: int | None = column("How many notes there are now.")


TABLE = OwnTable(name="bad_note", columns="text TEXT NOT NULL")
STEP = PluginMigration(name="0001_notes", tables=[TABLE])
INSERT = (
    "INSERT INTO bad_note (id, organisation_id, version, created_at, updated_at, text)"
    " VALUES (?, ?, 1, ?, ?, ?)"
)


def keeper() -> Any:
    """A plugin that keeps notes in the mutation's transaction."""

    @mutation(Permission.CLIENTS_WRITE, "Keep a note.")
    async def bad_keep(info: Info, input: ScrapKeepInput) -> ScrapKeepPayload | None:  # noqa: A002 - as in the API
        own = info.context.for_plugin("bad")

        async def keep() -> int:
            now = datetime.now(UTC)
            await own.execute(INSERT, [uuid7(), own.organisation_id, now, now, input.text])
            if input.text == "wrong":
                raise UserErrors([UserError(("text",), "REQUIRED")])
            if input.text == "breaks":
                raise KeyError("broken")
            found = await own.select("SELECT COUNT(*) AS n FROM bad_note", [])
            return int(found[0]["n"])

        return await answer(info, ScrapKeepPayload, "count", keep)

    @query(Permission.CLIENTS_READ, "The notes.")
    async def bad_notes(info: Info) -> list[str]:
        own = info.context.for_plugin("bad")
        return [str(row["text"]) for row in await own.select("SELECT text FROM bad_note", [])]

    return plugin(
        migrations=lambda: [STEP],
        graphql_fields=lambda: {"Query": [bad_notes], "Mutation": [bad_keep]},
    )


async def test_a_mutation_is_one_transaction(settings: Settings, workspace: Workspace) -> None:
    """What a plugin writes is kept with its mutation, once for a key, or not at all."""
    text = "mutation($i: ScrapKeepInput!) { badKeep(input: $i) { count userErrors { code path } } }"
    async with running(settings, with_plugin("bad", keeper())) as client:
        api = replace(workspace, client=client).api()

        async def keep(**given: Any) -> Any:
            return await api.answer(text, {"i": given})

        for _ in range(2):
            once = await keep(text="a", idempotencyKey="k")
            assert once["data"]["badKeep"] == {"count": 1, "userErrors": []}
        assert (await keep(text="b", validateOnly=True))["data"]["badKeep"]["count"] == 2
        wrong = (await keep(text="wrong"))["data"]["badKeep"]
        assert wrong == {
            "count": None,
            "userErrors": [{"code": "REQUIRED", "path": ["input", "text"]}],
        }
        broken = await keep(text="breaks")
        assert broken["data"] == {"badKeep": None}
        assert [each["extensions"]["code"] for each in broken["errors"]] == ["PLUGIN_FAILED"]
        assert await api("{ badNotes }") == {"badNotes": ["a"]}


async def test_what_is_asked_ahead_runs_apart(settings: Settings, workspace: Workspace) -> None:
    """Before the session is opened, in the plugin's loop, with statements of its own."""

    async def look(context: Context) -> str:
        found = await context.for_plugin("bad").graphql("{ organisation { name } }", {})
        return where(str(found["organisation"]["name"]))

    @query(Permission.PUBLIC, "Asked ahead.", ahead=look)
    async def bad(info: Info) -> str:
        return str(info.context.answer(info.path.key))

    SEEN.clear()
    hooks = plugin(graphql_fields=lambda: {"Query": [bad]})
    async with running(settings, with_plugin("bad", hooks)) as client:
        assert await replace(workspace, client=client).api()("{ bad }") == {"bad": "Firm"}
    assert SEEN == [("Firm", "plugin bad")]


async def test_values_of_batch_fields_are_resolved_apart(
    settings: Settings, workspace: Workspace
) -> None:
    """A field that is loaded for a page may answer values that are worked out further."""

    async def load(_context: Any, ids: Any) -> Any:
        return {each: ScrapNote("n") for each in ids}

    field = BatchField(
        type_name="Client", name="scrap", description="A note.", result=ScrapNote, load=load
    )
    SEEN.clear()
    async with running(
        settings, with_plugin("bad", plugin(batch_fields=lambda: [field]))
    ) as client:
        api = replace(workspace, client=client).api()
        await api.new_client("A")
        found = await api("{ clients { nodes { scrap { length } } } }")
    assert found["clients"]["nodes"] == [{"scrap": {"length": 1}}]
    assert SEEN == [("n", "plugin bad")]
