"""Plugins as an operator takes them in and out: with commands, as installed distributions."""

from __future__ import annotations

from pathlib import Path

from tests.commands.running import Shell
from tests.plugins.distributions import install

CODE = """
from clientgraph import OwnTable, PluginMigration, PluginSettings, hookimpl

@hookimpl
def migrations():
    return [PluginMigration(name="0001", tables=[OwnTable(name="club_visit", columns="at {time}")])]

@hookimpl
def settings():
    return PluginSettings(instance={"type": "object", "properties": {"seats": {"type": "integer"}}})
"""


def test_commands_take_a_plugin_in_and_out(migrated: Shell, tmp_path: Path) -> None:
    """Left out until it is migrated; told, kept, and purged when its name is typed."""
    folder = tmp_path / "site"
    folder.mkdir()
    install(folder, "club", CODE)
    there = {"PYTHONPATH": str(folder)}
    assert migrated("organisation", "create", "--name", "A", "--country", "FR").code == 0
    assert "1 not applied: club/0001" in migrated("doctor", **there).out
    assert "applied club/0001\n" in migrated("migrate", **there).out
    assert migrated("doctor", **there).code == 0
    lacking = migrated("doctor", **there, CLIENTGRAPH_PLUGIN__CLUB__SEATS="many")
    assert "[plugin.club] seats: This does not fit what the setting takes" in lacking.out
    assert "many" not in lacking.out
    strange = migrated("doctor", **there, CLIENTGRAPH_PLUGIN__CLAB__SEATS="5")
    assert "[plugin.clab] is set for a plugin that is not there" in strange.out
    plan = migrated("plugin", "remove", "club", "--plan")
    assert plan == (
        0,
        "WHAT      NAME        HOW MANY\n"
        "table     club_visit  0 rows\n"
        "settings  club        of 0 workspaces\n",
        "",
    )
    assert "off in every workspace" in migrated("plugin", "remove", "club", "--keep-data").out
    assert "of 1 workspaces" in migrated("plugin", "remove", "club", "--plan").out
    assert migrated("plugin", "remove", "club").err.startswith("Error: Choose one of --plan")
    assert migrated("plugin", "remove", "club", "--purge", "--yes").code == 0
    gone = migrated("plugin", "remove", "club", "--plan")
    assert (gone.code, gone.err) == (
        1,
        "Error: There is nothing of a plugin 'club'. See: clientgraph plugin list\n",
    )
    assert migrated("plugin", "remove", "core", "--purge", "--yes").code == 1
    assert "applied club/0001\n" in migrated("migrate", **there).out


BROKEN = """
from clientgraph import OwnTable, PluginMigration, hookimpl

@hookimpl
def migrations():
    return [PluginMigration(name="0001", tables=[OwnTable(name="bad_thing", columns="a b c, (")])]
"""


def test_a_migration_that_fails_keeps_none_from_the_rest(migrated: Shell, tmp_path: Path) -> None:
    """The others' tables are made; what failed is told at the end."""
    folder = tmp_path / "site"
    folder.mkdir()
    install(folder, "bad", BROKEN)
    install(folder, "club", CODE)
    done = migrated("migrate", PYTHONPATH=str(folder))
    assert done.code == 1
    assert "applied club/0001\n" in done.out
    assert done.err.startswith("Error: The tables of the plugin 'bad' could not be made:")


ODD = """
from clientgraph import CompanyRegistry, hookimpl

@hookimpl(version=2)
def company_registries():
    kinds = frozenset({"CLUB_NUMBER"})
    label = {"en": "Clubs"}
    return [
        CompanyRegistry(key="CLUBS", label=label, attribution="", lookup=lambda *_: 1, kinds=kinds)
    ]
"""


def test_a_kind_that_nobody_declares_is_noted(migrated: Shell, tmp_path: Path) -> None:
    """The plugin takes part all the same."""
    folder = tmp_path / "site"
    folder.mkdir()
    install(folder, "odd", ODD)
    told = migrated("plugin", "list", PYTHONPATH=str(folder))
    assert told.code == 0
    assert "odd: CLUBS is never asked for CLUB_NUMBER: no plugin declares this kind" in told.err
