"""Whether plugins can take part: what the operator set for them fits, their tables are there."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any, Final

from clientgraph.errors import SettingsError, UserError
from clientgraph.messages import Messages
from clientgraph.plugins import Plugins
from clientgraph.setting_schemas import problems, read_texts
from clientgraph.storage.database import Database
from clientgraph.storage.migrator import APPLIED, MigrationError, pending
from clientgraph.storage.scope import Scope

SERVICES: Final = "services"
"""The table within a plugin's that names base URLs of services, not settings."""
log = logging.getLogger(__name__)

Tables = Mapping[str, Mapping[str, Any]]


def configure(plugins: Plugins, tables: Tables) -> dict[str, dict[str, Any]]:
    """Plugin → what is set for it; each one whose settings do not fit is quarantined alone."""
    found = {}
    messages = Messages(plugins.messages)
    for name, declared in [*plugins.declared.items()]:
        schema = declared.settings.instance
        table = table_of(tables, name)
        given = {key: value for key, value in table.items() if key != SERVICES}
        given = read_texts(schema, given)
        wrong = [
            f"[plugin.{name}] {'.'.join(each.path) or 'as a whole'}: "
            + messages.text(UserError(each.path, each.code, each.params), "en")
            for each in problems(schema, given)
        ]
        wrong += _wrong_services(name, declared.services, table.get(SERVICES, {}))
        if wrong:
            plugins.quarantine(name, SettingsError(wrong))
        else:
            found[name] = given
    for name in strangers(plugins, tables):
        log.warning("settings are given for a plugin that is not there", extra={"plugin": name})
    return found


def _wrong_services(name: str, known: Collection[str], given: Any) -> list[str]:
    """What is wrong with the base URLs that the operator names."""
    place = f"[plugin.{name}.{SERVICES}]"
    if not isinstance(given, Mapping):
        return [f"{place}: This must be a table of base URLs."]
    return [
        f"{place} {key}: Give the base URL of a service that the plugin declares. "
        f"Known ones: {', '.join(sorted(known)) or 'none'}."
        for key, url in given.items()
        if key not in known or not isinstance(url, str)
    ]


def table_of(tables: Tables, plugin: str) -> dict[str, Any]:
    """What is set for a plugin; the environment's underscores stand for hyphens, too."""
    found: dict[str, Any] = {}
    for name, table in tables.items():
        if _folded(name) == _folded(plugin):
            found |= table
    return found


def services(plugins: Plugins, tables: Tables) -> dict[str, dict[str, str]]:
    """Plugin → key of a service → the base URL that the operator names for it."""
    return {name: dict(table_of(tables, name).get(SERVICES, {})) for name in plugins.declared}


def strangers(plugins: Plugins, tables: Tables) -> list[str]:
    """Names in the settings that no plugin has."""
    known = {_folded(name) for name in plugins.infos}
    return sorted(name for name in tables if _folded(name) not in known)


def _folded(name: str) -> str:
    return name.replace("-", "_").lower()


async def note_missing(plugins: Plugins, database: Database) -> None:
    """Note which plugins have tables and are not loaded: uninstalled, or left out by a setting."""
    async with database.read(Scope()) as session:
        rows = await session.select("SELECT DISTINCT plugin FROM plugin_table")
    plugins.missing = frozenset(str(row["plugin"]) for row in rows) - plugins.infos.keys()
    for name in sorted(plugins.missing):
        log.warning(
            "a plugin that is not loaded has data: clients of workspaces that use it cannot be"
            " deleted until it is back, or taken out by 'clientgraph plugin remove'",
            extra={"plugin": name},
        )


async def quarantine_unmigrated(plugins: Plugins, database: Database) -> None:
    """Leave out every plugin that lacks tables, until the service starts anew."""
    wanting = {name: each.steps for name, each in plugins.declared.items() if each.steps}
    if not wanting:
        return
    async with database.read(Scope()) as session:
        rows = await session.select(APPLIED)
    applied = [(row["namespace"], row["name"], row["checksum"]) for row in rows]
    for name, steps in wanting.items():
        try:
            left = pending(steps, applied, database.dialect)
        except MigrationError as error:
            plugins.quarantine(name, error)
            continue
        if left:
            names = ", ".join(step.name for step in left)
            plugins.quarantine(
                name,
                MigrationError(
                    f"its tables are not there: {names} not applied. Run 'clientgraph migrate', "
                    "then start the service anew."
                ),
            )
