"""A plugin that cannot be asked guards what it guarded: nothing is deleted behind its back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import DeletionBlocker, EventKind, PluginSettings
from clientgraph.config import Settings
from clientgraph.loading import NotLoaded
from clientgraph.plugin_removal import keep_data, purge
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import plugin
from tests.plugins.test_removal import Used, opened, used, whole

__all__ = ["used"]

pytestmark = pytest.mark.anyio

WANTS_A_NUMBER = {
    "type": "object",
    "properties": {"limit": {"type": "integer"}},
    "required": ["limit"],
}
DELETABILITY = "{ clients { nodes { deletability { allowed reasons { code } } } } }"
REASONS = "{ clients { nodes { deletability { reasons { message } } } } }"
LIMITED = {
    "type": "object",
    "properties": {"limit": {"type": "integer"}, "currency": {"type": "string"}},
}
UNAVAILABLE = ["PLUGIN_UNAVAILABLE"]


def invoiced(client_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[DeletionBlocker]]:
    """Everybody has an invoice."""
    against = [DeletionBlocker(code="HAS_INVOICES", count=1, message={"en": "Invoiced."})]
    return dict.fromkeys(client_ids, against)


def codes(payload: Any) -> list[str]:
    """The codes of the mistakes."""
    return [error["code"] for error in payload["userErrors"]]


def broken(**hooks: Any) -> Plugins:
    """A plugin that is left out since the operator did not set what it wants."""
    made = plugin(settings=lambda: PluginSettings(instance=WANTS_A_NUMBER), **hooks)
    return with_plugin("ledger", made)


async def test_a_quarantined_plugin_stands_against_deletions(
    settings: Settings, workspace: Workspace
) -> None:
    """Other writes go on; what is not there to be asked is told among the reasons."""
    plugins = broken(deletion_blockers=invoiced)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        refused = await api.do("clientDelete", {"id": made["id"]})
        page = await api(DELETABILITY)
    assert plugins.infos["ledger"].status == "QUARANTINED"
    assert codes(refused) == UNAVAILABLE
    assert "'ledger'" in refused["userErrors"][0]["message"]
    (node,) = page["clients"]["nodes"]
    assert node["deletability"] == {"allowed": False, "reasons": [{"code": UNAVAILABLE[0]}]}


MENDED_BY_THE_OPERATOR = {
    "en": "The plugin 'ledger' is out of order, so nothing was changed. "
    "Whoever runs the service has to mend it.",
    "fr": "L'extension « ledger » est hors service ; rien n'a été modifié. "
    "L'exploitant du service doit la réparer.",
    "nl": "De plug-in 'ledger' is buiten werking; er is niets gewijzigd. "
    "De beheerder van de dienst moet dit verhelpen.",
    "de": "Das Plugin „ledger“ ist außer Betrieb; es wurde nichts geändert. "
    "Der Betreiber des Dienstes muss es instand setzen.",
}


@pytest.mark.parametrize("language", MENDED_BY_THE_OPERATOR)
async def test_who_has_to_mend_a_quarantined_plugin_is_said(
    settings: Settings, workspace: Workspace, language: str
) -> None:
    """Trying again would not help: beforehand, by a deletion and by any other change."""
    made = await workspace.api().new_client()
    plugins = broken(deletion_blockers=invoiced, before_change=lambda: ())
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api(language=language)
        (node,) = (await api(REASONS))["clients"]["nodes"]
        deletion = await api.do("clientDelete", {"id": made["id"]})
        change = await api.do("clientUpdate", {"id": made["id"], "name": "B"})
    told = [
        *(each["message"] for each in node["deletability"]["reasons"]),
        *(each["message"] for each in (*deletion["userErrors"], *change["userErrors"])),
    ]
    assert set(told) == {MENDED_BY_THE_OPERATOR[language]}
    assert len(told) >= 3


async def test_who_has_to_mend_settings_is_said(settings: Settings, workspace: Workspace) -> None:
    """A later release wants other settings: a workspace's own, which its admins can mend."""
    former = plugin(settings=lambda: PluginSettings(workspace=LIMITED))
    latter = plugin(
        settings=lambda: PluginSettings(workspace={**LIMITED, "required": ["currency"]}),
        before_change=lambda: (),
    )
    async with running(settings, with_plugin("ledger", former)) as client:
        api = replace(workspace, client=client).api()
        await api.done("pluginConfigure", {"name": "ledger", "settings": {"limit": 5}})
    async with running(settings, with_plugin("ledger", latter)) as client:
        api = replace(workspace, client=client).api()
        refused = await api.do("clientCreate", {"name": "A"})
        given = {"name": "ledger", "settings": {"currency": "EUR"}}
        await api.done("pluginConfigure", given)
        await api.new_client()
    assert [(each["code"], each["message"]) for each in refused["userErrors"]] == [
        (
            "PLUGIN_UNAVAILABLE",
            "What is set for the plugin 'ledger' does not fit any more, so nothing was changed. "
            "An owner or admin can set it anew with pluginConfigure.",
        )
    ]


async def test_so_does_one_that_could_not_even_be_imported(
    settings: Settings, workspace: Workspace
) -> None:
    """Nobody can say what it guards: what can be undone goes on, a deletion cannot be undone."""
    async with running(settings, with_plugin("ledger", NotLoaded("broken"))) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        await api.done("clientUpdate", {"id": made["id"], "name": "B"})
        assert codes(await api.do("clientDelete", {"id": made["id"]})) == UNAVAILABLE


async def test_one_that_guards_nothing_stands_against_nothing(
    settings: Settings, workspace: Workspace
) -> None:
    """A quarantined plugin whose hooks are known to be others."""
    plugins = broken(event_kinds=lambda: [EventKind(key="DUNNED", label={"en": "Dunned"})])
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client()
        await api.done("clientDelete", {"id": made["id"]})
    assert plugins.infos["ledger"].status == "QUARANTINED"


async def test_a_quarantined_plugin_refuses_the_changes_that_it_looks_at(
    settings: Settings, workspace: Workspace
) -> None:
    """But where the workspace switched it off."""
    async with running(settings, broken(before_change=lambda: ())) as client:
        api = replace(workspace, client=client).api()
        assert codes(await api.do("clientCreate", {"name": "A"})) == UNAVAILABLE
        await api.done("pluginConfigure", {"name": "ledger", "isActive": False})
        await api.new_client()


async def test_blockers_are_asked_where_the_plugin_is_switched_off(
    settings: Settings, workspace: Workspace
) -> None:
    """What was invoiced stays, whatever the workspace wants of the plugin from now on."""
    async with running(settings, with_plugin("ledger", plugin(deletion_blockers=invoiced))) as c:
        api = replace(workspace, client=c).api()
        made = await api.new_client()
        await api.done("pluginConfigure", {"name": "ledger", "isActive": False})
        assert codes(await api.do("clientDelete", {"id": made["id"]})) == ["HAS_INVOICES"]


@pytest.mark.parametrize("is_purged", [False, True])
async def test_what_a_missing_plugin_keeps_counts_until_it_is_removed(
    used: Used, is_purged: bool
) -> None:
    """Uninstalled, or left out by a setting: its rows say that it may have something against it."""
    async with running(used.settings, with_plugin("other", SimpleNamespace())) as client:
        api = replace(used.workspace, client=client).api()
        made = await api.new_client()
        refused = await api.do("clientDelete", {"id": made["id"]})
        assert codes(refused) == UNAVAILABLE
        assert "'scrap-book'" in refused["userErrors"][0]["message"]
        await api.done("clientUpdate", {"id": made["id"], "name": "B"})
    async with opened(used.settings) as database:
        if is_purged:
            await purge(database, used.settings.owner_url, "scrap-book")
        else:
            await keep_data(database, "scrap-book")
    async with running(used.settings, with_plugin("other", SimpleNamespace())) as client:
        await replace(used.workspace, client=client).api().done("clientDelete", {"id": made["id"]})


async def test_who_switches_it_on_again_goes_by_its_data_again(used: Used) -> None:
    """After its data was kept and given up, the plugin itself was put back."""
    guarding = whole()
    guarding.deletion_blockers = plugin(deletion_blockers=invoiced).deletion_blockers
    async with opened(used.settings) as database:
        await keep_data(database, "scrap-book")
    async with running(used.settings, with_plugin("scrap-book", guarding)) as client:
        api = replace(used.workspace, client=client).api()
        made = [(await api.new_client())["id"] for _ in range(2)]
        await api.done("clientDelete", {"id": made[0]})
        await api.done("pluginConfigure", {"name": "scrap-book", "isActive": True})
        assert codes(await api.do("clientDelete", {"id": made[1]})) == ["HAS_INVOICES"]
    async with running(used.settings, with_plugin("other", SimpleNamespace())) as client:
        api = replace(used.workspace, client=client).api()
        assert codes(await api.do("clientDelete", {"id": made[1]})) == UNAVAILABLE
