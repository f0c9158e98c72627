"""A workspace may allow drafts alone to be deleted."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, shown
from tests.policies.asking import choose

pytestmark = pytest.mark.anyio

REASONS = "deletability { allowed reasons { code message count source } }"
TEXTS = {
    "en": "This workspace deletes drafts only. Deactivate the client instead.",
    "fr": "Cet espace ne supprime que des brouillons. Désactivez plutôt le client.",
    "nl": "Deze werkruimte verwijdert alleen concepten. Deactiveer de klant.",
    "de": "Dieser Arbeitsbereich löscht nur Entwürfe. Deaktivieren Sie den Kunden.",
}


def reasons(found: Any) -> list[tuple[str, str]]:
    """Code and source of what stands against a deletion."""
    return [(each["code"], each["source"]) for each in found["deletability"]["reasons"]]


async def test_any_client_goes_unless_something_stands_against_it(api: Api) -> None:
    """By default the status does not matter."""
    assert (await api("{ organisation { deletionPolicy } }"))["organisation"] == {
        "deletionPolicy": "UNLESS_BLOCKED"
    }
    made = await api.new_client("Io", REASONS)
    assert made["deletability"] == {"allowed": True, "reasons": []}
    await api.done("clientDelete", {"id": made["id"]})


async def test_only_drafts_go_where_the_workspace_says_so(api: Api) -> None:
    """Active and inactive clients are refused, both in `deletability` and in the deletion."""
    await choose(api, deletionPolicy="DRAFTS_ONLY")
    active = await api.new_client("Io", REASONS)
    inactive = await api.new_client("Leda")
    await api.done("clientDeactivate", {"id": inactive["id"]})
    draft = await api.new_client("Elara", REASONS, isDraft=True)
    assert reasons(active) == [("NOT_A_DRAFT", "core")]
    assert draft["deletability"]["allowed"] is True
    for client in (active, inactive):
        assert await mistakes(api, "clientDelete", {"id": client["id"]}) == [("id", "NOT_A_DRAFT")]
    await api.done("clientDelete", {"id": draft["id"]})


async def test_all_reasons_are_told(api: Api) -> None:
    """A parent of others that is no draft has two; drafts that others belong to stay, too."""
    await choose(api, deletionPolicy="DRAFTS_ONLY")
    parent = await api.new_client("Jupiter")
    draft = await api.new_client("Saturn", isDraft=True)
    await api.new_client("Io", parent=parent["id"])
    await api.new_client("Rhea", parent=draft["id"])
    assert reasons(await shown(api, parent["id"], REASONS)) == [
        ("HAS_SUBSIDIARIES", "core"),
        ("NOT_A_DRAFT", "core"),
    ]
    assert reasons(await shown(api, draft["id"], REASONS)) == [("HAS_SUBSIDIARIES", "core")]


@pytest.mark.parametrize("language", TEXTS)
async def test_the_reason_speaks_the_callers_language(workspace: Workspace, language: str) -> None:
    """In both places."""
    await choose(workspace.api(), deletionPolicy="DRAFTS_ONLY")
    api = workspace.api("MEMBER", language)
    made = await api.new_client("Io", REASONS)
    (error,) = (await api.do("clientDelete", {"id": made["id"]}))["userErrors"]
    assert error["message"] == TEXTS[language]
    assert made["deletability"]["reasons"][0]["message"] == TEXTS[language]


async def test_another_workspaces_policy_does_not_count(
    workspace: Workspace, other: Workspace
) -> None:
    """Each workspace has its own."""
    await choose(other.api(), deletionPolicy="DRAFTS_ONLY")
    api = workspace.api()
    made = await api.new_client("Io")
    await api.done("clientDelete", {"id": made["id"]})


async def test_members_do_not_choose_policies(workspace: Workspace) -> None:
    """Policies are for owners and admins; an unknown one is no policy."""
    text = "mutation { organisationUpdate(input: {%s}) { userErrors { code } } }"
    for policy in ("deletionPolicy: DRAFTS_ONLY", "draftPolicy: NEVER", "emailUniqueness: WARN"):
        assert await workspace.api("MEMBER").codes(text % policy) == ["FORBIDDEN"]
    assert await workspace.api().codes(text % "draftPolicy: SOMETIMES") == [
        "GRAPHQL_VALIDATION_FAILED"
    ]
    assert await mistakes(workspace.api(), "organisationUpdate", {"draftPolicy": None}) == [
        ("draftPolicy", "REQUIRED")
    ]
