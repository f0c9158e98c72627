"""A plugin that is taken out: what it left is told, kept or done away with, and stays readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clientgraph import EventKind, IdentifierKind, Integration, hookimpl
from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.plugin_removal import Remains, keep_data, purge, remains
from clientgraph.plugins import Plugins
from clientgraph.storage.database import Database
from clientgraph.testing import Api, Workspace, begun, fresh_database, running, settings_for
from tests.fields.defining import VALUES, define, given
from tests.fields.test_plugin_types import PLACE
from tests.invoicing import with_plugin
from tests.plugins.test_own_tables import FIRST, keep, scrap_book

pytestmark = pytest.mark.anyio

READ = (
    f"{{ clients {{ nodes {{ identifiers {{ kind {{ key label }} value formatted isValid }}"
    f" {VALUES} }} }} events {{ nodes {{ kind {{ key label }} title }} }} }}"
)


def whole() -> Any:
    """A plugin that leaves something behind in every place."""
    label = {"en": "Scrap"}
    facts: dict[str, Any] = {"key": "SCRAP", "label": label, "country": None, "example": "1"}
    kind = IdentifierKind(**facts, parse=str.strip, format="No {}".format)
    made = scrap_book(FIRST)
    made.identifier_kinds = hookimpl(lambda: [kind])
    made.integrations = hookimpl(lambda: [Integration(key="SCRAPPING", label=label)])
    made.event_kinds = hookimpl(lambda: [EventKind(key="SCRAPPED", label=label)])
    made.field_types = hookimpl(lambda: [PLACE])
    return made


async def fill(api: Api) -> None:
    """Leave something behind."""
    await define(api, "spot", "PLACE")
    made = await api.new_client(
        identifiers=[{"kind": "SCRAP", "value": "7"}],
        customFields=given(spot=[48, 2]),
        integrations=["SCRAPPING"],
    )
    event = {"clientId": made["id"], "kind": "SCRAPPED", "title": "Thrown away"}
    await api.done("eventCreate", event, "event { id }")
    await keep(api, "one")
    await keep(api, "two")
    await api.done("pluginConfigure", {"name": "scrap-book", "isActive": True})


@dataclass(frozen=True)
class Used:
    """A database in which a workspace used the plugin, and no application that is open."""

    settings: Settings
    workspace: Workspace


@pytest.fixture
async def used(anyio_backend: str, dialect: str, tmp_path: Path) -> AsyncIterator[Used]:
    """One workspace that used the plugin, and one that did not."""
    async with fresh_database(dialect, tmp_path) as urls:
        settings = settings_for(*urls)
        async with begun(settings, with_plugin("scrap-book", whole())) as workspaces:
            workspace = await workspaces.make()
            await fill(workspace.api())
            await workspaces.make()
        yield Used(settings, workspace)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database, as commands open it."""
    database = Database(settings.database_url, MODELS, pool=2)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def left(used: Used, plugins: Plugins) -> Remains:
    """What there is of the plugin."""
    async with opened(used.settings) as database:
        return await remains(database, plugins, "scrap-book")


LEFT = {
    "identifiers": {"SCRAP": 1},
    "integrations": {"SCRAPPING": 1},
    "events": {"SCRAPPED": 1},
    "custom fields": {"PLACE": 1},
    "values of custom fields": {"PLACE": 1},
}


@pytest.mark.parametrize("is_installed", [True, False])
async def test_what_there_is_of_a_plugin(used: Used, is_installed: bool) -> None:
    """Counted over all workspaces, whether its distribution is still there or not."""
    plugins = with_plugin("scrap-book", whole()) if is_installed else with_plugin("x", object())
    found = await left(used, plugins)
    assert found == Remains(
        tables=Counter({"scrap_book_note": 2}),
        states=1,
        used={what: Counter(keys) for what, keys in LEFT.items()},
    )


async def test_what_was_brought_stays_readable_without_the_plugin(used: Used) -> None:
    """Identifiers as given, events by their key, values of custom fields as stored."""
    async with opened(used.settings) as database:
        await purge(database, used.settings.owner_url, "scrap-book")
    async with running(used.settings, with_plugin("other", SimpleNamespace())) as client:
        api = replace(used.workspace, client=client).api()
        found = await api(READ)
        assert found["clients"]["nodes"] == [
            {
                "identifiers": [
                    {
                        "kind": {"key": "SCRAP", "label": "SCRAP"},
                        "value": "7",
                        "formatted": "7",
                        "isValid": False,
                    }
                ],
                "customFields": [
                    {
                        "__typename": "UnknownValue",
                        "key": "spot",
                        "display": "[48,2]",
                        "raw": [48, 2],
                    }
                ],
            }
        ]
        kind = {"key": "SCRAPPED", "label": "SCRAPPED"}
        assert found["events"]["nodes"] == [{"kind": kind, "title": "Thrown away"}]
        change = {"id": (await api("{ clients { nodes { id } } }"))["clients"]["nodes"][0]["id"]}
        await api.done("clientUpdate", {**change, "name": "Still written"}, "client { name }")


async def test_keeping_the_data_switches_off_everywhere(used: Used) -> None:
    """Every workspace has it off and nothing set; switched on again, its rows are there."""
    async with opened(used.settings) as database:
        await keep_data(database, "scrap-book")
    found = await left(used, with_plugin("scrap-book", whole()))
    assert (found.tables, found.states) == (Counter({"scrap_book_note": 2}), 2)
    async with running(used.settings, with_plugin("scrap-book", whole())) as client:
        api = replace(used.workspace, client=client).api()
        assert await api.codes("{ scrapNotes }") == ["PLUGIN_INACTIVE"]
        await api.done("pluginConfigure", {"name": "scrap-book", "isActive": True})
        assert await api("{ scrapNotes }") == {"scrapNotes": ["one", "two"]}


async def test_a_purge_leaves_no_table_and_no_history(used: Used) -> None:
    """After it the plugin begins anew, with empty tables."""
    async with opened(used.settings) as database:
        await purge(database, used.settings.owner_url, "scrap-book")
    found = await left(used, with_plugin("other", SimpleNamespace()))
    assert (found.tables, found.states) == (Counter(), 0)
    async with running(used.settings, with_plugin("scrap-book", whole())) as client:
        api = replace(used.workspace, client=client).api()
        assert await api("{ scrapNotes }") == {"scrapNotes": []}
        await keep(api, "anew")
        assert await api("{ scrapNotes }") == {"scrapNotes": ["anew"]}
