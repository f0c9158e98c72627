"""What a plugin says of itself is checked when it is loaded, for that plugin alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from clientgraph import CompanyRegistry, hookimpl
from clientgraph.plugins import Plugins
from tests.plugins.declared import plugin


def with_more(context: Any, drafts: Any, weather: Any) -> Any:
    """Ask for what the hook does not have."""


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            SimpleNamespace(before_change=hookimpl(version=7)(lambda: ())),
            "ValueError: before_change version 7 is not supported",
        ),
        (
            SimpleNamespace(after_commit=hookimpl(version=0)(lambda: ())),
            "ValueError: after_commit version 0 is not supported",
        ),
        (plugin(before_change=with_more), "weather"),
        (
            plugin(before_chnage=lambda: ()),
            "unknown hook 'before_chnage': did you mean 'before_change'?",
        ),
        (
            plugin(weather=lambda: ()),
            "unknown hook 'weather': docs/plugins/hooks.md has all of them",
        ),
        (plugin(event_kinds=lambda: 7), "event kind: the answer must be a list, and is a int"),
    ],
    ids=["newer", "older", "argument", "typo", "unknown", "single"],
)
def test_what_does_not_fit_the_contract_is_left_out_alone(bad: object, reason: str) -> None:
    """The plugin is quarantined with the reason; those before and after it are there."""
    first, last = plugin(messages=lambda: None), plugin(event_kinds=lambda: None)
    plugins = Plugins({"first": first, "bad": bad, "last": last})
    statuses = {name: info.status for name, info in plugins.infos.items()}
    assert statuses == {"first": "ACTIVE", "bad": "QUARANTINED", "last": "ACTIVE"}
    assert reason in plugins.infos["bad"].reason
    assert plugins.implementations("before_change") == []


def test_a_deprecated_version_is_reported() -> None:
    """It works, and the plugin's author is told what to do."""
    old = CompanyRegistry(
        key="OLD",
        label={"en": "Old"},
        attribution="Old",
        search=lambda query, country, limit: [],  # noqa: ARG005 - as version 1 had it
        countries=frozenset({"FR"}),
    )
    declared = SimpleNamespace(company_registries=hookimpl(version=1)(lambda: [old]))
    info = Plugins({"old": declared}).infos["old"]
    assert info.status == "ACTIVE"
    (note,) = info.notes
    assert "mark what fits the current one with @hookimpl(version=2)" in note


def test_a_plugin_without_a_hook_is_told_of() -> None:
    """Functions that were not marked are the usual reason."""
    info = Plugins({"idle": SimpleNamespace(event_kinds=list)}).infos["idle"]
    assert info.status == "ACTIVE"
    assert info.notes == ("it takes part in no hook: mark its functions with @hookimpl",)
