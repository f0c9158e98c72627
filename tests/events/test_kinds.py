"""Kinds of events come from plugins, core's own included."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from tests.invoicing import with_plugin

from clientgraph import EventKind, hookimpl
from clientgraph.config import Settings
from clientgraph.events.kinds import event_kinds
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running

pytestmark = pytest.mark.anyio

VISIT = EventKind(key="SITE_VISIT", label={"en": "Site visit", "fr": "Visite"}, is_task=True)
LABELS = {
    "en": ["Note", "Call", "E-mail", "Meeting", "Task"],
    "fr": ["Note", "Appel", "E-mail", "Rendez-vous", "Tâche"],
    "nl": ["Notitie", "Telefoongesprek", "E-mail", "Afspraak", "Taak"],
    "de": ["Notiz", "Anruf", "E-Mail", "Termin", "Aufgabe"],
}


def visits() -> SimpleNamespace:
    """A plugin with one kind of event."""
    return SimpleNamespace(event_kinds=hookimpl(lambda: [VISIT]))


@pytest.mark.parametrize("language", list(LABELS))
async def test_kinds_are_named_in_the_callers_language(workspace: Workspace, language: str) -> None:
    """Core's kinds have their names in the four languages, and come before those of plugins."""
    found = await workspace.api("VIEWER", language)("{ eventKinds { label } }")
    labels = [kind["label"] for kind in found["eventKinds"]]
    assert labels[: len(LABELS[language])] == LABELS[language]


async def test_hook_event_kinds(settings: Settings, workspace: Workspace) -> None:
    """A declared kind is listed, taken and done; without its plugin events keep it by its key."""
    async with running(settings, with_plugin("visits", visits())) as client:
        api = replace(workspace, client=client).api()
        known = (await api("{ eventKinds { key label isTask } }"))["eventKinds"]
        assert {"key": "SITE_VISIT", "label": "Site visit", "isTask": True} in known
        owner = (await api.new_client("Io"))["id"]
        given = {"clientId": owner, "kind": "SITE_VISIT", "title": "V"}
        made = (await api.done("eventCreate", given, "event { id kind { label } }"))["event"]
        assert made["kind"] == {"label": "Site visit"}
        await api.done("taskComplete", {"id": made["id"]})
    without = workspace.api()
    changed = {"id": made["id"], "body": "Done before", "kind": "SITE_VISIT"}
    kept = await without.done("eventUpdate", changed, "event { kind { key label isTask } }")
    assert kept["event"]["kind"] == {"key": "SITE_VISIT", "label": "SITE_VISIT", "isTask": True}
    refused = await without.do("eventCreate", given)
    assert [error["code"] for error in refused["userErrors"]] == ["UNKNOWN_EVENT_KIND"]


def test_two_plugins_cannot_claim_one_kind_of_event() -> None:
    """The second plugin is left out, with the reason and the name of the first."""
    core = SimpleNamespace(event_kinds=event_kinds)
    plugins = Plugins({"core": core, "first": visits(), "second": visits()})
    assert plugins.infos["second"].status == "QUARANTINED"
    assert list(plugins.infos["second"].errors) == [
        "ValueError: event kind SITE_VISIT is claimed by first already"
    ]
    assert list(plugins.event_kinds) == ["NOTE", "CALL", "EMAIL", "MEETING", "TASK", "SITE_VISIT"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"key": "visit"}, "ValueError: event kind 'visit': the key must be in upper snake case"),
        ({"label": {"fr": "Visite"}}, "ValueError: event kind SITE_VISIT: the label needs a text"),
        ({"is_task": "no"}, "TypeError: event kind SITE_VISIT: is_task must be true or false"),
    ],
)
def test_a_bad_kind_of_event_leaves_its_plugin_out(bad: dict[str, Any], reason: str) -> None:
    """The plugin is shown with its reason, and none of its kinds is there."""
    declared = SimpleNamespace(event_kinds=hookimpl(lambda: [replace(VISIT, **bad)]))
    plugins = Plugins({"bad": declared})
    assert plugins.infos["bad"].errors[0].startswith(reason)
    assert plugins.event_kinds == {}
