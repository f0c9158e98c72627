"""What a workspace has by its plan, and what it is told where it has not."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace, Workspaces
from tests.policies.switching import switch

pytestmark = pytest.mark.anyio

FEATURES = "{ organisation { features { key label isEnabled reason } } }"
CREATE = """mutation($input: ClientCreateInput!) {
    clientCreate(input: $input) { client { name } userErrors { code } } }"""
WHY = "Complete your company profile first"


async def refusal(api: Api, given: dict[str, Any]) -> Any:
    """The top-level error of a creation, without where it stands."""
    body = await api.answer(CREATE, {"input": given})
    assert body["data"] == {"clientCreate": None}
    (error,) = body["errors"]
    return {"message": error["message"], "extensions": error["extensions"]}


async def test_every_feature_is_on_at_first(workspace: Workspace) -> None:
    """Anybody may ask, and is answered in their language."""
    found = (await workspace.api("VIEWER", "fr")(FEATURES))["organisation"]["features"]
    assert found == [
        {
            "key": "CLIENT_CREATE",
            "label": "Créer des clients",
            "isEnabled": True,
            "reason": None,
        },
        {
            "key": "INLINE_CLIENT_CREATE",
            "label": "Créer un client depuis un document",
            "isEnabled": True,
            "reason": None,
        },
        {
            "key": "BANK_DETAILS_DOCUMENT",
            "label": "RIB à télécharger",
            "isEnabled": True,
            "reason": None,
        },
    ]


async def test_a_workspace_without_the_feature_is_told_why(
    workspace: Workspace, workspaces: Workspaces
) -> None:
    """FORBIDDEN with the feature and the operator's reason; nothing is made, the rest works."""
    api = workspace.api()
    made = await api.new_client("Io")
    await switch(workspaces, workspace, "CLIENT_CREATE", WHY)
    assert await refusal(api, {"name": "Leda"}) == {
        "message": f"The feature CLIENT_CREATE is off in this workspace: {WHY}",
        "extensions": {"code": "FORBIDDEN", "feature": "CLIENT_CREATE", "reason": WHY},
    }
    await api.done("clientUpdate", {"id": made["id"], "name": "Io II"})
    asked = '{ organisation { feature(key: "CLIENT_CREATE") { isEnabled reason } } }'
    assert (await api(asked))["organisation"]["feature"] == {"isEnabled": False, "reason": WHY}
    await switch(workspaces, workspace, "CLIENT_CREATE")
    await api.new_client("Leda")
    assert (await api(asked))["organisation"]["feature"] == {"isEnabled": True, "reason": None}


async def test_creation_within_a_document_is_a_feature_of_its_own(
    workspace: Workspace, workspaces: Workspaces
) -> None:
    """INLINE needs both features, other channels the first alone."""
    api = workspace.api()
    inline = {"name": "Io", "channel": "INLINE"}
    await api.new_client(**inline)
    await switch(workspaces, workspace, "INLINE_CLIENT_CREATE", "Not in your plan")
    refused = await refusal(api, inline)
    assert refused["extensions"]["feature"] == "INLINE_CLIENT_CREATE"
    await api.new_client(channel="FORM")
    await switch(workspaces, workspace, "CLIENT_CREATE", WHY)
    refused = await refusal(api, inline)
    assert refused["extensions"]["feature"] == "CLIENT_CREATE"


async def test_there_is_no_other_feature(api: Api) -> None:
    """A key that nobody declared is null, not an error."""
    asked = '{ organisation { feature(key: "FLYING") { key } } }'
    assert (await api(asked))["organisation"]["feature"] is None


async def test_each_workspace_has_its_own_features(
    workspace: Workspace, other: Workspace, workspaces: Workspaces
) -> None:
    """What is off in one is on in the other."""
    await switch(workspaces, other, "CLIENT_CREATE", WHY)
    await workspace.api().new_client("Io")


async def test_no_member_switches_features(api: Api) -> None:
    """The owner's changes of the workspace cannot name them."""
    text = 'mutation { organisationUpdate(input: {features: "{}"}) { userErrors { code } } }'
    assert await api.codes(text) == ["GRAPHQL_VALIDATION_FAILED"]
