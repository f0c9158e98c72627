"""Takes a plugin out of an installation: what it left, over all workspaces, and how it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clientgraph.organisations.service import all_organisations
from clientgraph.plugin_settings.service import forget_settings, has_state, switch_off
from clientgraph.plugins import Plugins
from clientgraph.storage import removal
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session


@dataclass(kw_only=True)
class Remains:
    """What there is of a plugin, over all workspaces.

    ``tables`` name → rows; ``states`` workspaces that set something or switched it; ``used`` what
    (identifiers, events…) → key → how many. Where the plugin is not installed, ``used`` is what no
    installed one declares.
    """

    tables: Counter[str] = field(default_factory=Counter)
    states: int = 0
    used: dict[str, Counter[str]] = field(default_factory=dict)


async def remains(database: Database, plugins: Plugins, name: str) -> Remains:
    """What there is of a plugin, read workspace by workspace."""
    found = Remains()
    async with database.read(Scope(operator=True)) as session:
        found.tables.update(dict.fromkeys(await removal.tables_of(session, name), 0))
    async for session in _workspaces(database, write=False):
        for table in found.tables:
            found.tables[table] += await removal.rows_of(session, table)
        found.states += await has_state(session, name)
        for what, keys in (await removal.used(session)).items():
            counted = found.used.setdefault(what, Counter())
            counted.update({key: n for key, n in keys.items() if _is_of(plugins, name, what, key)})
    return found


async def keep_data(database: Database, name: str) -> None:
    """Switch a plugin off in every workspace, and forget what was set for it there."""
    async for session in _workspaces(database, write=True):
        await switch_off(session, name)


async def purge(database: Database, owner_url: str, name: str) -> None:
    """Do away with a plugin's tables, its settings and the history of its migrations.

    What it brought to core's records (identifiers, events, values) stays.
    """
    async for session in _workspaces(database, write=True):
        await forget_settings(session, name)
    async with database.read(Scope()) as session:
        tables = await removal.tables_of(session, name)
    await removal.forget(owner_url, name, tables)


async def _workspaces(database: Database, *, write: bool) -> AsyncIterator[Session]:
    """A session in each workspace, one after the other."""
    async with database.read(Scope(operator=True)) as session:
        known = [each.id for each in await all_organisations(session)]
    for organisation_id in known:
        scope = Scope(organisation=organisation_id)
        async with database.write(scope) if write else database.read(scope) as session:
            yield session


def _is_of(plugins: Plugins, name: str, what: str, key: str) -> bool:
    """Whether the plugin declares this key; of one that is gone, whether nobody else does."""
    owners = []
    for owner, each in plugins.declared.items():
        keys: Mapping[str, Mapping[str, Any]] = {
            "identifiers": each.kinds,
            "events": each.event_kinds,
            "integrations": each.integrations,
        }
        if key in keys.get(what, each.field_types):
            owners.append(owner)
    return owners == [name] if name in plugins.declared else not owners
